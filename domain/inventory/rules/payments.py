"""Recording an attempt to pay, and settling what the provider answered, in time or late."""

from __future__ import annotations

from datetime import datetime

from domain.contradiction import required
from domain.documents import (
    AuditAction,
    Booking,
    BookingStatus,
    IdempotencyKey,
    Payment,
    PaymentStatus,
    RefundReason,
    SeatLock,
    SeatLockStatus,
    SeatStatus,
)
from domain.errors import AmountMismatch, BookingExpired, BookingNotPayable, IdempotencyKeyReused, NotFound
from domain.inventory.commands import (
    PaymentSettled,
    PaymentStarted,
    SettlePayment,
    StartPayment,
)
from domain.inventory.rules.bookings import end_booking
from domain.inventory.rules.refunds import initiate_refund, money_of
from domain.inventory.state import Change, Inventory, MoreDue, Move, audit


def start_payment(inventory: Inventory, command: StartPayment, now: datetime) -> Change[PaymentStarted]:
    """Record an attempt on a PAYMENT_PENDING booking. A booking is never charged by two attempts."""
    booking = inventory.bookings.get(command.booking_id)
    if booking is None or command.caller.user_id != booking.user_id:
        raise NotFound("You have no such booking.")  # not an ADMIN's either: one pays for oneself
    key = inventory.keys.get(command.key_id)
    if key is not None and key.expires_at > now:
        if key.request != command.request:
            raise IdempotencyKeyReused("This idempotency key was used for another request.")
        payment = required(inventory.payments.get(key.outcome_id), "a key and its payment are written together")
        if payment.id == command.payment_id:
            return Change(PaymentStarted(booking, payment, replayed=False))
        pending = PaymentStatus.PENDING
        entry = audit(
            command, now, AuditAction.PAYMENT_INITIATED, payment, to_status=pending, retry=True, key=command.key
        )
        return Change(PaymentStarted(booking, payment, replayed=True), entries=[entry])

    if booking.status is BookingStatus.EXPIRED:
        raise BookingExpired("The booking has expired; its seats are given back.", booking)
    if booking.status is not BookingStatus.PAYMENT_PENDING:
        raise BookingNotPayable("The booking is not waiting for a payment.", booking)
    if inventory.event.cancelled_at is not None:
        raise BookingNotPayable("The event is cancelled.", booking)
    if any(payment.may_hold_money for payment in inventory.payments_of(booking.id)):
        # Its answer may still be yes: another charge could take the money twice.
        raise BookingNotPayable("An earlier payment of this booking has not been answered yet.", booking)
    if command.amount is not None and command.amount != booking.total:
        raise AmountMismatch("The amount is not the booking's total.", booking.total)

    payment = Payment.model_construct(
        id=command.payment_id,
        booking_id=booking.id,
        event_id=booking.event_id,
        user_id=booking.user_id,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        step_minor=inventory.terms.steps.get(booking.currency, 1),
        idempotency_key=command.key,
        provider=command.provider,
        correlation_id=command.correlation_id,
        created_at=now,
    )
    remembered = IdempotencyKey.model_construct(
        id=command.key_id, request=command.request, outcome_id=payment.id, expires_at=now + inventory.terms.key_ttl
    )
    told = money_of(payment) | {"provider": payment.provider}
    pending = PaymentStatus.PENDING
    entry = audit(
        command, now, AuditAction.PAYMENT_INITIATED, payment, to_status=pending, key=command.key, metadata=told
    )
    return Change(PaymentStarted(booking, payment, replayed=False), documents=[payment, remembered], entries=[entry])


def settle_payment(inventory: Inventory, command: SettlePayment, now: datetime) -> Change[PaymentSettled]:
    """What the provider said. A repeat, or an answer that an earlier one overrules, changes nothing."""
    payment = inventory.payments.get(command.payment_id)
    booking = inventory.bookings.get(command.booking_id)
    lock = inventory.locks.get(command.booking_id)
    if payment is None or booking is None or lock is None:
        raise NotFound("No such payment.")
    refund = inventory.refund_of(payment.id)
    heard = {
        PaymentStatus.PENDING: (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.TIMED_OUT),
        PaymentStatus.TIMED_OUT: (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED),
        # A second failure only matters when it tells of money that was taken after all.
        PaymentStatus.FAILED: (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED)
        if command.money_taken
        else (PaymentStatus.SUCCEEDED,),
        PaymentStatus.SUCCEEDED: (),
    }[payment.status]
    if refund is not None or command.status not in heard:
        return Change(PaymentSettled(booking, payment, refund))

    settled = payment.evolve(
        status=command.status,
        may_hold_money=command.status is not PaymentStatus.FAILED,
        provider_reference=command.provider_reference or payment.provider_reference,
        failure_reason=command.failure_reason,
        settled_at=now if command.status is not PaymentStatus.TIMED_OUT else None,
    )
    action = {
        PaymentStatus.SUCCEEDED: AuditAction.PAYMENT_SUCCEEDED,
        PaymentStatus.FAILED: AuditAction.PAYMENT_FAILED,
        PaymentStatus.TIMED_OUT: AuditAction.PAYMENT_TIMED_OUT,
    }[command.status]
    change = Change(PaymentSettled(booking, settled, None), documents=[settled])
    told = money_of(payment) | {"provider": payment.provider}
    if settled.failure_reason:
        told["reason"] = settled.failure_reason
    change.entries.append(
        audit(command, now, action, payment, from_status=payment.status, to_status=settled.status, metadata=told)
    )
    if command.status is PaymentStatus.SUCCEEDED:
        _paid(inventory, command, now, change, booking, lock)
    elif command.status is PaymentStatus.FAILED:
        _failed(command, now, change, booking, lock)
    return change


def _paid(
    inventory: Inventory,
    command: SettlePayment,
    now: datetime,
    change: Change[PaymentSettled],
    booking: Booking,
    lock: SeatLock,
) -> None:
    """CONFIRMED with the seats the booking holds or, late, with seats that are on sale; otherwise all money back."""
    source = _seats_for(inventory, booking, now)
    if source is None:
        if booking.status is BookingStatus.PAYMENT_PENDING:
            reason = inventory.event.cancellation_reason
            ended = end_booking(inventory, command, now, booking, command.refund_id, reason, percentage=0)
            change.add(ended)
            booking = ended.outcome.booking
        _give_back(command, now, change, booking, RefundReason.LATE_PAYMENT)
        return
    move = Move(booking.quantities, booking.seats, source, SeatStatus.BOOKED, booking.id)
    confirmed = booking.evolve(status=BookingStatus.CONFIRMED, cancel_reason=None, updated_at=now)
    change.moves.append(move)
    change.documents += [confirmed, lock.evolve(status=SeatLockStatus.CONSUMED, updated_at=now)]
    change.entries.append(
        audit(
            command,
            now,
            AuditAction.BOOKING_CONFIRMED,
            booking,
            from_status=booking.status,
            to_status=confirmed.status,
            move=move,
        )
    )
    change.outcome = PaymentSettled(confirmed, change.outcome.payment, None)


def _seats_for(inventory: Inventory, booking: Booking, now: datetime) -> SeatStatus | None:
    """Where a payment that succeeded takes the booking's seats from; None if it must not take any.

    Once the booking has EXPIRED or FAILED its seats are for sale: a payment takes them as a new buyer would, or not at
    all. CANCELLED is somebody's explicit word, and CONFIRMED was paid before: no answer of a provider changes those.
    """
    event = inventory.event
    match booking.status:
        case BookingStatus.PAYMENT_PENDING:
            return SeatStatus.HELD if event.cancelled_at is None else None
        case BookingStatus.EXPIRED | BookingStatus.FAILED if event.is_on_sale(now):
            if not inventory.not_available(booking.quantities, booking.seats):
                return SeatStatus.AVAILABLE
            if inventory.more_due:
                raise MoreDue
    return None


def _failed(
    command: SettlePayment, now: datetime, change: Change[PaymentSettled], booking: Booking, lock: SeatLock
) -> None:
    """FAILED, and the seats back; all money back if it was taken."""
    if booking.status is BookingStatus.PAYMENT_PENDING:
        move = Move(booking.quantities, booking.seats, SeatStatus.HELD, SeatStatus.AVAILABLE, booking.id)
        failed = booking.evolve(status=BookingStatus.FAILED, updated_at=now)
        change.moves.append(move)
        change.documents += [failed, lock.evolve(status=SeatLockStatus.EXPIRED, expires_at=now, updated_at=now)]
        change.entries.append(
            audit(
                command,
                now,
                AuditAction.BOOKING_FAILED,
                booking,
                from_status=booking.status,
                to_status=failed.status,
                move=move,
            )
        )
        change.outcome = PaymentSettled(failed, change.outcome.payment, None)
    if command.money_taken:
        _give_back(command, now, change, change.outcome.booking, RefundReason.PAYMENT_FAILED)


def _give_back(
    command: SettlePayment, now: datetime, change: Change[PaymentSettled], booking: Booking, reason: RefundReason
) -> None:
    payment = change.outcome.payment
    refund = initiate_refund(change, command, now, payment, command.refund_id, 100, reason)
    change.outcome = PaymentSettled(booking, payment.evolve(may_hold_money=False), refund)
