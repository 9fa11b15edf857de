"""Everything that is stored about an event, as of one instant: what a check compares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
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

Raw = dict[str, Any]

Claim = tuple[int, ObjectId]
"""A seat's status, as its place among the COUNTERS, and the lock that has it."""

LOCK_FIELDS = "event_id quantities seats status expires_at booked"
BOOKING_FIELDS = "event_id quantities seats status payment_expires_at"
PAYMENT_FIELDS = "event_id booking_id status may_hold_money"
REFUND_FIELDS = "event_id payment_id status percentage"

BATCH_EVENTS = 100
BATCH_WEIGHT = 20_000
"""A batch of events is read at once; its seats and audit entries are about this many, or those of one event."""

CHUNK = 2_000
"""Documents handled without letting others run: a few milliseconds."""

_KINDS: dict[str, str] = {
    AuditAction.SEATS_LOCKED: "locks",
    AuditAction.LOCK_RELEASED: "locks",
    AuditAction.LOCK_EXPIRED: "locks",
    AuditAction.BOOKING_CREATED: "bookings",
    AuditAction.BOOKING_CONFIRMED: "bookings",
    AuditAction.BOOKING_FAILED: "bookings",
    AuditAction.BOOKING_EXPIRED: "bookings",
    AuditAction.BOOKING_CANCELLED: "bookings",
    AuditAction.PAYMENT_INITIATED: "payments",
    AuditAction.PAYMENT_SUCCEEDED: "payments",
    AuditAction.PAYMENT_FAILED: "payments",
    AuditAction.PAYMENT_TIMED_OUT: "payments",
    AuditAction.REFUND_INITIATED: "refunds",
    AuditAction.REFUND_PROCESSED: "refunds",
}
"""What an entry tells of. Those of payments and refunds carry the payment's id, the others the lock's."""

ENTRY_FIELDS: Raw = {
    "_id": 0,
    **dict.fromkeys(
        ("event_id", "sequence", "action", "from_status", "to_status", "effect", "seats", "is_retry", "repaired"), 1
    ),
    # There are more entries than everything else together: each id that is not sent is time saved.
    "subject": {"$ifNull": ["$payment_id", "$lock_id"]},
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

    @property
    def is_whole(self) -> bool:
        """Whether no entry is missing or there twice."""
        return self.entries == self.unbroken

    def replay(self, entry: Raw) -> None:
        """The next entry, by sequence."""
        self.entries += 1
        if entry["sequence"] == self.unbroken + 1:
            self.unbroken += 1
        if entry["is_retry"]:
            return
        subject: Any = entry.get("subject")
        effect = entry.get("effect")
        if effect:
            for section, gains in effect.items():
                counters = self.counters.setdefault(section, [0, 0, 0])
                for counter, gain in enumerate(gains):
                    counters[counter] += gain
            # Seats of one entry all go the same way, whatever their sections.
            self._move(entry.get("seats", ()), gains.index(max(gains)), subject)
        if repaired := entry.get("repaired"):
            self._correct(repaired)
        kind = _KINDS.get(entry["action"])
        if kind is not None:
            statuses, start = self.statuses[kind], entry.get("from_status")
            before = statuses.get(subject)
            if start != before:
                self.misfits.append((kind, subject, start, before))
            statuses[subject] = entry["to_status"]

    def _correct(self, repaired: Raw) -> None:
        """What was wrong before this entry is known to be wrong."""
        for label, status, holder in repaired.get("seats", ()):
            self._move((label,), status, holder)
        corrected = {(kind, subject) for kind, subject, _ in repaired.get("statuses", ())}
        self.misfits = [misfit for misfit in self.misfits if misfit[:2] not in corrected]
        for kind, subject, status in repaired.get("statuses", ()):
            if status is None:
                self.statuses[kind].pop(subject, None)
            else:
                self.statuses[kind][subject] = status

    def _move(self, seats: Iterable[str], status: int, holder: ObjectId) -> None:
        for label in seats:
            if status == COUNTERS[SeatStatus.AVAILABLE]:
                self.seats.pop(label, None)
            else:
                self.seats[label] = status, holder


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


async def read_live(mongo: AsyncMongoClient[Raw]) -> AsyncIterator[list[Records]]:
    """What has seats now, of all events in batches: rows, ACTIVE locks, PAYMENT_PENDING and CONFIRMED bookings.

    Neither their history nor anything finished is read: the work grows with the seats, not with what was ever sold.
    """
    selection: Raw = {}
    live = {"$in": [BookingStatus.PAYMENT_PENDING.value, BookingStatus.CONFIRMED.value]}
    while True:
        async with mongo.start_session(snapshot=True) as session:
            events = await _read_events(session, selection, lambda event: event.total)
            if not events:
                return
            batch: dict[ObjectId, Records] = {event.id: Records(event) for event in events}
            theirs: Raw = {"event_id": {"$in": list(batch)}}
            await _read_rows(session, batch)
            async for booking in _find(session, Booking, theirs | {"status": live}, BOOKING_FIELDS):
                batch[booking["event_id"]].bookings[booking["_id"]] = booking
            await _read_active_locks(session, batch)
        yield list(batch.values())
        selection = {"_id": {"$gt": events[-1].id}}


async def read_records(mongo: AsyncMongoClient[Raw], event_id: ObjectId | None = None) -> AsyncIterator[list[Records]]:
    """The records of one event, or of all by id, in batches; each batch as of one instant."""
    selection: Raw = {} if event_id is None else {"_id": event_id}
    while True:
        async with mongo.start_session(snapshot=True) as session:
            events = await _read_events(session, selection, lambda event: event.total + event.audit_sequence)
            if not events:
                return
            batch = await _read_documents(session, events)
        yield batch
        if event_id is not None:
            return
        selection = {"_id": {"$gt": events[-1].id}}


async def _read_documents(session: AsyncClientSession, events: Sequence[Event]) -> list[Records]:
    batch: dict[ObjectId, Records] = {event.id: Records(event) for event in events}
    theirs: Raw = {"event_id": {"$in": list(batch)}}

    entries = theirs | {"sequence": {"$exists": True}}
    async for entry in _find(session, AuditEntry, entries, ENTRY_FIELDS, "event_id sequence"):
        batch[entry["event_id"]].history.replay(entry)
    await _read_rows(session, batch)
    for kind in (Booking, ArchivedBooking):
        async for booking in _find(session, kind, theirs, BOOKING_FIELDS):
            batch[booking["event_id"]].bookings[booking["_id"]] = booking

    await _read_active_locks(session, batch)
    for lock_kind in (SeatLock, ArchivedSeatLock):
        spoken_of = [
            lock_id
            for records in batch.values()
            for lock_id in {**records.history.statuses["locks"], **records.bookings}
            if lock_id not in records.locks
        ]
        async for lock in _find_by(session, lock_kind, "_id", spoken_of, LOCK_FIELDS):
            if lock["event_id"] in batch:
                batch[lock["event_id"]].locks[lock["_id"]] = lock

    booked = [
        booking_id
        for records in batch.values()
        for booking_id in {**records.history.statuses["bookings"], **records.bookings}
    ]
    async for payment in _find_by(session, Payment, "booking_id", booked, PAYMENT_FIELDS):
        if payment["event_id"] in batch:
            batch[payment["event_id"]].payments[payment["_id"]] = payment
    async for refund in _find_by(session, Refund, "booking_id", booked, REFUND_FIELDS):
        if refund["event_id"] in batch:
            batch[refund["event_id"]].refunds[refund["payment_id"]] = refund
    return list(batch.values())


async def _read_rows(session: AsyncClientSession, batch: dict[ObjectId, Records]) -> None:
    fields = "event_id section name statuses holders"
    async for row in _find(session, SeatRow, {"event_id": {"$in": list(batch)}}, fields, "event_id section position"):
        batch[row["event_id"]].rows.append(row)


async def _read_active_locks(session: AsyncClientSession, batch: dict[ObjectId, Records]) -> None:
    active = {"event_id": {"$in": list(batch)}, "status": SeatLockStatus.ACTIVE.value}
    async for lock in _find(session, SeatLock, active, LOCK_FIELDS):
        batch[lock["event_id"]].locks[lock["_id"]] = lock


async def _read_events(session: AsyncClientSession, selection: Raw, weigh: Callable[[Event], int]) -> list[Event]:
    """The next events, no more than make a batch."""
    events: list[Event] = []
    weight = 0
    cursor = Event.get_pymongo_collection().find(
        selection, session=session, sort=[("_id", ASCENDING)], limit=BATCH_EVENTS
    )
    for raw in await cursor.to_list():
        event = Event.from_bson(raw)
        weight += weigh(event)
        if events and weight > BATCH_WEIGHT:
            break
        events.append(event)
    return events


async def _find(
    session: AsyncClientSession, kind: type[Stored], query: Raw, fields: Raw | str, order: str = ""
) -> AsyncIterator[Raw]:
    cursor = kind.get_pymongo_collection().find(
        query,
        dict.fromkeys(fields.split(), 1) if isinstance(fields, str) else fields,
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
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        async for raw in _find(session, kind, {name: {"$in": some}}, fields):
            yield raw
