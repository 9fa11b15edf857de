"""What comes in on an HTTP connection: counted first, and given to the parser a request at a time.

uvicorn gives the parser whatever comes. So a head without an end, or requests that are sent and never waited for, take
memory before anybody could say no.
"""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from domain.errors import Unauthenticated
from graph.transport.callers import read_bearer
from ops.connections import Connections, Watched
from ops.heads import END, HeadCount, HeadLimits
from ops.refusals import FULL, HEADERS_TOO_LARGE, MALFORMED, ConnectionRefusal
from ops.upgrades import CONNECT, head_without_upgrade, new_parser

SMALL = 4096
"""What is at most this long, and ends at most one head, is given to the parser as it is: most requests."""

BODY_PIECE_BYTES = 512, 65_536
"""Of a body so much at a time: as little as this if a head may end there, since another request may follow."""

WEIGHED_BYTES = 16 * 1024
"""Bodies longer than this count for what may wait in all."""

FRAMING_BYTES = 32 * 1024
"""What may come beside the content of a body in chunks: sizes, extensions, trailers; 16 times the content besides."""

FOR_ANY = frozenset({"/health", "/ready", "/metrics"})
"""What is answered when all places are taken."""


class Phase(Enum):
    BETWEEN = 0
    HEAD = 1
    BODY = 2


class _Nowhere(list[tuple[bytes, bytes]]):
    """Where trailers go."""

    def append(self, _: tuple[bytes, bytes]) -> None:
        pass


_NOWHERE = _Nowhere()


class Flow(FlowControl):
    """Does not read on while something that came is still to be looked at."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class HttpReading(HttpToolsProtocol, Watched):
    """The half of a connection that reads."""

    flow: Flow
    _answering: RequestResponseCycle | None = None

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any) -> None:
        super().__init__(config, server_state, app_state, **more)
        self._connections = Connections.of(app_state)
        self._settings = self._connections.settings
        self._limits = HeadLimits.of(self._settings)
        self._small = min(SMALL, self._limits.line, self._limits.header)
        self._phase = Phase.BETWEEN
        self._head: HeadCount | None = None
        self._held, self._held_from = b"", 0
        self._begun = 0
        self._upgrading = self._ignoring = False
        self._body = self._raw = 0
        self._refusal: ConnectionRefusal | None = None
        self._refused = False

    @abstractmethod
    def _refuse(self, refusal: ConnectionRefusal) -> None:
        """Answer, and close once that has arrived."""

    @abstractmethod
    def _throw_away(self, size: int) -> None:
        """So much more came of who was refused."""

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    def data_received(self, data: bytes) -> None:
        if (
            self._phase is Phase.BETWEEN
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
            if self._phase is Phase.BODY:
                least, most = BODY_PIECE_BYTES
                end = data.find(END, position + least - len(END))
            else:
                most = len(data)
                end = data.find(END, position)
            end = min(position + most, len(data)) if end < 0 else min(end + len(END), position + most)
            piece, position = data[position:end], end
            if self._phase is not Phase.BODY:
                if not self._count(piece):
                    continue
            else:
                self._raw += len(piece)
            self._feed(piece)
        if self._body > WEIGHED_BYTES:
            self._connections.weigh(self)

    def _count_begun(self, data: bytes) -> None:
        if self._phase is Phase.HEAD and not self._refused:
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
        self._phase = Phase.HEAD
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._phase, self._head = Phase.BODY, None
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

    def _reject(self, refusal: ConnectionRefusal) -> None:
        """Have the parser stop here, with the head that it is at: there is no request of it."""
        self._phase, self._refusal = Phase.HEAD, refusal
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
        self._phase = Phase.BETWEEN
        self._raw = 0
        if self._begun == 1:
            self._connections.spoke(self)
        if self._upgrading or self.cycle.response_complete:
            return
        self.cycle.more_body = False
        self.cycle.message_event.set()
