"""Writing a repair, in one transaction, while others go on selling the same event.

The event is written first. From then on no batch of it can be committed before this repair, because a batch writes the
event as well, in the version it has read: what is read here stays as it is until the repair is committed.

Whatever was sold since the records were read moved what is stored and what is true alike. So counters are repaired by
the difference; seats, one by one, and documents only if they still are as they were read.

But a batch sets the counters it has read, moved: one that read them before somebody changed them by hand, and is
committed after we have read that, undoes it, and the difference is one no more. So unless the event is still in the
version that was read, the difference must be `lasting`: there in two versions. All batches that had read the event
before are then bound to fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.chain import chain_entries
from domain.documents import (
    Allocation,
    AllocationStatus,
    ArchivedBooking,
    ArchivedSeatLock,
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    Payment,
    Refund,
    SeatLock,
    SeatRow,
    Stored,
    new_id,
    row_id,
)
from domain.integrity.findings import LETTERS
from domain.integrity.history import Raw
from domain.integrity.records import (
    ALLOCATION_FIELDS,
    BOOKING_FIELDS,
    LOCK_FIELDS,
    PAYMENT_FIELDS,
    REFUND_FIELDS,
    Records,
)
from domain.integrity.repair.plan import NOBODY, Repair
from domain.integrity.repair.restore import bring_back, restore
from domain.integrity.repair.truth import place_of
from domain.writer.transaction import Conflict

T = TypeVar("T")

PER_ENTRY = 5_000
"""Corrections one audit entry holds, so that it stays far below the 16 MiB a document may have."""

DRIFTS_TOLD = 100
"""Differences an entry spells out; the rest are counted."""

KINDS: dict[str, tuple[type[Stored], str]] = {
    "locks": (SeatLock, LOCK_FIELDS),
    "bookings": (Booking, BOOKING_FIELDS),
    "payments": (Payment, PAYMENT_FIELDS),
    "refunds": (Refund, REFUND_FIELDS),
    "allocations": (Allocation, ALLOCATION_FIELDS),
}
ARCHIVES: dict[str, type[Stored]] = {"locks": ArchivedSeatLock, "bookings": ArchivedBooking}
ROW: Raw = {"statuses": "", "holders": []}


async def write_repair(
    records: Records, repair: Repair, now: datetime, session: AsyncClientSession, *, lasting: bool
) -> tuple[list[AuditEntry], bytes]:
    """Write all of it in the session's transaction; its audit entries, and the hash of the last.

    Raises Conflict when something is no longer as it was read.
    """
    entries = list(_entries(records, repair, now))
    event = await _write_event(records, repair, len(entries), session, lasting=lasting)
    for sequence, entry in enumerate(entries, start=event.audit_sequence - len(entries) + 1):
        entry.sequence = sequence
    await _write_seats(records, repair, session)
    await _require_unchanged(records, repair, session)
    await _write_documents(records, repair, now, session)
    chained, last_hash = chain_entries(event.id, event.audit_hash, entries)
    await AuditEntry.get_pymongo_collection().insert_many(chained, session=session)
    ends = {"$set": {"audit_hash": last_hash}}
    await Event.get_pymongo_collection().update_one({"_id": event.id}, ends, session=session)
    return entries, last_hash


async def _write_event(
    records: Records, repair: Repair, entries: int, session: AsyncClientSession, *, lasting: bool
) -> Event:
    stored = records.event
    grows = {"version": 1, "repairs": 1, "audit_sequence": repair.sequence_gain + entries}
    for position, section in enumerate(stored.sections):
        counters = f"sections.{position}"
        available, held, booked = repair.gains.get(section.name, (0, 0, 0))
        grows[f"{counters}.available"], grows[f"{counters}.held"], grows[f"{counters}.booked"] = available, held, booked
        grows[f"{counters}.total"] = repair.total_gains.get(section.name, 0)
    # No second repair from the same records: it would add the differences twice.
    as_read: Raw = {"_id": stored.id, "repairs": stored.repairs or {"$in": [0, None]}}
    if not lasting:
        as_read["version"] = stored.version
    if repair.sequence_gain:
        # Too high a number, which somebody has used by now, can't be taken back.
        as_read["audit_sequence"] = stored.audit_sequence
    sets: Raw = {}
    if repair.allotments is not None:
        as_read["allotments"] = stored.to_bson()["allotments"] or {"$in": [[], None]}
        sets = {"$set": {"allotments": repair.allotments}}
    raw = await Event.get_pymongo_collection().find_one_and_update(
        as_read, {"$inc": grows, **sets}, session=session, return_document=ReturnDocument.AFTER
    )
    if raw is None:
        raise Conflict
    return Event.from_bson(raw)


# ---------------------------------------------------------------- seats


async def _write_seats(records: Records, repair: Repair, session: AsyncClientSession) -> None:
    """If they, and those the history is told of, are as they were. Others in the same row need not be."""
    touched: defaultdict[str, set[int]] = defaultdict(set)
    for key, claims in repair.rows.items():
        touched[key].update(claims)
    for label in repair.seats:
        if place := place_of(label):
            touched[row_id(records.event.id, place[0])].add(place[1])
    before = {row["_id"]: row for row in records.rows}
    now = {row["_id"]: ROW | row for row in await _find(SeatRow, "statuses holders", touched, session)}
    if any(_differ(before.get(key, ROW), now.get(key, ROW), positions) for key, positions in touched.items()):
        raise Conflict
    await _set(SeatRow, {key: _changed(now[key], repair, key) for key in repair.rows}, session)


def _differ(was: Raw, row: Raw, positions: Iterable[int]) -> bool:
    return (len(was["statuses"]), len(was["holders"])) != (len(row["statuses"]), len(row["holders"])) or any(
        was[name][position : position + 1] != row[name][position : position + 1]
        for name in ("statuses", "holders")
        for position in positions
    )


def _changed(row: Raw, repair: Repair, key: str) -> Raw:
    claims = {position: claim or NOBODY for position, claim in repair.rows[key].items()}
    letters = list(row["statuses"])
    if key in repair.lengths:
        letters = [""] * repair.lengths[key]
    for position, (status, _) in claims.items():
        letters[position] = LETTERS[status]
    if key in repair.lengths:
        return {"statuses": "".join(letters), "holders": [holder for _, (_, holder) in sorted(claims.items())]}
    return {"statuses": "".join(letters)} | {f"holders.{position}": holder for position, (_, holder) in claims.items()}


# ---------------------------------------------------------------- documents


async def _require_unchanged(records: Records, repair: Repair, session: AsyncClientSession) -> None:
    """The documents that are changed, and those the history is told of, are as they were."""
    pairs = _pairs(repair)
    now = Records(records.event)
    for kind, (document, fields) in KINDS.items():
        touched = {key for of, key in repair.statuses if of == kind} | repair.updates[kind].keys()
        touched |= pairs if kind in ARCHIVES else set()
        archived = {key for key in touched if (kind, key) in records.archived}
        name = "payment_id" if kind == "refunds" else "_id"
        found = await _find(document, fields, touched - archived, session, name)
        if archived:
            found += await _find(ARCHIVES[kind], fields, archived, session)
        for raw in found:
            now.put(kind, raw)
        were, are = getattr(records, kind), getattr(now, kind)
        if any(were.get(key) != are.get(key) for key in touched):
            raise Conflict


def _pairs(repair: Repair) -> set[ObjectId]:
    """The locks and bookings one of which is made from the other."""
    return {*repair.restored["locks"], *repair.restored["bookings"]}


async def _write_documents(records: Records, repair: Repair, now: datetime, session: AsyncClientSession) -> None:
    # A lock and its booking are archived together, and so they come back.
    needed = _pairs(repair).union(*(repair.updates[kind] for kind in ARCHIVES))
    for kind, archive in ARCHIVES.items():
        await bring_back(KINDS[kind][0], archive, [key for key in needed if (kind, key) in records.archived], session)
    for kind in ARCHIVES:
        for fields in repair.updates[kind].values():
            if "status" in fields:
                fields["updated_at"] = now
    await _set(SeatLock, repair.updates["locks"], session)
    await _set(Booking, repair.updates["bookings"], session)
    # By index one payment of a booking may hold money: the one that doesn't makes way first.
    payments = repair.updates["payments"].items()
    await _set(Payment, dict(sorted(payments, key=lambda update: update[1].get("may_hold_money", False))), session)
    refunds = repair.updates["refunds"].items()
    await _set(Refund, {records.refunds[key]["_id"]: fields for key, fields in refunds}, session)
    for fields in repair.updates["allocations"].values():
        if fields.get("status") == AllocationStatus.RELEASED:
            fields["released_at"] = now
    await _set(Allocation, repair.updates["allocations"], session)
    await restore(repair.restored, records.event, now, session)


async def _find(
    kind: type[Stored], fields: str, ids: Iterable[Any], session: AsyncClientSession, name: str = "_id"
) -> list[Raw]:
    found: list[Raw] = []
    for some in _chunks(ids, PER_ENTRY):
        cursor = kind.get_pymongo_collection().find(
            {name: {"$in": some}}, dict.fromkeys(fields.split(), 1), session=session
        )
        found += await cursor.to_list()
    return found


async def _set(kind: type[Stored], updates: dict[Any, Raw], session: AsyncClientSession) -> None:
    if updates:
        writes = [UpdateOne({"_id": key}, {"$set": fields}) for key, fields in updates.items()]
        await kind.get_pymongo_collection().bulk_write(writes, session=session)


# ---------------------------------------------------------------- history


def _entries(records: Records, repair: Repair, now: datetime) -> Iterator[AuditEntry]:
    """One entry that says what was stored and what is true; more if there is too much for one."""
    told: dict[str, Any] = {
        "drift": [
            {"field": one.field, "stored": one.stored, "actual": one.actual} for one in repair.drift[:DRIFTS_TOLD]
        ],
        "further": max(0, len(repair.drift) - DRIFTS_TOLD),
    }
    corrections: list[tuple[str, list[Any]]] = [
        *(("seats", [label, *(claim or NOBODY)]) for label, claim in repair.seats.items()),
        *(("statuses", [kind, key, status]) for (kind, key), status in repair.statuses.items()),
        *(("kept", [key, kept]) for key, kept in repair.kept.items()),
        *(("numbers", [first, last]) for first, last in repair.numbers),
    ]
    effect = repair.effect or None
    for part in [*_chunks(corrections, PER_ENTRY)] or [[]]:
        repaired: defaultdict[str, list[list[Any]]] = defaultdict(list)
        for name, correction in part:
            repaired[name].append(correction)
        yield AuditEntry.model_construct(
            id=new_id(),
            event_id=records.event.id,
            action=AuditAction.INVENTORY_REPAIRED,
            effect=effect,
            repaired=dict(repaired),
            correlation_id=repair.correlation_id,
            metadata=told,
            created_at=now,
        )
        effect, told = None, {}


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
