"""Seats that the house keeps back: making an allocation, and releasing it by hand or by time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.contradiction import required
from domain.correlation import EXPIRY
from domain.documents import (
    Allocation,
    AllocationStatus,
    Allotment,
    AuditAction,
    AuditEntry,
    Event,
    IdempotencyKey,
    SeatStatus,
    entry_id,
    new_id,
)
from domain.errors import EventCancelled, IdempotencyKeyReused, InvalidInput, NotFound
from domain.faults import Faults
from domain.inventory.allocation_commands import (
    AllocationMade,
    AllocationReleased,
    CreateAllocation,
    ReleaseAllocation,
)
from domain.inventory.allotments import kept_seats
from domain.inventory.change import Change, Move
from domain.inventory.commands import Command, Expire
from domain.inventory.selection import select
from domain.inventory.state import Inventory
from domain.text import words_of

MAX_ALLOCATIONS = 100
"""Of one event, released ones included."""


def create_allocation(inventory: Inventory, command: CreateAllocation, now: datetime) -> Change[AllocationMade]:
    """(none) → ACTIVE, available → held."""
    key = inventory.keys.get(command.key_id)
    if key is not None and key.expires_at > now and (replayed := _replay(inventory, command, key, now)):
        return replayed
    event = inventory.event
    _check_event(event, now)
    _check_times(event, command, now)
    if command.access_code is not None and _is_taken(inventory, command.access_code):
        raise InvalidInput("accessCode", "Another allocation of this event has this code.")
    chosen = select(inventory, command.parts)
    quantity = sum(chosen.quantities.values())
    most = command.max_seats_per_buyer
    if most is not None and not 1 <= most <= quantity:
        raise InvalidInput("maxSeatsPerBuyer", f"Must be between 1 and {quantity:,}, the seats of the allocation.")
    allocation = Allocation.model_construct(
        id=command.allocation_id,
        event_id=event.id,
        name=command.name,
        access_code=command.access_code,
        opens_at=command.opens_at,
        releases_at=command.releases_at,
        max_seats_per_buyer=most,
        quantities=chosen.quantities,
        seats=chosen.seats,
        created_at=now,
    )
    allotment = Allotment.model_construct(
        id=allocation.id,
        quantity=quantity,
        opens_at=command.opens_at,
        releases_at=command.releases_at,
        max_seats_per_buyer=most,
        kept={},
    )
    remembered = IdempotencyKey.model_construct(
        id=command.key_id, request=command.request, outcome_id=allocation.id, expires_at=now + inventory.terms.key_ttl
    )
    available, held = SeatStatus.AVAILABLE, SeatStatus.HELD
    move = Move(chosen.quantities, chosen.seats, available, held, allocation.id, into=allocation.id)
    return Change(
        AllocationMade(allocation, replayed=False),
        allotted=[allotment],
        moves=[move],
        documents=[allocation, remembered],
        entries=[_entry(command, now, AuditAction.ALLOCATION_CREATED, allocation, move, key=command.key)],
    )


def _replay(
    inventory: Inventory, command: CreateAllocation, key: IdempotencyKey, now: datetime
) -> Change[AllocationMade] | None:
    """The first outcome again; None when its allocation is gone, which only somebody with the database can do."""
    if key.request != command.request:
        raise IdempotencyKeyReused("This idempotency key was used for another request.")
    allocation = inventory.allocations.get(key.outcome_id)
    if allocation is None:
        return None
    if allocation.id == command.allocation_id:
        # This very command, committed before; only the acknowledgement was lost.
        return Change(AllocationMade(allocation, replayed=False))
    entry = _entry(command, now, AuditAction.ALLOCATION_CREATED, allocation, key=command.key, retry=True)
    return Change(AllocationMade(allocation, replayed=True), entries=[entry])


def _is_taken(inventory: Inventory, access_code: str) -> bool:
    """Whether another allocation of the event has this code, perhaps one that this batch makes."""
    return access_code in inventory.taken_codes or any(
        allocation.access_code == access_code for allocation in inventory.allocations.new()
    )


def _check_event(event: Event, now: datetime) -> None:
    if event.cancelled_at is not None:
        raise EventCancelled("The event is cancelled.", event.cancelled_at)
    if event.starts_at <= now:
        raise InvalidInput("eventId", "The event has started.")
    if event.allocations_made >= MAX_ALLOCATIONS:
        raise InvalidInput("eventId", f"An event has at most {MAX_ALLOCATIONS} allocations, released ones included.")


def _check_times(event: Event, command: CreateAllocation, now: datetime) -> None:
    opens_at, releases_at = command.opens_at, command.releases_at
    faults = Faults()
    if releases_at is not None and releases_at <= now:
        faults.add("releasesAt", "Must be in the future.")
    if releases_at is not None and releases_at > event.starts_at:
        faults.add("releasesAt", "Must not be after the start of the event.")
    if opens_at is not None and releases_at is not None and opens_at >= releases_at:
        faults.add("opensAt", "Must be before `releasesAt`.")
    if opens_at is not None and opens_at >= event.starts_at:
        faults.add("opensAt", "Must be before the start of the event.")
    if opens_at is not None and event.sales_end_at is not None and opens_at >= event.sales_end_at:
        faults.add("opensAt", "Must be before `salesEndAt`: a code opens nothing once sales have ended.")
    faults.refuse()


# ---------------------------------------------------------------- releasing


def release_allocation(inventory: Inventory, command: ReleaseAllocation, now: datetime) -> Change[AllocationReleased]:
    """ACTIVE → RELEASED; what it still keeps held → available."""
    allocation = inventory.allocations.get(command.allocation_id)
    if allocation is None:
        raise NotFound("No such allocation.")
    if allocation.status is AllocationStatus.RELEASED:
        entry = _entry(command, now, AuditAction.ALLOCATION_RELEASED, allocation, retry=True)
        return Change(AllocationReleased(allocation, replayed=True), entries=[entry])
    return release(inventory, command, allocation, now, now)


def release(
    inventory: Inventory, command: Command[Any], allocation: Allocation, at: datetime, now: datetime
) -> Change[AllocationReleased]:
    """The ACTIVE allocation RELEASED as of then, whose seats' rows are loaded; the seats it still keeps available."""
    allotment = required(inventory.event.allotment(allocation.id), "an ACTIVE allocation is in its event")
    seats = kept_seats(inventory, allotment)
    held, available = SeatStatus.HELD, SeatStatus.AVAILABLE
    move = Move(allotment.kept, seats, held, available, allocation.id, out_of=allocation.id)
    taken = allocation.quantity - allotment.left - inventory.unswept[allocation.id]
    released = allocation.evolve(status=AllocationStatus.RELEASED, taken=taken, released_at=at)
    return Change(
        AllocationReleased(released, replayed=False),
        moves=[move],
        ended=[allocation.id],
        documents=[released],
        entries=[_entry(command, now, AuditAction.ALLOCATION_RELEASED, allocation, move)],
    )


def release_due(inventory: Inventory, now: datetime) -> int:
    """Release every allocation whose time has come; how many."""
    due = [allotment for allotment in inventory.event.allotments if not allotment.lasts(now)]
    for allotment in due:
        allocation = required(inventory.allocations.get(allotment.id), "an allocation of the event's")
        command = Expire(event_id=inventory.event.id, caller=None, correlation_id=EXPIRY, booked=False)
        at = required(allotment.releases_at, "a time that has come")
        inventory.apply(release(inventory, command, allocation, at, now))
    return len(due)


def release_all(inventory: Inventory, command: Command[Any], now: datetime) -> Change[None]:
    """Release all allocations that the event has left."""
    change = Change(None)
    for allotment in inventory.event.allotments:
        allocation = required(inventory.allocations.get(allotment.id), "an allocation of the event's")
        change.add(release(inventory, command, allocation, now, now))
    return change


# ---------------------------------------------------------------- history


def _entry(
    command: Command[Any],
    now: datetime,
    action: AuditAction,
    allocation: Allocation,
    move: Move | None = None,
    *,
    key: str | None = None,
    retry: bool = False,
) -> AuditEntry:
    """The entry for what a command did to an allocation. It never tells the access code."""
    is_new = action is AuditAction.ALLOCATION_CREATED
    original = entry_id(allocation.id, action)
    return AuditEntry.model_construct(
        id=new_id() if retry else original,
        event_id=command.event_id,
        action=action,
        actor_id=command.caller.user_id if command.caller else None,
        allocation_id=allocation.id,
        from_status=None if is_new else AllocationStatus.ACTIVE,
        to_status=AllocationStatus.ACTIVE if is_new else AllocationStatus.RELEASED,
        effect=move.effect if move else None,
        kept=move.kept if move else None,
        seats=move.seats or None if move else None,
        correlation_id=command.correlation_id,
        is_retry=retry,
        original_entry_id=original if retry else None,
        words=words_of(key) if key else None,
        metadata={"name": allocation.name},
        created_at=now,
    )
