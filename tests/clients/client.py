"""A client from npm, in a Node of its own, that we tell what to do and that repeats what it hears."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.clients.installing import NODE

PATIENCE = 15.0
"""Seconds to wait for anything a client should hear."""


@dataclass
class Client:
    """An application with one of the client libraries."""

    process: asyncio.subprocess.Process
    opened: int = 0
    """How many connections it has made, as far as it was heard."""
    _names: count[int] = field(default_factory=count)
    _heard: dict[str, deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(deque))

    async def start(self, query: str, **variables: Any) -> Operation:
        """Run this; what comes of it is heard through the Operation."""
        operation = Operation(self, str(next(self._names)))
        await self.tell({"about": operation.name, "query": query, "variables": variables})
        return operation

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """What a query or mutation of one field gives."""
        return await (await self.start(query, **variables)).value()

    async def closed(self) -> int:
        """The code its connection is closed with."""
        while "closed" not in (told := await self.hear("connection")):
            pass
        return int(told["closed"])

    async def rest(self) -> list[dict[str, Any]]:
        """All that it still repeats when nobody talks to it any more, and it has ended."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            lines = (await self.process.stdout.read()).splitlines()
        heard = [json.loads(line) for line in lines]
        self.opened += sum("opened" in each for each in heard)
        return heard

    async def tell(self, what: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    def heard(self, about: str) -> list[dict[str, Any]]:
        """What it has repeated about this, and nobody has asked for."""
        return list(self._heard[about])

    async def hear(self, about: str) -> dict[str, Any]:
        """The next that it repeats about this operation, or about its `connection`."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while not self._heard[about]:
                line = await self.process.stdout.readline()
                assert line, "the client has ended"
                heard = json.loads(line)
                self.opened += "opened" in heard
                self._heard[heard.pop("about")].append(heard)
        return self._heard[about].popleft()


@dataclass(frozen=True)
class Operation:
    """A query, mutation or subscription under way."""

    client: Client
    name: str

    async def value(self) -> dict[str, Any]:
        """The next result's only field."""
        heard = await self.client.hear(self.name)
        assert heard.get("data"), heard
        value: dict[str, Any]
        (value,) = (value for name, value in heard["data"].items() if name != "__typename")
        return value

    async def errors(self) -> list[dict[str, Any]]:
        """What its error handler gets."""
        heard = await self.client.hear(self.name)
        assert "errors" in heard, heard
        errors: list[dict[str, Any]] = heard["errors"]
        return errors

    async def stop(self) -> None:
        """Let the application lose interest."""
        await self.client.tell({"about": self.name})


@asynccontextmanager
async def open_client(scripts: Path, name: str, url: str, token: str | None, **more: object) -> AsyncIterator[Client]:
    """Run the script of this name, with which transport if it knows several: urql over ws, urql over sse."""
    script, _, over = name.partition(" over ")
    process = await asyncio.create_subprocess_exec(
        NODE,
        scripts / f"{script}.mjs",
        json.dumps({"url": url, "token": token, "over": over, **more}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    try:
        yield Client(process)
        process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
