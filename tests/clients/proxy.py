"""What lies between a client and the API, and may fail: a proxy that loses answers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

_OPERATION = re.compile(rb"(\w+)\(input: ")


class Proxy:
    """Forwards connections on a port of its own to the API's."""

    def __init__(self, api_port: int) -> None:
        self.port = 0
        self.asked: Counter[str] = Counter()
        """How often the API was asked for each mutation."""
        self._api_port = api_port
        self._losses: dict[str, bytes] = {}
        self._meanwhile: dict[str, Callable[[], Awaitable[object]]] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def lose(self, mutation: str, instead: bytes = b"") -> None:
        """The API does this mutation once, and nobody hears of it: the client is told this, and is cut off."""
        self._losses[mutation] = instead

    def meanwhile(self, mutation: str, do: Callable[[], Awaitable[object]]) -> None:
        """Do this before the API is asked for the mutation the next time."""
        self._meanwhile[mutation] = do

    def cut(self) -> None:
        """Cut every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def die(self) -> None:
        """Bring nothing more on any connection there is, without a word: the line is dead."""
        self._dead |= self._writers

    async def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Be away: nobody listens at the port."""
        assert self._server
        self._server.close()
        self.cut()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one side ends it or its answer is lost."""
        self._writers.add(writer)
        try:
            api_reader, api_writer = await asyncio.open_connection("127.0.0.1", self._api_port)
            self._writers.add(api_writer)
            lost: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._ask(reader, api_writer, lost))
                both.create_task(self._answer(api_reader, writer, lost))
            self._writers.discard(api_writer)
            self._dead.discard(api_writer)
        except ConnectionRefusedError:
            pass
        writer.close()  # both sides have gone, also from a line that is dead
        self._writers.discard(writer)
        self._dead.discard(writer)

    async def _ask(
        self, reader: asyncio.StreamReader, api_writer: asyncio.StreamWriter, lost: asyncio.Future[bytes]
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                for mutation in map(bytes.decode, _OPERATION.findall(data)):
                    if do := self._meanwhile.pop(mutation, None):
                        await do()
                    self.asked[mutation] += 1
                    if mutation in self._losses:
                        lost.set_result(self._losses.pop(mutation))
                if api_writer not in self._dead:
                    api_writer.write(data)
                    await api_writer.drain()
        api_writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Future[bytes]
    ) -> None:
        """Bring what the API says to the client, unless it is to be lost."""
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if lost.done():  # now that it has answered, the API has done it
                    writer.write(lost.result())
                    break
                if writer not in self._dead:
                    writer.write(data)
                    await writer.drain()
        if writer not in self._dead:
            writer.close()


@asynccontextmanager
async def proxied(api_port: int) -> AsyncIterator[Proxy]:
    """A proxy before the API on that port."""
    proxy = Proxy(api_port)
    await proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
