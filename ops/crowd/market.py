"""What is on sale, as the whole crowd sees it: read again and again, once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from random import Random

from seatlock_client import RequestFailed, Seatlock
from seatlock_client.api import Event

MOST_EVENTS = 50
"""The soonest: a crowd need not see all."""


class Market:
    """The events, and what is left of them."""

    def __init__(self, seatlock: Seatlock) -> None:
        self._seatlock = seatlock
        self._events: Sequence[Event] = []
        self._trouble = ""

    async def read(self) -> None:
        """See what there is now. Raises RequestFailed."""
        page = await self._seatlock.events(starts_after=datetime.now(UTC), first=MOST_EVENTS)
        self._events = page.nodes

    async def follow(self, every: float) -> None:
        """Look every so many seconds, until this is cancelled: a sale opens, seats go, a server is away."""
        while True:
            await asyncio.sleep(every)
            await self.look()

    async def look(self) -> None:
        """Read it, if the server answers; else that is a part of `left`."""
        try:
            await self.read()
            self._trouble = ""
        except RequestFailed as failure:
            self._trouble = f"; the server fails: {failure.message}"

    @property
    def has_events(self) -> bool:
        """Whether there is any that is, or may come, on sale."""
        return any(event.cancelled_at is None for event in self._events)

    def pick(self, mind: Random, barred: Collection[str]) -> Event | None:
        """An event on sale with seats left, which is none of the `barred`: each is as likely as another."""
        found = [event for event in self._on_sale() if event.available_seats and event.id not in barred]
        return mind.choice(found) if found else None

    def left(self) -> str:
        """How many seats are left, in words."""
        on_sale = self._on_sale()
        events = f"{len(on_sale)} event{'' if len(on_sale) == 1 else 's'}"
        return f"{sum(event.available_seats for event in on_sale):,} seats left in {events} on sale{self._trouble}"

    def _on_sale(self) -> list[Event]:
        return [event for event in self._events if event.sales_open]
