"""One buyer who wants more than a buyer can have: at once through several servers, again and again, and for long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.caller import Caller
from domain.documents import BookingStatus, Event, PaymentStatus, Role, SeatLock, SeatLockStatus, new_id
from domain.errors import LimitExceeded, PaymentTimedOut, Refusal
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.payments import pay_booking
from domain.payments.settle import settle
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.sale.event_changes import update_event
from tests.support.sale import Sale, open_sale, race, somebody, tally

MANY_FINISHED = 1_000


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=2) as opened:
        yield opened
        assert await check_inventory(opened.services) == []


async def limit(sale: Sale, event: Event, most: int | None) -> None:
    await update_event(sale.services, somebody(Role.ADMIN), event_id=event.id, max_seats_per_buyer=most)


async def test_fifty_requests_of_one_buyer_through_two_writers(sale: Sale) -> None:
    event, buyer = await sale.event(100), somebody()
    await limit(sale, event, 4)
    results = await race(*(sale.lock(event, buyer) for _ in range(50)))
    assert tally(results) == {"Locked": 4, "LimitExceeded": 46}


async def test_a_limit_set_in_the_same_batch_counts_what_is_booked(sale: Sale) -> None:
    event, buyer = await sale.event(100), somebody()
    await sale.pay(await sale.book(event, buyer, quantity=2), buyer)
    one = Sale([sale.services], sale.time)
    _, locked = await race(limit(one, event, 2), one.lock(event, buyer))
    assert isinstance(locked, LimitExceeded)


async def test_letting_go_and_locking_again_at_the_same_moment(sale: Sale) -> None:
    event, buyer = await sale.event(100), somebody()
    await limit(sale, event, 4)
    for _ in range(5):
        held = await SeatLock.find({"status": "ACTIVE"}).to_list()
        await race(
            *(sale.release(lock, buyer) for lock in held),
            *(sale.lock(event, buyer, quantity=quantity) for quantity in (1, 2, 3, 4)),
        )
        assert sum(lock.quantity for lock in await SeatLock.find({"status": "ACTIVE"}).to_list()) <= 4


async def test_late_money_for_more_than_a_buyer_can_have_goes_back(sale: Sale) -> None:
    event, buyer = await sale.event(100), somebody()
    await limit(sale, event, 4)
    settled = []
    for extra in (0, 1):
        booking = await sale.book(event, buyer, quantity=2)
        with pytest.raises(PaymentTimedOut) as told:
            await pay_booking(
                sale.services,
                buyer,
                event_id=event.id,
                booking_id=booking.id,
                token="sim_timeout",
                amount=None,
                idempotency_key=str(booking.id),
            )
        sale.time.now = booking.payment_expires_at
        await sale.lock(event, buyer, quantity=1 + extra)
        charge = Charge(PaymentStatus.SUCCEEDED, money_taken=True)
        settled.append(await settle(sale.services, told.value.payment, charge))
        sale.time.now += timedelta(hours=1)
    assert [each.booking.status for each in settled] == [BookingStatus.CONFIRMED, BookingStatus.EXPIRED]
    assert [each.refund is None for each in settled] == [True, False]


async def squat(sale: Sale, event: Event, squatter: Caller) -> None:
    """Hold, and confirm, as many seats as there are."""
    while True:
        for quantity in (100, 10, 1):
            (locked,) = await race(sale.lock(event, squatter, quantity=quantity))
            if isinstance(locked, Locked):
                await sale.confirm(locked.lock, squatter)
                break
        else:
            return


@pytest.mark.parametrize(("seats", "most"), [(101, None), (20, 4)])
async def test_a_squatter_keeps_nobody_out(sale: Sale, seats: int, most: int | None) -> None:
    """One account holds, confirms and lets lapse whatever it can get, again and again."""
    event, squatter = await sale.event(seats), somebody()
    if most:
        await limit(sale, event, most)
    got: list[Locked | Refusal] = []
    for _ in range(3):
        await squat(sale, event, squatter)
        for _ in range(2):
            sale.time.now += timedelta(seconds=300)
            buyer = somebody()
            (locked,) = await race(sale.lock(event, buyer))
            got.append(locked)
            if isinstance(locked, Locked):
                await sale.release(locked.lock, buyer)
    assert tally(got) == {"Locked": 6}


async def test_who_lets_many_small_holds_lapse_waits_an_hour(sale: Sale) -> None:
    """Of an event of ten seats one account can hold all, but not in many pieces for ever."""
    event, squatter = await sale.event(10), somebody()
    await race(*(sale.lock(event, squatter) for _ in range(10)))
    assert tally(await race(sale.lock(event, somebody()))) == {"NotEnoughSeats": 1}
    sale.time.now += timedelta(seconds=300)
    (refusal,) = await race(sale.lock(event, squatter))
    assert isinstance(refusal, LimitExceeded) and refusal.retry_at == sale.time.now + timedelta(hours=1)
    sale.time.now += timedelta(hours=1)
    assert tally(await race(sale.lock(event, squatter))) == {"Locked": 1}


async def scanned_by_locking(sale: Sale, event: Event, buyer: Caller) -> int:
    """Index keys that MongoDB looks at for one lock, whatever reads them."""

    async def scanned() -> int:
        status = await sale.services.mongo.admin.command("serverStatus")
        keys: int = status["metrics"]["queryExecutor"]["scanned"]
        return keys

    before = await scanned()
    await sale.lock(event, buyer)
    return await scanned() - before


async def test_counting_does_not_look_at_what_is_finished(sale: Sale) -> None:
    event, buyer = await sale.event(100), somebody()
    raw = (await sale.lock(event, buyer)).lock.to_bson()
    few = await scanned_by_locking(sale, event, buyer)
    long_ago = sale.time.now - timedelta(hours=1)
    locks = SeatLock.get_pymongo_collection()
    for status in (SeatLockStatus.RELEASED, SeatLockStatus.EXPIRED, SeatLockStatus.CONSUMED):
        finished = raw | {"key_id": None, "status": status.value, "expires_at": long_ago}
        await locks.insert_many([finished | {"_id": new_id()} for _ in range(MANY_FINISHED)])
    assert await scanned_by_locking(sale, event, buyer) < few + 20
    await limit(sale, event, 4)
    (refusal,) = await race(sale.lock(event, buyer))
    assert isinstance(refusal, LimitExceeded) and refusal.limit == 4
    await locks.delete_many({"expires_at": long_ago})
