"""What a reader sees when time passes, before and after somebody has swept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import BookingStatus, Event, Role, new_id
from domain.inventory.commands import LockSeats
from domain.inventory.parts import Counted
from domain.inventory.rules import decide_batch
from domain.inventory.state import Inventory
from domain.lookups import bookings_by_ids
from domain.money import Money
from domain.opening import terms_of
from domain.sale.buying import confirm_booking, lock_seats
from domain.sale.event_lists import events_by_ids
from domain.sale.events import create_event
from domain.services import Services
from domain.writer.load import load
from domain.writer.save import save
from domain.writer.transaction import Conflict
from tests.support.servers import another_server
from tests.support.sweeping import sweep_due

ANN = Caller(PydanticObjectId(), Role.USER, "test")


async def event_of_ten(services: Services) -> Event:
    return await create_event(
        services, ANN, name="Concert", description=None, starts_at=services.clock() + timedelta(days=9),
        price=Money(100, "EUR"), total_seats=10, sections=None,
    )  # fmt: skip


def later(services: Services, by: timedelta) -> Services:
    """The same shop on another day."""
    now = services.clock() + by

    def clock() -> datetime:
        return now

    return another_server(services, prefix="later", clock=clock)


async def test_one_version_is_one_inventory_swept_or_not(services: Services) -> None:
    event = await event_of_ten(services)
    for key in ("a", "b", "c"):
        await lock_seats(services, ANN, event_id=event.id, quantity=2, section=None, seats=None, idempotency_key=key)

    async def seen(shop: Services) -> tuple[int, int, int]:
        found = (await events_by_ids(shop, [event.id]))[event.id]
        return found.version, found.available, found.held

    held = await seen(services)
    assert held[1:] == (4, 6)
    shop = later(services, timedelta(hours=1))
    lapsed = await seen(shop)
    assert lapsed == (held[0] + 3, 10, 0)
    assert await sweep_due(shop) == 3
    assert await seen(shop) == lapsed


async def test_an_expired_booking_changed_at_its_deadline_swept_or_not(services: Services) -> None:
    event = await event_of_ten(services)
    locked = await lock_seats(
        services, ANN, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="a"
    )
    booking = (await confirm_booking(services, ANN, event_id=event.id, lock_id=locked.lock.id)).booking
    shop = later(services, timedelta(hours=1))
    for _ in ("unswept", "swept"):
        found = (await bookings_by_ids([booking.id], shop.clock()))[booking.id]
        assert (found.status, found.updated_at) == (BookingStatus.EXPIRED, booking.payment_expires_at)
        await sweep_due(shop)


async def test_a_forgotten_key_serves_one_of_two_that_use_it_again(services: Services) -> None:
    """It is past its time but not deleted yet; two events' batches have read it, and both want it."""
    events = [await event_of_ten(services) for _ in range(2)]
    await lock_seats(services, ANN, event_id=events[0].id, quantity=1, section=None, seats=None, idempotency_key="a")
    now = services.clock() + timedelta(days=2)
    (raw,) = await services.database["seat_locks"].find().to_list()

    async def decided(event: Event) -> Inventory:
        command = LockSeats(
            event_id=event.id, caller=ANN, correlation_id="-", lock_id=new_id(), key_id=raw["key_id"], key="a",
            request=event.id.binary, parts=(Counted(1, None),),
        )  # fmt: skip
        async with services.mongo.start_session(snapshot=True) as snapshot:
            terms = terms_of(services.settings, services.provider)
            inventory = await load(event.id, [command], now, terms, snapshot)
        assert inventory is not None
        decide_batch(inventory, [command], now)
        return inventory

    first, second = [await decided(event) for event in events]
    await save(first, (), services.mongo)
    with pytest.raises(Conflict):
        await save(second, (), services.mongo)
