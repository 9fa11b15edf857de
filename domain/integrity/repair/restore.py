"""Making documents again that somebody has deleted, and fetching back those that were archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.contradiction import required
from domain.documents import (
    Allocation,
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    Payment,
    PydanticObjectId,
    SeatLock,
    Stored,
    entry_id,
)
from domain.integrity.allocations import TERMS
from domain.integrity.history import Raw

SHARED = ("event_id", "user_id", "items", "total_minor", "currency", "allocation_id", "created_at")
"""What a lock and its booking both say, and a payment too, with `amount_minor` for the total and no items."""


async def bring_back(
    kind: type[Stored], archive: type[Stored], ids: Sequence[ObjectId], session: AsyncClientSession
) -> None:
    """Move these, as far as they are there, out of the archive, where nothing is ever changed."""
    theirs = {"_id": {"$in": list(ids)}}
    found = await archive.get_pymongo_collection().find(theirs, session=session).to_list() if ids else []
    if found:
        # Should one be in both places, the other one counts.
        copies = [UpdateOne({"_id": raw.pop("_id")}, {"$setOnInsert": raw}, upsert=True) for raw in found]
        await kind.get_pymongo_collection().bulk_write(copies, session=session)
        await archive.get_pymongo_collection().delete_many(theirs, session=session)


async def restore(
    documents: Mapping[str, Mapping[ObjectId, Raw]], event: Event, now: datetime, session: AsyncClientSession
) -> None:
    """Make these again: locks and bookings each from the other one or, if both are gone, from their payment.

    Allocations from their audit entry, and what their event knows of them. Nobody knows their access codes any more.
    """
    for key, allocation in documents["allocations"].items():
        await _restore_allocation(key, allocation, event, session)
    for key, lock in documents["locks"].items():
        source = await _find_one(Booking, {"_id": key}, session) or await _as_paid(key, session)
        restored = {**_shared(source), **lock, "_id": key, "idempotency_key": "", "updated_at": now}
        await SeatLock.get_pymongo_collection().insert_one(restored, session=session)
    for key, booking in documents["bookings"].items():
        source = await _find_one(SeatLock, {"_id": key}, session)
        restored = {**_shared(source), **booking, "_id": key, "cancel_reason": None, "updated_at": now}
        if (reference := await _reference(key, session)) is not None:
            restored["reference"] = reference
        await Booking.get_pymongo_collection().insert_one(restored, session=session)


async def _restore_allocation(key: ObjectId, known: Raw, event: Event, session: AsyncClientSession) -> None:
    entry = await _find_one(AuditEntry, {"_id": entry_id(key, AuditAction.ALLOCATION_CREATED)}, session)
    name = entry["metadata"].get("name", "") if entry else ""
    allocation = Allocation.model_construct(id=key, event_id=event.id, name=name, **known)
    if (allotment := event.allotment(PydanticObjectId(key))) is not None:
        allocation = allocation.evolve(**{term: getattr(allotment, term) for term in TERMS})
    await Allocation.get_pymongo_collection().insert_one(allocation.to_bson(), session=session)


def _shared(source: Raw | None) -> Raw:
    shared = required(source, "it was there a moment ago, in this very transaction")
    return {name: shared[name] for name in SHARED if name in shared}


async def _reference(booking_id: ObjectId, session: AsyncClientSession) -> str | None:
    """What the booking was called, as its history tells; None when that doesn't: it gets another when it is asked."""
    created = entry_id(booking_id, AuditAction.BOOKING_CREATED)
    entry = await _find_one(AuditEntry, {"_id": created, "metadata.reference": {"$type": "string"}}, session)
    return str(entry["metadata"]["reference"]) if entry else None


async def _as_paid(booking_id: ObjectId, session: AsyncClientSession) -> Raw | None:
    payment = await _find_one(Payment, {"booking_id": booking_id}, session)
    return payment and payment | {"total_minor": payment["amount_minor"]}


async def _find_one(kind: type[Stored], query: dict[str, Any], session: AsyncClientSession) -> Raw | None:
    found: Raw | None = await kind.get_pymongo_collection().find_one(query, session=session)
    return found
