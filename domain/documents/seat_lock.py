from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from beanie import PydanticObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from domain.documents.idempotency_key import ONE_PER_KEY
from domain.documents.line_item import LineItem, items_of
from domain.documents.stored import Stored
from domain.money import Money


class SeatLockStatus(StrEnum):
    ACTIVE = "ACTIVE"
    CONSUMED = "CONSUMED"
    EXPIRED = "EXPIRED"
    RELEASED = "RELEASED"


class SeatLock(Stored):
    """Seats held for a user until `expires_at`.

    ACTIVE → CONSUMED (its booking is paid), EXPIRED (the deadline passed, or the payment failed) or RELEASED (by its
    owner, or its booking was cancelled). While it is ACTIVE and no booking, its seats may change, and its deadline be
    put off: `extended_by` is the last time that was done, by its audit entry. Confirming keeps it ACTIVE, sets `booked`
    and moves `expires_at` to the booking's deadline: so one index finds everything whose time has come. A late payment
    takes the same seats again: EXPIRED or RELEASED → CONSUMED.

    `quantities` says how many seats of which section; `seats` names them where the section is RESERVED. `items` says
    the same with prices, a line a section and price, older ones first, and `total_minor` is their sum: what the seats
    cost when they were locked, in the event's currency. `key_id` and `request` are as in IdempotencyKey: of the request
    that made it. `allocation_id` is that of the allocation they are from, if
    any. `updated_at` is when it last changed; of one that expired, its deadline. `correlation_id` is that of the
    request that made it, or a booking of it: what time does to it later, that request has caused.
    """

    event_id: PydanticObjectId
    user_id: PydanticObjectId
    quantities: dict[str, int]
    seats: list[str]
    items: list[LineItem]
    total_minor: int
    currency: str
    status: SeatLockStatus = SeatLockStatus.ACTIVE
    expires_at: datetime
    booked: bool = False
    extended_by: PydanticObjectId | None = None
    allocation_id: PydanticObjectId | None = None
    idempotency_key: str
    key_id: bytes | None = None
    request: bytes | None = None
    correlation_id: str = ""
    created_at: datetime
    updated_at: datetime

    class Settings:
        name = "seat_locks"
        # Only ACTIVE locks are ever looked for by deadline: finished ones cost these two indexes nothing.
        indexes = [
            ONE_PER_KEY,
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
            # What limits count of a buyer, however many finished locks of theirs there are.
            IndexModel(
                [("event_id", ASCENDING), ("user_id", ASCENDING), ("status", ASCENDING), ("expires_at", ASCENDING)],
                name="counted_by_buyer",
            ),
            IndexModel(
                [("user_id", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_user"
            ),
            # These two serve lists of every status as well: they name all, and MongoDB merges what is sorted.
            IndexModel(
                [("event_id", DESCENDING), ("status", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)],
                name="newest_by_event",
            ),
            IndexModel(
                [("status", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_status"
            ),
            IndexModel(
                [("allocation_id", ASCENDING), ("user_id", ASCENDING), ("status", ASCENDING)],
                name="by_allocation",
                partialFilterExpression={"allocation_id": {"$gt": PydanticObjectId("0" * 24)}},
            ),
        ]

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        # Somebody may have put one there by hand, without either: it is swept as others are.
        lock = super().from_bson({**raw, "updated_at": raw.get("updated_at", raw.get("created_at"))})
        lock.items = items_of(raw)
        return lock

    def to_bson(self) -> dict[str, Any]:
        raw = super().to_bson()
        raw["items"] = [dict(item.__dict__) for item in self.items]
        return raw

    @property
    def quantity(self) -> int:
        return sum(self.quantities.values())

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def section(self) -> str | None:
        """The one section all its seats are in; None when they are in several."""
        return next(iter(self.quantities)) if len(self.quantities) == 1 else None

    def is_dead(self, now: datetime) -> bool:
        """ACTIVE, but past its deadline: it holds nothing any more, swept or not."""
        return self.status is SeatLockStatus.ACTIVE and self.expires_at <= now
