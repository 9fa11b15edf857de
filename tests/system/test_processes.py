"""One event sold by two API processes to 50 callers at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.documents import Event, Role
from domain.integrity.drift import check_inventory
from domain.people import accounts
from domain.process.settings import Settings
from domain.sale.event_changes import update_event
from domain.services import Services
from graph.schema.ids import encode_id
from tests.support.api import api_server
from tests.support.hunting import hunt
from tests.support.load import LOCK_SEATS
from tests.support.sale import new_event, somebody

pytestmark = pytest.mark.fresh_database


@pytest.fixture
async def connections(settings: Settings, services: Services, tmp_path: Path) -> AsyncIterator[list[httpx.AsyncClient]]:
    """One signed-in user's 50 connections to two API processes on the database of `services`."""
    user = await accounts.register(
        services, name="Ada", email="ada@seatlock.example", password="correct horse", correlation_id="test"
    )
    token = accounts.issue_token(settings, user, services.clock()).token
    apis = [api_server(settings, tmp_path / f"api{number}.log") for number in range(2)]
    async with AsyncExitStack() as stack:
        for api in apis:
            stack.callback(api.kill)
        await asyncio.gather(*(asyncio.to_thread(api.start) for api in apis))
        urls = islice(cycle(f"http://127.0.0.1:{api.port}" for api in apis), 50)
        headers = {"authorization": f"Bearer {token}"}
        clients = [httpx.AsyncClient(base_url=url, headers=headers, verify=False, timeout=30) for url in urls]
        for client in clients:
            await stack.enter_async_context(client)
        yield clients
        assert await check_inventory(services) == []


async def lock(client: httpx.AsyncClient, event: Event, key: str) -> dict[str, Any]:
    """What came of locking one seat."""
    variables = {"event": encode_id("Event", event.id), "key": key}
    response = await client.post("/graphql", json={"query": LOCK_SEATS, "variables": variables})
    outcome: dict[str, Any] = response.json()["data"]["lockSeats"]
    return outcome


async def test_one_key_is_one_lock(services: Services, connections: list[httpx.AsyncClient]) -> None:
    event = await new_event(services, seats=100)
    outcomes = await asyncio.gather(*(lock(client, event, "the key") for client in connections))
    assert len({outcome["lock"]["id"] for outcome in outcomes}) == 1
    assert sorted(outcome["replayed"] for outcome in outcomes) == [False] + [True] * 49

    other = await new_event(services, seats=100)
    for number in range(10):
        (here, there), key = connections[2 * number : 2 * number + 2], f"key {number}"
        pair = await asyncio.gather(lock(here, event, key), lock(there, other, key))
        assert sorted(outcome["__typename"] for outcome in pair) == ["IdempotencyKeyReused", "LockSeatsSuccess"]


async def test_the_last_seats_go_to_one_caller_each(services: Services, connections: list[httpx.AsyncClient]) -> None:
    event = await new_event(services, seats=3)
    outcomes = await asyncio.gather(*(lock(client, event, f"key {n}") for n, client in enumerate(connections)))
    assert Counter(outcome["__typename"] for outcome in outcomes) == {"LockSeatsSuccess": 3, "NotEnoughSeats": 47}


@hunt
async def test_two_hundred_requests_of_one_buyer(services: Services, connections: list[httpx.AsyncClient]) -> None:
    event = await new_event(services, seats=1_000)
    await update_event(services, somebody(Role.ADMIN), event_id=event.id, max_seats_per_buyer=4)
    asked = [lock(client, event, f"key {n}") for n, client in enumerate(connections * 4)]
    outcomes = await asyncio.gather(*asked)
    assert Counter(outcome["__typename"] for outcome in outcomes) == {"LockSeatsSuccess": 4, "LimitExceeded": 196}
