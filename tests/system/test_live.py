"""Fifty listeners while seats are bought, given back and left to expire: each sees all of it, and nothing else."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from domain.documents import SeatStatus
from domain.errors import Refusal
from domain.integrity.drift import check_inventory
from domain.opening import open_services
from domain.process.settings import Settings
from domain.sale.events import NewRow
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from ops.embedded import Servers, embedded_servers
from tests.graph.conftest import given, serving
from tests.support.hunting import hunt, many
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.waiting import until

ROWS = [NewRow(name, 20) for name in "ABCDEFGH"]
LABELS = [f"STALLS-{row.name}-{number}" for row in ROWS for number in range(1, row.seat_count + 1)]
LISTENERS = 50
DEALS = many(200, 500)

SUBSCRIPTION = """subscription ($id: ID!) { seatAvailability(eventId: $id) {
  version snapshot totalSeats availableSeats lockedSeats bookedSeats changedSeats { label status } } }"""
EVENT = """query ($id: ID!) { event(id: $id) { version totalSeats availableSeats lockedSeats bookedSeats
  seats { label status } } }"""


@dataclass
class Watcher:
    """Adds up what it is told, and checks each message against the sum."""

    seats: dict[str, str] = field(default_factory=dict)
    version: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    messages: int = 0

    def take(self, message: dict[str, Any]) -> None:
        told = message["data"]["seatAvailability"]
        assert told["snapshot"] == (self.messages == 0)
        assert told["version"] > self.version
        changed = {seat["label"]: seat["status"] for seat in told["changedSeats"]}
        assert len(changed) == len(told["changedSeats"])
        for label, status in changed.items():
            assert self.seats.get(label, "AVAILABLE") != status, "told of a seat that did not change"
        self.seats |= changed
        self.version = told["version"]
        self.messages += 1
        self.counts = {name: told[f"{name}Seats"] for name in ("total", "available", "locked", "booked")}
        tally = Counter(self.seats.values())
        held, booked = tally[SeatStatus.HELD], tally[SeatStatus.BOOKED]
        assert self.counts == {
            "total": len(LABELS),
            "available": len(LABELS) - held - booked,
            "locked": held,
            "booked": booked,
        }

    def is_at(self, event: dict[str, Any]) -> bool:
        """Whether it knows exactly what a query says."""
        return (
            self.version == event["version"]
            and self.counts == {name: event[f"{name}Seats"] for name in ("total", "available", "locked", "booked")}
            and [self.seats.get(label, "AVAILABLE") for label in LABELS] == [seat["status"] for seat in event["seats"]]
        )


async def by_websocket(http: httpx.AsyncClient, event_id: str, watcher: Watcher) -> None:
    url = str(http.base_url).replace("http", "ws", 1) + "/graphql"
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send('{"type":"connection_init"}')
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        payload = {"query": SUBSCRIPTION, "variables": {"id": event_id}}
        await socket.send(json.dumps({"id": "seats", "type": "subscribe", "payload": payload}))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "next":
                watcher.take(message["payload"])


async def by_event_stream(http: httpx.AsyncClient, event_id: str, watcher: Watcher) -> None:
    async with http.stream(
        "POST",
        "/graphql",
        json={"query": SUBSCRIPTION, "variables": {"id": event_id}},
        headers={"Accept": "text/event-stream"},
    ) as response:
        assert response.status_code == 200
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                watcher.take(json.loads(line.removeprefix("data: ")))


async def deal(sale: Sale, event: Any, chance: random.Random) -> None:
    """Some seats are locked, and then bought, released or left to expire."""
    buyer = somebody()
    with suppress(Refusal):
        locked = await sale.lock(event, buyer, *chance.sample(LABELS, chance.randint(1, 3)))
        fate = chance.choice(["buy and cancel", "release", "release", "leave", "confirm and leave", "buy"])
        if fate == "release":
            await sale.release(locked.lock, buyer)
        elif fate != "leave":
            booking = (await sale.confirm(locked.lock, buyer)).booking
            if fate.startswith("buy"):
                await sale.pay(booking, buyer)
            if fate == "buy and cancel":
                await sale.cancel(booking, buyer)


@dataclass
class Scene:
    """An event, and fifty listeners of one API."""

    services: Services
    http: httpx.AsyncClient
    event: Any
    watchers: list[Watcher]
    listening: list[asyncio.Task[None]]

    async def sell(self, deals: int) -> None:
        """Ten buyers at a time, through the API's own writer and another server's."""
        chance = random.Random(deals)
        sale = Sale([self.services], Time())
        slots = asyncio.Semaphore(10)

        async def one() -> None:
            async with slots:
                await deal(sale, self.event, chance)

        await asyncio.gather(*(one() for _ in range(deals)))

    async def query(self) -> dict[str, Any]:
        variables = {"id": encode_id("Event", self.event.id)}
        answer = await self.http.post("/graphql", json={"query": EVENT, "variables": variables})
        event: dict[str, Any] = answer.json()["data"]["event"]
        return event

    async def all_know(self) -> bool:
        """Whether every listener knows exactly what a query says now."""
        for task in self.listening:
            assert not task.done(), task.result()
        event = await self.query()
        return all(watcher.is_at(event) for watcher in self.watchers)


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Scene]:
    async with open_services(settings) as services, serving(assemble(settings, given(services))) as http:
        event = await new_event(services, rows=ROWS)
        event_id = encode_id("Event", event.id)
        watchers = [Watcher() for _ in range(LISTENERS)]
        http.timeout = httpx.Timeout(60)
        async with httpx.AsyncClient(base_url=http.base_url, timeout=60, limits=httpx.Limits()) as streams:
            tasks = [
                asyncio.create_task(
                    by_event_stream(streams, event_id, watcher) if number % 2 else by_websocket(http, event_id, watcher)
                )
                for number, watcher in enumerate(watchers)
            ]
            scene = Scene(services, http, event, watchers, tasks)
            await until(scene.all_know)
            yield scene
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def scene(settings: Settings) -> AsyncIterator[Scene]:
    brief = settings.model_copy(update={"lock_ttl_seconds": 1, "payment_ttl_seconds": 2})
    async with listening(brief) as scene:
        yield scene


async def test_every_listener_sees_every_seat(scene: Scene) -> None:
    await scene.sell(DEALS)
    await until(scene.all_know)

    async def nothing_is_held() -> bool:
        return bool((await scene.query())["lockedSeats"] == 0)

    # The last locks and bookings fall due, and nobody sweeps.
    await until(nothing_is_held)
    await until(scene.all_know, within=2)
    assert min(watcher.messages for watcher in scene.watchers) > 20
    assert await check_inventory(scene.services, scene.event.id) == []


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[Servers]:
    with embedded_servers(tmp_path) as servers:
        yield servers


@hunt
async def test_the_same_while_redis_dies_and_comes_back(settings: Settings, own_servers: Servers) -> None:
    own = {"mongo_uri": own_servers.mongo_uri, "redis_url": own_servers.redis_url, "lock_ttl_seconds": 1}
    async with listening(settings.model_copy(update={**own, "payment_ttl_seconds": 2})) as scene:
        selling = asyncio.create_task(scene.sell(DEALS))
        await asyncio.to_thread(own_servers.redis.kill)
        await until(lambda: _told(scene, 5))
        await asyncio.to_thread(own_servers.redis.start)
        await selling
        await until(scene.all_know, within=2)
        assert await check_inventory(scene.services, scene.event.id) == []


async def _told(scene: Scene, messages: int) -> bool:
    return all(watcher.messages >= messages for watcher in scene.watchers)
