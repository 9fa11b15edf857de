"""Writing a repair, in one transaction, while others go on selling the same event.

Whatever was sold since the records were read moved what is stored and what is true alike. So counters are repaired by
the difference, and everything else only if it still is as it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Payment,
    Refund,
    SeatLock,
    SeatRow,
    Stored,
    new_id,
    row_id,
)
from domain.inventory.check import Drift
from domain.inventory.records import BOOKING_FIELDS, LOCK_FIELDS, PAYMENT_FIELDS, REFUND_FIELDS, Raw, Records
from domain.inventory.repair.plan import Repair
from domain.inventory.storage import Conflict

T = TypeVar("T")

PER_ENTRY = 5_000
"""Corrections one audit entry holds, so that it stays far below the 16 MiB a document may have."""

DRIFTS_TOLD = 100
"""Differences an entry spells out; the rest are counted."""

KINDS: Mapping[str, tuple[type[Stored], str]] = {
    "locks": (SeatLock, LOCK_FIELDS),
    "bookings": (Booking, BOOKING_FIELDS),
    "payments": (Payment, PAYMENT_FIELDS),
    "refunds": (Refund, REFUND_FIELDS),
}


async def write_repair(
    records: Records,
    repair: Repair,
    drift: Sequence[Drift],
    correlation_id: str,
    now: datetime,
    session: AsyncClientSession,
) -> None:
    """Write all of it in the session's transaction. Raises Conflict when something is no longer as it was read."""
    entries = list(_entries(records, repair, drift, correlation_id, now))
    # The event first: from here on no other batch of it can be written.
    event = await _write_event(records, repair, len(entries), session)
    for sequence, entry in enumerate(entries, start=event.audit_sequence - len(entries) + 1):
        entry.sequence = sequence
    await _require_unchanged(records, repair, session)

    await _set(SeatRow, repair.rows, session)
    for kind, updates in repair.updates.items():
        await _set(KINDS[kind][0], updates, session)
    for lock_id, status in repair.restored["bookings"].items():
        await _restore_booking(lock_id, status, now, session)
    for booking_id, status in repair.restored["locks"].items():
        await _restore_lock(booking_id, status, session)
    await AuditEntry.get_pymongo_collection().insert_many([entry.to_bson() for entry in entries], session=session)


async def _write_event(records: Records, repair: Repair, entries: int, session: AsyncClientSession) -> Event:
    stored = records.event
    grows = {"version": 1, "repairs": 1, "audit_sequence": repair.sequence_gain + entries}
    for position, section in enumerate(stored.sections):
        counters = f"sections.{position}"
        available, held, booked = repair.gains.get(section.name, (0, 0, 0))
        grows[f"{counters}.available"], grows[f"{counters}.held"], grows[f"{counters}.booked"] = available, held, booked
        grows[f"{counters}.total"] = repair.total_gains.get(section.name, 0)
    raw = await Event.get_pymongo_collection().find_one_and_update(
        # No second repair from the same records: it would add the differences twice.
        {"_id": stored.id, "repairs": stored.repairs or {"$in": [0, None]}},
        {"$inc": grows},
        session=session,
        return_document=ReturnDocument.AFTER,
    )
    if raw is None:
        raise Conflict
    return Event.from_bson(raw)


async def _require_unchanged(records: Records, repair: Repair, session: AsyncClientSession) -> None:
    rows = {row["_id"]: row for row in records.rows}
    touched = repair.rows.keys() | {row_id(records.event.id, label.rpartition("-")[0]) for label in repair.seats}
    await _require(SeatRow, "event_id section name statuses holders", touched, rows, session)
    before: dict[str, dict[ObjectId, Raw]] = {
        "locks": records.locks,
        "bookings": records.bookings,
        "payments": records.payments,
        "refunds": {refund["_id"]: refund for refund in records.refunds.values()},
    }
    for kind, (document, fields) in KINDS.items():
        ids = {document_id for of, document_id in repair.statuses if of == kind}
        if kind == "refunds":  # they go by their payment's id
            ids = {records.refunds[payment_id]["_id"] for payment_id in ids}
        ids |= repair.updates.get(kind, {}).keys() | repair.restored.get(kind, {}).keys()
        await _require(document, fields, ids, before[kind], session)


async def _require(
    kind: type[Stored], fields: str, ids: set[Any], before: Mapping[Any, Raw], session: AsyncClientSession
) -> None:
    now: dict[Any, Raw] = {}
    for some in _chunks(ids, PER_ENTRY):
        cursor = kind.get_pymongo_collection().find(
            {"_id": {"$in": some}}, dict.fromkeys(fields.split(), 1), session=session
        )
        now |= {raw["_id"]: raw for raw in await cursor.to_list()}
    if any(now.get(key) != before.get(key) for key in ids):
        raise Conflict


async def _set(kind: type[Stored], updates: Mapping[Any, Raw], session: AsyncClientSession) -> None:
    if updates:
        writes = [UpdateOne({"_id": key}, {"$set": fields}) for key, fields in updates.items()]
        await kind.get_pymongo_collection().bulk_write(writes, ordered=False, session=session)


async def _restore_booking(lock_id: ObjectId, status: str, now: datetime, session: AsyncClientSession) -> None:
    lock = await SeatLock.get_pymongo_collection().find_one({"_id": lock_id}, session=session)
    assert lock is not None, "it was there a moment ago, in this very transaction"
    booking = Booking.model_construct(
        id=lock_id,
        **{name: lock[name] for name in SHARED},
        status=BookingStatus(status),
        payment_expires_at=lock["expires_at"],
        updated_at=now,
    )
    await Booking.get_pymongo_collection().insert_one(booking.to_bson(), session=session)


async def _restore_lock(booking_id: ObjectId, status: str, session: AsyncClientSession) -> None:
    booking = await Booking.get_pymongo_collection().find_one({"_id": booking_id}, session=session)
    assert booking is not None, "it was there a moment ago, in this very transaction"
    lock = {
        "_id": booking_id,
        **{name: booking[name] for name in SHARED},
        "status": status,
        "expires_at": booking["payment_expires_at"],
        "booked": True,
        "idempotency_key": "",
    }
    await SeatLock.get_pymongo_collection().insert_one(lock, session=session)


SHARED = ("event_id", "user_id", "quantities", "seats", "total_minor", "currency", "created_at")
"""What a lock and its booking both say."""


def _entries(
    records: Records, repair: Repair, drift: Sequence[Drift], correlation_id: str, now: datetime
) -> Iterator[AuditEntry]:
    """One entry that says what was stored and what is true; more if there is too much for one."""
    seats = [[label, *(claim or (0, None))] for label, claim in repair.seats.items()]
    statuses = [[kind, document_id, status] for (kind, document_id), status in repair.statuses.items()]
    told: dict[str, Any] = {
        "drift": [{"field": one.field, "stored": one.stored, "actual": one.actual} for one in drift[:DRIFTS_TOLD]],
        "further": max(0, len(drift) - DRIFTS_TOLD),
    }
    effect = repair.effect or None
    parts = [("seats", part) for part in _chunks(seats, PER_ENTRY)]
    parts += [("statuses", part) for part in _chunks(statuses, PER_ENTRY)]
    for name, part in parts or [("seats", [])]:
        yield AuditEntry.model_construct(
            id=new_id(),
            event_id=records.event.id,
            action=AuditAction.INVENTORY_REPAIRED,
            effect=effect,
            repaired={name: part},
            correlation_id=correlation_id,
            metadata=told,
            created_at=now,
        )
        effect, told = None, {}


def _chunks(items: Sequence[T] | set[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
