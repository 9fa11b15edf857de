"""Recording an attempt to pay, and settling what the provider answered, in time or late."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.contradiction import required
from domain.documents import (
    UNANSWERED,
    AuditAction,
    Booking,
    BookingStatus,
    IdempotencyKey,
    Payment,
    PaymentStatus,
    PydanticObjectId,
    RefundReason,
    SeatLock,
    SeatLockStatus,
    SeatStatus,
)
from domain.errors import (
    AmountMismatch,
    BookingExpired,
    BookingNotPayable,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
)
from domain.inventory.again import MoreDue
from domain.inventory.allotments import can_take_again, letting_go
from domain.inventory.change import Change, Move
from domain.inventory.entries import audit
from domain.inventory.payment_commands import PaymentSettled, PaymentStarted, SettlePayment, StartPayment
from domain.inventory.rules.bookings import end_booking, paid_by
from domain.inventory.rules.buyer_limits import may_buy_late
from domain.inventory.rules.refunds import initiate_refund, money_of
from domain.inventory.state import Inventory

FREE = "none"
"""The provider of what costs nothing: none is asked, and no token is needed."""

LOOK_AGAIN_AFTER = timedelta(minutes=5)
"""How long after a failure the provider is asked about it once more, for the first time."""


def attempts_left(booking: Booking, made: int, allowed: int) -> int:
    """How many more attempts to pay it this booking has, of which so many were made; 0 once it has ended."""
    return max(0, allowed - made) if booking.status is BookingStatus.PAYMENT_PENDING else 0


def start_payment(inventory: Inventory, command: StartPayment, now: datetime) -> Change[PaymentStarted]:
    """Record an attempt on a PAYMENT_PENDING booking. A booking is never charged by two attempts."""
    booking = inventory.bookings.get(command.booking_id)
    if booking is None or command.caller.user_id != booking.user_id:
        raise NotFound("You have no such booking.")  # not an ADMIN's either: one pays for oneself
    made = inventory.remembered(command.key_id, now)
    if made is not None:
        if made.request != command.request:
            raise IdempotencyKeyReused("This idempotency key was used for another request.")
        payment = required(inventory.payments.get(made.outcome_id), "a key and its payment are written together")
        if payment.id == command.payment_id:
            return Change(PaymentStarted(booking, payment, replayed=False))
        pending = PaymentStatus.PENDING
        entry = audit(
            command, now, AuditAction.PAYMENT_INITIATED, payment, to_status=pending, retry=True, key=command.key
        )
        return Change(PaymentStarted(booking, payment, replayed=True), entries=[entry])

    if command.instead_of is not None and (change := _answered(inventory, command, now, booking)) is not None:
        return change
    if booking.status is BookingStatus.EXPIRED:
        raise BookingExpired("The booking has expired; its seats are given back.", booking)
    if booking.status is not BookingStatus.PAYMENT_PENDING:
        raise BookingNotPayable("The booking is not waiting for a payment.", booking)
    if inventory.event.cancelled_at is not None:
        raise BookingNotPayable("The event is cancelled.", booking)
    if command.amount is not None and command.amount != booking.total:
        raise AmountMismatch("The amount is not the booking's total.", booking.total)
    if booking.total_minor and not command.has_token:
        raise InvalidInput("paymentToken", "This booking is not free: its payment needs a token.")
    earlier = inventory.payments_of(booking.id)
    under_way = next((payment for payment in earlier if payment.may_hold_money), None)
    if under_way is not None and under_way.status is not PaymentStatus.ACTION_REQUIRED:
        # Its answer may still be yes: another charge could take the money twice.
        raise BookingNotPayable("An earlier payment of this booking has not been answered yet.", booking)
    if not attempts_left(booking, len(earlier), inventory.terms.payment_attempts):
        raise BookingNotPayable("The booking has no more attempts to pay.", booking)
    if under_way is not None:
        return Change(PaymentStarted(booking, under_way, replayed=False, is_waiting=True))

    payment = Payment.model_construct(
        id=command.payment_id,
        booking_id=booking.id,
        event_id=booking.event_id,
        user_id=booking.user_id,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        step_minor=inventory.terms.steps.get(booking.currency, 1),
        idempotency_key=command.key,
        key_id=command.key_id,
        request=command.request,
        provider=command.provider if booking.total_minor else FREE,
        correlation_id=command.correlation_id,
        created_at=now,
    )
    told = money_of(payment) | {"provider": payment.provider}
    pending = PaymentStatus.PENDING
    entry = audit(
        command, now, AuditAction.PAYMENT_INITIATED, payment, to_status=pending, key=command.key, metadata=told
    )
    return Change(PaymentStarted(booking, payment, replayed=False), documents=[payment], entries=[entry])


def _answered(
    inventory: Inventory, command: StartPayment, now: datetime, booking: Booking
) -> Change[PaymentStarted] | None:
    """The attempt this one was to be made instead of, if it has paid the booking: then it answers this key, too."""
    payment = inventory.payments.get(command.instead_of)
    if payment is None or booking.status is not BookingStatus.CONFIRMED or paid_by(inventory, booking) is not payment:
        return None
    pending = PaymentStatus.PENDING
    entry = audit(command, now, AuditAction.PAYMENT_INITIATED, payment, to_status=pending, retry=True, key=command.key)
    remembered = IdempotencyKey.model_construct(
        id=command.key_id, request=command.request, outcome_id=payment.id, expires_at=now + inventory.terms.key_ttl
    )
    answered = PaymentStarted(booking, payment, replayed=True, by_another=True)
    return Change(answered, documents=[remembered], entries=[entry])


def settle_payment(inventory: Inventory, command: SettlePayment, now: datetime) -> Change[PaymentSettled]:
    """What the provider said. A repeat, or an answer that an earlier one overrules, changes nothing."""
    payment = inventory.payments.get(command.payment_id)
    booking = inventory.bookings.get(command.booking_id)
    lock = inventory.locks.get(command.booking_id)
    if payment is None or booking is None or lock is None:
        raise NotFound("No such payment.")
    refund = inventory.refund_of(payment.id)
    made = len(inventory.payments_of(booking.id))
    left = attempts_left(booking, made, inventory.terms.payment_attempts)
    if refund is not None or not _is_news(payment, command):
        return Change(PaymentSettled(booking, payment, refund, left))

    failed = command.status is PaymentStatus.FAILED
    settled = payment.evolve(
        status=command.status,
        may_hold_money=not failed,
        provider_reference=command.provider_reference or payment.provider_reference,
        failure_reason=command.failure_reason,
        settled_at=now if command.status not in UNANSWERED else None,
        look_again_at=now + LOOK_AGAIN_AFTER if failed and not command.money_taken else None,
    )
    change = Change(PaymentSettled(booking, settled, None, left), documents=[settled])
    action = ACTIONS[command.status]
    told = money_of(payment) | {"provider": payment.provider}
    if settled.failure_reason:
        told["reason"] = settled.failure_reason
    change.entries.append(
        audit(command, now, action, payment, from_status=payment.status, to_status=settled.status, metadata=told)
    )
    if command.status is PaymentStatus.SUCCEEDED:
        _paid(inventory, command, now, change, booking, lock)
    elif failed:
        _failed(inventory, payment, command, now, change, booking, lock)
    return change


ACTIONS = {
    PaymentStatus.SUCCEEDED: AuditAction.PAYMENT_SUCCEEDED,
    PaymentStatus.FAILED: AuditAction.PAYMENT_FAILED,
    PaymentStatus.TIMED_OUT: AuditAction.PAYMENT_TIMED_OUT,
    PaymentStatus.ACTION_REQUIRED: AuditAction.PAYMENT_ACTION_REQUIRED,
}
"""How it is recorded what came of an attempt."""


def _is_news(payment: Payment, command: SettlePayment) -> bool:
    """Whether this answer says more than what is known of the attempt."""
    match payment.status, command.status:
        case PaymentStatus.PENDING, PaymentStatus.PENDING:
            return False
        case (PaymentStatus.PENDING, _) | (_, PaymentStatus.SUCCEEDED):
            return payment.status is not PaymentStatus.SUCCEEDED
        case PaymentStatus.TIMED_OUT, PaymentStatus.ACTION_REQUIRED | PaymentStatus.FAILED:
            return True
        case PaymentStatus.ACTION_REQUIRED, PaymentStatus.FAILED:
            return True
        case PaymentStatus.FAILED, PaymentStatus.FAILED:
            return command.money_taken  # after all
    return False


def _paid(
    inventory: Inventory,
    command: SettlePayment,
    now: datetime,
    change: Change[PaymentSettled],
    booking: Booking,
    lock: SeatLock,
) -> None:
    """CONFIRMED with the seats the booking holds or, late, with seats that are on sale; otherwise all money back.

    So is the money of an attempt that was thought to have failed, while another is under way: that one may pay, too.
    """
    others = (one for one in inventory.payments_of(booking.id) if one.id != command.payment_id)
    is_another = any(one.may_hold_money for one in others)
    move = None if is_another else _seats_for(inventory, booking, now)
    if move is None:
        if booking.status is BookingStatus.PAYMENT_PENDING and not is_another:
            reason = inventory.event.cancellation_reason
            ended = end_booking(inventory, command, now, booking, command.refund_id, reason, percentage=0)
            change.add(ended)
            booking = ended.outcome.booking
        _give_back(command, now, change, booking, RefundReason.LATE_PAYMENT)
        return
    # What was for sale is of no allocation any more.
    allocation_id = None if move.source is SeatStatus.AVAILABLE else booking.allocation_id
    confirmed = booking.evolve(
        status=BookingStatus.CONFIRMED, cancel_reason=None, allocation_id=allocation_id, updated_at=now
    )
    consumed = lock.evolve(status=SeatLockStatus.CONSUMED, allocation_id=allocation_id, updated_at=now)
    change.moves.append(move)
    change.documents += [confirmed, consumed]
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
    change.outcome = PaymentSettled(confirmed, change.outcome.payment, None, attempts_left=0)


def _seats_for(inventory: Inventory, booking: Booking, now: datetime) -> Move | None:
    """How a payment that succeeded books the booking's seats; None if it must not take any.

    Once the booking has EXPIRED or FAILED its seats are for sale, or back in the allocation they were from: a payment
    takes them as a new buyer would, or not at all. CANCELLED is somebody's explicit word, and CONFIRMED was paid
    before: no answer of a provider changes those.
    """
    event = inventory.event
    match booking.status:
        case BookingStatus.PAYMENT_PENDING:
            return _booking_of(booking, SeatStatus.HELD) if event.cancelled_at is None else None
        case BookingStatus.EXPIRED | BookingStatus.FAILED if event.is_on_sale(now) or booking.allocation_id:
            if not may_buy_late(inventory, booking.user_id, booking.quantity, now):
                return None
            if can_take_again(inventory, booking, now):
                return _booking_of(booking, SeatStatus.HELD, out_of=booking.allocation_id)
            if event.is_on_sale(now) and not inventory.not_available(booking.quantities, booking.seats):
                return _booking_of(booking, SeatStatus.AVAILABLE)
            if inventory.more_due:
                raise MoreDue
    return None


def _booking_of(booking: Booking, source: SeatStatus, out_of: PydanticObjectId | None = None) -> Move:
    return Move(booking.quantities, booking.seats, source, SeatStatus.BOOKED, booking.id, out_of=out_of)


def _failed(
    inventory: Inventory,
    payment: Payment,
    command: SettlePayment,
    now: datetime,
    change: Change[PaymentSettled],
    booking: Booking,
    lock: SeatLock,
) -> None:
    """This attempt has failed. The booking lives on, unless it was the last one or its money was taken: that goes back.

    Of an attempt that was known to have failed, only the money is news.
    """
    is_last = command.money_taken or not change.outcome.attempts_left
    if booking.status is BookingStatus.PAYMENT_PENDING and payment.status is not PaymentStatus.FAILED and is_last:
        move = letting_go(inventory, booking, SeatStatus.HELD, now)
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
        change.outcome = PaymentSettled(failed, change.outcome.payment, None, attempts_left=0)
    if command.money_taken:
        _give_back(command, now, change, change.outcome.booking, RefundReason.PAYMENT_FAILED)


def _give_back(
    command: SettlePayment, now: datetime, change: Change[PaymentSettled], booking: Booking, reason: RefundReason
) -> None:
    payment = change.outcome.payment
    refund = initiate_refund(change, command, now, payment, command.refund_id, 100, reason)
    left = change.outcome.attempts_left if booking.status is BookingStatus.PAYMENT_PENDING else 0
    change.outcome = PaymentSettled(booking, payment.evolve(may_hold_money=False), refund, left)
