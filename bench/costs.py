"""`python -m bench costs`: what a request takes of each server, for the capacity model in docs/scaling.md.

Processor time of the API, MongoDB and Redis, commands at each of the two, and bytes stored, all by request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from pymongo import MongoClient
from redis import Redis
from rich.console import Console
from rich.table import Table

from bench.load import Measured, buy
from bench.stage import CAPACITY, Stage
from ops.embedded import Servers

RUNS: tuple[tuple[str, str, int, int], ...] = (
    ("lockSeats, 1 connection", "lock", 1, 1),
    ("lockSeats, 64 connections", "lock", 64, 1),
    ("the same, 2 processes", "lock", 64, 2),
    ("the same, 4 processes", "lock", 64, 4),
    ("a whole purchase, 64 connections", "purchase", 64, 1),
    ("the same, 2 processes", "purchase", 64, 2),
)
"""What it is called, what buyers do, over how many connections, at how many processes."""

SERVERS = {"seatlock": "API", "mongod": "MongoDB", "redis": "Redis"}


@dataclass(frozen=True, slots=True)
class Count:
    """What the servers have used and done so far."""

    processor: Mapping[str, float]
    mongo_commands: int
    redis_commands: int
    stored: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request took."""

    rate: float
    processor: Mapping[str, float]
    mongo_commands: float
    redis_commands: float
    stored: float


def measure_costs(servers: Servers, scratch: Path, rounds: int, seconds: int) -> None:
    """Print the table, medians of so many rounds."""
    costs: dict[int, list[Cost]] = {number: [] for number in range(len(RUNS))}
    with ExitStack() as running:
        stage = Stage(servers, scratch, running)
        for _ in range(rounds):
            for number, (_name, scenario, connections, processes) in enumerate(RUNS):
                api = stage.api(processes)
                event = api.create_event(totalSeats=CAPACITY)
                before = _count(servers, stage.database)
                measured = buy(api, scenario, connections, seconds, event)
                costs[number].append(_cost(before, _count(servers, stage.database), measured, seconds))
    _show(costs, rounds)


def _count(servers: Servers, database: str) -> Count:
    processor = dict.fromkeys(SERVERS.values(), 0.0)
    for process in psutil.Process().children(recursive=True):
        for part in _parts(process):
            times = process.cpu_times()
            processor[part] += times.user + times.system
    mongo: MongoClient[dict[str, object]]
    with MongoClient(servers.mongo_uri) as mongo, Redis.from_url(servers.redis_url) as redis:
        status, stats = mongo.admin.command("serverStatus"), mongo[database].command("dbStats")
        return Count(
            processor,
            sum(each.get("total", 0) for each in status["metrics"]["commands"].values() if isinstance(each, dict)),
            redis.info("stats")["total_commands_processed"],
            int(stats["dataSize"] + stats["indexSize"]),
        )


def _parts(process: psutil.Process) -> Iterator[str]:
    """Which of the servers this process is of, if any."""
    try:
        words = " ".join([process.name(), *process.cmdline()])
    except psutil.Error:
        return
    if "mongod" in process.name():
        yield "MongoDB"
    elif "redis" in process.name():
        yield "Redis"
    elif "ops.cli" in words or "multiprocessing" in words:
        yield "API"


def _cost(before: Count, after: Count, measured: Measured, seconds: int) -> Cost:
    requests = measured.rate * seconds
    return Cost(
        measured.rate,
        {part: (after.processor[part] - before.processor[part]) / requests for part in after.processor},
        (after.mongo_commands - before.mongo_commands) / requests,
        (after.redis_commands - before.redis_commands) / requests,
        (after.stored - before.stored) / requests,
    )


def _show(costs: Mapping[int, list[Cost]], rounds: int) -> None:
    table = Table(title=None)
    for title in ("", "a second", *(f"{part} µs" for part in SERVERS.values()), "at MongoDB", "at Redis", "bytes"):
        table.add_column(title, justify="right" if title else "left")
    for number, (name, *_) in enumerate(RUNS):
        runs = costs[number]
        table.add_row(
            name,
            f"{median(run.rate for run in runs):,.0f}",
            *(f"{median(run.processor[part] for run in runs) * 1e6:,.0f}" for part in SERVERS.values()),
            f"{median(run.mongo_commands for run in runs):.2f}",
            f"{median(run.redis_commands for run in runs):.2f}",
            f"{median(run.stored for run in runs):,.0f}",
        )
    Console(width=120).print(table)
    print(f"Medians of {rounds} rounds. Of one request: processor time of each server, commands at MongoDB and Redis,")
    print("and bytes that are stored more than before, indexes included.")
