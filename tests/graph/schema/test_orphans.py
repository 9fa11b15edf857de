"""forbidOrphans, and whether seats are together, as clients see them."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

FORBIDS = "query ($id: ID!) { event(id: $id) { forbidOrphans } }"
UPDATE = """mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) { ... on UpdateEventSuccess { event { forbidOrphans } } ... on Error { code message } }
}"""
LOCK = """mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    ... on LockSeatsSuccess { together replayed lock { seats } }
    ... on SeatsUnavailable { code seats orphans }
    ... on Error { message }
  }
}"""
CHANGE = """mutation ($input: ChangeLockInput!) {
  changeLock(input: $input) {
    ... on ChangeLockSuccess { together replayed lock { seats } }
    ... on SeatsUnavailable { code seats orphans }
    ... on Error { message }
  }
}"""
HALL = [
    {"name": "HALL", "rows": [{"name": "A", "seatCount": 7}, {"name": "B", "seatCount": 4}]},
    {"name": "FLOOR", "capacity": 5},
]
WOULD_LEAVE = "This choice would leave single empty seats between taken seats. Take these, too, or choose others."


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def lock(scene: Scene, event: str, key: str | None = None, **selection: Any) -> Any:
    fields = {"eventId": event, "selection": selection, "idempotencyKey": key or secrets.token_hex(8)}
    return (await scene.client.execute(LOCK, {"input": fields}, scene.token))["data"]["lockSeats"]


async def change(scene: Scene, lock_id: str, **changes: Any) -> Any:
    fields = {"lockId": lock_id, "idempotencyKey": secrets.token_hex(8), **changes}
    return (await scene.client.execute(CHANGE, {"input": fields}, scene.token))["data"]["changeLock"]


def held(*seats: str, together: bool = True, replayed: bool = False) -> Any:
    return {"together": together, "replayed": replayed, "lock": {"seats": list(seats)}}


async def test_a_choice_that_leaves_a_single_seat_is_refused_and_names_it(scene: Scene) -> None:
    event = await scene.event(sections=HALL, forbidOrphans=True)
    assert await lock(scene, event, seats=["HALL-A-3"]) == held("HALL-A-3")
    refused = {"code": "SEATS_UNAVAILABLE", "seats": [], "orphans": ["HALL-A-4"], "message": WOULD_LEAVE}
    assert await lock(scene, event, seats=["HALL-A-5"]) == refused
    parts = [{"seats": ["HALL-A-5"]}, {"quantity": {"count": 1, "section": "FLOOR"}}]
    assert await lock(scene, event, items=parts) == refused
    # Named in the same lock, it is not left alone; and what is taken is told apart.
    assert await lock(scene, event, seats=["HALL-A-4", "HALL-A-5"]) == held("HALL-A-4", "HALL-A-5")
    assert await lock(scene, event, seats=["HALL-A-5"]) == {
        "code": "SEATS_UNAVAILABLE",
        "seats": ["HALL-A-5"],
        "orphans": [],
        "message": "Some of these seats are held or booked.",
    }


async def test_an_admin_allows_it_and_forbids_it_again(scene: Scene) -> None:
    event = await scene.event(sections=HALL)
    assert (await scene.client.execute(FORBIDS, {"id": event}))["data"] == {"event": {"forbidOrphans": False}}
    await lock(scene, event, seats=["HALL-A-3"])
    for forbid, orphans in ((True, ["HALL-A-4"]), (None, ["HALL-A-4"]), (False, None)):
        changes = {"eventId": event, "forbidOrphans": forbid}
        answer = await scene.client.execute(UPDATE, {"input": changes}, scene.admin_token)
        assert answer["data"]["updateEvent"] == {"event": {"forbidOrphans": forbid is not False}}
        assert (await lock(scene, event, seats=["HALL-A-5"])).get("orphans") == orphans


async def test_it_says_whether_the_seats_are_together(scene: Scene) -> None:
    event = await scene.event(sections=HALL)
    assert await lock(scene, event, quantity={"count": 3, "section": "FLOOR"}) == held()
    first = held("HALL-A-3", "HALL-A-4", "HALL-A-5")
    assert await lock(scene, event, "first", quantity={"count": 3, "section": "HALL"}) == first
    assert await lock(scene, event, "first", quantity={"count": 3, "section": "HALL"}) == {**first, "replayed": True}
    parts = [{"seats": ["HALL-A-2", "HALL-A-1"]}, {"quantity": {"count": 2, "section": "FLOOR"}}]
    assert await lock(scene, event, items=parts) == held("HALL-A-2", "HALL-A-1")
    assert await lock(scene, event, seats=["HALL-A-7", "HALL-B-1"]) == held("HALL-A-7", "HALL-B-1", together=False)
    pieces = held("HALL-A-6", "HALL-B-2", "HALL-B-3", "HALL-B-4", together=False)
    assert await lock(scene, event, quantity={"count": 4, "section": "HALL"}) == pieces


async def test_a_change_is_judged_by_what_the_lock_then_holds(scene: Scene) -> None:
    event = await scene.event(sections=HALL, forbidOrphans=True)
    lock_id = await scene.lock(event, {"seats": ["HALL-A-3", "HALL-A-4", "HALL-A-5"]})

    def refused(orphan: str) -> Any:
        return {"code": "SEATS_UNAVAILABLE", "seats": [], "orphans": [orphan], "message": WOULD_LEAVE}

    assert await change(scene, lock_id, remove=[{"seats": ["HALL-A-4"]}]) == refused("HALL-A-4")
    assert await change(scene, lock_id, add=[{"seats": ["HALL-A-1"]}]) == refused("HALL-A-2")
    assert await change(scene, lock_id, add=[{"seats": ["HALL-A-7"]}]) == refused("HALL-A-6")
    swapped = await change(scene, lock_id, add=[{"seats": ["HALL-A-6"]}], remove=[{"seats": ["HALL-A-3"]}])
    assert swapped == held("HALL-A-4", "HALL-A-5", "HALL-A-6")
    apart = held("HALL-A-4", "HALL-A-5", "HALL-A-6", "HALL-B-1", together=False)
    assert await change(scene, lock_id, add=[{"seats": ["HALL-B-1"]}]) == apart
