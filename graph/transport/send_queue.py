"""What one WebSocket is sent: answers as they come, and of each subscription only the newest."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterable
from typing import Any

import orjson
import structlog
from graphql import GraphQLFormattedError
from starlette.types import Send

from domain.errors import SeatlockError
from graph.subscriptions.audience import Joined
from graph.transport.messages import Closed, internal

KEEP_ALIVE_SECONDS = 12.0
"""How often a ping is sent, which pages see: a client that hears none for longer has lost its connection."""

MOST_UNSENT = 100
"""Messages that may wait to be sent; a client that does not take them is not listened to either."""

MOST_UNSENT_LENGTH = 256 * 1024
"""The same, in characters."""

_log = structlog.get_logger(__name__)


class SocketOperation:
    """An operation under way on a connection; if it's a subscription, a listener."""

    __slots__ = ("_connection", "head", "id", "joined", "task", "told")

    transport = "websocket"

    def __init__(self, connection: Outgoing, operation_id: str) -> None:
        self._connection = connection
        self.id = operation_id
        # Everything of a `next` but the payload, which is the same for others.
        self.head = f'{{"id":{orjson.dumps(operation_id).decode()},"type":"next","payload":'
        self.task: asyncio.Task[None] | None = None
        self.joined: Joined | None = None
        self.told: Any = None

    def wake(self) -> None:
        self._connection.tell(self)


class Outgoing(ABC):
    """The half of a connection that writes: a task of its own, the only one to send.

    A base class and no part: thousands of connections are idle at a time, and each object costs.
    """

    __slots__ = (
        "_closing",
        "_leaving",
        "_news",
        "_operations",
        "_reader_waits",
        "_send",
        "_silent",
        "_timer",
        "_unsent",
        "_unsent_length",
        "_writer_waits",
    )

    def __init__(self, send: Send) -> None:
        self._send = send
        self._operations: dict[str, SocketOperation] = {}
        self._unsent: list[str] = []
        self._unsent_length = 0
        self._news: dict[SocketOperation, None] = {}
        self._closing: Closed | None = None
        self._leaving: Closed | None = None
        self._silent = False
        self._writer_waits: asyncio.Future[None] | None = None
        self._reader_waits: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @abstractmethod
    def _turn_away(self, operation: SocketOperation, joined: Joined, error: SeatlockError) -> None:
        """Whoever listens may not any more."""

    def drain(self) -> None:
        """Finish what is under way, and close: this server is going away."""
        self._leaving = self._leaving or Closed(1012, "Service restart")
        for operation in list(self._operations.values()):
            if operation.joined is not None:
                self.tell(operation)
        self._wake_writer()

    def _end(self, closed: Closed) -> None:
        self._closing = self._closing or closed
        self._wake_writer()

    async def _room(self) -> None:
        """Return when so little waits to be sent that more may be read."""
        too_much = len(self._unsent) > MOST_UNSENT or self._unsent_length > MOST_UNSENT_LENGTH
        if too_much and self._closing is None:
            self._reader_waits = asyncio.get_running_loop().create_future()
            await self._reader_waits

    def tell(self, operation: SocketOperation) -> None:
        """There is something new for this subscription."""
        if not self._silent:
            self._news[operation] = None
            self._wake_writer()

    def _post(self, message: dict[str, object]) -> None:
        self._post_text(orjson.dumps(message).decode())

    def _post_text(self, text: str) -> None:
        self._unsent.append(text)
        self._unsent_length += len(text)
        self._wake_writer()

    def _post_errors(self, operation_id: str, errors: Iterable[GraphQLFormattedError]) -> None:
        self._post({"id": operation_id, "type": "error", "payload": list(errors)})

    def _keep_alive(self) -> None:
        assert self._timer is not None
        self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(KEEP_ALIVE_SECONDS, self._ping)

    def _ping(self) -> None:
        # One that still waits to be sent is enough.
        if not self._unsent:
            self._post({"type": "ping"})
        self._keep_alive()

    def _wake_writer(self) -> None:
        if self._writer_waits is not None and not self._writer_waits.done():
            self._writer_waits.set_result(None)

    def _wake_reader(self) -> None:
        if self._reader_waits is not None and not self._reader_waits.done():
            self._reader_waits.set_result(None)

    async def _write(self) -> None:
        try:
            while self._closing is None:
                if self._unsent:
                    text = self._unsent.pop(0)
                    await self._send_text(text)
                    self._unsent_length -= len(text)
                    self._wake_reader()
                elif self._news:
                    operation = next(iter(self._news))
                    del self._news[operation]
                    await self._tell_newest(operation)
                elif self._leaving and not any(each.joined is None for each in self._operations.values()):
                    self._end(self._leaving)
                else:
                    self._writer_waits = asyncio.get_running_loop().create_future()
                    await self._writer_waits
            await self._close(self._closing)
        except OSError:
            pass  # the client went away
        except Exception:
            _log.exception("a connection failed")
            await self._close(internal())
        finally:
            self._closing = self._closing or internal()
            self._wake_reader()

    async def _tell_newest(self, operation: SocketOperation) -> None:
        joined = operation.joined
        if joined is not None and joined.shared.ended is not None:
            self._turn_away(operation, joined, joined.shared.ended)
            return
        if joined is None or operation.told is joined.shared.state:
            return
        state, text = await joined.shared.since(operation.told)
        if operation.joined is None:
            return
        operation.told = state
        if state is not joined.shared.state:
            self._news[operation] = None
        await self._send_text(operation.head + text + "}")

    def _send_text(self, text: str) -> Awaitable[None]:
        return self._send({"type": "websocket.send", "text": text})

    async def _close(self, closed: Closed) -> None:
        await self._send({"type": "websocket.close", "code": closed.code, "reason": closed.reason})
