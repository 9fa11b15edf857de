from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pydantic import BaseModel
from pymongo import IndexModel

from domain.documents.stored import Stored


class AllocationStatus(StrEnum):
    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"


class Allotment(BaseModel):
    """An ACTIVE allocation as its event knows it: so rules and readers need no other document.

    `kept` is how many seats of which section it has left. Which numbered ones these are the seat rows say: their
    holder is the allocation's id. It is replaced, never changed in place.
    """

    id: PydanticObjectId
    quantity: int
    opens_at: datetime | None
    releases_at: datetime | None
    max_seats_per_buyer: int | None
    kept: Mapping[str, int]

    def lasts(self, now: datetime) -> bool:
        """Whether it keeps its seats. An instant is already part of what it begins: at `releases_at` it does not."""
        return self.releases_at is None or now < self.releases_at

    @property
    def left(self) -> int:
        return sum(self.kept.values())


class Allocation(Stored):
    """Seats that the house keeps back: HELD, by no buyer.

    ACTIVE → RELEASED, by `releases_at` or by hand: what it still keeps is available then. While it is ACTIVE its event
    has an Allotment of it. With an `access_code` buyers take seats out of it from `opens_at` on (None: at once). What
    they let go it gets back while it lasts. `quantities` and `seats` are what it was made of, and never change: those
    that no lock or booking with its id has, it keeps. Once RELEASED, `taken` is how many it had given to buyers.

    No two allocations of an event have the same code: an index says so.
    """

    event_id: PydanticObjectId
    name: str
    access_code: str | None = None
    opens_at: datetime | None = None
    releases_at: datetime | None = None
    max_seats_per_buyer: int | None = None
    quantities: dict[str, int]
    seats: list[str]
    status: AllocationStatus = AllocationStatus.ACTIVE
    taken: int | None = None
    created_at: datetime
    released_at: datetime | None = None

    class Settings:
        name = "allocations"
        indexes = [
            IndexModel([("event_id", 1), ("created_at", 1), ("_id", 1)], name="oldest_by_event"),
            IndexModel(
                [("event_id", 1), ("access_code", 1)],
                name="one_a_code",
                unique=True,
                partialFilterExpression={"access_code": {"$gt": ""}},
            ),
        ]

    @property
    def quantity(self) -> int:
        return sum(self.quantities.values())
