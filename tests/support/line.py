"""The line to a server, which can be cut between two answers and mended again, or lose an answer without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Line:
    """Forwards connections on a port of its own to the server's."""

    def __init__(self, server_port: int) -> None:
        self.port = 0
        self._server_port = server_port
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._lost: str | None = None
        self._cut_before: str | None = None
        self._silent: list[asyncio.StreamWriter] = []
        self.lost = 0
        """How many answers, or parts of some, nobody heard so far."""

    def cut(self) -> None:
        """End every connection, and let none be made."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections be made again."""
        self._is_cut = False

    def lose_answer_to(self, command: str) -> None:
        """The next connection that sends this hears nothing any more, though what it asks arrives."""
        self._lost = command

    def cut_before(self, command: str) -> None:
        """The next connection that sends this ends there: what was sent before it arrives."""
        self._cut_before = command

    @property
    def has_cut(self) -> bool:
        """Whether it has come to that."""
        return self._cut_before is None

    @property
    def has_lost(self) -> bool:
        """Whether such a connection is silent."""
        return bool(self._silent)

    def hang_up(self) -> None:
        """End the connections that are silent."""
        for writer in self._silent:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until a side ends it or it is cut."""
        if self._is_cut:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        both = {writer, server_writer}
        self._writers |= both
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._ask(reader, server_writer, writer))
                ways.create_task(self._answer(server_reader, writer))
        finally:
            self._writers -= both

    async def _ask(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, answered: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                if self._lost is not None and self._lost.encode() in data:
                    self._lost = None
                    self._silent.append(answered)
                if self._cut_before is not None and (place := data.find(self._cut_before.encode())) >= 0:
                    self._cut_before = None
                    server.write(data[:place])
                    await server.drain()
                    break
                server.write(data)
                await server.drain()
        server.close()
        answered.close()

    async def _answer(self, server: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await server.read(65_536):
                if writer in self._silent:
                    self.lost += 1
                else:
                    writer.write(data)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def line_to(server_port: int) -> AsyncIterator[Line]:
    """A line to what listens on that port."""
    line = Line(server_port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.cut()
        await server.wait_closed()
