from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from beanie import PydanticObjectId
from pydantic import BaseModel
from pymongo import IndexModel

from domain.documents.allocation import Allotment
from domain.documents.sales_window import SalesWindow
from domain.documents.stored import Stored
from domain.money import Money


class Seating(StrEnum):
    GENERAL = "GENERAL"
    RESERVED = "RESERVED"


class SeatStatus(StrEnum):
    """A seat is AVAILABLE, HELD by a lock or an allocation, or BOOKED. Seat rows store the first letter."""

    AVAILABLE = "AVAILABLE"
    HELD = "HELD"
    BOOKED = "BOOKED"

    @property
    def letter(self) -> str:
        return self.value[0]


STATUS_OF_LETTER: dict[str, SeatStatus] = {status.letter: status for status in SeatStatus}


class Section(BaseModel):
    """One price and one way of seating. available + held + booked = total, always; none is ever negative."""

    name: str
    seating: Seating
    price_minor: int
    total: int
    available: int
    held: int
    booked: int


class CancellationPolicy(BaseModel):
    """What cancelling a paid booking gives back: all before `full_until`, from then on `percentage` per cent."""

    full_until: datetime | None
    percentage: int


BY_NAME = "by_name"
"""The index that finds events by beginnings of words, by start."""

BEING_CANCELLED: dict[str, Any] = {
    "cancelled_at": {"$type": "date"},
    "cancellation_finished_at": {"$type": "null"},
}
"""Events that are cancelled while something they have sold is not ended yet."""


RELEASES: dict[str, Any] = {"allotments.releases_at": {"$type": "date"}}
"""Events with an allocation that time releases."""


class Event(Stored):
    """What is sold: its sections with their counters, which are the event's inventory together with its seat rows.

    `version` counts the changes of the inventory (and batches that changed only other documents), `audit_sequence`
    the audit entries. Expiring a lock is one change; until that is written, a reader counts each dead lock as one, so
    that a version means the same seats before and after the sweep. A lock that is prolonged, or paid, counts two more:
    who has counted it as dead meanwhile sees a later version next. Readers count each instant at which sales opened or
    closed by themselves as one, too, so a change of those instants counts as many more as there are. They change only
    through the inventory writer, in the transaction that changes anything of this event, guarded by the version read
    before: that one conditional write is what makes the event's history serial. `repairs` counts the times it had to be
    repaired. Without a `cancellation` of its own the seller's setting is its policy.

    `name_prefixes` are all beginnings of the words of its name, by which searches find it.

    People are shown `starts_at` in `time_zone`, by its IANA name, which is that of the `venue`.

    `audit_hash` is the hash of its last audit entry. `audit_forgotten` entries, the last with the hash
    `audit_forgotten_hash`, were deleted because their time was up: what is left no longer gives the inventory.

    If it `forbid_orphans`, seats chosen by hand may leave no single seat empty between taken ones.

    `updated_at` is when anything but its inventory last changed.

    A buyer has at most `max_seats_per_buyer` of its seats, held and booked together; None: as many as there are.

    It sells from `sales_start_at` (None: from when it was made) until `sales_end_at` (None: until `starts_at`).
    `allotments` are its ACTIVE allocations, of `allocations_made` that were ever made.

    `reign` is under what name some process carries out commands of others (domain/writer/relay.py).

    On sale → `sales_closed` and back, as an ADMIN says, each time recorded by the entry `sales_entry_id`; or cancelled,
    which closes sales for good. From `cancelled_at` until `cancellation_finished_at` what it has sold is being ended.
    """

    name: str
    name_prefixes: Sequence[str] = ()
    description: str | None = None
    venue: str | None = None
    time_zone: str = "UTC"
    starts_at: datetime
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    max_seats_per_buyer: int | None = None
    price_minor: int
    currency: str
    sections: list[Section]
    forbid_orphans: bool = False
    allotments: tuple[Allotment, ...] = ()
    allocations_made: int = 0
    cancellation: CancellationPolicy | None = None
    sales_closed: bool = False
    sales_entry_id: PydanticObjectId | None = None
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None
    cancellation_correlation_id: str | None = None
    cancellation_finished_at: datetime | None = None
    version: int = 1
    audit_sequence: int = 0
    audit_hash: bytes = b""
    audit_forgotten: int = 0
    audit_forgotten_hash: bytes = b""
    repairs: int = 0
    reign: str | None = None
    created_at: datetime
    updated_at: datetime

    class Settings:
        name = "events"
        indexes = [
            IndexModel([("starts_at", 1), ("_id", 1)], name="by_start"),
            IndexModel([("name_prefixes", 1), ("starts_at", 1), ("_id", 1)], name=BY_NAME),
            IndexModel([("cancelled_at", 1)], name="being_cancelled", partialFilterExpression=BEING_CANCELLED),
            IndexModel([("allotments.releases_at", 1)], name="by_release", partialFilterExpression=RELEASES),
        ]

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        event = super().from_bson({"updated_at": raw["created_at"], **raw})
        event.sections = [
            Section.model_construct(**{**section, "seating": Seating(section["seating"])})
            for section in raw["sections"]
        ]
        event.allotments = tuple(Allotment.model_construct(**one) for one in raw.get("allotments") or ())
        if policy := raw.get("cancellation"):
            event.cancellation = CancellationPolicy.model_construct(**policy)
        return event

    def to_bson(self) -> dict[str, Any]:
        raw = super().to_bson()
        raw["sections"] = [dict(section.__dict__) for section in self.sections]
        raw["allotments"] = [dict(allotment.__dict__) for allotment in self.allotments]
        raw["cancellation"] = self.cancellation and dict(self.cancellation.__dict__)
        return raw

    @property
    def sales_window(self) -> SalesWindow:
        """When it sells."""
        return SalesWindow(
            made_at=self.created_at,
            starts_at=self.starts_at,
            opens_at=self.sales_start_at,
            ends_at=self.sales_end_at,
            paused=self.sales_closed,
            cancelled=self.cancelled_at is not None,
        )

    def is_on_sale(self, now: datetime) -> bool:
        """Whether seats that are AVAILABLE can be taken: by a lock, or by a payment that comes late."""
        return self.sales_window.is_open(now)

    def section(self, name: str) -> Section | None:
        """The section of that name."""
        for section in self.sections:
            if section.name == name:
                return section
        return None

    def allotment(self, allocation_id: PydanticObjectId | None) -> Allotment | None:
        """What it knows of the allocation; None once that is released."""
        for allotment in self.allotments:
            if allotment.id == allocation_id:
                return allotment
        return None

    def price_of(self, section: Section) -> Money:
        """The price of one seat there."""
        return Money(section.price_minor, self.currency)

    @property
    def price(self) -> Money:
        """The price of one seat where its section has none of its own."""
        return Money(self.price_minor, self.currency)

    @property
    def total(self) -> int:
        return sum(section.total for section in self.sections)

    @property
    def available(self) -> int:
        return sum(section.available for section in self.sections)

    @property
    def held(self) -> int:
        return sum(section.held for section in self.sections)

    @property
    def booked(self) -> int:
        return sum(section.booked for section in self.sections)


class SeatRow(Stored):
    """One row of a RESERVED section: a letter a seat in `statuses`, and who holds or booked it in `holders`.

    Seat 1 is position 0. `holders[i]` is the id of the lock (a booking keeps its lock's id), or of the allocation, and
    None exactly where `statuses[i]` is A. The id is `<event id>/<section>-<row>`: a seat's label without its number, so
    that a label names its row without a look-up and no two rows of an event can have the same labels.
    """

    id: str  # type: ignore[assignment]
    event_id: PydanticObjectId
    section: str
    name: str
    position: int
    statuses: str
    holders: list[PydanticObjectId | None]

    class Settings:
        name = "seat_rows"
        indexes = [IndexModel([("event_id", 1), ("section", 1), ("position", 1)], name="by_section", unique=True)]

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        return super().from_bson({"holders": [], **raw})

    @property
    def label(self) -> str:
        """`STALLS-A`, the beginning of every label in this row."""
        return f"{self.section}-{self.name}"


def row_id(event_id: PydanticObjectId, row_label: str) -> str:
    """The id of the row whose labels begin with `row_label`."""
    return f"{event_id}/{row_label}"
