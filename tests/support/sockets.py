"""A client of graphql-transport-ws, as plain as the protocol is: what it is told is kept by operation, in order.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

SUBPROTOCOL = "graphql-transport-ws"

PATIENCE_SECONDS = 10.0
"""How long anything may take that is waited for here."""

Message = dict[str, Any]


class Closed(Exception):
    """The server closed the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class _Inbox:
    """Messages that have come, and then the end."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[Message | Closed] = asyncio.Queue()

    def put(self, message: Message | Closed) -> None:
        self._messages.put_nowait(message)

    async def get(self) -> Message:
        """The next message. Raises Closed when there will be none."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._messages.get()
        if isinstance(message, Closed):
            self.put(message)  # for whoever asks again
            raise message
        return message

    def is_empty(self) -> bool:
        return self._messages.empty()


class Operation:
    """An operation on a socket. Iterating gives the payloads until it is complete."""

    def __init__(self, socket: Socket, operation_id: str) -> None:
        self.id = operation_id
        self.inbox = _Inbox()
        self._socket = socket

    async def next(self) -> Message:
        """The payload of the next message, which is a `next`."""
        message = await self.inbox.get()
        assert message["type"] == "next", message
        assert set(message) == {"id", "type", "payload"}
        payload: Message = message["payload"]
        return payload

    async def data(self, field: str) -> Any:
        """The field of the next payload, which has no errors."""
        payload = await self.next()
        assert set(payload) == {"data"}, payload
        return payload["data"][field]

    async def errors(self) -> list[Message]:
        """The errors this ends with."""
        message = await self.inbox.get()
        assert message["type"] == "error", message
        assert set(message) == {"id", "type", "payload"}
        errors: list[Message] = message["payload"]
        return errors

    async def code(self) -> str:
        """The code of the one error this ends with."""
        [error] = await self.errors()
        return str(error["extensions"]["code"])

    async def completed(self) -> None:
        """It ends now, and well."""
        assert await self.inbox.get() == {"id": self.id, "type": "complete"}

    async def answer(self) -> Message:
        """The one payload of a query or mutation."""
        payload = await self.next()
        await self.completed()
        return payload

    async def stop(self) -> None:
        """Want no more of it."""
        await self._socket.send({"id": self.id, "type": "complete"})

    async def __aiter__(self) -> AsyncIterator[Message]:
        while (message := await self.inbox.get())["type"] != "complete":
            assert message["type"] == "next", message
            yield message["payload"]


class Socket:
    """One connection. Messages without an id are read by `receive`; pings of the server's are answered."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.pings = 0
        """How many the server has sent."""
        self._operations: dict[str, Operation] = {}
        self._others = _Inbox()
        self._ids = count(1)

    async def send(self, message: object) -> None:
        await self.send_frame(json.dumps(message))

    async def send_frame(self, frame: str | bytes) -> None:
        """Text, or a binary frame."""
        with suppress(ConnectionClosed):  # what the server said before is still to be read
            await self.connection.send(frame)

    async def receive(self) -> Message:
        """The next message that is of no operation. Raises Closed."""
        return await self._others.get()

    async def initialise(self, token: str | None = None, **payload: object) -> None:
        """Say who asks, and hear that it is accepted."""
        if token is not None:
            payload["Authorization"] = f"Bearer {token}"
        await self.send({"type": "connection_init", **({"payload": payload} if payload else {})})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(
        self,
        query: object,
        variables: object = None,
        *,
        operation_id: str | None = None,
        **more: object,
    ) -> Operation:
        """Ask for an operation of any type."""
        operation = Operation(self, operation_id or str(next(self._ids)))
        self._operations[operation.id] = operation
        payload = {"query": query, "variables": variables, **more}
        await self.send({"id": operation.id, "type": "subscribe", "payload": payload})
        return operation

    async def execute(self, query: str, variables: object = None, **more: Any) -> Message:
        """The answer to a query or mutation."""
        return await (await self.subscribe(query, variables, **more)).answer()

    async def roundtrip(self) -> None:
        """Return once the server has dealt with everything sent so far."""
        mark = {"mark": next(self._ids)}
        await self.send({"type": "ping", "payload": mark})
        assert await self.receive() == {"type": "pong", "payload": mark}

    async def closed(self) -> int:
        """The code the server closes with, once what it said before is read."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.connection.wait_closed()
        assert self.connection.close_code is not None
        return self.connection.close_code

    async def close(self) -> None:
        """Go, as clients do."""
        await self.connection.close()

    def vanish(self) -> None:
        """Be gone without a word."""
        self.connection.transport.abort()

    async def read(self) -> None:
        """Sort what comes until the connection is closed."""
        try:
            async for frame in self.connection:
                assert isinstance(frame, str), "clients take no binary frames"
                message = json.loads(frame)
                if message["type"] == "ping":
                    self.pings += 1
                    await self.send({"type": "pong"})
                else:
                    operation = self._operations.get(message.get("id", ""))
                    (operation.inbox if operation else self._others).put(message)
        except ConnectionClosed:
            pass
        code = self.connection.close_code
        closed = Closed(1006 if code is None else code, self.connection.close_reason or "")
        for inbox in (self._others, *(operation.inbox for operation in self._operations.values())):
            inbox.put(closed)


@asynccontextmanager
async def connected(
    url: str | httpx.URL,
    *,
    subprotocols: Iterable[str] = (SUBPROTOCOL,),
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Socket]:
    """A connection to the server at this http:// address, on which nothing is said yet."""
    async with connect(
        str(url).replace("http", "ws", 1).rstrip("/") + "/graphql",
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        additional_headers=headers,
        compression=None,
        proxy=None,
        max_size=None,
        ping_interval=None,
        close_timeout=PATIENCE_SECONDS,
    ) as connection:
        socket = Socket(connection)
        reading = asyncio.create_task(socket.read())
        try:
            yield socket
        finally:
            await connection.close()
            await reading


@asynccontextmanager
async def listening(
    url: str | httpx.URL, token: str | None = None, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Socket]:
    """The same, and the server knows who asks."""
    async with connected(url, headers=headers) as socket:
        await socket.initialise(token)
        yield socket
