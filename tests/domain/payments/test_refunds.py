"""Refunds on their way: sent again, less and less often, until the provider has given the money back or won't."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.clock import Clock
from domain.documents import AuditAction, AuditEntry, Job, Payment, Refund, RefundStatus, SimulatedRefund
from domain.integrity.drift import check_inventory
from domain.jobs import run_if_due
from domain.payments.refund import (
    FIRST_PAUSE,
    GIVEN_UP_AFTER,
    LEAST_ATTEMPTS,
    LONGEST_PAUSE,
    _due,
    record_refunded,
    send_refund,
    send_refunds,
)
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.port import Refunded
from domain.providers.simulated import SimulatedProvider
from domain.services import Services
from tests.support.sale import Sale, open_sale, somebody
from tests.support.waiting import PATIENCE_SECONDS


class Moody(SimulatedProvider):
    """Answers refunds as it is told; None is no answer."""

    answer: Refunded | None = None
    asked = 0

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        self.asked += 1
        if self.answer is None:
            raise ConnectionError("not today")
        await super().refund(refund, payment)
        return self.answer


PROCESSED = Refunded(RefundStatus.PROCESSED, "given back")


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=1) as sale:
        sale.services.provider = Moody(sale.time)
        yield sale


def provider(sale: Sale) -> Moody:
    assert isinstance(sale.services.provider, Moody)
    return sale.services.provider


async def cancelled(sale: Sale) -> Refund:
    """The refund of a booking that was paid and cancelled."""
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    refund = (await sale.cancel(booking, buyer)).refund
    assert refund is not None
    return refund


async def now(refund: Refund) -> Refund:
    found = await Refund.get(refund.id)
    assert found is not None
    return found


async def test_it_is_sent_again_less_and_less_often(sale: Sale) -> None:
    refund = await cancelled(sale)
    assert (refund.status, provider(sale).asked) == (RefundStatus.INITIATED, 1)
    patience = timedelta(seconds=sale.services.settings.payment_timeout_seconds)
    pause = FIRST_PAUSE
    for attempt in range(2, 16):
        sale.time.now += pause + patience - timedelta(milliseconds=1)
        assert await run_if_due(sale.services, Job.SEND_REFUNDS, "test") is None
        sale.time.now += timedelta(milliseconds=1)
        await send_refunds(sale.services, Progress())
        assert provider(sale).asked == attempt
        pause = min(2 * pause, LONGEST_PAUSE)
    assert pause == LONGEST_PAUSE
    provider(sale).answer = PROCESSED
    sale.time.now += pause + patience
    execution = await run_if_due(sale.services, Job.SEND_REFUNDS, "test")
    assert execution is not None
    assert execution.records_processed == 1
    settled = await now(refund)
    assert (settled.status, settled.provider_reference) == (RefundStatus.PROCESSED, "given back")
    assert await SimulatedRefund.find_all().count() == 1
    assert await run_if_due(sale.services, Job.SEND_REFUNDS, "test") is None
    assert await check_inventory(sale.services) == []


async def test_one_that_was_decided_and_never_sent(sale: Sale) -> None:
    """Its process died after the commit."""
    refund = await cancelled(sale)
    await Refund.get_pymongo_collection().update_one(
        {"_id": refund.id}, {"$unset": {"attempts": 1, "next_attempt_at": 1, "failure_reason": 1}}
    )
    provider(sale).answer = PROCESSED
    await send_refunds(sale.services, Progress())
    assert (await now(refund)).status is RefundStatus.INITIATED, "whoever decided it may be sending it just now"
    sale.time.now += FIRST_PAUSE
    await send_refunds(sale.services, Progress())
    assert (await now(refund)).status is RefundStatus.PROCESSED


async def test_of_several_who_would_send_it_one_does(sale: Sale) -> None:
    refund = await cancelled(sale)
    payment = await Payment.get(refund.payment_id)
    assert payment is not None
    provider(sale).answer = PROCESSED
    assert await send_refund(sale.services, await now(refund), payment) == await now(refund), "it is not due"
    sale.time.now += timedelta(hours=1)
    found = await now(refund)
    sent = await asyncio.gather(*(send_refund(sale.services, found, payment) for _ in range(10)))
    assert provider(sale).asked == 2
    assert sorted(one.status.value for one in sent) == ["INITIATED"] * 9 + ["PROCESSED"]


async def test_one_the_provider_refuses_or_never_answers_is_told_loudly(sale: Sale) -> None:
    refused, unheard = await cancelled(sale), await cancelled(sale)
    provider(sale).answer = Refunded(RefundStatus.FAILED, failure_reason="the card is gone")
    sale.time.now += timedelta(hours=1)
    later = {"next_attempt_at": sale.time.now + GIVEN_UP_AFTER, "attempts": LEAST_ATTEMPTS}
    await Refund.get_pymongo_collection().update_one({"_id": unheard.id}, {"$set": later})
    with capture_logs() as logs:
        await send_refunds(sale.services, Progress())
    failed = await now(refused)
    assert (failed.status, failed.failure_reason) == (RefundStatus.FAILED, "the card is gone")
    assert failed.completed_at is None
    provider(sale).answer = None
    sale.time.now += GIVEN_UP_AFTER
    with capture_logs() as more:
        await send_refunds(sale.services, Progress())
    assert (await now(unheard)).status is RefundStatus.FAILED
    told = [line for line in [*logs, *more] if line["log_level"] == "error"]
    assert [line["refund"] for line in told] == [str(refused.id), str(unheard.id)]
    entries = await AuditEntry.find({"action": AuditAction.REFUND_FAILED.value}).to_list()
    assert [(entry.from_status, entry.to_status) for entry in entries] == [("INITIATED", "FAILED")] * 2
    assert await check_inventory(sale.services) == []
    # It is not asked again, but heard if it has given the money back after all.
    asked = provider(sale).asked
    sale.time.now += GIVEN_UP_AFTER
    await send_refunds(sale.services, Progress())
    assert provider(sale).asked == asked
    settled = await record_refunded(sale.services.writer, await now(unheard), PROCESSED)
    assert (settled.status, settled.completed_at) == (RefundStatus.PROCESSED, sale.time.now)
    assert await check_inventory(sale.services) == []


async def test_one_the_provider_is_still_at_is_asked_about_for_weeks(sale: Sale) -> None:
    refund = await cancelled(sale)
    provider(sale).answer = Refunded(RefundStatus.INITIATED)
    for _ in range(30):
        sale.time.now += timedelta(days=1)
        await send_refunds(sale.services, Progress())
    assert (await now(refund)).status is RefundStatus.INITIATED
    provider(sale).answer = PROCESSED
    sale.time.now += timedelta(days=1)
    await send_refunds(sale.services, Progress())
    assert (await now(refund)).status is RefundStatus.PROCESSED


async def test_refunds_of_another_provider_wait_for_it_and_keep_nobody_waiting(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.payments.refund.AT_ONCE", 1)
    theirs, ours = await cancelled(sale), await cancelled(sale)
    await Payment.get_pymongo_collection().update_one({"_id": theirs.payment_id}, {"$set": {"provider": "another"}})
    provider(sale).answer = PROCESSED
    sale.time.now += timedelta(hours=1)
    for _ in range(2):
        await send_refunds(sale.services, Progress())
    assert (await now(theirs)).status is RefundStatus.INITIATED
    assert (await now(ours)).status is RefundStatus.PROCESSED
    provider(sale).name = "another"
    sale.time.now += timedelta(hours=2)
    await send_refunds(sale.services, Progress())
    assert (await now(theirs)).status is RefundStatus.PROCESSED


class Slow(SimulatedProvider):
    """Answers a refund only when another one is asked for as well."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._both = asyncio.Barrier(2)

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._both.wait()
        return await super().refund(refund, payment)


async def test_a_provider_that_is_slow_about_one_does_not_hold_up_the_others(sale: Sale) -> None:
    refunds = [await cancelled(sale) for _ in range(2)]
    sale.services.provider = Slow(sale.time)
    sale.time.now += timedelta(hours=1)
    progress = Progress()
    await send_refunds(sale.services, progress)
    assert [(await now(refund)).status for refund in refunds] == [RefundStatus.PROCESSED] * 2
    assert (progress.found, progress.done) == (2, 2)


async def test_what_is_due_is_found_by_index_however_many_are_done(services: Services) -> None:
    query = Refund.get_pymongo_collection().find(_due(services.clock()), sort=[("created_at", 1)], limit=1)
    plan = (await query.explain())["queryPlanner"]["winningPlan"]
    assert "unsent" in str(plan), plan
    assert "'stage': 'SORT'" not in str(plan)
