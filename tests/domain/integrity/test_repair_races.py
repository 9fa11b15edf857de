"""Repair while buyers buy: they notice nothing, and what nobody has changed by hand is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from bson import ObjectId

from domain.documents import AuditAction, AuditEntry, Event, SeatLock, SeatRow, row_id
from domain.errors import NotEnoughSeats
from domain.integrity.drift import check_inventory
from domain.integrity.repair import InventoryRepairer, repairer_of
from domain.integrity.repair.write import write_repair
from domain.jobs.recovery import recover, recover_all
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale.events import NewRow
from domain.writer.baton import Baton
from tests.support.hunting import hunt
from tests.support.sale import Sale, new_event, open_sale, somebody
from tests.support.waiting import until

BUYERS = 32


async def repairs_of(event: Event) -> int:
    return await AuditEntry.find({"event_id": event.id, "action": AuditAction.INVENTORY_REPAIRED.value}).count()


async def count_on(event: Event, **gains: int) -> None:
    """Move its counters by hand."""
    gained = {f"sections.0.{name}": gain for name, gain in gains.items()}
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": gained})


async def buy(sale: Sale, event: Event, closing: asyncio.Event) -> int:
    """One purchase after another, each given up, cancelled or kept; how many. Whatever is not a refusal is raised."""
    buyer = somebody()
    for purchase in count():
        if closing.is_set():
            return purchase
        with suppress(NotEnoughSeats):
            lock = (await sale.lock(event, buyer, quantity=1 + purchase % 2)).lock
            if purchase % 3 == 0:
                await sale.release(lock, buyer)
                continue
            booking = (await sale.confirm(lock, buyer)).booking
            if purchase % 3 == 1:
                await sale.pay(booking, buyer)
            await sale.cancel(booking, buyer)
    raise AssertionError


ByHand = Callable[[Event], Awaitable[None]]


async def lower_available(event: Event) -> None:
    await count_on(event, available=-2)


async def raise_held(event: Event) -> None:
    await count_on(event, held=2)


async def insert_a_dead_lock(event: Event) -> None:
    raw = await SeatLock.get_pymongo_collection().find_one({"event_id": event.id})
    assert raw is not None
    dead = {"status": "ACTIVE", "booked": False, "expires_at": raw["created_at"] - timedelta(days=1)}
    await SeatLock.get_pymongo_collection().insert_one(raw | dead | {"_id": ObjectId(), "key_id": None})


async def mark_a_seat_booked(event: Event) -> None:
    last_row = row_id(event.id, "STALLS-D")
    row = await SeatRow.get_pymongo_collection().find_one({"_id": last_row})
    assert row is not None
    await SeatRow.get_pymongo_collection().update_one(
        {"_id": last_row, "statuses": row["statuses"]}, {"$set": {"statuses": row["statuses"][:-1] + "B"}}
    )


@pytest.mark.parametrize(
    "by_hand", [lower_available, *(pytest.param(deed, marks=hunt) for deed in (raise_held, insert_a_dead_lock))]
)
async def test_a_hot_event_is_repaired_under_way(settings: Settings, by_hand: ByHand) -> None:
    async with open_sale(settings, 2) as sale:
        hot, untouched = await sale.event(seats=50), await sale.event(seats=50)
        await trade(sale, hot, untouched, by_hand)


async def test_a_hot_seat_map_is_repaired_under_way(settings: Settings) -> None:
    async with open_sale(settings, 2) as sale:
        rows = [NewRow(name, 12) for name in "ABCD"]
        hot, untouched = [await new_event(sale.services, rows=rows) for _ in range(2)]
        await trade(sale, hot, untouched, mark_a_seat_booked)


async def trade(sale: Sale, hot: Event, untouched: Event, by_hand: ByHand) -> None:
    closing = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        buyers = [group.create_task(buy(sale, (hot, untouched)[n % 2], closing)) for n in range(BUYERS)]
        edits = 0
        # What is edited while a batch is under way that has read it already is undone by that batch, at times.
        while await repairs_of(hot) < 3:
            await sold_more(hot)
            await by_hand(hot)
            edits += 1
            for server in sale.servers:
                await recover(server, Progress())
            assert await check_inventory(sale.services, untouched.id) == []
        closing.set()
    assert sum(buyer.result() for buyer in buyers) > BUYERS
    await recover_all(sale.services)
    assert await check_inventory(sale.services) == []
    assert await repairs_of(hot) <= edits
    assert await repairs_of(untouched) == 0


async def sold_more(event: Event) -> None:
    """Return once more has been sold."""

    async def version() -> int:
        now = await Event.get(event.id)
        assert now is not None
        return now.version

    before = await version()

    async def has_moved_on() -> bool:
        return await version() > before + 20

    await until(has_moved_on)


async def test_two_repairs_at_once_are_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_looked, writers, write = asyncio.Event(), count(1), write_repair

    async def write_once_both_have_looked(*arguments: Any, **options: Any) -> object:
        if next(writers) == 2:
            both_have_looked.set()
        await both_have_looked.wait()
        return await write(*arguments, **options)

    monkeypatch.setattr("domain.integrity.repair.write_repair", write_once_both_have_looked)
    async with open_sale(settings, 1) as sale:
        event = await sale.event(seats=10)
        await count_on(event, available=-2)
        services = sale.services
        another = InventoryRepairer(
            services.mongo, Baton(services.wire, "another"), services.audit_file, services.clock
        )
        outcomes = await asyncio.gather(
            *(repairer.repair(event.id) for repairer in (repairer_of(services, "test"), another))
        )
        assert sorted(len(outcome.repaired) for outcome in outcomes) == [0, 1]
        assert await check_inventory(services) == []
        assert await repairs_of(event) == 1
