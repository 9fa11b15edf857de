"""Sending a refund that was decided: at once, and again until the provider has given the money back or won't."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from pymongo.errors import PyMongoError

from domain.clock import pause_after
from domain.contradiction import required
from domain.documents import Payment, Refund, RefundStatus
from domain.errors import Overloaded, Unavailable
from domain.inventory.payment_commands import SettleRefund
from domain.payments.calls import AnswerT, NoAnswer, answer_within
from domain.providers.port import Refunded
from domain.writer.writer import InventoryWriter

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
"""How long after an attempt the next one is made; it doubles each time."""

GIVEN_UP_AFTER, LEAST_ATTEMPTS = timedelta(days=3), 10
"""A refund that got no answer by then, and so often, is FAILED: somebody has to look into it."""

AT_ONCE = 100
"""Refunds sent in one run of the job."""

SENT_AT_ONCE = 20
"""Of these, so many are under way at a time: a provider that hangs must not hold up all of them."""


async def send_refund(services: Services, refund: Refund, payment: Payment) -> Refund:
    """Ask the provider to give the money back: PROCESSED then, or FAILED, or still INITIATED if it didn't say.

    Whoever sends one announces the next attempt first: of several who would, one does, and a crash loses nothing.
    """
    if not await _claim(services, refund):
        return refund
    if not refund.amount_minor:
        return await record_refunded(
            services.writer, refund, Refunded(RefundStatus.PROCESSED)
        )  # nobody has anything to do
    try:
        refunded = await _ask(services, payment, "refund", services.provider.refund, refund)
    except NoAnswer as error:  # it stays INITIATED, to be sent again
        log.warning("refund not sent", refund=str(refund.id), reason=str(error))
        if refund.attempts < LEAST_ATTEMPTS or refund.sent_since + GIVEN_UP_AFTER > services.clock():
            return refund
        refunded = Refunded(RefundStatus.FAILED, failure_reason="not confirmed in time")
    if refunded.status is RefundStatus.INITIATED:
        return refund  # the provider is at it, which takes some banks days: it's asked again
    recorded = await record_refunded(services.writer, refund, refunded)
    if recorded.status is not refunded.status:  # another answer was quicker, and only one of the two is the later
        recorded = await ask_how_it_stands(services, recorded, payment)
    return recorded


async def send_at_once(services: Services, refund: Refund, payment: Payment | None = None) -> Refund:
    """Send a refund that has just been decided; where that can't be done now, SEND_REFUNDS does it.

    What was decided is committed: whoever asked for it learns so, whatever becomes of the sending.
    """
    try:
        if payment is None:
            found = await Payment.find_one({"_id": refund.payment_id, "event_id": refund.event_id})
            payment = required(found, "a refund's payment is never deleted")
        return await send_refund(services, refund, payment)
    except (PyMongoError, Unavailable, Overloaded) as error:
        log.warning("refund not sent", refund=str(refund.id), reason=type(error).__name__)
        return refund


async def hear_refunded(services: Services, refund: Refund, payment: Payment, told: Refunded) -> None:
    """Settle what the provider told by itself. Raises NoAnswer when it has to be asked, and doesn't say.

    It may tell twice and in any order, and of what was sent before an ADMIN had it sent once more. So only the first
    that it tells is believed, and what differs from what it said before makes us ask.
    """
    if told.status in (RefundStatus.INITIATED, refund.status) or refund.by_hand:
        return
    if refund.status is RefundStatus.INITIATED and not refund.round:
        recorded = await record_refunded(services.writer, refund, told)
        if recorded.status is told.status:
            return
        refund = recorded
    await _ask_anew(services, refund, payment)


async def ask_how_it_stands(services: Services, refund: Refund, payment: Payment) -> Refund:
    """Ask the provider about a refund that may have failed since it was PROCESSED; the refund as it is now."""
    try:
        return await _ask_anew(services, refund, payment)
    except NoAnswer as error:
        log.warning("not known how a refund stands", refund=str(refund.id), reason=str(error))
        return refund


async def _ask_anew(services: Services, refund: Refund, payment: Payment) -> Refund:
    """Ask without sending, and write down what it says. Raises NoAnswer."""
    stands = await _ask(services, payment, "look_up_refund", services.provider.look_up_refund, refund)
    if stands is None:
        raise NoAnswer("it knows no such refund")
    if stands.status is RefundStatus.INITIATED:
        if refund.status is RefundStatus.INITIATED:
            return refund  # it's asked again by whoever sends it
        raise NoAnswer("it is still at it")
    recorded = await record_refunded(services.writer, refund, stands)
    if recorded.status is not stands.status and not recorded.by_hand:
        raise NoAnswer("it has changed meanwhile")
    return recorded


async def _ask(
    services: Services,
    payment: Payment,
    name: str,
    call: Callable[[Refund, Payment], Awaitable[AnswerT]],
    refund: Refund,
) -> AnswerT:
    if payment.provider != services.provider.name:
        # Only the settings of that time can reach it. It waits its turn like any other, and does not keep them waiting.
        raise NoAnswer(f"it is for {payment.provider}")
    return await answer_within(services.settings.payment_timeout_seconds, name, call(refund, payment))


async def record_refunded(writer: InventoryWriter, refund: Refund, refunded: Refunded) -> Refund:
    """Write down what the provider said after the refund was read, with the id of the request that caused the refund.

    The refund as it is now; not as was said, when it has changed since it was read.
    """
    settled = await writer.execute(
        SettleRefund(
            event_id=refund.event_id,
            caller=None,
            correlation_id=refund.correlation_id,
            booking_id=refund.booking_id,
            refund_id=refund.id,
            changes=refund.changes,
            status=refunded.status,
            provider_reference=refunded.reference,
            failure_reason=refunded.failure_reason,
        )
    )
    recorded = settled.refund
    if recorded.changes != refund.changes and recorded.status is refunded.status:
        if recorded.status is RefundStatus.FAILED:
            told = {"refund": str(refund.id), "reason": refunded.failure_reason}
            log.error("refund failed: somebody must give this money back", **told)
        else:
            # Not the id of the job that happened to send it.
            log.info("refund processed", refund=str(refund.id), correlation_id=refund.correlation_id)
    return recorded


async def are_refunds_due(services: Services) -> bool:
    """Whether there is anything to send now."""
    return (
        await Refund.get_pymongo_collection().find_one(_due(services.clock()), {"_id": 1}, sort=[("created_at", 1)])
        is not None
    )


async def send_refunds(services: Services, progress: Progress) -> None:
    """Send those whose time has come."""
    now = services.clock()
    found = await Refund.get_pymongo_collection().find(_due(now), sort=[("created_at", 1)], limit=AT_ONCE).to_list()
    refunds = [Refund.from_bson(raw) for raw in found]
    payments = await Payment.by_ids(refund.payment_id for refund in refunds)
    slots = asyncio.Semaphore(SENT_AT_ONCE)

    async def send(refund: Refund) -> None:
        progress.found += 1
        progress.overdue(now - (refund.next_attempt_at or refund.created_at))
        payment = payments.get(refund.payment_id)
        async with slots:
            if payment is None:
                await _claim(services, refund)  # somebody deleted it by hand; the check tells
                return
            sent = await send_refund(services, refund, payment)
        progress.done += sent.status is not RefundStatus.INITIATED

    # One that fails keeps no other from being sent.
    for failure in await asyncio.gather(*map(send, refunds), return_exceptions=True):
        if failure is not None:
            raise failure


def _due(now: datetime) -> dict[str, Any]:
    # Those without a time were decided in a transaction whose process died before it could send them, or just now.
    overdue = {"next_attempt_at": None, "created_at": {"$lte": now - FIRST_PAUSE}}
    return {"status": RefundStatus.INITIATED.value, "$or": [overdue, {"next_attempt_at": {"$lte": now}}]}


async def _claim(services: Services, refund: Refund) -> bool:
    """Whether it is ours to send now."""
    pause = pause_after(refund.attempts + 1, FIRST_PAUSE, LONGEST_PAUSE)
    patience = timedelta(seconds=services.settings.payment_timeout_seconds)
    now = services.clock()
    # Documents of before there were attempts have none.
    attempts = {"$in": [refund.attempts, None]} if not refund.attempts else refund.attempts
    mine = {"_id": refund.id, "event_id": refund.event_id, "status": RefundStatus.INITIATED.value, "attempts": attempts}
    mine["$or"] = [{"next_attempt_at": None}, {"next_attempt_at": {"$lte": now}}]
    claimed = await Refund.get_pymongo_collection().update_one(
        mine, {"$set": {"next_attempt_at": now + pause + patience, "attempts": refund.attempts + 1}}
    )
    return claimed.modified_count == 1
