"""uvicorn's protocols, with what listeners need of them."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Coroutine
from typing import Any, cast

from uvicorn._types import ASGI3Application, ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from graph.subscriptions.audience import Audience

UNSENT_BYTES = 16 * 1024
"""What the system may keep of a connection before it is sent. More, and a listener on a slow line would be told
everything that was true meanwhile before what is true now."""

_quiet = logging.getLogger("uvicorn.websockets")
_quiet.setLevel(logging.WARNING)


class HttpProtocol(HttpToolsProtocol):
    """HTTP; its event streams end when the server stops."""

    _answering: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _keep_little_unsent(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        # uvicorn tells the last request only, which may be waiting behind an event stream.
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        _drain(self.app_state)
        super().shutdown()


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSockets; the application closes them when the server stops, once it has told what there is to tell."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any) -> None:
        super().__init__(config, server_state, app_state, **more)
        # Else there are two lines for each listener that comes.
        self.logger = self.conn.logger = _quiet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        _keep_little_unsent(cast(asyncio.Transport, transport))
        # uvloop keeps hundreds of bytes beside each message that waits.
        self.transport.set_write_buffer_limits(UNSENT_BYTES)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # Headers over websockets' limits, and the like: it has an answer to them, which uvicorn does not send.
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_ping(self) -> None:
        answer = b"".join(self.conn.data_to_send())
        # Who doesn't read gets no answers heaped up (RFC 6455 §5.5.3: the latest ping is the one to answer).
        if self.writable.is_set():
            self.transport.write(answer)

    def send(self, message: ASGISendEvent) -> Coroutine[Any, Any, None]:
        # The common case without a step in between.
        if message["type"] == "websocket.send" and not self.close_sent:
            return super().send(message)
        return self._send(message)

    async def _send(self, message: ASGISendEvent) -> None:
        if self.close_sent and self.handshake_complete:
            # For what the client sent (a message too long, say): to the application it is gone.
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # answered, if not as asked: uvicorn would log that it was not
        if message["type"] == "websocket.close" and self.close_timer is not None:
            # Its answer is waited for, but not until everything is sent, as `transport.close` does: who doesn't
            # read would never be gone.
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent:
            _drain(self.app_state)
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        # Nobody is there to be told a code. If the client only slept, it connects again after an end without one; after
        # uvicorn's 1011 npm's graphql-ws never does.
        self.pong_timer = self.pending_ping_payload = None
        if not self.close_sent:
            self.transport.abort()


def _drain(app_state: dict[str, object]) -> None:
    audience = app_state.get("audience")
    if isinstance(audience, Audience):
        audience.drain()


def _keep_little_unsent(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
