"""One server writes for another while buyers never stop coming: nobody is left to wait, or shown what was before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from beanie import PydanticObjectId
from pydantic import SecretStr
from redis.asyncio import Redis

from domain.documents import Event, Role
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.money import Money
from domain.process.redis_wire import RedisWire
from domain.sale.buying import release_lock
from domain.sale.events import create_event
from domain.services import Services
from domain.writer import writer
from domain.writer.committer import Committer
from tests.support.line import Line, line_to
from tests.support.reigns import busy, handed_over, lock, reigned_by, two_servers
from tests.support.sale import new_event, somebody
from tests.support.servers import another_server, close_server
from tests.support.waiting import until


@asynccontextmanager
async def comers(server: Services, event: Event) -> AsyncIterator[Sequence[asyncio.Task[Locked]]]:
    """Somebody new, all the time: the server always has something to ask, and in the end an answer to each."""
    asking: list[asyncio.Task[Locked]] = []

    async def come() -> None:
        for number in count():
            asking.append(asyncio.create_task(lock(server, event, key=f"number {number}")))
            await asyncio.sleep(0.02)

    coming = asyncio.create_task(come())
    try:
        yield asking
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        await asyncio.gather(*asking)


async def lose_an_answer(line: Line) -> None:
    """Redis gives it to a connection that nobody hears any more, and that breaks then."""
    before = line.lost
    line.lose_answer_to("BLPOP")

    async def is_lost() -> bool:
        return line.lost > before

    try:
        await until(is_lost)
    finally:
        line.hang_up()


async def test_who_was_lost_is_found_while_others_are_answered(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis has handed answers to a connection that broke."""
    port = services.redis.connection_pool.connection_kwargs["port"]
    async with line_to(port) as line, Redis(port=line.port, decode_responses=True) as redis:
        wire = RedisWire(redis)
        async with two_servers(services, monkeypatch, wire=wire) as (first, second):
            event = await reigned_by(first, seats=100_000)
            await lock(second, event, key="finds out who writes")
            before = handed_over("taken_back")
            async with comers(second, event) as asking:
                # Not every answer that Redis gives has somebody's in it.
                while handed_over("taken_back") == before:
                    await lose_an_answer(line)
                    there = [*asking]

                    async def are_answered(there: Sequence[asyncio.Task[Locked]] = there) -> bool:
                        return all(each.done() for each in there)

                    await until(are_answered, within=15)
        await wire.close()
    assert await check_inventory(services) == []


async def test_prices_that_need_64_bits(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB's larger numbers are read as something else than Python's."""
    event = await create_event(
        services,
        somebody(Role.ADMIN),
        name="Gala",
        description=None,
        starts_at=services.clock() + timedelta(days=1),
        price=Money(3_000_000_000, "IDR"),
        total_seats=10,
        sections=None,
    )
    async with two_servers(services, monkeypatch) as (first, second):
        await reigned_by(first, event)
        before, buyer = handed_over("answered"), somebody()
        locked = await lock(second, event, caller=buyer)
        again = await lock(second, event, caller=buyer)
        assert (again.lock, again.replayed) == (locked.lock, True)
        await release_lock(second, buyer, event_id=event.id, lock_id=locked.lock.id)
        assert handed_over("answered") == before + 3


async def test_one_more_event_than_there_are_turns(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """All turns are taken, and at each of these events somebody is always in line."""
    monkeypatch.setattr(writer, "EVENTS_IN_TURN", 2)
    server, answers = another_server(services), Committer.answers
    busy = {event.id: event for event in [await new_event(services, seats=100_000) for _ in range(2)]}
    another, keys, is_over = await new_event(services, seats=10), count(), False
    asking: list[asyncio.Task[object]] = []

    def come(event: Event) -> None:
        asking.append(asyncio.create_task(lock(server, event, key=str(next(keys)))))

    async def somebody_comes_meanwhile(self: Committer, event_id: PydanticObjectId, *given: Any) -> list[Any]:
        told = await answers(self, event_id, *given)
        if event_id in busy and not is_over:
            come(busy[event_id])
            await server.writer._lines[event_id].comes(15)
        return told

    monkeypatch.setattr(Committer, "answers", somebody_comes_meanwhile)
    for event in busy.values():
        come(event)
    await asyncio.wait({asking[-1]})
    try:
        async with asyncio.timeout(30):
            await lock(server, another)
    finally:
        is_over = True
        await asyncio.gather(*asking)
    await close_server(server)


async def test_who_stops_hands_the_event_on_however_many_are_in_line(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_servers(services, monkeypatch) as (first, second):
        event = await reigned_by(first, seats=1_000_000)
        before = handed_over("answered")
        async with busy(second, event, buyers=300):

            async def are_handed_over() -> bool:
                return handed_over("answered") > before + 600

            await until(are_handed_over)
            async with asyncio.timeout(30):
                await close_server(first)
            await lock(second, event, key="after that")
    assert await check_inventory(services) == []


async def test_an_answer_that_wrote_nothing_shows_nothing_older(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has written since the server did that gives it: its own last event is old."""
    third = another_server(services, prefix="elsewhere")
    async with two_servers(services, monkeypatch) as (first, second):
        event, buyer = await reigned_by(first), somebody()
        await lock(second, event, caller=buyer)
        # So often repeated that it is counted, and not written.
        for _ in range(4):
            await lock(second, event, caller=buyer)
        for number in range(3):
            await lock(third, event, key=str(number))
        stored = await Event.get(event.id)
        assert stored is not None
        before, commits = handed_over("answered"), second.newest.commits
        assert (await lock(second, event, caller=buyer)).replayed
        assert handed_over("answered") == before + 1
        shown = second.newest.event_since(event.id, commits)
        assert shown is None or shown.version >= stored.version
    await close_server(third)


async def test_nobody_hands_over_what_the_other_can_not_open(services: Services) -> None:
    """While the secret is changed, one server after the other."""
    changed = services.settings.model_copy(update={"secret_key": SecretStr("another secret of 32 letters and more")})
    first, second = another_server(services), another_server(replace(services, settings=changed))
    event = await new_event(services, seats=100_000)
    before = handed_over("answered"), handed_over("taken_back")
    async with busy(first, event):
        for number in range(3):
            await lock(second, event, key=str(number))
    assert (handed_over("answered"), handed_over("taken_back")) == before
    for server in (first, second):
        await close_server(server)
