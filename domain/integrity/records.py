"""Everything that is stored about an event, as of one instant: what a check compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeAlias

import structlog
from bson import ObjectId
from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    Allocation,
    AllocationStatus,
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
    entry_id,
)
from domain.integrity.history import ENTRY_FIELDS, UNREADABLE, History, Raw
from domain.inventory.change import COUNTERS

log = structlog.get_logger(__name__)

LOCK_FIELDS = "event_id quantities seats status expires_at booked allocation_id"
BOOKING_FIELDS = "event_id quantities seats status payment_expires_at allocation_id"
PAYMENT_FIELDS = "event_id booking_id status may_hold_money"
REFUND_FIELDS = "event_id payment_id status percentage"
ALLOCATION_FIELDS = "event_id quantities seats status opens_at releases_at max_seats_per_buyer"

BATCH_EVENTS = 100
BATCH_WEIGHT = 20_000
"""A batch of events is read at once; its seats and audit entries are about this many, or those of one event."""

CHUNK = 2_000
"""Documents handled without letting others run: a few milliseconds."""

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


Batch: TypeAlias = "dict[ObjectId, Records]"


def read_live(mongo: AsyncMongoClient[Raw]) -> AsyncIterator[list[Records]]:
    """What has seats now, of all events in batches: rows, ACTIVE locks, PAYMENT_PENDING and CONFIRMED bookings.

    Neither their history nor anything finished is read: the work grows with the seats, not with what was ever sold.
    """
    return _read_batches(mongo, {}, lambda event: event.total, _read_live)


def read_records(mongo: AsyncMongoClient[Raw], event_id: ObjectId | None = None) -> AsyncIterator[list[Records]]:
    """The records of one event, or of all by id, in batches; each batch as of one instant.

    Of an event that can't be read the fault is raised after the others have been.
    """
    selection: Raw = {} if event_id is None else {"_id": event_id}
    return _read_batches(mongo, selection, lambda event: event.total + event.audit_sequence, _read_documents)


async def _read_batches(
    mongo: AsyncMongoClient[Raw],
    selection: Raw,
    weigh: Callable[[Event], int],
    read: Callable[[AsyncClientSession, Batch], Awaitable[None]],
) -> AsyncIterator[list[Records]]:
    faults: list[Exception] = []
    after: Raw = {}
    while True:
        async with mongo.start_session(snapshot=True) as session:
            events, last = await _read_events(session, {"$and": [selection, after]}, weigh, faults)
            if last is None:
                break
            batch: Batch = {event.id: Records(event) for event in events}
            if batch:
                await read(session, batch)
        if batch:
            yield list(batch.values())
        after = {"_id": {"$gt": last}}
    if faults:
        raise faults[0]


async def _read_live(session: AsyncClientSession, batch: Batch) -> None:
    live = {"$in": [BookingStatus.PAYMENT_PENDING.value, BookingStatus.CONFIRMED.value]}
    await _read_rows(session, batch)
    async for booking in _find(session, Booking, {"event_id": {"$in": list(batch)}, "status": live}, BOOKING_FIELDS):
        batch[booking["event_id"]].put("bookings", booking)
    await _read_active_locks(session, batch)
    await _read_allocations(session, batch)


async def _read_documents(session: AsyncClientSession, batch: Batch) -> None:
    theirs: Raw = {"event_id": {"$in": list(batch)}}

    chains: Raw = {"chain_id": {"$in": list(batch)}}
    async for entry in _find(session, AuditEntry, chains, ENTRY_FIELDS, "chain_id sequence"):
        with suppress(*UNREADABLE):
            batch[entry["chain_id"]].history.replay(entry)
    await _read_rows(session, batch)
    for booking_kind in (ArchivedBooking, Booking):
        async for booking in _find(session, booking_kind, theirs, BOOKING_FIELDS):
            batch[booking["event_id"]].put("bookings", booking, archived=booking_kind is ArchivedBooking)

    await _read_active_locks(session, batch)
    await _read_allocations(session, batch)
    for lock_kind in (SeatLock, ArchivedSeatLock):
        spoken_of = [
            lock_id
            for records in batch.values()
            for lock_id in {**records.history.statuses["locks"], **records.bookings}
            if lock_id not in records.locks
        ]
        async for lock in _find_by(session, lock_kind, "_id", spoken_of, LOCK_FIELDS):
            if lock["event_id"] in batch:
                batch[lock["event_id"]].put("locks", lock, archived=lock_kind is ArchivedSeatLock)

    booked = [
        booking_id
        for records in batch.values()
        for booking_id in {**records.history.statuses["bookings"], **records.bookings}
    ]
    for kind, money in (("payments", Payment), ("refunds", Refund)):
        fields = PAYMENT_FIELDS if money is Payment else REFUND_FIELDS
        async for document in _find_by(session, money, "booking_id", booked, fields):
            if document["event_id"] in batch:
                batch[document["event_id"]].put(kind, document)
    await _read_made(session, batch)


async def _read_allocations(session: AsyncClientSession, batch: Batch) -> None:
    async for allocation in _find(session, Allocation, {"event_id": {"$in": list(batch)}}, ALLOCATION_FIELDS):
        batch[allocation["event_id"]].put("allocations", allocation)


async def _read_made(session: AsyncClientSession, batch: Batch) -> None:
    """What the entries of locks and allocations that are unclear say."""
    of = {
        entry_id(lock_id, AuditAction.SEATS_LOCKED): lock_id
        for records in batch.values()
        for lock_id in records.unclear()
    }
    of |= {
        entry_id(allocation_id, AuditAction.ALLOCATION_CREATED): allocation_id
        for records in batch.values()
        for allocation_id in records.unclear_allocations()
    }
    held = COUNTERS[SeatStatus.HELD]
    async for entry in _find_by(session, AuditEntry, "_id", of, "event_id effect kept seats created_at"):
        # Of what an allocation lost, a lock has as much; what it gained is its own.
        kept: Raw = entry.get("kept", {})
        batch[entry["event_id"]].made[of[entry["_id"]]] = {
            "quantities": {
                section: max(kept.get(section, 0), gains[held] - kept.get(section, 0))
                for section, gains in entry["effect"].items()
            },
            "seats": entry.get("seats", []),
            "created_at": entry["created_at"],
        }
    changes = {"action": AuditAction.LOCK_CHANGED.value, "is_retry": False}
    rest = iter(of.values())
    while some := list(islice(rest, CHUNK)):
        of_some = {"lock_id": {"$in": some}, **changes}
        async for entry in _find(session, AuditEntry, of_some, "event_id lock_id effect kept seats freed", "sequence"):
            with suppress(*UNREADABLE):
                _change_made(batch[entry["event_id"]].made[entry["lock_id"]], entry)


def _change_made(made: Raw, entry: Raw) -> None:
    """What a lock has after this entry, which changed its seats."""
    held = COUNTERS[SeatStatus.HELD]
    quantities: Counter[str] = Counter(made["quantities"])
    kept: Raw = entry.get("kept", {})
    quantities.update({section: gains[held] - kept.get(section, 0) for section, gains in entry["effect"].items()})
    made["quantities"] = {section: quantity for section, quantity in quantities.items() if quantity}
    freed = {*entry.get("freed", ())}
    made["seats"] = [*(label for label in made["seats"] if label not in freed), *entry.get("seats", ())]


async def _read_rows(session: AsyncClientSession, batch: Batch) -> None:
    fields = "event_id section name statuses holders"
    async for row in _find(session, SeatRow, {"event_id": {"$in": list(batch)}}, fields, "event_id section position"):
        batch[row["event_id"]].rows.append({"statuses": "", "holders": [], **row})


async def _read_active_locks(session: AsyncClientSession, batch: Batch) -> None:
    active = {"event_id": {"$in": list(batch)}, "status": SeatLockStatus.ACTIVE.value}
    async for lock in _find(session, SeatLock, active, LOCK_FIELDS):
        batch[lock["event_id"]].put("locks", lock)


async def _read_events(
    session: AsyncClientSession, selection: Raw, weigh: Callable[[Event], int], faults: list[Exception]
) -> tuple[list[Event], ObjectId | None]:
    """The next events, no more than make a batch, and the last id that was looked at; none when there are no more."""
    events: list[Event] = []
    weight, last = 0, None
    cursor = Event.get_pymongo_collection().find(
        selection, session=session, sort=[("_id", ASCENDING)], limit=BATCH_EVENTS
    )
    for raw in await cursor.to_list():
        try:
            event = Event.from_bson(raw)
            weight += weigh(event)
        except Exception as fault:  # whatever somebody has made of it by hand
            log.error("event can't be read", event_id=str(raw["_id"]), reason=repr(fault))
            faults.append(fault)
        else:
            if events and weight > BATCH_WEIGHT:
                break
            events.append(event)
        last = raw["_id"]
    return events, last


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
