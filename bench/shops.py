"""`python -m bench shops`: what open shops cost a sale, and how smoothly they show it.

`throughput`: locks a second while 1,000 shops have the event open, and while none has, in alternation. A shop is a
WebSocket with the very document that the page sends. `frames`: how quickly the page draws a hall of 50,000 seats that
somebody moves about in, at rest and while a crowd buys there. That needs a browser: Chromium, as for the tests.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import uvloop
from playwright.async_api import CDPSession, Page, async_playwright
from rich.console import Console
from rich.table import Table

from bench.listeners import Crowd
from bench.live import CAPACITY, fresh_name, prepared, say
from bench.load import buy
from bench.server import Api, running_api
from bench.spread import Ratio, Spread
from ops.embedded import Servers
from ops.processes import start_child, stop_child
from tests.web.browser import launching

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".pytest_cache" / "d" / "npm"
"""Where the tests keep their browser."""

SHOPS = 1_000
SECTIONS, ROWS, SEATS_A_ROW = 10, 50, 100
CROWD, PACE = 200, 100
"""Buyers, and how many requests a second all of them send at most."""
ARRIVING = 75
"""Seconds until all of the crowd are there: three come a second."""

GENERATED = ROOT / "clients" / "typescript" / "src" / "generated" / "graphql.ts"

COUNT_FRAMES = """() => {
  window.frames = [];
  window.counting = true;
  const count = (at) => { window.frames.push(at); if (window.counting) requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""
FRAMES = "() => { window.counting = false; return window.frames; }"


def measure_shops(servers: Servers, names: Sequence[str], rounds: int, seconds: int) -> None:
    """Print the figures of these measurements, or of both: throughput, frames."""
    os.environ["SEATLOCK_SHOP"] = "true"
    for name in names or MEASUREMENTS:
        with prepared():
            uvloop.run(MEASUREMENTS[name](servers, rounds, seconds))


# ---------------------------------------------------------------- throughput


async def measure_throughput(servers: Servers, rounds: int, seconds: int) -> None:
    """Locks a second with and without open shops: of one GENERAL event, and of random seats of a hall."""
    table = Table("64 buyers lock", f"no shop open, {rounds} runs", f"{SHOPS:,} open", "ratio", "messages/s to each")
    with running_api(servers, fresh_name()) as api, tempfile.TemporaryDirectory() as scratch:
        labels = Path(scratch) / "seats"
        labels.write_text("\n".join(_labels()))
        await asyncio.to_thread(buy, api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
        for name, scenario in (("of one GENERAL event", "lock"), ("seats of a hall of 50,000", "seats")):
            rates: dict[int, list[float]] = {0: [], SHOPS: []}
            told: list[float] = []
            for number in range(rounds):
                # Who comes second alternates, too.
                for size in (0, SHOPS) if number % 2 == 0 else (SHOPS, 0):
                    event = create_hall(api) if scenario == "seats" else api.create_event(totalSeats=CAPACITY)
                    crowd = Crowd(api.url, opening(event))
                    await crowd.grow(size)
                    before = crowd.messages
                    seats = labels if scenario == "seats" else None
                    measured = await asyncio.to_thread(buy, api, scenario, 64, seconds, event, seats)
                    rates[size].append(measured.requests_per_second)
                    if measured.unexpected:
                        say(f"{measured.unexpected} answers that nobody wanted")
                    if size:
                        told.append((crowd.messages - before) / size / seconds)
                    await crowd.leave()
            without, beside = rates[0], rates[SHOPS]
            ratio = Ratio.of(beside, without)
            spreads = (Spread.of(without).text(), Spread.of(beside).text())
            table.add_row(name, *spreads, ratio.text() if ratio else "", Spread.of(told).text(1))
    Console(width=120).print(table)


def opening(event: str) -> dict[str, Any]:
    """What a shop that has the event open is subscribed to."""
    found = re.search(r"WatchSeatsDocument = .*?TypedDocumentString\(`(.*?)`\)", GENERATED.read_text(), re.DOTALL)
    assert found, "the client's document is written otherwise"
    return {"query": found[1], "variables": {"event": event, "rows": True, "labels": False, "whole": True}}


def create_hall(api: Api) -> str:
    """The id of a new event with 50,000 numbered seats."""
    rows = [{"name": str(row), "seatCount": SEATS_A_ROW} for row in range(1, ROWS + 1)]
    return api.create_event(sections=[{"name": f"BLOCK{block}", "rows": rows} for block in range(1, SECTIONS + 1)])


def _labels() -> list[str]:
    """All seats of such a hall, in any order."""
    labels = [
        f"BLOCK{block}-{row}-{seat}"
        for block in range(1, SECTIONS + 1)
        for row in range(1, ROWS + 1)
        for seat in range(1, SEATS_A_ROW + 1)
    ]
    random.shuffle(labels)
    return labels


# ---------------------------------------------------------------- frames


class Smoothness(NamedTuple):
    """Frames a second: of the median frame, and of the slowest of a hundred; and the longest one in milliseconds."""

    usual: float
    slow: float
    longest: float


async def measure_frames(servers: Servers, _rounds: int, seconds: int) -> None:
    """Of an empty page, as what this machine can do at all; of the hall at rest; and of the hall in a rush."""
    table = Table(f"{seconds} s each", "frames/s, median", "slowest 1 %", "longest, ms", "JS heap, MiB")
    with running_api(servers, fresh_name()) as api:
        hall = create_hall(api)
        shop = api.url.removesuffix("graphql")
        async with a_page() as page:
            inspector = await page.context.new_cdp_session(page)
            _add(table, "an empty page", await smoothness(page, _nothing, seconds), "")
            await page.goto(f"{shop}#/events/{hall}")
            await page.get_by_text("50,000 seats left").wait_for()
            await _move_about(page, inspector, table, seconds, "at rest")
            with a_crowd(api.url):
                await asyncio.sleep(ARRIVING)
                await _move_about(page, inspector, table, seconds, f"{CROWD} buy")
                say(f"left after the crowd: {await page.locator('.left').first.inner_text()}")
    Console(width=120).print(table)


async def _move_about(page: Page, inspector: CDPSession, table: Table, seconds: int, when: str) -> None:
    await page.get_by_role("button", name="Whole hall").click()
    for what, move in (("nothing is moved", _nothing), ("whole hall, dragged", _drag), ("nearer and further", _zoom)):
        measured = await smoothness(page, move, seconds)
        _add(table, f"{when}: {what}", measured, await heap(inspector))
    await page.get_by_role("button", name="Whole hall").click()
    for _ in range(8):
        await page.get_by_role("button", name="Nearer").click()
    measured = await smoothness(page, _drag, seconds)
    _add(table, f"{when}: near, dragged", measured, await heap(inspector))


def _add(table: Table, name: str, measured: Smoothness, kept: str) -> None:
    table.add_row(name, f"{measured.usual:.0f}", f"{measured.slow:.0f}", f"{measured.longest:.0f}", kept)


async def smoothness(page: Page, move: Callable[[Page, float], Coroutine[Any, Any, None]], seconds: int) -> Smoothness:
    """While the page is moved about in that way."""
    await page.evaluate(COUNT_FRAMES)
    await move(page, time.monotonic() + seconds)
    frames: list[float] = await page.evaluate(FRAMES)
    lengths = sorted(after - before for before, after in pairwise(frames))
    return Smoothness(1_000 / median(lengths), 1_000 / lengths[len(lengths) * 99 // 100], lengths[-1])


async def _nothing(_page: Page, until: float) -> None:
    await asyncio.sleep(until - time.monotonic())


async def _drag(page: Page, until: float) -> None:
    """To and fro, by a real pointer."""
    left, top, width, height = await _place(page)
    await page.mouse.move(left + width / 2, top + height / 2)
    await page.mouse.down()
    step = 0
    while time.monotonic() < until:
        step += 1
        there = abs(step % 80 - 40) / 40  # from 1 to 0 and back
        await page.mouse.move(left + width * (0.3 + 0.4 * there), top + height * (0.4 + 0.2 * there))
    await page.mouse.up()


async def _zoom(page: Page, until: float) -> None:
    left, top, width, height = await _place(page)
    await page.mouse.move(left + width / 2, top + height / 2)
    step = 0
    while time.monotonic() < until:
        step += 1
        await page.mouse.wheel(0, -40 if step % 80 < 40 else 40)


async def _place(page: Page) -> tuple[float, float, float, float]:
    await page.locator("canvas").scroll_into_view_if_needed()
    box = await page.locator("canvas").bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


async def heap(inspector: CDPSession) -> str:
    """What scripts of the page keep, after a look for garbage."""
    await inspector.send("HeapProfiler.collectGarbage")
    used = await inspector.send("Runtime.getHeapUsage")
    return f"{used['usedSize'] / 2**20:.1f}"


@asynccontextmanager
async def a_page() -> AsyncIterator[Page]:
    CACHE.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launching(CACHE))
        yield await browser.new_page(viewport={"width": 1280, "height": 900})
        await browser.close()


@contextmanager
def a_crowd(url: str) -> Iterator[None]:
    """`seatlock demo --crowd`, until the end of the block."""
    command = [sys.executable, "-m", "ops.cli", "demo", "--crowd", str(CROWD), "--pace", str(PACE), "--url", url]
    buying = start_child(command)
    try:
        yield
    finally:
        buying.send_signal(signal.SIGINT)
        stop_child(buying, 5)


MEASUREMENTS: Mapping[str, Callable[[Servers, int, int], Coroutine[Any, Any, None]]] = {
    "throughput": measure_throughput,
    "frames": measure_frames,
}
