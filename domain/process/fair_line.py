"""A line in which each name waits behind itself: turns go round, one to each name that waits."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.errors import Overloaded

Place = asyncio.Future[None]

TOO_MANY = "Too many requests wait already; try again in a moment."


class FairLine:
    """`at_once` have their turn together. Of one name `most_each` may wait, of all `most`; others get `refusal`."""

    def __init__(self, at_once: int, most_each: int, most: int, refusal: str = TOO_MANY) -> None:
        self._refusal = refusal
        self._free = at_once
        self._most_each = most_each
        self._most = most
        self._waiting = 0
        self._lines: OrderedDict[str, deque[Place]] = OrderedDict()

    @property
    def is_waited_in(self) -> bool:
        """Whether anybody waits."""
        return self._waiting > 0

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the block. Raises Overloaded, at once, or when it is given up
        for somebody whose line is shorter."""
        await self._wait(name)
        try:
            yield
        finally:
            self._hand_on()

    async def _wait(self, name: str) -> None:
        if self._free:
            self._free -= 1
            return
        line = self._lines.get(name, ())
        if len(line) >= self._most_each or (self._waiting >= self._most and not self._shorten(len(line))):
            raise Overloaded(self._refusal)
        place: Place = asyncio.get_running_loop().create_future()
        self._lines.setdefault(name, deque()).append(place)
        self._waiting += 1
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._hand_on()  # the turn came as its owner went away
            else:
                place.cancel()
            raise

    def _shorten(self, length: int) -> bool:
        """Turn the last of the longest line away, if that is longer than a line of this length would become."""
        longest = max(self._lines.values(), key=len)
        if len(longest) <= length + 1:
            return False
        place = longest.pop()
        self._waiting -= 1
        if not place.done():
            place.set_exception(Overloaded(self._refusal))
        return True

    def _hand_on(self) -> None:
        while self._lines:
            name, line = self._lines.popitem(last=False)
            place = line.popleft()
            self._waiting -= 1
            if line:
                self._lines[name] = line  # behind all others
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
