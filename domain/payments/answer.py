"""What the buyer is told of an attempt to pay."""

from __future__ import annotations

from dataclasses import dataclass

from domain.documents import Booking, BookingStatus, Payment, PaymentFailureReason, PaymentStatus, RefundReason
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.inventory.payment_commands import PaymentSettled
from domain.providers.port import Charge

RETRYABLE = frozenset({PaymentFailureReason.DECLINED, PaymentFailureReason.INSUFFICIENT_FUNDS})
"""Reasons after which the same card may work another time."""

WHY = {
    PaymentFailureReason.DECLINED: "Your card was declined.",
    PaymentFailureReason.INSUFFICIENT_FUNDS: "There is not enough money on your card for this.",
    PaymentFailureReason.EXPIRED_CARD: "Your card has expired.",
    PaymentFailureReason.AUTHENTICATION_FAILED: "Your bank could not confirm that it is you.",
    PaymentFailureReason.ABANDONED: "The payment was not finished.",
    PaymentFailureReason.FAILED: "The payment did not work.",
}
WHAT_NEXT = {
    PaymentFailureReason.DECLINED: "Try again, or use another card.",
    PaymentFailureReason.INSUFFICIENT_FUNDS: "Try again later, or use another card.",
    PaymentFailureReason.EXPIRED_CARD: "Use another card.",
    PaymentFailureReason.AUTHENTICATION_FAILED: "Try again, or use another card.",
    PaymentFailureReason.ABANDONED: "Try again.",
    PaymentFailureReason.FAILED: "Try again, or use another card.",
}
"""What a buyer may do, while the booking can still be paid."""

ENDED = {
    BookingStatus.CANCELLED: "The booking was cancelled.",
    BookingStatus.CONFIRMED: "The booking is paid by another payment.",
    BookingStatus.EXPIRED: "The time to pay is over, and the seats are given back.",
    BookingStatus.FAILED: "The booking has ended, and the seats are given back.",
    BookingStatus.PAYMENT_PENDING: "The seats stay yours until the deadline.",
}


@dataclass(frozen=True, slots=True)
class Paid:
    booking: Booking
    payment: Payment
    replayed: bool


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The bank asks the buyer: at `redirect_url`, or through the provider's own library by `client_secret`."""

    booking: Booking
    payment: Payment
    client_secret: str | None
    redirect_url: str | None
    message: str
    replayed: bool


def answer(settled: PaymentSettled, charge: Charge, *, replayed: bool) -> Paid | ActionRequired:
    """What came of it; `charge` is what the provider has just said. Raises PaymentFailed, PaymentTimedOut."""
    booking, payment, refund = settled.booking, settled.payment, settled.refund
    if refund is not None and refund.reason is RefundReason.LATE_PAYMENT:
        message = "The payment came too late for this booking; all money is given back."
        raise PaymentFailed(message, payment, booking, refund, settled.attempts_left, replayed)
    if payment.status is PaymentStatus.SUCCEEDED:
        return Paid(booking, payment, replayed)
    if payment.status is PaymentStatus.FAILED:
        message = message_of(payment, booking, settled.attempts_left)
        raise PaymentFailed(message, payment, booking, refund, settled.attempts_left, replayed)
    is_pending = booking.status is BookingStatus.PAYMENT_PENDING
    if payment.status is charge.status is PaymentStatus.ACTION_REQUIRED and is_pending:
        message = "Your bank asks you to confirm this payment. Your seats are held until the deadline."
        return ActionRequired(booking, payment, charge.client_secret, charge.redirect_url, message, replayed)
    message = f"The payment provider has not answered yet. {ENDED[booking.status]}"
    raise PaymentTimedOut(message, payment, booking, replayed)


def message_of(payment: Payment, booking: Booking, attempts_left: int) -> str:
    """Why the attempt failed and what the buyer may do now, in sentences fit for them."""
    reason = payment.failure_reason or PaymentFailureReason.FAILED
    return f"{WHY[reason]} {WHAT_NEXT[reason] if attempts_left else ENDED[booking.status]}"
