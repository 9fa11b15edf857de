"""Events of which the house keeps seats back: who buys others reads nothing; who takes out of it, what it keeps."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from domain.caller import Caller
from domain.documents import Allocation, Event, Role, SeatLockStatus, SeatRow, row_id
from domain.errors import LimitExceeded, NotEnoughSeats, PaymentFailed, SeatsUnavailable
from domain.inventory.commands import Locked
from domain.inventory.parts import Counted, Named
from domain.payments.pay import pay_booking
from domain.sale.allocations import create_allocation, release_allocation
from domain.sale.buying import lock_seats
from tests.support.remembering import Shop
from tests.support.sale import somebody

CODE = "friends of the house"
KEPT = ("STALLS-A-1", "STALLS-A-2", "STALLS-A-3")


async def keep_back(shop: Shop, event: Event, *seats: str, quantity: int = 3, **given: Any) -> Allocation:
    """So many seats, or the ones named, for who has the code."""
    made = await create_allocation(
        shop.here,
        somebody(Role.ADMIN),
        event_id=event.id,
        name="House",
        selection=[Named(seats) if seats else Counted(quantity, None)],
        access_code=CODE,
        idempotency_key="key",
        **given,
    )
    return made.allocation


def take(shop: Shop, event: Event, buyer: Caller, *seats: str, quantity: int = 1) -> Awaitable[Locked]:
    """Lock as many of what is kept back, or the ones named."""
    given: dict[str, Any] = {"seats": seats} if seats else {"quantity": quantity}
    return lock_seats(
        shop.here, buyer, event_id=event.id, access_code=CODE, idempotency_key=f"{seats}{quantity}", **given
    )


async def kept_of(event: Event) -> list[int]:
    """How many seats each allocation of the event has left."""
    found = await Event.get(event.id)
    assert found is not None
    return [allotment.left for allotment in found.allotments]


@pytest.mark.parametrize("seats", [(), ("STALLS-A-8", "STALLS-A-9")], ids=["any", "numbered"])
async def test_a_purchase_beside_it_reads_nothing(shop: Shop, seats: tuple[str, ...]) -> None:
    event, buyer = await (shop.sale.numbered_event(9) if seats else shop.sale.event(9)), somebody()
    await keep_back(shop, event, *(KEPT if seats else ()))
    await shop.sale.lock(event, buyer, *seats[:1])
    assert await shop.read(shop.sale.lock(event, buyer, *seats[1:])) == []
    if seats:
        assert await shop.read(shop.sale.lock(event, buyer)) == []
        with pytest.raises(SeatsUnavailable):
            await shop.sale.lock(event, buyer, KEPT[0])
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(event, buyer, quantity=6)
    await shop.sale.pay(await shop.sale.book(event, buyer), buyer)
    assert shop.stale == []


async def test_who_takes_out_of_it_is_told_which_seats_it_has(shop: Shop) -> None:
    event, buyer = await shop.sale.numbered_event(9), somebody()
    await keep_back(shop, event, *KEPT)
    await shop.sale.lock(event, buyer, "STALLS-A-4")
    await take(shop, event, buyer, KEPT[1])
    await shop.sale.lock(event, buyer, "STALLS-A-5")
    with pytest.raises(SeatsUnavailable):
        await take(shop, event, buyer, "STALLS-A-6")
    taken = (await take(shop, event, buyer, quantity=2)).lock
    assert {*taken.seats} == {KEPT[0], KEPT[2]}
    assert await kept_of(event) == [0]
    assert shop.stale == []


async def test_its_own_limit_holds(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    await keep_back(shop, event, max_seats_per_buyer=2)
    await shop.sale.lock(event, buyer)
    await take(shop, event, buyer, quantity=2)
    await shop.sale.lock(event, buyer)
    with pytest.raises(LimitExceeded):
        await take(shop, event, buyer)
    assert await kept_of(event) == [1]


async def test_what_a_buyer_of_it_can_not_pay_for_goes_back_to_it(shop: Shop) -> None:
    event, buyer = await shop.sale.numbered_event(9), somebody()
    allocation = await keep_back(shop, event, *KEPT)
    await shop.sale.lock(event, buyer)
    booking = (await shop.sale.confirm((await take(shop, event, buyer, KEPT[2])).lock, buyer)).booking
    assert await kept_of(event) == [2]
    for attempt in range(shop.here.settings.payment_attempts):
        with pytest.raises(PaymentFailed):
            await pay_booking(
                shop.here,
                buyer,
                event_id=event.id,
                booking_id=booking.id,
                token="sim_declined",
                amount=None,
                idempotency_key=f"attempt {attempt}",
            )
    assert shop.stale == []
    assert await kept_of(event) == [3]
    row = await SeatRow.get(row_id(event.id, "STALLS-A"))
    assert row is not None
    assert row.holders[2] == allocation.id
    again = await take(shop, event, somebody(), KEPT[2])
    assert again.lock.status is SeatLockStatus.ACTIVE


async def test_its_time_is_over_while_all_is_known(shop: Shop) -> None:
    event, buyer = await shop.sale.numbered_event(9), somebody()
    over = shop.time.now + timedelta(minutes=1)
    await keep_back(shop, event, *KEPT, releases_at=over)
    await shop.sale.lock(event, buyer, quantity=2)
    shop.time.now = over - timedelta(milliseconds=1)
    with pytest.raises(SeatsUnavailable):
        await shop.sale.lock(event, buyer, KEPT[0])
    shop.time.now = over
    await shop.sale.lock(event, buyer, *KEPT)
    assert await kept_of(event) == []
    assert shop.stale == []


async def test_another_server_releases_it(shop: Shop) -> None:
    event, buyer = await shop.sale.numbered_event(4), somebody()
    allocation = await keep_back(shop, event, *KEPT)
    await shop.sale.lock(event, buyer)
    await release_allocation(shop.there, somebody(Role.ADMIN), allocation_id=allocation.id)
    await shop.sale.lock(event, buyer, *KEPT)
    assert shop.stale == ["stale"]
