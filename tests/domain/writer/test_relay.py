"""One server writes an event for another, and whatever becomes of it, each command is carried out once, or refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from domain.clock import system_clock
from domain.documents import AuditAction, AuditEntry, Event, Role, SeatLock, new_id
from domain.errors import NotEnoughSeats, SalesClosed
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Expire, Swept
from domain.money import Money
from domain.opening import terms_of
from domain.process.redis_wire import RedisWire
from domain.sale.buying import release_lock
from domain.sale.events import create_event
from domain.services import Services
from domain.writer.baton import PATIENCE_SECONDS
from domain.writer.parcel import Answered, Seal
from tests.support.line import line_to
from tests.support.reigns import STEPS, busy, handed_over, lock, reigned_by, stop_at, two_servers
from tests.support.sale import new_event, somebody
from tests.support.servers import another_server, close_server
from tests.support.waiting import until

Pair = tuple[Services, Services]


@pytest.fixture
async def pair(services: Services, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    async with two_servers(services, monkeypatch) as pair:
        yield pair
        assert await check_inventory(services) == []


async def entries_of(event: Event, lock: SeatLock) -> list[tuple[str, bool]]:
    entries = await AuditEntry.find({"event_id": event.id, "lock_id": lock.id}).to_list()
    return [(entry.action, entry.is_retry) for entry in entries]


async def test_an_answer_is_the_one_that_everybody_would_give(pair: Pair) -> None:
    first, second = pair
    event, buyer, before = await reigned_by(first), somebody(), handed_over("answered")
    locked = await lock(second, event, caller=buyer)
    assert (locked.lock.event_id, locked.lock.user_id, locked.replayed) == (event.id, buyer.user_id, False)
    again = await lock(second, event, caller=buyer)
    assert (again.lock.id, again.replayed) == (locked.lock.id, True)
    assert handed_over("answered") == before + 2
    here = await lock(first, event, caller=buyer)
    assert (here.lock.id, here.replayed) == (locked.lock.id, True)
    stored = await SeatLock.get(locked.lock.id)
    assert stored is not None
    assert stored.to_bson() == locked.lock.to_bson()


async def test_a_refusal_says_what_it_says_there(pair: Pair) -> None:
    first, second = pair
    event, before = await reigned_by(first, seats=2), handed_over("answered")
    await lock(second, event, key="the last")
    with pytest.raises(NotEnoughSeats) as refused:
        await lock(second, event)
    assert refused.value.available_seats == 0
    assert handed_over("answered") == before + 2


async def test_who_has_an_answer_sees_nothing_older(pair: Pair) -> None:
    first, second = pair
    event = await reigned_by(first)
    await lock(second, event)
    stored = await Event.get(event.id)
    assert stored is not None
    assert second.newest.version(event.id) == stored.version


async def test_many_are_carried_out_together(pair: Pair) -> None:
    """A batch writes the event once, whoever asked."""
    first, second = pair
    event = await reigned_by(first, seats=200)
    taken = await asyncio.gather(
        *(lock(server, event, key=str(number)) for number in range(80) for server in (first, second))
    )
    assert len({locked.lock.id for locked in taken}) == 160
    stored = await Event.get(event.id)
    assert stored is not None
    assert stored.sections[0].held == 161


@pytest.mark.parametrize("step", STEPS)
async def test_who_gets_no_answer_finds_out_and_nothing_is_done_twice(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first, second = pair
    event, before = await reigned_by(first), handed_over("taken_back")
    stop = stop_at(step, monkeypatch)
    asking = asyncio.create_task(lock(second, event))
    await asyncio.wait_for(stop.reached.wait(), 20)
    locked = await asyncio.wait_for(asking, 20)
    assert handed_over("taken_back") == before + 1
    stop.let_go()
    await lock(first, event, key="after that")
    assert [one.id for one in await SeatLock.find({"event_id": event.id, "idempotency_key": "key"}).to_list()] == [
        locked.lock.id
    ]
    assert await entries_of(event, locked.lock) == [(AuditAction.SEATS_LOCKED, False)]
    assert not locked.replayed


@pytest.mark.parametrize("step", STEPS[:2])
async def test_what_was_refused_meanwhile_is_not_done_afterwards(
    services: Services, pair: Pair, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Somebody had the last seat when the buyer was told so, and has given it back since."""
    first, second = pair
    unseen = another_server(services, prefix="another")
    event, buyer, other = await reigned_by(first, seats=2), somebody(), somebody()
    stop = stop_at(step, monkeypatch)
    asking = asyncio.create_task(lock(second, event, caller=buyer))
    await asyncio.wait_for(stop.reached.wait(), 20)
    taken = await lock(unseen, event, caller=other)
    with pytest.raises(NotEnoughSeats):
        await asyncio.wait_for(asking, 20)
    await release_lock(unseen, other, event_id=event.id, lock_id=taken.lock.id)
    stop.let_go()
    await lock(first, event, key="after that")
    assert await SeatLock.find({"event_id": event.id, "user_id": buyer.user_id}).to_list() == []
    await close_server(unseen)


async def test_a_refusal_that_changed_nothing_holds_too(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sales have ended when the buyer asks again. Nobody has written anything since the first server decided."""
    ahead = timedelta()

    def clock() -> datetime:
        return system_clock() + ahead

    async with two_servers(services, monkeypatch, clock=clock) as (first, second):
        soon = clock() + timedelta(minutes=1)
        until_soon = await create_event(
            first,
            somebody(Role.ADMIN),
            name="Concert",
            description=None,
            starts_at=soon + timedelta(days=1),
            sales_end_at=soon,
            price=Money(50_000, "INR"),
            total_seats=10,
            sections=None,
        )
        event, buyer = await reigned_by(first, until_soon), somebody()
        stop = stop_at("before writing", monkeypatch)
        asking = asyncio.create_task(lock(second, event, caller=buyer))
        await asyncio.wait_for(stop.reached.wait(), 20)
        ahead = timedelta(minutes=2)  # no lock is dead by then: to write that down would be a change
        with pytest.raises(SalesClosed):
            await asyncio.wait_for(asking, 20)
        stop.let_go()
    assert await SeatLock.find({"event_id": event.id, "user_id": buyer.user_id}).to_list() == []
    assert await check_inventory(services) == []


async def test_what_may_have_arrived_is_taken_back(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis took the commands, and nobody told the one who handed them over."""
    port = services.redis.connection_pool.connection_kwargs["port"]
    async with line_to(port) as line, Redis(port=line.port, decode_responses=True) as redis:
        wire = RedisWire(redis)
        async with two_servers(services, monkeypatch, wire=wire) as (first, second):
            event = await reigned_by(first)
            await lock(second, event, key="finds out who writes")
            line.lose_answer_to("EVALSHA")
            try:
                locked = await asyncio.wait_for(lock(second, event), 20)
            finally:
                line.hang_up()
            assert line.has_lost
            assert await entries_of(event, locked.lock) == [(AuditAction.SEATS_LOCKED, False)]
        await wire.close()
    assert await check_inventory(services) == []


async def test_without_redis_everybody_writes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    port = services.redis.connection_pool.connection_kwargs["port"]
    async with line_to(port) as line, Redis(port=line.port, decode_responses=True) as redis:
        wire = RedisWire(redis)
        async with two_servers(services, monkeypatch, wire=wire) as (first, second):
            event = await reigned_by(first)
            await lock(second, event, key="finds out who writes")
            line.cut()
            taken = await asyncio.gather(*(lock(server, event) for server in (first, second)))
            assert len({locked.lock.id for locked in taken}) == 2
        await wire.close()
    assert await check_inventory(services) == []


@pytest.mark.parametrize("who", ["first", "second"])
async def test_who_stops_leaves_nobody_without_an_answer(pair: Pair, who: str) -> None:
    first, second = pair
    event = await reigned_by(first, seats=50)
    asking = [asyncio.create_task(lock(second, event, key=str(number))) for number in range(20)]
    await asyncio.sleep(0)
    await close_server(first if who == "first" else second)
    taken = await asyncio.wait_for(asyncio.gather(*asking), 20)
    assert len({locked.lock.id for locked in taken}) == 20


async def test_rubbish_is_not_carried_out(pair: Pair) -> None:
    first, second = pair
    event = await reigned_by(first)
    inbox = first.writer._relay._inbox_of(first.writer._relay._name)
    await first.redis.execute_command("RPUSH", inbox, b"rubbish", b"\xff" * 40)  # type: ignore[no-untyped-call]
    assert (await lock(second, event)).lock.quantity == 1


async def test_a_sweep_comes_between_the_batches_of_a_busy_server(services: Services) -> None:
    """It is handed to nobody. Who writes for all must not keep it waiting until Redis is thought to be away."""
    first, second = another_server(services), another_server(services)
    event = await new_event(services, seats=10_000)
    async with busy(first, event):
        for _ in range(3):
            await lock(second, event, key=str(new_id()))
            sweep = Expire(event_id=event.id, caller=None, correlation_id="test", booked=False)
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await second.writer.execute(sweep) == Swept(expired=0, more=False)
    for server in (first, second):
        await close_server(server)
    assert await check_inventory(services) == []


async def test_nobody_decides_for_those_with_another_time(services: Services) -> None:
    """Whether a deadline has passed is told by the clock of the server that was asked."""
    first = another_server(services)
    second = another_server(services, clock=lambda: system_clock() + timedelta(seconds=1))
    event, before = await new_event(services, seats=10_000), handed_over("answered")
    async with busy(first, event):
        for number in range(3):
            locked = await lock(second, event, key=str(number))
            assert locked.lock.expires_at > first.clock() + timedelta(seconds=services.settings.lock_ttl_seconds)
    assert handed_over("answered") == before
    for server in (first, second):
        await close_server(server)
    assert await check_inventory(services) == []


async def test_nobody_decides_for_those_with_other_terms(services: Services) -> None:
    first = another_server(services)
    terms = replace(terms_of(services.settings, services.provider), lock_ttl=timedelta(hours=1))
    second = another_server(services, terms=terms)
    event, before = await new_event(services, seats=10_000), handed_over("answered")
    async with busy(first, event):
        for number in range(3):
            locked = await lock(second, event, key=str(number))
            assert locked.lock.expires_at > services.clock() + timedelta(minutes=59)
    assert handed_over("answered") == before
    for server in (first, second):
        await close_server(server)
    assert await check_inventory(services) == []


async def test_an_answer_may_come_before_redis_says_that_it_took_the_commands(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing is left to be taken back, and who waits in line behind is served."""
    port = services.redis.connection_pool.connection_kwargs["port"]
    async with line_to(port) as line, Redis(port=line.port, decode_responses=True) as redis:
        wire = RedisWire(redis)
        async with two_servers(services, monkeypatch, wire=wire) as (first, second):
            event = await reigned_by(first)
            await lock(second, event, key="finds out who writes")
            before = handed_over("taken_back")
            line.lose_answer_to("EVALSHA")
            try:
                await asyncio.wait_for(lock(second, event, key="answered"), 20)
                locked = await asyncio.wait_for(lock(second, event, key="behind it"), 20)
            finally:
                line.hang_up()
            assert await entries_of(event, locked.lock) == [(AuditAction.SEATS_LOCKED, False)]
            assert handed_over("taken_back") == before
        await wire.close()
    assert await check_inventory(services) == []


async def test_what_is_taken_back_while_redis_is_slow_is_in_line_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis says only then that nobody takes it."""
    first, second = pair
    event = await reigned_by(first)
    offers, run = second.writer._relay.offers, second.wire.run
    await lock(second, event, key="finds out who writes")
    taken_back = handed_over("taken_back") + 1

    async def slow(script: Any, *given: Any, **named: Any) -> Any:
        if script is offers._offer:
            monkeypatch.setattr(second.wire, "run", run)
            offers._watch()

            async def is_taken_back() -> bool:
                return handed_over("taken_back") == taken_back

            await until(is_taken_back)
            return 0
        return await run(script, *given, **named)

    monkeypatch.setattr(second.wire, "run", slow)
    locked = await asyncio.wait_for(lock(second, event), 20)
    assert await entries_of(event, locked.lock) == [(AuditAction.SEATS_LOCKED, False)]


async def test_what_cannot_be_packed_is_carried_out_all_the_same(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pair
    event = await reigned_by(first)
    await lock(second, event, key="finds out who writes")

    watching = second.writer._relay.offers._watching
    assert watching is not None
    await watching  # else it finds by accident what nobody answers

    def packed(_seal: Seal, _content: object) -> bytes:
        raise TypeError("cannot pickle it")

    with monkeypatch.context() as patch:
        patch.setattr(Seal, "packed", packed)
        assert (await asyncio.wait_for(lock(second, event), 20)).lock.quantity == 1


async def test_an_answer_that_cannot_be_packed_is_found_by_who_asked(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of its batch get theirs, and the writer goes on."""
    first, second = pair
    event = await reigned_by(first)
    await lock(second, event, key="finds out who writes")
    packed, before = Seal.packed, handed_over("taken_back")

    def only_other_things(seal: Seal, content: object) -> bytes:
        if isinstance(content, Answered) and content.event is not None:
            raise TypeError("cannot pickle it")
        return packed(seal, content)

    with monkeypatch.context() as patch:
        patch.setattr(Seal, "packed", only_other_things)
        ours, theirs = await asyncio.wait_for(asyncio.gather(lock(first, event), lock(second, event)), 20)
    assert ours.lock.id != theirs.lock.id
    assert handed_over("taken_back") > before
    assert await entries_of(event, theirs.lock) == [(AuditAction.SEATS_LOCKED, False)]
    await lock(first, event)


async def parcels_in(server: Services, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the server takes out of its inbox from now on."""
    seen: list[bytes] = []
    seal = server.writer._relay._seal
    opened = seal.opened

    def watched(parcel: bytes) -> Any:
        seen.append(parcel)
        return opened(parcel)

    monkeypatch.setattr(seal, "opened", watched)
    return seen


async def send_to(server: Services, parcels: Iterable[bytes]) -> None:
    """As somebody who can write to Redis, and does not know the shop's secret."""
    inbox = server.writer._relay._inbox_of(server.writer._relay._name)
    await server.redis.execute_command("RPUSH", inbox, *parcels)  # type: ignore[no-untyped-call]

    async def is_empty() -> bool:
        return not await server.redis.exists(inbox)

    await until(is_empty)


async def test_a_parcel_that_comes_again_is_not_carried_out_again(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sends it who has seen it in Redis. What was refused then would be done now."""
    first, second = pair
    event, buyer = await reigned_by(first, seats=2), somebody()
    last = await lock(second, event, key="the last", caller=buyer)
    parcels = await parcels_in(first, monkeypatch)
    refused = somebody()
    with pytest.raises(NotEnoughSeats):
        await lock(second, event, caller=refused)
    assert len(parcels) == 1
    await release_lock(second, buyer, event_id=event.id, lock_id=last.lock.id)
    await send_to(first, parcels[:1])
    await lock(second, event, key="after that")
    assert await SeatLock.find({"event_id": event.id, "user_id": refused.user_id}).to_list() == []


async def test_an_answer_that_comes_again_shows_nothing_older(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sends it who has seen it in Redis: the event in it is what it was then."""
    first, second = pair
    event = await reigned_by(first)
    parcels = await parcels_in(second, monkeypatch)
    await lock(second, event, key="seen")
    await lock(first, event, key="since then")
    commits = second.newest.commits
    await send_to(second, parcels[:1])
    assert second.newest.event_since(event.id, commits) is None


async def test_nobody_takes_the_answer_of_another(
    services: Services, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody copies it who has seen it in Redis; offers of all processes have the same numbers."""
    first, second = pair
    third = another_server(services)
    event, other = await reigned_by(first), somebody()
    parcels = await parcels_in(second, monkeypatch)
    await lock(second, event, key="of second", caller=other)
    stop = stop_at("before answering", monkeypatch)
    mine = somebody()
    asking = asyncio.create_task(lock(third, event, key="of third", caller=mine))
    await asyncio.wait_for(stop.reached.wait(), 20)
    await send_to(third, parcels)
    stop.let_go()
    assert (await asyncio.wait_for(asking, 20)).lock.user_id == mine.user_id
    await close_server(third)


async def test_a_server_without_a_free_seat_keeps_no_other_waiting(services: Services) -> None:
    """What is refused writes nothing, and so no reign: the turn must go round all the same."""
    first, second = another_server(services), another_server(services)
    event = await new_event(services, seats=1)
    await lock(first, event, key="the only one")
    is_over, refused = asyncio.Event(), 0

    async def ask(buyer: int) -> None:
        nonlocal refused
        for number in count():
            if is_over.is_set():
                return
            with pytest.raises(NotEnoughSeats):
                await lock(first, event, key=f"{buyer} {number}")
            refused += 1

    async def have_been_refused() -> bool:
        return refused > 256

    asking = [asyncio.create_task(ask(buyer)) for buyer in range(64)]
    try:
        await until(have_been_refused)
        for number in range(5):
            with pytest.raises(NotEnoughSeats):
                await lock(second, event, key=str(number))
            assert not second.baton._outage.is_pausing, "it has waited in vain for its turn"
    finally:
        is_over.set()
        await asyncio.gather(*asking)
    for server in (first, second):
        await close_server(server)
