"""What every request gets, whatever it is for: a correlation id, limits on its size, and no stack trace."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from secrets import token_hex

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from domain.correlation import may_be_given
from domain.process.settings import Settings
from graph.execution.errors import internal_error
from graph.execution.http_error import HttpError
from graph.transport.hosts import AllowedHosts
from graph.transport.responses import refuse_handshake, send_json

CORRELATION_HEADER = b"x-correlation-id"

NOSNIFF = (b"x-content-type-options", b"nosniff")
"""Browsers take an answer for what it says it is, and not for what it looks like."""

_log = structlog.get_logger(__name__)


def make_id() -> bytes:
    """An id of our own: 32 hexadecimal digits, the time in milliseconds first, as in a UUID of version 7.

    The audit log is indexed by it: what comes in one after the other is written to one place then, not all over.
    """
    return f"{time.time_ns() // 1_000_000:012x}{token_hex(10)}".encode()


class Outermost:
    """Around everything but CORS: `X-Correlation-ID` in, through every log line, and out; refusals and 500 in JSON."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = AllowedHosts(settings.allowed_hosts)
        self._max_body_bytes = settings.max_body_bytes
        self._max_headers_bytes = settings.max_headers_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given, length, size = _find_headers(scope)
        header = given if given is not None and may_be_given(given.decode("latin-1")) else make_id()
        correlation_id = header.decode()
        mine = ((CORRELATION_HEADER, header), NOSNIFF)
        scope["correlation_id"] = correlation_id
        bind_contextvars(correlation_id=correlation_id)
        started = False

        # Not a coroutine of its own: a thousand listeners would each wait in one more, for every message.
        def send_with_id(message: Message) -> Awaitable[None]:
            nonlocal started
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                started = True
                message.setdefault("headers", [])
                message["headers"].extend(mine)
            return send(message)

        try:
            if not self._hosts.any:
                self._hosts.check(scope)
            if scope["type"] == "websocket":
                await self._app(scope, receive, send_with_id)
                return
            if size > self._max_headers_bytes:
                # For servers other than ours, which counts while it reads.
                raise _too_large(431, "HEADERS_TOO_LARGE", f"The headers may have {self._max_headers_bytes} bytes.")
            if length is None:
                # Without a length, or with one that is no number, the body is counted as it comes.
                receive = _counted(receive, self._max_body_bytes)
            elif length > self._max_body_bytes:
                raise _body_too_large(self._max_body_bytes)
            await self._app(scope, receive, send_with_id)
        except HttpError as refused:
            if scope["type"] == "websocket":
                await refuse_handshake(scope, send, refused, mine)
                return
            await send_json(send_with_id, refused.status, refused.payload, headers=refused.headers)
        except Exception:
            # The last resort: whatever it was, the client learns only by which id the log names it.
            _log.exception("request failed", path=scope["path"])
            if started or scope["type"] != "http":
                raise
            await send_json(send_with_id, 500, {"errors": [internal_error(correlation_id)]})


def _find_headers(scope: Scope) -> tuple[bytes | None, int | None, int]:
    """The correlation id, the length of the body, and the size of all headers."""
    correlation_id = length = None
    size = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name == CORRELATION_HEADER:
            correlation_id = value
        elif name == b"content-length" and value.isdigit():
            length = int(value)
    return correlation_id, length, size


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _body_too_large(limit)
        return message

    return counted


def _body_too_large(limit: int) -> HttpError:
    return _too_large(413, "PAYLOAD_TOO_LARGE", f"The body may have {limit} bytes.")


def _too_large(status: int, code: str, message: str) -> HttpError:
    # The rest of the body is not read, so the connection cannot serve another request.
    return HttpError(status, code, message, [(b"connection", b"close")])
