"""The seats of a watched event: as they are stored, and as they are seen once time alone has freed some.

Pure: it reads no clock. A lock past its deadline, and an allocation whose time is over, count as gone from that moment,
until the news say that somebody swept them, or prolonged them by a clock that is behind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush

from domain.documents import SeatStatus
from domain.live.news import Counters, Hold, Kept, News
from domain.live.snapshot import StoredEvent

STALE_DEADLINES = 1_000
"""Deadlines of locks long gone that may lie about."""

_HELD, _AVAILABLE = SeatStatus.HELD.letter, SeatStatus.AVAILABLE.letter


class _Keeping:
    """An ACTIVE allocation, as far as is known: how many seats it keeps and, if it has a `deadline`, which."""

    def __init__(self, kept: Kept) -> None:
        self.deadline, self.quantities, self.seats = kept.deadline, kept.quantities, set(kept.gained)

    def take(self, kept: Kept) -> None:
        self.quantities = kept.quantities
        self.seats.update(kept.gained)
        self.seats.difference_update(kept.lost)


class Seats:
    """Counters and map of one event, who holds seats, and until when."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        """As seen: seats of dead locks are available here already. Views keep the dict, so it is never changed."""
        # By name, as stored.
        self._sections: dict[str, Counters] = {}
        # By section: how many seats time alone has freed.
        self._freed: Counter[str] = Counter()
        self._holds: dict[str, Hold] = {}
        self._deadlines: list[tuple[datetime, str]] = []
        self._dead: set[str] = set()
        self._kept: dict[str, _Keeping] = {}
        self._over: set[str] = set()
        # Dead locks whose seats are back in an allocation that lasts, by that.
        self._returned: defaultdict[str, set[str]] = defaultdict(set)

    # ------------------------------------------------------------ what is told

    def load(self, stored: StoredEvent) -> None:
        """All of it, read anew; what time has done is seen at the next look at the clock."""
        self._sections = stored.sections
        self.rows = stored.rows
        self._holds = stored.holds
        self._kept = {key: _Keeping(kept) for key, kept in stored.kept.items()}
        self._forget_time()

    def take(self, news: News) -> None:
        """What changed, by news that follow on what is known."""
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
        rows = dict(self.rows)
        for label, letter in letters.items():
            row, _, number = label.rpartition("-")
            before, position = rows.get(row, ""), int(number) - 1
            if position < len(before):
                rows[row] = before[:position] + letter + before[position + 1 :]
        self.rows = rows

    # ------------------------------------------------------------ what time does

    def pass_time(self, now: datetime) -> list[str]:
        """Free what is over by now; the locks that died since the last time, whose ids are their bookings', too."""
        freed = self._release_over(now)
        died: list[str] = []
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, key = heappop(self._deadlines)
            hold = self._holds.get(key)
            if hold is not None and hold.deadline == deadline and key not in self._dead:
                died.append(key)
                self._dead.add(key)
                if hold.allocation in self._kept and hold.allocation not in self._over:
                    self._returned[hold.allocation].add(key)
                    continue
                self._freed.update(hold.quantities)
                freed += hold.seats
        self._write(dict.fromkeys(freed, _AVAILABLE))
        return died

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

    @property
    def turns(self) -> int:
        """How many changes time alone has made: each counts as a version until it is stored."""
        return len(self._dead) + len(self._over)

    def next_turn(self) -> datetime | None:
        """When time changes something next."""
        instants = [self._deadlines[0][0]] if self._deadlines else []
        for key, keeping in self._kept.items():
            if keeping.deadline is not None and key not in self._over:
                instants.append(keeping.deadline)
        return min(instants, default=None)

    def counters(self) -> dict[str, Counters]:
        """By section, with what time alone has freed. Views keep the dict, so it is never changed."""
        seen = self._sections
        for name, freed in self._freed.items():
            if freed and (stored := seen.get(name)) is not None:
                seen = {**seen, name: Counters(stored.available + freed, stored.held - freed, stored.booked)}
        return seen
