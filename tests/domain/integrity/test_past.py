"""The inventory as it was, against what was written down at that moment."""

from __future__ import annotations

import random
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from domain.audit.retention import forget_entries
from domain.caller import Caller
from domain.documents import Booking, Event, SeatLock, SeatRow
from domain.errors import InvalidInput, Refusal
from domain.integrity.past import inventory_at
from domain.inventory.parts import Counted, Named
from domain.money import Money
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.sale.events import NewRow, NewSection, create_event
from domain.sale.lock_changes import change_lock, extend_lock
from domain.services import Services
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due

STEPS = 60
MS = timedelta(milliseconds=1)

Seen: TypeAlias = "dict[str, tuple[int, int, int, list[tuple[str, str]]]]"
"""Section → available, held, booked, and its rows, each a name and a letter a seat."""


async def now(event: Event) -> Seen:
    """What is stored."""
    stored = await Event.get(event.id)
    assert stored is not None
    rows = await SeatRow.find({"event_id": event.id}).sort("position").to_list()
    return {
        section.name: (
            section.available,
            section.held,
            section.booked,
            [(row.name, row.statuses) for row in rows if row.section == section.name],
        )
        for section in stored.sections
    }


async def then(services: Services, event: Event, at: datetime) -> Seen | None:
    past = await inventory_at(services.mongo, event.id, at)
    if past is None:
        return None
    assert past.at == at
    return {section.name: (section.available, section.held, section.booked, section.rows) for section in past.sections}


async def hall(services: Services) -> Event:
    return await create_event(
        services,
        somebody(),
        name="Concert",
        description=None,
        starts_at=services.clock() + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=None,
        sections=[
            NewSection("STALLS", None, None, [NewRow("A", 6), NewRow("B", 5)]),
            NewSection("FLOOR", None, 12, None),
            NewSection("BALCONY", None, None, [NewRow("A", 3)]),
        ],
    )


async def lock_floor(sale: Sale, event: Event, buyer: Caller, quantity: int, key: str | None = None) -> SeatLock:
    locked = await lock_seats(
        sale.services,
        buyer,
        event_id=event.id,
        quantity=quantity,
        section="FLOOR",
        seats=None,
        idempotency_key=key or secrets.token_hex(8),
    )
    return locked.lock


async def change_some(
    services: Services, event: Event, buyer: Caller, lock: SeatLock, chance: random.Random
) -> SeatLock:
    """One of its seats goes, and others come: in the same section, or in another."""
    changed = await change_lock(
        services,
        buyer,
        event_id=event.id,
        lock_id=lock.id,
        add=[Counted(chance.randint(1, 2), chance.choice(["STALLS", "BALCONY"]))],
        remove=[Named((chance.choice(lock.seats),)) if lock.seats else Counted(1, "FLOOR")],
        idempotency_key=secrets.token_hex(8),
    )
    return changed.lock


class History:
    """Somebody buys and gives back at random; what was stored after each step, by its time."""

    def __init__(self, sale: Sale, event: Event, seed: int) -> None:
        self.seen: dict[datetime, Seen] = {}
        self._sale, self._event, self._chance = sale, event, random.Random(seed)
        self._buyer = somebody()
        self._locks: list[SeatLock] = []
        self._bookings: list[Booking] = []

    async def happen(self) -> None:
        self.seen[self._sale.time.now] = await now(self._event)
        for _ in range(STEPS):
            self._sale.time.now += self._chance.choice([MS, 40 * MS, timedelta(seconds=50)])
            with suppress(Refusal):
                await self._step()
            self.seen[self._sale.time.now] = await now(self._event)

    async def _step(self) -> None:
        sale, chance, buyer = self._sale, self._chance, self._buyer
        match chance.choices(
            ["lock", "quantity", "change", "extend", "confirm", "pay", "release", "cancel", "sweep"],
            [4, 3, 4, 1, 5, 4, 1, 2, 1],
        ):
            case ["lock"]:
                labels = [f"STALLS-{row}-{seat}" for row in "AB" for seat in range(1, 6)] + ["BALCONY-A-2"]
                seats = chance.sample(labels, chance.randint(1, 3))
                self._locks.append((await sale.lock(self._event, buyer, *seats)).lock)
            case ["quantity"]:
                self._locks.append(await lock_floor(sale, self._event, buyer, chance.randint(1, 4)))
            case ["change"] if self._locks:
                place = chance.randrange(len(self._locks))
                self._locks[place] = await change_some(sale.services, self._event, buyer, self._locks[place], chance)
            case ["extend"] if self._locks:
                lock = self._locks[-1]
                await extend_lock(sale.services, buyer, event_id=self._event.id, lock_id=lock.id)
            case ["confirm"] if self._locks:
                lock = self._locks.pop(chance.randrange(len(self._locks)))
                self._bookings.append((await sale.confirm(lock, buyer)).booking)
            case ["pay"] if self._bookings:
                await sale.pay(chance.choice(self._bookings), buyer)
            case ["release"] if self._locks:
                await sale.release(self._locks.pop(), buyer)
            case ["cancel"] if self._bookings:
                await sale.cancel(self._bookings.pop(0), buyer)
            case ["sweep"]:
                await sweep_due(sale.services)


@pytest.mark.parametrize("seed", range(3))
async def test_it_is_what_was_written_down_then(settings: Settings, seed: int) -> None:
    async with open_sale(settings, 2) as sale:
        event = await hall(sale.services)
        history = History(sale, event, seed)
        await history.happen()
        moments = sorted(history.seen)
        for moment, following in zip(moments, [*moments[1:], moments[-1] + timedelta(days=9)], strict=True):
            assert await then(sale.services, event, moment) == history.seen[moment]
            # And so it was until something else happened.
            assert await then(sale.services, event, following - MS) == history.seen[moment]
        assert len({str(seen) for seen in history.seen.values()}) > STEPS / 4
        assert any(section[2] for seen in history.seen.values() for section in seen.values()), "nothing was booked"


async def test_before_its_time_there_was_none(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event = await hall(sale.services)
        assert await then(sale.services, event, sale.time.now - MS) is None
        assert await then(sale.services, event, sale.time.now) == await now(event)
        assert await inventory_at(sale.services.mongo, somebody().user_id, sale.time.now) is None


async def test_others_events_are_not_in_it(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event, other = await hall(sale.services), await hall(sale.services)
        before = await now(event)
        sale.time.now += MS
        await lock_floor(sale, other, somebody(), 5)
        assert await then(sale.services, event, sale.time.now) == before


async def test_how_many_entries_there_were(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event, buyer = await hall(sale.services), somebody()
        counts = []
        for _ in range(3):
            sale.time.now += MS
            await lock_floor(sale, event, buyer, 1, key="the same")
            past = await inventory_at(sale.services.mongo, event.id, sale.time.now)
            assert past is not None
            counts.append((past.entries, past.sections[0].total, past.sections[1].total))
        assert counts == [(number, 11, 12) for number in (2, 3, 4)]


async def test_what_is_forgotten_can_t_be_asked_for(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event = await hall(sale.services)
        await lock_floor(sale, event, somebody(), 1)
        sold = sale.time.now
        sale.time.now += timedelta(days=100)
        await sweep_due(sale.services)
        sale.time.now += timedelta(days=1)
        await forget_entries(sale.services.mongo, sale.services.database, Progress(), sale.time.now)
        with pytest.raises(InvalidInput) as refused:
            await inventory_at(sale.services.mongo, event.id, sold)
        assert refused.value.field == "at"
