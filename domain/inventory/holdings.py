"""What buyers have of an event, as far as limits count it: seats held or booked now, and holds that lapsed of late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.documents import PydanticObjectId, SeatLock, SeatLockStatus

MEMORY = timedelta(hours=1)
"""How long a hold that lapsed is counted against who let it lapse."""


@dataclass(slots=True)
class Count:
    """Seats that a buyer holds and has booked, and when the holds lapsed that are still counted: the newest first."""

    held: int = 0
    booked: int = 0
    lapses: list[datetime] = field(default_factory=list)

    def add(self, lock: SeatLock, now: datetime) -> None:
        """One more lock. A hold past its deadline has lapsed, swept or not."""
        match lock.status:
            case SeatLockStatus.CONSUMED:
                self.booked += lock.quantity
            case SeatLockStatus.ACTIVE if lock.expires_at > now:
                self.held += lock.quantity
            case SeatLockStatus.ACTIVE | SeatLockStatus.EXPIRED if lock.expires_at > now - MEMORY:
                self.lapses.append(lock.expires_at)

    def subtract(self, lock: SeatLock, now: datetime) -> None:
        """Without a lock that is counted."""
        counted = Count()
        counted.add(lock, now)
        self.held -= counted.held
        self.booked -= counted.booked
        for lapse in counted.lapses:
            self.lapses.remove(lapse)


class Holdings:
    """What some buyers had when it was read, and the locks of theirs that have changed since.

    Locks are counted whenever somebody wants more seats: a number kept beside them could disagree with them.
    """

    def __init__(self) -> None:
        self._read: dict[PydanticObjectId, Count] = {}
        self._changed: dict[PydanticObjectId, dict[PydanticObjectId, tuple[SeatLock | None, SeatLock]]] = {}

    def load(self, buyers: Iterable[PydanticObjectId]) -> None:
        """These buyers have what `count_read` says, and else nothing."""
        for buyer in buyers:
            self._read.setdefault(buyer, Count())

    def count_read(self, buyer: PydanticObjectId) -> Count:
        """What a loaded buyer had, to be filled in by whoever reads it."""
        return self._read[buyer]

    def is_loaded(self, buyer: PydanticObjectId) -> bool:
        return buyer in self._read

    def change(self, before: SeatLock | None, now: SeatLock) -> None:
        """A lock that was made, or has changed. Of buyers that nobody asked about nothing is kept."""
        if self._read and now.user_id in self._read:
            locks = self._changed.setdefault(now.user_id, {})
            as_read = locks[now.id][0] if now.id in locks else before
            locks[now.id] = as_read, now

    def count(self, buyer: PydanticObjectId, now: datetime) -> Count:
        """What a loaded buyer has; `now` is when it was read, too."""
        read = self._read[buyer]
        counted = Count(read.held, read.booked, [*read.lapses])
        for before, after in self._changed.get(buyer, {}).values():
            if before is not None:
                counted.subtract(before, now)
            counted.add(after, now)
        counted.lapses.sort(reverse=True)
        return counted
