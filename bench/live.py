"""`python -m bench live`: what a change costs with thousands of listeners, and what the listeners cost.

The listeners are all in this process. Latencies end with the last byte of a message to the last of them, and begin
when the answer to the request that caused the message comes back: for us that of lockSeats, which is given after the
commit; for the bare broadcast, which is sent the bytes that we have just sent, that of the request carrying them.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import resource
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from bench.listeners import Buyer, Crowd
from bench.load import buy
from bench.server import Api, running_api, wait_ready
from ops.embedded import Servers
from ops.processes import free_port, start_child, stop_child

SIZES = {1: 200, 100: 200, 1_000: 60, 5_000: 20}
"""How many listeners, and how many changes they hear of."""
TARGETS = {1_000: 1.5}
SECONDS = 3
BUYERS = 8
"""As many as may hold all the seats that are locked one after the other."""
STALL_SECONDS = 60
CAPACITY = 1_000_000
ROWS, SEATS_A_ROW = 500, 100

SUBSCRIPTION = """subscription($eventId: ID!) { seatAvailability(eventId: $eventId) { eventId version snapshot
  totalSeats availableSeats lockedSeats bookedSeats changedSeats { label status } asOf } }"""
LOCK = """mutation($input: LockSeatsInput!) { lockSeats(input: $input) {
  ... on LockSeatsSuccess { lock { id expiresAt } } ... on Error { code message } } }"""


def measure_live(servers: Servers, names: Sequence[str]) -> None:
    """Print the figures of these measurements, or of all: fanout, hot, memory, stalled."""
    for name in names or MEASUREMENTS:
        with prepared():
            uvloop.run(MEASUREMENTS[name](servers))


def measure_live_briefly(servers: Servers) -> None:
    """The two that a change of the code is most likely to spoil."""
    with prepared():
        uvloop.run(measure_fanout(servers, {1_000: SIZES[1_000]}))
        uvloop.run(measure_hot(servers))


@contextmanager
def prepared() -> Iterator[None]:
    """Room for as many connections as the system allows, here and in the servers; no pauses to look for garbage."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.environ["SEATLOCK_CONNECTIONS_PER_ADDRESS"] = "100000"
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


async def measure_fanout(servers: Servers, sizes: Mapping[int, int] = SIZES) -> None:
    """A change of one numbered seat, and the time until everybody has heard of it."""
    columns = ("commit to last, p50", "p99 ms", "first to last", "bare, p50", "p99 ms", "first to last")
    table = Table("listeners", *columns, "ratio", "to reach")
    with running_api(servers, fresh_name()) as api, running_broadcast() as (bare_url, _):
        hall = create_hall(api)
        ours, bare = Crowd(api.url, watching(hall)), Crowd(bare_url, None)
        buyers = cycle([await Buyer.connect(api.url, token) for token in api.tokens[:BUYERS]])
        for size, rounds in sizes.items():
            await ours.grow(size)
            await bare.grow(size)
            poster = await Buyer.connect(bare_url)
            figures = []
            for _ in range(rounds):
                told = (
                    *await change(ours, next(buyers), locking(hall)),
                    *await change(bare, poster, ours.listeners[0].last),
                )
                figures.append(told)
                # One change at a time: after one, the server rests before it tells of the next.
                await asyncio.sleep(5 * told[0] / 1_000)
            last, spread, bare_last, bare_spread = (sorted(figure) for figure in zip(*figures, strict=True))
            cells = [p50(last), p99(last), p50(spread), p50(bare_last), p99(bare_last), p50(bare_spread)]
            ratio = f"{p50(last) / p50(bare_last):.2f} ×"
            target = f"≤ {TARGETS[size]}" if size in TARGETS else ""
            table.add_row(f"{size:,}", *(f"{cell:.2f}" for cell in cells), ratio, target)
        await ours.leave()
        await bare.leave()
    Console(width=120).print(table)


async def change(crowd: Crowd, buyer: Buyer, body: bytes) -> tuple[float, float]:
    """From this request's answer to the last listener, and from the first to the last, in milliseconds."""
    crowd.expect()
    answered = await buyer.post(body)
    heard = await crowd.heard()
    return (heard.last - answered) / 1e6, (heard.last - heard.first) / 1e6


async def measure_hot(servers: Servers) -> None:
    """One event changing as fast as 64 buyers can make it, with nobody listening and with 1,000."""
    size = 1_000
    with running_api(servers, fresh_name()) as api:
        await asyncio.to_thread(buy, api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
        rates: dict[int, list[float]] = {0: [], size: []}
        for listening in (0, size) * 3:
            event = api.create_event(totalSeats=CAPACITY)
            crowd = Crowd(api.url, watching(event))
            await crowd.grow(listening)
            before, used = crowd.messages, time.process_time()
            measured = await asyncio.to_thread(buy, api, "lock", 64, SECONDS, event)
            ended, used = time.monotonic_ns(), time.process_time() - used
            rates[listening].append(measured.requests_per_second)
            say(
                f"{listening:>5,} listeners: {measured.requests_per_second:,.0f} locks/s, p50 {measured.p50:.0f}, "
                f"p99 {measured.p99:.0f} ms, {measured.unexpected} unexpected"
            )
            if listening:
                told = (crowd.messages - before) / listening / SECONDS
                settled = await settle(api, event, crowd)
                say(
                    f"      {told:.1f} messages a second to each, all at the newest {(settled - ended) / 1e6:.0f} ms "
                    f"after the last lock; their own process took {used / SECONDS:.0%} of a core"
                )
            await crowd.leave()
    say(f"lock throughput with listeners: {sum(rates[size]) / sum(rates[0]):.2f} x without (to reach: >= 0.7)")


async def measure_memory(servers: Servers) -> None:
    """What an idle listener keeps resident, in the API and in the bare broadcast."""
    with running_api(servers, fresh_name()) as api, running_broadcast() as (bare_url, bare_process):
        ours, bare = Crowd(api.url, watching(create_hall(api))), Crowd(bare_url, None)
        for name, process, crowd in (("API", api.process, ours), ("bare broadcast", bare_process, bare)):
            await crowd.grow(10)  # warm
            before = process.memory_info().rss
            for size in (1_000, 5_000):
                await crowd.grow(size)
                each = (process.memory_info().rss - before) / (size - 10) / 1_000
                target = " (to reach: <= 30)" if crowd is ours else ""
                say(f"{name}, {size:,} idle listeners: {resident(process)}, {each:.1f} kB each{target}")
            await crowd.leave()


async def measure_stalled(servers: Servers) -> None:
    """Half of 200 listeners stop reading for a minute while seats of their hall are sold."""
    with running_api(servers, fresh_name()) as api, tempfile.TemporaryDirectory() as scratch:
        hall, seats = create_hall(api), Path(scratch) / "seats"
        labels = [f"HALL-{row}-{seat}" for row in range(1, ROWS + 1) for seat in range(1, SEATS_A_ROW + 1)]
        random.shuffle(labels)
        seats.write_text("\n".join(labels))
        # What they do not read is to pile up in the server, not in the kernel on its way to them.
        stalled, reading = Crowd(api.url, watching(hall), buffer=4_096), Crowd(api.url, watching(hall))
        for crowd in (stalled, reading):
            await crowd.grow(100)
        await asyncio.to_thread(buy, api, "lock", 64, 5, api.create_event(totalSeats=CAPACITY))  # warm

        def state() -> str:
            return f"{resident(api.process)}, {len(api.process.net_connections('tcp'))} connections"

        say(f"before: {state()}")
        for listener in stalled.listeners:
            listener.transport.pause_reading()
        selling = asyncio.create_task(asyncio.to_thread(buy, api, "seats", 2, STALL_SECONDS, hall, seats))
        for second in range(10, STALL_SECONDS + 1, 10):
            await asyncio.sleep(10)
            say(f"    half of them silent for {second} s: {state()}")
        measured = await selling
        resumed = time.monotonic_ns()
        for listener in stalled.listeners:
            listener.transport.resume_reading()
        settled = max([await settle(api, hall, crowd) for crowd in (stalled, reading)])
        await asyncio.sleep(1)
        say(
            f"after: {state()}; {measured.requests_per_second:,.0f} locks/s meanwhile, {measured.unexpected} unexpected"
        )
        say(f"    who is connected had the newest state {(settled - resumed) / 1e6:.0f} ms after all read again")
        for name, crowd in (("stopped", stalled), ("read on", reading)):
            why = Counter(listener.closed for listener in crowd.listeners if listener.closed)
            say(f"    of those that {name}, {why.total()} were closed{': ' if why else ''}{', '.join(why)}")
            await crowd.leave()


MEASUREMENTS: Mapping[str, Callable[[Servers], Coroutine[Any, Any, None]]] = {
    "fanout": measure_fanout,
    "hot": measure_hot,
    "memory": measure_memory,
    "stalled": measure_stalled,
}


@contextmanager
def running_broadcast() -> Iterator[tuple[str, psutil.Process]]:
    """`bench/broadcast.py` under the same uvicorn: its address, and its process."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.broadcast:app", "--port", str(port), "--log-level", "warning"]
    command += ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio", "--lifespan", "off"]
    serving = start_child([*command, "--ws-per-message-deflate", "false"])
    try:
        wait_ready(f"http://127.0.0.1:{port}/", serving, "")
        yield f"http://127.0.0.1:{port}/", psutil.Process(serving.pid)
    finally:
        stop_child(serving, 0)


async def settle(api: Api, event: str, crowd: Crowd) -> int:
    """Wait until every listener that is still connected was told the event's newest version; when the last one was."""
    query = f'{{ event(id: "{event}") {{ version }} }}'
    newest = b'"version":%d,' % (await asyncio.to_thread(api.call, query))["event"]["version"]
    async with asyncio.timeout(20):
        while not all(newest in listener.last or listener.closed for listener in crowd.listeners):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return max(listener.at for listener in crowd.listeners)


def create_hall(api: Api) -> str:
    rows = [{"name": str(row), "seatCount": SEATS_A_ROW} for row in range(1, ROWS + 1)]
    return api.create_event(sections=[{"name": "HALL", "rows": rows}])


def watching(event: str) -> dict[str, Any]:
    return {"query": SUBSCRIPTION, "variables": {"eventId": event}}


def locking(event: str) -> bytes:
    """The request for one seat of an event."""
    fields = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": secrets.token_hex(16)}
    return json.dumps({"query": LOCK, "variables": {"input": fields}}).encode()


def fresh_name() -> str:
    return f"bench_{secrets.token_hex(4)}"


def resident(process: psutil.Process) -> str:
    return f"{process.memory_info().rss / 2**20:.1f} MiB resident"


def p50(figures: Sequence[float]) -> float:
    return figures[len(figures) // 2]


def p99(figures: Sequence[float]) -> float:
    return figures[len(figures) * 99 // 100]


def say(line: str) -> None:
    print(line, flush=True)
