"""Everything that is stored about an event, as of one instant: what a check compares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from bson import ObjectId
from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import OperationFailure

from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    Payment,
    Refund,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    SeatStatus,
    Stored,
)
from domain.inventory.state import COUNTERS

if TYPE_CHECKING:
    from domain.services import Services

Raw = dict[str, Any]

Claim = tuple[int, ObjectId]
"""A seat's status, as its place among the COUNTERS, and the lock that has it."""

BATCH_EVENTS = 100
BATCH_WEIGHT = 100_000
"""A batch of events is read at once; its seats and audit entries are about this many, or those of one event."""

CHUNK = 2_000
"""Documents handled without letting others run: a few milliseconds."""

SNAPSHOT_TRIES = 5
SNAPSHOT_LOST = frozenset({239, 246})
"""SnapshotTooOld and SnapshotUnavailable (a collection or index was made this moment): another snapshot will do."""

_SUBJECTS: dict[str, tuple[str, str]] = {
    AuditAction.SEATS_LOCKED: ("locks", "lock_id"),
    AuditAction.LOCK_RELEASED: ("locks", "lock_id"),
    AuditAction.LOCK_EXPIRED: ("locks", "lock_id"),
    AuditAction.BOOKING_CREATED: ("bookings", "booking_id"),
    AuditAction.BOOKING_CONFIRMED: ("bookings", "booking_id"),
    AuditAction.BOOKING_FAILED: ("bookings", "booking_id"),
    AuditAction.BOOKING_EXPIRED: ("bookings", "booking_id"),
    AuditAction.BOOKING_CANCELLED: ("bookings", "booking_id"),
    AuditAction.PAYMENT_INITIATED: ("payments", "payment_id"),
    AuditAction.PAYMENT_SUCCEEDED: ("payments", "payment_id"),
    AuditAction.PAYMENT_FAILED: ("payments", "payment_id"),
    AuditAction.PAYMENT_TIMED_OUT: ("payments", "payment_id"),
    AuditAction.REFUND_INITIATED: ("refunds", "payment_id"),
    AuditAction.REFUND_PROCESSED: ("refunds", "payment_id"),
}


@dataclass(slots=True)
class History:
    """What an event's audit entries say when they are replayed in order.

    `statuses` are what each document's last entry led to, by kind and id (a refund's is its payment's);
    `misfits` are entries that start from another status than the one before led to: (kind, id, from, before).
    """

    entries: int = 0
    unbroken: int = 0
    counters: dict[str, list[int]] = field(default_factory=dict)
    seats: dict[str, Claim] = field(default_factory=dict)
    statuses: dict[str, dict[ObjectId, str]] = field(
        default_factory=lambda: {"locks": {}, "bookings": {}, "payments": {}, "refunds": {}}
    )
    misfits: list[tuple[str, ObjectId, str | None, str | None]] = field(default_factory=list)

    def replay(self, entry: Raw) -> None:
        """The next entry, by sequence."""
        self.entries += 1
        if entry["sequence"] == self.unbroken + 1:
            self.unbroken += 1
        if entry["is_retry"]:
            return
        if effect := entry.get("effect"):
            for section, gains in effect.items():
                before = self.counters.get(section, (0, 0, 0))
                self.counters[section] = [count + gain for count, gain in zip(before, gains, strict=True)]
            if seats := entry.get("seats"):
                self._move(seats, effect, entry["lock_id"])
        if entry["action"] in _SUBJECTS:
            kind, id_field = _SUBJECTS[entry["action"]]
            subject, start = entry[id_field], entry.get("from_status")
            before_it = self.statuses[kind].get(subject)
            if start != before_it:
                self.misfits.append((kind, subject, start, before_it))
            self.statuses[kind][subject] = entry["to_status"]

    def _move(self, seats: list[str], effect: dict[str, list[int]], holder: ObjectId) -> None:
        # Seats of one entry all go the same way, whatever their sections.
        status = next(status for gains in effect.values() for status, gain in enumerate(gains) if gain > 0)
        if status == COUNTERS[SeatStatus.AVAILABLE]:
            for label in seats:
                self.seats.pop(label, None)
        else:
            self.seats.update(dict.fromkeys(seats, (status, holder)))


@dataclass(slots=True)
class Records:
    """The documents of one event, raw, by id; refunds by their payment's id.

    Locks are those that are ACTIVE, have a booking or an audit entry: a finished one that nobody speaks of holds
    nothing, and finding it would mean reading every lock there is.
    """

    event: Event
    history: History = field(default_factory=History)
    rows: list[Raw] = field(default_factory=list)
    locks: dict[ObjectId, Raw] = field(default_factory=dict)
    bookings: dict[ObjectId, Raw] = field(default_factory=dict)
    payments: dict[ObjectId, Raw] = field(default_factory=dict)
    refunds: dict[ObjectId, Raw] = field(default_factory=dict)


async def read_records(services: Services, event_id: ObjectId | None = None) -> AsyncIterator[list[Records]]:
    """The records of one event, or of all by id, in batches; each batch as of one instant."""
    selection: Raw = {} if event_id is None else {"_id": event_id}
    while batch := await _read_snapshot(services, selection):
        yield batch
        if event_id is not None:
            return
        selection = {"_id": {"$gt": batch[-1].event.id}}


async def _read_snapshot(services: Services, selection: Raw) -> list[Records]:
    for tries_left in reversed(range(SNAPSHOT_TRIES)):
        try:
            async with services.mongo.start_session(snapshot=True) as session:
                return await _read_batch(session, selection)
        except OperationFailure as error:
            if error.code not in SNAPSHOT_LOST or not tries_left:
                raise
        await asyncio.sleep(0.2)
    raise AssertionError("the last try returns or raises")


async def _read_batch(session: AsyncClientSession, selection: Raw) -> list[Records]:
    batch = {event.id: Records(event) for event in await _read_events(session, selection)}
    theirs: Raw = {"event_id": {"$in": list(batch)}}

    fields = "event_id sequence action lock_id booking_id payment_id from_status to_status effect seats is_retry"
    entries = theirs | {"sequence": {"$exists": True}}
    async for entry in _find(session, AuditEntry, entries, fields, "event_id sequence"):
        batch[entry["event_id"]].history.replay(entry)
    async for row in _find(
        session, SeatRow, theirs, "event_id section name statuses holders", "event_id section position"
    ):
        batch[row["event_id"]].rows.append(row)
    fields = "event_id quantities seats status payment_expires_at"
    async for booking in _find(session, Booking, theirs, fields):
        batch[booking["event_id"]].bookings[booking["_id"]] = booking

    fields = "event_id quantities seats status expires_at booked"
    active = theirs | {"status": SeatLockStatus.ACTIVE.value}
    async for lock in _find(session, SeatLock, active, fields):
        batch[lock["event_id"]].locks[lock["_id"]] = lock
    spoken_of = {
        lock_id
        for records in batch.values()
        for lock_id in records.history.statuses["locks"].keys() | records.bookings.keys()
        if lock_id not in records.locks
    }
    async for lock in _find_by(session, SeatLock, "_id", spoken_of, fields):
        if lock["event_id"] in batch:
            batch[lock["event_id"]].locks[lock["_id"]] = lock

    booked = {
        booking_id
        for records in batch.values()
        for booking_id in records.history.statuses["bookings"].keys() | records.bookings.keys()
    }
    fields = "event_id booking_id status may_hold_money"
    async for payment in _find_by(session, Payment, "booking_id", booked, fields):
        if payment["event_id"] in batch:
            batch[payment["event_id"]].payments[payment["_id"]] = payment
    async for refund in _find_by(session, Refund, "booking_id", booked, "event_id payment_id status percentage"):
        if refund["event_id"] in batch:
            batch[refund["event_id"]].refunds[refund["payment_id"]] = refund
    return list(batch.values())


async def _read_events(session: AsyncClientSession, selection: Raw) -> list[Event]:
    """The next events, no more than make a batch."""
    events: list[Event] = []
    weight = 0
    cursor = Event.get_pymongo_collection().find(
        selection, session=session, sort=[("_id", ASCENDING)], limit=BATCH_EVENTS
    )
    for raw in await cursor.to_list():
        event = Event.from_bson(raw)
        weight += event.total + event.audit_sequence
        if events and weight > BATCH_WEIGHT:
            break
        events.append(event)
    return events


async def _find(
    session: AsyncClientSession, kind: type[Stored], query: Raw, fields: str, order: str = "_id"
) -> AsyncIterator[Raw]:
    cursor = kind.get_pymongo_collection().find(
        query,
        dict.fromkeys(fields.split(), 1),
        session=session,
        sort=[(name, ASCENDING) for name in order.split()],
        batch_size=CHUNK,
    )
    while chunk := await cursor.to_list(CHUNK):
        for raw in chunk:
            yield raw


async def _find_by(
    session: AsyncClientSession, kind: type[Stored], name: str, ids: Iterable[ObjectId], fields: str
) -> AsyncIterator[Raw]:
    """The documents with one of these ids in a field."""
    for some in _slices(sorted(ids)):
        async for raw in _find(session, kind, {name: {"$in": some}}, fields):
            yield raw


def _slices(ids: Iterable[ObjectId]) -> Iterator[list[ObjectId]]:
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        yield some
