"""Giving back through Stripe, and its book."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.documents import Refund, RefundStatus, new_id
from domain.money import Money
from domain.payments.calls import NoAnswer, answer_within
from domain.process.settings import Settings
from domain.providers.port import ChargeRecord, RefundRecord
from tests.support.stripe_double import Fault
from tests.support.stripe_shop import LOST, VISA, Shop, attempt, open_shop, refund_stands

# The library gives httpx text in a way that httpx would rather not be given it.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with open_shop(settings) as shop:
        yield shop


async def test_a_refund_that_fails_at_first(shop: Shop) -> None:
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.faults.extend(LOST)
    refund = await shop.refund_of(booking)
    assert refund.status is RefundStatus.INITIATED
    await shop.later(minutes=1)
    assert await refund_stands(refund) == (RefundStatus.PROCESSED, None)
    assert shop.stripe.the_refund()["amount"] == 25_000


async def test_a_refund_whose_answer_was_lost_is_not_made_again_when_its_key_is_forgotten(shop: Shop) -> None:
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.faults.extend([Fault.DROPPED, Fault.LOST])
    refund = await shop.refund_of(booking)
    assert refund.status is RefundStatus.INITIATED
    shop.stripe.forget_keys()
    await shop.later(hours=25)
    assert await refund_stands(refund) == (RefundStatus.PROCESSED, None)
    assert shop.stripe.the_refund()["amount"] == 25_000


async def test_several_who_send_a_refund_at_once_give_back_once(shop: Shop) -> None:
    payment = attempt(shop)
    await shop.provider.charge(payment, VISA)
    refund = Refund.model_construct(id=new_id(), amount_minor=10_000, currency="INR", payment_id=payment.id)
    shop.stripe.askers = asyncio.Barrier(4)
    sent = await asyncio.gather(*(shop.provider.refund(refund, payment) for _ in range(4)))
    assert {one.reference for one in sent} == {shop.stripe.the_refund()["id"]}


async def test_a_pending_refund_is_processed_when_stripe_says_so(shop: Shop) -> None:
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.refunds_become = "pending"
    refund = await shop.refund_of(booking)
    assert refund.status is RefundStatus.INITIATED
    await shop.later(minutes=1)
    assert (await refund_stands(refund))[0] is RefundStatus.INITIATED
    shop.stripe.the_refund()["status"] = "succeeded"
    await shop.later(minutes=1)
    assert await refund_stands(refund) == (RefundStatus.PROCESSED, None)


async def test_a_refund_that_fails_and_then_succeeds_by_webhook(shop: Shop) -> None:
    booking = await shop.book()
    await shop.pay(booking)
    shop.stripe.refunds_become = "pending"
    refund = await shop.refund_of(booking)
    given_back = shop.stripe.the_refund()
    await shop.hear("refund.failed", {**given_back, "status": "failed", "failure_reason": "lost_or_stolen_card"})
    assert await refund_stands(refund) == (RefundStatus.FAILED, "lost_or_stolen_card")
    await shop.hear("refund.updated", {**given_back, "status": "succeeded"})
    assert (await refund_stands(refund))[0] is RefundStatus.FAILED, "its book doesn't say so"
    given_back["status"] = "succeeded"
    await shop.later(minutes=1)
    assert await refund_stands(refund) == (RefundStatus.PROCESSED, None)


async def test_a_refund_that_stripe_refuses_for_good(shop: Shop) -> None:
    booking = await shop.book()
    payment = (await shop.pay(booking)).payment
    shop.stripe.refunds["re_by_hand"] = {
        "id": "re_by_hand",
        "payment_intent": payment.provider_reference,
        "amount": 50_000,
        "metadata": {},
        "status": "succeeded",
    }
    refund = await shop.refund_of(booking)
    assert (refund.status, refund.failure_reason) == (RefundStatus.FAILED, "charge_already_refunded")


async def test_a_refund_of_a_charge_whose_reference_is_unknown(shop: Shop) -> None:
    payment = attempt(shop)
    await shop.provider.charge(payment, VISA)
    refund = Refund.model_construct(id=new_id(), amount_minor=50_000, currency="INR", payment_id=payment.id)
    assert (await shop.provider.refund(refund, payment)).reference == shop.stripe.the_refund()["id"]
    never_sent = attempt(shop)
    with pytest.raises(NoAnswer):
        await answer_within(2, "refund", shop.provider.refund(refund, never_sent))
    shop.sale.time.now += timedelta(minutes=3)
    refunded = await shop.provider.refund(refund, never_sent)
    assert (refunded.status, refunded.failure_reason) == (RefundStatus.FAILED, "Stripe knows no such charge")


async def test_the_book(shop: Shop) -> None:
    start = shop.sale.time.now
    paid = [attempt(shop) for _ in range(3)]
    for payment in paid:
        await shop.provider.charge(payment, VISA)
    declined = attempt(shop, Money(7, "JPY"))
    await shop.provider.charge(declined, "pm_card_chargeDeclined")
    refund = Refund.model_construct(id=new_id(), amount_minor=20_000, currency="INR", payment_id=paid[0].id)
    refunded = await shop.provider.refund(refund, paid[0])
    refused = {**shop.stripe.the_refund(), "id": "re_1", "status": "failed"}
    shop.sale.time.now += timedelta(seconds=10)
    await shop.provider.charge(attempt(shop), VISA)
    ids = {intent["metadata"]["seatlock_payment"]: intent["id"] for intent in shop.stripe.intents.values()}
    foreign = {**shop.stripe.intents[ids[str(paid[0].id)]], "id": "pi_1", "metadata": {}}
    shop.stripe.intents |= {"pi_1": foreign}
    shop.stripe.refunds["re_1"] = refused

    end = start + timedelta(seconds=10)
    charges = [record async for record in shop.provider.charges(start, end)]
    expected = [ChargeRecord(ids[str(one.id)], one.id, Money(50_000, "INR"), start) for one in paid]
    expected += [
        ChargeRecord(ids[str(declined.id)], declined.id, None, start),
        ChargeRecord("pi_1", None, Money(50_000, "INR"), start),
    ]
    assert sorted(charges, key=repr) == sorted(expected, key=repr)
    assert [record async for record in shop.provider.refunds(start, end)] == [
        RefundRecord(refunded.reference or "", refund.id, Money(20_000, "INR"), start)
    ]
    assert [record async for record in shop.provider.charges(end, end + timedelta(days=1))] != []
    assert [record async for record in shop.provider.charges(end - timedelta(seconds=5), end)] == []


async def test_a_book_of_many_pages(shop: Shop) -> None:
    await shop.provider.charge(attempt(shop), VISA)
    one = shop.stripe.the_intent()
    shop.stripe.intents = {f"pi_{n}": {**one, "id": f"pi_{n}"} for n in range(250)}
    now = shop.sale.time.now
    seen = {record.reference async for record in shop.provider.charges(now, now + timedelta(seconds=1))}
    assert seen == set(shop.stripe.intents)
