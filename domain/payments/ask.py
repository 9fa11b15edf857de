"""Payments without an answer: asking the provider what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from beanie import PydanticObjectId

from domain.documents import Payment, PaymentStatus
from domain.errors import SeatlockError
from domain.payments.calls import NoAnswer, answer_within
from domain.payments.settle import settle
from domain.providers.port import Charge

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

ASKED_AT_ONCE = 20
"""Look-ups under way at a time: a provider that hangs must not hold up all of them."""

LOST_AFTER = timedelta(seconds=30)
"""On top of the provider's time-out: an attempt the provider has not heard of by then was never sent."""

GIVEN_UP_AFTER = timedelta(days=7)
"""A provider that has no answer by then will not be asked again; should it tell one, it counts all the same."""

UNANSWERED = {"status": {"$in": [PaymentStatus.PENDING.value, PaymentStatus.TIMED_OUT.value]}}


async def ask_about_bookings(services: Services, booking_ids: Sequence[PydanticObjectId]) -> int:
    """Ask about the payments of these bookings that have no answer; how many have one now."""
    return await _ask_all(services, {"booking_id": {"$in": list(booking_ids)}, **UNANSWERED})


async def ask_about_all(services: Services) -> int:
    """Ask about every payment that should have had its answer by now; how many have one now."""
    created = {"$gt": services.clock() - GIVEN_UP_AFTER, "$lte": services.clock() - patience(services)}
    # The type, as the index `unanswered` has it.
    return await _ask_all(services, {"created_at": created, "settled_at": {"$type": "null"}, **UNANSWERED})


async def _ask_all(services: Services, query: dict[str, Any]) -> int:
    found = await Payment.get_pymongo_collection().find(query).to_list()
    slots = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(payment: Payment) -> bool:
        async with slots:
            return await _ask(services, payment)

    return sum(await asyncio.gather(*(ask(Payment.from_bson(raw)) for raw in found)))


async def _ask(services: Services, payment: Payment) -> bool:
    """Whether there was an answer, now settled."""
    if payment.provider != services.provider.name:
        return False  # it was made with another one, whom only the setting of that time can reach
    try:
        look_up = services.provider.look_up(payment)
        charge = await answer_within(services.settings.payment_timeout_seconds, "look_up", look_up)
    except NoAnswer as error:
        log.warning("payment provider gave no answer", payment=str(payment.id), reason=str(error))
        return False
    if charge is None and _is_lost(services, payment):
        # Whoever recorded it died before sending it. Should it have been sent all the same, a late success counts.
        charge = Charge(PaymentStatus.FAILED, failure_reason="failed")
    if charge is None or charge.status not in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED):
        return False
    try:
        settled = await settle(services, payment, charge)
    except SeatlockError as error:
        log.warning("an answer was not settled", payment=str(payment.id), reason=type(error).__name__)
        return False
    return settled.payment.status is charge.status


def _is_lost(services: Services, payment: Payment) -> bool:
    return payment.created_at + patience(services) <= services.clock()


def patience(services: Services) -> timedelta:
    """How old an attempt must be before whoever made it is thought dead."""
    return timedelta(seconds=services.settings.payment_timeout_seconds) + LOST_AFTER
