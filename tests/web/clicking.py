"""Double clicks whose two clicks are as far apart as the page is told, however long this machine takes for them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, expect

APART_SECONDS = 0.1


async def double_click(
    target: Locator, between: Callable[[], Awaitable[object]] | None = None, apart: float = APART_SECONDS
) -> None:
    """Two clicks at the middle of what is there now; `between` them something may happen."""
    await expect(target).to_be_enabled()
    await target.scroll_into_view_if_needed()
    box = await target.bounding_box()
    assert box is not None
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    mouse, first = await target.page.context.new_cdp_session(target.page), time.time()
    for count, at in ((1, first), (2, first + apart)):
        for kind in ("mousePressed", "mouseReleased"):
            how = {"type": kind, "button": "left", "clickCount": count, "timestamp": at}
            await mouse.send("Input.dispatchMouseEvent", middle | how)
        if count == 1 and between is not None:
            await between()
    await mouse.detach()
