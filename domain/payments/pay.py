"""payBooking, from the key to the outcome."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from beanie import PydanticObjectId

from domain.contradiction import required
from domain.documents import (
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    key_id,
    new_id,
    request_digest,
)
from domain.documents.lookups import booking_at
from domain.errors import InvalidInput, PaymentFailed, PaymentTimedOut
from domain.inventory.commands import PaymentSettled, StartPayment
from domain.money import Money
from domain.payments.calls import NoAnswer, answer_within
from domain.payments.settle import settle
from domain.providers.port import Charge
from domain.text import checked_key, checked_opaque

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

log = structlog.get_logger(__name__)

RETRYABLE = frozenset({"insufficient_funds", "failed"})
"""Failure reasons after which the same means of payment may work another time."""


@dataclass(frozen=True, slots=True)
class Paid:
    booking: Booking
    payment: Payment
    replayed: bool


async def pay_booking(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    booking_id: PydanticObjectId,
    token: str,
    amount: Money | None,
    idempotency_key: str,
) -> Paid:
    """Charge the booking's total, once per key, and confirm it.

    Raises InvalidInput, NotFound, BookingExpired, BookingNotPayable, AmountMismatch, IdempotencyKeyReused, and
    PaymentFailed or PaymentTimedOut with the payment that came of it.
    """
    key = checked_key(idempotency_key)
    token = checked_opaque("paymentToken", token, longest=500)
    if not services.provider.knows_token(token):
        raise InvalidInput("paymentToken", "Not a payment token of this provider.")
    started = await services.writer.execute(
        StartPayment(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            booking_id=booking_id,
            payment_id=new_id(),
            key_id=key_id(caller.user_id, "payBooking", key),
            key=key,
            request=request_digest(booking_id, token, amount),
            amount=amount,
            provider=services.provider.name,
        )
    )
    if started.replayed:
        settled = await _outcome_of(services, started.payment)
    else:
        # The caller may give up half way; the charge and its settlement go on.
        settled = await asyncio.shield(services.tasks.keep(_charge_and_settle(services, started.payment, token)))
    return _answer(settled, replayed=started.replayed)


async def _charge_and_settle(services: Services, payment: Payment, token: str) -> PaymentSettled:
    charge = await _charge(services, payment, token)
    return await settle(services, payment, charge)


async def _charge(services: Services, payment: Payment, token: str) -> Charge:
    """The provider's answer; without one we don't know, which is a time-out."""
    try:
        charge = await answer_within(
            services.settings.payment_timeout_seconds, "charge", services.provider.charge(payment, token)
        )
    except NoAnswer as error:
        reason = str(error)
    else:
        if charge.status is not PaymentStatus.PENDING:
            return charge
        reason = "PENDING"
    log.warning("payment provider gave no answer", payment=str(payment.id), reason=reason)
    return Charge(PaymentStatus.TIMED_OUT)


async def _outcome_of(services: Services, payment: Payment) -> PaymentSettled:
    """What became of an earlier attempt; while its provider is being asked, wait as long as that may take."""
    give_up_at = asyncio.get_running_loop().time() + services.settings.payment_timeout_seconds
    while payment.status is PaymentStatus.PENDING and asyncio.get_running_loop().time() < give_up_at:
        await asyncio.sleep(0.05)
        payment = await Payment.get(payment.id) or payment
    found = required(await Booking.get(payment.booking_id), "a payment's booking is never deleted")
    booking = booking_at(found, services.clock())
    return PaymentSettled(booking, payment, await Refund.find_one({"payment_id": payment.id}))


def _answer(settled: PaymentSettled, *, replayed: bool) -> Paid:
    booking, payment, refund = settled.booking, settled.payment, settled.refund
    if refund is not None and refund.reason is RefundReason.LATE_PAYMENT:
        message = "The booking had ended before the payment arrived; all money is given back."
        raise PaymentFailed(message, payment, booking, refund, replayed)
    if payment.status is PaymentStatus.SUCCEEDED:
        return Paid(booking, payment, replayed)
    if payment.status is PaymentStatus.FAILED:
        raise PaymentFailed("The payment failed; the seats are given back.", payment, booking, refund, replayed)
    held = booking.status is BookingStatus.PAYMENT_PENDING
    raise PaymentTimedOut(
        f"The payment provider has not answered yet{'; the seats stay held until the deadline' if held else ''}.",
        payment,
        booking,
        replayed,
    )
