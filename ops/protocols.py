"""uvicorn's protocols, with what listeners need of them."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from graph.live.audience import Audience

UNSENT_BYTES = 16 * 1024
"""What the system may keep of a connection before it is sent. More, and a listener on a slow line would be told
everything that was true meanwhile before what is true now."""

_quiet = logging.getLogger("uvicorn.websockets")
_quiet.setLevel(logging.WARNING)


class HttpProtocol(HttpToolsProtocol):
    """HTTP; its event streams end when the server stops."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _keep_little_unsent(transport)

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

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent:
            _drain(self.app_state)
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # Closing waits until everything is sent: who doesn't read would never be gone.
        self.transport.abort()


def _drain(app_state: dict[str, object]) -> None:
    audience = app_state.get("audience")
    if isinstance(audience, Audience):
        audience.drain()


def _keep_little_unsent(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
