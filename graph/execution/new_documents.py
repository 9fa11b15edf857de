"""How long one address may have the processor prepare documents that are not remembered: parse, measure, validate them.

Clients send the same few documents all the time, which costs them nothing here. Whoever sends new ones without end
pays for each with the time it took, and waits when there is none left.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from domain.errors import OverBudget
from domain.process.fair_line import FairLine
from domain.process.fingerprints import network_of
from domain.process.metrics import budget_used_up
from graph.execution.documents import Documents, Prepared

MAX_ADDRESSES = 10_000
"""So many are remembered, the latest; who is forgotten begins anew, and has cost little for long."""

LINE, LINES = 1_000, 5_000
"""How many new documents of one address may wait, and of all."""

REST = 2.0
"""Where others wait, it takes so many times as long until the next one: a third of the time goes to new documents."""

TOO_MANY = "Too many documents that are new; use variables, and try again in {} s."

MINUTE = 60.0


class NewDocuments:
    """The time that each address has left, in one process: it grows until a minute's worth is there."""

    def __init__(self, ms_a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = ms_a_minute / 1_000
        self._clock = clock
        self._line = FairLine(1, LINE, LINES)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def prepared(self, documents: Documents, text: str, address: str | None) -> Prepared:
        """The document of this text, once it is the turn of this address. Raises OverBudget, Overloaded.

        Between two documents the process does other things for a while: of many at once, each step of a sale would wait
        for all of them.
        """
        async with self._line.turn(network_of(address or "")):
            prepared = documents.remembered(text)
            if prepared is None:
                began = time.thread_time()
                with self.paid_by(address):
                    prepared = documents.prepare(text)
                rest = REST * (time.thread_time() - began)
                await asyncio.sleep(0)  # whoever came with it gets in line
                if self._line.is_waited_in:
                    await asyncio.sleep(rest)
            return prepared

    @contextmanager
    def paid_by(self, address: str | None) -> Iterator[None]:
        """Have this address pay for what the block takes. Raises OverBudget if it has nothing left."""
        if address is None:
            yield
            return
        name = network_of(address)
        left = self._now_left(name)
        if left <= 0:
            budget_used_up("new_documents")
            seconds = max(1, ceil((self._most / 20 - left) * MINUTE / self._most))
            raise OverBudget(TOO_MANY.format(seconds), seconds)
        began = time.thread_time()
        try:
            yield
        finally:
            self._left[name] = (left - (time.thread_time() - began), self._clock())
            self._left.move_to_end(name)
            if len(self._left) > MAX_ADDRESSES:
                self._left.popitem(last=False)

    def _now_left(self, name: str) -> float:
        left, since = self._left.get(name, (self._most, 0.0))
        return min(self._most, left + (self._clock() - since) * self._most / MINUTE)
