"""payBooking, from the key to the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from beanie import PydanticObjectId

from domain.contradiction import required
from domain.documents import (
    Booking,
    Payment,
    PaymentStatus,
    Refund,
    key_id,
    new_id,
    request_digest,
)
from domain.errors import BookingNotPayable, InvalidInput
from domain.faults import Faults
from domain.inventory.payment_commands import PaymentSettled, PaymentStarted, StartPayment
from domain.inventory.rules.payments import attempts_left
from domain.lookups import booking_at
from domain.money import Money
from domain.payments.answer import ActionRequired, Paid, answer
from domain.payments.calls import NoAnswer, answer_within
from domain.payments.settle import settle
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.text import checked_key, checked_opaque

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

log = structlog.get_logger(__name__)


async def pay_booking(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    booking_id: PydanticObjectId,
    token: str | None,
    amount: Money | None,
    idempotency_key: str,
    faults: Faults | None = None,
) -> Paid | ActionRequired:
    """Charge the booking's total, once per key, and confirm it; or what the buyer has to do first.

    The same key again, while the buyer's bank waits for an answer, tells what is so now. Another key then calls the
    waiting attempt off, at the provider, before it makes one of its own.

    `faults` are those that the input was found to have already. Raises InvalidInput, NotFound, BookingExpired,
    BookingNotPayable, AmountMismatch, IdempotencyKeyReused, and PaymentFailed or PaymentTimedOut with the payment that
    came of it.
    """
    faults = Faults() if faults is None else faults
    if token is not None:
        with faults:
            token = checked_opaque("paymentToken", token, longest=500)
            if not services.provider.knows_token(token):
                raise InvalidInput("paymentToken", "Not a payment token of this provider.")
    with faults:
        key = checked_key(idempotency_key)
    faults.refuse()
    command = StartPayment(
        event_id=event_id,
        caller=caller,
        correlation_id=caller.correlation_id,
        booking_id=booking_id,
        payment_id=new_id(),
        key_id=key_id(caller.user_id, "payBooking", key),
        key=key,
        request=request_digest(booking_id, token, amount),
        amount=amount,
        has_token=token is not None,
        provider=services.provider.name,
    )
    started = await services.writer.execute(command)
    if started.is_waiting:
        await _call_off(services, started)
        command = replace(command, instead_of=started.payment.id)
        started = await services.writer.execute(command)
        if started.is_waiting:  # it has just been made, by yet another request
            raise BookingNotPayable("An earlier payment of this booking waits for the bank's answer.", started.booking)
    if started.replayed:
        charge, settled = await _outcome_of(services, started.payment)
    else:
        # The caller may give up half way; the charge and its settlement go on.
        going_on = services.tasks.keep(_charge_and_settle(services, started.payment, token))
        charge, settled = await asyncio.shield(going_on)
    return answer(settled, charge, replayed=started.replayed and not started.by_another)


async def _call_off(services: Services, started: PaymentStarted) -> None:
    """End the attempt that waits, at the provider and here. Raises BookingNotPayable when that can't be had now."""
    charge = UNKNOWN
    if started.payment.provider == services.provider.name:  # another one knows nothing of it, and would say it's over
        charge = await _ask(services.settings, "cancel", services.provider.cancel(started.payment))
    if charge.status not in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED):
        message = "An earlier payment of this booking could not be called off yet; try again in a moment."
        raise BookingNotPayable(message, started.booking)
    await settle(services, started.payment, charge)


async def _charge_and_settle(services: Services, payment: Payment, token: str | None) -> tuple[Charge, PaymentSettled]:
    charge = await _charge(services, payment, token)
    return charge, await settle(services, payment, charge)


async def _charge(services: Services, payment: Payment, token: str | None) -> Charge:
    if token is None or not payment.amount_minor:
        return Charge(PaymentStatus.SUCCEEDED)
    charge = await _ask(services.settings, "charge", services.provider.charge(payment, token))
    if charge.status in (PaymentStatus.PENDING, PaymentStatus.TIMED_OUT):
        log.warning("payment provider gave no answer", payment=str(payment.id), reason=charge.status.value)
        return Charge(PaymentStatus.TIMED_OUT, charge.reference)
    return charge


async def _ask(settings: Settings, name: str, call: Awaitable[Charge | None]) -> Charge:
    """The provider's answer; without one we don't know, which is a time-out."""
    try:
        return await answer_within(settings.payment_timeout_seconds, name, call) or UNKNOWN
    except NoAnswer as error:
        log.warning("payment provider gave no answer", call=name, reason=str(error))
        return UNKNOWN


UNKNOWN = Charge(PaymentStatus.TIMED_OUT)


async def _outcome_of(services: Services, payment: Payment) -> tuple[Charge, PaymentSettled]:
    """What became of an earlier attempt; while its provider is being asked, wait as long as that may take."""
    ours = {"event_id": payment.event_id}
    give_up_at = asyncio.get_running_loop().time() + services.settings.payment_timeout_seconds
    while payment.status is PaymentStatus.PENDING and asyncio.get_running_loop().time() < give_up_at:
        await asyncio.sleep(0.05)
        payment = await Payment.find_one(ours | {"_id": payment.id}) or payment
    charge = UNKNOWN
    if payment.status is PaymentStatus.ACTION_REQUIRED and payment.provider == services.provider.name:
        charge = await _ask(services.settings, "look_up", services.provider.look_up(payment))
        if charge.status in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED):
            return charge, await settle(services, payment, charge)
    raw = await Booking.get_pymongo_collection().find_one(ours | {"_id": payment.booking_id})
    found = Booking.from_bson(required(raw, "a payment's booking is never deleted"))
    booking = booking_at(found, services.clock())
    made = await Payment.find(ours | {"booking_id": booking.id}).count()
    left = attempts_left(booking, made, services.settings.payment_attempts)
    refund = await Refund.find_one(ours | {"payment_id": payment.id})
    return charge, PaymentSettled(booking, payment, refund, left)
