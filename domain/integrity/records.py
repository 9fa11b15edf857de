"""Everything that is stored about an event, as of one instant: what a check compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from domain.documents import AllocationStatus, Event
from domain.integrity.history import History, Raw

LOCK_FIELDS = "event_id quantities seats status expires_at booked allocation_id"
BOOKING_FIELDS = "event_id quantities seats status payment_expires_at allocation_id"
PAYMENT_FIELDS = "event_id booking_id status may_hold_money"
REFUND_FIELDS = "event_id payment_id status percentage"
ALLOCATION_FIELDS = "event_id quantities seats status opens_at releases_at max_seats_per_buyer"

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

INSTEAD: dict[str, Raw] = {
    "locks": {"quantities": {}, "seats": [], "status": "", "expires_at": LONG_AGO, "booked": False},
    "bookings": {"quantities": {}, "seats": [], "status": "", "payment_expires_at": LONG_AGO},
    "payments": {"status": "", "may_hold_money": False},
    "refunds": {"status": "", "percentage": 100},
    "allocations": {"quantities": {}, "seats": [], "status": ""},
}
"""What is taken in place of fields that somebody has left out, or made something else of, by hand."""


@dataclass(slots=True)
class Records:
    """The documents of one event, raw, by id; refunds by their payment's id.

    Locks are those that are ACTIVE, have a booking or an audit entry: a finished one that nobody speaks of holds
    nothing, and finding it would mean reading every lock there is.

    `archived` are the archived ones among locks and bookings, by kind and id; `unusable` what was taken in place of
    fields that can't be worked with. `made` is what its audit entries say of the seats of a lock that doesn't say so
    itself, or disagrees with its booking, or where one of them is gone, or both and there is a payment; and so of an
    allocation that is gone, or doesn't say what it was made of.
    """

    event: Event
    history: History = field(default_factory=History)
    rows: list[Raw] = field(default_factory=list)
    locks: dict[ObjectId, Raw] = field(default_factory=dict)
    bookings: dict[ObjectId, Raw] = field(default_factory=dict)
    payments: dict[ObjectId, Raw] = field(default_factory=dict)
    refunds: dict[ObjectId, Raw] = field(default_factory=dict)
    allocations: dict[ObjectId, Raw] = field(default_factory=dict)
    archived: set[tuple[str, ObjectId]] = field(default_factory=set)
    unusable: dict[tuple[str, ObjectId], Raw] = field(default_factory=dict)
    made: dict[ObjectId, Raw] = field(default_factory=dict)

    def put(self, kind: str, document: Raw, *, archived: bool = False) -> None:
        """Add a lock, booking, payment, refund or allocation; in place of the archived one should there be both."""
        key: ObjectId = document["payment_id" if kind == "refunds" else "_id"]
        documents: dict[ObjectId, Raw] = getattr(self, kind)
        instead = _instead(kind, document)
        documents[key] = {**document, **instead} if instead else document
        self.unusable.pop((kind, key), None)
        if instead:
            self.unusable[kind, key] = instead
        (self.archived.add if archived else self.archived.discard)((kind, key))

    def unclear(self) -> Iterator[ObjectId]:
        """The locks whose audit entry has to be asked which seats they have."""
        for (kind, lock_id), instead in self.unusable.items():
            if kind in ("locks", "bookings") and not instead.keys().isdisjoint(("quantities", "seats")):
                yield lock_id
        for lock_id in {**self.locks, **self.bookings}:
            lock, booking = self.locks.get(lock_id), self.bookings.get(lock_id)
            if booking is None and lock_id not in self.history.statuses["bookings"]:
                continue  # and that is as it should be
            if lock is None or booking is None or not has_same_seats(lock, booking):
                yield lock_id
        for payment in self.payments.values():
            lock_id = payment["booking_id"]
            if lock_id not in self.locks and lock_id not in self.bookings:
                yield lock_id

    def unclear_allocations(self) -> Iterator[ObjectId]:
        """The allocations whose audit entry has to be asked what they were made of."""
        for allocation_id, told in self.history.statuses["allocations"].items():
            if allocation_id not in self.allocations:
                if told == AllocationStatus.ACTIVE:
                    yield allocation_id
            elif not self.unusable.get(("allocations", allocation_id), {}).keys().isdisjoint(("quantities", "seats")):
                yield allocation_id


def has_same_seats(lock: Mapping[str, Any], booking: Mapping[str, Any]) -> bool:
    """Whether a lock and its booking have as many of the same sections, and the same ones by label."""
    if (lock["quantities"], lock["seats"]) == (booking["quantities"], booking["seats"]):
        return True
    return Counter(lock["quantities"]) == Counter(booking["quantities"]) and {*lock["seats"]} == {*booking["seats"]}


def _instead(kind: str, document: Raw) -> Raw:
    """What is to be taken in place of fields that can't be worked with."""
    if [type(document.get(name)) for name in INSTEAD[kind]] == _TYPES[kind] and (
        "seats" not in document
        or ({*map(type, document["quantities"].values())} <= {int} and {*map(type, document["seats"])} <= {str})
    ):
        return {}  # as almost all are, and there may be a million
    return {name: value for name, value in INSTEAD[kind].items() if not _is_like(document.get(name), value)}


_TYPES = {kind: [type(value) for value in instead.values()] for kind, instead in INSTEAD.items()}


def _is_like(value: Any, example: Any) -> bool:
    match example:
        case dict():
            return isinstance(value, dict) and all(isinstance(count, int | float) for count in value.values())
        case list():
            return isinstance(value, list) and all(isinstance(label, str) for label in value)
        case bool():
            return isinstance(value, bool)
        case int():
            return isinstance(value, int | float)
        case _:
            return isinstance(value, type(example))
