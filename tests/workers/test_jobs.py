"""The clockwork: when jobs run, and when they don't."""

from __future__ import annotations

import asyncio

import pytest

from domain.documents import Job, JobExecution, JobStatus, new_id
from domain.jobs import lease
from domain.jobs.run import PLANS, JobPlan
from domain.process.progress import Progress
from domain.services import Services
from tests.support.waiting import until
from workers.jobs import Clockwork
from workers.main import EVERY_MINUTE, NIGHTLY, TICKS


async def executions(job: Job) -> list[JobStatus]:
    return [execution.status async for execution in JobExecution.find({"job": job}).sort("started_at")]


def test_every_job_has_a_plan_and_a_time() -> None:
    assert set(PLANS) == set(Job)
    assert {job for job, _ in (*TICKS, *EVERY_MINUTE, *NIGHTLY)} == set(Job)


async def test_one_run_at_a_time_however_often_the_clock_ticks(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, ended = 0, asyncio.Event()

    async def work(services: Services, progress: Progress) -> None:
        nonlocal runs
        runs += 1
        await ended.wait()

    monkeypatch.setitem(PLANS, Job.CLEAN_UP, JobPlan(work))
    clockwork = Clockwork(services)
    for _ in range(5):
        clockwork.tick(Job.CLEAN_UP)

    async def has_begun() -> bool:
        return runs > 0

    await until(has_begun)
    clockwork.tick(Job.CLEAN_UP)
    ended.set()

    async def has_ended() -> bool:
        return await executions(Job.CLEAN_UP) == [JobStatus.COMPLETED]

    await until(has_ended)
    assert runs == 1


async def test_a_job_that_failed_is_left_alone_for_a_while(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(services: Services, progress: Progress) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setitem(PLANS, Job.CLEAN_UP, JobPlan(work))
    monkeypatch.setattr("workers.jobs.PAUSE_SECONDS", 0.5)
    clockwork = Clockwork(services)
    began = asyncio.get_running_loop().time()

    async def has_failed_twice() -> bool:
        clockwork.tick(Job.CLEAN_UP)
        return await executions(Job.CLEAN_UP) == [JobStatus.FAILED] * 2

    await until(has_failed_twice)
    assert asyncio.get_running_loop().time() - began >= 0.5


async def test_recovery_is_tried_until_it_has_run(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.jobs.PAUSE_SECONDS", 0.05)
    killed = new_id()
    await lease.take(Job.RECOVER, killed)  # by a worker that was killed in the middle of it
    Clockwork(services).start()

    async def is_skipped() -> bool:
        return await executions(Job.RECOVER) == [JobStatus.SKIPPED]

    await until(is_skipped)
    await lease.give_back(Job.RECOVER, killed)  # as time does

    async def has_run() -> bool:
        return await executions(Job.RECOVER) == [JobStatus.SKIPPED, JobStatus.COMPLETED]

    await until(has_run)
