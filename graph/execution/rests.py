"""Reports rest while somebody buys, so that whoever asks for them without a pause takes little from a sale."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from domain.process.fair_line import FairLine

LONGEST_REST_SECONDS = 2.0

LINE, LINES = 200, 5_000
"""How many reports may wait for one ADMIN, and for all."""

TOO_MANY = "Too many of your reports wait already; try again in a moment."


class Rests:
    """A line of reports: during a rush one at a time, and each is followed by a rest `times` as long as it took.

    While nobody buys, and with `times` 0, nobody waits. Each name waits behind itself.
    """

    def __init__(
        self,
        times: float,
        *,
        timer: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._times = times
        self._timer = timer
        self._sleep = sleep
        self._line = FairLine(1, LINE, LINES, TOO_MANY)
        self._rest_until = 0.0

    @asynccontextmanager
    async def turn(self, name: str, is_rush: Callable[[], Awaitable[bool]]) -> AsyncIterator[None]:
        """Wait until a report may be made, and make it in the block. Entering raises Overloaded."""
        if not self._times or not await is_rush():
            yield
            return
        async with self._line.turn(name):
            # Before a report and not after it: who had the last one need not wait.
            await self._sleep(max(0.0, self._rest_until - self._timer()))
            began = self._timer()
            try:
                yield
            finally:
                ended = self._timer()
                self._rest_until = ended + min(self._times * (ended - began), LONGEST_REST_SECONDS)
