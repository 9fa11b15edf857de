"""What buyers have of an event, as far as limits count it: seats held or booked now, and holds that lapsed of late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.documents import PydanticObjectId, SeatLock, SeatLockStatus

MEMORY = timedelta(hours=1)
"""How long a hold that lapsed is counted against who let it lapse."""


Change: TypeAlias = "tuple[SeatLock | None, SeatLock]"
"""A lock as it was read, None if it is new, and as it is to be."""


@dataclass(slots=True)
class Count:
    """Seats that a buyer holds and has booked, and when the holds lapsed that are still counted: the newest first.

    What is held is held until `lasts_until`, or longer; None: nothing of it has a deadline.
    """

    held: int = 0
    booked: int = 0
    lapses: list[datetime] = field(default_factory=list)
    lasts_until: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether time alone has made nothing else of it."""
        return self.lasts_until is None or now < self.lasts_until

    def add(self, lock: SeatLock, now: datetime) -> None:
        """One more lock. A hold past its deadline has lapsed, swept or not."""
        match lock.status:
            case SeatLockStatus.CONSUMED:
                self.booked += lock.quantity
            case SeatLockStatus.ACTIVE if lock.expires_at > now:
                self.held += lock.quantity
                self.lasts_until = min(self.lasts_until or lock.expires_at, lock.expires_at)
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
        self._changed: dict[PydanticObjectId, dict[PydanticObjectId, Change]] = {}
        self.not_read: set[PydanticObjectId] = set()

    def load(self, buyers: Iterable[PydanticObjectId]) -> None:
        """These buyers have what `count_read` says, and else nothing."""
        for buyer in buyers:
            self._read.setdefault(buyer, Count())

    def recall(self, counts: Mapping[PydanticObjectId, Count]) -> None:
        """These buyers have what these counts say, each of which lasts."""
        self._read |= counts

    def counts(self, now: datetime) -> dict[PydanticObjectId, Count]:
        """What each loaded buyer has now."""
        changed = self._changed.items()
        return self._read | {buyer: _counted(self._read[buyer], locks.values(), now) for buyer, locks in changed}

    def count_read(self, buyer: PydanticObjectId) -> Count:
        """What a loaded buyer had, to be filled in by whoever reads it."""
        return self._read[buyer]

    def is_loaded(self, buyer: PydanticObjectId) -> bool:
        return buyer in self._read

    def change(self, before: SeatLock | None, now: SeatLock) -> None:
        """A lock that was made, or has changed. Of buyers that nobody asked about nothing is kept but who they are."""
        if now.user_id in self._read:
            locks = self._changed.setdefault(now.user_id, {})
            as_read = locks[now.id][0] if now.id in locks else before
            locks[now.id] = as_read, now
        else:
            self.not_read.add(now.user_id)

    def count(self, buyer: PydanticObjectId, now: datetime) -> Count:
        """What a loaded buyer has; what was read of it lasts at `now`."""
        return _counted(self._read[buyer], self._changed.get(buyer, {}).values(), now)


def _counted(read: Count, changes: Iterable[Change], now: datetime) -> Count:
    counted = Count(read.held, read.booked, [*read.lapses], read.lasts_until)
    for before, after in changes:
        if before is not None:
            counted.subtract(before, now)
        counted.add(after, now)
    counted.lapses = sorted((lapse for lapse in counted.lapses if lapse > now - MEMORY), reverse=True)
    return counted
