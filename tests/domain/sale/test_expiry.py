"""The sweep: what it costs, what it finds, and that nothing is swept twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import (
    AuditAction,
    AuditEntry,
    Event,
    Job,
    JobExecution,
    JobStatus,
    SeatLock,
    SeatLockStatus,
    new_id,
)
from domain.integrity.drift import check_inventory
from domain.jobs import run_if_due, run_job
from domain.process import pace
from domain.process.pace import Batch, Pace
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale import expiry
from domain.sale.event_lists import events_by_ids
from domain.sale.expiry import expire_locks
from domain.services import Services
from domain.writer.load import DEAD_PER_BATCH
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=2) as opened:
        yield opened


async def lock_at_once(sale: Sale, event: Event, count: int) -> list[SeatLock]:
    """So many locks, due together."""
    return [locked.lock for locked in await asyncio.gather(*(sale.lock(event, somebody()) for _ in range(count)))]


async def finish(services: Services, like: SeatLock, count: int) -> None:
    """So many locks more that ended long ago."""
    ended = like.evolve(status=SeatLockStatus.EXPIRED, key_id=None).to_bson()
    await SeatLock.get_pymongo_collection().insert_many([ended | {"_id": new_id()} for _ in range(count)])


async def examined(services: Services, query: dict[str, Any], limit: int = 0) -> tuple[str, int, int]:
    """The index a search for due locks uses, and how many of its keys and of the documents it looks at."""
    find = {"find": "seat_locks", "filter": query, "sort": {"expires_at": 1, "_id": 1}, "limit": limit}
    plan = await services.database.command("explain", find, verbosity="executionStats")
    assert "SORT" not in {stage["stage"] for stage in stages(plan["queryPlanner"]["winningPlan"])}
    (index,) = {stage["indexName"] for stage in stages(plan["queryPlanner"]["winningPlan"]) if "indexName" in stage}
    stats = plan["executionStats"]
    return index, stats["totalKeysExamined"], stats["totalDocsExamined"]


def stages(plan: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return [plan, *(stage for one in inner for stage in stages(one))]


async def nobody_buys() -> bool:
    return False


async def test_the_work_grows_with_what_is_due_and_not_with_what_exists(sale: Sale) -> None:
    services, event = sale.services, await sale.event(seats=100)
    locks = await lock_at_once(sale, event, 7)
    booking = await sale.book(event, somebody())
    await finish(services, locks[0], 2_000)
    due = locks[0].expires_at
    assert await examined(services, expiry._query(booked=False, now=due - timedelta(milliseconds=1))) == (
        "due_by_kind",
        0,
        0,
    )
    assert await examined(services, expiry._query(booked=False, now=due)) == ("due_by_kind", 7, 7)
    assert await examined(services, expiry._query(booked=False, now=due), limit=3) == ("due_by_kind", 3, 3)
    assert await examined(services, expiry._query(booked=True, now=booking.payment_expires_at)) == ("due_by_kind", 1, 1)


async def test_pages_leave_nobody_out(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "PAGE", 2)
    monkeypatch.setattr(pace, "FULL", 3)
    sale.services.pace = Pace(nobody_buys)
    events = [await sale.event(seats=10) for _ in range(3)]
    for event in events:
        await lock_at_once(sale, event, 4)
        sale.time.now += timedelta(seconds=1)
    sale.time.now += timedelta(hours=1)
    progress = Progress()
    await expire_locks(sale.services, progress)
    assert progress.done == 12
    assert progress.oldest_overdue == timedelta(minutes=55, seconds=3)
    assert await SeatLock.find({"status": "EXPIRED"}).count() == 12
    assert await check_inventory(sale.services) == []


async def test_two_workers_sweep_nothing_twice(sale: Sale) -> None:
    events = [await sale.event(seats=100) for _ in range(6)]
    locks = [lock for event in events for lock in await lock_at_once(sale, event, 50)]
    sale.time.now += timedelta(hours=1)
    both = [Progress(), Progress()]
    await asyncio.gather(*(expire_locks(server, progress) for server, progress in zip(sale.servers, both, strict=True)))
    assert both[0].done + both[1].done == len(locks)
    assert await AuditEntry.find({"action": AuditAction.LOCK_EXPIRED.value}).count() == len(locks)
    assert await check_inventory(sale.services) == []


async def test_runs_of_two_workers_share_the_work(sale: Sale) -> None:
    """Asked at the same moment, again and again: one runs, the other is skipped or finds nothing left."""
    event = await sale.event(seats=1_000)
    for _ in range(5):
        await lock_at_once(sale, event, 40)
        sale.time.now += timedelta(hours=1)
        await asyncio.gather(*(run_if_due(server, Job.EXPIRE_LOCKS, "worker") for server in sale.servers))
    executions = await JobExecution.find_all().to_list()
    done = [one.records_processed for one in executions if one.status is JobStatus.COMPLETED]
    assert sum(done) == 200
    assert {one.status for one in executions} <= {JobStatus.COMPLETED, JobStatus.SKIPPED}
    found = (await events_by_ids(sale.services, [event.id]))[event.id]
    assert (found.available, found.held) == (1_000, 0)


class Watched(Pace):
    """Knows how many locks each batch was to expire, and how many it did."""

    def __init__(self, is_rush: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(is_rush)
        self.batches: list[Batch] = []

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        async with super().batch() as batch:
            self.batches.append(batch)
            yield batch


async def test_a_sweep_beside_buyers_goes_in_small_batches_and_ends(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FIRST", 5)
    monkeypatch.setattr(pace, "LEAST", 2)
    events = [await sale.event(seats=100) for _ in range(2)]
    for event in events:
        await lock_at_once(sale, event, 12)
    sale.time.now += timedelta(hours=1)

    async def somebody_buys() -> bool:
        return True

    sale.services.pace = watched = Watched(somebody_buys)
    await expire_locks(sale.services, Progress())
    assert sum(batch.done for batch in watched.batches) == 24
    assert all(batch.done <= batch.size <= pace.MOST for batch in watched.batches)
    assert watched.batches[0].size == 5
    assert await SeatLock.find({"status": "EXPIRED"}).count() == 24
    assert await check_inventory(sale.services) == []


async def test_a_sweep_without_buyers_does_all_at_once(sale: Sale) -> None:
    event = await sale.event(seats=200)
    await lock_at_once(sale, event, 110)
    sale.time.now += timedelta(hours=1)
    sale.services.pace = watched = Watched(nobody_buys)
    await expire_locks(sale.services, Progress())
    assert [batch.done for batch in watched.batches] == [110]


async def test_a_buyer_does_not_sweep_for_all(sale: Sale) -> None:
    """What is dead is dead: only a few of the dead come with a lock that needs none of their seats."""
    event = await sale.event(seats=200)
    await lock_at_once(sale, event, 30)
    sale.time.now += timedelta(hours=1)
    await sale.lock(event, somebody())
    assert await SeatLock.find({"status": "EXPIRED"}).count() == DEAD_PER_BATCH
    (found,) = (await events_by_ids(sale.services, [event.id])).values()
    assert (found.available, found.held) == (199, 1)
    assert await check_inventory(sale.services) == []


async def test_a_buyer_gets_every_seat_of_the_dead(sale: Sale) -> None:
    event = await sale.event(seats=60)
    await lock_at_once(sale, event, 60)
    sale.time.now += timedelta(hours=1)
    assert sum((await sale.lock(event, somebody(), quantity=60)).lock.quantities.values()) == 60
    assert await check_inventory(sale.services) == []


async def test_an_event_that_cannot_be_swept_does_not_keep_the_others(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "PAGE", 1)
    stuck, other = await sale.event(seats=2), await sale.event(seats=2)
    await sale.lock(stuck, somebody())
    sale.time.now += timedelta(seconds=1)
    await sale.lock(other, somebody())
    await Event.find_one({"_id": stuck.id}).update({"$set": {"sections.0.seating": "ROOFTOP"}})
    sale.time.now += timedelta(hours=1)
    execution = await run_job(sale.services, Job.EXPIRE_LOCKS, "test")
    assert (execution.status, execution.records_processed) == (JobStatus.FAILED, 1)
    assert [lock.event_id async for lock in SeatLock.find({"status": "EXPIRED"})] == [other.id]


async def test_locks_of_no_event_are_ended(sale: Sale) -> None:
    event = await sale.event(seats=1)
    lock = (await sale.lock(event, somebody())).lock
    lost = lock.evolve(id=new_id(), event_id=new_id(), key_id=None)
    await SeatLock.get_pymongo_collection().insert_one(lost.to_bson())
    sale.time.now += timedelta(hours=1)
    assert await sweep_due(sale.services) == 2
    assert await sweep_due(sale.services) == 0
