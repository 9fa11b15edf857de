"""The console, for ADMINs who open /console.

The page itself is public. What it shows and does, the API allows to ADMINs alone.
"""

from __future__ import annotations

from starlette.routing import Route

from graph.transport.pages import page_routes

CONSOLE = "/console"


def console_routes(*, shop: str | None) -> list[Route]:
    """The page, and a route for each file of its own. It has a link to the shop, where there is one."""
    return page_routes(
        CONSOLE,
        "console",
        "Console",
        "How events sell, for those who sell them.",
        "This console shows sales as they are made, and needs JavaScript for it.",
        {"data-shop": shop} if shop else {},
    )
