"""What one operation tells of an event is of one version, whatever is sold while it reads."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from itertools import cycle
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Event
from domain.sale import event_lists
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow
from domain.services import Services
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support.sale import new_event, somebody
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.servers import another_server, close_server

SEATS = 40
ALL_WAYS = """
fragment All on Event {
  id version totalSeats availableSeats lockedSeats bookedSeats
  sections { availableSeats lockedSeats bookedSeats rows { statuses } }
  seats { status }
}
query ($id: ID!, $booking: ID!) {
  event(id: $id) { ...All }
  events(first: 1) { nodes { ...All } }
  booking(id: $booking) { event { ...All } lock { event { ...All } } }
}
"""
LOCK_TWICE = """
fragment Told on LockSeatsResult {
  ... on LockSeatsSuccess { lock { event { version lockedSeats sections { rows { statuses } } } } }
}
mutation ($id: ID!) {
  first: lockSeats(input: {eventId: $id, selection: {seats: ["STALLS-A-1"]}, idempotencyKey: "1"}) { ...Told }
  second: lockSeats(input: {eventId: $id, selection: {seats: ["STALLS-A-2"]}, idempotencyKey: "2"}) { ...Told }
}
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


@pytest.fixture
async def other(services: Services) -> AsyncIterator[Services]:
    """Another server of the same shop."""
    server = another_server(services)
    yield server
    await close_server(server)


async def hall(services: Services) -> Event:
    return await new_event(services, rows=[NewRow("A", SEATS)])


async def lock(services: Services, event_id: PydanticObjectId, buyer: Caller, *seats: str) -> PydanticObjectId:
    locked = await lock_seats(
        services,
        buyer,
        event_id=event_id,
        quantity=None,
        section=None,
        seats=seats,
        idempotency_key=secrets.token_hex(8),
    )
    return locked.lock.id


def told(event: dict[str, Any]) -> dict[str, int]:
    """The counters of an event, once all that it says of itself is known to agree with them."""
    counters = {"AVAILABLE": event["availableSeats"], "HELD": event["lockedSeats"], "BOOKED": event["bookedSeats"]}
    (section,) = event["sections"]
    letters = "".join(row["statuses"] for row in section["rows"])
    assert {status: letters.count(status[0]) for status in counters} == counters
    statuses = [seat["status"] for seat in event["seats"]]
    assert {status: statuses.count(status) for status in counters} == counters
    assert [section["availableSeats"], section["lockedSeats"], section["bookedSeats"]] == list(counters.values())
    return counters | {"version": event["version"]}


async def test_rows_are_of_the_version_that_the_counters_are_of(
    scene: Scene, other: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody buys after the counters are read, and before the rows are."""
    event, buyer = await hall(scene.services), somebody()
    booking = await book(scene, event.id)
    read = event_lists.seat_rows

    async def late(*arguments: Any, **options: Any) -> Any:
        await lock(other, event.id, buyer, "STALLS-A-7")
        return await read(*arguments, **options)

    monkeypatch.setattr(event_lists, "seat_rows", late)
    answer = (await ask(scene, event, booking))["data"]
    before = told(answer["event"])
    assert [told(one) for one in every_way(answer)] == [before] * 4
    monkeypatch.undo()
    after = told((await ask(scene, event, booking))["data"]["event"])
    assert (after["HELD"], after["version"]) == (before["HELD"] + 1, before["version"] + 1)


async def test_one_version_while_others_buy(scene: Scene, other: Services) -> None:
    """Four buyers at two servers, and queries that read the event in every way at once."""
    event = await hall(scene.services)
    booking = await book(scene, event.id)
    is_over = asyncio.Event()

    async def buy(services: Services, seat: int) -> None:
        buyer = somebody()
        while not is_over.is_set():
            lock_id = await lock(services, event.id, buyer, f"STALLS-A-{seat}")
            await confirm_booking(services, buyer, event_id=event.id, lock_id=lock_id)
            again = await lock(services, event.id, buyer, f"STALLS-A-{seat + 20}")
            await release_lock(services, buyer, event_id=event.id, lock_id=again)
            await cancel_booking(services, buyer, event_id=event.id, booking_id=lock_id, reason=None)

    buyers = [
        asyncio.create_task(buy(server, seat))
        for seat, server in zip(range(1, 5), cycle((scene.services, other)), strict=False)
    ]
    seen: dict[int, dict[str, int]] = {}

    async def look() -> None:
        latest = 0
        for _ in range(15):
            answer = (await ask(scene, event, booking))["data"]
            first, *others = [told(one) for one in every_way(answer)]
            assert others == [first] * 3
            assert seen.setdefault(first["version"], first) == first
            assert first["version"] >= latest
            latest = first["version"]

    try:
        await asyncio.gather(*(look() for _ in range(4)))
    finally:
        is_over.set()
        await asyncio.gather(*buyers)
    assert len(seen) > 10, "nobody bought anything meanwhile"


async def test_what_comes_after_a_mutation_shows_what_it_did(scene: Scene) -> None:
    event = await hall(scene.services)
    answer = await scene.client.execute(LOCK_TWICE, {"id": encode_id("Event", event.id)}, scene.token)
    first, second = (answer["data"][name]["lock"]["event"] for name in ("first", "second"))
    assert [one["lockedSeats"] for one in (first, second)] == [1, 2]
    assert [one["sections"][0]["rows"][0]["statuses"][:3] for one in (first, second)] == ["HAA", "HHA"]
    assert first["version"] < second["version"]


async def book(scene: Scene, event_id: PydanticObjectId) -> str:
    lock_id = await scene.lock(encode_id("Event", event_id), {"seats": [f"STALLS-A-{SEATS}"]})
    return await scene.confirm(lock_id)


async def ask(scene: Scene, event: Event, booking: str) -> dict[str, Any]:
    answer = await scene.client.execute(ALL_WAYS, {"id": encode_id("Event", event.id), "booking": booking}, scene.token)
    assert "errors" not in answer, answer
    return answer


def every_way(answer: dict[str, Any]) -> list[dict[str, Any]]:
    (listed,) = answer["events"]["nodes"]
    return [answer["event"], listed, answer["booking"]["event"], answer["booking"]["lock"]["event"]]
