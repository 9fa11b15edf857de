"""Seats that go into allocations and come out of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.contradiction import Contradiction
from domain.documents import (
    Allotment,
    Booking,
    Event,
    PydanticObjectId,
    SalesWindow,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    SeatStatus,
    Section,
)
from domain.errors import LimitExceeded
from domain.inventory.change import Move
from domain.inventory.state import Inventory

FREE, HELD = SeatStatus.AVAILABLE.letter, SeatStatus.HELD.letter


def window_of(event: Event, allotment: Allotment) -> SalesWindow:
    """When seats are sold out of the allocation: from its own time on, else as the event."""
    return event.sales_window._replace(opens_at=allotment.opens_at)


def letting_go(inventory: Inventory, holder: SeatLock | Booking, source: SeatStatus, now: datetime) -> Move:
    """All its seats go: back into the allocation they are from while it lasts, or else they are available."""
    allotment = lasting(inventory, holder.allocation_id, now)
    if allotment is None:
        return Move(holder.quantities, holder.seats, source, SeatStatus.AVAILABLE, holder.id)
    return Move(holder.quantities, holder.seats, source, SeatStatus.HELD, holder.id, into=allotment.id)


def can_take_again(inventory: Inventory, booking: Booking, now: datetime) -> bool:
    """Whether the allocation that the booking's seats were from has them, or as many, and sells them now."""
    allotment = lasting(inventory, booking.allocation_id, now)
    if allotment is None or not window_of(inventory.event, allotment).is_open(now):
        return False
    most = allotment.max_seats_per_buyer
    if most is not None and _had_by(inventory, allotment, booking.user_id) + booking.quantity > most:
        return False
    if any(allotment.kept.get(name, 0) < quantity for name, quantity in booking.quantities.items()):
        return False
    return all(is_kept(inventory, label, allotment.id) for label in booking.seats)


def is_kept(inventory: Inventory, label: str, allocation_id: PydanticObjectId) -> bool:
    """Whether the allocation holds the seat of this label."""
    place = inventory.seat_at(label)
    return place is not None and inventory.holder_at(*place) == allocation_id


def lasting(inventory: Inventory, allocation_id: PydanticObjectId | None, now: datetime) -> Allotment | None:
    """What the event knows of the allocation; None once it keeps nothing any more, or where there is none."""
    allotment = inventory.event.allotment(allocation_id) if allocation_id else None
    return allotment if allotment is not None and allotment.lasts(now) else None


def kept_view(inventory: Inventory, allotment: Allotment) -> Inventory:
    """The inventory as a buyer with this allocation's access code sees it: only what it keeps is available.

    It is made once a batch, which may have thousands of rows; after that only rows whose seats moved are looked at.
    """
    moved = inventory.moved_rows
    if (known := inventory.kept_views.get(allotment.id)) is None:
        view = Inventory(inventory.event, inventory.terms, more_due=inventory.more_due)
        view.rows = {label: _row_kept(inventory, row, allotment.id) for label, row in inventory.rows.items()}
    else:
        view, looked_at = known
        for label in set(moved[looked_at:]):
            view.rows[label].statuses = _kept_in(inventory, inventory.rows[label], allotment.id)
    inventory.kept_views[allotment.id] = view, len(moved)
    sections = [
        Section.model_construct(**{**section.__dict__, "available": allotment.kept.get(section.name, 0)})
        for section in inventory.event.sections
    ]
    view.event = inventory.event.evolve(sections=sections)
    return view


def _row_kept(inventory: Inventory, row: SeatRow, allocation_id: PydanticObjectId) -> SeatRow:
    """A row as `kept_view` shows it, with what choosing seats reads."""
    statuses = _kept_in(inventory, row, allocation_id)
    return SeatRow.model_construct(section=row.section, name=row.name, position=row.position, statuses=statuses)


def _kept_in(inventory: Inventory, row: SeatRow, allocation_id: PydanticObjectId) -> str:
    """A letter a seat: available where the allocation holds it, or else held."""
    if HELD not in row.statuses:
        return HELD * len(row.statuses)
    # Of thousands of rows each nanosecond counts: nobody is told by identity, and comparing ids is what costs.
    holders: Sequence[PydanticObjectId | None] = row.holders or [None] * len(row.statuses)
    if moved := inventory.new_holders.get(row.label):
        holders = [moved.get(at, holder) for at, holder in enumerate(holders)]
    return "".join([FREE if holder is not None and holder == allocation_id else HELD for holder in holders])


def check_limit_of_allocation(
    inventory: Inventory, allotment: Allotment, user_id: PydanticObjectId, quantity: int, *, field: str = "selection"
) -> None:
    """Raises LimitExceeded when the buyer would have more of its seats than each may: held and booked, all counted."""
    most, had = allotment.max_seats_per_buyer, _had_by(inventory, allotment, user_id)
    if most is not None and quantity > 0 and had + quantity > most:
        message = f"Each buyer gets at most {most:,} seats with this access code, and you have {had:,}."
        raise LimitExceeded(field, message, most)


def _had_by(inventory: Inventory, allotment: Allotment, user_id: PydanticObjectId) -> int:
    having = (SeatLockStatus.ACTIVE, SeatLockStatus.CONSUMED)
    theirs = (lock for lock in inventory.locks if lock.allocation_id == allotment.id and lock.user_id == user_id)
    return sum(lock.quantity for lock in theirs if lock.status in having)


def kept_seats(inventory: Inventory, allotment: Allotment) -> list[str]:
    """The labels of the numbered seats it has left, all of whose rows are loaded. Raises Contradiction."""
    labels: list[str] = []
    for section in inventory.event.sections:
        if section.seating is not Seating.RESERVED or not allotment.kept.get(section.name):
            continue
        found = [
            f"{row.label}-{number}"
            for row in inventory.rows_of(section.name)
            if FREE in (letters := _kept_in(inventory, row, allotment.id))
            for number, letter in enumerate(letters, start=1)
            if letter == FREE
        ]
        if len(found) != allotment.kept[section.name]:
            raise Contradiction(f"allocation {allotment.id}: {len(found)} seats of {section.name}")
        labels += found
    return labels
