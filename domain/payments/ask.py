"""Payments without an answer: asking the provider what became of them, and calling off those nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from beanie import PydanticObjectId
from pymongo import ASCENDING

from domain.clock import Clock
from domain.documents import UNANSWERED, BookingStatus, Payment, PaymentFailureReason, PaymentStatus
from domain.errors import NotFound, SeatlockError
from domain.lookups import bookings_by_ids
from domain.payments.calls import NoAnswer, answer_within
from domain.payments.settle import settle
from domain.process.settings import Settings
from domain.providers.port import Charge

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

ASKED_AT_ONCE = 20
"""Look-ups under way at a time: a provider that hangs must not hold up all of them."""

LOST_AFTER = timedelta(seconds=30)
"""On top of the provider's time-out: an attempt the provider has not heard of by then was never sent."""

GIVEN_UP_AFTER = timedelta(days=1)
"""When an attempt that the provider still can't tell anything of has failed, if its booking has ended: every attempt
comes to an end. Should it turn out to be paid all the same, that is late money."""

FIRST_LOOK_UNTIL, SECOND_LOOK_AFTER = timedelta(hours=1), timedelta(hours=6)
"""A failure is looked up again some minutes after it, and once more some hours after it."""

LOOKED_UP_AT_ONCE = 500

FAILED = Charge(PaymentStatus.FAILED, failure_reason=PaymentFailureReason.FAILED)

OPEN = {"status": {"$in": [status.value for status in UNANSWERED]}}


async def ask_about_bookings(services: Services, booking_ids: Sequence[PydanticObjectId]) -> int:
    """Ask about the payments of these bookings that have no answer; how many have one now."""
    return await _ask_all(services, await _unanswered_of(booking_ids))


async def call_off(services: Services, booking_ids: Sequence[PydanticObjectId]) -> int:
    """Call off the attempts of these bookings, as far as they have ended; how many are settled now."""
    return await _ask_all(services, await _unanswered_of(booking_ids), only_over=True)


async def _unanswered_of(booking_ids: Sequence[PydanticObjectId]) -> list[Payment]:
    found = Payment.get_pymongo_collection().find({"booking_id": {"$in": list(booking_ids)}, **OPEN})
    return [Payment.from_bson(raw) for raw in await found.to_list()]


async def ask_about_all(services: Services) -> int:
    """Ask about every payment that should have had its answer by now; how many have one now.

    That is one made some time ago, and any whose booking has ended: nobody waits for it any more.
    """
    answered = 0
    async for page in _unanswered():
        answered += await _ask_all(services, page, patiently=True)
    return answered


async def _unanswered() -> AsyncIterator[list[Payment]]:
    """Pages of all payments without an answer, oldest first. By their ids at that: those of one page may have the
    same time as those of the next."""
    # The type and the order, as the index `unanswered` has them: without the order MongoDB would read all payments.
    query: dict[str, Any] = {"settled_at": {"$type": "null"}, **OPEN}
    order = [("created_at", ASCENDING), ("_id", ASCENDING)]
    while True:
        found = Payment.get_pymongo_collection().find(query, sort=order, limit=LOOKED_UP_AT_ONCE)
        page = [Payment.from_bson(raw) for raw in await found.to_list()]
        if page:
            yield page
        if len(page) < LOOKED_UP_AT_ONCE:
            return
        last = page[-1]
        later = [{"created_at": {"$gt": last.created_at}}, {"_id": {"$gt": last.id}}]
        query = {**query, "created_at": {"$gte": last.created_at}, "$or": later}


async def _ask_all(
    services: Services, payments: Sequence[Payment], *, patiently: bool = False, only_over: bool = False
) -> int:
    """Ask about these, `patiently` not before they are overdue; those whose booking has ended in any case."""
    slots = asyncio.Semaphore(ASKED_AT_ONCE)
    over = await _over(services.clock, payments)

    def is_due(payment: Payment) -> bool:
        return payment.id in over or not (only_over or (patiently and not is_overdue(services, payment)))

    due = [payment for payment in payments if is_due(payment)]

    async def ask(payment: Payment) -> bool:
        async with slots:
            return await _ask(services, payment, is_over=payment.id in over)

    return sum(await asyncio.gather(*map(ask, due)))


async def _over(clock: Clock, payments: Iterable[Payment]) -> set[PydanticObjectId]:
    """Those whose booking does not wait for a payment any more."""
    bookings = await bookings_by_ids({payment.booking_id for payment in payments}, clock())
    pending = {key for key, booking in bookings.items() if booking.status is BookingStatus.PAYMENT_PENDING}
    return {payment.id for payment in payments if payment.booking_id not in pending}


async def _ask(services: Services, payment: Payment, *, is_over: bool) -> bool:
    """Whether there was an answer, now settled."""
    charge = await _hear(services, payment, is_over=is_over)
    if charge is None:
        return False
    try:
        settled = await settle(services, payment, charge)
    except SeatlockError as error:
        log.warning("an answer was not settled", payment=str(payment.id), reason=type(error).__name__)
        return False
    return settled.payment.status is charge.status and charge.status not in UNANSWERED


async def _hear(services: Services, payment: Payment, *, is_over: bool) -> Charge | None:
    """What there is to write down about an attempt now, if anything."""
    if not payment.amount_minor:
        return Charge(PaymentStatus.SUCCEEDED)  # nobody is asked about what is free
    charge = None
    is_known = False
    if payment.provider == services.provider.name:  # another one only the settings of that time can reach
        try:
            charge = await ask_provider(services, payment, call_off=is_over)
            is_known = True
        except NoAnswer as error:
            log.warning("payment provider gave no answer", payment=str(payment.id), reason=str(error))
    if charge is not None and charge.status not in UNANSWERED:
        return charge
    if is_known and charge is None and is_overdue(services, payment):
        # Whoever recorded it died before sending it. Should it have been sent all the same, a late success counts.
        return FAILED
    if is_over and payment.created_at + GIVEN_UP_AFTER <= services.clock():
        log.warning("payment given up: the provider can't tell what came of it", payment=str(payment.id))
        return FAILED
    if charge is not None and charge.status is PaymentStatus.ACTION_REQUIRED:
        return charge
    if payment.status is PaymentStatus.PENDING and is_overdue(services, payment):
        return Charge(PaymentStatus.TIMED_OUT)
    return None


async def ask_provider(services: Services, payment: Payment, *, call_off: bool = False) -> Charge | None:
    """What the provider says of an attempt, which is to come to nothing any more if we `call_off`. Raises NoAnswer."""
    name = "cancel" if call_off else "look_up"
    call = services.provider.cancel(payment) if call_off else services.provider.look_up(payment)
    return await answer_within(services.settings.payment_timeout_seconds, name, call)


async def look_again(services: Services) -> int:
    """Look up failures of some minutes and of some hours ago once more; how many turned out to be none."""
    payments = Payment.get_pymongo_collection()
    due = {"$lte": services.clock(), "$type": "date"}  # the type, as the index `to_look_up_again` has it
    found = payments.find({"look_again_at": due}, sort=[("look_again_at", ASCENDING)])
    slots = asyncio.Semaphore(ASKED_AT_ONCE)

    async def look(payment: Payment) -> bool:
        async with slots:
            return await _look_again(services, payment)

    failed = [Payment.from_bson(raw) for raw in await found.limit(LOOKED_UP_AT_ONCE).to_list()]
    return sum(await asyncio.gather(*map(look, failed)))


async def _look_again(services: Services, payment: Payment) -> bool:
    charge = None
    if payment.provider == services.provider.name:
        try:
            charge = await ask_provider(services, payment)
        except NoAnswer as error:
            log.warning("payment provider gave no answer", payment=str(payment.id), reason=str(error))
            if payment.created_at + GIVEN_UP_AFTER > services.clock():
                return False  # the next run asks again
    if charge is not None and charge.money_taken:
        try:
            await settle(services, payment, charge)
            return True
        except SeatlockError as error:
            log.warning("an answer was not settled", payment=str(payment.id), reason=type(error).__name__)
            if not isinstance(error, NotFound):
                return False  # the next run asks again
            # Somebody took its booking away. It must not keep the others waiting; the check of money tells.
    failed_at = payment.settled_at or payment.created_at
    second = failed_at + SECOND_LOOK_AFTER
    was_first = payment.look_again_at is not None and payment.look_again_at < failed_at + FIRST_LOOK_UNTIL
    await Payment.get_pymongo_collection().update_one(
        {"_id": payment.id, "look_again_at": payment.look_again_at},
        {"$set": {"look_again_at": second if was_first else None}},
    )
    return False


def is_overdue(services: Services, payment: Payment) -> bool:
    """Whether whoever made the attempt is thought dead: it should have had its answer by now."""
    return payment.created_at + patience(services.settings) <= services.clock()


def patience(settings: Settings) -> timedelta:
    """How old an attempt must be before whoever made it is thought dead."""
    return timedelta(seconds=settings.payment_timeout_seconds) + LOST_AFTER
