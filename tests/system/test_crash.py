"""kill -9 of everything there is, in the middle of 64 connections' load: what was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.integrity.drift import check_inventory
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.services import Services
from ops.embedded import Server, Servers, embedded_servers
from tests.support.api import api_server
from tests.support.buying import assert_nothing_is_lost, buyers
from tests.support.hunting import hunt, many
from tests.support.sale import new_event, somebody

pytestmark = pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may kill")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of these tests' own."""
    with embedded_servers(tmp_path_factory.mktemp("servers"), cache_gb=0.5, keep_data=False) as running:
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


async def start(*servers: Server) -> None:
    """Start them at once, while the buyers go on."""
    await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))


async def kill(server: Server) -> None:
    await asyncio.to_thread(server.kill)


async def test_kill_of_the_api(services: Services, apis: list[Server]) -> None:
    await start(*apis)
    async with buyers(services, *apis, paid=many(50, 200)) as buying:
        await kill(apis[0])
        await buying.until(lambda: all(buyer.failures for buyer in buying.buyers[::2]))
        await start(apis[0])
        await buying.until_paid(many(50, 200))
        await assert_nothing_is_lost(services, buying)


@hunt
async def test_kill_of_mongod(services: Services, apis: list[Server], servers: Servers) -> None:
    api, _ = apis
    await start(api)
    async with buyers(services, api) as buying:
        await kill(servers.mongod)
        await start(servers.mongod)
        await buying.until_paid(200)
        await assert_nothing_is_lost(services, buying)


@hunt
async def test_kill_of_redis(services: Services, apis: list[Server], servers: Servers) -> None:
    await start(*apis)
    async with buyers(services, *apis) as buying:
        await kill(servers.redis)
        await buying.until_paid(200)
        await start(servers.redis)
        await buying.until_paid(200)
        assert buying.failures == 0
        await assert_nothing_is_lost(services, buying)


async def test_a_redis_that_hangs_is_waited_for_once(services: Services, servers: Servers) -> None:
    """More events than the writer serves at a time, and Redis must not be waited for by each in turn."""
    events = [await new_event(services, seats=1) for _ in range(24)]
    buyer = somebody()
    os.kill(servers.redis.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(15):
            await asyncio.gather(
                *(
                    lock_seats(
                        services, buyer, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key=str(n)
                    )
                    for n, event in enumerate(events)
                )
            )
    finally:
        os.kill(servers.redis.pid, signal.SIGCONT)
    assert await check_inventory(services) == []
