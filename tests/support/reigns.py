"""Two servers of which one writes an event for both, and can be made to stop at any step of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

import pytest

from domain.caller import Caller
from domain.documents import Event
from domain.inventory.commands import Locked
from domain.process.metrics import REGISTRY
from domain.process.redis_wire import RedisWire
from domain.sale.buying import lock_seats
from domain.services import Services
from domain.writer import writer
from domain.writer.committer import Committer
from domain.writer.exchange import Exchange
from tests.support.sale import new_event, somebody
from tests.support.servers import another_server, close_server
from tests.support.waiting import until

STEPS = ("before reading", "before writing", "before committing", "after committing", "before answering")


def handed_over(outcome: str) -> float:
    """How many commands the servers of this process have handed over so far, with that outcome."""
    return REGISTRY.get_sample_value("seatlock_commands_handed_over_total", {"outcome": outcome}) or 0.0


async def lock(server: Services, event: Event, key: str = "key", caller: Caller | None = None) -> Locked:
    """Lock one seat there."""
    return await lock_seats(
        server, caller or somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key=key
    )


@asynccontextmanager
async def two_servers(
    services: Services, monkeypatch: pytest.MonkeyPatch, *, wire: RedisWire | None = None, **given: Any
) -> AsyncIterator[tuple[Services, Services]]:
    """The first keeps a turn for long once it has it. The second, on this `wire`, finds it."""
    monkeypatch.setattr(writer, "LINGER_SECONDS", 20.0)
    first, second = another_server(services, **given), another_server(services, wire=wire, **given)
    try:
        yield first, second
    finally:
        await asyncio.gather(close_server(first), close_server(second))


async def reign_over(first: Services, event: Event) -> None:
    """Take one of its seats, and write it for all: others are told in a moment."""
    first.baton.share(event.id)
    await lock(first, event, key="the first")


async def reigned_by(first: Services, event: Event | None = None, *, seats: int = 10) -> Event:
    """An event, or this one, that this server writes for all, as others know. One of its seats is taken."""
    event = event or await new_event(first, seats=seats)
    await reign_over(first, event)
    reign = f"{first.settings.mongo_database}:baton:{event.id}:reign"

    async def is_announced() -> bool:
        return bool(await first.redis.exists(reign))

    await until(is_announced)
    return event


@asynccontextmanager
async def busy(server: Services, event: Event, *, buyers: int = 4) -> AsyncIterator[None]:
    """While so many lock one seat after the other there."""
    is_over = asyncio.Event()

    async def buy(buyer: int) -> None:
        for number in count():
            if is_over.is_set():
                return
            await lock(server, event, key=f"{buyer} {number}")

    async with asyncio.TaskGroup() as group:
        for buyer in range(buyers):
            group.create_task(buy(buyer))
        try:
            yield
        finally:
            is_over.set()


class Stop:
    """Where whoever carries out a command of another server comes to a stop, until it is let go."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._go = asyncio.Event()

    async def here(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            await self._go.wait()

    def let_go(self) -> None:
        self._go.set()


def stop_at(step: str, monkeypatch: pytest.MonkeyPatch) -> Stop:
    """Who first carries out a command of another server from now on stops there."""
    stop = Stop()
    act_at(step, stop.here, monkeypatch)
    return stop


def act_at(step: str, act: Callable[[], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever carries out a command of another server do this at that step."""
    is_lent = ContextVar("is_lent", default=False)
    attempt, send = Committer._attempt, Exchange.send

    async def attempting(self: Committer, event_id: Any, commands: Any, turn: Any) -> Any:
        is_lent.set(turn.lent_under is not None)
        if is_lent.get() and step == "before reading":
            await act()
        answers = await attempt(self, event_id, commands, turn)
        if is_lent.get() and step == "before answering":
            await act()
        return answers

    async def sending(self: Exchange, *commands: dict[str, Any], as_bson: Collection[int] = ()) -> Any:
        is_there = {
            "before writing": any("update" in command for command in commands),
            "before committing": "commitTransaction" in commands[0],
        }
        if is_lent.get() and is_there.get(step):
            await act()
        answers = await send(self, *commands, as_bson=as_bson)
        if is_lent.get() and step == "after committing" and "commitTransaction" in commands[0]:
            await act()
        return answers

    monkeypatch.setattr(Committer, "_attempt", attempting)
    monkeypatch.setattr(Exchange, "send", sending)
