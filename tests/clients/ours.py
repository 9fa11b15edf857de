"""Our client for TypeScript, as a test calls it: see ours.mjs."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.clients.client import Client


class Ours:
    """The client, with its functions by name."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._names = count()

    async def start(self, call: str, *given: object) -> str:
        """Call it; what comes of it is heard under this name."""
        name = str(next(self._names))
        await self.client.tell({"about": name, "call": call, "with": given})
        return name

    async def next(self, name: str) -> Any:
        """The next value of it."""
        heard = await self.client.hear(name)
        assert "value" in heard, heard
        return heard["value"]

    async def call(self, call: str, *given: object) -> Any:
        return await self.next(await self.start(call, *given))

    async def fails(self, call: str, *given: object) -> dict[str, Any]:
        heard = await self.client.hear(await self.start(call, *given))
        assert "error" in heard, heard
        error: dict[str, Any] = heard["error"]
        return error
