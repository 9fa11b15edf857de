"""Payments whose answer comes late or not at all: asked about at the deadline, and after a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.caller import Caller
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.inventory.commands import StartPayment
from domain.jobs.recovery import recover
from domain.payments import Paid, pay_booking
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.port import Charge, Refunded
from domain.providers.simulated import SimulatedProvider
from domain.sale.buying import cancel_booking
from domain.services import Services
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due

MS = timedelta(milliseconds=1)


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=1) as opened:
        yield opened
        assert await check_inventory(opened.services) == []


async def pay(services: Services, buyer: Caller, booking: Booking, token: str) -> Paid:
    return await pay_booking(
        services, buyer, event_id=booking.event_id, booking_id=booking.id, token=token, amount=None, idempotency_key="k"
    )


async def unanswered(sale: Sale, token: str) -> tuple[Event, Caller, Booking]:
    """A booking of the only seat of an event, and a payment that had no answer."""
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    with pytest.raises(PaymentTimedOut):
        await pay(sale.services, buyer, booking, token)
    return event, buyer, booking


async def stored(booking: Booking) -> tuple[BookingStatus, PaymentStatus]:
    (payment,) = await Payment.find({"booking_id": booking.id}).to_list()
    now = await Booking.get(booking.id)
    assert now is not None
    return now.status, payment.status


async def actions(booking: Booking) -> list[AuditAction]:
    entries = AuditEntry.find({"lock_id": booking.id}).sort("sequence")
    return [entry.action async for entry in entries]


async def test_a_good_payment_is_heard_of_before_the_booking_is_let_go(sale: Sale) -> None:
    _, buyer, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at - timedelta(seconds=1)
    await sweep_due(sale.services)
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert AuditAction.BOOKING_EXPIRED not in await actions(booking)
    assert (await pay(sale.services, buyer, booking, "sim_late_success")).replayed


async def test_nobody_is_asked_about_long_before_the_deadline(sale: Sale) -> None:
    _, _, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at - timedelta(seconds=30)
    await sweep_due(sale.services)
    assert await stored(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.TIMED_OUT)


async def test_at_the_very_deadline_the_seats_go_from_expired_to_booked_in_one_step(sale: Sale) -> None:
    _, _, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at
    await sweep_due(sale.services)
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    (expired, succeeded, confirmed) = (await actions(booking))[-3:]
    assert (expired, succeeded, confirmed) == (
        AuditAction.BOOKING_EXPIRED,
        AuditAction.PAYMENT_SUCCEEDED,
        AuditAction.BOOKING_CONFIRMED,
    )


async def test_a_good_payment_for_seats_that_are_gone_is_given_back(sale: Sale) -> None:
    event, buyer, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at + MS
    await sale.lock(event, somebody())  # nobody had to sweep for that
    await recover(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.SUCCEEDED)
    (refund,) = await Refund.find_all().to_list()
    assert (refund.reason, refund.percentage, refund.status) == (
        RefundReason.LATE_PAYMENT,
        100,
        RefundStatus.PROCESSED,
    )
    with pytest.raises(PaymentFailed):
        await pay(sale.services, buyer, booking, "sim_late_success")


@pytest.mark.parametrize(
    ("token", "payment"), [("sim_timeout", PaymentStatus.TIMED_OUT), ("sim_late_declined", PaymentStatus.FAILED)]
)
async def test_a_booking_without_money_is_let_go(sale: Sale, token: str, payment: PaymentStatus) -> None:
    event, _, booking = await unanswered(sale, token)
    sale.time.now = booking.payment_expires_at
    await sweep_due(sale.services)
    assert await stored(booking) == (BookingStatus.EXPIRED, payment)
    await sale.lock(event, somebody())


class Mute(SimulatedProvider):
    """Cannot be asked anything."""

    async def look_up(self, payment: Payment) -> Charge | None:
        raise ConnectionError("nobody there")


async def test_a_provider_that_cannot_be_asked_holds_no_seats(sale: Sale) -> None:
    event, _, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at
    await sweep_due(replace(sale.services, provider=Mute(sale.time)))
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.TIMED_OUT)
    # Once it can be asked again, recovery does so, and the seats are still free.
    sale.time.now += timedelta(minutes=1)
    await recover(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert await check_inventory(sale.services, event.id) == []


async def attempt(sale: Sale, buyer: Caller, booking: Booking) -> Payment:
    """A payment that was recorded by a process which then died."""
    started = await sale.services.writer.execute(
        StartPayment(
            event_id=booking.event_id,
            caller=buyer,
            correlation_id="test",
            booking_id=booking.id,
            payment_id=new_id(),
            key_id=new_id().binary,
            key="a key",
            request=b"",
            amount=None,
            provider="simulated",
        )
    )
    return started.payment


async def test_a_crash_between_charge_and_settlement_loses_no_payment(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    payment = await attempt(sale, buyer, booking)
    await sale.services.provider.charge(payment, "sim_success")
    await recover(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.PENDING), "it may be under way"
    sale.time.now += timedelta(minutes=1)
    progress = Progress()
    await recover(sale.services, progress)
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert progress.done == 1


async def test_a_crash_before_the_charge_leaves_nobody_waiting(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await attempt(sale, buyer, booking)
    sale.time.now += timedelta(minutes=1)
    await recover(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.FAILED, PaymentStatus.FAILED)
    await sale.lock(event, buyer)


async def test_a_payment_without_an_answer_for_a_week_is_asked_about_no_more(sale: Sale) -> None:
    _, _, booking = await unanswered(sale, "sim_late_success")
    sale.time.now += timedelta(days=8)
    await recover(replace(sale.services, provider=Mute(sale.time)), Progress())
    sale.time.now += timedelta(days=8)
    await recover(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.TIMED_OUT)


class Broke(SimulatedProvider):
    """Gives nothing back."""

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        raise ConnectionError("not today")


async def test_a_refund_that_was_not_sent_is_sent_again(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    cancelled = await cancel_booking(
        replace(sale.services, provider=Broke(sale.time)),
        buyer,
        event_id=event.id,
        booking_id=booking.id,
        reason=None,
    )
    assert cancelled.refund is not None
    assert cancelled.refund.status is RefundStatus.INITIATED
    sale.time.now += timedelta(minutes=1)
    await recover(sale.services, Progress())
    refund = await Refund.get(cancelled.refund.id)
    assert refund is not None
    assert refund.status is RefundStatus.PROCESSED
    assert await sale.services.database["simulated_refunds"].count_documents({}) == 1


async def test_the_lock_job_leaves_bookings_alone(sale: Sale) -> None:
    """A booking's deadline rules the lock it came from, and each job sweeps its own kind."""
    event, buyer = await sale.event(seats=2), somebody()
    booking = await sale.book(event, buyer)
    lock = (await sale.lock(event, buyer)).lock
    sale.time.now = lock.expires_at
    assert await sweep_due(sale.services) == 1
    assert (await stored_status(booking)) is BookingStatus.PAYMENT_PENDING
    sale.time.now = booking.payment_expires_at
    assert await sweep_due(sale.services) == 1
    assert (await stored_status(booking)) is BookingStatus.EXPIRED


async def stored_status(booking: Booking) -> BookingStatus:
    now = await Booking.get(booking.id)
    assert now is not None
    return now.status
