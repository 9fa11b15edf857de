"""Refunds that fail after they succeeded, as of Stripe's test card 4000 0000 0000 5126; and what an ADMIN does then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    MessageType,
    OutboxMessage,
    Payment,
    ProviderNotice,
    Refund,
    RefundStatus,
    Role,
    new_id,
)
from domain.errors import InvalidInput, NotFound, RefundNotFailed
from domain.integrity.audit_chains import check_chains
from domain.integrity.figures import check_figures
from domain.integrity.money import compare_books
from domain.integrity.money_differences import DifferenceKind
from domain.inventory.payment_commands import RefundChanged
from domain.payments.failed_refunds import mark_given_back, resend_refund
from domain.payments.refund import LEAST_ATTEMPTS
from domain.process.settings import Settings
from domain.providers.port import Refunded, RefundRecord
from domain.reports.summary import booking_summary
from tests.support.sale import somebody
from tests.support.stripe_double import Fault
from tests.support.stripe_shop import LOST, Shop, open_shop

# The library gives httpx text in a way that httpx would rather not be given it.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

INITIATED, PROCESSED, FAILED = RefundStatus.INITIATED, RefundStatus.PROCESSED, RefundStatus.FAILED
ADMIN = somebody(Role.ADMIN)


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with open_shop(settings) as shop:
        yield shop
        services = shop.sale.services
        assert await check_figures(services.mongo) == []
        assert [fault async for fault in check_chains(services)] == []


async def given_back(shop: Shop, booking: Booking | None = None) -> Refund:
    """A refund that has succeeded."""
    booking = booking or await shop.book()
    await shop.pay(booking)
    refund = await shop.refund_of(booking)
    assert refund.status is PROCESSED
    return refund


def comes_back(shop: Shop, refund: Refund) -> dict[str, Any]:
    """Make it fail in Stripe's book; the refund there."""
    (told,) = (
        each
        for each in shop.stripe.refunds.values()
        if each["metadata"]["seatlock_refund"] == str(refund.id) and each["status"] == "succeeded"
    )
    told.update(status="failed", failure_reason="expired_or_canceled_card")
    return told


async def failed(shop: Shop) -> Refund:
    """A refund that has succeeded and failed, and we know it."""
    refund = await given_back(shop)
    await shop.hear("refund.failed", comes_back(shop, refund))
    refund = await now(refund)
    assert refund.status is FAILED
    return refund


async def now(refund: Refund) -> Refund:
    found = await Refund.get(refund.id)
    assert found is not None
    return found


async def differences(shop: Shop) -> list[tuple[DifferenceKind, object]]:
    return [(each.kind, each.refund_id) async for each in compare_books(shop.sale.services)]


async def refunded(shop: Shop) -> int:
    """What reports say was given back."""
    (revenue,) = (await booking_summary(shop.sale.services, None, None, None)).revenue
    return revenue.refunded.minor


async def told(refund: Refund) -> list[tuple[str, str | None, str | None]]:
    """What the audit log tells of it: action, from, to; a repeat with a mark."""
    entries = await AuditEntry.find({"payment_id": refund.payment_id}).sort("sequence").to_list()
    return [
        (entry.action.value + (" again" if entry.is_retry else ""), entry.from_status, entry.to_status)
        for entry in entries
        if entry.action.is_of_refund
    ]


async def resend(shop: Shop, refund: Refund) -> RefundChanged:
    return await resend_refund(shop.sale.services, ADMIN, refund_id=refund.id, note="a new card")


async def mark(shop: Shop, refund: Refund, reference: str | None = None) -> RefundChanged:
    return await mark_given_back(
        shop.sale.services, ADMIN, refund_id=refund.id, note="by transfer", reference=reference
    )


# ---------------------------------------------------------------- failing afterwards


async def test_what_fails_afterwards_is_failed_everywhere(shop: Shop) -> None:
    refund = await given_back(shop)
    assert (await refunded(shop), await differences(shop)) == (25_000, [])
    about = comes_back(shop, refund)
    assert await differences(shop) == [(DifferenceKind.REFUND_MISSING, refund.id)], "before it is told, too"
    await shop.hear("refund.failed", about)
    settled = await now(refund)
    assert (settled.status, settled.failure_reason, settled.completed_at) == (FAILED, "expired_or_canceled_card", None)
    assert await told(refund) == [
        ("REFUND_INITIATED", None, "INITIATED"),
        ("REFUND_PROCESSED", "INITIATED", "PROCESSED"),
        ("REFUND_FAILED", "PROCESSED", "FAILED"),
    ]
    entry = await AuditEntry.find_one({"action": AuditAction.REFUND_FAILED.value})
    assert entry is not None
    assert entry.metadata == {"amount_minor": 25_000, "currency": "INR", "reason": "expired_or_canceled_card"}
    message = await OutboxMessage.find_one({"type": MessageType.REFUND_FAILED.value})
    assert message is not None
    assert message.data["refund"]["status"] == "FAILED"
    assert await refunded(shop) == 0
    assert await differences(shop) == [(DifferenceKind.REFUND_FAILED, refund.id)]


async def test_told_twice_and_out_of_order_it_stays_failed(shop: Shop) -> None:
    refund = await failed(shop)
    about = shop.stripe.the_refund()
    await shop.hear("refund.failed", about)
    await shop.hear("refund.updated", {**about, "status": "succeeded"})
    await shop.hear("refund.created", {**about, "status": "pending"})
    assert (await now(refund)).status is FAILED
    assert len(await told(refund)) == 3
    assert await ProviderNotice.find({"settled_at": None}).count() == 0


async def test_what_stripe_cannot_say_now_is_asked_again(shop: Shop) -> None:
    refund = await given_back(shop)
    about = dict(shop.stripe.the_refund())
    # It tells by webhook before its own list knows it.
    shop.stripe.refunds.clear()
    await shop.hear("refund.failed", {**about, "status": "failed"})
    assert (await now(refund)).status is PROCESSED
    shop.stripe.refunds[about["id"]] = {**about, "status": "failed", "failure_reason": "lost_or_stolen_card"}
    await shop.later(minutes=1)
    assert (await now(refund)).status is FAILED


async def test_many_notices_at_once_fail_it_once(shop: Shop) -> None:
    refund = await given_back(shop)
    about = comes_back(shop, refund)
    lost = {**about, "status": "succeeded"}
    await asyncio.gather(*(shop.hear("refund.failed", each) for each in [about, lost] * 5))
    await shop.later(minutes=1)
    assert (await now(refund)).status is FAILED
    assert len(await told(refund)) == 3


async def test_an_answer_under_way_does_not_undo_a_failure(shop: Shop) -> None:
    """Stripe says yes, and before that is written down it tells that the refund has failed."""
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.faults.extend(LOST)
    refund = await shop.refund_of(booking)
    assert refund.status is INITIATED
    ask = shop.provider.refund

    async def answer_late(refund: Refund, payment: Payment) -> Refunded:
        answer = await ask(refund, payment)
        await shop.hear("refund.failed", comes_back(shop, refund))
        return answer

    shop.provider.refund = answer_late  # type: ignore[method-assign]
    await shop.later(minutes=1)
    assert (await now(refund)).status is FAILED


# ---------------------------------------------------------------- sending it once more


async def test_an_admin_has_it_sent_once_more(shop: Shop) -> None:
    refund = await failed(shop)
    resent = await resend(shop, refund)
    first, second = shop.stripe.refunds.values()
    assert (first["status"], second["status"], second["amount"]) == ("failed", "succeeded", 25_000)
    assert not resent.replayed
    assert (resent.refund.status, resent.refund.provider_reference) == (PROCESSED, second["id"])
    assert (await told(refund))[3:] == [
        ("REFUND_RESENT", "FAILED", "INITIATED"),
        ("REFUND_PROCESSED", "INITIATED", "PROCESSED"),
    ]
    entry = await AuditEntry.find_one({"action": AuditAction.REFUND_RESENT.value})
    assert entry is not None
    assert (entry.actor_id, entry.metadata["note"]) == (ADMIN.user_id, "a new card")
    assert (await refunded(shop), await differences(shop)) == (25_000, [])

    again = await resend(shop, refund)
    assert (again.refund, again.replayed) == (resent.refund, True)
    repeat = await AuditEntry.find_one({"is_retry": True})
    assert repeat is not None
    assert repeat.original_entry_id == entry.id
    # What is told late of the first one changes nothing.
    await shop.hear("refund.failed", first)
    assert (await now(refund)).status is PROCESSED
    assert len(shop.stripe.refunds) == 2


async def test_it_may_fail_again_and_again(shop: Shop) -> None:
    refund = await failed(shop)
    for sent in range(2, 5):
        assert (await resend(shop, refund)).refund.status is PROCESSED
        await shop.hear("refund.failed", comes_back(shop, refund))
        assert (await now(refund)).status is FAILED
        assert len(shop.stripe.refunds) == sent
        assert await differences(shop) == [(DifferenceKind.REFUND_FAILED, refund.id)]


async def test_sent_once_more_by_ten_at_once_it_is_given_back_once(shop: Shop) -> None:
    refund = await failed(shop)
    results = await asyncio.gather(*(resend(shop, refund) for _ in range(10)))
    assert sorted(result.replayed for result in results) == [False] + [True] * 9
    await shop.later(minutes=1)
    assert (await now(refund)).status is PROCESSED
    assert [each["status"] for each in shop.stripe.refunds.values()] == ["failed", "succeeded"]


async def test_sent_once_more_with_its_answer_lost_it_is_given_back_once(shop: Shop) -> None:
    refund = await failed(shop)
    shop.stripe.faults.extend(LOST)
    assert (await resend(shop, refund)).refund.status is INITIATED
    shop.stripe.forget_keys()
    await shop.later(hours=25)
    assert (await now(refund)).status is PROCESSED
    assert [each["status"] for each in shop.stripe.refunds.values()] == ["failed", "succeeded"]


async def test_what_was_given_back_unheard_is_not_given_back_again(shop: Shop) -> None:
    """It did it, did not say so for days, and was given up."""
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.faults.extend([Fault.DROPPED, Fault.LOST])
    refund = await shop.refund_of(booking)
    unlisted = dict(shop.stripe.refunds)
    shop.stripe.refunds.clear()
    shop.stripe.faults.extend(LOST)
    await Refund.get_pymongo_collection().update_one({"_id": refund.id}, {"$set": {"attempts": LEAST_ATTEMPTS}})
    await shop.later(days=4)
    assert (await now(refund)).failure_reason == "not confirmed in time"
    shop.stripe.refunds.update(unlisted)
    assert (await resend(shop, refund)).refund.status is PROCESSED
    assert shop.stripe.refunds == unlisted


async def test_a_failure_that_was_never_told_is_found_by_asking(shop: Shop) -> None:
    refund = await given_back(shop)
    comes_back(shop, refund)
    resent = await resend(shop, refund)
    assert (resent.refund.status, resent.replayed) == (PROCESSED, False)
    assert [each["status"] for each in shop.stripe.refunds.values()] == ["failed", "succeeded"]


# ---------------------------------------------------------------- by hand


async def test_an_admin_says_that_it_was_given_back(shop: Shop) -> None:
    refund = await failed(shop)
    marked = await mark(shop, refund, "transfer 7")
    assert (marked.refund.status, marked.refund.by_hand, marked.refund.provider_reference, marked.replayed) == (
        PROCESSED,
        True,
        "transfer 7",
        False,
    )
    assert marked.refund.completed_at == shop.sale.time.now
    entry = await AuditEntry.find_one({"metadata.by_hand": True})
    assert entry is not None
    assert (entry.action, entry.from_status, entry.actor_id) == (AuditAction.REFUND_PROCESSED, "FAILED", ADMIN.user_id)
    assert entry.metadata == {
        "amount_minor": 25_000,
        "currency": "INR",
        "by_hand": True,
        "note": "by transfer",
        "reference": "transfer 7",
    }
    assert await OutboxMessage.find({"type": MessageType.REFUND_PROCESSED.value}).count() == 2
    assert (await refunded(shop), await differences(shop)) == (25_000, [])

    again = await mark(shop, refund, "transfer 8")
    assert (again.refund, again.replayed) == (marked.refund, True)
    repeat = await AuditEntry.find_one({"is_retry": True})
    assert repeat is not None
    assert repeat.original_entry_id == entry.id
    with pytest.raises(RefundNotFailed):
        await resend(shop, refund)
    # Whatever Stripe tells later, it stays so; but that it gave the money back as well is a difference.
    about = shop.stripe.the_refund()
    about["status"] = "succeeded"
    await shop.hear("refund.updated", about)
    await shop.hear("refund.failed", {**about, "status": "failed"})
    stays = await now(refund)
    assert (stays.status, stays.by_hand, stays.provider_reference) == (PROCESSED, True, "transfer 7")
    assert await differences(shop) == [(DifferenceKind.REFUNDED_TWICE, refund.id)]


async def test_of_both_at_once_one_is_done(shop: Shop) -> None:
    refund = await failed(shop)
    results = await asyncio.gather(mark(shop, refund), resend(shop, refund), return_exceptions=True)
    assert sum(isinstance(result, RefundNotFailed) for result in results) == 1
    assert (await now(refund)).status is PROCESSED
    succeeded = [each for each in shop.stripe.refunds.values() if each["status"] == "succeeded"]
    assert len(succeeded) == (0 if (await now(refund)).by_hand else 1)
    assert await differences(shop) == []


async def test_only_what_failed(shop: Shop) -> None:
    refund = await given_back(shop)
    shop.stripe.refunds_become = "pending"
    booking = await shop.book()
    await shop.pay(booking)
    under_way = await shop.refund_of(booking)
    posts = len(shop.stripe.posts)
    for each in (refund, under_way):
        for change in (resend, mark):
            with pytest.raises(RefundNotFailed) as refused:
                await change(shop, each)
            assert refused.value.refund.id == each.id
    assert len(shop.stripe.posts) == posts
    services = shop.sale.services
    with pytest.raises(NotFound):
        await resend_refund(services, ADMIN, refund_id=new_id(), note="why")
    for bad in ("", " ", "x" * 501):
        with pytest.raises(InvalidInput, match="Must") as wrong:
            await resend_refund(services, ADMIN, refund_id=refund.id, note=bad)
        assert wrong.value.field == "note"


async def test_the_book_of_what_came_back(shop: Shop) -> None:
    refund = await failed(shop)
    await resend(shop, refund)
    start, end = shop.sale.time.now.replace(year=2029), shop.sale.time.now.replace(year=2031)
    records = [record async for record in shop.provider.refunds(start, end)]
    assert [(type(record), record.refund_id) for record in records] == [(RefundRecord, refund.id)]
