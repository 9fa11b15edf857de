"""Jobs: one run of each at a time, all of them recorded, whatever becomes of the processes that run them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from beanie import PydanticObjectId

from domain.documents import Job, JobExecution, JobLease, JobStatus, Role, Window, new_id
from domain.jobs import lease, list_executions, run, run_if_due, run_job, run_on_demand
from domain.jobs.run import JobPlan, begin_job
from domain.process.progress import Progress
from domain.process.tasks import Tasks
from domain.sale.buying import confirm_booking, lock_seats
from domain.services import Services
from tests.domain.sale.test_time import ANN, event_of_ten, later
from tests.support.sale import somebody
from tests.support.waiting import PATIENCE_SECONDS

JOB = Job.CLEAN_UP
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Plan: TypeAlias = Callable[[Callable[[Services, Progress], Awaitable[None]]], None]


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Has JOB do something else in this test."""

    def planned(work: Callable[[Services, Progress], Awaitable[None]]) -> None:
        monkeypatch.setattr(run, "PLANS", {**run.PLANS, JOB: JobPlan(work)})

    return planned


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "HEARTBEAT_SECONDS", 0.02)


class LongWork:
    """Work that has done one thing, and goes on until it may end."""

    def __init__(self) -> None:
        self.runs = 0
        self.cancelled = False
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self, services: Services, progress: Progress) -> None:
        self.runs += 1
        progress.did(1)
        self.begun.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def recorded() -> list[JobExecution]:
    """What jobs have done, newest first."""
    return await list_executions(job=None, status=None).read(Window(100))


async def record_of(execution: JobExecution) -> JobExecution:
    return (await JobExecution.by_ids([execution.id]))[execution.id]


async def has_lease(execution_id: PydanticObjectId) -> bool:
    return (await lease.take(JOB, new_id())).by == execution_id


async def die(job: Job = JOB) -> None:
    """What time does to the lease of a process that is gone."""
    await JobLease.get_pymongo_collection().update_one({"_id": job.value}, {"$set": {"expires_at": LONG_AGO}})


async def mongo_now(services: Services) -> datetime:
    now: datetime = (await services.mongo.admin.command("hello"))["localTime"]
    return now.replace(tzinfo=UTC)


async def lease_end() -> datetime:
    found = await JobLease.get_pymongo_collection().find_one({"_id": JOB.value})
    assert found is not None
    end: datetime = found["expires_at"]
    return end


# ---------------------------------------------------------------- the lease


@pytest.mark.parametrize("before", ["nobody", "one who gave it back", "one who died"])
async def test_of_many_who_want_the_lease_one_gets_it(services: Services, before: str) -> None:
    earlier = new_id()
    if before != "nobody":
        await lease.take(JOB, earlier)
    if before == "one who gave it back":
        await lease.give_back(JOB, earlier)
    if before == "one who died":
        await die()
    contenders = [new_id() for _ in range(50)]
    taken = await asyncio.gather(*(lease.take(JOB, contender) for contender in contenders))
    (winner,) = {each.by for each in taken}
    assert winner in contenders
    assert {each.abandoned for each in taken} == {earlier if before == "one who died" else None}


async def test_only_its_holder_can_keep_a_lease_or_give_it_back(services: Services) -> None:
    holder, other = new_id(), new_id()
    await lease.take(JOB, holder)
    assert not await lease.keep(JOB, other)
    await lease.give_back(JOB, other)
    assert await has_lease(holder)
    assert await lease.keep(JOB, holder)
    await lease.give_back(JOB, holder)
    assert await lease.take(JOB, other) == lease.Taken(other, None)


async def test_each_job_has_a_lease_of_its_own(services: Services) -> None:
    for job in Job:
        execution_id = new_id()
        assert (await lease.take(job, execution_id)).by == execution_id


async def test_a_lease_lasts_from_when_it_was_kept_last(services: Services) -> None:
    holder = new_id()
    await lease.take(JOB, holder)
    nearly_over = await mongo_now(services) + timedelta(seconds=1)
    await JobLease.get_pymongo_collection().update_one({"_id": JOB.value}, {"$set": {"expires_at": nearly_over}})
    before = await mongo_now(services)
    assert await lease.keep(JOB, holder)
    after = await mongo_now(services)
    lasts = timedelta(seconds=lease.LEASE_SECONDS)
    assert before + lasts <= await lease_end() <= after + lasts


@pytest.mark.parametrize("days", [-5, 5])
async def test_only_mongodbs_clock_counts(services: Services, days: int) -> None:
    elsewhere = later(services, timedelta(days=days))
    running = await begin_job(services, JOB, "here")
    assert (await run_job(elsewhere, JOB, "elsewhere")).status is JobStatus.SKIPPED
    assert await has_lease(running.id)
    await die()
    assert (await begin_job(elsewhere, JOB, "elsewhere")).status is JobStatus.RUNNING
    assert (await run_job(services, JOB, "here")).status is JobStatus.SKIPPED


# ---------------------------------------------------------------- runs


async def test_of_many_runs_at_once_one_does_the_work(services: Services, plan: Plan) -> None:
    work = LongWork()
    plan(work)
    runs = [asyncio.create_task(run_job(services, JOB, f"asker {number}")) for number in range(20)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _, answered in zip(range(19), asyncio.as_completed(runs), strict=False):
            await answered
    work.may_end.set()
    statuses = sorted([(await each).status for each in runs])
    assert statuses == [JobStatus.COMPLETED] + [JobStatus.SKIPPED] * 19
    assert sorted(each.status for each in await recorded()) == statuses
    assert work.runs == 1


async def test_a_run_is_recorded_while_it_goes_on_and_when_it_has_ended(services: Services, plan: Plan) -> None:
    work = LongWork()
    plan(work)
    running = asyncio.create_task(run_job(services, JOB, "asker"))
    await work.begun.wait()
    (record,) = await recorded()
    assert (record.status, record.ended_at, record.records_processed) == (JobStatus.RUNNING, None, 0)
    work.may_end.set()
    ended = await running
    assert await recorded() == [ended]
    assert (ended.status, ended.records_processed, ended.error) == (JobStatus.COMPLETED, 1, None)
    assert ended.ended_at is not None
    assert record.started_at <= ended.ended_at <= services.clock()
    assert (await run_job(services, JOB, "next")).status is JobStatus.COMPLETED


async def test_a_run_that_goes_on_keeps_its_lease(services: Services, plan: Plan, quick_heart: None) -> None:
    work = LongWork()
    plan(work)
    running = asyncio.create_task(run_job(services, JOB, "asker"))
    await work.begun.wait()
    await die()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await lease_end() <= await mongo_now(services):  # noqa: ASYNC110  # MongoDB knows
            await asyncio.sleep(0.01)
    assert (await run_job(services, JOB, "another")).status is JobStatus.SKIPPED
    work.may_end.set()
    assert (await running).status is JobStatus.COMPLETED


async def test_a_run_that_loses_its_lease_stops(services: Services, plan: Plan, quick_heart: None) -> None:
    work = LongWork()
    plan(work)
    running = asyncio.create_task(run_job(services, JOB, "asker"))
    await work.begun.wait()
    rival = new_id()
    await JobLease.get_pymongo_collection().update_one({"_id": JOB.value}, {"$set": {"execution_id": rival}})
    ended = await asyncio.wait_for(running, PATIENCE_SECONDS)
    assert work.cancelled
    assert (ended.status, ended.records_processed) == (JobStatus.FAILED, 1)
    assert ended.error is not None and ended.error.startswith("Lost its lease")
    assert await recorded() == [ended]
    assert await has_lease(rival)


async def test_a_dead_run_is_taken_over_and_buried(services: Services) -> None:
    dead = await begin_job(services, JOB, "dead")
    assert (await run_job(services, JOB, "too early")).status is JobStatus.SKIPPED
    assert (await record_of(dead)).status is JobStatus.RUNNING
    await die()
    assert (await run_job(services, JOB, "heir")).status is JobStatus.COMPLETED
    buried = await record_of(dead)
    assert (buried.status, buried.error) == (JobStatus.FAILED, "The process that ran it is gone.")
    assert buried.ended_at is not None


async def test_recovery_buries_the_dead_and_not_the_living(services: Services) -> None:
    dead = await begin_job(services, Job.EXPIRE_LOCKS, "dead")
    await die(Job.EXPIRE_LOCKS)
    forgotten = dead.evolve(id=new_id(), job=Job.EXPIRE_BOOKINGS)  # whoever took its lease over died before burying it
    await JobExecution.get_pymongo_collection().insert_one(forgotten.to_bson())
    alive = await begin_job(services, JOB, "alive")
    assert (await run_job(services, Job.RECOVER, "recovery")).status is JobStatus.COMPLETED
    assert [(await record_of(each)).status for each in (dead, forgotten, alive)] == [
        JobStatus.FAILED, JobStatus.FAILED, JobStatus.RUNNING
    ]  # fmt: skip
    assert await has_lease(alive.id)


async def test_recovery_takes_no_lease_but_its_own(services: Services) -> None:
    """Not even for a moment, in which another job would be skipped for a run that there is not."""
    await run_job(services, Job.RECOVER, "recovery")
    assert [raw["_id"] async for raw in JobLease.get_pymongo_collection().find()] == [Job.RECOVER]


async def test_a_run_that_is_cancelled_says_so_and_gives_its_lease_back(services: Services, plan: Plan) -> None:
    work = LongWork()
    plan(work)
    running = asyncio.create_task(run_job(services, JOB, "asker"))
    await work.begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert work.cancelled
    (record,) = await recorded()
    assert (record.status, record.records_processed) == (JobStatus.FAILED, 1)
    assert record.error is not None and record.error.startswith("Stopped")
    successor = new_id()
    assert await lease.take(JOB, successor) == lease.Taken(successor, None)


async def test_closing_stops_a_run_on_demand(services: Services, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ANSWER_WITHIN_SECONDS", 0.0)
    work = LongWork()
    plan(work)
    process = replace(later(services, timedelta()), tasks=Tasks())
    assert (
        await run_on_demand(process, replace(somebody(Role.ADMIN), correlation_id="asker"), JOB)
    ).status is JobStatus.RUNNING
    await work.begun.wait()
    await asyncio.wait_for(process.tasks.finish(), PATIENCE_SECONDS)
    assert [record.status for record in await recorded()] == [JobStatus.FAILED]
    successor = new_id()
    assert await lease.take(JOB, successor) == lease.Taken(successor, None)


async def test_what_fails_is_recorded_without_its_secrets(services: Services, plan: Plan) -> None:
    async def fails(services: Services, progress: Progress) -> None:
        progress.did(2)
        raise RuntimeError("mongodb://root:secret@10.0.0.1 is at its wits' end")

    plan(fails)
    ended = await run_job(services, JOB, "asker")
    assert await recorded() == [ended]
    assert (ended.status, ended.records_processed) == (JobStatus.FAILED, 2)
    assert ended.error == "RuntimeError; the log has the details."
    successor = new_id()
    assert await lease.take(JOB, successor) == lease.Taken(successor, None)


async def test_work_that_cancels_itself_fails_and_cancels_nobody_else(services: Services, plan: Plan) -> None:
    async def gives_up(services: Services, progress: Progress) -> None:
        raise asyncio.CancelledError

    plan(gives_up)
    assert (await run_job(services, JOB, "clock")).status is JobStatus.FAILED
    assert (
        await run_on_demand(services, replace(somebody(Role.ADMIN), correlation_id="asker"), JOB)
    ).status is JobStatus.FAILED
    assert [record.status for record in await recorded()] == [JobStatus.FAILED, JobStatus.FAILED]


# ---------------------------------------------------------------- what is recorded


@pytest.mark.parametrize("job", [Job.EXPIRE_LOCKS, Job.EXPIRE_BOOKINGS])
async def test_a_run_of_the_clock_is_recorded_when_there_was_something_to_do(services: Services, job: Job) -> None:
    event = await event_of_ten(services)
    assert await run_if_due(services, job, "clock") is None
    assert await recorded() == []
    an_hour_ago = later(services, -timedelta(hours=1))
    for key in ("a", "b"):
        locked = await lock_seats(
            an_hour_ago, ANN, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key=key
        )
        if job is Job.EXPIRE_BOOKINGS:
            await confirm_booking(an_hour_ago, ANN, event_id=event.id, lock_id=locked.lock.id)
    ended = await run_if_due(services, job, "clock")
    assert ended is not None
    assert await recorded() == [ended]
    assert (ended.job, ended.status, ended.records_processed) == (job, JobStatus.COMPLETED, 2)
    assert ended.correlation_id == "clock"
    assert await run_if_due(services, job, "clock") is None
    assert await recorded() == [ended]


async def test_a_run_of_the_clock_that_found_nothing_to_do_leaves_no_record(services: Services) -> None:
    """A booking so near its deadline that its payment is to be asked about; it has none, and is not dead yet."""
    event = await event_of_ten(services)
    locked = await lock_seats(
        services, ANN, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="a"
    )
    booking = (await confirm_booking(services, ANN, event_id=event.id, lock_id=locked.lock.id)).booking
    nearly = later(services, booking.payment_expires_at - services.clock() - timedelta(seconds=2))
    for _ in range(2):
        assert await run_if_due(nearly, Job.EXPIRE_BOOKINGS, "clock") is None
    assert await recorded() == []
    assert (
        await run_on_demand(nearly, replace(somebody(Role.ADMIN), correlation_id="asker"), Job.EXPIRE_BOOKINGS)
    ).records_processed == 0
    assert [record.correlation_id for record in await recorded()] == ["asker"]


async def test_what_the_clock_meets_of_one_run_is_one_record(services: Services) -> None:
    async def meet(asker: str) -> int:
        """How many records there are once the asker was skipped three times."""
        met = [(await run_job(services, JOB, asker)).status for _ in range(3)]
        assert met == [JobStatus.SKIPPED] * 3
        return len(await recorded())

    holder = new_id()
    await lease.take(JOB, holder)
    assert await meet("clock") == 1
    assert await meet("another clock") == 2
    await lease.give_back(JOB, holder)
    await lease.take(JOB, new_id())
    assert await meet("clock") == 3
    assert {record.status for record in await recorded()} == {JobStatus.SKIPPED}


async def test_whoever_asks_on_demand_finds_each_answer_on_top_of_the_list(services: Services) -> None:
    running = await begin_job(services, JOB, "first")
    skipped = [
        await run_on_demand(services, replace(somebody(Role.ADMIN), correlation_id="an asker who tries again"), JOB)
        for _ in range(3)
    ]
    assert [record.id for record in await recorded()] == [*(each.id for each in reversed(skipped)), running.id]
    assert {each.status for each in skipped} == {JobStatus.SKIPPED}


async def test_a_run_that_is_cancelled_while_it_begins_keeps_no_lease(services: Services) -> None:
    """At whichever step the signal comes."""
    for steps in range(12):
        beginning = asyncio.create_task(run_job(services, Job.CLEAN_UP, "test"))
        for _ in range(steps):
            await asyncio.sleep(0)
        beginning.cancel()
        await asyncio.gather(beginning, return_exceptions=True)
        await services.tasks.all_done()
        assert await JobLease.find({"execution_id": {"$ne": None}}).to_list() == []
        assert await JobExecution.find({"status": JobStatus.RUNNING.value}).to_list() == []
