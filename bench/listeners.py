"""Thousands of listeners in one process, at some microseconds a message: they count, and stamp the last byte."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
AT_ONCE = 50
"""Connections under way together: a server's backlog is finite."""


class Heard(NamedTuple):
    """When the first and the last listener of a crowd heard of something: time.monotonic_ns()."""

    first: int
    last: int


class Crowd:
    """Listeners of one server, all with the same subscription; without one, to whatever the server sends.

    `buffer`: how many bytes the kernel may take in for each, as far as it lets itself be told.
    """

    def __init__(self, url: str, subscription: dict[str, Any] | None, buffer: int | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        self.host, self.port = parts.hostname, parts.port
        self.handshake = (
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        ).encode()
        self.init = _message(type="connection_init") if subscription else b""
        self.subscribe = _message(type="subscribe", id="1", payload=subscription)
        self.buffer = buffer
        self.listeners: list[Listener] = []
        self.messages = 0
        self._awaited = 0
        self._reached = asyncio.get_running_loop().create_future()

    async def grow(self, size: int) -> None:
        """Until there are so many listeners, each with its first message."""
        while len(self.listeners) < size:
            more = [await self._connect() for _ in range(min(AT_ONCE, size - len(self.listeners)))]
            await asyncio.gather(*(listener.listening for listener in more))
            self.listeners += more

    async def _connect(self) -> Listener:
        loop = asyncio.get_running_loop()
        connection = socket.socket()
        connection.setblocking(False)
        if self.buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
        await loop.sock_connect(connection, (self.host, self.port))
        _, listener = await loop.create_connection(lambda: Listener(self), sock=connection)
        return listener

    def expect(self) -> None:
        """From now on, one message for each listener."""
        self._awaited = self.messages + len(self.listeners)
        self._reached = asyncio.get_running_loop().create_future()

    async def heard(self, seconds: float = 30) -> Heard:
        """Wait until as many messages came as were expected: all the same, one to each."""
        async with asyncio.timeout(seconds):
            await self._reached
        last = self.listeners[0].last
        assert all(listener.last == last for listener in self.listeners), "one listener was told what others were not"
        return Heard(min(one.at for one in self.listeners), max(one.at for one in self.listeners))

    def count(self) -> None:
        self.messages += 1
        if self.messages == self._awaited:
            self._reached.set_result(None)

    async def leave(self) -> None:
        """Until every listener is gone."""
        for listener in self.listeners:
            listener.transport.abort()
        while not all(listener.closed for listener in self.listeners):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        self.listeners.clear()


class Listener(asyncio.Protocol):
    """One WebSocket: its `last` message, complete `at` this time (monotonic, nanoseconds); why it `closed`, if so."""

    __slots__ = ("_pending", "_upgraded", "at", "closed", "crowd", "last", "listening", "transport")

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.last, self.at, self.closed = b"", 0, ""
        self.listening: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._upgraded, self._pending = False, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.crowd.handshake)

    def data_received(self, data: bytes) -> None:
        if not self._upgraded:
            data = self._upgrade(data)
        if self._pending:
            data = self._pending + data
        begin, size = 0, len(data)
        while begin + 2 <= size:
            opcode, length, payload = data[begin] & 15, data[begin + 1], begin + 2
            if length > 125:
                payload += 2 if length == 126 else 8
                length = int.from_bytes(data[begin + 2 : payload])
            if payload + length > size:
                break
            begin = payload + length
            self._frame(opcode, data[payload:begin])
        self._pending = data[begin:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closed or f"dropped: {exc}"
        if not self.listening.done():
            self.listening.set_exception(ConnectionError(self.closed))

    def _upgrade(self, data: bytes) -> bytes:
        """What follows the answer to the handshake."""
        answer, ended, frames = data.partition(b"\r\n\r\n")
        if not (answer.startswith(b"HTTP/1.1 101 ") and ended):
            raise ConnectionError(data.decode())
        self._upgraded = True
        if self.crowd.init:
            self.transport.write(self.crowd.init)
        else:
            self.listening.set_result(None)
        return frames

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT and b'"next"' in payload:
            self.at = time.monotonic_ns()
            self.last = payload
            self.crowd.count()
            if not self.listening.done():
                self.listening.set_result(None)
        elif opcode == TEXT:
            self._control(json.loads(payload))
        elif opcode == PING:
            self.transport.write(_frame(PONG, payload))
        elif opcode == CLOSE:
            self.closed = f"{int.from_bytes(payload[:2])} {payload[2:].decode()}"
            self.transport.abort()

    def _control(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_ack":
                self.transport.write(self.crowd.subscribe)
            case "ping":
                self.transport.write(_message(type="pong"))
            case _:
                raise ConnectionError(str(message))


class Buyer(asyncio.Protocol):
    """A kept-alive HTTP connection that stamps the time when an answer is complete, and keeps its `body`."""

    def __init__(self, url: str, token: str, takes_refusals: bool) -> None:
        parts = urlsplit(url)
        self.takes_refusals = takes_refusals
        self.body = b""
        self.head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self.answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pending = b""

    @classmethod
    async def connect(cls, url: str, token: str = "", *, takes_refusals: bool = False) -> Buyer:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        loop = asyncio.get_running_loop()
        _, buyer = await loop.create_connection(lambda: cls(url, token, takes_refusals), parts.hostname, parts.port)
        return buyer

    async def post(self, body: bytes) -> int:
        """When the answer came: time.monotonic_ns()."""
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(b"%b%d\r\n\r\n%b" % (self.head, len(body), body))
        return await self.answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._pending += data
        head, ended, body = self._pending.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if ended and length and len(body) == int(length[1]):
            self._pending = b""
            self.body = body
            if not head.startswith(b"HTTP/1.1 200 ") or (b'"code"' in body and not self.takes_refusals):
                raise ConnectionError(data.decode())
            self.answered.set_result(time.monotonic_ns())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_exception(ConnectionError("refused"))


def _message(**fields: Any) -> bytes:
    return _frame(TEXT, json.dumps(fields).encode())


def _frame(opcode: int, payload: bytes) -> bytes:
    """Masked, as a client's must be; a mask of zeros changes nothing."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2)
    return bytes([0x80 | opcode]) + size + bytes(4) + payload
