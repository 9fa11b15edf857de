"""Who floods waits behind themselves."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Overloaded
from domain.process.fair_line import FairLine


class Queue:
    """Asks for turns, and lets the one who has it go when told to."""

    def __init__(self, line: FairLine) -> None:
        self.line = line
        self.served: list[str] = []
        self.step = asyncio.Semaphore(0)
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, *names: str) -> None:
        for name in names:
            self.tasks.append(asyncio.create_task(self._serve(name)))
            await asyncio.sleep(0)  # in this order

    async def _serve(self, name: str) -> None:
        async with self.line.turn(name):
            self.served.append(name)
            await self.step.acquire()

    async def finish(self) -> list[object]:
        for _ in self.tasks:
            self.step.release()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_turns_go_round_between_names() -> None:
    queue = Queue(FairLine(1, most_each=10, most=100))
    await queue.come("flood", "flood", "flood", "flood", "ann", "bo", "ann")
    await queue.finish()
    assert queue.served == ["flood", "flood", "ann", "bo", "flood", "ann", "flood"]


async def test_a_full_line_turns_its_own_away_and_nobody_else() -> None:
    queue = Queue(FairLine(1, most_each=2, most=100))
    await queue.come("flood", "flood", "flood", "flood", "ann")
    answers = await queue.finish()
    assert [type(answer) for answer in answers] == [type(None)] * 3 + [Overloaded, type(None)]


async def test_where_all_lines_are_full_the_longest_makes_room() -> None:
    queue = Queue(FairLine(1, most_each=10, most=3))
    await queue.come("flood", "flood", "flood", "flood", "ann", "bo", "flood")
    answers = await queue.finish()
    refused = [index for index, answer in enumerate(answers) if isinstance(answer, Overloaded)]
    assert refused == [2, 3, 6]
    assert queue.served == ["flood", "flood", "ann", "bo"]


@pytest.mark.parametrize("gone", [1, 2])
async def test_who_goes_away_keeps_no_place(gone: int) -> None:
    queue = Queue(FairLine(1, most_each=10, most=10))
    await queue.come("ann", "bo", "cy", "di")
    queue.tasks[gone].cancel()
    await queue.finish()
    assert queue.served == [name for index, name in enumerate(["ann", "bo", "cy", "di"]) if index != gone]


async def test_a_turn_that_came_as_its_owner_went_away_goes_on() -> None:
    queue = Queue(FairLine(1, most_each=10, most=10))
    await queue.come("ann", "bo", "cy")
    queue.step.release()
    await asyncio.sleep(0)  # ann is done: bo has the turn, and does not know yet
    queue.tasks[1].cancel()
    await queue.finish()
    assert queue.served == ["ann", "cy"]
