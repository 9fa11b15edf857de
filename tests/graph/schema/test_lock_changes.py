"""changeLock and extendLock as clients see them: what they answer, and what everything else then says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.integrity.drift import check_inventory
from domain.integrity.figures import check_figures
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import parse_id
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import Scene, admin, token_of, user

CHANGE = """
mutation ($input: ChangeLockInput!) {
  changeLock(input: $input) {
    __typename
    ... on ChangeLockSuccess {
      replayed
      lock {
        id status quantity seats section expiresAt total { amount }
        items { section quantity seats price { amount } }
        event { version availableSeats lockedSeats sections { name lockedSeats } }
      }
    }
    ... on Error { code message }
    ... on InvalidInput { field }
    ... on SeatsUnavailable { seats }
    ... on NotEnoughSeats { availableSeats }
    ... on LockAlreadyUsed { booking { status } }
    ... on LimitExceeded { limit }
  }
}
"""
EXTEND = """
mutation ($id: ID!) {
  extendLock(input: {lockId: $id}) {
    __typename
    ... on ExtendLockSuccess { lock { id status createdAt expiresAt extendableUntil } }
    ... on Error { code message }
    ... on LimitExceeded { limit }
  }
}
"""
HISTORY = """
query ($event: ID!, $at: DateTime!) {
  event(id: $event) { inventoryAt(at: $at) { sections { name lockedSeats rows { name statuses } } } }
  auditLog(eventId: $event, first: 2) { nodes { action seats seatsFreed isRetry metadata } }
}
"""


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, clock: Time) -> AsyncIterator[Services]:
    async with open_services(settings, clock) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def change(scene: Scene, lock: str, key: str = "k", **changes: Any) -> Any:
    fields = {"lockId": lock, "idempotencyKey": key, **changes}
    return (await scene.client.execute(CHANGE, {"input": fields}, scene.token))["data"]["changeLock"]


async def extend(scene: Scene, lock: str, token: str | None = None) -> Any:
    return (await scene.client.execute(EXTEND, {"id": lock}, token or scene.token))["data"]["extendLock"]


async def nothing_is_wrong(scene: Scene, event: str) -> None:
    event_id = parse_id("id", event, "Event")
    assert await check_inventory(scene.services, event_id) == []
    assert await check_figures(scene.services.mongo, event_id) == []


async def test_a_swap_of_seats(scene: Scene, clock: Time) -> None:
    event = await scene.reserved_event()
    lock = await scene.lock(
        event, {"items": [{"quantity": {"count": 2, "section": "FLOOR"}}, {"seats": ["STALLS-A-1"]}]}
    )
    clock.now += timedelta(seconds=60)
    swap: dict[str, Any] = {
        "add": [{"seats": ["STALLS-B-2"]}, {"quantity": {"count": 1, "section": "STALLS"}}],
        "remove": [{"seats": ["STALLS-A-1"]}, {"quantity": {"count": 1, "section": "FLOOR"}}],
    }
    changed = await change(scene, lock, **swap)
    version = changed["lock"]["event"].pop("version")
    assert changed == {
        "__typename": "ChangeLockSuccess",
        "replayed": False,
        "lock": {
            "id": lock,
            "status": "ACTIVE",
            "quantity": 3,
            "seats": ["STALLS-B-2", "STALLS-B-1"],
            "section": None,
            "expiresAt": "2030-01-01T00:05:00.000Z",
            "total": {"amount": "2100.00"},
            "items": [
                {"section": "FLOOR", "quantity": 1, "seats": [], "price": {"amount": "500.00"}},
                {
                    "section": "STALLS",
                    "quantity": 2,
                    "seats": ["STALLS-B-2", "STALLS-B-1"],
                    "price": {"amount": "800.00"},
                },
            ],
            "event": {
                "availableSeats": 17,
                "lockedSeats": 3,
                "sections": [{"name": "FLOOR", "lockedSeats": 1}, {"name": "STALLS", "lockedSeats": 2}],
            },
        },
    }
    again = await change(scene, lock, **swap)
    assert again.pop("replayed") is True
    assert again["lock"]["event"].pop("version") > version, "the replay is in the history, too"
    assert again["lock"] == changed["lock"]

    asked = {"event": event, "at": clock.now.isoformat()}
    told = (await scene.client.execute(HISTORY, asked, scene.admin_token))["data"]
    assert told["auditLog"]["nodes"][1] == {
        "action": "LOCK_CHANGED",
        "seats": [*changed["lock"]["seats"], "STALLS-A-1"],
        "seatsFreed": ["STALLS-A-1"],
        "isRetry": False,
        "metadata": {"added": {"STALLS": 2}, "removed": {"STALLS": 1, "FLOOR": 1}},
    }
    assert told["auditLog"]["nodes"][0]["isRetry"] is True
    floor, stalls = told["event"]["inventoryAt"]["sections"]
    assert (floor["lockedSeats"], stalls["lockedSeats"]) == (1, 2)
    assert stalls["rows"][0] == {"name": "A", "statuses": "AAAAA"}
    other = await change(scene, lock, remove=swap["remove"])
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    await nothing_is_wrong(scene, event)


async def test_what_cannot_be_changed_names_its_path_and_changes_nothing(scene: Scene) -> None:
    event = await scene.reserved_event()
    lock = await scene.lock(event, {"seats": ["STALLS-A-1", "STALLS-A-2"]})
    stranger = Scene(
        scene.services, scene.client, scene.admin_token, token_of(scene.services, await user(scene.services))
    )
    await stranger.lock(event, {"seats": ["STALLS-B-1"]})
    one: dict[str, Any] = {"quantity": {"count": 1, "section": "STALLS"}}
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "add"),
        ({"add": []}, "add"),
        ({"add": [one], "remove": []}, "remove"),
        ({"remove": [one] * 1_000}, "remove"),
        ({"remove": [{"seats": ["STALLS-A-1"]}, {"seats": ["STALLS-A-1"]}]}, "remove.1.seats.0"),
        ({"remove": [{"seats": ["STALLS-B-1"]}]}, "remove.0.seats.0"),
        ({"remove": [{"quantity": {"count": 3, "section": "STALLS"}}]}, "remove.0.quantity.count"),
        ({"remove": [{"quantity": {"count": 0, "section": "STALLS"}}]}, "remove.0.quantity.count"),
        ({"remove": [one, one]}, "remove"),
        ({"add": [one, {"seats": ["STALLS-A-1"]}], "remove": [{"seats": ["STALLS-A-1"]}]}, "add.1.seats.0"),
        ({"add": [{"quantity": {"count": 1}}]}, "add.0.quantity.section"),
        ({"add": [one], "key": ""}, "idempotencyKey"),
        ({"add": [one], "lock": "nonsense"}, "lockId"),
    ]
    for changes, field in refused:
        answer = await change(scene, changes.pop("lock", lock), changes.pop("key", "k"), **changes)
        assert (answer["code"], answer.get("field")) == ("INVALID_INPUT", field), changes
    taken = await change(scene, lock, add=[{"seats": ["STALLS-B-1"]}], remove=[{"seats": ["STALLS-A-1"]}])
    assert (taken["code"], taken["seats"]) == ("SEATS_UNAVAILABLE", ["STALLS-B-1"])
    assert (await change(stranger, lock, remove=[one]))["code"] == "NOT_FOUND"
    assert (await extend(stranger, lock))["code"] == "NOT_FOUND"
    helper = Scene(scene.services, scene.client, scene.admin_token, scene.admin_token)
    helped = await change(helper, lock, add=[{"quantity": {"count": 1, "section": "FLOOR"}}])
    assert helped["lock"]["quantity"] == 3, "an ADMIN may, as with releaseLock"
    helped = await change(helper, lock, "back", remove=[{"quantity": {"count": 1, "section": "FLOOR"}}])
    assert helped["lock"]["quantity"] == 2
    kept = await change(scene, lock, add=[{"seats": ["STALLS-A-3"]}], remove=[one])
    assert kept["lock"]["quantity"] == 2, "no refusal was remembered"
    await scene.confirm(lock)
    used = await change(scene, lock, "other", remove=[one])
    assert (used["code"], used["booking"]) == ("LOCK_ALREADY_USED", {"status": "PAYMENT_PENDING"})
    assert (await extend(scene, lock))["code"] == "LOCK_ALREADY_USED"
    await nothing_is_wrong(scene, event)


async def test_a_lock_is_held_longer(scene: Scene, clock: Time) -> None:
    event = await scene.event()
    lock = await scene.lock(event)
    clock.now += timedelta(minutes=4)
    assert await extend(scene, lock) == {
        "__typename": "ExtendLockSuccess",
        "lock": {
            "id": lock,
            "status": "ACTIVE",
            "createdAt": "2030-01-01T00:00:00.000Z",
            "expiresAt": "2030-01-01T00:09:00.000Z",
            "extendableUntil": "2030-01-01T00:15:00.000Z",
        },
    }
    for _ in range(2):
        clock.now += timedelta(minutes=4)
        extended = await extend(scene, lock, scene.admin_token)
    assert extended["lock"]["expiresAt"] == extended["lock"]["extendableUntil"]
    limit = await extend(scene, lock)
    assert (limit["code"], limit["limit"]) == ("LIMIT_EXCEEDED", 900)
    clock.now += timedelta(minutes=3)
    assert (await extend(scene, lock))["code"] == "LOCK_EXPIRED"
    assert (await change(scene, lock, add=[{"quantity": {"count": 1}}]))["code"] == "LOCK_EXPIRED"
    await nothing_is_wrong(scene, event)
