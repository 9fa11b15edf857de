"""`python -m bench time`: what becomes of what nobody paid for, and what that costs those who buy meanwhile."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bench.load import Measured, buy
from bench.server import SECRET, Api, environment, running_api
from bench.stocked import new_event, stock
from domain.documents import AuditEntry, Event, Job, JobStatus, SeatLock
from domain.inventory.check import check_inventory
from domain.inventory.expiry import are_locks_due, expire_locks
from domain.jobs import run_job
from domain.jobs.progress import Progress
from domain.services import Services, open_services
from domain.settings import load_settings
from ops.embedded import Servers
from ops.processes import start_child, stop_child

EVENTS, LOCKS, FINISHED, RANDOM_LOCKS = 200, 100_000, 1_000_000, 10_000
BUYERS = 16
WINDOW = 5
MS = timedelta(milliseconds=1)


def measure_time(servers: Servers, which: list[str]) -> None:
    """Print each figure as it is measured."""
    measures = {"mass": _mass, "lag": _lag, "finished": _finished, "recovery": _recovery}
    for name in which or measures:
        asyncio.run(measures[name](servers))


@contextmanager
def _worker(servers: Servers, database: str) -> Iterator[None]:
    env = environment(servers, database)
    process = start_child(
        [
            "/usr/bin/env",
            *(f"{k}={v}" for k, v in env.items() if k.startswith("SEATLOCK_")),
            sys.executable,
            "-m",
            "ops.cli",
            "worker",
        ]
    )
    try:
        yield
    finally:
        stop_child(process, 20)


def _services(servers: Servers, database: str) -> Any:
    return open_services(
        load_settings(
            mongo_uri=servers.mongo_uri,
            mongo_database=database,
            redis_url=servers.redis_url,
            secret_key=SECRET,
            log_level="warning",
        )
    )


async def _still_due(services: Services) -> bool:
    return await are_locks_due(services)


async def _buy(api: Api, events: list[str], seconds: int) -> Measured:
    return await asyncio.to_thread(buy, api, "lock", BUYERS, seconds, " ".join(events))


def _global_ids(events: list[Event]) -> list[str]:
    from graph.ids import encode_id

    return [str(encode_id("Event", event.id)) for event in events]


async def _mass(servers: Servers) -> None:
    """100,000 locks over 200 events fall due at one instant, while 16 connections buy at these very events."""
    database = f"bench_{secrets.token_hex(4)}"
    async with _services(servers, database) as services:
        events = [await new_event(services, 100_000) for _ in range(EVENTS)]
        began = time.monotonic()
        now = services.clock()
        due = now + timedelta(seconds=75)
        for event in events:
            await stock(services, event, now, locks=[due] * (LOCKS // EVENTS))
        print(f"stocked {LOCKS:,} locks in {time.monotonic() - began:.0f} s", flush=True)
        ids = _global_ids(events)
        with running_api(servers, database) as api, _worker(servers, database):
            await _buy(api, ids, 3)
            calm = await _buy(api, ids, WINDOW)
            assert services.clock() < due - timedelta(seconds=1), "too slow a machine for this deadline"
            await asyncio.sleep((due - services.clock()).total_seconds())
            buying = asyncio.create_task(_buy(api, ids, WINDOW))
            while await _still_due(services):
                await asyncio.sleep(0.02)
            seconds = (services.clock() - due).total_seconds()
            busy = await buying
            print(f"all {LOCKS:,} AVAILABLE after {seconds:.1f} s (to reach: 10)")
            print(
                f"  without: {calm.requests_per_second:,.0f} locks/s, p50 {calm.p50:.1f}, p99 {calm.p99:.1f} ms, {calm.unexpected} unexpected"
            )
            print(
                f"  during:  {busy.requests_per_second:,.0f} locks/s, p50 {busy.p50:.1f}, p99 {busy.p99:.1f} ms, {busy.unexpected} unexpected"
            )
            print(f"  p99 {busy.p99 / calm.p99:.2f} x (to reach: <= 2)", flush=True)
        print("check:", len(await check_inventory(services)), "drifts", flush=True)
        await services.mongo.drop_database(database)


async def _lag(servers: Servers) -> None:
    """10,000 locks with deadlines all over 20 s, while 16 connections buy elsewhere: deadline to EXPIRED, as stored."""
    database = f"bench_{secrets.token_hex(4)}"
    async with _services(servers, database) as services:
        events = [await new_event(services, 100_000) for _ in range(20)]
        now = services.clock()
        first = now + timedelta(seconds=30)
        for event in events:
            deadlines = [first + random.random() * timedelta(seconds=20) for _ in range(RANDOM_LOCKS // 20)]
            deadlines = [at - timedelta(microseconds=at.microsecond % 1000) for at in deadlines]
            await stock(services, event, now, locks=deadlines)
        deadline_of = {lock.id: lock.expires_at async for lock in SeatLock.find_all()}
        lags: list[float] = []
        expired = [{"$match": {"updateDescription.updatedFields.status": "EXPIRED"}}]
        async with await SeatLock.get_pymongo_collection().watch(expired) as watching:
            with running_api(servers, database) as api, _worker(servers, database):
                await asyncio.sleep(max(0, (first - services.clock()).total_seconds() - 2))
                # Elsewhere, because those who buy expire what is in their way themselves.
                others = [await new_event(services, 100_000) for _ in range(20)]
                buying = asyncio.create_task(_buy(api, _global_ids(others), 25))
                while len(lags) < RANDOM_LOCKS:
                    change = await watching.next()
                    deadline = deadline_of.get(change["documentKey"]["_id"])
                    if deadline is not None:
                        lags.append((services.clock() - deadline).total_seconds())
                measured = await buying
        lags.sort()
        print(
            f"expiry lag of {len(lags):,} locks at {measured.requests_per_second:,.0f} locks/s: "
            f"p50 {lags[len(lags) // 2]:.2f}, p99 {lags[len(lags) * 99 // 100]:.2f}, max {lags[-1]:.2f} s (to reach: p99 <= 1)",
            flush=True,
        )
        await services.mongo.drop_database(database)


async def _finished(servers: Servers) -> None:
    """An idle sweep, and one of 1,000, before and after a million finished locks."""
    database = f"bench_{secrets.token_hex(4)}"
    async with _services(servers, database) as services:
        events = [await new_event(services, 1_000_000) for _ in range(20)]

        async def sweeps() -> tuple[float, float]:
            idle, busy = [], []
            for _ in range(200):
                began = time.perf_counter()
                await are_locks_due(services)
                idle.append(time.perf_counter() - began)
            for _ in range(15):
                now = services.clock()
                for event in events:
                    event = await Event.get(event.id)
                    await stock(
                        services,
                        Event.from_bson(await Event.get_pymongo_collection().find_one({"_id": event.id})),
                        now,
                        locks=[now] * 50,
                    )
                began = time.perf_counter()
                progress = Progress()
                await expire_locks(services, progress)
                busy.append(time.perf_counter() - began)
                assert progress.done == 1_000, progress
            return sorted(idle)[100] * 1e3, sorted(busy)[7] * 1e3

        before = await sweeps()
        template = (await SeatLock.get_pymongo_collection().find_one()) or {}
        for _ in range(FINISHED // 10_000):
            await SeatLock.get_pymongo_collection().insert_many(
                [
                    {k: v for k, v in template.items() if k != "_id"} | {"event_id": random.choice(events).id}
                    for _ in range(10_000)
                ]
            )
        after = await sweeps()
        for name, was, now_ in zip(("an idle sweep", "a sweep of 1,000"), before, after, strict=True):
            print(
                f"{name}: {was:.2f} ms, with {FINISHED:,} finished locks {now_:.2f} ms: {now_ / was:.2f} x (to reach: 0.8 to 1.2)",
                flush=True,
            )
        await services.mongo.drop_database(database)


async def _recovery(servers: Servers) -> None:
    """1,000 events of 1,000 seats, half of them numbered; a third sold, some held, ten tampered with."""
    database = f"bench_{secrets.token_hex(4)}"
    async with _services(servers, database) as services:
        now = services.clock()
        later = now + timedelta(days=1)
        began = time.monotonic()
        events = []
        for number in range(1_000):
            event = await new_event(services, 1_000, rows_of=50 if number % 2 else None)
            await stock(services, event, now, purchases=160, seats_each=2, locks=[later] * 50)
            events.append(event)
        entries = await AuditEntry.get_pymongo_collection().estimated_document_count()
        print(
            f"stocked 1,000 events, 1,000,000 seats, 160,000 purchases, {entries:,} entries in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for state in ("sound", "ten tampered with"):
            if state != "sound":
                for event in events[::100]:
                    await Event.get_pymongo_collection().update_one(
                        {"_id": event.id}, {"$inc": {"sections.0.available": -2}}
                    )
            began = time.monotonic()
            execution = await run_job(services, Job.RECOVER, "bench")
            assert execution.status is JobStatus.COMPLETED, execution
            print(
                f"recovery, {state}: {time.monotonic() - began:.1f} s, {execution.records_processed} repaired (to reach: 10)",
                flush=True,
            )
        began = time.monotonic()
        drift = await check_inventory(services)
        print(
            f"check of everything, history and all: {time.monotonic() - began:.1f} s, {len(drift)} drifts", flush=True
        )
        await services.mongo.drop_database(database)
