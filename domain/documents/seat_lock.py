from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class SeatLockStatus(StrEnum):
    ACTIVE = "ACTIVE"
    CONSUMED = "CONSUMED"
    EXPIRED = "EXPIRED"
    RELEASED = "RELEASED"


class SeatLock(Stored):
    """Seats held for a user until `expires_at`.

    ACTIVE → CONSUMED (its booking is paid), EXPIRED (the deadline passed, or the payment failed) or RELEASED
    (by its owner, or its booking was cancelled). Confirming keeps it ACTIVE, sets `booked` and moves
    `expires_at` to the booking's deadline: so one index finds everything whose time has come. A late payment
    takes the same seats again: EXPIRED or RELEASED → CONSUMED.

    `quantities` says how many seats of which section; `seats` names them where the section is RESERVED.
    `total_minor` is what they cost when they were locked, in the event's currency. `correlation_id` is that of the
    request that made it, or a booking of it: what time does to it later, that request has caused.
    """

    event_id: PydanticObjectId
    user_id: PydanticObjectId
    quantities: dict[str, int]
    seats: list[str]
    total_minor: int
    currency: str
    status: SeatLockStatus = SeatLockStatus.ACTIVE
    expires_at: datetime
    booked: bool = False
    idempotency_key: str
    correlation_id: str = ""
    created_at: datetime

    class Settings:
        name = "seat_locks"
        # Only ACTIVE locks are ever looked for by time: finished ones cost these indexes nothing.
        indexes = [
            IndexModel(
                [("event_id", ASCENDING), ("expires_at", ASCENDING)],
                name="due_by_event",
                partialFilterExpression={"status": SeatLockStatus.ACTIVE.value},
            ),
            IndexModel(
                [("booked", ASCENDING), ("expires_at", ASCENDING), ("_id", ASCENDING)],
                name="due_by_kind",
                partialFilterExpression={"status": SeatLockStatus.ACTIVE.value},
            ),
        ]

    @property
    def quantity(self) -> int:
        return sum(self.quantities.values())

    @property
    def section(self) -> str | None:
        """The one section all its seats are in; None when they are in several."""
        return next(iter(self.quantities)) if len(self.quantities) == 1 else None

    def is_dead(self, now: datetime) -> bool:
        """ACTIVE, but past its deadline: it holds nothing any more, swept or not."""
        return self.status is SeatLockStatus.ACTIVE and self.expires_at <= now
