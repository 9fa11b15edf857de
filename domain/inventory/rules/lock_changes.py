"""Changing what a lock holds, and for how long. Its deadline changes only where that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from domain.documents import (
    Allotment,
    AuditAction,
    IdempotencyKey,
    LineItem,
    PydanticObjectId,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatStatus,
)
from domain.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotFound,
)
from domain.inventory.allotments import check_limit_of_allocation, kept_view, lasting
from domain.inventory.change import Change, Move
from domain.inventory.commands import ChangeLock, ExtendLock, LockChanged, LockExtended
from domain.inventory.entries import audit
from domain.inventory.items import items_at_present_prices, total_of
from domain.inventory.orphans import check_orphans
from domain.inventory.parts import Counted, labels_of
from domain.inventory.removal import remove
from domain.inventory.rules.buyer_limits import check_limits
from domain.inventory.rules.sales import check_allocation_sells, check_on_sale
from domain.inventory.selection import Selection, chosen_section, select
from domain.inventory.state import Inventory

ACTIVE = SeatLockStatus.ACTIVE


def change_lock(inventory: Inventory, command: ChangeLock, now: datetime) -> Change[LockChanged]:
    """ACTIVE, no booking → the same with other seats: what is added available → held, what is removed → available.

    Of a lock out of an allocation that lasts, both concern that allocation alone. In one step, with the same deadline.
    What it held before keeps its prices.
    """
    key = inventory.keys.get(command.key_id)
    if key is not None and key.expires_at > now and (replayed := _replay(inventory, command, key, now)):
        return replayed
    lock = _changeable(inventory, command.lock_id, command)
    items = lock.items or items_at_present_prices(inventory, lock.quantities, lock.seats)
    allotment = lasting(inventory, lock.allocation_id, now)
    seen = inventory if allotment is None else kept_view(inventory, allotment)
    items, gone, freed = remove(items, command.remove, seen.rows)
    kept = [label for label in lock.seats if label not in freed]
    added = Selection({}, [])
    if command.add:
        if allotment is None:
            check_on_sale(inventory.event, now)
        else:
            check_allocation_sells(inventory, allotment.id, now)
        _check_apart(inventory, command, lock, gone)
        more = sum(part.seats for part in command.add) - sum(gone.values())
        check_limits(inventory, lock.user_id, more, now, field="add")
        if allotment is not None:
            check_limit_of_allocation(inventory, allotment, lock.user_id, more, field="add")
        added = select(seen, command.add, beside=[*kept, *labels_of(command.add)])
        items = _merged(items, items_at_present_prices(inventory, added.quantities, added.seats))
    quantities = Counter[str]()
    for item in items:
        quantities[item.section] += item.quantity
    if not items:
        raise InvalidInput("remove", "This would leave nothing: releaseLock gives all seats back.")
    if command.add and quantities.total() > inventory.terms.max_seats_per_lock:
        limit = inventory.terms.max_seats_per_lock
        raise LimitExceeded("add", f"At most {limit:,} seats can be locked at a time.", limit)
    seats = [*kept, *added.seats]
    check_orphans(seen, chosen=labels_of(command.add), after=seats, before=lock.seats)
    changed = lock.evolve(
        quantities=dict(quantities),
        seats=seats,
        items=items,
        total_minor=total_of(items),
        allocation_id=allotment.id if allotment else None,
        updated_at=now,
    )
    remembered = IdempotencyKey.model_construct(
        id=command.key_id,
        request=command.request,
        outcome_id=command.change_id,
        expires_at=now + inventory.terms.key_ttl,
    )
    removal, addition = _moves(lock.id, Selection(dict(gone), freed), added, allotment)
    entry = audit(
        command,
        now,
        AuditAction.LOCK_CHANGED,
        lock,
        from_status=ACTIVE,
        to_status=ACTIVE,
        move=addition,
        removal=removal,
        own_id=command.change_id,
        key=command.key,
        metadata={"added": added.quantities, "removed": gone},
    )
    return Change(
        LockChanged(changed, replayed=False),
        moves=[removal, addition],
        documents=[changed, remembered],
        entries=[entry],
    )


def _moves(
    lock_id: PydanticObjectId, gone: Selection, added: Selection, allotment: Allotment | None
) -> tuple[Move, Move]:
    """What is removed and what is added: of the open sale or, if it is from an allocation that lasts, of that."""
    held, available = SeatStatus.HELD, SeatStatus.AVAILABLE
    if allotment is None:
        return (
            Move(gone.quantities, gone.seats, held, available, lock_id),
            Move(added.quantities, added.seats, available, held, lock_id),
        )
    return (
        Move(gone.quantities, gone.seats, held, held, lock_id, into=allotment.id),
        Move(added.quantities, added.seats, held, held, lock_id, out_of=allotment.id),
    )


def _replay(
    inventory: Inventory, command: ChangeLock, key: IdempotencyKey, now: datetime
) -> Change[LockChanged] | None:
    """The lock as it is, changed once; None when it is gone, which only somebody with the database can do."""
    if key.request != command.request:
        raise IdempotencyKeyReused("This idempotency key was used for another request.")
    lock = inventory.locks.get(command.lock_id)
    if lock is None:
        return None
    if key.outcome_id == command.change_id:
        # This very command, committed before; only the acknowledgement was lost.
        return Change(LockChanged(lock, replayed=False))
    entry = audit(
        command,
        now,
        AuditAction.LOCK_CHANGED,
        lock,
        from_status=ACTIVE,
        to_status=ACTIVE,
        own_id=key.outcome_id,
        retry=True,
        key=command.key,
    )
    return Change(LockChanged(lock, replayed=True), entries=[entry])


def _check_apart(inventory: Inventory, command: ChangeLock, lock: SeatLock, gone: Iterable[str]) -> None:
    """Nothing is added that the lock holds, or that is removed in the same step. Raises InvalidInput."""
    held = set(lock.seats)
    for part in command.add:
        if isinstance(part, Counted):
            section = chosen_section(inventory.event.sections, part)
            if section.seating is Seating.GENERAL and section.name in gone:
                raise InvalidInput(f"{part.path}.section", "Seats of this section are removed in the same step.")
            continue
        for index, label in enumerate(part.labels):
            if label in held:
                raise InvalidInput(f"{part.path}.{index}", "This lock holds this seat.")


def _merged(items: Iterable[LineItem], more: Iterable[LineItem]) -> list[LineItem]:
    """One line for each section and price, older ones first."""
    lines = {(item.section, item.price_minor): item for item in items}
    for item in more:
        line = (item.section, item.price_minor)
        if (before := lines.get(line)) is not None:
            both = {"quantity": before.quantity + item.quantity, "seats": [*before.seats, *item.seats]}
            item = before.model_copy(update=both)
        lines[line] = item
    return list(lines.values())


def extend_lock(inventory: Inventory, command: ExtendLock, now: datetime) -> Change[LockExtended]:
    """ACTIVE, no booking → the same until LOCK_TTL from now, at most LOCK_MAX after it was made."""
    lock = _changeable(inventory, command.lock_id, command)
    if lock.extended_by == command.extension_id:
        # This very command, committed before; only the acknowledgement was lost.
        return Change(LockExtended(lock))
    terms = inventory.terms
    until = min(now + terms.lock_ttl, lock.created_at + terms.lock_max)
    if until <= lock.expires_at:
        most = int(terms.lock_max.total_seconds())
        raise LimitExceeded(
            "lockId", f"This lock can't be extended further: it may hold seats for {most:,} seconds in all.", most
        )
    extended = lock.evolve(
        expires_at=until,
        extended_by=command.extension_id,
        correlation_id=command.correlation_id,
        updated_at=now,
    )
    entry = audit(
        command,
        now,
        AuditAction.LOCK_EXTENDED,
        lock,
        from_status=ACTIVE,
        to_status=ACTIVE,
        own_id=command.extension_id,
        metadata={"expires_at": [_told(lock.expires_at), _told(until)]},
    )
    return Change(LockExtended(extended), documents=[extended], entries=[entry])


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _changeable(inventory: Inventory, lock_id: PydanticObjectId, command: ChangeLock | ExtendLock) -> SeatLock:
    """The lock, if it is ACTIVE and no booking. Raises NotFound, LockExpired, LockAlreadyUsed, LockNotActive."""
    lock = inventory.locks.get(lock_id)
    if lock is None or not command.caller.may_see(lock.user_id):
        raise NotFound("No such lock.")
    if lock.status is SeatLockStatus.EXPIRED:
        raise LockExpired("The lock has expired.", lock.expires_at)
    booking = inventory.bookings.get(lock.id)
    if booking is not None:
        raise LockAlreadyUsed("The lock has become a booking.", booking)
    if lock.status is not ACTIVE:
        raise LockNotActive("The lock was released.", lock.status)
    return lock
