"""`python -m bench snapshots`: how long the first message of a listener is, in each of the ways to ask for the seats.

No server is needed: the halls are made here, and asked for as a listener asks.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson
from beanie import PydanticObjectId
from graphql import parse
from graphql.execution import Executor
from rich.console import Console
from rich.table import Table

from domain.documents import Event, Seating, Section
from domain.live.news import Counters
from domain.live.view import RowPlace, View
from graph.execution.subscription import Subscribed
from graph.schema.build import schema
from graph.schema.context import Context
from graph.schema.sources import AvailabilitySource

SEATS_A_ROW = 100
HALLS = (20_000, 50_000)
"""How many seats they have."""
TAKEN = (1.0, 0.5)
"""How much of them is held or booked."""
WAYS = {
    "changedSeats { label status }": "seats",
    "changedRows { section name statuses }": "rows",
    "event { id sections { id rows { name statuses } } }": "the event's rows",
}
TIMES = 3
"""How often each is made; the quickest counts."""


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes as JSON, and compressed as proxies do (gzip, level 6); and the seconds it took to make."""

    plain: int
    compressed: int
    seconds: float


def hall(seats: int, taken: float) -> View:
    """One section of numbered seats, some of them taken at random."""
    random, now = Random(seats), datetime.now(UTC)
    letters = "".join(random.choice("HB") if random.random() < taken else "A" for _ in range(seats))
    labels = [f"HALL-{number}" for number in range(1, seats // SEATS_A_ROW + 1)]
    rows = {label: letters[at * SEATS_A_ROW : (at + 1) * SEATS_A_ROW] for at, label in enumerate(labels)}
    counters = Counters(letters.count("A"), letters.count("H"), letters.count("B"))
    section = Section.model_construct(
        name="HALL", seating=Seating.RESERVED, price_minor=50_000, total=seats, available=seats, held=0, booked=0
    )
    event = Event.model_construct(
        id=PydanticObjectId(),
        name="Concert",
        starts_at=now,
        price_minor=50_000,
        currency="INR",
        sections=[section],
        created_at=now,
        updated_at=now,
    )
    places = {label: RowPlace("HALL", label.removeprefix("HALL-"), at) for at, label in enumerate(labels)}
    return View(1, event, {"HALL": counters}, rows, places, now)


async def size_of(view: View, selection: str) -> Size:
    """Of the snapshot that a listener gets who asks for this."""

    document = parse(f'subscription {{ seatAvailability(eventId: "any") {{ version {selection} }} }}')
    nothing: Any = None  # is read of services: all there is to know is in the view
    executor = Executor.build(schema._schema, document, context_value=Context(nothing, None, "bench"))
    assert not isinstance(executor, list), executor
    subscribed = Subscribed(executor, AvailabilitySource(nothing, None, nothing), document)
    took, text = [], b""
    for _ in range(TIMES):
        started = time.perf_counter()
        text = orjson.dumps(await subscribed.answer(None, view))
        took.append(time.perf_counter() - started)
    assert b"errors" not in text, text
    return Size(len(text), len(gzip.compress(text, 6)), min(took))


async def _measure() -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for seats in HALLS:
        for taken in TAKEN:
            view = hall(seats, taken)
            for selection, name in WAYS.items():
                size = await size_of(view, selection)
                of = f"{seats:,}, {taken:.0%} taken"
                lines.append((of, name, _kb(size.plain), _kb(size.compressed), f"{size.seconds * 1000:,.1f} ms"))
    return lines


def _kb(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


def measure_snapshots() -> None:
    """Print a line a hall and way."""
    table = Table("seats", "asked for as", "JSON", "gzip", "made in")
    for line in asyncio.run(_measure()):
        table.add_row(*line)
    Console().print(table)
