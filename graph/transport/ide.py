"""GraphiQL, for a browser that opens /graphql. Everything it needs is served from here."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.transport.files import STATIC, file_route, is_navigation, versioned

DOCUMENTS = frozenset({"query", "documentId", "extensions"})
"""Parameters that ask for a document."""

STATIC_PATH = "/graphql/static/"

_STYLES = ("graphiql.min.css", "ide.css")
# In the order in which each needs the one before.
_SCRIPTS = ("graphiql.min.js", "ide.js")
# By the names that the editor asks for them by.
_WORKERS = {"editor": "editor.worker.min.js", "graphql": "graphql.worker.min.js", "json": "json.worker.min.js"}

# Inline styles are for the editor, which places its lines with them, and for menus. Its icons are a font in the style
# sheet.
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Seatlock · GraphiQL</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
<div id="graphiql" data-note="{note}" {workers}></div>
{scripts}
</body>
</html>
"""


class Ide:
    """In front of /graphql: a browser's navigation is shown GraphiQL, every other request passes.

    A `note` stands above its first query, as a comment.
    """

    def __init__(self, endpoint: ASGIApp, note: str = "") -> None:
        self._endpoint = endpoint
        self._page = _PAGE.format(
            note=escape(note),
            workers=" ".join(f'data-{name}="{_versioned(file)}"' for name, file in _WORKERS.items()),
            styles="\n".join(f'<link rel="stylesheet" href="{_versioned(name)}">' for name in _STYLES),
            scripts="\n".join(f'<script src="{_versioned(name)}" defer></script>' for name in _SCRIPTS),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._endpoint
        if scope["method"] == "GET" and _is_navigation(Request(scope)):
            app = HTMLResponse(
                self._page,
                headers={
                    "Cache-Control": "no-store",
                    "Content-Security-Policy": _POLICY,
                    "Referrer-Policy": "no-referrer",
                },
            )
        await app(scope, receive, send)


def ide_routes() -> list[Route]:
    """The files that the page names, a route each: no other name leads to a file."""
    return [file_route(STATIC_PATH, STATIC / name) for name in (*_STYLES, *_SCRIPTS, *_WORKERS.values())]


def _is_navigation(request: Request) -> bool:
    return is_navigation(request) and DOCUMENTS.isdisjoint(request.query_params)


def _versioned(name: str) -> str:
    return versioned(STATIC_PATH, STATIC / name)
