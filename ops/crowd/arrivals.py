"""The crowd as a whole: who comes, when it ends, and what is shown meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
from seatlock_client import RequestFailed, Seatlock
from seatlock_client.client import TIMEOUT

from ops.crowd.buyer import Buyer, World, bank
from ops.crowd.market import Market
from ops.crowd.pace import Pace
from ops.crowd.tally import Tally

CONNECTIONS = 8
ARRIVALS_A_SECOND = 3.0
"""Each registers first, and the server hashes a password."""


LOOK_SECONDS, LOOKS_SHARE = 1.0, 0.1
"""How often what is on sale is read, and which share of the pace that may be at most."""

LAST_LOOK_SECONDS = 2.0
"""Who has pressed Ctrl-C waits no longer for a server that does not answer."""


class CrowdError(Exception):
    """There can be no crowd; the text is one line saying why."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many buy, where, how many requests they send a second at most, and for how many seconds; None: until stopped.

    `haste` shortens the thoughts of buyers, for tests: a natural pace is 1.
    """

    buyers: int
    url: str
    pace: int
    seconds: float | None = None
    haste: float = 1.0


async def gather_crowd(plan: Crowd, stop: asyncio.Event, show: Callable[[str], None], show_every: float) -> str:
    """Let them buy until `stop` is set, or the time is over. How it goes is shown every so many seconds.

    What it came to, in one line. Raises CrowdError where nothing is for sale, or not for play money.
    """
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    hooks = {"request": [Pace(plan.pace).turn]}
    # Who waits for a connection is no request that takes too long.
    timeout = httpx.Timeout(TIMEOUT, pool=None)
    async with httpx.AsyncClient(timeout=timeout, limits=limits, event_hooks=hooks) as http:
        await _require_play_money(http, plan.url)
        market = Market(Seatlock(plan.url, http=http, patience=0))
        try:
            await market.read()
        except RequestFailed as failure:
            raise CrowdError(f"{plan.url}: {failure.message}") from None
        if not market.has_events:
            raise CrowdError(f"nothing is for sale at {plan.url}: `seatlock demo` makes events")
        tally = Tally()
        world = World(plan.url, http, market, tally, plan.haste)
        began = asyncio.get_running_loop().time()

        async def report() -> None:
            while True:
                show(tally.progress(market.left()))
                await asyncio.sleep(show_every)

        looks_every = max(LOOK_SECONDS, 1 / (LOOKS_SHARE * plan.pace))
        await _until(stop, plan.seconds, [report(), market.follow(looks_every), *_arriving(plan, world)])
        seconds = asyncio.get_running_loop().time() - began
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_LOOK_SECONDS):
                await market.look()
        return tally.summary(plan.buyers, seconds, market.left())


def _arriving(plan: Crowd, world: World) -> Iterator[Coroutine[Any, Any, None]]:
    """Everybody's life: one comes after another."""
    for number in range(plan.buyers):
        buyer = Buyer(f"Buyer {number + 1}", world, Random())  # noqa: S311  # no secret
        yield buyer.live(plan.haste * number / ARRIVALS_A_SECOND)


async def _until(stop: asyncio.Event, seconds: float | None, lives: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Let them go on till then. None ends before, unless by a fault of ours, which is raised."""
    waiting = asyncio.create_task(stop.wait())
    tasks = [waiting, *(asyncio.create_task(life) for life in lives)]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _require_play_money(http: httpx.AsyncClient, url: str) -> None:
    """Only a server with the simulated provider has a bank with pages, which wants an answer. Raises CrowdError."""
    try:
        response = await http.post(bank(url, "crowd"), data={})
        said = response.json()
    except (httpx.TransportError, httpx.InvalidURL):
        raise CrowdError(f"no API answers at {url}; --url says where it is") from None
    except ValueError:
        said = None
    match said:
        case {"errors": [{"extensions": {"code": "BAD_REQUEST"}}]}:
            return
        case {"errors": [{"message": str(message), "extensions": {"code": code}}]} if code != "NOT_FOUND":
            raise CrowdError(f"{url}: {message}")
        case _:
            raise CrowdError(f"{url} does not take play money: a crowd buys only with the simulated payment provider")
