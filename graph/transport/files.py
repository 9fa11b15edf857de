"""Files that our pages name: each under an address of its own content, which browsers keep for good."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

STATIC = Path(__file__).parents[1] / "static"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_PIECE = 65_536
"""How much of a file, in bytes, waits for a client that reads slowly: the largest has five million."""


def file_route(prefix: str, file: Path) -> Route:
    """The file by its name behind this prefix: no other name leads to a file."""
    content = file.read_bytes()
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Length": str(len(content))}
    media_type = MEDIA_TYPES[file.suffix]

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), _PIECE):
            yield content[start : start + _PIECE]

    async def answer(_request: Request) -> Response:
        return StreamingResponse(pieces(), media_type=media_type, headers=headers)

    return Route(prefix + file.name, answer)


def versioned(prefix: str, file: Path) -> str:
    """The address of the file as it is: another content needs another address."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return f"{prefix}{file.name}?v={digest[:12]}"


def is_navigation(request: Request) -> bool:
    """Whether a browser asks for a page to show."""
    return "text/html" in ",".join(request.headers.getlist("accept")).lower()
