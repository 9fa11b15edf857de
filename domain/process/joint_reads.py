"""Many questions of one kind, answered by few reads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from domain.process.tasks import Tasks

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")

LONGEST_WAIT_SECONDS = 0.1
"""How long the next read waits for the one before, which may hang."""


class Gathered(Generic[KeyT, ValueT]):
    """Reads by key; what is asked while a read is under way is asked together by the next one.

    So at rest nobody waits, and under load a read serves hundreds. Every answer was read after it was asked for.
    Belongs to one event loop.
    """

    def __init__(self, read: Callable[[Sequence[KeyT]], Awaitable[Mapping[KeyT, ValueT]]], tasks: Tasks) -> None:
        self._read = read
        self._tasks = tasks
        self._asked: dict[KeyT, list[asyncio.Future[ValueT | None]]] = {}
        self._at_work = False

    async def get(self, key: KeyT) -> ValueT | None:
        """The value of this key, None if it has none. Raises what the read raises."""
        # Each waits for a future of their own: who goes away takes no answer from others.
        answer: asyncio.Future[ValueT | None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(key, []).append(answer)
        if not self._at_work:
            self._at_work = True
            self._tasks.keep(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await asyncio.wait({self._tasks.keep(self._answer(asked))}, timeout=LONGEST_WAIT_SECONDS)
        finally:
            self._at_work = False

    async def _answer(self, asked: dict[KeyT, list[asyncio.Future[ValueT | None]]]) -> None:
        try:
            found = await self._read(list(asked))
        except Exception as error:
            for waiting in asked.values():
                for answer in waiting:
                    if not answer.done():
                        answer.set_exception(error)
        else:
            for key, waiting in asked.items():
                for answer in waiting:
                    if not answer.done():
                        answer.set_result(found.get(key))
