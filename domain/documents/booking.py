from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from beanie import PydanticObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from domain.documents.line_item import LineItem, items_of
from domain.documents.stored import Stored
from domain.money import Money


class BookingStatus(StrEnum):
    PAYMENT_PENDING = "PAYMENT_PENDING"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


ONE_A_REFERENCE = IndexModel(
    [("reference", ASCENDING)],
    name="one_a_reference",
    unique=True,
    # Of those from before there were references several have none.
    partialFilterExpression={"reference": {"$gt": ""}},
)


class Booking(Stored):
    """A confirmed lock, to be paid by `payment_expires_at`.

    PAYMENT_PENDING → CONFIRMED, FAILED, EXPIRED or CANCELLED; CONFIRMED → CANCELLED; and by a late payment that
    found its seats free EXPIRED, FAILED or CANCELLED → CONFIRMED.

    A booking's id is its lock's id: a lock cannot have two bookings because the primary key says so. `reference` is its
    name for people; one that a server of an earlier version made gets it when it is
    first asked for.
    """

    reference: str | None = None
    event_id: PydanticObjectId
    user_id: PydanticObjectId
    quantities: dict[str, int]
    seats: list[str]
    items: list[LineItem]
    total_minor: int
    currency: str
    status: BookingStatus = BookingStatus.PAYMENT_PENDING
    payment_expires_at: datetime
    allocation_id: PydanticObjectId | None = None
    cancel_reason: str | None = None
    created_at: datetime
    updated_at: datetime

    class Settings:
        name = "bookings"
        indexes = [
            ONE_A_REFERENCE,
            IndexModel(
                [("user_id", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_user"
            ),
            IndexModel(
                [("event_id", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_event"
            ),
            IndexModel(
                [("status", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_status"
            ),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        ]

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        booking = super().from_bson(raw)
        booking.items = items_of(raw)
        return booking

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

    def is_dead(self, now: datetime) -> bool:
        """PAYMENT_PENDING, but past its deadline: nothing can be done with it any more, swept or not."""
        return self.status is BookingStatus.PAYMENT_PENDING and self.payment_expires_at <= now
