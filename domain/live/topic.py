"""One watched event: who watches it, in which order news are taken, and the newest view.

Pure but for a timer: it is given what was read and heard, and says when it must be read again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from beanie import PydanticObjectId

from domain.clock import Clock
from domain.documents import Event
from domain.live.news import News
from domain.live.seats import Seats
from domain.live.snapshot import StoredEvent
from domain.live.view import RowPlace, View

MOST_PENDING = 1_000
"""News kept for when what came before them is here; past this they are dropped, and the event is read again."""

Wake = Callable[[], None]


class Topic:
    """An event that somebody watches. Belongs to one event loop.

    Its version counts as `Event.version` does in a query: stored changes, dead locks, and the times that sales opened
    or closed by themselves. For every watcher it only ever grows.
    """

    def __init__(self, event_id: PydanticObjectId, clock: Clock) -> None:
        self.event_id = event_id
        self.view = View(0, Event.model_construct(id=event_id, sections=[]), {}, {}, {}, clock())
        self._clock = clock
        self._version = 0
        self._heard = 0
        self._facts: Event | None = None
        self._seats = Seats()
        self._places: dict[str, RowPlace] = {}
        self._committed_at: float | None = None
        self._pending: dict[int, News] = {}
        self._watchers: set[Wake] = set()
        self._booking_watchers: defaultdict[str, set[Wake]] = defaultdict(set)
        self._timer: asyncio.TimerHandle | None = None
        self._moved = asyncio.Event()

    # ------------------------------------------------------------ watching

    @contextmanager
    def watched(self, wake: Wake) -> Iterator[None]:
        """Call this at every change of the view."""
        self._watchers.add(wake)
        try:
            yield
        finally:
            self._watchers.discard(wake)

    @contextmanager
    def booking_watched(self, booking_id: PydanticObjectId, wake: Wake) -> Iterator[None]:
        """Call this whenever the booking may have changed."""
        watchers = self._booking_watchers[str(booking_id)]
        watchers.add(wake)
        try:
            yield
        finally:
            watchers.discard(wake)
            if not watchers:
                self._booking_watchers.pop(str(booking_id), None)

    def close(self) -> None:
        """Nobody watches any more."""
        if self._timer is not None:
            self._timer.cancel()

    # ------------------------------------------------------------ what is told

    @property
    def is_behind(self) -> bool:
        """Whether there is a later version than the one known here: news are missing."""
        return self._heard > self._version

    @property
    def stored_version(self) -> int:
        """The version, as stored, of what is shown."""
        return self._version

    async def reach(self, version: int) -> None:
        """Wait until this version, or a later one, is what is shown."""
        while self._version < version:
            self._moved.clear()
            await self._moved.wait()

    def load(self, stored: StoredEvent) -> None:
        """All of it, read anew; unless that is older than what is known, as a primary that was replaced may say."""
        if stored.version < self._version:
            return
        self._places = stored.places
        self._version = stored.version
        self._heard = max(self._heard, stored.version)
        self._facts = stored.facts
        self._seats.load(stored)
        self._catch_up()
        self.refresh()
        self._moved.set()
        for booking_id in list(self._booking_watchers):
            self._wake_booking(booking_id)

    def hear(self, news: News) -> None:
        """What a writer published, in any order, perhaps again."""
        self._heard = max(self._heard, news.version)
        if news.since >= self._version:
            self._pending[news.since] = news
            if len(self._pending) > MOST_PENDING:
                self._pending.clear()
        if self._catch_up():
            self.refresh()
            self._moved.set()
        for booking_id in news.bookings:
            self._wake_booking(booking_id)

    def expect(self, version: int) -> None:
        """This version was seen in the database."""
        self._heard = max(self._heard, version)

    def doubt(self, version: int) -> None:
        """The newest version stored is this one, and what is known here is not so: whatever is read is true."""
        self._version = 0
        self._heard = version
        self._pending.clear()

    def _catch_up(self) -> bool:
        """Take every piece of news that follows on what is known; whether there was any."""
        caught_up = False
        while (news := self._pending.pop(self._version, None)) is not None:
            self._version = news.version
            self._facts = news.facts or self._facts
            self._seats.take(news)
            self._committed_at = news.committed_at
            caught_up = True
        if caught_up or not self.is_behind:
            self._pending = {since: news for since, news in self._pending.items() if since >= self._version}
        return caught_up

    # ------------------------------------------------------------ what is seen

    def refresh(self) -> None:
        """Look at the clock, make the view anew, and wake the watchers if it is another; not before it is loaded."""
        if (facts := self._facts) is None:
            return
        now = self._clock()
        died = self._seats.pass_time(now)
        self._set_timer(now, facts.sales_window.next_turn(now))
        self._show(self._look(now, facts))
        self._committed_at = None
        # A booking has its lock's id, and its deadline.
        for key in died:
            self._wake_booking(key)

    def _show(self, view: View) -> None:
        if view.version <= self.view.version:
            if view.is_like(self.view):
                return
            # Only where clocks disagree by more than a lock's life, or somebody changed the database by hand. What is
            # true now must still reach everybody.
            view = replace(view, version=self.view.version + 1)
        self.view = view
        for wake in list(self._watchers):
            wake()

    def _wake_booking(self, booking_id: str) -> None:
        for wake in list(self._booking_watchers.get(booking_id, ())):
            wake()

    def _look(self, now: datetime, facts: Event) -> View:
        sales = facts.sales_window
        version = self._version + self._seats.turns + sales.turns(now)
        is_open, seats = sales.is_open(now), self._seats
        return View(version, facts, seats.counters(), seats.rows, self._places, now, is_open, self._committed_at)

    def _set_timer(self, now: datetime, turn: datetime | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        instants = [instant for instant in (turn, self._seats.next_turn()) if instant is not None]
        if instants:
            # Not before the instant's millisecond: then it would be too early, and set again and again.
            wait = max((min(instants) - now).total_seconds(), 0.0) + 0.001
            self._timer = asyncio.get_running_loop().call_later(wait, self.refresh)
