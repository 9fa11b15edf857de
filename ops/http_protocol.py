"""uvicorn's HTTP, with limits that act while it reads. Its event streams end when the server stops.

uvicorn gives the parser whatever comes. So a head without an end, or requests that are sent and never waited for, take
memory before anybody could say no. Here they are counted first, and given to the parser a request at a time.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from domain.errors import Unauthenticated
from domain.process.fingerprints import network_of
from domain.process.metrics import connection_refused
from graph.transport.callers import read_bearer
from ops.connections import Connections
from ops.corked import Corked
from ops.heads import END, HeadCount, HeadLimits
from ops.refusals import (
    BODY_SLOW,
    FULL,
    HEADERS_SLOW,
    HEADERS_TOO_LARGE,
    MALFORMED,
    SILENT,
    TOO_MUCH_WAITS,
    UNREAD,
    Refusal,
)
from ops.upgrades import CONNECT, head_without_upgrade, new_parser
from ops.watched import SLOWEST, Since, Unread, drain, keep_little_unsent

SMALL = 4096
"""What is at most this long, and ends at most one head, is given to the parser as it is: most requests."""

BODY_PIECE_BYTES = 512, 65_536
"""Of a body so much at a time: as little as this if a head may end there, since another request may follow."""

WEIGHED_BYTES = 16 * 1024
"""Bodies longer than this count for what may wait in all."""

FRAMING_BYTES = 32 * 1024
"""What may come beside the content of a body in chunks: sizes, extensions, trailers; 16 times the content besides."""

LINGER_SECONDS, LINGER_BYTES = 3.0, 1_048_576
"""How long, and how much, is still read and thrown away of who was refused: closed at once, with something unread, the
answer would be lost on the way."""

FOR_ANY = frozenset({"/health", "/ready", "/metrics"})
"""What is answered when all places are taken."""


class _Phase(Enum):
    BETWEEN = 0
    HEAD = 1
    BODY = 2


class _Nowhere(list[tuple[bytes, bytes]]):
    """Where trailers go."""

    def append(self, _: tuple[bytes, bytes]) -> None:
        pass


_NOWHERE = _Nowhere()


class _Flow(FlowControl):
    """Does not read on while something that came is still to be looked at."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class HttpProtocol(HttpToolsProtocol):
    """One connection, until it becomes a WebSocket."""

    flow: _Flow
    _answering: RequestResponseCycle | None = None

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any) -> None:
        super().__init__(config, server_state, app_state, **more)
        self._connections = Connections.of(app_state)
        self._settings = self._connections.settings
        self._limits = HeadLimits.of(self._settings)
        self._small = min(SMALL, self._limits.line, self._limits.header)
        self.address = ""
        self.counted = 0
        self._phase = _Phase.BETWEEN
        self._head: HeadCount | None = None
        self._held, self._held_from = b"", 0
        self._begun = 0
        self._upgrading = self._ignoring = False
        self._body = self._raw = 0
        self._refusal: Refusal | None = None
        self._refused = False
        self._thrown_away = 0
        self._since, self._unread = Since(), Unread()

    # ------------------------------------------------------------ life

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = _Flow(transport)
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

    # ------------------------------------------------------------ what comes in

    def data_received(self, data: bytes) -> None:
        if (
            self._phase is _Phase.BETWEEN
            and len(data) <= self._small
            and not self._held
            and not self._refused
            and not self.pipeline
            and data.count(END) <= 1
        ):
            self._feed(data)
            self._count_begun(data)
        else:
            self._take(data)

    def _take(self, data: bytes, position: int = 0) -> None:
        """Give it to the parser from here on, a request at a time, as long as it is not too much."""
        while position < len(data):
            if self._refused:
                self._throw_away(len(data) - position)
                return
            if self.transport.is_closing():
                return
            if self._held or len(self.pipeline) >= self._settings.max_pipelined:
                self._hold(data, position)
                return
            if self._phase is _Phase.BODY:
                least, most = BODY_PIECE_BYTES
                end = data.find(END, position + least - len(END))
            else:
                most = len(data)
                end = data.find(END, position)
            end = min(position + most, len(data)) if end < 0 else min(end + len(END), position + most)
            piece, position = data[position:end], end
            if self._phase is not _Phase.BODY:
                if not self._count(piece):
                    continue
            else:
                self._raw += len(piece)
            self._feed(piece)
        if self._body > WEIGHED_BYTES:
            self._connections.weigh(self)

    def _count_begun(self, data: bytes) -> None:
        if self._phase is _Phase.HEAD and not self._refused:
            self._count(data)

    def _count(self, piece: bytes) -> bool:
        """Whether this much more of a head is not too much."""
        if self._head is None:
            self._head = HeadCount(self._limits)
        refusal = self._head.add(piece)
        if refusal is not None:
            self._refuse(refusal)
        return refusal is None

    def _hold(self, data: bytes, position: int) -> None:
        """Read on from here when earlier requests have been answered."""
        if self._held:
            data, position = self._held[self._held_from :] + data[position:], 0
        # Not cut: of a thousand requests all the rest would be copied for each.
        self._held, self._held_from = data, position
        self.flow.held = True
        self.flow.pause_reading()
        self._connections.weigh(self)

    def _feed(self, piece: bytes) -> None:
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if self._upgrading:
                self.handle_websocket_upgrade()
            elif self._ignoring:
                self._feed_again(piece[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(self._refusal or MALFORMED)
        else:
            if self._raw > FRAMING_BYTES and self._raw > FRAMING_BYTES + 16 * self._body:
                self._refuse(HEADERS_TOO_LARGE)

    def _feed_again(self, rest: bytes) -> None:
        """The same request, with no upgrade asked for; and what follows its head."""
        head = head_without_upgrade(self.parser, self.url, self.headers)
        self._ignoring = False
        self._begun -= 1
        self.parser = new_parser(self)
        self._feed(head + rest)

    # ------------------------------------------------------------ what the parser finds

    def on_message_begin(self) -> None:
        self._phase = _Phase.HEAD
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._phase, self._head = _Phase.BODY, None
        asks_to_upgrade = self.parser.should_upgrade()
        self._upgrading = asks_to_upgrade and self._should_upgrade()
        if asks_to_upgrade and not self._upgrading:
            if self.parser.get_method() == CONNECT:
                self._reject(MALFORMED)  # we are no proxy
            self._ignoring = True
            return
        if self._upgrading and self._is_answering:
            # Two would write to this connection, and the earlier would never hear that its client is gone.
            self._reject(MALFORMED)
        if len(self.headers) > self._limits.number:
            self._reject(HEADERS_TOO_LARGE)
        if self._connections.is_full and not self._may_come_in():
            self._reject(FULL)
        super().on_headers_complete()
        # What comes in place of headers from here on are trailers.
        self.headers = _NOWHERE

    def _reject(self, refusal: Refusal) -> None:
        """Have the parser stop here, with the head that it is at: there is no request of it."""
        self._phase, self._refusal = _Phase.HEAD, refusal
        raise ValueError(refusal.reason)

    def _may_come_in(self) -> bool:
        """Whether all who had their places before leave one for this one."""
        return self.url.partition(b"?")[0].decode("latin-1") in FOR_ANY or self._is_signed_in()

    def _is_signed_in(self) -> bool:
        for name, value in self.scope["headers"] if self.scope else ():
            if name == b"authorization":
                try:
                    read_bearer(self.app_state["services"], value.decode("latin-1"))
                except Unauthenticated:
                    return False
                return True
        return False

    def on_body(self, body: bytes) -> None:
        if self._upgrading or self.cycle.response_complete:
            return
        self._body += len(body)
        self.cycle.body += body
        if len(self.cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.cycle.message_event.set()

    def on_message_complete(self) -> None:
        if self._ignoring:
            return
        self._phase = _Phase.BETWEEN
        self._raw = 0
        if self._begun == 1:
            self._connections.spoke(self)
        if self._upgrading or self.cycle.response_complete:
            return
        self.cycle.more_body = False
        self.cycle.message_event.set()

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

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    def _is_heard(self) -> bool:
        return self._answering is not None and not (self._answering.response_complete or self._answering.disconnected)

    def _refuse(self, refusal: Refusal) -> None:
        """Answer, and close once that has arrived."""
        if self._refused or self.transport.is_closing():
            return
        connection_refused(refusal.reason)
        self._refused = True
        self._held = b""
        self.pipeline.clear()
        answering = self._answering
        if answering is not None and not answering.response_complete:
            if answering is not self.cycle or self._phase is not _Phase.BODY:
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
        if self._phase is not _Phase.BODY or self._is_answering:
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
        elif self._phase is _Phase.HEAD:
            # Where reading waits, it is for us to go on.
            if seconds > settings.headers_seconds and not self.flow.read_paused:
                self._refuse(HEADERS_SLOW)
        elif self._phase is _Phase.BODY:
            if seconds > settings.body_seconds and not self.flow.read_paused:
                self._refuse(BODY_SLOW)
        elif not self._begun:
            if seconds > settings.first_byte_seconds:
                self.cut_off(SILENT)
        elif not is_answering and seconds > settings.keep_alive_seconds:
            self.transport.close()

    def can_be_spared(self) -> bool:
        return self._phase is _Phase.BETWEEN and not self._is_answering and not self._is_signed_in()

    def cut_off(self, reason: str) -> None:
        connection_refused(reason)
        self._refused = True
        self.transport.abort()

    def give_up(self) -> None:
        if self._phase is not _Phase.BODY or self.transport.get_write_buffer_size():
            self.cut_off(TOO_MUCH_WAITS.reason)
            return
        self._refuse(TOO_MUCH_WAITS)
        # It is counted no more, so nobody else would look how long it stays.
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
