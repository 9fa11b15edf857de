"""`python -m bench time`: what becomes of what nobody paid for, and what that costs those who buy meanwhile."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from bench.load import Measured, buy
from bench.server import SECRET, Api, environment, running_api
from bench.stocked import new_event, stock
from domain.documents import AuditEntry, Event, Job, JobStatus, SeatLock, new_id
from domain.integrity.drift import check_inventory
from domain.jobs import run_job
from domain.opening import open_services
from domain.process.progress import Progress
from domain.process.settings import load_settings
from domain.sale.expiry import are_locks_due, expire_locks
from domain.services import Services
from graph.schema.ids import encode_id
from ops.embedded import Servers
from ops.processes import start_child, stop_child

BUYERS = 16
SECONDS = 5
SECOND = timedelta(seconds=1)


def measure_time(servers: Servers, names: Sequence[str]) -> None:
    """Print the figures of these measurements, or of all: mass, lag, finished, recovery."""
    for name in names or MEASUREMENTS:
        asyncio.run(MEASUREMENTS[name](servers))


async def measure_mass(servers: Servers) -> None:
    """100,000 locks over 200 events fall due at one instant, while 16 connections buy at these very events."""
    locks, count = 100_000, 200
    async with fresh_database(servers) as (services, database):
        events = [await new_event(services, 100_000) for _ in range(count)]
        now = services.clock()
        due = now + 60 * SECOND
        for event in events:
            await stock(services, event, now, locks=[due] * (locks // count))
        with running_api(servers, database) as api, running_worker(servers, database):
            await buying(api, events, 3)  # warm
            calm = await buying(api, events, SECONDS)
            await until(services, due)
            during = asyncio.create_task(buying(api, events, SECONDS))
            while await are_locks_due(services):  # noqa: ASYNC110  # another process sweeps
                await asyncio.sleep(0.02)
            swept = (services.clock() - due) / SECOND
            busy = await during
        say(f"{locks:,} locks over {count} events, due at one instant: all EXPIRED after {swept:.1f} s; it gives way")
        for name, measured in (("without", calm), ("during", busy)):
            rate = f"{measured.requests_per_second:,.0f} locks/s"
            latency = f"p50 {measured.p50:.0f}, p99 {measured.p99:.0f} ms"
            say(f"    {name}: {rate}, {latency}; {measured.unexpected} unexpected")
        say(f"    p99 {busy.p99 / calm.p99:.2f} x (to reach: <= 2); drift: {len(await check_inventory(services))}")


async def measure_lag(servers: Servers) -> None:
    """10,000 locks with deadlines all over 20 s, while 16 connections buy elsewhere: deadline to EXPIRED, as stored."""
    count = 10_000
    async with fresh_database(servers) as (services, database):
        # Elsewhere, because those who buy expire what is in their way themselves.
        events = [await new_event(services, 100_000) for _ in range(20)]
        others = [await new_event(services, 100_000) for _ in range(20)]
        now = services.clock()
        first = now + 20 * SECOND
        for event in events:
            deadlines = [first + timedelta(milliseconds=random.randrange(20_000)) for _ in range(count // 20)]
            await stock(services, event, now, locks=deadlines)
        deadline_of = {lock.id: lock.expires_at async for lock in SeatLock.find_all()}
        lags: list[float] = []
        expired = [{"$match": {"updateDescription.updatedFields.status": "EXPIRED"}}]
        async with await SeatLock.get_pymongo_collection().watch(expired) as watching:
            with running_api(servers, database) as api, running_worker(servers, database):
                await until(services, first - 2 * SECOND)
                meanwhile = asyncio.create_task(buying(api, others, 24))
                while len(lags) < count:
                    lock_id = (await watching.next())["documentKey"]["_id"]
                    lags.append((services.clock() - deadline_of[lock_id]) / SECOND)
                measured = await meanwhile
        lags.sort()
        figures = f"p50 {lags[count // 2]:.2f}, p99 {lags[count * 99 // 100]:.2f}, max {lags[-1]:.2f} s"
        rate = f"{measured.requests_per_second:,.0f} locks/s"
        say(f"expiry lag of {count:,} locks, at {rate}: {figures} (to reach: p99 <= 1)")


async def measure_finished(servers: Servers) -> None:
    """An idle sweep, and one of 1,000, before and after there are a million finished locks."""
    finished = 1_000_000
    async with fresh_database(servers) as (services, _):
        ids = [(await new_event(services, 1_000_000)).id for _ in range(20)]

        async def sweeps() -> tuple[float, float]:
            """The medians, in milliseconds."""
            idle = [await timed(are_locks_due(services)) for _ in range(200)]
            busy = []
            for _ in range(15):
                now = services.clock()
                for event_id in ids:
                    event = Event.from_bson(await Event.get_pymongo_collection().find_one({"_id": event_id}) or {})
                    await stock(services, event, now, locks=[now] * 50)
                progress = Progress()
                busy.append(await timed(expire_locks(services, progress)))
                assert progress.done == 1_000
            return sorted(idle)[100] * 1_000, sorted(busy)[7] * 1_000

        before = await sweeps()
        ended = await SeatLock.get_pymongo_collection().find_one({"status": "EXPIRED"}, {"key_id": 0}) or {}
        for _ in range(finished // 10_000):
            more = [ended | {"_id": new_id(), "event_id": random.choice(ids)} for _ in range(10_000)]
            await SeatLock.get_pymongo_collection().insert_many(more)
        after = await sweeps()
        for name, was, now_is in zip(("an idle sweep", "a sweep of 1,000"), before, after, strict=True):
            grown = f"with {finished:,} finished locks {now_is:.1f} ms: {now_is / was:.2f} x (to reach: 0.8 to 1.2)"
            say(f"{name}: {was:.1f} ms, {grown}")


async def measure_recovery(servers: Servers) -> None:
    """1,000 events of 1,000 seats, half of them numbered: 320,000 seats sold, 50,000 held."""
    count = 1_000
    async with fresh_database(servers) as (services, _):
        now = services.clock()
        events = []
        for number in range(count):
            event = await new_event(services, 1_000, rows_of=50 if number % 2 else None)
            await stock(services, event, now, purchases=160, seats_each=2, locks=[now + timedelta(days=1)] * 50)
            events.append(event)
        entries = await AuditEntry.get_pymongo_collection().estimated_document_count()
        say(f"{count:,} events, {count * 1_000:,} seats, {count * 160:,} purchases, {entries:,} audit entries:")

        async def recover(state: str) -> None:
            began = time.monotonic()
            execution = await run_job(services, Job.RECOVER, "bench")
            assert execution.status is JobStatus.COMPLETED
            took = f"{time.monotonic() - began:.1f} s, {execution.records_processed} repaired"
            say(f"    recovery, {state}: {took} (to reach: 10)")

        await recover("all sound")
        tampered = {"_id": {"$in": [event.id for event in events[::100]]}}
        await Event.get_pymongo_collection().update_many(tampered, {"$inc": {"sections.0.available": -2}})
        await recover("ten counters lowered by two")
        began = time.monotonic()
        drift = await check_inventory(services)
        say(f"    check of everything, all history included: {time.monotonic() - began:.1f} s, {len(drift)} drifts")


MEASUREMENTS: Mapping[str, Callable[[Servers], Coroutine[Any, Any, None]]] = {
    "mass": measure_mass,
    "lag": measure_lag,
    "finished": measure_finished,
    "recovery": measure_recovery,
}


@asynccontextmanager
async def fresh_database(servers: Servers) -> AsyncIterator[tuple[Services, str]]:
    database = f"bench_{secrets.token_hex(4)}"
    settings = load_settings(
        mongo_uri=servers.mongo_uri, mongo_database=database, redis_url=servers.redis_url, secret_key=SECRET
    )
    async with open_services(settings) as services:
        yield services, database
        await services.mongo.drop_database(database)


@contextmanager
def running_worker(servers: Servers, database: str) -> Iterator[None]:
    """`seatlock worker`, as an operator runs it, until the end of the block."""
    variables = {name: value for name, value in environment(servers, database).items() if name.startswith("SEATLOCK_")}
    given = (f"{name}={value}" for name, value in variables.items())
    process = start_child(["/usr/bin/env", *given, sys.executable, "-m", "ops.cli", "worker"])
    try:
        yield
    finally:
        stop_child(process, 20)


async def buying(api: Api, events: Sequence[Event], seconds: int) -> Measured:
    """16 connections that lock seats of these events in turn."""
    ids = " ".join(encode_id("Event", event.id) for event in events)
    return await asyncio.to_thread(buy, api, "lock", BUYERS, seconds, ids)


async def until(services: Services, instant: datetime) -> None:
    left = (instant - services.clock()) / SECOND
    assert left > 0, "this machine is too slow for the deadlines chosen"
    await asyncio.sleep(left)


async def timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def say(line: str) -> None:
    print(line, flush=True)
