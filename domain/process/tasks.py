"""Tasks that outlive whoever began them, and cancelling that cannot be overlooked.

In Python 3.11 `asyncio.wait_for` swallows a cancellation that comes between the answer and whoever waits for it, and
PyMongo and redis-py talk to their servers through it: a loop that is cancelled only once may go on for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")

AGAIN_SECONDS = 0.25

FINISH_AGAIN_SECONDS = 1.0
"""How long long work may take to notice that it is cancelled, when the process ends."""


async def cancel(*tasks: asyncio.Future[Any], again_after: float = AGAIN_SECONDS) -> None:
    """Cancel the tasks, as often as it takes; return when all have ended, whatever came of them."""
    going_on = set(tasks)
    while going_on:
        for task in going_on:
            task.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=again_after)
    await asyncio.gather(*tasks, return_exceptions=True)


async def unless(told: asyncio.Event, work: Coroutine[Any, Any, ResultT]) -> ResultT | None:
    """What comes of this work; None when the event is set first, and then the work is cancelled."""
    doing, hearing = asyncio.create_task(work), asyncio.create_task(told.wait())
    try:
        await asyncio.wait({doing, hearing}, return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        await cancel(doing, hearing)


class Tasks:
    """The work of one process that nobody may cut off by going away."""

    def __init__(self) -> None:
        self._kept: set[asyncio.Task[Any]] = set()
        self._stoppable: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        """Carry on with this even if whoever awaits it goes away; `finish` waits for it."""
        task = asyncio.create_task(work)
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)
        return task

    def keep_until_stopped(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        """The same, for long work that can be cut off: `finish` cancels it."""
        task = self.keep(work)
        self._stoppable.add(task)
        task.add_done_callback(self._stoppable.discard)
        return task

    async def all_done(self) -> None:
        """Wait until nothing is under way."""
        while self._kept:
            await asyncio.wait(self._kept)

    async def finish(self) -> None:
        """Cancel what can be cut off, and wait for everything else."""
        await cancel(*self._stoppable, again_after=FINISH_AGAIN_SECONDS)
        await self.all_done()
