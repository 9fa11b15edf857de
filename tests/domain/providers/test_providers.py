"""What comes of a payment when its provider, or what happens meanwhile, isn't as one would wish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.clock import system_clock
from domain.documents import Booking, BookingStatus, Payment, PaymentStatus, RefundReason, RefundStatus, Role
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.money import Money
from domain.payments import pay_booking
from domain.providers.port import Charge
from domain.providers.simulated import SimulatedProvider
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats
from domain.sale.events import create_event
from domain.services import Services
from tests.support.waiting import until

ANN, BOB = (Caller(PydanticObjectId(), Role.USER, "test") for _ in range(2))
YES = Charge(PaymentStatus.SUCCEEDED, "taken", money_taken=True)


class Provider(SimulatedProvider):
    """Charges in a way of its own."""

    def __init__(self, answer: Callable[[], Awaitable[Charge]]) -> None:
        super().__init__(system_clock)
        self._say = answer

    async def charge(self, payment: Payment, token: str) -> Charge:
        return await self._say()


async def raises() -> Charge:
    raise RuntimeError("the client library is at its wits' end")


async def cancels_itself() -> Charge:
    raise asyncio.CancelledError


async def never_answers() -> Charge:
    await asyncio.Event().wait()
    return YES


async def does_not_know_yet() -> Charge:
    return Charge(PaymentStatus.PENDING)


async def book_the_only_seat(services: Services) -> Booking:
    event = await create_event(
        services, ANN, name="Concert", description=None, starts_at=services.clock() + timedelta(days=9),
        price=Money(100, "EUR"), total_seats=1, sections=None,
    )  # fmt: skip
    locked = await lock_seats(
        services, ANN, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="a"
    )
    return (await confirm_booking(services, ANN, event_id=event.id, lock_id=locked.lock.id)).booking


async def pay(services: Services, booking: Booking) -> object:
    return await pay_booking(
        services, ANN, event_id=booking.event_id, booking_id=booking.id, token="sim_success", amount=None,
        idempotency_key="a",
    )  # fmt: skip


@pytest.mark.parametrize("answer", [raises, cancels_itself, never_answers, does_not_know_yet])
async def test_no_answer_is_a_time_out(services: Services, answer: Callable[[], Awaitable[Charge]]) -> None:
    booking = await book_the_only_seat(services)
    settings = services.settings.model_copy(update={"payment_timeout_seconds": 1})
    with pytest.raises(PaymentTimedOut) as refused:
        await pay(replace(services, provider=Provider(answer), settings=settings), booking)
    assert refused.value.payment.status is PaymentStatus.TIMED_OUT
    assert refused.value.booking.status is BookingStatus.PAYMENT_PENDING
    assert await check_inventory(services) == []


async def test_a_payment_that_bought_nothing_is_given_back_and_says_so(services: Services) -> None:
    booking = await book_the_only_seat(services)

    async def takes_its_time() -> Charge:
        await cancel_booking(services, ANN, event_id=booking.event_id, booking_id=booking.id, reason=None)
        await lock_seats(
            services, BOB, event_id=booking.event_id, quantity=1, section=None, seats=None, idempotency_key="b"
        )
        return YES

    for replayed in (False, True):
        with pytest.raises(PaymentFailed) as refused:
            await pay(replace(services, provider=Provider(takes_its_time)), booking)
        refund = refused.value.refund
        assert refund is not None
        assert (refund.reason, refund.status, refund.percentage) == (
            RefundReason.LATE_PAYMENT, RefundStatus.PROCESSED, 100
        )  # fmt: skip
        assert (refused.value.booking.status, refused.value.replayed) == (BookingStatus.CANCELLED, replayed)
    assert await check_inventory(services) == []


async def test_rubbish_in_the_batons_place_costs_nothing(services: Services) -> None:
    booking = await book_the_only_seat(services)
    free = f"{services.settings.mongo_database}:baton:{booking.event_id}"
    await services.redis.delete(free)
    await services.redis.execute_command("RPUSH", free, b"\xff\xfe")  # type: ignore[no-untyped-call]
    await cancel_booking(services, ANN, event_id=booking.event_id, booking_id=booking.id, reason=None)
    assert await check_inventory(services) == []


async def test_a_baton_held_for_ever_is_taken_over(services: Services) -> None:
    booking = await book_the_only_seat(services)
    free = f"{services.settings.mongo_database}:baton:{booking.event_id}"

    async def is_handed_on() -> bool:
        return bool(await services.redis.exists(free))

    await until(is_handed_on)
    await services.redis.delete(free)
    await services.redis.set(f"{free}:held", "somebody")
    await cancel_booking(services, ANN, event_id=booking.event_id, booking_id=booking.id, reason=None)
    await until(is_handed_on)
    assert await services.redis.get(f"{free}:held") != "somebody"
