"""What buyers have of an event, as far as limits count it: seats held or booked now, and holds that lapsed of late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.documents import PydanticObjectId, SeatLock, SeatLockStatus

MEMORY = timedelta(hours=1)
"""How long a hold that lapsed is counted against who let it lapse."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What there is to know of one lock, to count it."""

    quantity: int
    status: SeatLockStatus
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """Seats that a buyer holds and has booked, and when the holds lapsed that are still counted: the newest first."""

    held: int
    booked: int
    lapses: list[datetime]


class Holdings:
    """The locks of some buyers in one event, as read and as changed since.

    They are counted one by one, whenever somebody wants more seats: a number kept beside them could disagree with them.
    """

    def __init__(self) -> None:
        self._of: dict[PydanticObjectId, dict[PydanticObjectId, Holding]] = {}

    def load(self, buyers: Iterable[PydanticObjectId]) -> None:
        """All that counts of these buyers' locks is about to be put here."""
        for buyer in buyers:
            self._of.setdefault(buyer, {})

    def is_loaded(self, buyer: PydanticObjectId) -> bool:
        return buyer in self._of

    def put(self, lock_id: PydanticObjectId, buyer: PydanticObjectId, holding: Holding) -> None:
        """The lock as it is now. Of buyers that nobody asked about nothing is kept."""
        if (locks := self._of.get(buyer)) is not None:
            locks[lock_id] = holding

    def put_lock(self, lock: SeatLock) -> None:
        self.put(lock.id, lock.user_id, Holding(lock.quantity, lock.status, lock.expires_at))

    def count(self, buyer: PydanticObjectId, now: datetime) -> Count:
        """What a loaded buyer has. A hold past its deadline has lapsed, swept or not."""
        held = booked = 0
        lapses = []
        for holding in self._of[buyer].values():
            match holding.status:
                case SeatLockStatus.CONSUMED:
                    booked += holding.quantity
                case SeatLockStatus.ACTIVE if holding.expires_at > now:
                    held += holding.quantity
                case SeatLockStatus.ACTIVE | SeatLockStatus.EXPIRED if holding.expires_at > now - MEMORY:
                    lapses.append(holding.expires_at)
        return Count(held, booked, sorted(lapses, reverse=True))
