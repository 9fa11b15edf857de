"""Allocations that somebody changed by hand: found by the check, and repaired from what the other documents say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from beanie import PydanticObjectId

from domain.documents import Allocation, Event, Role, SeatLock, SeatRow, row_id
from domain.integrity.drift import check_inventory
from domain.inventory.parts import Counted, Named
from domain.jobs.recovery import recover_all
from domain.money import Money
from domain.process.settings import Settings
from domain.sale.allocations import allocations_of, create_allocation
from domain.sale.buying import lock_seats
from domain.sale.event_lists import events_by_ids
from domain.sale.events import NewRow, NewSection, create_event
from tests.support.sale import Sale, open_sale, somebody

CODE = "friends of the house"
ADMIN = somebody(Role.ADMIN)


async def make_house(sale: Sale) -> tuple[Event, Allocation, PydanticObjectId]:
    """An event that keeps two seats of a row and two on the floor, of each of which a buyer has one."""
    event = await create_event(
        sale.services,
        ADMIN,
        name="Concert",
        description=None,
        starts_at=sale.time.now + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=None,
        sections=[NewSection("FLOOR", None, 5, None), NewSection("STALLS", None, None, [NewRow("A", 4)])],
    )
    made = await create_allocation(
        sale.services,
        ADMIN,
        event_id=event.id,
        name="House",
        selection=[Named(("STALLS-A-1", "STALLS-A-2")), Counted(2, "FLOOR")],
        access_code=CODE,
        releases_at=sale.time.now + timedelta(days=1),
        idempotency_key=str(event.id),
    )
    locked = await lock_seats(
        sale.services,
        somebody(),
        event_id=event.id,
        items=[Named(("STALLS-A-1",)), Counted(1, "FLOOR")],
        access_code=CODE,
        idempotency_key=str(event.id),
    )
    return event, made.allocation, locked.lock.id


async def change(kind: Any, key: object, update: dict[str, Any]) -> None:
    await kind.get_pymongo_collection().update_one({"_id": key}, update)


House = tuple[Event, Allocation, PydanticObjectId]


async def seat_freed(house: House) -> None:
    row = row_id(house[0].id, "STALLS-A")
    await change(SeatRow, row, {"$set": {"statuses": "HAAA", "holders.1": None}})


async def counters_moved(house: House) -> None:
    gains = {"sections.0.available": 1, "sections.0.held": -1}
    await change(Event, house[0].id, {"$inc": gains})


async def kept_more(house: House) -> None:
    await change(Event, house[0].id, {"$inc": {"allotments.0.kept.FLOOR": 1}})


async def forgotten_by_its_event(house: House) -> None:
    await change(Event, house[0].id, {"$set": {"allotments": []}})


async def other_times(house: House) -> None:
    await change(Event, house[0].id, {"$set": {"allotments.0.releases_at": None}})


async def released_by_hand(house: House) -> None:
    await change(Allocation, house[1].id, {"$set": {"status": "RELEASED"}})


async def made_of_nonsense(house: House) -> None:
    await change(Allocation, house[1].id, {"$set": {"quantities": "many", "seats": None}})


async def deleted(house: House) -> None:
    await Allocation.get_pymongo_collection().delete_one({"_id": house[1].id})


async def lock_deleted(house: House) -> None:
    await SeatLock.get_pymongo_collection().delete_one({"_id": house[2]})


TAMPERINGS: list[Callable[[House], Awaitable[None]]] = [
    seat_freed,
    counters_moved,
    kept_more,
    forgotten_by_its_event,
    other_times,
    released_by_hand,
    made_of_nonsense,
    deleted,
    lock_deleted,
]


async def test_whatever_is_changed_is_found_and_repaired(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        for tamper in TAMPERINGS:
            house = await make_house(sale)
            event_id = house[0].id
            assert await check_inventory(sale.services, event_id) == []
            await tamper(house)
            assert await check_inventory(sale.services, event_id), tamper.__name__
            await recover_all(sale.services)
            assert await check_inventory(sale.services, event_id) == [], tamper.__name__
            ((allocation,),) = (await allocations_of(sale.services, [event_id])).values()
            taken = 0 if tamper is lock_deleted else 2
            assert (allocation.taken, allocation.released_at) == (taken, None), tamper.__name__
            event = (await events_by_ids(sale.services, [event_id]))[event_id]
            assert (event.available, event.held) == (5, 4), tamper.__name__
            assert allocation.document.releases_at == house[1].releases_at, tamper.__name__


async def test_one_that_cannot_have_its_seats_is_released(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event, allocation, lock_id = await make_house(sale)
        await change(SeatLock, lock_id, {"$set": {"allocation_id": None}})
        assert await check_inventory(sale.services, event.id)
        await recover_all(sale.services)
        assert await check_inventory(sale.services, event.id) == []
        ((found,),) = (await allocations_of(sale.services, [event.id])).values()
        assert (found.document.id, found.released_at) == (allocation.id, sale.time.now)
