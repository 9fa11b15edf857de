"""What the writer waits for, and what it does not: silence, and what others left behind."""

from __future__ import annotations

import asyncio
import time

import pytest
from beanie import PydanticObjectId
from pymongo.uri_parser import parse_uri

from domain.documents import AuditEntry, Event, SeatLock
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.opening import open_services
from domain.process.metrics import REGISTRY
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.services import Services
from domain.writer import committer, exchange
from domain.writer.baton import TURN_MS, Baton
from tests.support.line import Line, line_to
from tests.support.sale import new_event, somebody
from tests.support.servers import another_server, close_server
from tests.support.waiting import until

LEFT_OPEN = committer.EVENTS_AT_ONCE
"""As many transactions as a process can leave behind when it dies."""


LIFETIME_SECONDS = 3
"""After so long our MongoDB ends a transaction that nobody goes on with, see ops/embedded.py."""


async def lock(services: Services, event: Event) -> Locked:
    return await lock_seats(
        services, somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
    )


def through(line: Line) -> str:
    """Where MongoDB is, through this line."""
    return f"mongodb://127.0.0.1:{line.port}/?directConnection=true"


@pytest.mark.parametrize("command", ["aggregate", "insert", "commitTransaction"])
async def test_an_answer_that_never_comes_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Whether what was asked is done nobody knows then; done twice it is not."""
    monkeypatch.setattr(exchange, "MONGO_SECONDS", 0.5)
    _, port = parse_uri(settings.mongo_uri)["nodelist"][0]
    async with (
        line_to(port) as line,
        open_services(settings.model_copy(update={"mongo_uri": through(line)})) as services,
    ):
        event = await new_event(services, seats=10)
        line.lose_answer_to(command)
        try:
            async with asyncio.timeout(10):
                locked = await lock(services, event)
        finally:
            line.hang_up()
        assert line.has_lost
        assert await check_inventory(services) == []
        assert [one.id for one in await SeatLock.find({"event_id": event.id}).to_list()] == [locked.lock.id]
        entries = await AuditEntry.find({"event_id": event.id, "lock_id": locked.lock.id}).to_list()
        assert [(entry.action, entry.is_retry) for entry in entries] == [("SEATS_LOCKED", False)]


async def test_what_a_dead_process_left_open_holds_up_no_other_event(services: Services) -> None:
    held = [await new_event(services, seats=1) for _ in range(LEFT_OPEN)]
    free = await new_event(services, seats=1)
    events = Event.get_pymongo_collection()
    began = time.monotonic()
    left_open = [services.mongo.start_session() for _ in held]
    try:
        for session, event in zip(left_open, held, strict=True):
            await session.start_transaction()
            await events.update_one({"_id": event.id}, {"$inc": {"version": 1}}, session=session)
        blocked = [asyncio.create_task(lock(services, event)) for event in held]
        waiting = {f"{services.settings.mongo_database}:baton:{event.id}:held" for event in held}

        async def all_had_their_turn() -> bool:
            waiting.difference_update([turn for turn in waiting if await services.redis.exists(turn)])
            return not waiting

        await until(all_had_their_turn)
        await lock(services, free)
        # On a machine that is very busy MongoDB has ended what was left open, before we came to look.
        in_time = time.monotonic() - began < LIFETIME_SECONDS
        assert not in_time or not any(task.done() for task in blocked)
    finally:
        for session in left_open:
            await session.abort_transaction()
            await session.end_session()
    await asyncio.gather(*blocked)
    assert await check_inventory(services) == []


async def test_a_turn_nobody_ends_is_over_when_its_time_is(services: Services) -> None:
    """Whoever comes when a part of it is left waits for that part."""
    event_id = PydanticObjectId()
    held = f"baton-test:baton:{event_id}:held"
    await services.redis.set(held, "of somebody who died", px=300)
    began = time.monotonic()
    async with Baton(services.wire, "baton-test").turn(event_id):
        waited = time.monotonic() - began
        assert await services.redis.get(held) not in (None, "of somebody who died")
    assert 0.2 < waited < 0.9


async def test_who_goes_away_while_waiting_keeps_no_turn(services: Services) -> None:
    baton, event_id = Baton(services.wire, "baton-test"), PydanticObjectId()

    async def wait() -> None:
        async with baton.turn(event_id):
            pass

    async def is_in_line() -> bool:
        return bool((await services.redis.info("clients"))["blocked_clients"])

    async with baton.turn(event_id):
        gone = asyncio.create_task(wait())
        await until(is_in_line)
        gone.cancel()
    await asyncio.wait({gone})
    assert gone.cancelled()
    began = time.monotonic()
    await wait()
    assert time.monotonic() - began < 0.5  # TURN_MS is more


async def test_what_was_read_before_somebody_elses_turn_is_read_again(services: Services) -> None:
    """Where nobody else was seen a batch reads before its turn comes. Here somebody is there after all, and sells."""
    event = await new_event(services, seats=2)
    unseen = another_server(services, prefix="another")

    async def blocked() -> int:
        return int((await services.redis.info("clients"))["blocked_clients"])

    def collisions() -> float:
        return sum(
            sample.value
            for metric in REGISTRY.collect()
            for sample in metric.samples
            if sample.name == "seatlock_write_retries_total"
        )

    in_line, collided = await blocked(), collisions()
    try:
        async with Baton(services.wire, services.settings.mongo_database).turn(event.id):
            locking = asyncio.create_task(lock(services, event))

            async def is_in_line() -> bool:
                return await blocked() > in_line

            await until(is_in_line)
            await lock(unseen, event)
        await locking
    finally:
        await close_server(unseen)
    assert collisions() == collided
    found = await Event.get(event.id)
    assert found is not None and (found.available, found.held) == (0, 2)
    assert await check_inventory(services) == []


async def test_a_turn_that_lasts_is_kept_though_nobody_else_is_there(services: Services) -> None:
    """Else it would be taken for that of a dead process."""
    event, is_over = await new_event(services, seats=100_000), False

    async def buy() -> None:
        while not is_over:
            await lock(services, event)

    buyers = [asyncio.create_task(buy()) for _ in range(3)]
    held = services.baton.keys(event.id)[1]
    await until(lambda: services.redis.exists(held))
    left = []
    for _ in range(20):
        await asyncio.sleep(TURN_MS / 10_000)
        left.append(await services.redis.pttl(held))
    is_over = True
    await asyncio.gather(*buyers)
    assert min(left) > 0
