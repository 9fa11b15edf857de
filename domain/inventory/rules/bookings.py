"""Making a lock a booking, and cancelling it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.contradiction import required
from domain.documents import (
    AuditAction,
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    PydanticObjectId,
    RefundReason,
    SeatLockStatus,
    SeatStatus,
)
from domain.errors import (
    BookingExpired,
    BookingNotCancellable,
    EventCancelled,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotFound,
)
from domain.inventory.again import ReferenceTaken
from domain.inventory.allotments import letting_go
from domain.inventory.change import Change
from domain.inventory.commands import CancelBooking, Cancelled, Command, ConfirmBooking, Confirmed
from domain.inventory.entries import audit
from domain.inventory.rules.cancellation import cancellation_at
from domain.inventory.rules.refunds import initiate_refund
from domain.inventory.state import Inventory


def confirm_booking(inventory: Inventory, command: ConfirmBooking, now: datetime) -> Change[Confirmed]:
    """(none) → PAYMENT_PENDING; the lock stays ACTIVE and takes the booking's deadline."""
    lock = inventory.locks.get(command.lock_id)
    if lock is None or command.caller.user_id != lock.user_id:
        raise NotFound("You have no such lock.")  # not an ADMIN's either: one buys for oneself
    booking = inventory.bookings.get(lock.id)
    pending = BookingStatus.PAYMENT_PENDING
    match lock.status, booking:
        case SeatLockStatus.EXPIRED, _:
            raise LockExpired("The lock has expired.", lock.expires_at)
        case SeatLockStatus.CONSUMED, Booking():
            raise LockAlreadyUsed("The lock's booking is paid.", booking)
        case SeatLockStatus.RELEASED, _:
            raise LockNotActive("The lock was released.", lock.status)
        case _, Booking():
            entry = audit(command, now, AuditAction.BOOKING_CREATED, booking, to_status=pending, retry=True)
            return Change(Confirmed(booking, replayed=True), entries=[entry])
    if (cancelled_at := inventory.event.cancelled_at) is not None:
        raise EventCancelled("The event is cancelled.", cancelled_at)
    if command.reference in inventory.taken_references:
        raise ReferenceTaken
    deadline = now + inventory.terms.payment_ttl
    booking = Booking.model_construct(
        id=lock.id,
        reference=command.reference,
        event_id=lock.event_id,
        user_id=lock.user_id,
        quantities=lock.quantities,
        seats=lock.seats,
        items=lock.items,
        total_minor=lock.total_minor,
        currency=lock.currency,
        payment_expires_at=deadline,
        allocation_id=lock.allocation_id,
        created_at=now,
        updated_at=now,
    )
    told = {"reference": command.reference}
    entry = audit(command, now, AuditAction.BOOKING_CREATED, booking, to_status=pending, metadata=told)
    return Change(
        Confirmed(booking, replayed=False),
        documents=[
            booking,
            lock.evolve(booked=True, expires_at=deadline, correlation_id=command.correlation_id, updated_at=now),
        ],
        entries=[entry],
    )


def cancel_booking(inventory: Inventory, command: CancelBooking, now: datetime) -> Change[Cancelled]:
    """PAYMENT_PENDING → CANCELLED, held → available; CONFIRMED before the start → the same with what is due back."""
    booking = inventory.bookings.get(command.booking_id)
    if booking is None or not command.caller.may_see(booking.user_id):
        raise NotFound("No such booking.")
    if booking.status is BookingStatus.EXPIRED:
        raise BookingExpired("The booking has expired.", booking)
    if booking.status is BookingStatus.FAILED:
        raise BookingNotCancellable("The booking's payment failed; there is nothing to cancel.", booking)
    if booking.status is BookingStatus.CANCELLED:
        paid = paid_by(inventory, booking)
        refund = inventory.refund_of(paid.id) if paid else None
        if refund is not None and refund.id == command.refund_id:
            # This very command, committed before: its refund is still to be sent.
            return Change(Cancelled(booking, refund, replayed=False))
        was = BookingStatus.CONFIRMED if paid else BookingStatus.PAYMENT_PENDING
        entry = audit(
            command,
            now,
            AuditAction.BOOKING_CANCELLED,
            booking,
            from_status=was,
            to_status=BookingStatus.CANCELLED,
            retry=True,
        )
        return Change(Cancelled(booking, refund, replayed=True), entries=[entry])
    paid = paid_by(inventory, booking)
    setting = inventory.terms.cancellation_refund_percent
    terms = cancellation_at(inventory.event, booking, setting, now, step=paid.step_minor if paid else 1)
    if terms is None:
        raise BookingNotCancellable("The event has started.", booking)
    return end_booking(inventory, command, now, booking, command.refund_id, command.reason, terms.percentage)


def end_booking(
    inventory: Inventory,
    command: Command[Any],
    now: datetime,
    booking: Booking,
    refund_id: PydanticObjectId,
    reason: str | None,
    percentage: int,
) -> Change[Cancelled]:
    """A PAYMENT_PENDING or CONFIRMED booking CANCELLED, its seats let go; of what was paid that percentage back."""
    lock = required(inventory.locks.get(booking.id), "a booking keeps its lock")
    source = SeatStatus.BOOKED if booking.status is BookingStatus.CONFIRMED else SeatStatus.HELD
    move = letting_go(inventory, booking, source, now)
    cancelled = booking.evolve(status=BookingStatus.CANCELLED, cancel_reason=reason, updated_at=now)
    entry = audit(
        command,
        now,
        AuditAction.BOOKING_CANCELLED,
        booking,
        from_status=booking.status,
        to_status=cancelled.status,
        move=move,
        metadata={"reason": reason} if reason else None,
    )
    change = Change(
        Cancelled(cancelled, None, replayed=False),
        moves=[move],
        documents=[cancelled, lock.evolve(status=SeatLockStatus.RELEASED, updated_at=now)],
        entries=[entry],
    )
    if source is SeatStatus.BOOKED and percentage and booking.total_minor:
        paid = required(paid_by(inventory, booking), "a CONFIRMED booking is paid")
        if not paid.amount.share(percentage, paid.step_minor).minor:
            return change
        why = RefundReason.CANCELLATION if inventory.event.cancelled_at is None else RefundReason.EVENT_CANCELLED
        refund = initiate_refund(change, command, now, paid, refund_id, percentage, why, reason)
        change.outcome = Cancelled(cancelled, refund, replayed=False)
    return change


def paid_by(inventory: Inventory, booking: Booking) -> Payment | None:
    """The payment that confirmed this booking; money that came too late for that, and went back, did not."""
    for payment in inventory.payments_of(booking.id):
        refund = inventory.refund_of(payment.id)
        was_late = refund is not None and refund.reason is RefundReason.LATE_PAYMENT
        if payment.status is PaymentStatus.SUCCEEDED and not was_late:
            return payment
    return None
