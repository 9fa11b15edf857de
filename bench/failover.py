"""`python -m bench failover`: buyers go on while the primary of a replica set of three is killed.

Told is how long nobody got a lock, what the buyers were answered meanwhile, and whether a lock that somebody was told
of is gone. A buyer who is refused asks again with the same key, as ours do.
"""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from typing import Any

import httpx
import uvloop
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from bench.live import LOCK, fresh_name
from bench.server import Api, environment, running_api
from bench.spread import Spread
from domain.documents import SeatLock
from ops.embedded import Mongod, Servers

AT_ONCE = 16
SEATS = 1_000_000
BEFORE, AFTER = 3.0, 5.0
"""Seconds of buying before the primary is killed, and from the first lock after it on."""
PATIENCE = 60.0
PAUSE = 0.1
"""Seconds until a buyer who was refused asks again."""


@dataclass(slots=True)
class Sold:
    """What buyers were told: keys of their locks, when each came, how long each answer took, codes of refusals."""

    keys: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    @property
    def gap(self) -> float:
        """The longest time without a lock, in seconds."""
        return longest_gap(self.times)


def longest_gap(times: Sequence[float]) -> float:
    """The longest time between two of these, which are in order."""
    return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


def measure_failover(servers: Servers, rounds: int) -> None:
    """Print a line a round. Ends with an error if a lock that somebody was told of is gone."""
    table = Table("round", "nobody got a lock for s", "slowest answer s", "locks", "of them gone", "refusals")
    gaps: list[float] = []
    lost = 0
    database = fresh_name()
    with running_api(servers, database) as api:
        for number in range(1, rounds + 1):
            sold = uvloop.run(_measure(servers, api))
            gone = _gone(servers, database, sold.keys)
            gaps.append(sold.gap)
            lost += gone
            refusals = ", ".join(f"{code} {times:,}" for code, times in sold.refusals.items())
            cells = [f"{sold.gap:.2f}", f"{max(sold.waits):.2f}", f"{len(sold.keys):,}", f"{gone}", refusals or "none"]
            table.add_row(str(number), *cells)
    subprocess.run([sys.executable, "-m", "ops.cli", "check"], env=environment(servers, database), check=True)
    console = Console(width=120)
    console.print(table)
    console.print(f"the median gap: {Spread.of(gaps).text(2)} s")
    if lost:
        sys.exit(f"bench: {lost} locks that somebody was told of are gone")


async def _measure(servers: Servers, api: Api) -> Sold:
    sold, event = Sold(), await asyncio.to_thread(api.create_event, totalSeats=SEATS)
    primary = await asyncio.to_thread(primary_of, servers)
    stopping = asyncio.Event()
    async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.TaskGroup() as buyers:
        # One buyer after the other: limits let nobody have everything.
        tokens = cycle(api.tokens)
        for _ in range(AT_ONCE):
            buyers.create_task(_buy(client, api.url, tokens, event, sold, stopping))
        await asyncio.sleep(BEFORE)
        # As a crash: it hands over to nobody.
        await asyncio.to_thread(primary.kill)
        killed = time.monotonic()
        while not sold.times or sold.times[-1] < killed + 0.5:
            if time.monotonic() > killed + PATIENCE:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(AFTER)
        stopping.set()
    await asyncio.to_thread(primary.start)
    return sold


async def _buy(
    client: httpx.AsyncClient, url: str, tokens: Iterator[str], event: str, sold: Sold, stopping: asyncio.Event
) -> None:
    """One lock after the other."""
    while not stopping.is_set():
        key, token = secrets.token_hex(8), next(tokens)
        selection = {"quantity": {"count": 1}}
        fields = {"eventId": event, "selection": selection, "idempotencyKey": key}
        body = {"query": LOCK, "variables": {"input": fields}}
        began = time.monotonic()
        while True:
            asked = time.monotonic()
            code = await _answer(client, url, token, body)
            sold.waits.append(time.monotonic() - asked)
            if code == "LOCKED":
                sold.keys.append(key)
                sold.times.append(time.monotonic())
                break
            sold.refusals[code] += 1
            if time.monotonic() > began + PATIENCE:
                break
            await asyncio.sleep(PAUSE)


async def _answer(client: httpx.AsyncClient, url: str, token: str, body: dict[str, Any]) -> str:
    """LOCKED, or the code of a refusal."""
    try:
        response = await client.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
        answer = response.json()
    except httpx.HTTPError as error:
        return type(error).__name__
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    return str(answer["data"]["lockSeats"].get("code", "LOCKED"))


def primary_of(servers: Servers) -> Mongod:
    """The member that is primary now."""
    with MongoClient[dict[str, Any]](servers.mongo_uri) as mongo:
        mongo.admin.command("ping")  # there is a primary
        address = mongo.primary
    assert address is not None
    (primary,) = [mongod for mongod in servers.mongods if mongod.port == address[1]]
    return primary


def _gone(servers: Servers, database: str, keys: Sequence[str]) -> int:
    """How many of the locks made with these keys are not there."""
    with MongoClient[dict[str, Any]](servers.mongo_uri) as mongo:
        locks = mongo[database][SeatLock.Settings.name]
        found = {raw["idempotency_key"] for raw in locks.find({}, {"idempotency_key": 1})}
    return len(set(keys) - found)
