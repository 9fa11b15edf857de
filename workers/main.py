"""The arq worker: `seatlock worker`. arq says when; what is done, and that it is done once, is domain's."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any, cast

import structlog
import uvloop
from arq.connections import ArqRedis
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
from domain.opening import open_services, warn_of_play_money
from domain.process.logs import configure_logging
from domain.process.outage import Outage
from domain.process.settings import Settings
from domain.process.tasks import cancel, unless
from domain.reports.gauges import worker_pulse_key
from workers.jobs import Clockwork
from workers.metrics import metrics_served

log = structlog.get_logger(__name__)

EVERY_SECOND = set(range(60))

# Twice a second, because what falls due right after one tick is to be swept within a second all the same; and
# not together, because both want the processor.
TICKS: tuple[tuple[Job, int], ...] = (
    (Job.EXPIRE_LOCKS, 0),
    (Job.EXPIRE_BOOKINGS, 250_000),
    (Job.EXPIRE_LOCKS, 500_000),
    (Job.EXPIRE_BOOKINGS, 750_000),
    (Job.SEND_REFUNDS, 125_000),
    (Job.CANCEL_EVENTS, 625_000),
    (Job.DELIVER, 375_000),
)
EVERY_MINUTE: tuple[tuple[Job, int], ...] = ((Job.RECONCILE, 20),)
"""At this second of each."""
NIGHTLY: tuple[tuple[Job, int], ...] = ((Job.RECOVER, 7), (Job.CLEAN_UP, 37))
"""At these minutes past three o'clock, UTC."""

OWN_TICK_SECONDS = 0.5
SILENT_TICKS = 3
"""So many of our own ticks without a word from arq mean that it has none to give."""

AGAIN_SECONDS = 0.5
"""How long after arq gave up, because Redis refused or did not answer, it is started again."""

STOP_SECONDS = 1.0
"""How long Redis may take to hear that we are leaving."""


def run(settings: Settings, clock: Clock = system_clock) -> None:
    """Work until SIGINT or SIGTERM; the batch in hand is finished first."""
    configure_logging(settings)
    # arq says when each job starts and ends: lines every second, about nothing.
    logging.getLogger("arq.worker").setLevel(logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(settings, clock))


@dataclass(slots=True)
class Pulse:
    """How often arq has been round all of its duties, which takes a Redis that answers; and what stopped it last."""

    rounds: int = 0
    stopped_by: Exception | None = None

    def beat(self) -> None:
        self.rounds += 1
        self.stopped_by = None


async def _work(settings: Settings, clock: Clock) -> None:
    """Until told to stop, also while MongoDB is waited for. Raises CannotOpen, and any fault of ours."""
    told_to_stop = _signal_to_stop()
    async with AsyncExitStack() as parts:
        opening = open_services(settings, clock, settings.start_timeout_seconds)
        services = await unless(told_to_stop, parts.enter_async_context(opening))
        if services is None:
            return
        await parts.enter_async_context(metrics_served(services))
        clockwork, pulse = Clockwork(services), Pulse()
        warn_of_play_money(settings)
        log.info("worker started", **_timetable())
        clockwork.start()
        tasks = [
            asyncio.create_task(told_to_stop.wait()),
            asyncio.create_task(_keep_arq_running(settings, clockwork, pulse)),
            asyncio.create_task(_tick_without_arq(clockwork, pulse)),
        ]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # a fault of ours, unless it is the signal
        finally:
            await asyncio.gather(clockwork.stop(), cancel(*tasks, again_after=STOP_SECONDS))
    if not told_to_stop.is_set():
        raise RuntimeError("the worker ended, and nobody had told it to")


def _timetable() -> dict[str, list[str]]:
    """Which jobs run when, in UTC."""
    ticks = dict.fromkeys(job.value for job, _ in TICKS)
    return {
        "at_start": [Job.RECOVER.value],
        "every_second": list(ticks),
        "every_minute": [f"{job.value} at second {second}" for job, second in EVERY_MINUTE],
        "every_night": [f"{job.value} at 03:{minute:02} UTC" for job, minute in NIGHTLY],
    }


def _signal_to_stop() -> asyncio.Event:
    """What SIGINT and SIGTERM set, so that none is lost whatever goes on: arq's own handlers cancel once, and hope."""
    told_to_stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    return told_to_stop


async def _keep_arq_running(settings: Settings, clockwork: Clockwork, pulse: Pulse) -> None:
    while True:
        worker = build_worker(settings, clockwork, pulse.beat)
        try:
            await worker.async_run()
        except (RedisError, OSError) as error:
            pulse.stopped_by = error
        finally:
            await _close(worker)
        await asyncio.sleep(AGAIN_SECONDS)


async def _close(worker: Worker) -> None:
    """Take leave of Redis, if it answers."""
    redis = worker.pool
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                # What the ticks under way raise, their cancellation too, is no matter any more.
                await asyncio.gather(worker.close(), return_exceptions=True)
    finally:
        await redis.aclose(close_connection_pool=True)


async def _tick_without_arq(clockwork: Clockwork, pulse: Pulse) -> None:
    """While Redis is away, or refuses to be written to, arq has no ticks to give: tick by our own clock."""
    redis, silent = Outage(log, "Redis does not answer", "Redis answers again"), 0
    while True:
        rounds = pulse.rounds
        await asyncio.sleep(OWN_TICK_SECONDS)
        silent = silent + 1 if pulse.rounds == rounds else 0
        if silent == 0:
            redis.ended()
        elif silent >= SILENT_TICKS:
            redis.began(pulse.stopped_by or TimeoutError())
            for job in {job: None for job, _ in TICKS}:
                clockwork.tick(job)


class _PulsingWorker(Worker):
    """Tells when it has been round."""

    def __init__(self, *, on_round: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._on_round = on_round

    async def heart_beat(self) -> None:
        await super().heart_beat()
        self._on_round()


def build_worker(settings: Settings, clockwork: Clockwork, on_round: Callable[[], None]) -> Worker:
    """A worker on these settings, not yet running. It ends with RedisError or OSError."""
    redis = ArqRedis.from_url(
        settings.redis_url,
        socket_connect_timeout=2,
        socket_timeout=2,  # a Redis that hangs must not be waited for without end
        # Without these a restart of Redis would cost a second's ticks.
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), 3),
        retry_on_error=[RedisConnectionError, RedisTimeoutError, OSError],
    )
    # Not pickle: whoever can write to Redis must not be able to run code here.
    redis.job_serializer, redis.job_deserializer = _to_json, json.loads
    redis.default_queue_name = _queue_name(settings)
    return _PulsingWorker(
        on_round=on_round,
        cron_jobs=[
            *(_cron(clockwork, job, second=EVERY_SECOND, microsecond=microsecond) for job, microsecond in TICKS),
            *(_cron(clockwork, job, second=second, microsecond=0) for job, second in EVERY_MINUTE),
            *(_cron(clockwork, job, hour=3, minute=minute, second=0, microsecond=0) for job, minute in NIGHTLY),
        ],
        redis_pool=redis,
        job_serializer=_to_json,
        job_deserializer=json.loads,
        queue_name=_queue_name(settings),
        poll_delay=0.1,
        health_check_interval=5,
        health_check_key=worker_pulse_key(settings),
        timezone=UTC,
        log_results=False,
        handle_signals=False,
    )


def _cron(clockwork: Clockwork, job: Job, **when: Any) -> CronJob:
    async def tick(ctx: dict[Any, Any]) -> None:
        clockwork.tick(job)

    name = f"{job.value}:{when['microsecond']}"
    # Unique: of several workers one gets each tick. The time-out is for the tick: the job it starts takes its time,
    # and a worker killed meanwhile leaves nothing in Redis that others would have to step over.
    return cron(cast(WorkerCoroutine, tick), name=name, unique=True, timeout=5, keep_result=0, **when)


def _queue_name(settings: Settings) -> str:
    return f"{settings.mongo_database}:jobs"


def _to_json(job: dict[str, Any]) -> bytes:
    return json.dumps(job, default=str).encode()
