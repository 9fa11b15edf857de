"""Reading the records of events, many events at a time, each as of one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import TypeAlias

import structlog
from bson import ObjectId
from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    Allocation,
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
from domain.integrity.history import ENTRY_FIELDS, UNREADABLE, Raw
from domain.integrity.records import (
    ALLOCATION_FIELDS,
    BOOKING_FIELDS,
    LOCK_FIELDS,
    PAYMENT_FIELDS,
    REFUND_FIELDS,
    Records,
)
from domain.inventory.change import COUNTERS

log = structlog.get_logger(__name__)

BATCH_EVENTS = 100
BATCH_WEIGHT = 20_000
"""A batch of events is read at once; its seats and audit entries are about this many, or those of one event."""

CHUNK = 2_000
"""Documents handled without letting others run: a few milliseconds."""

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
