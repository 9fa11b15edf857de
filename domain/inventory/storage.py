"""Reading what a batch needs in one go, and writing what it decided in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from beanie import PydanticObjectId
from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    AuditEntry,
    Booking,
    Event,
    IdempotencyKey,
    Payment,
    Refund,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    Stored,
    row_id,
)
from domain.inventory.commands import (
    CancelBooking,
    Command,
    ConfirmBooking,
    LockSeats,
    ReleaseLock,
    SettlePayment,
    SettleRefund,
    StartPayment,
    Terms,
)
from domain.inventory.state import Inventory

DocumentT = TypeVar("DocumentT", bound=Stored)

DEAD_PER_BATCH = 200
"""How many dead locks one batch expires at most, so that the callers waiting for it don't wait for the rest."""


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


@dataclass(slots=True)
class _Needs:
    """What the rules of a batch will look at. A lock's booking has the lock's id."""

    locks: set[PydanticObjectId] = field(default_factory=set)
    money: set[PydanticObjectId] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    seats_of: set[PydanticObjectId] = field(default_factory=set)

    @classmethod
    def of(cls, event: Event, commands: Iterable[Command[Any]]) -> _Needs:
        needs = cls()
        for command in commands:
            match command:
                case LockSeats(seats=None):
                    needs.keys.add(command.key_id)
                    needs.sections |= {
                        section.name
                        for section in event.sections
                        if section.seating is Seating.RESERVED
                        and (section.name == command.section or (command.section is None and len(event.sections) == 1))
                    }
                case LockSeats(seats=labels):
                    needs.keys.add(command.key_id)
                    needs.rows |= {label.rpartition("-")[0] for label in labels or ()}
                case ReleaseLock():
                    needs.locks.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                case ConfirmBooking():
                    needs.locks.add(command.lock_id)
                case StartPayment():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.keys.add(command.key_id)
                case SettlePayment() | CancelBooking():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.seats_of.add(command.booking_id)
                case SettleRefund():
                    needs.money.add(command.booking_id)
        return needs


async def load(
    event_id: PydanticObjectId, commands: Sequence[Command[Any]], now: datetime, terms: Terms
) -> Inventory | None:
    """The inventory as these commands need it, dead locks included; None when there is no such event.

    The event is read first: whatever is read after it and changed in between is caught by the event's version.
    """
    raw = await Event.get_pymongo_collection().find_one({"_id": event_id})
    if raw is None:
        return None
    event = Event.from_bson(raw)
    needs = _Needs.of(event, commands)
    dead = {"event_id": event_id, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
    ids, money = list(needs.locks), {"$in": list(needs.money)}
    dead_locks, locks, bookings, payments, refunds, keys, section_rows = await asyncio.gather(
        _find(SeatLock, dead, sort="expires_at", limit=DEAD_PER_BATCH),
        _find(SeatLock, {"_id": {"$in": ids}, "event_id": event_id}, unless=not ids),
        _find(Booking, {"_id": {"$in": ids}, "event_id": event_id}, unless=not ids),
        _find(Payment, {"booking_id": money, "event_id": event_id}, unless=not needs.money),
        _find(Refund, {"booking_id": money, "event_id": event_id}, unless=not needs.money),
        _find(IdempotencyKey, {"_id": {"$in": list(needs.keys)}}, unless=not needs.keys),
        _find_rows({"event_id": event_id, "section": {"$in": list(needs.sections)}}, unless=not needs.sections),
    )
    inventory = Inventory(event, terms, more_due=len(dead_locks) == DEAD_PER_BATCH)
    inventory.locks.load(dead_locks)
    inventory.locks.load(locks)
    inventory.bookings.load(bookings)
    inventory.payments.load(payments)
    inventory.refunds.load(refunds)
    inventory.keys.load(keys)
    inventory.add_rows(section_rows)

    # What only the first answers tell: the bookings and seats of dead locks, the seats of the locks that
    # commands name, and the locks that repeated keys made.
    booked = [lock.id for lock in dead_locks if lock.booked and inventory.bookings.get(lock.id) is None]
    replayed = [key.outcome_id for key in keys if inventory.payments.get(key.outcome_id) is None]
    touched = dead_locks + [lock for lock in locks if lock.id in needs.seats_of]
    rows = needs.rows | {label.rpartition("-")[0] for lock in touched for label in lock.seats}
    rows -= inventory.rows.keys()
    if booked or replayed or rows:
        bookings, locks, more_rows = await asyncio.gather(
            _find(Booking, {"_id": {"$in": booked}}, unless=not booked),
            _find(SeatLock, {"_id": {"$in": replayed}, "event_id": event_id}, unless=not replayed),
            _find_rows({"_id": {"$in": [row_id(event_id, label) for label in rows]}}, unless=not rows),
        )
        inventory.bookings.load(bookings)
        inventory.locks.load(locks)
        inventory.add_rows(more_rows)
    return inventory


async def _find(
    kind: type[DocumentT], query: dict[str, Any], *, unless: bool = False, sort: str | None = None, limit: int = 0
) -> list[DocumentT]:
    if unless:
        return []
    cursor = kind.get_pymongo_collection().find(query, limit=limit)
    if sort:
        cursor = cursor.sort(sort)
    return [kind.from_bson(raw) for raw in await cursor.to_list()]


async def _find_rows(query: dict[str, Any], *, unless: bool) -> list[SeatRow]:
    """Rows without their holders, which no rule reads: locks and bookings know their seats."""
    if unless:
        return []
    cursor = SeatRow.get_pymongo_collection().find(query, {"holders": 0})
    return [SeatRow.from_bson(raw) for raw in await cursor.to_list()]


async def save(inventory: Inventory, session: AsyncClientSession) -> None:
    """Write all of it in the session's transaction; the event, which everyone contends for, last.

    Raises Conflict when anything is no longer as it was read.
    """
    for kind, shelf in inventory.shelves.items():
        collection = kind.get_pymongo_collection()
        if new := shelf.new():
            await collection.insert_many([document.to_bson() for document in new], session=session)
        if changed := shelf.changed():
            await _update(kind, [_difference(before, now) for before, now in changed], session)
    if inventory.new_holders:
        await _update(SeatRow, [_row_difference(inventory, label) for label in inventory.new_holders], session)
    await AuditEntry.get_pymongo_collection().insert_many(
        [entry.to_bson() for entry in inventory.entries], session=session
    )
    event = inventory.event
    written = await Event.get_pymongo_collection().update_one(
        {"_id": event.id, "version": event.version},
        {
            "$set": {
                "sections": [dict(section.__dict__) for section in event.sections],
                "audit_sequence": event.audit_sequence,
            },
            "$inc": {"version": 1},
        },
        session=session,
    )
    if written.matched_count != 1:
        raise Conflict
    event.version += 1


async def _update(kind: type[Stored], updates: list[UpdateOne], session: AsyncClientSession) -> None:
    written = await kind.get_pymongo_collection().bulk_write(updates, ordered=False, session=session)
    if written.matched_count != len(updates):
        raise Conflict


def _difference(before: Stored, now: Stored) -> UpdateOne:
    """The fields that changed, written only if the status is still what it was."""
    old, new = before.to_bson(), now.to_bson()
    condition = {"_id": old["_id"], **({"status": old["status"]} if "status" in old else {})}
    return UpdateOne(condition, {"$set": {name: value for name, value in new.items() if old[name] != value}})


def _row_difference(inventory: Inventory, label: str) -> UpdateOne:
    row = inventory.rows[label]
    holders = {f"holders.{position}": holder for position, holder in inventory.new_holders[label].items()}
    return UpdateOne(
        {"_id": row.id, "statuses": inventory.loaded_statuses[label]}, {"$set": {"statuses": row.statuses, **holders}}
    )
