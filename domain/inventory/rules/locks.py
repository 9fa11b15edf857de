"""Locking seats and letting them go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.contradiction import required
from domain.documents import (
    AuditAction,
    IdempotencyKey,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatStatus,
    Section,
)
from domain.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    LockAlreadyUsed,
    LockExpired,
    NotEnoughSeats,
    NotFound,
    SeatsUnavailable,
)
from domain.inventory.commands import Command, Locked, LockSeats, Released, ReleaseLock
from domain.inventory.items import items_at_present_prices, total_of
from domain.inventory.pick import pick_seats
from domain.inventory.rules.sales import check_on_sale
from domain.inventory.state import Change, Inventory, MoreDue, Move, audit


def lock_seats(inventory: Inventory, command: LockSeats, now: datetime) -> Change[Locked]:
    """(none) → ACTIVE, available → held."""
    key = inventory.keys.get(command.key_id)
    if key is not None and key.expires_at > now and (replayed := _replay(inventory, command, key, now)):
        return replayed
    event = inventory.event
    check_on_sale(event, now)
    quantities, seats = _named(inventory, command.seats) if command.seats else _counted(inventory, command)
    items = items_at_present_prices(inventory, quantities, seats)
    lock = SeatLock.model_construct(
        id=command.lock_id,
        event_id=event.id,
        user_id=command.caller.user_id,
        quantities=quantities,
        seats=seats,
        items=items,
        total_minor=total_of(items),
        currency=event.currency,
        expires_at=now + inventory.terms.lock_ttl,
        idempotency_key=command.key,
        correlation_id=command.correlation_id,
        created_at=now,
        updated_at=now,
    )
    remembered = IdempotencyKey.model_construct(
        id=command.key_id, request=command.request, outcome_id=lock.id, expires_at=now + inventory.terms.key_ttl
    )
    move = Move(quantities, seats, SeatStatus.AVAILABLE, SeatStatus.HELD, lock.id)
    entry = audit(
        command,
        now,
        AuditAction.SEATS_LOCKED,
        lock,
        to_status=SeatLockStatus.ACTIVE,
        move=move,
        key=command.key,
    )
    return Change(Locked(lock, replayed=False), moves=[move], documents=[lock, remembered], entries=[entry])


def _replay(inventory: Inventory, command: LockSeats, key: IdempotencyKey, now: datetime) -> Change[Locked] | None:
    """The first outcome again; None when its lock is gone, which only somebody with the database can do."""
    if key.request != command.request:
        raise IdempotencyKeyReused("This idempotency key was used for another request.")
    lock = inventory.locks.get(key.outcome_id)
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


def _named(inventory: Inventory, labels: tuple[str, ...]) -> tuple[dict[str, int], list[str]]:
    """The seats with these labels, all available."""
    quantities: dict[str, int] = {}
    taken = []
    for index, label in enumerate(labels):
        place = inventory.seat_at(label)
        if place is None:
            raise InvalidInput(f"selection.seats.{index}", "This event has no seat with this label.")
        row, position = place
        if row.statuses[position] != SeatStatus.AVAILABLE.letter:
            taken.append(label)
        quantities[row.section] = quantities.get(row.section, 0) + 1
    if taken:
        if inventory.more_due:
            raise MoreDue
        raise SeatsUnavailable("Some of these seats are held or booked.", taken)
    return quantities, list(labels)


def _counted(inventory: Inventory, command: LockSeats) -> tuple[dict[str, int], list[str]]:
    """As many seats of a section; where they are numbered, the best ones."""
    quantity = required(command.quantity, "a selection is a quantity or seats")
    section = chosen_section(inventory.event.sections, command.section)
    seats: list[str] = []
    if section.available >= quantity:
        if section.seating is Seating.GENERAL:
            return {section.name: quantity}, seats
        picked = pick_seats(inventory.rows_of(section.name), quantity)
        return {section.name: quantity}, required(picked, "counters and rows agree")
    if inventory.more_due:
        raise MoreDue
    raise NotEnoughSeats("Fewer seats are available than you asked for.", section.available)


def chosen_section(sections: list[Section], name: str | None) -> Section:
    """The section of that name, or the only one. Raises InvalidInput."""
    if name is None and len(sections) == 1:
        return sections[0]
    for section in sections:
        if section.name == name:
            return section
    known = ", ".join(section.name for section in sections[:20])
    raise InvalidInput("selection.quantity.section", f"Name one of this event's sections: {known}.")


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
    return release(command, lock, now)


def release(command: Command[Any], lock: SeatLock, now: datetime) -> Change[Released]:
    """The lock, which is ACTIVE or was released before, RELEASED; its seats available."""
    replayed = lock.status is SeatLockStatus.RELEASED
    move = Move(lock.quantities, lock.seats, SeatStatus.HELD, SeatStatus.AVAILABLE, lock.id)
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
