"""Waiting for what somebody else does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 60.0
"""After so long it is not going to happen, however busy the machine is."""

LOOK_SECONDS = 0.01


async def until(condition: Callable[[], Awaitable[object]], within: float | None = None) -> None:
    """Return as soon as the condition holds; fail when it does not in time.

    Seconds to do it `within` are those that this waited for. What looking takes, or a machine that stands still, does
    not count: it is no promise of ours that was broken.
    """
    waited, began = 0.0, time.monotonic()
    while not await condition():
        if within is None:
            assert time.monotonic() - began < PATIENCE_SECONDS, f"not so within {PATIENCE_SECONDS:.0f} s"
        else:
            assert waited < within, f"not so within {within} s"
        await asyncio.sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
