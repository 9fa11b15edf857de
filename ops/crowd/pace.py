"""How often the crowd asks."""

from __future__ import annotations

import asyncio

import httpx


class Pace:
    """Lets requests go one after another, so many a second at most, in the order in which they came."""

    def __init__(self, per_second: int) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    async def turn(self, _request: httpx.Request) -> None:
        """Return when this request may go."""
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        self._next = at + self._gap
        await asyncio.sleep(at - now)
