"""One watched event: what it was when read, what the news say since, and what time alone does to it.

Pure but for a timer: it is given what was read and heard, and says when it must be read again.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heappush

from beanie import PydanticObjectId

from domain.clock import Clock
from domain.documents import Event, SeatStatus
from domain.live.news import Counters, Hold, Kept, News
from domain.live.snapshot import StoredEvent
from domain.live.view import RowPlace, View

MOST_PENDING = 1_000
"""News kept for when what came before them is here; past this they are dropped, and the event is read again."""

_HELD, _AVAILABLE = SeatStatus.HELD.letter, SeatStatus.AVAILABLE.letter

STALE_DEADLINES = 1_000
"""Deadlines of locks long gone that may lie about."""

Wake = Callable[[], None]


class _Keeping:
    """An ACTIVE allocation, as far as is known: how many seats it keeps and, if it has a `deadline`, which."""

    def __init__(self, kept: Kept) -> None:
        self.deadline, self.quantities, self.seats = kept.deadline, kept.quantities, set(kept.gained)

    def take(self, kept: Kept) -> None:
        self.quantities = kept.quantities
        self.seats.update(kept.gained)
        self.seats.difference_update(kept.lost)


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
        # By name, as stored. Views keep the dict, so it is never changed.
        self._sections: dict[str, Counters] = {}
        # As seen: seats of dead locks are available here already. Views keep the dict, so it is never changed.
        self._rows: dict[str, str] = {}
        self._places: dict[str, RowPlace] = {}
        # By section: how many seats time alone has freed.
        self._freed: Counter[str] = Counter()
        self._committed_at: float | None = None
        self._holds: dict[str, Hold] = {}
        self._deadlines: list[tuple[datetime, str]] = []
        self._dead: set[str] = set()
        self._kept: dict[str, _Keeping] = {}
        self._over: set[str] = set()
        # Dead locks whose seats are back in an allocation that lasts, by that.
        self._returned: defaultdict[str, set[str]] = defaultdict(set)
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
        self._sections = stored.sections
        self._rows = stored.rows
        self._holds = stored.holds
        self._kept = {key: _Keeping(kept) for key, kept in stored.kept.items()}
        self._forget_time()
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
            self._take(news)
            self._committed_at = news.committed_at
            caught_up = True
        if caught_up or not self.is_behind:
            self._pending = {since: news for since, news in self._pending.items() if since >= self._version}
        return caught_up

    def _take(self, news: News) -> None:
        self._version = news.version
        self._sections = {**self._sections, **news.sections}
        letters: dict[str, str] = {}
        for key, hold in news.holds.items():
            if (revived := self._bury(key)) is not None:
                letters.update(dict.fromkeys(revived.seats, _HELD))
            self._holds[key] = hold
            heappush(self._deadlines, (hold.deadline, key))
        for key in news.gone:
            self._bury(key)
            self._holds.pop(key, None)
        for key, kept in news.kept.items():
            letters |= self._take_kept(key, kept)
        self._write({**letters, **news.seats})
        self._facts = news.facts or self._facts
        if len(self._deadlines) > 2 * len(self._holds) + STALE_DEADLINES:
            self._list_deadlines()

    def _take_kept(self, key: str, kept: Kept | None) -> dict[str, str]:
        """An allocation changed, or is released; the letters that makes of seats beside those that moved."""
        letters: dict[str, str] = {}
        if key in self._over:
            # Released at last. Or somebody's clock is behind: then all that time has done is to be done again.
            if kept is None:
                self._over.discard(key)
                self._freed.subtract(self._kept[key].quantities)
            else:
                letters = self._seats_freed()
                self._forget_time()
        if kept is None:
            self._kept.pop(key, None)
            for lock in self._returned.pop(key, ()):
                self._freed.update(self._holds[lock].quantities)
                letters |= dict.fromkeys(self._holds[lock].seats, _AVAILABLE)
        elif key in self._kept:
            self._kept[key].take(kept)
        else:
            self._kept[key] = _Keeping(kept)
        return letters

    def _seats_freed(self) -> dict[str, str]:
        """What time alone has freed, as it is stored: held."""
        dead = [label for key in self._dead for label in self._holds[key].seats]
        return dict.fromkeys([*dead, *(label for key in self._over for label in self._kept[key].seats)], _HELD)

    def _forget_time(self) -> None:
        """Nothing is dead, as far as is known; the next look at the clock will say what is."""
        self._dead.clear()
        self._over.clear()
        self._returned.clear()
        self._freed.clear()
        self._list_deadlines()

    def _list_deadlines(self) -> None:
        self._deadlines = [(hold.deadline, key) for key, hold in self._holds.items() if key not in self._dead]
        heapify(self._deadlines)

    # ------------------------------------------------------------ what is seen

    def refresh(self) -> None:
        """Look at the clock, make the view anew, and wake the watchers if it is another; not before it is loaded."""
        if (facts := self._facts) is None:
            return
        now = self._clock()
        freed = self._release_over(now)
        died: dict[str, Hold] = {}
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, key = heappop(self._deadlines)
            hold = self._holds.get(key)
            if hold is not None and hold.deadline == deadline and key not in self._dead:
                died[key] = hold
                self._dead.add(key)
                if hold.allocation in self._kept and hold.allocation not in self._over:
                    self._returned[hold.allocation].add(key)
                    continue
                self._freed.update(hold.quantities)
                freed += hold.seats
        self._write(dict.fromkeys(freed, _AVAILABLE))
        self._set_timer(now, facts.sales_window.next_turn(now))
        self._show(self._look(now, facts))
        self._committed_at = None
        # A booking has its lock's id, and its deadline.
        for key in died:
            self._wake_booking(key)

    def _release_over(self, now: datetime) -> list[str]:
        """The numbered seats that are free because their allocation is over; its dead locks' are among them."""
        freed: list[str] = []
        for key, keeping in self._kept.items():
            if key in self._over or keeping.deadline is None or keeping.deadline > now:
                continue
            self._over.add(key)
            self._freed.update(keeping.quantities)
            freed += keeping.seats
            for lock in self._returned.pop(key, ()):
                self._freed.update(self._holds[lock].quantities)
                freed += self._holds[lock].seats
        return freed

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
        version = self._version + len(self._dead) + len(self._over) + sales.turns(now)
        is_open, sections = sales.is_open(now), self._as_seen()
        return View(version, facts, sections, self._rows, self._places, now, is_open, self._committed_at)

    def _as_seen(self) -> dict[str, Counters]:
        """The counters, with what time alone has freed."""
        seen = self._sections
        for name, freed in self._freed.items():
            if freed and (stored := seen.get(name)) is not None:
                seen = {**seen, name: Counters(stored.available + freed, stored.held - freed, stored.booked)}
        return seen

    def _bury(self, key: str) -> Hold | None:
        """Forget that this lock is dead: somebody swept it or, their clock being behind, prolonged it."""
        if key not in self._dead:
            return None
        self._dead.discard(key)
        hold = self._holds[key]
        if hold.allocation is not None and key in self._returned.get(hold.allocation, ()):
            self._returned[hold.allocation].discard(key)
        else:
            self._freed.subtract(hold.quantities)
        return hold

    def _write(self, letters: Mapping[str, str]) -> None:
        """Give these seats these letters, in a copy of the map: views keep the old one."""
        if not letters:
            return
        rows = dict(self._rows)
        for label, letter in letters.items():
            row, _, number = label.rpartition("-")
            before, position = rows.get(row, ""), int(number) - 1
            if position < len(before):
                rows[row] = before[:position] + letter + before[position + 1 :]
        self._rows = rows

    def _set_timer(self, now: datetime, turn: datetime | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        instants = [turn] if turn else []
        if self._deadlines:
            instants.append(self._deadlines[0][0])
        for key, keeping in self._kept.items():
            if keeping.deadline is not None and key not in self._over:
                instants.append(keeping.deadline)
        if instants:
            # Not before the instant's millisecond: then it would be too early, and set again and again.
            wait = max((min(instants) - now).total_seconds(), 0.0) + 0.001
            self._timer = asyncio.get_running_loop().call_later(wait, self.refresh)
