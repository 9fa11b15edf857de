"""One process writes an event for the others and dies, hangs or is cut off, while buyers buy at all of them."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from domain.documents import AuditEntry, Event, SeatLock
from domain.errors import NotEnoughSeats
from domain.integrity.drift import check_inventory
from domain.process.settings import Settings
from domain.sale.buying import release_lock
from domain.services import Services
from graph.schema.ids import parse_id
from ops.embedded import Server, Servers, embedded_servers
from tests.support.api import api_server, variables
from tests.support.buying import assert_nothing_is_lost, buyers
from tests.support.forking import Forked, fork
from tests.support.hunting import hunt, many, one_in
from tests.support.line import Line, line_to
from tests.support.load import SOMETIMES_CANCELLED, Buyer, Load
from tests.support.reigns import STEPS, handed_over, lock
from tests.support.sale import new_event, somebody
from tests.support.scraping import scrape
from tests.support.servers import another_server, close_server
from tests.support.thrones import writer_of
from tests.support.waiting import until

pytestmark = pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may kill")

STOPPED_SECONDS = 3.0
"""Longer than a process is waited for that has commands of others."""


BY_LINE = "by line"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of these tests' own."""
    with embedded_servers(tmp_path_factory.mktemp("servers"), cache_gb=0.5, keep_data=False) as running:
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A payment whose provider was never asked is waited for in vain: briefly, here."""
    return settings.model_copy(update={"payment_timeout_seconds": 1})


@dataclass
class Shop:
    """Two API processes on one database. Where there is need, the second comes to Redis by a line that can be cut."""

    services: Services
    apis: list[Server]
    line: Line

    @asynccontextmanager
    async def buyers(self) -> AsyncIterator[Load]:
        await asyncio.gather(*(asyncio.to_thread(api.start) for api in self.apis))
        async with buyers(
            self.services, *self.apis, connections=16, steps=SOMETIMES_CANCELLED, paid=many(15, 100)
        ) as buying:
            yield buying

    async def writer(self, buying: Load) -> Server:
        """Who writes the first event now."""
        event_id = parse_id("event", buying.purchases[0].event, "Event")
        prefix = self.services.settings.mongo_database
        return await writer_of(self.services.redis, prefix, event_id, self.apis)

    async def handed_over(self, outcome: str) -> float:
        """How many commands were handed over, with this outcome, by processes that run."""
        told = 0.0
        for api in self.apis:
            scraped = await scrape(f"http://127.0.0.1:{api.port}")
            told += scraped.sum("seatlock_commands_handed_over_total", outcome=outcome)
        return told

    async def assert_all_is_well(self, buying: Load) -> None:
        """What was acknowledged is there, and nothing of it twice."""

        async def is_handed_over() -> bool:
            return await self.handed_over("answered") > 0

        # On a busy machine they may have met in turns only, so far.
        await until(is_handed_over)
        await assert_nothing_is_lost(self.services, buying)
        made = {"action": {"$in": ["SEATS_LOCKED", "BOOKING_CREATED"]}, "is_retry": False}
        entries = AuditEntry.get_pymongo_collection().find(made)
        times = Counter([(entry["action"], entry["lock_id"]) async for entry in entries])
        assert set(times.values()) == {1}


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, settings: Settings, services: Services, servers: Servers, tmp_path: Path
) -> AsyncIterator[Shop]:
    async with line_to(servers.redis.port) as line:
        second = settings
        if getattr(request, "param", None) == BY_LINE:
            second = settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{line.port}/0"})
        apis = [api_server(given, tmp_path / f"api{number}.log") for number, given in enumerate((settings, second))]
        yield Shop(services, apis, line)
        for api in apis:
            await asyncio.to_thread(api.kill)


async def kill_the_writer(shop: Shop, buying: Load) -> None:
    """And start it again once those who bought there have noticed."""
    writer = await shop.writer(buying)
    await asyncio.to_thread(writer.kill)
    there = buying.buyers[shop.apis.index(writer) :: len(shop.apis)]
    before = [buyer.failures for buyer in there]
    await buying.until(lambda: all(buyer.failures > count for buyer, count in zip(there, before, strict=True)))
    await asyncio.to_thread(writer.start)


async def test_kill_of_the_writer(shop: Shop) -> None:
    async with shop.buyers() as buying:
        for _ in range(many(1, 8)):
            await kill_the_writer(shop, buying)
            await buying.until_paid(many(15, 100))
        await shop.assert_all_is_well(buying)


@hunt
async def test_kill_of_the_writer_with_commands_in_hand(shop: Shop) -> None:
    """Again and again, until those who were left have taken commands back."""
    async with shop.buyers() as buying:
        taken_back = 0.0
        while not taken_back:
            await kill_the_writer(shop, buying)
            taken_back = await shop.handed_over("taken_back")
            await buying.until_paid(30)
        await shop.assert_all_is_well(buying)


async def until_all_buy(buying: Load, buyers: Sequence[Buyer]) -> None:
    """Return when each of these has come two purchases further."""
    before = [len(buyer.purchases) for buyer in buyers]
    await buying.until(
        lambda: all(len(buyer.purchases) > count + 1 for buyer, count in zip(buyers, before, strict=True))
    )


async def test_a_writer_that_hangs(shop: Shop) -> None:
    """The others sell meanwhile."""
    async with shop.buyers() as buying:
        for _ in range(many(1, 4)):
            writer = await shop.writer(buying)
            others = buying.buyers[1 - shop.apis.index(writer) :: 2]
            os.kill(writer.pid, signal.SIGSTOP)
            try:
                began = time.monotonic()
                await until_all_buy(buying, others)
                await asyncio.sleep(began + STOPPED_SECONDS - time.monotonic())
            finally:
                os.kill(writer.pid, signal.SIGCONT)
            await buying.until_paid(many(15, 100))
        await shop.assert_all_is_well(buying)


async def test_redis_forgets_everything(shop: Shop) -> None:
    async with shop.buyers() as buying:
        for _ in range(many(1, 20)):
            await shop.services.redis.flushall()
            await buying.until_paid(many(15, 50))
        await shop.assert_all_is_well(buying)
        assert buying.failures == 0


@hunt
async def test_redis_is_killed(shop: Shop, servers: Servers) -> None:
    async with shop.buyers() as buying:
        for _ in range(4):
            await asyncio.to_thread(servers.redis.kill)
            await buying.until_paid(50)
            await asyncio.to_thread(servers.redis.start)
            await buying.until_paid(50)
        # Only after a while do they ask Redis again.
        await buying.until_paid(300)
        await shop.assert_all_is_well(buying)
        assert buying.failures == 0


@hunt
@pytest.mark.parametrize("shop", [BY_LINE], indirect=True)
async def test_one_process_is_cut_off_from_redis(shop: Shop) -> None:
    async with shop.buyers() as buying:
        for _ in range(4):
            shop.line.cut()
            await buying.until_paid(50)
            shop.line.mend()
            await buying.until_paid(100)
        await shop.assert_all_is_well(buying)
        assert buying.failures == 0


class Reigning:
    """A process that writes an event for the others, and ends or stops with a command of theirs in hand."""

    def __init__(self, services: Services, event: Event, process: Forked) -> None:
        self.event = event
        self.process = process
        self._services = services

    async def is_announced(self) -> bool:
        """Whether it writes the event, and others know."""
        assert self.process.poll() is None
        reign = f"{self._services.settings.mongo_database}:baton:{self.event.id}:reign"
        return bool(await self._services.redis.exists(reign))

    async def is_dead(self) -> bool:
        return self.process.poll() == -signal.SIGKILL

    async def is_stopped(self) -> bool:
        return psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED

    async def finish(self) -> None:
        """Let it go on, and carry out what it still has in hand, and end."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(self.process.wait, 60) == 0


@asynccontextmanager
async def reigning(services: Services, step: str, name: str, *, seats: int) -> AsyncIterator[Reigning]:
    """It gets that signal at that step. One of the seats is taken."""
    event = await new_event(services, seats=seats)
    process = fork(
        *("tests.support.reigning", step, name, str(event.id)),
        env={**os.environ, **variables(services.settings)},
        stdout=Path(os.devnull),
        stderr=Path("/dev/stderr"),
        cwd=Path.cwd(),
    )
    one = Reigning(services, event, process)
    try:
        await until(one.is_announced)
        yield one
    finally:
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
    assert await check_inventory(services) == []


@pytest.mark.parametrize("step", [one_in(5, step, number=number + 2) for number, step in enumerate(STEPS)])
async def test_death_at_each_step(services: Services, step: str) -> None:
    """With commands of another process in hand, which then carries them out itself, unless they were."""
    before = handed_over("taken_back")
    async with reigning(services, step, "SIGKILL", seats=20) as one:
        taken = await asyncio.gather(*(lock(services, one.event, key=str(number)) for number in range(10)))
        await until(one.is_dead)
    assert handed_over("taken_back") > before
    ids = {locked.lock.id for locked in taken}
    assert len(ids) == 10
    assert not any(locked.replayed for locked in taken)
    entries = await AuditEntry.find({"event_id": one.event.id, "lock_id": {"$in": [*ids]}}).to_list()
    assert Counter(entry.lock_id for entry in entries) == dict.fromkeys(ids, 1)
    assert await SeatLock.find({"event_id": one.event.id}).count() == 11


@pytest.mark.parametrize("step", [one_in(2, step, number=number + 1) for number, step in enumerate(STEPS[:2])])
async def test_what_is_refused_while_the_writer_hangs_is_not_done_afterwards(services: Services, step: str) -> None:
    """Somebody had the last seat when the buyer was told so, and has given it back since."""
    buyer, other = somebody(), somebody()
    unseen = another_server(services, prefix="another")
    async with reigning(services, step, "SIGSTOP", seats=2) as one:
        asking = asyncio.create_task(lock(services, one.event, caller=buyer))
        await until(one.is_stopped)
        last = await lock(unseen, one.event, caller=other)
        with pytest.raises(NotEnoughSeats):
            await asking
        await release_lock(unseen, other, event_id=one.event.id, lock_id=last.lock.id)
        await one.finish()
    assert await SeatLock.find({"event_id": one.event.id, "user_id": buyer.user_id}).to_list() == []
    await close_server(unseen)
