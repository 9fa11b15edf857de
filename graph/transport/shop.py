"""The shop, for browsers that open /. Its script is made by `make web`; everything it needs is served from here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from graph.transport.files import STATIC, file_route, versioned

SHOP = "/"
SHOP_STATIC = "/shop/"

FILES = [STATIC / "shop" / name for name in ("shop.js", "shop.css", "icon.svg")]

# Sockets to this server are of its own origin, so 'self' lets them, too.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tickets</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{style}">
<script src="{script}" type="module"></script>
</head>
<body>
<div id="shop"></div>
<noscript>This shop shows seats as they are sold, and needs JavaScript for it.</noscript>
</body>
</html>
"""


def shop_routes() -> list[Route]:
    """The page, and a route for each file that it names."""
    script, style, icon = (versioned(SHOP_STATIC, file) for file in FILES)
    content = _PAGE.format(script=script, style=style, icon=icon)

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(content, headers=_HEADERS)

    return [Route(SHOP, page), *(file_route(SHOP_STATIC, file) for file in FILES)]


def booking_page(booking_id: str) -> str:
    """Where the shop shows this booking, by its global id."""
    return f"{SHOP}#/bookings/{booking_id}"
