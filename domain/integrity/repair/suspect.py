"""A batch's documents, looked over before it relies on them: somebody may have changed them by hand.

A lock that was put there by hand has no seats to give back, and one that looks dead but is of a paid booking must not
be expired: seats would be sold twice. What makes no such difference is left for the next check to find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import le
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.contradiction import Contradiction
from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    SeatLock,
    entry_id,
)
from domain.integrity.document_drift import LOCK_OF_BOOKING
from domain.integrity.records import has_same_seats
from domain.inventory.change import COUNTERS
from domain.inventory.commands import Command
from domain.inventory.payment_commands import MarkGivenBack, ResendRefund, SettlePayment, SettleRefund
from domain.inventory.state import Inventory

ABOUT_ENDED = SettlePayment | SettleRefund | ResendRefund | MarkGivenBack
"""Commands about bookings that may have ended long ago."""


async def look_over(
    inventory: Inventory,
    commands: Iterable[Command[Any]],
    now: datetime,
    snapshot: AsyncClientSession,
    *,
    trusting: bool,
) -> None:
    """Raise Contradiction where documents contradict each other.

    Unless `trusting`, also where that may be so, which takes the whole event to tell: counters don't add up or are not
    those of the rows, a lock is dead of which no audit entry tells, or the booking that a provider's answer is about
    is gone.
    """
    for booking in inventory.bookings:
        lock = inventory.locks.get(booking.id)
        if lock is None or not _agree(lock, booking):
            raise Contradiction(f"booking {booking.id} and its lock contradict each other")
    dead = [lock for lock in inventory.locks if lock.is_dead(now)]
    if dead:
        booked = {lock.id for lock in dead if inventory.bookings.get(lock.id)}
        entries = {} if trusting else {entry_id(lock.id, AuditAction.SEATS_LOCKED): lock.id for lock in dead}
        found = await _existing(
            inventory.event.id, [lock.id for lock in dead if lock.id not in booked], entries, snapshot
        )
        for lock in dead:
            if lock.booked != (lock.id in booked or lock.id in found):
                raise Contradiction(f"lock {lock.id} hides its booking")
        for entry, lock_id in entries.items():
            if entry not in found:
                raise Contradiction(f"no audit entry tells of lock {lock_id}")
    if not trusting:
        for command in commands:
            if isinstance(command, SettlePayment) and inventory.bookings.get(command.booking_id) is None:
                raise Contradiction(f"there is no booking {command.booking_id}")
        _count(inventory)


def _count(inventory: Inventory) -> None:
    letters: defaultdict[str, list[str]] = defaultdict(list)
    for row in inventory.rows.values():
        letters[row.section].append(row.statuses)
    for section in inventory.event.sections:
        counts = section.available, section.held, section.booked
        if min(counts) < 0 or sum(counts) != section.total:
            raise Contradiction(f"{section.name}: {counts} of {section.total}")
        if section.name not in letters:
            continue
        seats = "".join(letters[section.name])
        in_rows = tuple(seats.count(status.letter) for status in COUNTERS)
        if sum(in_rows) != len(seats):
            raise Contradiction(f"{section.name}: letters there are not")
        # Of all its rows as many, of some no more.
        fit = in_rows == counts if len(seats) == section.total else all(map(le, in_rows, counts))
        if not fit:
            raise Contradiction(f"{section.name}: {counts}, but {in_rows} in its rows")


async def find_archived(
    inventory: Inventory, commands: Iterable[Command[Any]], snapshot: AsyncClientSession
) -> list[PydanticObjectId]:
    """Bookings that ended long ago and are needed again: it is about money of theirs, or half of a pair is here."""
    missing = {command.booking_id for command in commands if isinstance(command, ABOUT_ENDED)}
    missing -= {booking.id for booking in inventory.bookings if inventory.locks.get(booking.id)}
    missing |= {booking.id for booking in inventory.bookings if inventory.locks.get(booking.id) is None}
    if not missing:
        return []
    ours = {"event_id": inventory.event.id}
    locks = {"coll": ArchivedSeatLock.get_collection_name(), "pipeline": _ids(missing, ours)}
    found = await ArchivedBooking.get_pymongo_collection().aggregate(
        [*_ids(missing, ours), {"$unionWith": locks}], session=snapshot
    )
    return [raw["_id"] async for raw in found]


def _agree(lock: SeatLock, booking: Booking) -> bool:
    return (
        lock.booked
        and lock.status is LOCK_OF_BOOKING[booking.status]
        and (booking.status is not BookingStatus.PAYMENT_PENDING or lock.expires_at == booking.payment_expires_at)
        and has_same_seats(vars(lock), vars(booking))
    )


async def _existing(
    event_id: object, bookings: Iterable[object], entries: Iterable[object], snapshot: AsyncClientSession
) -> set[object]:
    """The ids among these that exist, of bookings and of audit entries of the event."""
    told = _ids(entries, {"chain_id": event_id})
    audit = {"coll": AuditEntry.get_collection_name(), "pipeline": told}
    found = await Booking.get_pymongo_collection().aggregate(
        [*_ids(bookings, {"event_id": event_id}), {"$unionWith": audit}], session=snapshot
    )
    return {raw["_id"] async for raw in found}


def _ids(ids: Iterable[object], ours: Mapping[str, object]) -> list[dict[str, object]]:
    return [{"$match": {**ours, "_id": {"$in": list(ids)}}}, {"$project": {"_id": 1}}]
