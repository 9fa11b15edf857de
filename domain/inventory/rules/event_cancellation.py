"""Cancelling an event: its sales close for good, and everything it has sold is ended, all money given back."""

from __future__ import annotations

from datetime import datetime

from domain.contradiction import Contradiction
from domain.documents import AuditAction, BookingStatus, SeatLockStatus
from domain.errors import NotFound
from domain.inventory.again import MoreDue
from domain.inventory.change import Change
from domain.inventory.entries import audit_event
from domain.inventory.event_commands import CancelEvent, Ended, EndLock, EventChanged, FinishCancellation
from domain.inventory.rules.allocations import release_all
from domain.inventory.rules.bookings import end_booking
from domain.inventory.rules.locks import release
from domain.inventory.state import Inventory


def cancel_event(inventory: Inventory, command: CancelEvent, now: datetime) -> Change[EventChanged]:
    """Not cancelled, started or not → cancelled, its allocations released.

    From now on no seats are locked, booked or paid.
    """
    event = inventory.event
    if event.cancelled_at is not None:
        entry = audit_event(command, now, AuditAction.EVENT_CANCELLED, repeats=event.sales_entry_id)
        return Change(EventChanged(replayed=True), entries=[entry])
    entry = audit_event(command, now, AuditAction.EVENT_CANCELLED, metadata={"reason": command.reason})
    fields = {
        "sales_closed": True,
        "sales_entry_id": entry.id,
        "cancelled_at": now,
        "cancellation_reason": command.reason,
        "cancellation_correlation_id": command.correlation_id,
        "cancellation_finished_at": None,
    }
    change = Change(EventChanged(replayed=False), event=fields, entries=[entry])
    change.add(release_all(inventory, command, now))
    return change


def end_lock(inventory: Inventory, command: EndLock, now: datetime) -> Change[Ended]:
    """ACTIVE → RELEASED; its booking → CANCELLED and, if it was paid, all its money back. A repeat changes nothing."""
    lock = inventory.locks.get(command.lock_id)
    event = inventory.event
    if lock is None or event.cancelled_at is None:
        raise NotFound("No such lock of a cancelled event.")
    booking = inventory.bookings.get(lock.id)
    change = Change(Ended(ended=True))
    if booking is None:
        if lock.status is not SeatLockStatus.ACTIVE:
            return Change(Ended(ended=False))
        change.add(release(inventory, command, lock, now))
    elif booking.status in (BookingStatus.PAYMENT_PENDING, BookingStatus.CONFIRMED):
        reason = event.cancellation_reason
        change.add(end_booking(inventory, command, now, booking, command.refund_id, reason, percentage=100))
    else:
        return Change(Ended(ended=False))
    return change


def finish_cancellation(inventory: Inventory, command: FinishCancellation, now: datetime) -> Change[Ended]:
    """Nothing is held or booked any more: so it is written down, once."""
    event = inventory.event
    if event.cancelled_at is None or event.cancellation_finished_at is not None:
        return Change(Ended(ended=False))
    if inventory.more_due:
        raise MoreDue
    if event.held or event.booked:
        raise Contradiction("nothing is left to end, and yet seats are taken")
    entry = audit_event(command, now, AuditAction.CANCELLATION_FINISHED)
    return Change(Ended(ended=True), event={"cancellation_finished_at": now}, entries=[entry])
