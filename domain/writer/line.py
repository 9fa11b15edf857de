"""Commands that wait for one event, in the order in which they came."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.inventory.again import AskAgain
from domain.inventory.commands import Command


@dataclass(frozen=True, slots=True)
class Sender:
    """Another process that handed a command over: which of its offers it came in, and as which of that.

    It did so to the process that wrote the event under the name of `reign`. Under another nobody may carry it out.
    """

    process: str
    reign: str
    offer: int
    place: int


@dataclass(slots=True, eq=False)
class Waiting:
    """A command in line, since when (`time.perf_counter`), and who gets the answer: our own caller, or a sender.

    `taken_from` are the reigns that it was handed to, and that did not answer.
    """

    command: Command[Any]
    answer: asyncio.Future[Any] | None
    sender: Sender | None = None
    since: float = field(default_factory=time.perf_counter)
    taken_from: frozenset[str] = frozenset()

    def again(self, why: AskAgain) -> Waiting:
        """As it goes back in line."""
        self.command = why.again(self.command)
        return self

    def give(self, answer: Any) -> None:
        """The answer to our own caller: an outcome or an exception."""
        future = self.answer
        if future is None or future.done():
            return  # its caller is elsewhere, or went away
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)


class Line:
    """The commands that wait for one event. Belongs to one event loop.

    `told` are answers that nobody has yet: to use them takes a while, and the next writer may wait for us.
    """

    def __init__(self) -> None:
        self.told: list[tuple[Waiting, Any]] = []
        self._waiting: deque[Waiting] = deque()
        self._in_hand: dict[Waiting, None] = {}
        self._somebody: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self._waiting)

    def join(self, waiting: Iterable[Waiting]) -> None:
        """At its end."""
        self._waiting.extend(waiting)
        self.wake()

    def join_again(self, waiting: Iterable[Waiting]) -> None:
        """At its head, in this order."""
        again = [*waiting]
        self.leave(again)
        self._waiting.extendleft(reversed(again))
        self.wake()

    def take(self, at_most: int) -> list[Waiting]:
        """Those at its head, who are in our hands now until they have an answer, join again, or leave."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), at_most))]
        self._in_hand.update(dict.fromkeys(taken))
        return taken

    def leave(self, waiting: Iterable[Waiting]) -> None:
        """Somebody else cares for them."""
        for one in waiting:
            self._in_hand.pop(one, None)

    def give(self) -> None:
        """Give the answers that are `told`."""
        told, self.told = self.told, []
        for waiting, answer in told:
            waiting.give(answer)
        self.leave(waiting for waiting, _ in told)

    def give_up(self, error: Exception) -> None:
        """Tell everybody, who else would wait for ever."""
        for waiting in (*self._in_hand, *self._waiting):
            waiting.give(error)

    async def comes(self, seconds: float) -> bool:
        """Whether somebody is in it, or comes within that time."""
        if not self._waiting:
            self._somebody = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._somebody}, timeout=seconds)
            self._somebody = None
        return bool(self._waiting)

    def wake(self) -> None:
        """Let nobody wait any longer for somebody to come."""
        if self._somebody is not None and not self._somebody.done():
            self._somebody.set_result(None)
