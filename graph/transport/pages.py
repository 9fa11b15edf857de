"""Pages that are one script of ours: what runs in them and what they may ask for is this server's own."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from graph.transport.files import STATIC, file_route, versioned

PAGES_STATIC = "/shop/"

ICON = STATIC / "shop" / "icon.svg"

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
<title>{title}</title>
<meta name="description" content="{about}">
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{style}">
<script src="{script}" type="module"></script>
</head>
<body>
<div id="{name}"{told}></div>
<noscript>{without}</noscript>
</body>
</html>
"""


def page_routes(
    path: str, name: str, title: str, about: str, without: str, tell: Mapping[str, str] | None = None
) -> list[Route]:
    """The page at this path, and its script and style sheet, which have its name.

    `about` is what search engines say of it, and `without` what somebody reads whose browser runs no scripts. `tell`
    are attributes that the script reads.
    """
    told = "".join(f' {attribute}="{escape(value)}"' for attribute, value in (tell or {}).items())
    files = [STATIC / "shop" / f"{name}{suffix}" for suffix in (".js", ".css")]
    script, style, icon = (versioned(PAGES_STATIC, file) for file in (*files, ICON))
    more = {"about": about, "without": without, "told": told}
    content = _PAGE.format(title=title, icon=icon, style=style, script=script, name=name, **more)

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(content, headers=_HEADERS)

    return [Route(path, page), *(file_route(PAGES_STATIC, file) for file in files)]


def icon_route() -> Route:
    """The icon of all these pages."""
    return file_route(PAGES_STATIC, ICON)
