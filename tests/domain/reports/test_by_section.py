"""sectionTimeline: what the audit entries say of each section, hour by hour."""

from __future__ import annotations

import random
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.audit.retention import forget_entries
from domain.caller import Caller
from domain.documents import AuditEntry, Booking, Event
from domain.errors import InvalidInput, NotFound, Refusal
from domain.integrity.past import inventory_at
from domain.money import Money
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.reports.by_section import section_timeline
from domain.reports.cover import DAY, HOUR
from domain.reports.timeline import TimelineBucket
from domain.sale.buying import lock_seats
from domain.sale.events import NewRow, NewSection, create_event
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)


async def hall(sale: Sale) -> Event:
    """A dot and a dollar in a name mean something to MongoDB."""
    return await create_event(
        sale.services,
        somebody(),
        name="Concert",
        description=None,
        starts_at=sale.services.clock() + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=None,
        sections=[NewSection("STALLS", None, None, [NewRow("A", 30)]), NewSection("NO. 1, $", None, 40, None)],
    )


async def book(sale: Sale, event: Event, buyer: Caller, section: str, quantity: int) -> Booking:
    locked = await lock_seats(
        sale.services,
        buyer,
        event_id=event.id,
        quantity=quantity,
        section=section,
        seats=None,
        idempotency_key=secrets.token_hex(8),
    )
    return (await sale.confirm(locked.lock, buyer)).booking


async def told(
    sale: Sale, event: Event, start: datetime, end: datetime, bucket: TimelineBucket = TimelineBucket.HOUR
) -> dict[str, list[int | None]]:
    timeline = await section_timeline(sale.services, event.id, start, end, bucket)
    return {line.name: line.booked for line in timeline.sections}


async def replayed(sale: Sale, event: Event, ends: list[datetime]) -> dict[str, list[int | None]]:
    """The same from the whole history, replayed up to each of these moments."""
    lines: dict[str, list[int | None]] = {"STALLS": [], "NO. 1, $": []}
    for end in ends:
        past = await inventory_at(sale.services.mongo, event.id, end - MS)
        for name, line in lines.items():
            line.append(
                next((section.booked for section in past.sections if section.name == name), 0) if past else None
            )
    return lines


async def test_it_is_what_a_replay_of_the_history_gives(settings: Settings) -> None:
    dice = random.Random(1)
    async with open_sale(settings, 2) as sale:
        sale.time.now = NOON + HOUR / 2
        event, other, buyer = await hall(sale), await hall(sale), somebody()
        bookings: list[Booking] = []
        for _ in range(25):
            sale.time.now += dice.choice([MS, HOUR / 4, HOUR])
            with suppress(Refusal):
                match dice.choice(["book", "pay", "pay", "cancel", "others", "sweep"]):
                    case "book":
                        section = dice.choice(["STALLS", "NO. 1, $"])
                        bookings.append(await book(sale, event, buyer, section, dice.randint(1, 4)))
                        await sale.pay(bookings[-1], buyer)
                    case "pay" if bookings:
                        await sale.pay(bookings[-1], buyer)
                    case "cancel" if bookings:
                        await sale.cancel(bookings.pop(0), buyer)
                    case "others":
                        await sale.pay(await book(sale, other, buyer, "STALLS", 1), buyer)
                    case "sweep":
                        await sweep_due(sale.services)
        now = sale.time.now
        last = now.replace(minute=0, second=0, microsecond=0)
        starts = [NOON - HOUR + number * HOUR for number in range((last - NOON) // HOUR + 3)]
        expected = await replayed(sale, event, [min(begins + HOUR, now + MS) for begins in starts])
        for line in expected.values():
            line[-1] = None  # it has not begun
        assert await told(sale, event, NOON - HOUR, last + 2 * HOUR) == expected
        assert len({str(levels) for levels in zip(*expected.values(), strict=True)}) > 4, "hardly anything was sold"
        # What is sold later, or before, makes no difference to what was then.
        for first in range(len(starts)):
            part = await told(sale, event, starts[first], starts[first] + 2 * HOUR)
            assert part == {name: ([*line, None])[first : first + 2] for name, line in expected.items()}
        days = await told(sale, event, NOON, NOON + DAY / 2, TimelineBucket.DAY)
        midnight = min(NOON + DAY / 2, now + MS)
        assert days == await replayed(sale, event, [midnight])


async def test_what_is_forgotten_is_not_known(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        sale.time.now = NOON
        event, buyer = await hall(sale), somebody()
        await sale.pay(await book(sale, event, buyer, "STALLS", 2), buyer)
        assert (await told(sale, event, NOON, NOON + HOUR))["STALLS"] == [2]
        sale.time.now += timedelta(days=100)
        await forget_entries(sale.services.mongo, sale.services.database, Progress(), sale.time.now)
        assert (await told(sale, event, NOON, NOON + HOUR))["STALLS"] == [None]
        assert (await told(sale, event, sale.time.now - HOUR, sale.time.now + MS))["STALLS"] == [None, 2]


async def test_nonsense_in_an_entry_counts_for_nothing(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        sale.time.now = NOON
        event, buyer = await hall(sale), somebody()
        nonsense: list[Any] = ["all", ["STALLS"], *({"STALLS": gains} for gains in (1, {"2": 1}, [0, 0, "1"], []))]
        for effect in nonsense:
            booking = await book(sale, event, buyer, "STALLS", 1)
            await sale.pay(booking, buyer)
            await AuditEntry.get_pymongo_collection().update_one(
                {"lock_id": booking.id, "action": "BOOKING_CONFIRMED"}, {"$set": {"effect": effect}}
            )
        assert (await told(sale, event, NOON - HOUR, NOON + HOUR))["STALLS"] == [None, 6]


async def test_what_makes_no_sense_is_refused(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        sale.time.now = NOON
        sections = [NewSection(str(number), None, 1, None) for number in range(30)]
        many = await create_event(
            sale.services,
            somebody(),
            name="Concert",
            description=None,
            starts_at=NOON + DAY,
            price=Money(50_000, "INR"),
            total_seats=None,
            sections=sections,
        )
        for event_id, hours, message in (
            (many.id, 0, "Must be after from."),
            (many.id, 1_667, "That's 1,667 buckets of 30 sections; the limit is 50,000 together."),
        ):
            with pytest.raises(InvalidInput, match=message) as refused:
                await section_timeline(sale.services, event_id, NOON, NOON + hours * HOUR, TimelineBucket.HOUR)
            assert refused.value.field == "to"
        await section_timeline(sale.services, many.id, NOON, NOON + 1_666 * HOUR, TimelineBucket.HOUR)
        with pytest.raises(NotFound):
            await section_timeline(sale.services, somebody().user_id, NOON, NOON + HOUR, TimelineBucket.HOUR)
