"""Watchers of events, on real servers: told at once when all is well, and right again when it is not."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from beanie import PydanticObjectId
from structlog.testing import capture_logs

from domain.documents import Event, new_id
from domain.errors import NotFound
from domain.integrity.repair import repairer_of
from domain.inventory.parts import Named
from domain.live import hub as hubs
from domain.live.channels import Channels
from domain.live.facts import facts_of
from domain.live.hub import Hub
from domain.live.news import Counters, News
from domain.live.topic import Topic
from domain.opening import open_services
from domain.process.settings import Settings
from domain.sale.event_lists import events_by_ids, seat_rows
from domain.sale.events import NewRow
from domain.sale.lock_changes import change_lock, extend_lock
from domain.services import Services
from ops.embedded import Servers, embedded_servers
from tests.support.sale import Sale, Time, new_event, open_sale, somebody
from tests.support.servers import another_server
from tests.support.sweeping import sweep_due
from tests.support.waiting import PATIENCE_SECONDS, until

RIGHT_WITHIN = 2.0
"""The promise: seconds after which a watcher is right again, whatever was lost."""


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    """Two servers; watchers are at the first one."""
    async with open_sale(settings, writers=2) as sale:
        yield sale


def muted(services: Services) -> Services:
    """A server whose news nobody hears."""
    return another_server(services, channel="nobody")


async def is_right(services: Services, topic: Topic) -> bool:
    """Whether the view is what a query says."""
    event = (await events_by_ids(services, [topic.event_id]))[topic.event_id]
    rows = (await seat_rows(services, [topic.event_id]))[topic.event_id]
    view = topic.view
    told = (view.version, view.facts, view.event().sections, dict(view.rows))
    return told == (event.version, facts_of(event), event.sections, {row.label: row.statuses for row in rows})


async def becomes_right(services: Services, topic: Topic, within: float = RIGHT_WITHIN) -> None:
    await until(lambda: is_right(services, topic), within)


async def changed(topic: Topic) -> None:
    """Wait for the next view."""
    woken = asyncio.Event()
    with topic.watched(woken.set):
        await asyncio.wait_for(woken.wait(), PATIENCE_SECONDS)


async def test_watchers_see_what_any_server_does(sale: Sale) -> None:
    event = await sale.numbered_event(5)
    buyer = somebody()
    async with sale.services.hub.watch(event.id) as topic:
        assert (topic.view.version, topic.view.rows) == (1, {"STALLS-A": "AAAAA"})
        for seat in range(1, 5):  # by both servers in turn
            change = asyncio.create_task(changed(topic))
            locked = await sale.lock(event, buyer, f"STALLS-A-{seat}")
            await change
            assert topic.view.rows == {"STALLS-A": "H" * seat + "A" * (5 - seat)}
        lock_id, second = locked.lock.id, sale.servers[1]
        add, remove = [Named(("STALLS-A-5",))], [Named(("STALLS-A-4",))]
        await change_lock(
            second, buyer, event_id=event.id, lock_id=lock_id, add=add, remove=remove, idempotency_key="swap"
        )
        await becomes_right(sale.services, topic, within=1)
        assert topic.view.rows == {"STALLS-A": "HHHAH"}
        sale.time.now += timedelta(seconds=200)
        await extend_lock(second, buyer, event_id=event.id, lock_id=lock_id)
        await becomes_right(sale.services, topic, within=1)
        sale.time.now += timedelta(seconds=100)
        topic.refresh()
        assert topic.view.rows == {"STALLS-A": "AAAAH"}, "only the extended one lives"
        assert await is_right(sale.services, topic)
        await sale.release(locked.lock, buyer)
        booking = (await sale.confirm((await sale.lock(event, buyer, "STALLS-A-5")).lock, buyer)).booking
        await sale.pay(booking, buyer)
        await becomes_right(sale.services, topic, within=1)
        assert topic.view.rows == {"STALLS-A": "AAAAB"}
        await sale.cancel(booking, buyer)
        await becomes_right(sale.services, topic, within=1)


async def test_an_unknown_event_is_not_found_and_leaves_nothing_behind(services: Services) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            async with services.hub.watch(new_id()):
                pass
    assert not services.hub._followed


async def channels(services: Services) -> set[str]:
    return set(await services.redis.pubsub_channels(f"{services.settings.mongo_database}:live:*"))


async def test_all_who_watch_share_one_topic_until_the_last_leaves(services: Services) -> None:
    event = await new_event(services, seats=3)
    async with AsyncExitStack() as others:
        topics = await asyncio.gather(*(others.enter_async_context(services.hub.watch(event.id)) for _ in range(20)))
        assert len(set(map(id, topics))) == 1
        assert len(await channels(services)) == 1
    assert not services.hub._followed

    async def nothing_subscribed() -> bool:
        return not await channels(services)

    await until(nothing_subscribed)


async def test_who_goes_away_while_the_topic_opens_does_not_stop_the_others(services: Services) -> None:
    event = await new_event(services, seats=3)

    async def watch() -> int:
        async with services.hub.watch(event.id) as topic:
            return topic.view.counters.available

    first, second = asyncio.create_task(watch()), asyncio.create_task(watch())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 3
    assert not services.hub._followed


async def test_a_lost_message_is_found_by_looking(settings: Settings) -> None:
    async with open_services(settings) as services:
        event = await new_event(services, rows=[NewRow("A", 5)])
        silent = Sale([muted(services)], Time())
        async with services.hub.watch(event.id) as topic:
            for seat in range(1, 4):
                await silent.lock(event, somebody(), f"STALLS-A-{seat}")
                await becomes_right(services, topic)
            assert topic.view.rows == {"STALLS-A": "HHHAA"}


async def test_a_lost_message_shows_at_the_next_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.live.hub.LOOK_SECONDS", 60.0)
    async with open_services(settings) as services:
        event = await new_event(services, rows=[NewRow("A", 5)])
        silent, heard = Sale([muted(services)], Time()), Sale([services], Time())
        async with services.hub.watch(event.id) as topic:
            await silent.lock(event, somebody(), "STALLS-A-1")
            await heard.lock(event, somebody(), "STALLS-A-2")
            await becomes_right(services, topic, within=1)
            assert topic.view.rows == {"STALLS-A": "HHAAA"}


async def test_deadlines_are_seen_without_a_worker(settings: Settings) -> None:
    brief = settings.model_copy(update={"lock_ttl_seconds": 1, "payment_ttl_seconds": 2})
    async with open_services(brief) as services:
        sale = Sale([services], Time())
        event = await new_event(services, rows=[NewRow("A", 3)])
        buyer = somebody()
        async with services.hub.watch(event.id) as topic:
            lock = (await sale.lock(event, buyer, "STALLS-A-1")).lock
            booked = (await sale.lock(event, buyer, "STALLS-A-2")).lock
            booking = (await sale.confirm(booked, buyer)).booking
            await becomes_right(services, topic, within=1)
            deadlines = [(lock.expires_at, "AHA"), (booking.payment_expires_at, "AAA")]
            for deadline, rows in deadlines:
                await changed(topic)
                assert topic.view.rows == {"STALLS-A": rows}
                assert deadline <= topic.view.at < deadline + timedelta(seconds=1)
                assert await is_right(services, topic)
            version = topic.view.version
            await sweep_due(services)
            await asyncio.sleep(0.2)
            assert topic.view.version == version, "sweeping what is dead is no change"
            assert await is_right(services, topic)


async def test_a_repair_is_seen(services: Services) -> None:
    event = await new_event(services, seats=5)
    async with services.hub.watch(event.id) as topic:
        await Event.get_pymongo_collection().update_one(
            {"_id": event.id}, {"$inc": {"sections.0.available": -2, "sections.0.held": 2}}
        )
        await repairer_of(services, "test").repair(event.id)
        await becomes_right(services, topic)
        assert topic.view.counters.available == 5


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[Servers]:
    with embedded_servers(tmp_path) as servers:
        yield servers


async def test_redis_dies_and_comes_back(
    settings: Settings, own_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = settings.model_copy(
        update={"mongo_uri": own_servers.mongo_uri, "redis_url": own_servers.redis_url, "mongo_database": "live"}
    )
    async with open_services(own) as services:
        sale = Sale([services], Time())
        event = await new_event(services, rows=[NewRow("A", 9)])
        async with services.hub.watch(event.id) as topic:
            with capture_logs() as logs:
                await asyncio.to_thread(own_servers.redis.kill)
                for seat in range(1, 4):
                    await sale.lock(event, somebody(), f"STALLS-A-{seat}")
                    await becomes_right(services, topic)
                other = await new_event(services, seats=2)
                async with services.hub.watch(other.id) as started_without:
                    assert started_without.view.counters.available == 2
                    await asyncio.to_thread(own_servers.redis.start)
                    for seat in range(4, 7):
                        await sale.lock(event, somebody(), f"STALLS-A-{seat}")
                        await sale.lock(other, somebody()) if seat < 6 else None
                        await becomes_right(services, topic)
                        await becomes_right(services, started_without)
                await until(lambda: _subscribed(services, event.id))
            said = [line["event"] for line in logs if line["event"].startswith("live feed is")]
            assert said.count("live feed is not heard") == 1
            # Told again, not only found by looking: after the next look there is none for an hour.
            monkeypatch.setattr(hubs, "LOOK_SECONDS", 3_600)
            services.hub._look_now.set()
            await until(lambda: _has_looked(services))
            change = asyncio.create_task(changed(topic))
            await sale.lock(event, somebody(), "STALLS-A-9")
            await change
            # Where nothing can be read, who comes is shown what is known.
            os.kill(own_servers.mongods[0].pid, signal.SIGSTOP)
            try:
                async with asyncio.timeout(4), services.hub.watch(event.id) as known:
                    assert known.view.rows == {"STALLS-A": "HHHHHHAAH"}
            finally:
                os.kill(own_servers.mongods[0].pid, signal.SIGCONT)


async def _has_looked(services: Services) -> bool:
    return not services.hub._look_now.is_set()


async def _subscribed(services: Services, event_id: PydanticObjectId) -> bool:
    return any(str(event_id) in channel for channel in await channels(services))


async def test_who_comes_to_a_watched_event_sees_what_was_committed_before(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its news are lost on their way, and nobody looks for the next minute."""
    monkeypatch.setattr("domain.live.hub.LOOK_SECONDS", 60.0)
    event = await new_event(services, rows=[NewRow("A", 5)])
    silent = Sale([muted(services)], Time())
    async with services.hub.watch(event.id) as first:
        locked = await silent.lock(event, somebody(), "STALLS-A-1")
        assert first.view.rows == {"STALLS-A": "AAAAA"}

        async def come() -> str:
            async with services.hub.watch(event.id) as topic:
                return topic.view.rows["STALLS-A"]

        assert await asyncio.gather(*(come() for _ in range(20))) == ["HAAAA"] * 20
        assert locked.lock.seats == ["STALLS-A-1"]


async def test_a_listener_is_never_ahead_of_a_query(services: Services) -> None:
    """A lock lapses while what prolongs it is being committed: here by a watcher's clock that is ahead."""
    event = await new_event(services, rows=[NewRow("A", 5)])
    buyer = somebody()
    sale = Sale([services], Time())
    locks = [(await sale.lock(event, buyer, f"STALLS-A-{seat}")).lock for seat in (1, 2, 3)]
    now = services.clock() + timedelta(seconds=services.settings.lock_ttl_seconds + 1)
    ahead = another_server(services, clock=lambda: now)
    channels = Channels(services.settings.mongo_database, services.settings.secret_key.get_secret_value())
    hub = Hub(services.mongo, services.redis, channels, ahead.clock, ahead.newest)
    try:
        async with hub.watch(event.id) as topic:
            seen = [(topic.view.version, topic.view.rows["STALLS-A"])]
            assert seen[0][1] == "AAAAA"
            with topic.watched(lambda: seen.append((topic.view.version, topic.view.rows["STALLS-A"]))):
                await asyncio.gather(
                    sale.confirm(locks[0], buyer), sale.confirm(locks[1], buyer), sale.release(locks[2], buyer)
                )
                await becomes_right(ahead, topic)
            assert seen[-1][1] == "HHAAA"
            assert [version for version, _ in seen] == sorted({version for version, _ in seen})
    finally:
        await hub.close()


async def test_what_somebody_else_writes_to_redis_is_not_believed(services: Services) -> None:
    event = await new_event(services, seats=3)
    async with (
        services.hub.watch(event.id) as topic,
        services.hub.watch((await new_event(services, seats=5)).id) as other,
    ):
        sold_out = News(1, 2, {"GENERAL": Counters(0, 3, 0)}, {}, {}, [], [])
        strangers = Channels(services.settings.mongo_database, "another shop's secret, of 32 letters")
        channels = Channels(services.settings.mongo_database, services.settings.secret_key.get_secret_value())
        with capture_logs() as logs:
            for forged in (
                sold_out.to_json(),
                strangers.sealed(event.id, sold_out),
                channels.sealed(other.event_id, sold_out),
                b"",
            ):
                await services.redis.publish(channels.of(event.id), forged)

            async def are_noticed() -> bool:
                return len([line for line in logs if line["event"] == "not news of ours"]) == 4

            await until(are_noticed, 5)
        assert (topic.view.version, topic.view.counters.available) == (1, 3)
        await Sale([services], Time()).lock(event, somebody())
        await becomes_right(services, topic)


async def test_what_is_shown_and_is_not_stored_is_given_up(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was restored from a backup, under a server that goes on."""
    monkeypatch.setattr("domain.live.hub.LOOK_SECONDS", 0.05)
    event = await new_event(services, seats=3)
    collection = Event.get_pymongo_collection()
    backup = await collection.find_one({"_id": event.id})
    assert backup is not None
    async with services.hub.watch(event.id) as topic:

        async def available(seats: int) -> None:
            async def are_shown() -> bool:
                return topic.view.counters.available == seats

            await until(are_shown, 5)

        await Sale([services], Time()).lock(event, somebody())
        await available(2)
        await collection.replace_one({"_id": event.id}, backup)
        await available(3)
        assert topic.view.version > 2, "for a listener versions only grow"
        async with services.hub.watch(event.id):
            pass
