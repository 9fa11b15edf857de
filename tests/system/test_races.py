"""Many callers at once, on real servers: one wins, the others are told why, and the documents agree afterwards."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.clock import Clock
from domain.documents import (
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundType,
    SeatLock,
    SeatLockStatus,
    Stored,
)
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.process.settings import load_settings
from domain.providers.port import Charge
from domain.providers.simulated import SimulatedProvider
from ops.processes import free_port
from tests.conftest import Servers
from tests.support.databases import new_database
from tests.support.sale import Sale, open_sale, race, somebody, tally
from tests.support.sweeping import sweep_due

ALONE, TWO, TWO_WITHOUT_REDIS = "one writer", "two writers", "two writers without Redis"


@pytest.fixture(scope="module", params=[ALONE, TWO, TWO_WITHOUT_REDIS])
async def open_for_all(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[Sale]:
    with new_database(servers.mongo_uri) as database:
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            mongo_database=database,
            redis_url=f"redis://127.0.0.1:{free_port()}/0" if request.param == TWO_WITHOUT_REDIS else servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
        )
        async with open_sale(settings, writers=1 if request.param == ALONE else 2) as opened:
            yield opened


@pytest.fixture
async def sale(open_for_all: Sale) -> AsyncIterator[Sale]:
    """However many sell, and whether they can take turns or have to collide: afterwards every inventory is right."""
    yield open_for_all
    assert await check_inventory(open_for_all.services) == []


async def seats_of(event: Event) -> tuple[int, int, int]:
    """The event's seats as stored: available, held, booked."""
    found = await Event.get(event.id)
    assert found is not None
    return found.available, found.held, found.booked


async def transactions_aborted(sale: Sale) -> int:
    """How many MongoDB has aborted since it started."""
    status = await sale.services.mongo.admin.command("serverStatus")
    return int(status["transactions"]["totalAborted"])


async def count(kind: type[Stored], event: Event) -> int:
    """How many documents of that kind the event has."""
    return await kind.find({"event_id": event.id}).count()


# ---------------------------------------------------------------- locks


async def test_200_callers_for_the_last_seat(sale: Sale) -> None:
    event = await sale.event(seats=1)
    results = await race(*(sale.lock(event, somebody()) for _ in range(200)))
    assert tally(results) == {"Locked": 1, "NotEnoughSeats": 199}
    assert await seats_of(event) == (0, 1, 0)


async def test_5_locks_of_2_on_3_seats(sale: Sale) -> None:
    event = await sale.event(seats=3)
    results = await race(*(sale.lock(event, somebody(), quantity=2) for _ in range(5)))
    assert tally(results) == {"Locked": 1, "NotEnoughSeats": 4}
    assert await seats_of(event) == (1, 2, 0)


async def test_50_callers_for_overlapping_numbered_seats(sale: Sale) -> None:
    event = await sale.numbered_event(seats=3)
    pairs = [("STALLS-A-1", "STALLS-A-2"), ("STALLS-A-2", "STALLS-A-3")] * 25
    results = await race(*(sale.lock(event, somebody(), *pair) for pair in pairs))
    assert tally(results) == {"Locked": 1, "SeatsUnavailable": 49}
    assert await seats_of(event) == (1, 2, 0)


async def test_200_locks_of_200_seats_are_all_there(sale: Sale, request: pytest.FixtureRequest) -> None:
    event, collisions = await sale.event(seats=200), await transactions_aborted(sale)
    results = await race(*(sale.lock(event, somebody()) for _ in range(200)))
    assert tally(results) == {"Locked": 200}
    assert await seats_of(event) == (0, 200, 0)
    if request.node.callspec.params["open_for_all"] == TWO_WITHOUT_REDIS:
        assert await transactions_aborted(sale) > collisions


async def test_one_key_from_50_callers(sale: Sale) -> None:
    event, buyer = await sale.event(seats=100), somebody()
    results = await race(*(sale.lock(event, buyer, key="the key") for _ in range(50)))
    assert tally(results) == {"Locked": 1, "Locked again": 49}
    assert await count(SeatLock, event) == 1
    assert await seats_of(event) == (99, 1, 0)


async def test_one_key_for_two_events(sale: Sale) -> None:
    events, buyer = [await sale.event(seats=100) for _ in range(2)], somebody()
    won = []
    for number in range(10):
        results = await race(*(sale.lock(event, buyer, key=f"key {number}") for event in events))
        assert tally(results) == {"Locked": 1, "IdempotencyKeyReused": 1}
        won += [result.lock.event_id for result in results if isinstance(result, Locked)]
    assert [await count(SeatLock, event) for event in events] == [won.count(event.id) for event in events]


async def test_a_lock_that_dies_against_two_buyers(sale: Sale) -> None:
    event, owner = await sale.event(seats=1), somebody()
    lock = (await sale.lock(event, owner)).lock

    sale.time.now = lock.expires_at - timedelta(milliseconds=1)
    assert tally(await race(sale.lock(event, somebody()))) == {"NotEnoughSeats": 1}
    sale.time.now = lock.expires_at
    *results, _ = await race(
        sale.lock(event, somebody()),
        sale.confirm(lock, owner),
        sale.lock(event, somebody()),
        sweep_due(sale.services),
    )
    assert tally(results) == {"Locked": 1, "LockExpired": 1, "NotEnoughSeats": 1}
    assert await seats_of(event) == (0, 1, 0)


async def test_buyers_against_the_sweep(sale: Sale) -> None:
    owner = somebody()
    locks = [(event, (await sale.lock(event, owner)).lock) for event in [await sale.event(seats=1) for _ in range(10)]]
    sale.time.now = max(lock.expires_at for _, lock in locks)
    *results, _ = await race(*(sale.lock(event, somebody()) for event, _ in locks), sweep_due(sale.services))
    assert tally(results) == {"Locked": 10}


async def test_confirm_against_release(sale: Sale) -> None:
    event, buyer = await sale.event(seats=20), somebody()

    async def once() -> None:
        lock = (await sale.lock(event, buyer)).lock
        results = await race(sale.confirm(lock, buyer), sale.release(lock, buyer))
        assert tally(results) in ({"Confirmed": 1, "LockAlreadyUsed": 1}, {"LockNotActive": 1, "Released": 1})

    await asyncio.gather(*(once() for _ in range(10)))


# ---------------------------------------------------------------- bookings


async def test_50_confirms_of_one_lock(sale: Sale) -> None:
    event, buyer = await sale.event(seats=2), somebody()
    lock = (await sale.lock(event, buyer, quantity=2)).lock
    results = await race(*(sale.confirm(lock, buyer) for _ in range(50)))
    assert tally(results) == {"Confirmed": 1, "Confirmed again": 49}
    assert await count(Booking, event) == 1
    assert await seats_of(event) == (0, 2, 0)


async def test_20_payments_of_one_booking(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    results = await race(*(sale.pay(booking, buyer) for _ in range(20)))
    assert tally(results) == {"Paid": 1, "BookingNotPayable": 19}
    assert await count(Payment, event) == 1
    assert await seats_of(event) == (0, 0, 1)


async def test_one_payment_asked_for_20_times(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    results = await race(*(sale.pay(booking, buyer, key="the key") for _ in range(20)))
    assert tally(results) == {"Paid": 1, "Paid again": 19}
    assert await count(Payment, event) == 1
    assert await seats_of(event) == (0, 0, 1)


async def test_10_cancellations_of_one_paid_booking(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    results = await race(*(sale.cancel(booking, buyer) for _ in range(10)))
    assert tally(results) == {"Cancelled": 1, "Cancelled again": 9}
    refunds = await Refund.find({"booking_id": booking.id}).to_list()
    assert [refund.amount_minor for refund in refunds] == [25_000]
    assert await seats_of(event) == (1, 0, 0)


async def test_pay_against_cancel_and_a_rival(sale: Sale) -> None:
    async def once() -> None:
        event, buyer = await sale.event(seats=1), somebody()
        booking = await sale.book(event, buyer)
        await race(sale.pay(booking, buyer), sale.cancel(booking, buyer), sale.lock(event, somebody()))
        await assert_paid_for_what_was_got(booking)

    await asyncio.gather(*(once() for _ in range(10)))


# ---------------------------------------------------------------- paying against time


class SlowProvider(SimulatedProvider):
    """Says yes when told to."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.asked = asyncio.Event()
        self.told = asyncio.Event()

    async def charge(self, payment: Payment, token: str) -> Charge:
        self.asked.set()
        await self.told.wait()
        return await super().charge(payment, token)


@pytest.mark.parametrize("rivals", [0, 5])
async def test_pay_against_expiry(sale: Sale, rivals: int) -> None:
    provider = SlowProvider(sale.time)
    sale = Sale([replace(server, provider=provider) for server in sale.servers], sale.time)
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    paying = asyncio.create_task(sale.pay(booking, buyer))
    await provider.asked.wait()

    sale.time.now = booking.payment_expires_at
    provider.told.set()
    await race(paying, sweep_due(sale.services), *(sale.lock(event, somebody()) for _ in range(rivals)))
    await assert_paid_for_what_was_got(booking)
    if not rivals:
        assert await seats_of(event) == (0, 0, 1)
    available, held, booked = await seats_of(event)
    assert (available, held + booked) == (0, 1)


async def assert_paid_for_what_was_got(booking: Booking) -> None:
    """Whatever order things happened in: the seats and the whole price, or no seats and what the terms say."""
    now, lock = await Booking.get(booking.id), await SeatLock.get(booking.id)
    payments = await Payment.find({"booking_id": booking.id}).to_list()
    refunds = await Refund.find({"booking_id": booking.id}).to_list()
    assert now is not None
    if now.status is BookingStatus.CANCELLED:  # an attempt under way may have been called off before it came to money
        called_off = PaymentFailureReason.ABANDONED
        payments = [payment for payment in payments if payment.failure_reason is not called_off]
    assert lock is not None
    assert all(payment.status is PaymentStatus.SUCCEEDED for payment in payments)
    terms = [(refund.type, refund.reason, refund.amount_minor) for refund in refunds]
    if now.status is BookingStatus.CONFIRMED:
        assert lock.status is SeatLockStatus.CONSUMED
        assert (len(payments), terms) == (1, [])
    else:
        assert lock.status in (SeatLockStatus.RELEASED, SeatLockStatus.EXPIRED)
        assert (len(payments), terms) in (
            (0, []),
            (1, [(RefundType.FULL, RefundReason.LATE_PAYMENT, 50_000)]),
            (1, [(RefundType.PARTIAL, RefundReason.CANCELLATION, 25_000)]),
        )
