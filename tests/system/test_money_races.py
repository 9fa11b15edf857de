"""Cancelling against all that may happen to the money at the same moment: one outcome, whoever comes first."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from domain.caller import Caller
from domain.documents import (
    Booking,
    CancellationPolicy,
    Event,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    SimulatedRefund,
)
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.integrity.money import compare_books
from domain.inventory.commands import Cancelled
from domain.money import Money
from domain.payments import pay_booking
from domain.payments.notices import take_notice
from domain.process.settings import load_settings
from domain.sale.events import create_event
from domain.signature import signed_headers
from tests.conftest import Servers
from tests.support.databases import new_database
from tests.support.hunting import many
from tests.support.sale import Sale, open_sale, race, somebody, tally

SECRET = "whsec_" + "c2VjcmV0" * 4
TIMES = 12
"""Each race is run so often, on as many events at once."""


@pytest.fixture(scope="module")
async def open_for_all(servers: Servers) -> AsyncIterator[Sale]:
    with new_database(servers.mongo_uri) as database:
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            mongo_database=database,
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
            webhook_secret=SECRET,
        )
        async with open_sale(settings, writers=2) as opened:
            yield opened


@pytest.fixture
async def sale(open_for_all: Sale) -> AsyncIterator[Sale]:
    """Afterwards every inventory is right, and so is the money in both books."""
    yield open_for_all
    assert await check_inventory(open_for_all.services) == []
    assert [difference async for difference in compare_books(open_for_all.services)] == []


async def new_event(sale: Sale) -> Event:
    """One seat, INR 500.00: all of it back for the next ten days, then 30 per cent."""
    return await create_event(
        sale.services,
        somebody(),
        name="Concert",
        description=None,
        starts_at=sale.time.now + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=1,
        sections=None,
        cancellation=CancellationPolicy(full_until=sale.time.now + timedelta(days=10), percentage=30),
    )


async def pending(sale: Sale, booking: Booking, buyer: Caller) -> Payment:
    """A payment that was good, as its provider has not told yet."""
    with pytest.raises(PaymentTimedOut):
        await pay_booking(
            sale.services,
            buyer,
            event_id=booking.event_id,
            booking_id=booking.id,
            token="sim_late_success",
            amount=None,
            idempotency_key=secrets.token_hex(8),
        )
    payment = await Payment.find_one({"booking_id": booking.id})
    assert payment is not None
    return payment


async def tell(sale: Sale, payment: Payment, server: int) -> None:
    """The provider's webhook, at one of the servers."""
    services = sale.servers[server]
    body = orjson.dumps({"id": f"evt-{payment.id}", "payment": str(payment.id), "status": "SUCCEEDED"})
    headers = signed_headers(SECRET, "n", body, services.clock())
    await take_notice(services, "simulated", headers, body)


async def outcome(booking: Booking) -> tuple[str, list[tuple[str, str, int]]]:
    """How the booking ended, and its refunds."""
    found = await Booking.get(booking.id)
    assert found is not None
    refunds = await Refund.find({"booking_id": booking.id}).to_list()
    assert all(refund.status is RefundStatus.PROCESSED for refund in refunds)
    given_back = await SimulatedRefund.find({"_id": {"$in": [refund.id for refund in refunds]}}).to_list()
    assert {each.id: each.amount_minor for each in given_back} == {each.id: each.amount_minor for each in refunds}
    return found.status.value, [(refund.reason.value, refund.type.value, refund.amount_minor) for refund in refunds]


async def quiet(sale: Sale) -> None:
    """What goes on behind answers has ended: attempts that are called off, and refunds sent."""
    for services in sale.servers:
        await services.tasks.all_done()


async def often(once: Callable[[], Any]) -> Counter[str]:
    return Counter(await asyncio.gather(*(once() for _ in range(TIMES))))


async def test_cancelling_twice_at_once(sale: Sale) -> None:
    async def once() -> str:
        event, buyer = await new_event(sale), somebody()
        booking = await sale.book(event, buyer)
        await sale.pay(booking, buyer)
        results = await race(*(sale.cancel(booking, buyer) for _ in range(6)))
        assert tally(results) == {"Cancelled": 1, "Cancelled again": 5}
        refunds = {result.refund.id for result in results if isinstance(result, Cancelled) and result.refund}
        assert len(refunds) == 1
        assert await outcome(booking) == ("CANCELLED", [("CANCELLATION", "FULL", 50_000)])
        return "one"

    assert await often(once) == {"one": TIMES}


async def test_cancelling_at_the_deadline_of_the_policy(sale: Sale) -> None:
    """Time moves on between two who cancel: the terms are those of the one who did."""
    event, buyer = await new_event(sale), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    assert event.cancellation is not None
    assert event.cancellation.full_until is not None
    sale.time.now = event.cancellation.full_until - timedelta(milliseconds=1)
    both = asyncio.gather(*(race(sale.cancel(booking, buyer)) for _ in range(2)))
    await asyncio.sleep(0)  # they have begun
    sale.time.now = event.cancellation.full_until
    assert tally(result for results in await both for result in results) == {"Cancelled": 1, "Cancelled again": 1}
    assert await outcome(booking) in (
        ("CANCELLED", [("CANCELLATION", "FULL", 50_000)]),
        ("CANCELLED", [("CANCELLATION", "PARTIAL", 15_000)]),
    )


async def test_cancelling_against_paying(sale: Sale) -> None:
    async def once() -> str:
        event, buyer = await new_event(sale), somebody()
        booking = await sale.book(event, buyer)
        paying, cancelling = await race(sale.pay(booking, buyer), sale.cancel(booking, buyer))
        assert isinstance(cancelling, Cancelled)
        await quiet(sale)
        status, refunds = await outcome(booking)
        payments = await Payment.find({"booking_id": booking.id}).to_list()
        assert status == "CANCELLED"
        if not payments:
            assert (type(paying).__name__, refunds) == ("BookingNotPayable", [])
            return "unpaid"
        if [payment.failure_reason for payment in payments] == [PaymentFailureReason.ABANDONED]:
            assert (type(paying).__name__, refunds) == ("PaymentFailed", [])
            return "called off"
        assert [payment.status for payment in payments] == [PaymentStatus.SUCCEEDED]
        again = await sale.cancel(booking, buyer)
        assert again.replayed
        assert (again.refund and again.refund.id) == (cancelling.refund and cancelling.refund.id)
        if cancelling.refund is None:
            assert isinstance(paying, PaymentFailed)
            assert refunds == [("LATE_PAYMENT", "FULL", 50_000)]
            return "paid after"
        assert refunds == [("CANCELLATION", "FULL", 50_000)]
        return "paid before"

    ended = Counter[str]()
    for _ in range(many(3, 9)):
        ended += await often(once)
    assert ended.total() >= 3 * TIMES
    assert ended["paid after"], "none of them was the race this test is about"


@pytest.mark.parametrize("rival", [False, True], ids=["the seat free", "somebody else after the seat"])
async def test_cancelling_against_a_webhook(sale: Sale, rival: bool) -> None:
    async def once() -> str:
        event, buyer = await new_event(sale), somebody()
        booking = await sale.book(event, buyer)
        payment = await pending(sale, booking, buyer)
        told = asyncio.gather(tell(sale, payment, 0), tell(sale, payment, 1), tell(sale, payment, 0))
        others = [sale.lock(event, somebody())] if rival else []
        cancelled, *_ = await race(sale.cancel(booking, buyer), *others)
        await told
        await quiet(sale)
        assert isinstance(cancelled, Cancelled)
        assert not cancelled.replayed
        settled = await Payment.get(payment.id)
        assert settled is not None
        assert settled.status is PaymentStatus.SUCCEEDED
        ended = await outcome(booking)
        if cancelled.refund is not None:
            assert ended == ("CANCELLED", [("CANCELLATION", "FULL", 50_000)])
            return "told before"
        assert ended == ("CANCELLED", [(RefundReason.LATE_PAYMENT.value, "FULL", 50_000)])
        return "told after"

    assert (await often(once)).total() == TIMES
