"""A receiver of webhooks: a real HTTP server on this machine that answers as it is told, or fails to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Answer: TypeAlias = int | bytes | Literal["reset", "hang"]
"""A status, the whole of a response, a connection that is reset, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.body)
        return message


@dataclass
class Receiver:
    """Keeps what it is sent; `answer` says what comes back."""

    answer: Callable[[Received], Answer]
    url: str = ""
    received: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    under_way: int = 0
    most_at_once: int = 0

    @property
    def types(self) -> list[str]:
        """What it has taken, a type each."""
        return [each.message["type"] for each in self.taken]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            try:
                while True:
                    await self._answer_one(reader, writer)
            finally:
                writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        named = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers)}
        request = Received(line, named, await reader.readexactly(int(named["content-length"])))
        self.received.append(request)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            answer = self.answer(request)
            if answer == "hang":
                await reader.read()  # until the sender gives up
            elif answer == "reset":
                writer.transport.abort()
            else:
                if isinstance(answer, int):
                    if 200 <= answer < 300:
                        self.taken.append(request)
                    answer = f"HTTP/1.1 {answer} Whatever\r\ncontent-length: 2\r\n\r\nok".encode()
                await asyncio.sleep(0)
                writer.write(answer)
                await writer.drain()
        finally:
            self.under_way -= 1


@asynccontextmanager
async def receiving(answer: Callable[[Received], Answer] = lambda _: 200) -> AsyncIterator[Receiver]:
    """A receiver on a free port; it takes everything unless told otherwise."""
    receiver = Receiver(answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
