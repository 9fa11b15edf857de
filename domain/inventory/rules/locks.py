"""Locking seats and letting them go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import (
    AuditAction,
    Remembered,
    SeatLock,
    SeatLockStatus,
    SeatStatus,
)
from domain.errors import (
    IdempotencyKeyReused,
    LockAlreadyUsed,
    LockExpired,
    NotFound,
)
from domain.inventory.again import MoreDue
from domain.inventory.allotments import check_limit_of_allocation, kept_view, letting_go
from domain.inventory.change import Change, Move
from domain.inventory.commands import Command, Locked, LockSeats, Released, ReleaseLock
from domain.inventory.entries import audit
from domain.inventory.items import items_at_present_prices, total_of
from domain.inventory.orphans import check_orphans
from domain.inventory.parts import labels_of
from domain.inventory.rules.buyer_limits import check_limits
from domain.inventory.rules.sales import check_allocation_sells, check_on_sale
from domain.inventory.selection import select
from domain.inventory.state import Inventory


def lock_seats(inventory: Inventory, command: LockSeats, now: datetime) -> Change[Locked]:
    """(none) → ACTIVE, available → held, or by the allocation → by the lock."""
    made = inventory.remembered(command.key_id, now)
    if made is not None and (replayed := _replay(inventory, command, made, now)):
        return replayed
    event = inventory.event
    asked = sum(part.seats for part in command.parts)
    source, seen, allotment = SeatStatus.AVAILABLE, inventory, None
    if command.allocation_id is None:
        check_on_sale(event, now)
    else:
        allotment = check_allocation_sells(inventory, command.allocation_id, now)
        source, seen = SeatStatus.HELD, kept_view(inventory, allotment)
    check_limits(inventory, command.caller.user_id, asked, now)
    if allotment is not None:
        check_limit_of_allocation(inventory, allotment, command.caller.user_id, asked)
    chosen = select(seen, command.parts)
    check_orphans(seen, chosen=labels_of(command.parts), after=chosen.seats)
    items = items_at_present_prices(inventory, chosen.quantities, chosen.seats)
    lock = SeatLock.model_construct(
        id=command.lock_id,
        event_id=event.id,
        user_id=command.caller.user_id,
        quantities=chosen.quantities,
        seats=chosen.seats,
        items=items,
        total_minor=total_of(items),
        currency=event.currency,
        expires_at=now + inventory.terms.lock_ttl,
        allocation_id=command.allocation_id,
        idempotency_key=command.key,
        key_id=command.key_id,
        request=command.request,
        correlation_id=command.correlation_id,
        created_at=now,
        updated_at=now,
    )
    held = SeatStatus.HELD
    move = Move(chosen.quantities, chosen.seats, source, held, lock.id, out_of=command.allocation_id)
    entry = audit(
        command,
        now,
        AuditAction.SEATS_LOCKED,
        lock,
        to_status=SeatLockStatus.ACTIVE,
        move=move,
        key=command.key,
    )
    return Change(Locked(lock, replayed=False), moves=[move], documents=[lock], entries=[entry])


def _replay(inventory: Inventory, command: LockSeats, made: Remembered, now: datetime) -> Change[Locked] | None:
    """The first outcome again; None when its lock is gone, which only somebody with the database can do."""
    if made.request != command.request:
        raise IdempotencyKeyReused("This idempotency key was used for another request.")
    lock = inventory.locks.get(made.outcome_id)
    if lock is None:
        if inventory.more_due:
            raise MoreDue
        return None
    if lock.id == command.lock_id:
        # This very command, committed before; only the acknowledgement was lost.
        return Change(Locked(lock, replayed=False))
    active = SeatLockStatus.ACTIVE
    entry = audit(command, now, AuditAction.SEATS_LOCKED, lock, to_status=active, retry=True, key=command.key)
    return Change(Locked(lock, replayed=True), entries=[entry])


def release_lock(inventory: Inventory, command: ReleaseLock, now: datetime) -> Change[Released]:
    """ACTIVE → RELEASED, held → available."""
    lock = inventory.locks.get(command.lock_id)
    if lock is None or not command.caller.may_see(lock.user_id):
        raise NotFound("No such lock.")
    booking = inventory.bookings.get(lock.id)
    if lock.status is SeatLockStatus.EXPIRED:
        raise LockExpired("The lock has expired.", lock.expires_at)
    if booking is not None:
        ended = lock.status is SeatLockStatus.RELEASED
        raise LockAlreadyUsed(f"The lock has become a booking{'.' if ended else '; cancel the booking.'}", booking)
    return release(inventory, command, lock, now)


def release(inventory: Inventory, command: Command[Any], lock: SeatLock, now: datetime) -> Change[Released]:
    """The lock, which is ACTIVE or was released before, RELEASED; its seats available, or back in their allocation."""
    replayed = lock.status is SeatLockStatus.RELEASED
    move = letting_go(inventory, lock, SeatStatus.HELD, now)
    entry = audit(
        command,
        now,
        AuditAction.LOCK_RELEASED,
        lock,
        from_status=SeatLockStatus.ACTIVE,
        to_status=SeatLockStatus.RELEASED,
        move=None if replayed else move,
        retry=replayed,
    )
    if replayed:
        return Change(Released(lock, replayed=True), entries=[entry])
    lock = lock.evolve(status=SeatLockStatus.RELEASED, updated_at=now)
    return Change(Released(lock, replayed=False), moves=[move], documents=[lock], entries=[entry])
