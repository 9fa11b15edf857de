"""A sale that opens and closes at an instant: through two servers whose clocks differ, and while an ADMIN moves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from domain.caller import Caller
from domain.documents import BookingStatus, Event, Role, SalesClosedReason, SeatLock, SeatLockStatus
from domain.errors import Refusal, SalesClosed
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.inventory.event_commands import UNCHANGED, EventChanged, Unchanged
from domain.process.settings import Settings
from domain.sale.event_changes import update_event
from domain.sale.event_lists import events_by_ids
from tests.support.sale import Sale, open_sale, race, somebody, tally
from tests.support.servers import another_server, close_server
from tests.support.waiting import until

AHEAD = timedelta(milliseconds=200)
MS = timedelta(milliseconds=1)
BUYERS = 64
SEATS = 40


@dataclass(frozen=True)
class Clocks:
    """A sale through two servers in turn: the first has the time, the second is 200 ms ahead of it."""

    sale: Sale

    async def move(
        self,
        event: Event,
        server: int = 0,
        *,
        opens: datetime | Unchanged | None = UNCHANGED,
        ends: datetime | Unchanged | None = UNCHANGED,
    ) -> EventChanged:
        services, admin = self.sale.servers[server], somebody(Role.ADMIN)
        return await update_event(services, admin, event_id=event.id, sales_start_at=opens, sales_end_at=ends)

    async def jump(self, event: Event, time: datetime) -> None:
        """Have it be that time, once nobody takes commands for the event who has said by which clock: of one that jumps
        it is not true any more.
        """
        services = self.sale.services
        reign = f"{services.settings.mongo_database}:baton:{event.id}:reign"

        async def is_over() -> bool:
            return not await services.redis.exists(reign)

        await until(is_over)
        self.sale.time.now = time

    async def versions(self, event: Event) -> list[int]:
        """What a reader of each server is told."""
        found = [await events_by_ids(server, [event.id]) for server in self.sale.servers]
        return [each[event.id].version for each in found]


@pytest.fixture
async def clocks(settings: Settings) -> AsyncIterator[Clocks]:
    async with open_sale(settings, writers=1) as opened:
        ahead = another_server(opened.services, clock=lambda: opened.time.now + AHEAD)
        sale = Sale([opened.services, ahead], opened.time)
        yield Clocks(sale)
        await close_server(ahead)
        assert await check_inventory(sale.services) == []


def reasons(results: list[Locked | Refusal]) -> set[SalesClosedReason]:
    return {result.reason for result in results if isinstance(result, SalesClosed)}


async def test_each_server_opens_and_closes_by_its_own_clock(clocks: Clocks) -> None:
    sale = clocks.sale
    event = await sale.event(SEATS)
    opens = sale.time.now + timedelta(seconds=10)
    ends = opens + timedelta(seconds=10)
    await clocks.move(event, opens=opens, ends=ends)
    for time, sold, reason in (
        (opens - AHEAD - MS, 0, SalesClosedReason.NOT_STARTED),
        (opens - AHEAD, 1, SalesClosedReason.NOT_STARTED),
        (opens - MS, 1, SalesClosedReason.NOT_STARTED),
        (opens, 2, None),
        (ends - AHEAD - MS, 2, None),
        (ends - AHEAD, 1, SalesClosedReason.ENDED),
        (ends - MS, 1, SalesClosedReason.ENDED),
        (ends, 0, SalesClosedReason.ENDED),
    ):
        await clocks.jump(event, time)
        results = await race(sale.lock(event, somebody()), sale.lock(event, somebody()))
        assert (tally(results).get("Locked", 0), reasons(results)) == (sold, {reason} - {None}), time


async def test_those_who_are_early_buy_each_seat_once_as_the_clocks_pass_the_opening(clocks: Clocks) -> None:
    """Everybody asks again until they have a seat or none is left; the clocks go on meanwhile."""
    sale = clocks.sale
    event = await sale.event(SEATS)
    opens = sale.time.now + timedelta(milliseconds=500)
    await clocks.move(event, opens=opens)
    told: list[SalesClosed] = []

    async def buy() -> SeatLock | None:
        buyer, key = somebody(), "the same for every try"
        while True:
            try:
                return (await sale.lock(event, buyer, key=key)).lock
            except SalesClosed as closed:
                told.append(closed)
                sale.time.now += MS * 2
            except Refusal:
                return None

    locks = [lock for lock in await asyncio.gather(*(buy() for _ in range(BUYERS))) if lock is not None]
    assert len(locks) == SEATS
    assert {(closed.reason, closed.opens_at) for closed in told} == {(SalesClosedReason.NOT_STARTED, opens)}
    assert min(lock.created_at for lock in locks) >= opens
    found = (await events_by_ids(sale.services, [event.id]))[event.id]
    assert (found.available, found.held) == (0, SEATS)


async def test_a_window_that_moves_while_people_buy_takes_no_seat_from_anybody(clocks: Clocks) -> None:
    sale = clocks.sale
    event = await sale.event(SEATS)
    now, random = sale.time.now, Random(13)
    over, future = now - timedelta(seconds=1), now + timedelta(seconds=9)
    moves = [
        clocks.move(event, number % 2, opens=opens, ends=ends)
        for number, (opens, ends) in enumerate([(None, over), (future, None), (None, None)] * 6)
    ]
    contenders = [*moves, *(sale.lock(event, somebody()) for _ in range(BUYERS))]
    random.shuffle(contenders)
    seen = [await clocks.versions(event)]
    results = await race(*contenders)
    seen.append(await clocks.versions(event))
    locks = [result.lock for result in results if isinstance(result, Locked)]
    assert await SeatLock.find({"event_id": event.id, "status": SeatLockStatus.ACTIVE}).count() == len(locks) <= SEATS
    # Whoever holds seats goes on to the end, though sales are over.
    await clocks.move(event, opens=None, ends=over - MS)
    seen.append(await clocks.versions(event))
    for lock in locks[:3]:
        owner = Caller(lock.user_id, Role.USER, "test")
        paid = await sale.pay((await sale.confirm(lock, owner)).booking, owner)
        assert paid.booking.status is BookingStatus.CONFIRMED
    assert reasons(await race(sale.lock(event, somebody()))) == {SalesClosedReason.ENDED}
    assert all(before < after for pair in pairwise(seen) for before, after in zip(*pair, strict=True))
