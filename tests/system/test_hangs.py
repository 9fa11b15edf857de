"""Servers and processes that hang, while buyers buy: sales go on before they do, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.documents import AuditEntry, SeatLock
from domain.integrity.drift import check_inventory
from domain.process.metrics import REGISTRY
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.services import Services
from ops.embedded import Mongod, Server, Servers, embedded_servers
from tests.support.api import api_server
from tests.support.buying import assert_nothing_is_lost, buyers
from tests.support.hunting import hunt
from tests.support.load import Load
from tests.support.sale import new_event, somebody
from tests.support.waiting import until

pytestmark = pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may stop")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A replica set of three members, and Redis, of these tests' own."""
    with embedded_servers(tmp_path_factory.mktemp("servers"), members=3, cache_gb=0.25, keep_data=False) as running:
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A payment whose provider was never asked is waited for in vain: briefly, here."""
    return settings.model_copy(update={"payment_timeout_seconds": 1})


@pytest.fixture
def apis(settings: Settings, services: Services, tmp_path: Path) -> Iterator[list[Server]]:
    """Two API processes on the database of `services`, not yet started."""
    made = [api_server(settings, tmp_path / f"api{number}.log") for number in range(2)]
    yield made
    for api in made:
        api.kill()


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def members(services: Services, servers: Servers) -> tuple[Mongod, list[Mongod]]:
    """The primary, and the others."""
    _, port = await services.mongo.primary or ("", 0)
    (primary,) = [mongod for mongod in servers.mongods if mongod.port == port]
    return primary, [mongod for mongod in servers.mongods if mongod is not primary]


def ask(mongod: Mongod, *command: Any, **more: Any) -> dict[str, Any]:
    """This member's own answer."""
    with MongoClient[dict[str, Any]]("127.0.0.1", mongod.port, directConnection=True) as client:
        return client.admin.command(*command, **more)


async def test_sales_go_on_while_the_primary_hangs(services: Services, apis: list[Server], servers: Servers) -> None:
    api, _ = apis
    await asyncio.to_thread(api.start)
    async with buyers(services, api, connections=16, paid=20) as buying:
        primary, _ = await members(services, servers)
        with hanging(primary):
            await buying.until_paid(20)
        await buying.until_paid(20)
        await assert_nothing_is_lost(services, buying)


@hunt
async def test_a_secondary_that_hangs_stops_nobody(services: Services, apis: list[Server], servers: Servers) -> None:
    """Not even when another was made to replicate from it."""
    api, _ = apis
    await asyncio.to_thread(api.start)
    async with buyers(services, api, connections=16, paid=20) as buying:
        primary, (source, other) = await members(services, servers)
        await asyncio.to_thread(ask, other, "replSetSyncFrom", source.address)

        async def follows_the_primary() -> bool:
            return bool(ask(other, "replSetGetStatus")["syncSourceHost"] == primary.address)

        await until(follows_the_primary)
        with hanging(source):
            await buying.until_paid(50)
        await assert_nothing_is_lost(services, buying)


@hunt
@pytest.mark.parametrize("is_killed", [False, True], ids=["hangs", "is killed"])
async def test_an_api_dies_and_others_sell_on(services: Services, apis: list[Server], is_killed: bool) -> None:
    """All that it leaves behind, turns and transactions, is over within seconds."""
    await asyncio.gather(*(asyncio.to_thread(api.start) for api in apis))
    async with buyers(services, *apis, connections=32, paid=50) as buying:
        others = Load(buying.buyers[1::2], buying.tasks[1::2])
        events = {purchase.event for purchase in buying.purchases}
        before = {purchase.lock for purchase in buying.purchases}
        async with asyncio.timeout(6.5):
            if is_killed:
                await asyncio.to_thread(apis[0].kill)
            else:
                os.kill(apis[0].pid, signal.SIGSTOP)
            since = dict.fromkeys(events, 0)
            while not all(since.values()):
                await asyncio.sleep(0.05)
                for purchase in others.purchases:
                    since[purchase.event] += purchase.lock is not None and purchase.lock not in before
        if is_killed:
            await asyncio.to_thread(apis[0].start)
        else:
            os.kill(apis[0].pid, signal.SIGCONT)
        await buying.until_paid(50)
        await assert_nothing_is_lost(services, buying)


@hunt
async def test_what_a_majority_does_not_have_yet_is_waited_for(services: Services, servers: Servers) -> None:
    """It is in no snapshot, and its keys are taken: that is no contradiction, and nothing to repair."""
    event = await new_event(services, seats=10)
    _, secondaries = await members(services, servers)

    def duplicates() -> float:
        return REGISTRY.get_sample_value("seatlock_write_retries_total", {"reason": "BulkWriteError"}) or 0.0

    before = duplicates()
    for secondary in secondaries:
        await asyncio.to_thread(ask, secondary, "fsync", 1, lock=True)
    try:
        locking = asyncio.create_task(
            lock_seats(
                services, somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
            )
        )

        async def has_met_its_own_keys() -> bool:
            return duplicates() >= before + 10

        await until(has_met_its_own_keys, within=25)
        await asyncio.sleep(1)  # it asks for all that is written, which a majority does not have
    finally:
        for secondary in secondaries:
            await asyncio.to_thread(ask, secondary, "fsyncUnlock")
    locked = await locking
    assert [one.id for one in await SeatLock.find({"event_id": event.id}).to_list()] == [locked.lock.id]
    actions = [entry.action async for entry in AuditEntry.find({"event_id": event.id})]
    assert actions == ["EVENT_CREATED", "SEATS_LOCKED"]
    assert await check_inventory(services) == []
