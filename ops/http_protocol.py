"""uvicorn's HTTP, with limits that act while it reads (`http_reading`), and on how long everything takes.

Its event streams end when the server stops.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from domain.process.fingerprints import network_of
from domain.process.metrics import connection_refused
from ops.cork import Corked
from ops.http_input import WEIGHED_BYTES, Flow, HttpReading, Phase
from ops.refusals import BODY_SLOW, HEADERS_SLOW, SILENT, TOO_MUCH_WAITS, UNREAD, ConnectionRefusal
from ops.unread import SLOWEST, Since, Unread, drain, keep_little_unsent

LINGER_SECONDS, LINGER_BYTES = 3.0, 1_048_576
"""How long, and how much, is still read and thrown away of who was refused: closed at once, with something unread, the
answer would be lost on the way."""


class HttpProtocol(HttpReading):
    """One connection, until it becomes a WebSocket."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any) -> None:
        super().__init__(config, server_state, app_state, **more)
        self.address = ""
        self.counted = 0
        self._thrown_away = 0
        self._since, self._unread = Since(), Unread()

    # ------------------------------------------------------------ life

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = Flow(transport)
        self._corked = Corked(transport, self.loop)
        keep_little_unsent(transport)
        peer = self.client[0] if self.client else ""
        self.address = network_of(peer)
        if (refusal := self._connections.admit(self, peer)) is not None:
            connection_refused(refusal.reason)
            self._refused = True
            transport.write(refusal.answer())
            self._connections.see_off(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.leave(self)
        self._held = b""
        self.pipeline.clear()
        # uvicorn tells the last request only, which may be waiting behind an event stream.
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        # It goes on under another protocol, which is counted in its place.
        self._connections.leave(self)
        self._refused = True  # nothing of it is read here any more
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        drain(self.app_state)
        super().shutdown()

    # ------------------------------------------------------------ what goes out

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        cycle.transport = self._corked
        self._corked.begin()
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self._corked.flush()  # an answer without a body
        # As uvicorn's, but for the timer: how long it is idle is looked at with everything else.
        self.server_state.total_requests += 1
        if self._body > WEIGHED_BYTES:
            self._body = 0
            self._connections.weigh(self)
        self._body = 0
        if self.transport.is_closing():
            return
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        if self._held and not self._refused:
            held, self._held = self._held, b""
            self.flow.held = False
            self._take(held, self._held_from)
            self._connections.weigh(self)
        self.flow.resume_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._connections.weigh(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._connections.weigh(self)

    # ------------------------------------------------------------ when it is too much

    def _is_heard(self) -> bool:
        return self._answering is not None and not (self._answering.response_complete or self._answering.disconnected)

    def _refuse(self, refusal: ConnectionRefusal) -> None:
        """Answer, and close once that has arrived."""
        if self._refused or self.transport.is_closing():
            return
        connection_refused(refusal.reason)
        self._refused = True
        self._held = b""
        self.pipeline.clear()
        answering = self._answering
        if answering is not None and not answering.response_complete:
            if answering is not self.cycle or self._phase is not Phase.BODY:
                # It would be taken for the answer to that earlier request, which ends the connection instead.
                answering.keep_alive = False
                return
            # Its own body is what is wrong. Whoever waits for it hears that there will be no more.
            answering.disconnected = True
            answering.message_event.set()
            if answering.response_started:
                self.transport.abort()
                return
        self.flow.held = False
        self.flow.resume_reading()
        if self._phase is not Phase.BODY or self._is_answering:
            self.transport.write(refusal.answer())  # else it was answered before its body had come
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _throw_away(self, size: int) -> None:
        self._thrown_away += size
        if self._thrown_away > LINGER_BYTES:
            self.transport.abort()

    def waiting_bytes(self) -> int:
        body = self._body if self._body > WEIGHED_BYTES else 0
        unsent = self.transport.get_write_buffer_size() if self.flow.write_paused else 0
        return body + max(len(self._held) - self._held_from, 0) + unsent

    def look(self, now: float) -> None:
        settings = self._settings
        if self._unread.seconds(self.transport.get_write_buffer_size(), now) > settings.write_seconds:
            self.cut_off(UNREAD)
            return
        is_answering = self._is_answering
        come = self._body // (SLOWEST * settings.body_seconds)
        seconds = self._since.seconds((self._begun, self._phase, is_answering, self._refused, come), now)
        if self._refused:
            if seconds > LINGER_SECONDS and not self._is_heard():
                self.transport.abort()
        elif self._phase is Phase.HEAD:
            # Where reading waits, it is for us to go on.
            if seconds > settings.headers_seconds and not self.flow.read_paused:
                self._refuse(HEADERS_SLOW)
        elif self._phase is Phase.BODY:
            if seconds > settings.body_seconds and not self.flow.read_paused:
                self._refuse(BODY_SLOW)
        elif not self._begun:
            if seconds > settings.first_byte_seconds:
                self.cut_off(SILENT)
        elif not is_answering and seconds > settings.keep_alive_seconds:
            self.transport.close()

    def can_be_spared(self) -> bool:
        return self._phase is Phase.BETWEEN and not self._is_answering and not self._is_signed_in()

    def cut_off(self, reason: str) -> None:
        connection_refused(reason)
        self._refused = True
        self.transport.abort()

    def give_up(self) -> None:
        if self._phase is not Phase.BODY or self.transport.get_write_buffer_size():
            self.cut_off(TOO_MUCH_WAITS.reason)
            return
        self._refuse(TOO_MUCH_WAITS)
        # It is counted no more, so nobody else would look how long it stays.
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
