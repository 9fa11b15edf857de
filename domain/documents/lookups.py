"""Reading locks, bookings, payments and refunds, with statuses true at this moment: dead is EXPIRED, swept or not.

Nothing here knows who asks: whoever calls decides what may be shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from beanie import PydanticObjectId

from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    Booking,
    BookingStatus,
    Payment,
    Refund,
    SeatLock,
    SeatLockStatus,
    Stored,
)

Ids = Iterable[PydanticObjectId]
DocumentT = TypeVar("DocumentT", bound=Stored)


def lock_at(lock: SeatLock, now: datetime) -> SeatLock:
    """The lock as it is at `now`."""
    return lock.evolve(status=SeatLockStatus.EXPIRED) if lock.is_dead(now) else lock


def booking_at(booking: Booking, now: datetime) -> Booking:
    """The booking as it is at `now`."""
    if not booking.is_dead(now):
        return booking
    return booking.evolve(status=BookingStatus.EXPIRED, updated_at=booking.payment_expires_at)


async def locks_by_ids(ids: Ids, now: datetime) -> dict[PydanticObjectId, SeatLock]:
    """The locks with these ids; unknown ids are left out, as in all functions here."""
    return {lock.id: lock_at(lock, now) for lock in await _with_archive(SeatLock, ArchivedSeatLock, ids)}


async def bookings_by_ids(ids: Ids, now: datetime) -> dict[PydanticObjectId, Booking]:
    return {booking.id: booking_at(booking, now) for booking in await _with_archive(Booking, ArchivedBooking, ids)}


async def payments_by_ids(ids: Ids) -> dict[PydanticObjectId, Payment]:
    return {payment.id: payment for payment in await _find(Payment, {"_id": {"$in": list(ids)}})}


async def refunds_by_ids(ids: Ids) -> dict[PydanticObjectId, Refund]:
    return {refund.id: refund for refund in await _find(Refund, {"_id": {"$in": list(ids)}})}


async def payments_of_bookings(ids: Ids) -> dict[PydanticObjectId, list[Payment]]:
    """Booking id → its payments, oldest first."""
    found: dict[PydanticObjectId, list[Payment]] = defaultdict(list)
    for payment in await _find(Payment, {"booking_id": {"$in": list(ids)}}):
        found[payment.booking_id].append(payment)
    return found


async def refunds_of_bookings(ids: Ids) -> dict[PydanticObjectId, list[Refund]]:
    """Booking id → its refunds, oldest first."""
    found: dict[PydanticObjectId, list[Refund]] = defaultdict(list)
    for refund in await _find(Refund, {"booking_id": {"$in": list(ids)}}):
        found[refund.booking_id].append(refund)
    return found


async def list_bookings(
    now: datetime,
    *,
    event_id: PydanticObjectId | None,
    user_id: PydanticObjectId | None,
    status: BookingStatus | None,
    limit: int,
    after: PydanticObjectId | None,
) -> list[Booking]:
    """Bookings, newest first, at most `limit` of them after the one with id `after`."""
    conditions: list[dict[str, Any]] = []
    if event_id is not None:
        conditions.append({"event_id": event_id})
    if user_id is not None:
        conditions.append({"user_id": user_id})
    if after is not None:
        conditions.append({"_id": {"$lt": after}})
    pending = BookingStatus.PAYMENT_PENDING.value
    if status is BookingStatus.PAYMENT_PENDING:
        conditions.append({"status": pending, "payment_expires_at": {"$gt": now}})
    elif status is BookingStatus.EXPIRED:
        dead = {"status": pending, "payment_expires_at": {"$lte": now}}
        conditions.append({"$or": [{"status": status.value}, dead]})
    elif status is not None:
        conditions.append({"status": status.value})
    query = {"$and": conditions} if conditions else {}
    return [booking_at(booking, now) for booking in await _find(Booking, query, newest_first=True, limit=limit)]


async def _with_archive(kind: type[DocumentT], archive: type[DocumentT], ids: Ids) -> list[DocumentT]:
    """The documents with these ids, put away or not: what is known by its id stays known."""
    wanted = set(ids)
    found = await _find(kind, {"_id": {"$in": list(wanted)}})
    missing = wanted - {document.id for document in found}
    return found + await _find(archive, {"_id": {"$in": list(missing)}}) if missing else found


async def _find(
    kind: type[DocumentT], query: dict[str, Any], *, newest_first: bool = False, limit: int = 0
) -> list[DocumentT]:
    cursor = kind.get_pymongo_collection().find(query, limit=limit).sort("_id", -1 if newest_first else 1)
    return [kind.from_bson(raw) for raw in await cursor.to_list()]
