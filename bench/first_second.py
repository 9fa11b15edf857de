"""`python -m bench first-second`: a thousand buyers at two servers, at the instant at which a sale opens.

Each server is a `seatlock serve` of its own; the second one's clock is 200 ms ahead. Of the buyers half wait for
`opensAt` and ask at that instant, the others have asked again and again since before; all ask again for as long as
sales are NOT_STARTED. There are seats for three in four. Meanwhile some follow seatAvailability.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from statistics import quantiles
from typing import Any

import uvloop
from beanie import PydanticObjectId
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from bench.ahead import AHEAD
from bench.listeners import Buyer, Crowd
from bench.live import LOCK, fresh_name, prepared, watching
from bench.server import Api, environment, running_api
from domain.documents import User
from domain.people.accounts import issue_token
from domain.process.settings import Settings
from ops.embedded import Servers

BUYERS, LISTENERS = 1_000, 200
SEATS_EACH = 2
ROWS, SEATS_A_ROW = 30, 50
LOOK = "query($id: ID!) { event(id: $id) { name salesOpen salesStartAt availableSeats } }"
OPEN_AT = "mutation($input: UpdateEventInput!) { updateEvent(input: $input) { __typename } }"
LEAD = timedelta(seconds=5)
"""From when an ADMIN says when sales open, everybody being connected, to that instant."""
PAUSE = 0.1
"""Seconds between two tries of a buyer who asks again and again."""
ASKING_BEFORE = 1.0
PATIENCE = 30.0
ENOUGH = {"NOT_ENOUGH_SEATS", "SALES_CLOSED"}
"""The only codes that anybody should be told."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a try came to: `got` is a code, or LOCKED. Times are monotonic, in seconds."""

    asked: float
    answered: float
    got: str


def measure_first_second(servers: Servers) -> None:
    """Print the table of one opening; ends with an error if anybody was told what nobody should be."""
    with prepared():
        unexpected = uvloop.run(_measure(servers, fresh_name()))
    if unexpected:
        sys.exit(f"bench: unexpected answers: {unexpected}")


async def _measure(servers: Servers, database: str) -> Counter[str]:
    with running_api(servers, database) as api, running_api(servers, database, module="bench.ahead") as ahead:
        tokens = _buyers(servers, database)
        event = _create_hall(api, datetime.now(UTC) + timedelta(hours=1))
        crowds = [Crowd(each.url, watching(event)) for each in (api, ahead)]
        for crowd in crowds:
            await crowd.grow(LISTENERS // 2)
        urls = [api.url, ahead.url]
        connected = [await _visit(url, token, event) for url, token in zip(cycle(urls), tokens, strict=False)]
        opens = datetime.now(UTC) + LEAD
        # The instant at which the first of the two opens.
        first = time.monotonic() + (LEAD - AHEAD).total_seconds()
        await asyncio.to_thread(api.call, OPEN_AT, eventId=event, salesStartAt=opens.isoformat())
        async with asyncio.timeout(LEAD.total_seconds() + PATIENCE):
            tries = await asyncio.gather(
                *(_buy(buyer, event, first, waits=number % 4 < 2) for number, buyer in enumerate(connected))
            )
        told = min(crowd.messages for crowd in crowds)
        memory = [_megabytes(each) for each in (api, ahead)]
        for crowd in crowds:
            await crowd.leave()
    check = [sys.executable, "-m", "ops.cli", "check"]
    await asyncio.to_thread(subprocess.run, check, env=environment(servers, database), check=True)
    answers = [answer for each in tries for answer in each]
    _show(answers, first, told, memory)
    return Counter(answer.got for answer in answers if answer.got not in ENOUGH | {"LOCKED"})


async def _visit(url: str, token: str, event: str) -> Buyer:
    """A buyer who has looked at the event, and stays connected."""
    buyer = await Buyer.connect(url, token, takes_refusals=True)
    await buyer.post(json.dumps({"query": LOOK, "variables": {"id": event}}).encode())
    return buyer


async def _buy(buyer: Buyer, event: str, first: float, *, waits: bool) -> list[Answer]:
    """Everything the buyer was answered until there was a lock, or no seat."""
    fields = {
        "eventId": event,
        "selection": {"quantity": {"count": SEATS_EACH}},
        "idempotencyKey": secrets.token_hex(8),
    }
    body = json.dumps({"query": LOCK, "variables": {"input": fields}}).encode()
    answers: list[Answer] = []
    # Those who wait go by the instant that they are told, and by a right clock.
    begin = first + AHEAD.total_seconds() if waits else first - ASKING_BEFORE + PAUSE * secrets.randbelow(100) / 100
    await asyncio.sleep(begin - time.monotonic())
    while not answers or answers[-1].got == "SALES_CLOSED":
        if answers and not waits:
            await asyncio.sleep(PAUSE)
        asked = time.monotonic()
        answered = await buyer.post(body) / 1e9
        answers.append(Answer(asked, answered, _got(buyer.body)))
    return answers


def _got(body: bytes) -> str:
    answer = json.loads(body)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    return str(answer["data"]["lockSeats"].get("code", "LOCKED"))


def _buyers(servers: Servers, database: str) -> list[str]:
    """Their access tokens. They are put into the database: a thousand passwords take a minute to hash."""
    now = datetime.now(UTC)
    users = [
        User.model_construct(
            id=PydanticObjectId(),
            name="Buyer",
            email=f"{number}@buyers.example",
            email_key=f"{number}@buyers.example",
            password_hash="none",
            created_at=now,
        )
        for number in range(BUYERS)
    ]
    with MongoClient[dict[str, Any]](servers.mongo_uri) as mongo:
        mongo[database].users.insert_many(user.to_bson() for user in users)
    os.environ.update(environment(servers, database))
    settings = Settings()
    return [issue_token(settings, user, now).token for user in users]


def _create_hall(api: Api, opens: datetime) -> str:
    rows = [{"name": str(row), "seatCount": SEATS_A_ROW} for row in range(1, ROWS + 1)]
    return api.create_event(sections=[{"name": "HALL", "rows": rows}], salesStartAt=opens.isoformat())


def _megabytes(api: Api) -> float:
    return max(process.memory_info().rss for process in [api.process, *api.process.children(recursive=True)]) / 1e6


def _show(answers: list[Answer], first: float, told: int, memory: list[float]) -> None:
    """Every answer since the first server has opened. A wait counts from then, if it began before."""
    after = [answer for answer in answers if answer.answered >= first]
    table = Table("answers since the first server opened", "", "p50 ms", "p99 ms", "the last after ms")
    table.add_row("all", *_cells(after, first))
    for got in sorted({answer.got for answer in after}):
        table.add_row(got, *_cells([answer for answer in after if answer.got == got], first))
    at_once = [answer for answer in after if answer.answered < first + 1]
    console = Console(width=120)
    console.print(table)
    console.print(f"in the first second: {dict(Counter(answer.got for answer in at_once))}")
    console.print(f"before: {dict(Counter(answer.got for answer in answers if answer.answered < first))}")
    console.print(
        f"locks: {sum(answer.got == 'LOCKED' for answer in answers)} of {BUYERS} buyers, {SEATS_EACH} seats each"
    )
    console.print(f"messages to {LISTENERS} listeners: at least {told * 2 // LISTENERS} each")
    console.print(f"memory of a process: {', '.join(f'{each:.0f} MB' for each in memory)}")
    console.print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _cells(answers: list[Answer], first: float) -> list[str]:
    waits = [(answer.answered - max(answer.asked, first)) * 1_000 for answer in answers]
    if len(waits) < 2:
        return [str(len(waits)), *(f"{each:.0f}" for each in waits)]
    cuts = quantiles(waits, n=100, method="inclusive")
    last = (max(answer.answered for answer in answers) - first) * 1_000
    return [f"{len(waits):,}", f"{cuts[49]:.0f}", f"{cuts[98]:.0f}", f"{last:.0f}"]
