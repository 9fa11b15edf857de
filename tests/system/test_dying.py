"""kill -9 at each step of paying, settling, cancelling and refunding: afterwards nobody has lost or gained money."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.caller import Caller
from domain.clock import system_clock
from domain.documents import (
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    SeatLock,
    new_id,
)
from domain.errors import Refusal
from domain.integrity.drift import check_inventory
from domain.jobs.recovery import recover
from domain.opening import open_services
from domain.payments import pay_booking
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from tests.support.api import variables
from tests.support.dying import approve, asked_of, swap
from tests.support.forking import fork
from tests.support.hunting import hunt
from tests.support.sale import Sale, Time, somebody

pytestmark = pytest.mark.fresh_database

AT_ONCE = 3
LATER = timedelta(minutes=10)
"""By then, whoever restarts after a crash thinks everybody dead whom it finds at work."""

CHARGING = ("StartPayment", "charge", "SettlePayment")
GIVING_BACK = ("refund", "SettleRefund")


def points(*steps: str) -> list[str]:
    return [f"{when} {step}" for step in steps for when in ("before", "after")]


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody's booking, and the key they pay it with."""

    buyer: Caller
    booking: Booking
    key: str

    @property
    def ids(self) -> tuple[str, str, str]:
        return str(self.buyer.user_id), str(self.booking.event_id), str(self.booking.id)


class Shop:
    """What is left of crashes, and whoever comes after them."""

    def __init__(self, services: Services, settings: Settings, time: Time) -> None:
        self.services = services
        self._settings = settings
        self._time = time
        self._sale = Sale([services], time)
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def book(self) -> Case:
        """A booking of the only seat there is."""
        self._time.now = system_clock()
        buyer = somebody()
        return Case(buyer, await self._sale.book(await self._sale.event(seats=1), buyer), str(new_id()))

    async def lock_three(self) -> tuple[Caller, SeatLock]:
        """Three seats of a row of six, and whose they are."""
        self._time.now = system_clock()
        buyer = somebody()
        event = await self._sale.numbered_event(seats=6)
        locked = await self._sale.lock(event, buyer, *(f"STALLS-A-{number}" for number in (1, 2, 3)))
        return buyer, locked.lock

    async def lock(self, lock: SeatLock) -> SeatLock:
        """As it is stored now."""
        found = await SeatLock.get(lock.id)
        assert found is not None
        return found

    async def book_and_pay(self) -> Case:
        case = await self.book()
        await self.pay(case, "sim_success")
        return case

    async def dies(self, point: str, *deed: str) -> bool:
        """Whether a process that does this dies at that point; else it came to its end."""
        ahead = LATER if deed[0] == "work" else timedelta()
        nowhere = Path(os.devnull)
        async with self._slots:
            process = fork(
                *("tests.support.dying", point, str(int(ahead.total_seconds())), *deed),
                env={**os.environ, **variables(self._settings)},
                stdout=nowhere,
                stderr=Path("/dev/stderr"),
                cwd=Path.cwd(),
            )
            ended = await asyncio.to_thread(process.wait)
        assert ended in (0, -signal.SIGKILL)
        return ended != 0

    async def pay(self, case: Case, token: str) -> None:
        """As the client does, and again with the same key when nobody has answered."""
        with suppress(Refusal):
            await pay_booking(
                self.services,
                case.buyer,
                event_id=case.booking.event_id,
                booking_id=case.booking.id,
                token=token,
                amount=None,
                idempotency_key=case.key,
            )

    async def take_seat_of(self, case: Case) -> None:
        """Somebody else books it."""
        event = await Event.get(case.booking.event_id)
        assert event is not None
        await self._sale.book(event, somebody())

    async def recover(self) -> None:
        """As the next worker does when it starts, and again when what it began is due."""
        for _ in range(2):
            self._time.now += LATER
            await recover(self.services, Progress())

    async def outcome(self, case: Case) -> tuple[BookingStatus, int]:
        """The booking's status, and what the provider keeps for it, of which our book says the same."""
        booking = await Booking.get(case.booking.id)
        payments = await Payment.find({"booking_id": case.booking.id}).to_list()
        refunds = await Refund.find({"booking_id": case.booking.id}).to_list()
        assert booking is not None
        assert not [one for one in payments if one.status in (PaymentStatus.PENDING, PaymentStatus.TIMED_OUT)]
        assert all(refund.status is RefundStatus.PROCESSED for refund in refunds)

        mine = {payment.id for payment in payments}
        charges = self.services.provider.charges(case.booking.created_at - LATER, self._time.now + LATER)
        charged = [each.taken async for each in charges if each.payment_id in mine and each.taken is not None]
        assert len(charged) <= 1, "charged twice"
        returned = (
            await self.services.database["simulated_refunds"]
            .find({"payment_id": {"$in": [payment.id for payment in payments]}})
            .to_list()
        )
        assert sorted((refund.id, refund.amount_minor) for refund in refunds) == sorted(
            (raw["_id"], raw["amount_minor"]) for raw in returned
        )
        kept = sum(taken.minor for taken in charged) - sum(raw["amount_minor"] for raw in returned)
        waiting = PaymentStatus.ACTION_REQUIRED
        ours = sum(one.amount_minor for one in payments if one.may_hold_money and one.status is not waiting)
        halves = sum(refund.amount_minor for refund in refunds if refund.percentage < 100)
        assert kept == ours - halves
        return booking.status, kept

    async def all_is_well(self) -> None:
        assert await check_inventory(self.services) == []


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    patient = settings.model_copy(update={"payment_timeout_seconds": 1, "payment_ttl_seconds": 86_400})
    time = Time()
    async with open_services(patient, time) as services:
        yield Shop(services, patient, time)


async def _die_paying(shop: Shop, token: str, places: Iterable[str]) -> dict[str, Case]:
    cases = {point: await shop.book() for point in places}
    died = await asyncio.gather(*(shop.dies(point, "pay", *case.ids, token, case.key) for point, case in cases.items()))
    assert all(died)
    # Some clients ask again at once, others never.
    for case in list(cases.values())[::2]:
        await shop.pay(case, token)
    await shop.recover()
    return cases


async def test_dying_while_paying(shop: Shop) -> None:
    for point, case in (await _die_paying(shop, "sim_success", points(*CHARGING))).items():
        status, kept = await shop.outcome(case)
        if kept:
            assert (status, kept) == (BookingStatus.CONFIRMED, case.booking.total_minor), point
        else:
            # The provider was never asked.
            assert point in ("before StartPayment", "after StartPayment", "before charge")
            assert status in (BookingStatus.FAILED, BookingStatus.PAYMENT_PENDING)
    await shop.all_is_well()


@hunt
async def test_dying_while_the_bank_asks(shop: Shop) -> None:
    """Then the buyer asks again, and approves what the bank asks."""
    for point, case in (await _die_paying(shop, "sim_challenge", points(*CHARGING))).items():
        if await asked_of(case.ids[2]) is not None:
            await approve(shop.services, case.ids[2])
        await shop.recover()
        status, kept = await shop.outcome(case)
        if kept:
            assert (status, kept) == (BookingStatus.CONFIRMED, case.booking.total_minor), point
        else:
            assert point in ("before StartPayment", "after StartPayment", "before charge")
            assert status is BookingStatus.PAYMENT_PENDING
    await shop.all_is_well()


@hunt
async def test_dying_while_the_buyer_approves(shop: Shop) -> None:
    steps = points("answer_challenge", "look_up", "SettlePayment")
    cases = {point: await shop.book() for point in steps}
    for case in cases.values():
        await shop.pay(case, "sim_challenge")
    died = await asyncio.gather(*(shop.dies(point, "approve", case.ids[2]) for point, case in cases.items()))
    assert all(died)
    await shop.recover()
    for point, case in cases.items():
        if point == "before answer_challenge":
            assert await shop.outcome(case) == (BookingStatus.PAYMENT_PENDING, 0)
        else:
            assert await shop.outcome(case) == (BookingStatus.CONFIRMED, case.booking.total_minor), point
    await shop.all_is_well()


@hunt
async def test_dying_while_another_key_calls_an_attempt_off(shop: Shop) -> None:
    """The buyer then repeats the second key, and is charged once."""
    steps = points("cancel", "SettlePayment", "StartPayment", "charge")
    cases = {point: await shop.book() for point in steps}
    for case in cases.values():
        await shop.pay(case, "sim_challenge")
    second = {point: replace(case, key=str(new_id())) for point, case in cases.items()}
    died = await asyncio.gather(
        *(shop.dies(point, "pay", *case.ids, "sim_success", case.key) for point, case in second.items())
    )
    assert all(died)
    await shop.recover()
    for point, case in second.items():
        await shop.pay(case, "sim_success")
        status, kept = await shop.outcome(case)
        if kept:
            assert (status, kept) == (BookingStatus.CONFIRMED, case.booking.total_minor), point
        else:  # recorded, and never sent: the provider says so, and yet another key would do
            assert (point, status) in [("before charge", BookingStatus.PAYMENT_PENDING)] or "Start" in point, point
    await shop.all_is_well()


@hunt
async def test_dying_while_a_failed_payment_gives_the_money_back(shop: Shop) -> None:
    for case in (await _die_paying(shop, "sim_failure", points(*CHARGING, *GIVING_BACK))).values():
        status, kept = await shop.outcome(case)
        assert kept == 0
        assert status in (BookingStatus.FAILED, BookingStatus.PAYMENT_PENDING)
    await shop.all_is_well()


@hunt
async def test_dying_while_a_lock_is_changed_or_extended(shop: Shop) -> None:
    """It is all of the change or nothing; who repeats it with the same key gets it once."""
    locks = {point: await shop.lock_three() for point in points("ChangeLock", "ExtendLock")}
    for point, (buyer, lock) in locks.items():
        ids, key = (str(buyer.user_id), str(lock.event_id), str(lock.id)), str(new_id())
        if "ExtendLock" in point:
            assert await shop.dies(point, "extend", *ids)
            assert (await shop.lock(lock)).expires_at > lock.expires_at or point.startswith("before")
            continue
        assert await shop.dies(point, "swap", *ids, key)
        before, after = lock.seats, ["STALLS-A-3", "STALLS-A-4", "STALLS-A-5", "STALLS-A-6"]
        assert (await shop.lock(lock)).seats == (before if point.startswith("before") else after)
        await shop.all_is_well()
        await swap(shop.services, *ids, key)
        assert (await shop.lock(lock)).seats == after
        entries = await AuditEntry.find({"lock_id": lock.id, "action": "LOCK_CHANGED"}).to_list()
        assert [entry.is_retry for entry in entries].count(False) == 1
    await shop.all_is_well()


@hunt
async def test_dying_while_cancelling(shop: Shop) -> None:
    cases = {point: await shop.book_and_pay() for point in points("CancelBooking", *GIVING_BACK)}
    died = await asyncio.gather(*(shop.dies(point, "cancel", *case.ids) for point, case in cases.items()))
    assert all(died)
    await shop.recover()
    for point, case in cases.items():
        cancelled = BookingStatus.CANCELLED, case.booking.total_minor // 2
        paid = BookingStatus.CONFIRMED, case.booking.total_minor
        assert await shop.outcome(case) == (paid if point == "before CancelBooking" else cancelled), point
    await shop.all_is_well()


@hunt
async def test_dying_while_an_event_is_cancelled(shop: Shop) -> None:
    """One process dies cancelling, others ending what was sold, in the middle of it; the next worker does the rest."""
    cases = {point: await shop.book_and_pay() for point in points("CancelEvent", "EndLock", "FinishCancellation")}
    admin = str(somebody().user_id)
    for point, case in cases.items():
        event = str(case.booking.event_id)
        if "CancelEvent" in point:
            assert await shop.dies(point, "call_off", admin, event)
        else:
            assert not await shop.dies("before EndLock", "call_off", admin, event)
            assert await shop.dies(point, "end")
    await shop.recover()
    for point, case in cases.items():
        if point == "before CancelEvent":
            assert await shop.outcome(case) == (BookingStatus.CONFIRMED, case.booking.total_minor)
            continue
        assert await shop.outcome(case) == (BookingStatus.CANCELLED, 0), point
        ended = await Event.get(case.booking.event_id)
        assert ended is not None
        assert ended.cancellation_finished_at is not None
    await shop.all_is_well()


@hunt
async def test_the_worker_dies_at_every_step_of_what_others_left(shop: Shop) -> None:
    """Late payments of bookings that live, and of such as ended and lost their seats; refunds nobody sent."""
    late, lost = await shop.book(), await shop.book()
    for case in (late, lost):
        await shop.pay(case, "sim_late_success")
    cancelled = await shop.book_and_pay()
    assert await shop.dies("before refund", "cancel", *cancelled.ids)
    # The second one is cancelled unpaid, before its attempt was called off, and somebody else has its seat.
    assert await shop.dies("after CancelBooking", "cancel", *lost.ids)
    await shop.take_seat_of(lost)
    for point in points("look_up", "cancel", "SettlePayment", "refund", "SettleRefund"):
        await shop.dies(point, "work")
    await shop.recover()
    assert await shop.outcome(late) == (BookingStatus.CONFIRMED, late.booking.total_minor)
    assert await shop.outcome(lost) == (BookingStatus.CANCELLED, 0)
    assert await shop.outcome(cancelled) == (BookingStatus.CANCELLED, cancelled.booking.total_minor // 2)
    await shop.all_is_well()
