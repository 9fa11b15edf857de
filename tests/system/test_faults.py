"""Whatever dies, is away or runs late while buyers buy and workers sweep: it comes right without a human."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from domain.documents import AuditEntry, Event, Job, JobExecution, JobLease, JobStatus, SeatLock
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.services import Services
from ops.embedded import Server, Servers, embedded_servers
from tests.domain.sale.test_time import later
from tests.support.api import api_server
from tests.support.buying import assert_nothing_is_lost, buyers
from tests.support.hunting import hunt
from tests.support.load import SOMETIMES_FEWER, Load
from tests.support.sale import new_event, somebody
from tests.support.waiting import until
from tests.support.worker import Worker, events_logged

pytestmark = pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may kill")

AWAY_SECONDS = 6.0
"""How long Redis is away: longer than anybody waits for it."""

MANY = 8_000
"""Dead locks; enough to catch a worker in the middle of them."""

REDIS_OUTAGE = ["Redis does not answer", "Redis answers again"]
MONGO_OUTAGE = ["MongoDB does not answer", "MongoDB answers again"]
SIMULATED_OUTAGE = ["payment provider gave no answer", "refund processed"]
"""Of payments while MongoDB is away: the simulated provider keeps its book there. One that was late is given back."""

BATON_OUTAGE = ["writing without the baton", "writing with the baton again"]
FEED_OUTAGE = ["live feed is not published", "live feed is published again"]
OFFERS_OUTAGE = ["commands are not handed over", "commands are handed over again"]
"""Said only by who has found another process writing an event."""

PYMONGO_OUTAGE = ["MongoClient background task encountered an error:"]


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of these tests' own; the replica set has one member, or as many as the test's parameter says."""
    data, members = tmp_path_factory.mktemp("servers"), getattr(request, "param", 1)
    with embedded_servers(data, members=members, cache_gb=0.25, keep_data=False) as running:
        yield running


@pytest.fixture
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Locks and bookings live for a second, or as many as a test's parameter says; a buyer may let many expire."""
    ttl = getattr(request, "param", 1)
    brief = {"lock_ttl_seconds": ttl, "payment_ttl_seconds": ttl, "payment_timeout_seconds": 1}
    return settings.model_copy(update=brief | {"max_lapses_per_buyer": 10_000})


@dataclass
class Shop:
    """An API, workers, buyers who leave many a lock and booking to time, and somebody who looks on."""

    services: Services
    api: Server
    logs: Path
    workers: list[Worker] = field(default_factory=list)

    def worker(self, ahead: int = 0) -> Worker:
        """A worker, now starting."""
        log = self.logs / f"worker{len(self.workers)}.log"
        self.workers.append(Worker(self.services.settings, log, ahead))
        return self.workers[-1]

    @asynccontextmanager
    async def buyers(self) -> AsyncIterator[Load]:
        await asyncio.to_thread(self.api.start)
        async with buyers(self.services, self.api, connections=16, steps=SOMETIMES_FEWER, paid=50) as buying:
            yield buying

    def baton_lines(self) -> list[str]:
        """What the API said of the baton."""
        return events_logged(self.api.log, "domain.writer.baton")

    async def dead_locks(self, count: int) -> Event:
        """An event with so many locks that nobody but a worker will look at."""
        event = await new_event(self.services, seats=count)
        an_hour_ago = later(self.services, -timedelta(hours=1))
        await asyncio.gather(*(lock(an_hour_ago, event) for _ in range(count)))
        return event

    async def left(self, event: Event | None = None) -> int:
        """How many locks are ACTIVE."""
        query = {"event_id": event.id} if event else {}
        return await SeatLock.get_pymongo_collection().count_documents({"status": "ACTIVE", **query})

    async def until_swept(self, event: Event | None = None, within: float = 10) -> None:
        async def is_swept() -> bool:
            return await self.left(event) == 0

        await until(is_swept, within)

    async def until_in_the_middle(self, event: Event) -> None:
        """Return when a worker has expired some of the event's locks, and not all."""

        async def is_in_the_middle() -> bool:
            running = await count_executions(Job.EXPIRE_LOCKS, JobStatus.RUNNING)
            return running == 1 and await self.left(event) < MANY

        await until(is_in_the_middle)
        assert await self.left(event) > 0

    async def until_recovered(self, times: int) -> None:
        """Return when workers have run RECOVER so often to its end."""

        async def has_recovered() -> bool:
            return await count_executions(Job.RECOVER, JobStatus.COMPLETED) == times

        await until(has_recovered)

    async def assert_all_is_well(self, buying: Load) -> None:
        """What was acknowledged is there; what had its time is EXPIRED, once, and nothing else is."""
        await assert_nothing_is_lost(self.services, buying)
        await self.until_swept()
        assert await check_inventory(self.services) == []
        locks = SeatLock.get_pymongo_collection()
        assert set(await locks.distinct("status")) == {"CONSUMED", "EXPIRED"}
        expiries = {"action": {"$in": ["LOCK_EXPIRED", "BOOKING_EXPIRED"]}}
        times = Counter([entry["lock_id"] async for entry in AuditEntry.get_pymongo_collection().find(expiries)])
        assert set(await locks.distinct("_id", {"status": "EXPIRED"})) <= times.keys()  # those paid too late as well
        assert set(times.values()) == {1}


@pytest.fixture
def shop(settings: Settings, services: Services, tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(services, api_server(settings, tmp_path / "api.log"), tmp_path)
    yield shop
    for worker in shop.workers:
        worker.kill()
    shop.api.kill()


async def lock(services: Services, event: Event) -> Locked:
    """Somebody locks a seat."""
    return await lock_seats(
        services, somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
    )


async def count_executions(job: Job, status: JobStatus) -> int:
    return await JobExecution.find({"job": job, "status": status}).count()


def outages_of(worker: Worker) -> list[str]:
    """What it said of servers that are away."""
    return [line for line in worker.said("workers.") if line in (*REDIS_OUTAGE, *MONGO_OUTAGE)]


async def until_said(worker: Worker, *outages: str) -> None:
    """Return when these are the outages that the worker has spoken of."""

    async def has_said() -> bool:
        return len(outages_of(worker)) >= len(outages)

    await until(has_said)
    assert outages_of(worker) == [*outages]


@contextmanager
def away(redis: Server) -> Iterator[None]:
    redis.kill()
    try:
        yield
    finally:
        redis.start()


@contextmanager
def hanging(redis: Server) -> Iterator[None]:
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis.pid, signal.SIGCONT)


@contextmanager
def full(redis: Server) -> Iterator[None]:
    """It answers, and takes nothing."""
    with Redis(port=redis.port) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


@hunt
async def test_redis_is_away_and_later_restarts(shop: Shop, servers: Servers) -> None:
    worker = shop.worker()
    async with shop.buyers() as buying:
        with away(servers.redis):
            began = time.monotonic()
            await until_said(worker, *REDIS_OUTAGE[:1])
            await shop.until_swept(await shop.dead_locks(1))
            await buying.until_paid(50)
            await asyncio.sleep(began + AWAY_SECONDS - time.monotonic())
        await until_said(worker, *REDIS_OUTAGE)

        expected = REDIS_OUTAGE + BATON_OUTAGE + FEED_OUTAGE

        async def is_said_by_all() -> bool:
            return {*worker.said()} >= {*expected} and len(shop.baton_lines()) >= 2

        await until(is_said_by_all)
        assert Counter(line for line in worker.said() if line not in OFFERS_OUTAGE) == Counter(expected)
        assert shop.baton_lines() == BATON_OUTAGE

        with away(servers.redis):
            pass
        await buying.until_paid(50)
        await shop.assert_all_is_well(buying)
        assert buying.failures == 0
    assert outages_of(worker) in (REDIS_OUTAGE, REDIS_OUTAGE * 2)
    assert worker.runs


@hunt
async def test_a_worker_starts_sweeps_and_stops_without_redis(shop: Shop, servers: Servers) -> None:
    with away(servers.redis):
        worker = shop.worker()
        await shop.until_recovered(1)
        await shop.until_swept(await shop.dead_locks(1))
    await until_said(worker, *REDIS_OUTAGE)
    with full(servers.redis):
        await until_said(worker, *REDIS_OUTAGE, *REDIS_OUTAGE[:1])
        await shop.until_swept(await shop.dead_locks(1))
    await until_said(worker, *REDIS_OUTAGE * 2)
    with hanging(servers.redis):
        await until_said(worker, *REDIS_OUTAGE * 2, *REDIS_OUTAGE[:1])
        await shop.until_swept(await shop.dead_locks(1))
        assert await asyncio.to_thread(worker.stop, 10) == 0
    assert {*worker.said()} - {*OFFERS_OUTAGE} == {*REDIS_OUTAGE, *BATON_OUTAGE, *FEED_OUTAGE}

    worker = shop.worker()
    await shop.until_recovered(2)
    await shop.until_swept(await shop.dead_locks(1))
    assert worker.said() == []


@pytest.mark.parametrize("servers", [3], indirect=True)
async def test_kill_of_the_primary(shop: Shop, servers: Servers) -> None:
    worker = shop.worker()
    async with shop.buyers() as buying:
        _, port = await shop.services.mongo.primary or ("", 0)
        (primary,) = [mongod for mongod in servers.mongods if mongod.port == port]
        await asyncio.to_thread(primary.kill)
        event = await shop.dead_locks(1)
        await buying.until_paid(50)
        await shop.until_swept(event)
        await asyncio.to_thread(primary.start)
        await buying.until_paid(50)
        await shop.assert_all_is_well(buying)
    said = worker.said()
    assert [line for line in said if line in MONGO_OUTAGE] in ([], MONGO_OUTAGE)
    assert {*said} <= {*MONGO_OUTAGE, *SIMULATED_OUTAGE, *PYMONGO_OUTAGE}
    assert worker.runs


@hunt
async def test_kill_of_a_worker_in_the_middle(shop: Shop) -> None:
    async with shop.buyers() as buying:
        event = await shop.dead_locks(MANY)
        worker = shop.worker()
        await shop.until_in_the_middle(event)
        await asyncio.to_thread(worker.kill)
        died = await JobExecution.find({"status": JobStatus.RUNNING}).to_list()
        assert await shop.left(event) > 0
        worker = shop.worker()
        # Its lease and the transaction it left open block for seconds.
        await shop.until_swept(event, within=15)
        await shop.until_recovered(1)
        failed = await JobExecution.find({"status": JobStatus.FAILED}).to_list()
        assert {one.id for one in failed} >= {one.id for one in died}
        assert {one.error for one in failed} == {"The process that ran it is gone."}
        await shop.assert_all_is_well(buying)
    assert worker.said() == []
    assert worker.runs


@hunt
async def test_stop_of_a_worker_in_the_middle(shop: Shop) -> None:
    async with shop.buyers() as buying:
        event = await shop.dead_locks(MANY)
        worker = shop.worker()
        await shop.until_in_the_middle(event)
        assert await asyncio.to_thread(worker.stop, 5) == 0
        assert worker.said() == []
        assert await shop.left(event) > 0
        assert await JobLease.find({"execution_id": {"$ne": None}}).to_list() == []
        stopped = await JobExecution.find({"status": {"$in": [JobStatus.RUNNING, JobStatus.FAILED]}}).to_list()
        assert Job.EXPIRE_LOCKS in {one.job for one in stopped}
        assert {one.error for one in stopped} == {"Stopped with its process; the next run does the rest."}
        # Nothing is left open in MongoDB: whoever writes this event next need not wait.
        assert await check_inventory(shop.services, event.id) == []
        async with asyncio.timeout(3):
            await lock(shop.services, event)
        worker = shop.worker()
        await shop.until_swept(event)
        await shop.assert_all_is_well(buying)
    assert worker.runs


@hunt
@pytest.mark.parametrize("settings", [7], indirect=True)
async def test_two_workers_whose_clocks_differ(shop: Shop) -> None:
    workers = [shop.worker(), shop.worker(ahead=5)]
    async with shop.buyers() as buying:
        event = await shop.dead_locks(1000)
        await buying.until_paid(100)
        await shop.until_swept(event)
        await shop.assert_all_is_well(buying)
    await shop.until_recovered(2)
    executions = await JobExecution.count()
    await asyncio.sleep(1.5)  # some ticks of each
    assert await JobExecution.count() == executions
    assert [worker.said() for worker in workers] == [[], []]
    assert all(worker.runs for worker in workers)
