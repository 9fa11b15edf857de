"""Reports, and the figures they are made of: kept with every sale, counted anew, mended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.documents import (
    Booking,
    BookingStatus,
    Event,
    Job,
    JobStatus,
    SalesFigures,
    SeatLockStatus,
    figures_id,
    new_id,
)
from domain.documents.sales_figures import Span
from domain.integrity.figures import check_figures, mend_figures
from domain.jobs import run_job
from domain.jobs.recovery import recover_all
from domain.process.settings import Settings
from domain.reports.cover import DAY, EVER, HOUR, INSTANT, MINUTE, NEVER, Stretch, cover, floor
from domain.reports.health import health_metrics
from domain.reports.summary import booking_summary, ratio
from domain.reports.sums import Question, spans
from domain.reports.timeline import TimelineBucket, sales_timeline
from tests.support.histories import compare_reports
from tests.support.hunting import many
from tests.support.sale import Sale, open_sale, somebody

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=2) as sale:
        sale.time.now = NOON
        yield sale


async def test_every_figure_is_what_counting_gives(settings: Settings) -> None:
    steps = many(25, 200)
    assert await compare_reports(settings, steps, seed=1) > 100 * steps


# ---------------------------------------------------------------- time


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 1) -> datetime:
    return datetime(2030, 1, day, hour, minute, second, tzinfo=UTC)


def test_a_time_is_covered_by_the_largest_units() -> None:
    assert list(cover(at(1, 10), at(22, 0, day=3))) == [
        Stretch(DAY, at(0), at(0, day=4)),
        Stretch(HOUR, at(0), at(1), sign=-1),
        Stretch(MINUTE, at(1), at(1, 10), sign=-1),
        Stretch(HOUR, at(22, day=3), at(0, day=4), sign=-1),
    ]
    assert list(cover(at(12, 0, 1), at(12, 0, 2))) == [Stretch(INSTANT, at(12, 0, 1), at(12, 0, 2))]
    assert list(cover(EVER, NEVER)) == [Stretch(DAY, EVER, NEVER)]
    assert list(cover(at(1), at(1))) == []


def test_any_time_is_covered_once() -> None:
    dice = random.Random(1)
    for _ in range(many(500, 2_000)):
        start = at(0) + MS * dice.choice([0, 1, dice.randrange(3 * 86_400_000)])
        end = start + MS * dice.choice([1, 60_000, dice.randrange(1, 7_200_000), dice.randrange(1, 5 * 86_400_000)])
        stretches = list(cover(start, end))
        for probe in (start, end, start - MS, end - MS, start + (end - start) / 2, floor(start, DAY), floor(end, HOUR)):
            inside = sum(stretch.sign for stretch in stretches if stretch.start <= probe < stretch.end)
            assert inside == (start <= probe < end)
        for stretch in stretches:
            assert floor(stretch.start, stretch.unit) == stretch.start < stretch.end == floor(stretch.end, stretch.unit)
            most = {DAY: 6 * DAY, HOUR: 24 * HOUR, MINUTE: HOUR, INSTANT: MINUTE}[stretch.unit]
            assert stretch.end - stretch.start <= most
            if stretch.unit == MINUTE:
                assert floor(stretch.start, HOUR) == floor(stretch.end - MS, HOUR)


def test_fractions_are_rounded_half_up() -> None:
    assert [ratio(1, 8, decimals=2), ratio(2, 3, decimals=4), ratio(1, 0, decimals=2)] == [0.13, 0.6667, 0.0]


# ---------------------------------------------------------------- dead is dead


async def test_what_is_dead_counts_as_expired_from_its_millisecond(sale: Sale) -> None:
    """Swept or not: it's the same report before and after."""
    event = await sale.event(10)
    await sale.book(event, somebody(), 2)
    await sale.lock(event, somebody(), quantity=3)

    async def told() -> tuple[Any, ...]:
        summary = await booking_summary(sale.services, event.id, None, None)
        in_time = await booking_summary(sale.services, None, NOON, NOON + MS)
        health = await health_metrics(sale.services, event.id, 1)
        (point,) = await sales_timeline(sale.services, event.id, NOON, NOON + HOUR, TimelineBucket.HOUR)
        assert summary.bookings == in_time.bookings
        alive, dead = BookingStatus.PAYMENT_PENDING, BookingStatus.EXPIRED
        locks = health.locks[SeatLockStatus.ACTIVE], health.locks[SeatLockStatus.EXPIRED]
        return summary.bookings[alive], summary.bookings[dead], *locks, point.available_seats

    assert await told() == (1, 0, 2, 0, 5)
    sale.time.now = NOON + timedelta(seconds=300)
    assert await told() == (1, 0, 1, 1, 8)
    sale.time.now = NOON + timedelta(seconds=600) - MS
    assert await told() == (1, 0, 1, 1, 8)
    sale.time.now += MS
    assert await told() == (0, 1, 0, 2, 10)
    other = somebody()
    await sale.release((await sale.lock(event, other)).lock, other)  # which sweeps
    assert (await told())[:2] == (0, 1)
    assert (await told())[4] == 10


# ---------------------------------------------------------------- counting anew


async def change(event: Event, span: Span, start: datetime | None, gains: dict[str, int]) -> None:
    """Somebody's hand."""
    where = {"_id": figures_id(event.id, span, start)}
    await SalesFigures.get_pymongo_collection().update_one(where, {"$inc": gains})


async def test_figures_that_are_wrong_are_named_and_mended(sale: Sale) -> None:
    event, buyer = await sale.event(10), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    assert await check_figures(sale.services.mongo) == []

    await change(event, Span.ALL, None, {"figures.gross": 7})
    await change(event, Span.DAY, floor(NOON, DAY), {"figures.bookings_CONFIRMED": -1})
    await change(event, Span.HOUR, NOON, {"minutes.00.taken": 1, "figures.available": -2})
    found = {(drift.field, drift.stored, drift.actual) for drift in await check_figures(sale.services.mongo, event.id)}
    assert found == {
        ("figures.ALL.gross", 50_007, 50_000),
        ("figures.DAY.2030-01-01.bookings_CONFIRMED", 0, 1),
        ("figures.HOUR.2030-01-01T12.available", 7, 9),
        ("figures.MINUTE.2030-01-01T12:00.taken", 50_001, 50_000),
    }
    mended = await recover_all(sale.services)
    assert {(drift.field, drift.stored, drift.actual) for drift in mended} == found
    assert await check_figures(sale.services.mongo) == []


async def test_figures_are_mended_while_buyers_buy(sale: Sale) -> None:
    event = await sale.event(10_000)
    await change(event, Span.ALL, None, {"figures.locks_ACTIVE": 100})
    closing = asyncio.Event()

    async def buy() -> None:
        buyer = somebody()
        while not closing.is_set():
            await sale.pay(await sale.book(event, buyer), buyer)

    buyers = [asyncio.create_task(buy()) for _ in range(4)]
    while await Booking.count() < 10:  # noqa: ASYNC110  # they are on their way
        await asyncio.sleep(0.01)
    # Two at once: the difference must not be added twice.
    menders = [mend_figures(sale.services.mongo, event.id) for _ in range(2)]
    await asyncio.gather(*menders)
    closing.set()
    await asyncio.gather(*buyers)
    assert await check_figures(sale.services.mongo) == []


async def test_events_from_before_there_were_figures_are_counted_by_recovery(sale: Sale) -> None:
    event, buyer = await sale.event(10), somebody()
    booking = await sale.book(event, buyer)
    await SalesFigures.get_pymongo_collection().delete_many({})
    await sale.pay(booking, buyer)  # before anybody has counted
    assert await check_figures(sale.services.mongo) != []
    assert (await run_job(sale.services, Job.RECOVER, "test")).status is JobStatus.COMPLETED
    assert await check_figures(sale.services.mongo) == []
    summary = await booking_summary(sale.services, event.id, None, None)
    assert (summary.booked_seats, summary.revenue[0].gross.minor) == (1, 50_000)
    assert (await run_job(sale.services, Job.RECOVER, "test")).records_processed == 0


# ---------------------------------------------------------------- speed


@pytest.mark.parametrize("one", [True, False], ids=["one event", "all events"])
async def test_figures_of_a_time_are_found_by_index(sale: Sale, one: bool) -> None:
    event_id = new_id() if one else None
    for matching in (spans(event_id, Span.ALL), spans(event_id, Span.HOUR, NOON, NOON + DAY)):
        plan = await sale.services.database.command("explain", {"find": "sales_figures", "filter": matching})
        winning = str(plan["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in winning
        assert ("IDHACK" in winning or "_id_" in winning) if one else "by_time" in winning
    made = Question(event_id, NOON, NOON + MS)
    plan = await sale.services.database.command("explain", {"find": "bookings", "filter": made.made | made.theirs})
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
