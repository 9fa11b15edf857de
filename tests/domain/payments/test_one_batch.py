"""Several answers about one booking in the same batch: the index that keeps it from being charged twice allows all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.caller import Caller
from domain.documents import Booking, BookingStatus, Payment, PaymentFailureReason, PaymentStatus
from domain.errors import PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.payments import Paid, pay_booking
from domain.payments.settle import settle
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.writer import committer
from tests.support.sale import Sale, open_sale, somebody

DECLINED = Charge(PaymentStatus.FAILED, failure_reason=PaymentFailureReason.DECLINED)
PAID = Charge(PaymentStatus.SUCCEEDED, money_taken=True)


@pytest.fixture
async def sale(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sale]:
    """No batch of it is written again: that would keep everybody who buys seats of the event waiting."""
    retries: list[str] = []
    monkeypatch.setattr(committer, "write_retried", retries.append)
    async with open_sale(settings, writers=1) as opened:
        yield opened
        assert await check_inventory(opened.services) == []
        assert retries == []


async def try_to_pay(sale: Sale, booking: Booking, buyer: Caller, token: str, key: str) -> object:
    return await pay_booking(
        sale.services,
        buyer,
        event_id=booking.event_id,
        booking_id=booking.id,
        token=token,
        amount=None,
        idempotency_key=key,
    )


async def unanswered(sale: Sale, booking: Booking, buyer: Caller, key: str) -> Payment:
    with pytest.raises(PaymentTimedOut) as told:
        await try_to_pay(sale, booking, buyer, "sim_timeout", key)
    return told.value.payment


async def test_a_decline_and_the_next_attempt(sale: Sale) -> None:
    buyer = somebody()
    booking = await sale.book(await sale.event(seats=1), buyer)
    first = await unanswered(sale, booking, buyer, "first")
    _, paid = await asyncio.gather(
        settle(sale.services, first, DECLINED), try_to_pay(sale, booking, buyer, "sim_success", "second")
    )
    assert isinstance(paid, Paid) and paid.booking.status is BookingStatus.CONFIRMED


async def test_the_second_is_declined_and_the_first_has_paid_after_all(sale: Sale) -> None:
    buyer = somebody()
    booking = await sale.book(await sale.event(seats=1), buyer)
    first = await unanswered(sale, booking, buyer, "first")
    await settle(sale.services, first, DECLINED)
    second = await unanswered(sale, booking, buyer, "second")
    _, settled = await asyncio.gather(settle(sale.services, second, DECLINED), settle(sale.services, first, PAID))
    assert (settled.booking.status, settled.refund) == (BookingStatus.CONFIRMED, None)
    holding = await Payment.find({"booking_id": booking.id, "may_hold_money": True}).to_list()
    assert [payment.id for payment in holding] == [first.id]
