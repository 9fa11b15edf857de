"""uvicorn's WebSockets, with what listeners need of them, and limits that act while it reads."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any, cast

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from domain.process.fingerprints import network_of
from domain.process.metrics import connection_refused
from ops.connections import Connections
from ops.message_deflate import MessageDeflateFactory
from ops.refusals import BODY_SLOW, MALFORMED, TOO_MUCH_WAITS, UNREAD
from ops.unread import SLOWEST, UNSENT_BYTES, Since, Unread, drain, keep_little_unsent

PIECE_BYTES = 2048
"""So much at a time is looked at for messages, which may be six bytes each."""

MOST_QUEUED = 4
"""Messages that wait for the application; what comes beyond them waits as it came."""

MOST_FRAGMENTS = 1024
"""Pieces a message may be sent in: a mebibyte in pieces of a kibibyte. Empty ones count, too."""

MESSAGE_DEFLATE = MessageDeflateFactory()

_quiet = logging.getLogger("uvicorn.websockets")
_quiet.setLevel(logging.WARNING)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSockets; the application closes them when the server stops, once it has told what there is to tell."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any) -> None:
        super().__init__(config, server_state, app_state, **more)
        # Else there are two lines for each listener that comes.
        self.logger = self.conn.logger = _quiet
        self._connections = Connections.of(app_state)
        self._settings = self._connections.settings
        if self._settings.compression:
            self.conn.available_extensions = [MESSAGE_DEFLATE]
        self.address = ""
        self.counted = 0
        self._held = b""
        self._messages = 0
        self._come: deque[int] = deque()
        self._in_hand = 0
        self._since, self._unread = Since(), Unread()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        keep_little_unsent(cast(asyncio.Transport, transport))
        # uvloop keeps hundreds of bytes beside each message that waits.
        self.transport.set_write_buffer_limits(UNSENT_BYTES)
        self.address = network_of(self.client[0]) if self.client else ""
        self._connections.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.leave(self)
        self._held = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._held:
            self._held += data
            return
        position = 0
        while position < len(data):
            if self.queue.qsize() >= MOST_QUEUED:
                self._held = data[position:]
                self.read_paused = True
                self.transport.pause_reading()
                break
            piece, position = data[position : position + PIECE_BYTES], position + PIECE_BYTES
            self._take(piece)
            if self.close_sent:
                break
        if self._held or self._partial() > PIECE_BYTES or self.counted:
            self._connections.weigh(self)

    def _take(self, piece: bytes) -> None:
        super().data_received(piece)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # To headers over its limits websockets has an answer, which uvicorn does not send. What it takes for no
            # request, because a body comes with it, has none: a proxy would think that this server has failed.
            answer = b"".join(self.conn.data_to_send())
            if not answer:
                connection_refused(MALFORMED.reason)
                answer = MALFORMED.answer()
            self.transport.write(answer)
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
            return
        # Without a limit, a message of empty pieces would never be too long, and take a look at all of them for each.
        connection_refused(MALFORMED.reason)
        self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
        self.handle_parser_exception()

    def send_receive_event_to_app(self) -> None:
        self._messages += 1
        size, before = sum(map(len, self.frames)), self.queue.qsize()
        super().send_receive_event_to_app()
        if self.queue.qsize() > before:
            self._come.append(size)

    async def receive(self) -> ASGIReceiveEvent:
        if self._in_hand:  # the application has done with it
            self._in_hand = 0
            self._connections.weigh(self)
        message = await self.queue.get()
        if message["type"] == "websocket.receive":
            self._in_hand = self._come.popleft()
        if self.queue.empty():
            held, self._held = self._held, b""
            if held:
                self.data_received(held)
            if self.read_paused and self.queue.empty() and not self._held:
                self.read_paused = False
                self.transport.resume_reading()
        return message

    def pause_writing(self) -> None:
        super().pause_writing()
        self._connections.weigh(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._connections.weigh(self)

    def _partial(self) -> int:
        """The bytes of a message whose end is not here yet."""
        return len(self.conn.reader.buffer) + sum(map(len, self.frames))

    def waiting_bytes(self) -> int:
        partial = self._partial()
        unsent = 0 if self.writable.is_set() else self.transport.get_write_buffer_size()
        come = self._in_hand + sum(self._come)
        return sum(each for each in (partial, come) if each > PIECE_BYTES) + len(self._held) + unsent

    def look(self, now: float) -> None:
        settings = self._settings
        if self._unread.seconds(self.transport.get_write_buffer_size(), now) > settings.write_seconds:
            self.cut_off(UNREAD)
            return
        partial = self._partial()
        come = partial // (SLOWEST * settings.body_seconds)
        is_under_way = partial > 0 or bool(self.frames)
        seconds = self._since.seconds((self._messages, is_under_way, come), now)
        if is_under_way and not self.read_paused and seconds > settings.body_seconds:
            self.cut_off(BODY_SLOW.reason)

    def can_be_spared(self) -> bool:
        return False

    def cut_off(self, reason: str) -> None:
        connection_refused(reason)
        self.transport.abort()

    def give_up(self) -> None:
        self.cut_off(TOO_MUCH_WAITS.reason)

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
            drain(self.app_state)
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        # Nobody is there to be told a code. If the client only slept, it connects again after an end without one; after
        # uvicorn's 1011 npm's graphql-ws never does.
        self.pong_timer = self.pending_ping_payload = None
        if not self.close_sent:
            self.transport.abort()
