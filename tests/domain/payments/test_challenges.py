"""The bank asks the buyer: answered in time, too late, never, or while the booking is cancelled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.caller import Caller
from domain.documents import (
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundReason,
    SimulatedAnswer,
)
from domain.errors import BookingNotPayable, PaymentFailed
from domain.integrity.drift import check_inventory
from domain.integrity.money import compare_books
from domain.inventory.commands import Cancelled
from domain.payments import ActionRequired, Paid, pay_booking
from domain.payments.ask import ask_about_bookings
from domain.payments.reconcile import reconcile
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.simulated import PAGES, SimulatedProvider
from tests.support.hunting import many
from tests.support.sale import Sale, open_sale, race, somebody
from tests.support.sweeping import sweep_due

APPROVED, REFUSED = SimulatedAnswer.APPROVED, SimulatedAnswer.REFUSED


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    """Afterwards the inventory is right, and both books agree."""
    async with open_sale(settings, writers=2) as opened:
        yield opened
        assert await check_inventory(opened.services) == []
        assert [difference async for difference in compare_books(opened.services)] == []


async def try_to_pay(sale: Sale, booking: Booking, buyer: Caller, token: str, key: str = "k") -> Paid | ActionRequired:
    return await pay_booking(
        sale.services,
        buyer,
        event_id=booking.event_id,
        booking_id=booking.id,
        token=token,
        amount=None,
        idempotency_key=key,
    )


async def challenged(sale: Sale) -> tuple[Event, Caller, Booking, str]:
    """A booking of the only seat of an event, and the page on which the bank asks its buyer."""
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    asked = await try_to_pay(sale, booking, buyer, "sim_challenge")
    assert isinstance(asked, ActionRequired) and asked.redirect_url is not None
    return event, buyer, booking, asked.redirect_url.partition(PAGES)[2]


async def answer(sale: Sale, page: str, told: SimulatedAnswer, server: int = 0) -> None:
    """As the page does it."""
    services = sale.servers[server]
    assert isinstance(services.provider, SimulatedProvider)
    charge = await services.provider.answer_challenge(page, told)
    assert charge is not None
    payment = await Payment.get(charge.id)
    assert payment is not None
    await ask_about_bookings(services, [payment.booking_id])


async def outcome(booking: Booking) -> tuple[BookingStatus, list[PaymentStatus], list[RefundReason]]:
    found = await Booking.get(booking.id)
    assert found is not None
    payments = await Payment.find({"booking_id": booking.id}).sort("_id").to_list()
    refunds = await Refund.find({"booking_id": booking.id}).to_list()
    return found.status, [payment.status for payment in payments], [refund.reason for refund in refunds]


async def test_who_never_comes_back_loses_the_seat_at_the_deadline_and_no_money(sale: Sale) -> None:
    event, _, booking, page = await challenged(sale)
    sale.time.now = booking.payment_expires_at - timedelta(milliseconds=1)
    await sweep_due(sale.services)
    assert await outcome(booking) == (BookingStatus.PAYMENT_PENDING, [PaymentStatus.ACTION_REQUIRED], [])
    sale.time.now = booking.payment_expires_at
    await sweep_due(sale.services)
    assert await outcome(booking) == (BookingStatus.EXPIRED, [PaymentStatus.FAILED], [])
    (payment,) = await Payment.find_all().to_list()
    assert payment.failure_reason is PaymentFailureReason.ABANDONED
    await sale.lock(event, somebody())
    await answer(sale, page, APPROVED)  # too late: it was called off
    assert await outcome(booking) == (BookingStatus.EXPIRED, [PaymentStatus.FAILED], [])


@pytest.mark.parametrize("is_gone", [False, True], ids=["seat free", "seat gone"])
async def test_approved_after_the_deadline_without_a_worker(sale: Sale, is_gone: bool) -> None:
    """Nobody called it off, so it is late money."""
    event, _, booking, page = await challenged(sale)
    sale.time.now = booking.payment_expires_at
    if is_gone:
        await sale.lock(event, somebody())
    provider = sale.services.provider
    assert isinstance(provider, SimulatedProvider)
    await provider.answer_challenge(page, APPROVED)
    await reconcile(sale.services, Progress())
    succeeded = [PaymentStatus.SUCCEEDED]
    late = (BookingStatus.EXPIRED, succeeded, [RefundReason.LATE_PAYMENT])
    assert await outcome(booking) == (late if is_gone else (BookingStatus.CONFIRMED, succeeded, []))


async def test_an_answer_that_nobody_was_told_of_is_found(sale: Sale) -> None:
    """The process that served the page died."""
    _, _, booking, page = await challenged(sale)
    provider = sale.services.provider
    assert isinstance(provider, SimulatedProvider)
    await provider.answer_challenge(page, APPROVED)
    sale.time.now += timedelta(minutes=1)
    await reconcile(sale.services, Progress())
    assert await outcome(booking) == (BookingStatus.CONFIRMED, [PaymentStatus.SUCCEEDED], [])


async def test_approved_while_it_is_cancelled(sale: Sale) -> None:
    async def once() -> str:
        _, buyer, booking, page = await challenged(sale)
        cancelled, _ = await race(sale.cancel(booking, buyer), answer(sale, page, APPROVED, server=1))
        assert isinstance(cancelled, Cancelled)
        await asyncio.gather(*(services.tasks.all_done() for services in sale.servers))
        status, payments, refunds = await outcome(booking)
        assert status is BookingStatus.CANCELLED
        if payments == [PaymentStatus.FAILED]:
            assert refunds == []
            return "called off"
        assert payments == [PaymentStatus.SUCCEEDED]
        expected = RefundReason.CANCELLATION if cancelled.refund else RefundReason.LATE_PAYMENT
        assert refunds == [expected]
        return expected.value

    ended = Counter(await asyncio.gather(*(once() for _ in range(many(12, 100)))))
    assert ended.total() == many(12, 100), ended


async def test_approved_while_another_card_is_tried(sale: Sale) -> None:
    """The booking is paid once, by the one or the other."""

    async def once() -> str:
        _, buyer, booking, page = await challenged(sale)
        paid, _ = await race(
            try_to_pay(sale, booking, buyer, "sim_success", "another"), answer(sale, page, APPROVED, server=1)
        )
        status, payments, refunds = await outcome(booking)
        assert status is BookingStatus.CONFIRMED
        assert refunds == []
        if isinstance(paid, BookingNotPayable):
            assert payments == [PaymentStatus.SUCCEEDED], "the bank's answer was there before it was tried"
            return "1"
        assert isinstance(paid, Paid) and paid.payment.status is PaymentStatus.SUCCEEDED
        again = await try_to_pay(sale, booking, buyer, "sim_success", "another")
        assert isinstance(again, Paid) and (again.payment.id, again.replayed) == (paid.payment.id, True)
        return str(len(payments))

    ended = Counter(await asyncio.gather(*(once() for _ in range(many(12, 60)))))
    assert set(ended) <= {"1", "2"}, ended


async def test_a_repeat_of_the_key_that_calls_another_off_is_known_as_one(sale: Sale) -> None:
    """Of those that come at once exactly one pays, by whichever attempt; the others are its repeats."""

    async def once() -> list[bool]:
        _, buyer, booking, page = await challenged(sale)
        *paid, _ = await race(
            *(try_to_pay(sale, booking, buyer, "sim_success", "another") for _ in range(3)),
            answer(sale, page, APPROVED, server=1),
        )
        return sorted(each.replayed for each in paid if isinstance(each, Paid))

    for replayed in await asyncio.gather(*(once() for _ in range(many(8, 40)))):
        assert replayed in ([False, True, True], []), "or the bank's answer was there before any was tried"


async def test_one_that_waits_at_another_provider_cannot_be_called_off_and_keeps_others_from_charging(
    sale: Sale,
) -> None:
    """The settings name another provider since, which knows nothing of it. The buyer may still approve it there."""
    _, buyer, booking, _ = await challenged(sale)
    await Payment.get_pymongo_collection().update_one({}, {"$set": {"provider": "former"}})
    with pytest.raises(BookingNotPayable, match="could not be called off"):
        await try_to_pay(sale, booking, buyer, "sim_success", "another")
    assert await outcome(booking) == (BookingStatus.PAYMENT_PENDING, [PaymentStatus.ACTION_REQUIRED], [])


async def test_refused_and_tried_again(sale: Sale) -> None:
    _, buyer, booking, page = await challenged(sale)
    await answer(sale, page, REFUSED)
    with pytest.raises(PaymentFailed) as failed:
        await try_to_pay(sale, booking, buyer, "sim_challenge")
    assert failed.value.payment.failure_reason is PaymentFailureReason.AUTHENTICATION_FAILED
    assert (failed.value.attempts_left, failed.value.replayed) == (4, True)
    assert isinstance(await try_to_pay(sale, booking, buyer, "sim_success", "another"), Paid)
