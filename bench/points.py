"""The lines of `make bench`: what each measures, and what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bench.load import Measured, buy
from bench.stage import CAPACITY, Stage

LIMITED = {"maxSeatsPerBuyer": 100, "salesStartAt": "2020-01-01T00:00:00Z", "salesEndAt": "2098-01-01T00:00:00Z"}
"""An event that asks for more than others do: who has how many seats, and when it sells."""
KEPT_BACK = 1_000
"""Seats of it that an allocation keeps."""

Run: TypeAlias = Callable[[Stage, int], Measured]
"""Measures once, for so many seconds."""


@dataclass(frozen=True, slots=True)
class Point:
    """A line: its `key` for the command line, its name, the key of the line it is held against, the ratio to reach."""

    key: str
    name: str
    run: Run
    against: str = ""
    target: str = ""

    @property
    def letter(self) -> str:
        return self.key[0]


def _typename(processes: int) -> Run:
    def run(stage: Stage, seconds: int) -> Measured:
        return buy(stage.api(processes), "typename", 64, seconds)

    return run


def _stock(stage: Stage, seconds: int) -> Measured:
    return buy(stage.stock, "typename", 64, seconds)


def _hot(connections: int, processes: int = 1) -> Run:
    def run(stage: Stage, seconds: int) -> Measured:
        api = stage.api(processes)
        return buy(api, "lock", connections, seconds, api.create_event(totalSeats=CAPACITY))

    return run


def _limited(stage: Stage, seconds: int) -> Measured:
    api = stage.api()
    event = api.create_event(totalSeats=CAPACITY, **LIMITED)
    api.keep_back(event, KEPT_BACK)
    return buy(api, "lock", 64, seconds, event)


def _purchases(processes: int) -> Run:
    def run(stage: Stage, seconds: int) -> Measured:
        api = stage.api(processes)
        return buy(api, "purchase", 64, seconds, api.create_event(totalSeats=CAPACITY))

    return run


def _plain(connections: int) -> Run:
    def run(stage: Stage, seconds: int) -> Measured:
        return stage.buy_naively(stage.naive.plain, "plain", connections, seconds)

    return run


def _usual(connections: int) -> Run:
    def run(stage: Stage, seconds: int) -> Measured:
        return stage.buy_naively(stage.naive.graphql, "lock", connections, seconds)

    return run


POINTS = (
    Point("a", "(a) { __typename } with a token, 64", _typename(1)),
    Point("a-stock", "    the same through Strawberry's own view", _stock, "a"),
    # What more processes give on this machine to requests that share nothing.
    Point("a2", "(a) the same, 2 processes", _typename(2), "a"),
    Point("a4", "(a) the same, 4 processes", _typename(4), "a"),
    Point("b1", "(b) lockSeats, one GENERAL event, 1", _hot(1), "a"),
    Point("b16", "(b) lockSeats, one GENERAL event, 16", _hot(16), "a"),
    Point("b64", "(b) lockSeats, one GENERAL event, 64", _hot(64), "a", "≥ 0.5"),
    Point("b256", "(b) lockSeats, one GENERAL event, 256", _hot(256), "a"),
    Point("b-limits", "(b) with limits, window, allocation, 64", _limited, "b64", "≥ 0.95"),
    Point("c2", "(c) the same, 2 processes, 64", _hot(64, 2), "b64", "≥ 1.3"),
    Point("c4", "(c) the same, 4 processes, 64", _hot(64, 4), "b64", "≥ 1.2"),
    Point("c2-256", "(c) the same, 2 processes, 256", _hot(256, 2), "b256"),
    Point("c4-256", "(c) the same, 4 processes, 256", _hot(256, 4), "b256"),
    Point("d", "(d) random seats of one event of 50,000, 64", Stage.buy_numbered, "b64", "≥ 0.9"),
    Point("e1", "(e) whole purchases: lock, confirm, pay, 64", _purchases(1), "a", "≥ 0.1"),
    Point("e2", "(e) the same, 2 processes, 64", _purchases(2), "e1"),
    Point("n-plain1", "(n) naive: a transaction a request, 1", _plain(1), "b1", "≤ 1"),
    Point("n-plain64", "(n) naive: a transaction a request, 64", _plain(64), "b64"),
    Point("n-view1", "(n) naive, by Strawberry's own view, 1", _usual(1), "b1", "≤ 1"),
    Point("n-view64", "(n) naive, by Strawberry's own view, 64", _usual(64), "b64"),
)
BOTH = ("b1", "b64", "c2", "c4", "d", "e1", "e2")
"""What two checkouts are compared by, unless told otherwise."""


def chosen(keys: Iterable[str]) -> tuple[Point, ...]:
    """The points with these keys or letters, in the order of the table. Raises ValueError for one that there is not."""
    wanted = set(keys)
    if unknown := wanted - {name for point in POINTS for name in (point.key, point.letter)}:
        known = ", ".join(point.key for point in POINTS)
        raise ValueError(f"no such line: {', '.join(sorted(unknown))}; there are {known}, and their letters")
    return tuple(point for point in POINTS if {point.key, point.letter} & wanted)
