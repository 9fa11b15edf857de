"""What is read is never older than what this process has committed or heard of, whichever server of MongoDB answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.documents import Event, new_id
from domain.documents.listing import Window
from domain.errors import Unavailable
from domain.process.newest import MOST, Newest
from domain.sale.event_lists import events_by_ids, list_events
from domain.sale.events import NewRow
from domain.services import Services
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.servers import another_server
from tests.support.waiting import PATIENCE_SECONDS


@asynccontextmanager
async def as_it_was(event: Event) -> AsyncIterator[None]:
    """MongoDB shows this event as it is here, as a primary does that was replaced and does not know it yet."""
    collection = Event.get_pymongo_collection()
    now = await collection.find_one_and_replace({"_id": event.id}, event.to_bson())
    assert now is not None
    yield
    await collection.replace_one({"_id": event.id}, now)


async def versions(services: Services, event: Event) -> set[int]:
    """What both ways of reading it say."""
    (listed,) = await list_events(services, starts_after=None, starts_before=None, search=None).read(Window(1))
    return {listed.version, (await events_by_ids(services, [event.id]))[event.id].version}


async def test_what_was_committed_here_is_waited_for(services: Services) -> None:
    event = await new_event(services, seats=3)
    await Sale([services], Time()).lock(event, somebody())
    async with as_it_was(event):
        reading = asyncio.create_task(versions(services, event))
        watching = asyncio.create_task(watch(services, event))
        await asyncio.wait([reading, watching], timeout=0.3)
        assert not reading.done()
        assert not watching.done()
    assert await reading == {2}
    assert await watching == 2


async def test_an_old_state_that_stays_is_not_shown(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.sale.instant.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("domain.live.hub.REACH_SECONDS", 0.1)
    event = await new_event(services, seats=3)
    await Sale([services], Time()).lock(event, somebody())
    async with as_it_was(event):
        for read in (versions, watch):
            with pytest.raises(Unavailable):
                await read(services, event)


async def test_what_a_listener_was_told_is_waited_for(services: Services) -> None:
    event = await new_event(services, rows=[NewRow("A", 3)])
    elsewhere = Sale([another_server(services)], Time())
    async with services.hub.watch(event.id) as topic:
        await elsewhere.lock(event, somebody(), "STALLS-A-1")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await topic.reach(2)
        async with as_it_was(event):
            reading = asyncio.create_task(versions(services, event))
            await asyncio.wait([reading], timeout=0.2)
            assert not reading.done()
        assert await reading == {2}


async def watch(services: Services, event: Event) -> int:
    async with services.hub.watch(event.id) as topic:
        return topic.view.version


def test_a_process_remembers_the_events_that_were_sold_last() -> None:
    newest, event = Newest(), Event.model_construct(id=new_id(), version=7)
    newest.committed(event, is_whole=True)
    assert newest.event_since(event.id, 0) is event
    assert newest.event_since(event.id, 1) is None, "that was before"
    newest.heard(event.id, 6)
    assert newest.versions() == {event.id: 7}
    newest.committed(event, is_whole=False)
    assert newest.event_since(event.id, 0) is None, "its counters are not what a reader sees"
    for _ in range(MOST):
        newest.heard(new_id(), 1)
    assert newest.version(event.id) == 0
