"""Payments whose answer comes late or not at all: asked about at the deadline, and after a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
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
    PaymentFailureReason,
    PaymentStatus,
    ProviderNotice,
    Refund,
    RefundReason,
    RefundStatus,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.integrity.money import compare_books
from domain.integrity.money_differences import DifferenceKind
from domain.inventory.payment_commands import StartPayment
from domain.inventory.rules.payments import LOOK_AGAIN_AFTER
from domain.jobs.recovery import recover
from domain.payments import Paid, ask, pay_booking
from domain.payments.ask import GIVEN_UP_AFTER, SECOND_LOOK_AFTER
from domain.payments.reconcile import reconcile
from domain.payments.settle import settle
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.port import Charge, Refunded
from domain.providers.simulated import SimulatedProvider
from domain.sale.buying import cancel_booking
from domain.services import Services
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due

MS = timedelta(milliseconds=1)
LOOKED_IN = ("payments", "provider_notices", "simulated_charges")


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=1) as opened:
        yield opened
        assert await check_inventory(opened.services) == []


async def pay(services: Services, buyer: Caller, booking: Booking, token: str) -> Paid:
    paid = await pay_booking(
        services, buyer, event_id=booking.event_id, booking_id=booking.id, token=token, amount=None, idempotency_key="k"
    )
    assert isinstance(paid, Paid)
    return paid


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
    ("token", "payment"), [("sim_timeout", PaymentStatus.FAILED), ("sim_late_declined", PaymentStatus.FAILED)]
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

    async def cancel(self, payment: Payment) -> Charge | None:
        raise ConnectionError("nobody there")


async def test_a_provider_that_cannot_be_asked_holds_no_seats(sale: Sale) -> None:
    event, _, booking = await unanswered(sale, "sim_late_success")
    sale.time.now = booking.payment_expires_at
    await sweep_due(replace(sale.services, provider=Mute(sale.time)))
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.TIMED_OUT)
    # Once it can be asked again, recovery does so, and the seats are still free.
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
            has_token=True,
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
    assert await stored(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED)
    await sale.pay(booking, buyer)


async def test_an_attempt_whose_process_died_is_told_as_timed_out_while_its_provider_says_nothing(sale: Sale) -> None:
    booking = await sale.book(await sale.event(seats=1), buyer := somebody())
    payment = await attempt(sale, buyer, booking)
    await sale.services.provider.charge(payment, "sim_timeout")
    sale.time.now += timedelta(minutes=1)
    await reconcile(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.TIMED_OUT)


async def test_one_nobody_waits_for_any_more_is_called_off(sale: Sale) -> None:
    """At once where a booking was let go by somebody else's lock, and the sweep does not meet it."""
    event, _, booking = await unanswered(sale, "sim_timeout")
    sale.time.now = booking.payment_expires_at
    await sale.lock(event, somebody())
    await reconcile(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.FAILED)
    (payment,) = await Payment.find_all().to_list()
    assert payment.failure_reason is PaymentFailureReason.ABANDONED


async def test_every_attempt_has_an_end_whatever_the_provider_can_say(sale: Sale) -> None:
    """After a day; and what turns out to have been paid all the same is given back."""
    event, _, booking = await unanswered(sale, "sim_late_success")
    mute = replace(sale.services, provider=Mute(sale.time))
    sale.time.now = booking.created_at + GIVEN_UP_AFTER - MS
    await sale.lock(event, somebody())
    await reconcile(mute, Progress())
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.TIMED_OUT)
    sale.time.now += MS
    await reconcile(mute, Progress())
    assert await stored(booking) == (BookingStatus.EXPIRED, PaymentStatus.FAILED)
    sale.time.now += LOOK_AGAIN_AFTER
    await sale.lock(await sale.event(seats=1), somebody())
    await reconcile(sale.services, Progress())
    assert (await stored(booking))[1] is PaymentStatus.SUCCEEDED


async def test_a_failure_is_looked_up_again_some_minutes_and_some_hours_later(sale: Sale) -> None:
    looked: list[Payment] = []

    class Watched(SimulatedProvider):
        async def look_up(self, payment: Payment) -> Charge | None:
            looked.append(payment)
            return await super().look_up(payment)

    booking = await sale.book(await sale.event(seats=1), buyer := somebody())
    with pytest.raises(PaymentFailed):
        await pay(sale.services, buyer, booking, "sim_declined")
    watched = replace(sale.services, provider=Watched(sale.time))
    seen = []
    for wait in (LOOK_AGAIN_AFTER - MS, MS, SECOND_LOOK_AFTER - LOOK_AGAIN_AFTER - MS, MS, timedelta(days=3)):
        sale.time.now += wait
        await reconcile(watched, Progress())
        seen.append(len(looked))
    assert seen == [0, 1, 1, 2, 2]


async def test_money_behind_a_failure_is_found_though_nobody_tells(sale: Sale) -> None:
    """FAILED was told, and SUCCEEDED since; that second notice got lost."""
    _, buyer, booking = await unanswered(sale, "sim_late_failure_then_success")
    (payment,) = await Payment.find_all().to_list()
    await settle(sale.services, payment, Charge(PaymentStatus.FAILED))
    sale.time.now += LOOK_AGAIN_AFTER
    await reconcile(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert (await pay(sale.services, buyer, booking, "sim_late_failure_then_success")).replayed


async def test_an_old_notice_of_a_failure_is_not_believed_before_the_provider_is_asked(sale: Sale) -> None:
    _, _, booking = await unanswered(sale, "sim_late_failure_then_success")
    (payment,) = await Payment.find_all().to_list()
    told = asdict(Charge(PaymentStatus.FAILED, failure_reason=PaymentFailureReason.DECLINED))
    await ProviderNotice.model_construct(
        id="simulated:old", provider="simulated", payment_id=payment.id, told=told, received_at=sale.time.now
    ).insert()
    await reconcile(sale.services, Progress())
    assert await stored(booking) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert AuditAction.PAYMENT_FAILED not in await actions(booking)


async def test_all_without_an_answer_are_asked_about_though_read_page_by_page(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made at the same moment, so that the pages are told apart by ids."""
    monkeypatch.setattr(ask, "LOOKED_UP_AT_ONCE", 2)
    bookings = [(await unanswered(sale, "sim_late_success"))[2] for _ in range(5)]
    sale.time.now += timedelta(minutes=1)
    await reconcile(sale.services, Progress())
    assert {await stored(booking) for booking in bookings} == {(BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)}


async def test_all_that_reconcile_looks_for_is_found_by_index(sale: Sale) -> None:
    """Every minute, and of all that was ever paid: it must not read all of it."""
    await sale.services.database.command("profile", 2)
    await reconcile(sale.services, Progress())
    provider = sale.services.provider
    assert isinstance(provider, SimulatedProvider)
    assert await provider.challenge("no such page") is None
    await sale.services.database.command("profile", 0)
    names = [f"{sale.services.database.name}.{name}" for name in LOOKED_IN]
    found = await sale.services.database["system.profile"].find({"op": "query", "ns": {"$in": names}}).to_list()
    await sale.services.database["system.profile"].drop()
    plans = {(each["ns"], each["planSummary"]) for each in found}
    assert {name for name, _ in plans} == set(names)
    assert [plan for _, plan in plans if "COLLSCAN" in plan] == []


async def test_a_failure_whose_event_is_gone_keeps_no_other_from_being_looked_up_again(sale: Sale) -> None:
    """Somebody deleted it by hand: the check of money tells of it."""
    lost, found = [(await unanswered(sale, "sim_late_failure_then_success"))[2] for _ in range(2)]
    for booking in (lost, found):
        payment = await Payment.find_one({"booking_id": booking.id})
        assert payment is not None
        await settle(sale.services, payment, Charge(PaymentStatus.FAILED))
    await Event.get_pymongo_collection().delete_one({"_id": lost.event_id})
    sale.time.now += LOOK_AGAIN_AFTER
    await reconcile(sale.services, Progress())
    assert await stored(found) == (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    (told,) = [each async for each in compare_books(sale.services)]
    assert (told.kind, told.booking_id) == (DifferenceKind.CHARGE_UNSETTLED, lost.id)


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
