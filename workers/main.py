"""The arq worker: `seatlock worker`. arq says when; what is done, and that it is done once, is domain's."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from typing import Any, cast

import uvloop
from arq.connections import ArqRedis
from arq.constants import health_check_key_suffix
from arq.cron import CronJob, cron
from arq.typing import WorkerCoroutine
from arq.worker import Worker
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.clock import Clock, system_clock
from domain.documents import Job
from domain.logs import configure_logging
from domain.services import Services, open_services
from domain.settings import Settings
from workers.jobs import Clockwork
from workers.outage import Outage

EVERY_SECOND = set(range(60))

# Twice a second, because what falls due right after one tick is to be swept within a second all the same; and
# not together, because both want the processor.
TICKS: tuple[tuple[Job, int], ...] = (
    (Job.EXPIRE_LOCKS, 0),
    (Job.EXPIRE_BOOKINGS, 250_000),
    (Job.EXPIRE_LOCKS, 500_000),
    (Job.EXPIRE_BOOKINGS, 750_000),
)
NIGHTLY: tuple[tuple[Job, int], ...] = ((Job.RECOVER, 7), (Job.CLEAN_UP, 37))
"""At these minutes past three o'clock, UTC."""

LONGEST_JOB_SECONDS = 6 * 3600
STOP_SECONDS = 5.0
"""How long Redis may take to hear that we are leaving."""


def run(settings: Settings, clock: Clock = system_clock) -> None:
    """Work until SIGINT or SIGTERM; the batch in hand is finished first."""
    configure_logging(settings)
    # arq says when each job starts and ends: lines every second, about nothing.
    logging.getLogger("arq.worker").setLevel(logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(settings, clock))


def health_check_key(settings: Settings) -> str:
    """Where in Redis a worker says that it is at work."""
    return _queue_name(settings) + health_check_key_suffix


async def _work(settings: Settings, clock: Clock) -> None:
    redis_outage = Outage("Redis")
    async with open_services(settings, clock) as services:
        clockwork = Clockwork(services)
        async with _cancelled_afterwards(
            clockwork.tick(Job.RECOVER), _tick_without_redis(services, clockwork, redis_outage)
        ):
            while True:
                worker = build_worker(settings, clockwork)
                try:
                    await worker.async_run()
                except asyncio.CancelledError:
                    return  # a signal: arq cancels its own main task
                except (RedisError, OSError) as error:
                    redis_outage.began(error)
                    await asyncio.sleep(1)
                finally:
                    with suppress(asyncio.CancelledError, TimeoutError, RedisError, OSError):
                        async with asyncio.timeout(STOP_SECONDS):
                            await worker.close()


def build_worker(settings: Settings, clockwork: Clockwork) -> Worker:
    """A worker on these settings, not yet running."""
    redis = ArqRedis.from_url(
        settings.redis_url,
        socket_connect_timeout=2,
        socket_timeout=5,  # a Redis that hangs must not be waited for without end
        # Without these arq exits when Redis restarts (ecosystem: OSError matters).
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), -1),
        retry_on_error=[RedisConnectionError, RedisTimeoutError, OSError],
    )
    # Not pickle: whoever can write to Redis must not be able to run code here.
    redis.job_serializer, redis.job_deserializer = _to_json, json.loads
    redis.default_queue_name = _queue_name(settings)
    return Worker(
        cron_jobs=[
            *(_cron(clockwork, job, second=EVERY_SECOND, microsecond=microsecond) for job, microsecond in TICKS),
            *(_cron(clockwork, job, hour=3, minute=minute, second=0, microsecond=0) for job, minute in NIGHTLY),
        ],
        redis_pool=redis,
        job_serializer=_to_json,
        job_deserializer=json.loads,
        queue_name=_queue_name(settings),
        poll_delay=0.1,
        health_check_interval=30,
        timezone=UTC,
        log_results=False,
    )


def _cron(clockwork: Clockwork, job: Job, **when: Any) -> CronJob:
    async def tick(ctx: dict[Any, Any]) -> None:
        await clockwork.tick(job)

    name = f"{job.value}:{when['microsecond']}"
    # Unique: of several workers one gets each tick. Tried again by another one if that one is stopped meanwhile.
    return cron(
        cast(WorkerCoroutine, tick),
        name=name,
        unique=True,
        timeout=LONGEST_JOB_SECONDS,
        keep_result=0,
        max_tries=2,
        **when,
    )


async def _tick_without_redis(services: Services, clockwork: Clockwork, outage: Outage) -> None:
    """While Redis is away arq has no ticks to give: tick by our own clock."""
    while True:
        try:
            await services.redis.ping()
        except (RedisError, OSError) as error:
            outage.began(error)
            await clockwork.tick(Job.EXPIRE_LOCKS)
            await clockwork.tick(Job.EXPIRE_BOOKINGS)
        else:
            outage.ended()
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _cancelled_afterwards(*works: Any) -> AsyncIterator[None]:
    """Do this beside the block, until its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _queue_name(settings: Settings) -> str:
    return f"{settings.mongo_database}:jobs"


def _to_json(job: dict[str, Any]) -> bytes:
    return json.dumps(job, default=str).encode()
