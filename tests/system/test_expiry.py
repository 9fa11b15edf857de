"""Seats nobody paid for, as those who watch an event see them: with a worker, and without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from domain.documents import AuditAction, AuditEntry, BookingStatus, Event, Job, SeatLock, Window
from domain.errors import BookingExpired, LockExpired
from domain.integrity.drift import check_inventory
from domain.jobs import list_executions
from domain.lookups import bookings_by_ids
from domain.process.settings import Settings
from domain.sale.event_lists import events_by_ids
from domain.services import Services
from graph.schema.ids import encode_id
from tests.support.api import api_server
from tests.support.hunting import hunt
from tests.support.sale import Sale, Time, open_sale, somebody
from tests.support.servers import another_server
from tests.support.sweeping import sweep_due
from tests.support.waiting import until
from tests.support.worker import Worker

SEATS = "query ($id: ID!) { event(id: $id) { availableSeats lockedSeats } }"


@dataclass(frozen=True, slots=True)
class Seen:
    """Available and held, as stored and as a client of the API is told."""

    stored: tuple[int, int]
    told: tuple[int, int]

    @classmethod
    async def of(cls, event: Event, http: httpx.AsyncClient) -> Seen:
        variables = {"id": encode_id("Event", event.id)}
        answer = (await http.post("/graphql", json={"query": SEATS, "variables": variables})).json()["data"]["event"]
        now = await Event.get(event.id)
        assert now is not None
        return cls((now.available, now.held), (answer["availableSeats"], answer["lockedSeats"]))


@pytest.fixture
def short(settings: Settings) -> Settings:
    """Locks and bookings that live for two seconds."""
    return settings.model_copy(update={"lock_ttl_seconds": 2, "payment_ttl_seconds": 2})


@pytest.fixture
async def http(services: Services, short: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An API and a worker, each a process of its own."""
    api, worker = api_server(short, tmp_path / "api.log"), Worker(short, tmp_path / "worker.log")
    await asyncio.to_thread(api.start)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=30, verify=False) as client:
            yield client
    finally:
        worker.kill()
        api.kill()


@pytest.mark.parametrize("confirmed", [pytest.param(False, marks=hunt), True])
async def test_what_is_not_paid_comes_back(
    services: Services, short: Settings, http: httpx.AsyncClient, confirmed: bool
) -> None:
    """Lock 5 of 100, or book them: 95 are left, and after two seconds 100."""
    buying = Sale([selling(services, short)], Time())
    event, buyer = await buying.event(seats=100), somebody()
    lock = (await buying.lock(event, buyer, quantity=5)).lock
    deadline = lock.expires_at
    if confirmed:
        deadline = (await buying.confirm(lock, buyer)).booking.payment_expires_at
    assert await Seen.of(event, http) == Seen((95, 5), (95, 5))

    async def told_free() -> bool:
        return (await Seen.of(event, http)).told == (100, 0)

    async def stored_free() -> bool:
        return (await Seen.of(event, http)).stored == (100, 0)

    await until(told_free)
    assert services.clock() >= deadline
    await until(stored_free)
    action = AuditAction.BOOKING_EXPIRED if confirmed else AuditAction.LOCK_EXPIRED
    (entry,) = await AuditEntry.find({"lock_id": lock.id, "action": action.value}).to_list()
    assert deadline <= entry.created_at
    job = Job.EXPIRE_BOOKINGS if confirmed else Job.EXPIRE_LOCKS
    await until(lambda: recorded(job))
    assert await check_inventory(services) == []


async def recorded(job: Job) -> bool:
    """Whether the run that swept it has been recorded: the only one, of dozens that found nothing."""
    executions = await list_executions(job=job, status=None).read(Window(10))
    return [execution.records_processed for execution in executions if execution.ended_at] == [1]


def selling(services: Services, settings: Settings) -> Services:
    """The same shop on other terms."""
    return another_server(replace(services, settings=settings), channel="x")


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    """No worker anywhere."""
    async with open_sale(settings, writers=1) as opened:
        yield opened


@pytest.mark.parametrize("confirmed", [False, True])
async def test_the_next_buyer_needs_no_worker(sale: Sale, confirmed: bool) -> None:
    """Those very seats, a millisecond after the deadline."""
    event, ann, bob = await sale.numbered_event(seats=5), somebody(), somebody()
    seats = [f"STALLS-A-{number}" for number in range(1, 6)]
    lock = (await sale.lock(event, ann, *seats)).lock
    deadline = lock.expires_at
    booking = None
    if confirmed:
        booking = (await sale.confirm(lock, ann)).booking
        deadline = booking.payment_expires_at

    async def told() -> tuple[int, int]:
        found = (await events_by_ids(sale.services, [event.id]))[event.id]
        return found.available, found.held

    sale.time.now = deadline - timedelta(milliseconds=1)
    assert await told() == (0, 5)
    sale.time.now = deadline + timedelta(milliseconds=1)
    assert await told() == (5, 0)
    if booking is not None:
        assert (await bookings_by_ids([booking.id], sale.services.clock()))[booking.id].status is BookingStatus.EXPIRED
    taken = (await sale.lock(event, bob, *seats)).lock
    assert await told() == (0, 5)
    with pytest.raises(BookingExpired if confirmed else LockExpired):
        await (sale.pay(booking, ann) if booking else sale.confirm(lock, ann))
    assert await sweep_due(sale.services) == 0, "nothing is given back twice"
    assert [one.id async for one in SeatLock.find({"status": "ACTIVE"})] == [taken.id]
    assert await check_inventory(sale.services) == []
