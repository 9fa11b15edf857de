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
        self._asked: dict[KeyT, asyncio.Future[ValueT | None]] = {}
        self._at_work = False

    async def get(self, key: KeyT) -> ValueT | None:
        """The value of this key, None if it has none. Raises what the read raises."""
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        if not self._at_work:
            self._at_work = True
            self._tasks.keep(self._work())
        return await asyncio.shield(answer)  # others may wait for it, too

    async def _work(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await asyncio.wait({self._tasks.keep(self._answer(asked))}, timeout=LONGEST_WAIT_SECONDS)
        finally:
            self._at_work = False

    async def _answer(self, asked: dict[KeyT, asyncio.Future[ValueT | None]]) -> None:
        try:
            found = await self._read(list(asked))
        except Exception as error:
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # looked at, even if all who asked have gone away
        else:
            for key, answer in asked.items():
                answer.set_result(found.get(key))
