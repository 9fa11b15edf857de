"""Whose a numbered seat is: the viewer's own, for everybody; anybody's, for ADMINs; nobody's, for listeners."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.documents import SeatLock
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.sockets import listening

SEATS = """
query ($id: ID!) {
  event(id: $id) { seats { label mine booking { id user { id } } } }
}
"""
TAKEN = 'query ($id: ID!) { event(id: $id) { seats(section: "STALLS") { label mine } } }'
WATCHED = "subscription ($id: ID!) { seatAvailability(eventId: $id) { changedSeats { label mine booking { id } } } }"
PLAIN = "subscription ($id: ID!) { seatAvailability(eventId: $id) { changedSeats { label booking { id } } } }"
ROWS = "subscription ($id: ID!) { seatAvailability(eventId: $id) { changedRows { section name statuses } } }"
CHANGED = "query ($id: ID!) { event(id: $id) { createdAt updatedAt } }"
CLOSE = "mutation ($id: ID!) { closeSales(input: {eventId: $id}) { ... on CloseSalesSuccess { event { updatedAt } } } }"


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


@pytest.fixture
async def stranger(services: Services, scene: Scene) -> Scene:
    return Scene(services, scene.client, scene.admin_token, token_of(services, await user(services)))


async def mine(scene: Scene, event: str, token: str | None) -> list[str]:
    """Labels of the seats that are the caller's."""
    answer = await scene.client.execute(TAKEN, {"id": event}, token)
    return [seat["label"] for seat in answer["data"]["event"]["seats"] if seat["mine"]]


async def test_a_seat_is_mine_while_i_hold_it_and_once_i_have_booked_it(scene: Scene, stranger: Scene) -> None:
    event = await scene.reserved_event()
    lock = await scene.lock(event, {"seats": ["STALLS-A-1", "STALLS-B-5"]})
    await stranger.lock(event, {"seats": ["STALLS-A-2"]})
    elsewhere = await scene.reserved_event()
    await scene.lock(elsewhere, {"seats": ["STALLS-A-3"]})

    for step in (None, scene.confirm(lock)):
        if step is not None:
            await scene.pay(await step)
        assert await mine(scene, event, scene.token) == ["STALLS-A-1", "STALLS-B-5"]
        assert await mine(scene, event, stranger.token) == ["STALLS-A-2"]
        assert await mine(scene, event, scene.admin_token) == await mine(scene, event, None) == []


async def test_a_seat_is_mine_no_more_from_its_deadline_on(scene: Scene, services: Services) -> None:
    event = await scene.reserved_event()
    await scene.lock(event, {"seats": ["STALLS-A-1"]})
    past = services.clock() - timedelta(milliseconds=1)
    await SeatLock.get_pymongo_collection().update_many({}, {"$set": {"expires_at": past}})
    assert await mine(scene, event, scene.token) == []


async def test_an_admin_sees_who_sits_where(scene: Scene, stranger: Scene) -> None:
    event = await scene.reserved_event()
    paid = await scene.confirm(await scene.lock(event, {"seats": ["STALLS-A-1"]}))
    await scene.pay(paid)
    pending = await stranger.confirm(await stranger.lock(event, {"seats": ["STALLS-A-2"]}))
    await stranger.lock(event, {"seats": ["STALLS-A-3"]})  # holds, and has no booking

    async def bookings(token: str | None) -> dict[str, str]:
        answer = await scene.client.execute(SEATS, {"id": event}, token)
        assert "errors" not in answer
        seats = answer["data"]["event"]["seats"]
        return {seat["label"]: seat["booking"]["id"] for seat in seats if seat["booking"]}

    assert await bookings(scene.admin_token) == {"STALLS-A-1": paid, "STALLS-A-2": pending}
    assert await bookings(scene.token) == await bookings(None) == {}


async def test_listeners_are_told_what_is_theirs_and_never_what_is_anothers(
    scene: Scene, stranger: Scene, api: httpx.AsyncClient
) -> None:
    """All ask the same with the same words, and most of them share one execution."""
    event = await scene.reserved_event()
    tokens = [scene.token, stranger.token, scene.admin_token, None]
    async with (
        listening(api.base_url, tokens[0]) as own,
        listening(api.base_url, tokens[1]) as other,
        listening(api.base_url, tokens[2]) as admins,
        listening(api.base_url) as nobody,
    ):
        sockets = (own, other, admins, nobody)
        watching = [await socket.subscribe(WATCHED, {"id": event}) for socket in sockets]
        plain = [await socket.subscribe(PLAIN, {"id": event}) for socket in reversed(sockets)]
        await asyncio.gather(*(each.next() for each in (*watching, *plain)))
        booking = await scene.confirm(await scene.lock(event, {"seats": ["STALLS-A-1"]}))
        assert booking

        async def told(each: Any) -> dict[str, Any]:
            (seat,) = (await each.data("seatAvailability"))["changedSeats"]
            found: dict[str, Any] = seat
            return found

        seats = [await told(each) for each in watching]
        assert [seat["mine"] for seat in seats] == [True, False, False, False]
        assert [seat["booking"] for seat in seats] == [None] * 4
        assert [await told(each) for each in plain] == [{"label": "STALLS-A-1", "booking": None}] * 4


async def test_rows_that_changed_come_whole(scene: Scene, api: httpx.AsyncClient) -> None:
    event = await scene.reserved_event()
    await scene.lock(event, {"seats": ["STALLS-A-1"]})
    async with listening(api.base_url) as socket:
        watching = await socket.subscribe(ROWS, {"id": event})
        told = [await watching.data("seatAvailability")]
        await scene.lock(event, {"seats": ["STALLS-A-3", "STALLS-B-2"]})
        told.append(await watching.data("seatAvailability"))
    rows = [[(row["section"], row["name"], row["statuses"][:4]) for row in each["changedRows"]] for each in told]
    assert rows == [[("STALLS", "A", "HAAA")], [("STALLS", "A", "HAHA"), ("STALLS", "B", "AHAA")]]


async def test_an_event_says_when_it_was_changed(scene: Scene) -> None:
    event = await scene.event()
    made = (await scene.client.execute(CHANGED, {"id": event}))["data"]["event"]
    assert made["updatedAt"] == made["createdAt"]
    await scene.lock(event)
    assert (await scene.client.execute(CHANGED, {"id": event}))["data"]["event"] == made, "its seats have a version"
    closed = await scene.client.execute(CLOSE, {"id": event}, scene.admin_token)
    changed_at = closed["data"]["closeSales"]["event"]["updatedAt"]
    assert changed_at > made["createdAt"]
    assert await scene.client.execute(CLOSE, {"id": event}, scene.admin_token) == closed, "a repeat changes nothing"
    stored = (await scene.client.execute(CHANGED, {"id": event}))["data"]["event"]
    assert stored == {"createdAt": made["createdAt"], "updatedAt": changed_at}
