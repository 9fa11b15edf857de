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
    Listing,
    Payment,
    Refund,
    SeatLock,
    SeatLockStatus,
    Stored,
    Window,
)

Ids = Iterable[PydanticObjectId]
DocumentT = TypeVar("DocumentT", bound=Stored)


def lock_at(lock: SeatLock, now: datetime) -> SeatLock:
    """The lock as it is at `now`."""
    if not lock.is_dead(now):
        return lock
    return lock.evolve(status=SeatLockStatus.EXPIRED, updated_at=lock.expires_at)


def booking_at(booking: Booking, now: datetime) -> Booking:
    """The booking as it is at `now`."""
    if not booking.is_dead(now):
        return booking
    return booking.evolve(status=BookingStatus.EXPIRED, updated_at=booking.payment_expires_at)


async def locks_by_ids(ids: Ids, now: datetime) -> dict[PydanticObjectId, SeatLock]:
    """The locks with these ids; unknown ids are left out, as in all functions here."""
    found = await _with_archive(SeatLock, ArchivedSeatLock, ids)
    return {lock_id: lock_at(lock, now) for lock_id, lock in found.items()}


async def bookings_by_ids(ids: Ids, now: datetime) -> dict[PydanticObjectId, Booking]:
    found = await _with_archive(Booking, ArchivedBooking, ids)
    return {booking_id: booking_at(booking, now) for booking_id, booking in found.items()}


async def payments_of_bookings(ids: Ids) -> dict[PydanticObjectId, list[Payment]]:
    """Booking id → its payments, oldest first."""
    found: dict[PydanticObjectId, list[Payment]] = defaultdict(list)
    for payment in await _oldest_first(Payment, {"booking_id": {"$in": list(ids)}}):
        found[payment.booking_id].append(payment)
    return found


async def refunds_of_bookings(ids: Ids) -> dict[PydanticObjectId, list[Refund]]:
    """Booking id → its refunds, oldest first."""
    found: dict[PydanticObjectId, list[Refund]] = defaultdict(list)
    for refund in await _oldest_first(Refund, {"booking_id": {"$in": list(ids)}}):
        found[refund.booking_id].append(refund)
    return found


async def refunds_of_payments(ids: Ids) -> dict[PydanticObjectId, Refund]:
    """Payment id → its refund; those without one are left out."""
    found = await Refund.get_pymongo_collection().find({"payment_id": {"$in": list(ids)}}).to_list()
    return {raw["payment_id"]: Refund.from_bson(raw) for raw in found}


def list_locks(
    now: datetime,
    *,
    event_id: PydanticObjectId | None,
    user_id: PydanticObjectId | None,
    status: SeatLockStatus | None,
) -> Listing[SeatLock]:
    """Locks, newest first."""
    query = locks_with(status, now)
    if event_id is not None:
        query["event_id"] = event_id
    if user_id is not None:
        query["user_id"] = user_id
    return SeatLock.newest_first(query).each(lambda lock: lock_at(lock, now))


def locks_with(status: SeatLockStatus | None, now: datetime) -> dict[str, Any]:
    """A query for the locks that have this status at `now`; for all, if None."""
    active = SeatLockStatus.ACTIVE.value
    match status:
        case None:
            return {"status": {"$in": [each.value for each in SeatLockStatus]}}
        case SeatLockStatus.ACTIVE:
            return {"status": active, "expires_at": {"$gt": now}}
        case SeatLockStatus.EXPIRED:
            dead = {"expires_at": {"$lte": now}}
            return {"status": {"$in": [status.value, active]}, "$or": [{"status": status.value}, dead]}
        case _:
            return {"status": status.value}


def list_bookings(
    now: datetime,
    *,
    event_id: PydanticObjectId | None,
    user_id: PydanticObjectId | None,
    status: BookingStatus | None,
    reference: str | None = None,
) -> Listing[Booking]:
    """Bookings, newest first; those that are archived only by their reference."""
    query = bookings_with(status, now)
    if event_id is not None:
        query["event_id"] = event_id
    if user_id is not None:
        query["user_id"] = user_id
    if reference is not None:
        query["reference"] = reference
    found = Booking.newest_first(query)
    if reference is not None:
        found = _with_listed(found, ArchivedBooking.newest_first(query))
    return found.each(lambda booking: booking_at(booking, now))


def _with_listed(found: Listing[Booking], archived: Listing[ArchivedBooking]) -> Listing[Booking]:
    """Both lists, of which one at most has anything in it."""

    async def read(window: Window) -> list[Booking]:
        return await found.read(window) or [*await archived.read(window)]

    async def count() -> int:
        return await found.count() + await archived.count()

    return Listing(read, count)


def bookings_with(status: BookingStatus | None, now: datetime) -> dict[str, Any]:
    """A query for the bookings that have this status at `now`; for all, if None."""
    pending = BookingStatus.PAYMENT_PENDING.value
    match status:
        case None:
            return {}
        case BookingStatus.PAYMENT_PENDING:
            return {"status": pending, "payment_expires_at": {"$gt": now}}
        case BookingStatus.EXPIRED:
            dead = {"status": pending, "payment_expires_at": {"$lte": now}}
            return {"$or": [{"status": status.value}, dead]}
        case _:
            return {"status": status.value}


async def _with_archive(kind: type[DocumentT], archive: type[DocumentT], ids: Ids) -> dict[PydanticObjectId, DocumentT]:
    """The documents with these ids, put away or not: what is known by its id stays known."""
    wanted = set(ids)
    found = await kind.by_ids(wanted)
    missing = wanted - found.keys()
    return found | await archive.by_ids(missing) if missing else found


async def _oldest_first(kind: type[DocumentT], query: dict[str, Any]) -> list[DocumentT]:
    found = kind.get_pymongo_collection().find(query).sort("_id")
    return [kind.from_bson(raw) for raw in await found.to_list()]
