"""How quick work goes that can wait: at full speed while nobody buys, and with rests while somebody does.

It is done in batches. Of a batch those who buy notice two things: it has their event for as long as it takes, and it
takes its part of the processor and of MongoDB. So in a rush batches are short, one at a time, and after each comes a
rest. They still come: what can wait takes half of the time, and is not put off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

FULL = 500
"""Things in a batch while nobody buys."""

LEAST, FIRST, MOST = 25, 50, 200
"""Things in a batch during a rush: so many at least, in the first, and at most."""

SHORT_SECONDS = 0.03
"""How long a batch should take then. It has as many things as took so long the last time."""

LONGEST_REST_SECONDS = 0.5
"""The rest after it is as long as it took, and no longer than this: what took so long waited for something else."""


@dataclass(slots=True)
class Batch:
    """At most so many things may be done together; `done` of them were."""

    size: int
    done: int = 0


class Pace:
    """The pace of all such work of one process. Belongs to one event loop."""

    def __init__(
        self,
        is_rush: Callable[[], Awaitable[bool]],
        *,
        timer: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._is_rush = is_rush
        self._timer = timer
        self._sleep = sleep
        self._alone = asyncio.Lock()
        self._size = FIRST
        self._rest_until = 0.0

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        """Wait until the next batch may begin; during a rush it is the only one until the end of the block."""
        if not await self._is_rush():
            yield Batch(FULL)
            return
        async with self._alone:
            # Before a batch and not after it: whoever did the last one need not wait.
            await self._sleep(max(0.0, self._rest_until - self._timer()))
            batch = Batch(self._size)
            began = self._timer()
            try:
                yield batch
            finally:
                self._learn(batch, self._timer() - began)

    def _learn(self, batch: Batch, seconds: float) -> None:
        self._rest_until = self._timer() + min(seconds, LONGEST_REST_SECONDS)
        if seconds > SHORT_SECONDS:
            fitting = int(batch.size * SHORT_SECONDS / seconds)
            self._size = max(LEAST, batch.size // 2, fitting)
        elif batch.done == batch.size:
            # Not by what it took alone: a batch of few things tells little of one of many.
            self._size = min(MOST, batch.size + batch.size // 2)
