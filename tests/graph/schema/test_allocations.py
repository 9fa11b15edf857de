"""createAllocation, releaseAllocation and lockSeats(accessCode): what ADMINs, buyers and the public are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import Scene, admin, token_of, user

CREATE = """
mutation ($input: CreateAllocationInput!) {
  createAllocation(input: $input) {
    __typename
    ... on CreateAllocationSuccess {
      allocation {
        id name quantity taken seats accessCode opensAt releasesAt maxSeatsPerBuyer createdAt releasedAt
        event { lockedSeats }
      }
      replayed
    }
    ... on Error { code }
    ... on InvalidInput { field }
    ... on NotEnoughSeats { availableSeats }
    ... on SeatsUnavailable { seats }
  }
}
"""
RELEASE = """
mutation ($id: ID!) {
  releaseAllocation(input: {allocationId: $id}) {
    __typename
    ... on ReleaseAllocationSuccess { allocation { taken releasedAt event { availableSeats } } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
  }
}
"""
LOCK = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    __typename
    ... on LockSeatsSuccess { lock { seats quantity } }
    ... on Error { code }
    ... on InvalidInput { field }
    ... on SalesClosed { reason opensAt }
    ... on LimitExceeded { limit }
    ... on SeatsUnavailable { seats }
    ... on NotEnoughSeats { availableSeats }
  }
}
"""
EVENT = """
query ($id: ID!) {
  event(id: $id) {
    availableSeats lockedSeats seats(section: "STALLS", status: HELD) { label status mine booking { id } }
  }
}
"""
ALLOCATIONS = "query ($id: ID!) { event(id: $id) { allocations { name taken releasedAt } } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename ... on Allocation { name accessCode } } }"
CODE = "friends only"
A1, A2, A3 = "STALLS-A-1", "STALLS-A-2", "STALLS-A-3"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, time: Time) -> AsyncIterator[Services]:
    async with open_services(settings, time) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def ask(scene: Scene, query: str, *, seller: bool = False, **variables: Any) -> Any:
    """The one field somebody gets."""
    answer = await scene.client.execute(query, variables, scene.admin_token if seller else scene.token)
    assert "errors" not in answer, answer
    (field,) = answer["data"].values()
    return field


async def allot(scene: Scene, event_id: str, *selection: Any, key: str = "k", **fields: Any) -> Any:
    given = {"eventId": event_id, "name": "House", "selection": selection, "idempotencyKey": key, **fields}
    return await ask(scene, CREATE, seller=True, input=given)


async def take(scene: Scene, event_id: str, selection: Any, code: str | None = CODE, key: str = "k") -> Any:
    given = {"eventId": event_id, "selection": selection, "accessCode": code, "idempotencyKey": key}
    return await ask(scene, LOCK, input=given)


def some(count: int, section: str) -> dict[str, Any]:
    return {"quantity": {"count": count, "section": section}}


async def test_a_presale_from_its_making_to_its_release(scene: Scene, time: Time) -> None:
    event_id = await scene.reserved_event()
    window: dict[str, Any] = {"opensAt": "2030-01-02T00:00:00.000Z", "releasesAt": "2030-01-03T00:00:00.000Z"}
    terms: dict[str, Any] = {"accessCode": f" {CODE} ", "maxSeatsPerBuyer": 2, **window}
    made = await allot(scene, event_id, {"seats": [A1, A2]}, some(3, "FLOOR"), **terms)
    allocation_id = made["allocation"].pop("id")
    assert made == {
        "__typename": "CreateAllocationSuccess",
        "replayed": False,
        "allocation": {
            "name": "House",
            "quantity": 5,
            "taken": 0,
            "seats": [A1, A2],
            "accessCode": CODE,
            "maxSeatsPerBuyer": 2,
            **window,
            "createdAt": "2030-01-01T00:00:00.000Z",
            "releasedAt": None,
            "event": {"lockedSeats": 5},
        },
    }
    again = await allot(scene, event_id, {"seats": [A1, A2]}, some(3, "FLOOR"), **terms)
    assert (again["replayed"], again["allocation"]["id"]) == (True, allocation_id)
    held = {"status": "HELD", "mine": False, "booking": None}
    seen = {"availableSeats": 15, "lockedSeats": 5, "seats": [{"label": A1, **held}, {"label": A2, **held}]}
    assert await ask(scene, EVENT, id=event_id) == seen
    assert await ask(scene, EVENT, seller=True, id=event_id) == seen

    assert await take(scene, event_id, {"seats": [A1]}) == {
        "__typename": "SalesClosed",
        "code": "SALES_CLOSED",
        "reason": "NOT_STARTED",
        "opensAt": window["opensAt"],
    }
    time.now += timedelta(days=1)
    scene.admin_token, scene.token = [token_of(scene.services, await who(scene.services)) for who in (admin, user)]
    wrong = {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "accessCode"}
    for code in ("short", "x" * 10_000, "friends only?"):
        assert await take(scene, event_id, {"seats": [A1]}, code=code) == wrong
    assert await take(scene, event_id, {"seats": [A1, A3]}) == {
        "__typename": "SeatsUnavailable",
        "code": "SEATS_UNAVAILABLE",
        "seats": [A3],
    }
    assert (await take(scene, event_id, some(4, "FLOOR")))["limit"] == 2
    assert await take(scene, event_id, some(1, "STALLS")) == {
        "__typename": "LockSeatsSuccess",
        "lock": {"seats": [A2], "quantity": 1},
    }
    assert (await take(scene, event_id, some(2, "FLOOR"), key="l"))["limit"] == 2
    mine = (await ask(scene, EVENT, id=event_id))["seats"]
    assert [(seat["label"], seat["mine"]) for seat in mine] == [(A1, False), (A2, True)]

    assert await ask(scene, RELEASE, seller=True, id=allocation_id) == {
        "__typename": "ReleaseAllocationSuccess",
        "replayed": False,
        "allocation": {"taken": 1, "releasedAt": "2030-01-02T00:00:00.000Z", "event": {"availableSeats": 19}},
    }
    assert (await ask(scene, RELEASE, seller=True, id=allocation_id))["replayed"]
    assert (await take(scene, event_id, some(1, "FLOOR"), key="m"))["reason"] == "ENDED"
    listed = {"allocations": [{"name": "House", "taken": 1, "releasedAt": "2030-01-02T00:00:00.000Z"}]}
    assert await ask(scene, ALLOCATIONS, seller=True, id=event_id) == listed
    assert await ask(scene, NODE, seller=True, id=allocation_id) == {
        "__typename": "Allocation",
        "name": "House",
        "accessCode": CODE,
    }


async def test_what_cannot_be_kept_back_is_refused_by_the_path_and_nothing_changes(scene: Scene, time: Time) -> None:
    event_id = await scene.reserved_event()
    await take(scene, event_id, {"seats": [A1]}, code=None)
    seats, coded = {"seats": [A2]}, {"accessCode": CODE}
    cases: list[tuple[list[Any], dict[str, Any], str]] = [
        ([], {}, "selection"),
        ([some(0, "FLOOR")], {}, "selection.0.quantity.count"),
        ([some(1, "ATTIC")], {}, "selection.0.quantity.section"),
        ([{"seats": [A2, A2]}], {}, "selection.0.seats.1"),
        ([seats, {"seats": [A3, A2]}], {}, "selection.1.seats.1"),
        ([{"seats": ["STALLS-Z-1"]}], {}, "selection.0.seats.0"),
        ([some(10_001, "FLOOR")], {}, "selection"),
        ([seats], {"name": " "}, "name"),
        ([seats], {"accessCode": "1234567"}, "accessCode"),
        ([seats], {"accessCode": "x" * 10_000}, "accessCode"),
        ([seats], {"releasesAt": "2030-01-01T00:00:00Z"}, "releasesAt"),
        ([seats], {"releasesAt": "2030-02-01T00:00:00Z"}, "releasesAt"),
        ([seats], coded | {"opensAt": "2030-01-03T00:00:00Z", "releasesAt": "2030-01-03T00:00:00Z"}, "opensAt"),
        ([seats], coded | {"opensAt": "2030-01-31T00:00:00Z"}, "opensAt"),
        ([seats], coded | {"maxSeatsPerBuyer": 0}, "maxSeatsPerBuyer"),
        ([seats], coded | {"maxSeatsPerBuyer": -1}, "maxSeatsPerBuyer"),
        ([seats], coded | {"maxSeatsPerBuyer": 2}, "maxSeatsPerBuyer"),
        # What is said of its buyers, where nobody can be one.
        ([seats], {"opensAt": "2030-01-03T00:00:00Z"}, "opensAt"),
        ([seats], {"maxSeatsPerBuyer": 1}, "maxSeatsPerBuyer"),
        ([seats], {"idempotencyKey": ""}, "idempotencyKey"),
    ]
    for selection, fields, field in cases:
        answer = await allot(scene, event_id, *selection, **fields)
        assert answer == {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": field}, (selection, fields)
    taken = {"__typename": "SeatsUnavailable", "code": "SEATS_UNAVAILABLE", "seats": [A1]}
    assert await allot(scene, event_id, {"seats": [A1, A2]}) == taken
    few = {"__typename": "NotEnoughSeats", "code": "NOT_ENOUGH_SEATS", "availableSeats": 9}
    assert await allot(scene, event_id, some(10, "STALLS"), some(1, "FLOOR")) == few
    assert (await ask(scene, EVENT, id=event_id))["lockedSeats"] == 1
    assert await ask(scene, ALLOCATIONS, seller=True, id=event_id) == {"allocations": []}
    assert (await ask(scene, RELEASE, seller=True, id=event_id))["field"] == "allocationId"


async def test_allocations_are_for_admins(scene: Scene) -> None:
    event_id = await scene.event()
    allocation_id = (await allot(scene, event_id, some(2, "GENERAL")))["allocation"]["id"]
    fields = {"eventId": event_id, "name": "Mine", "selection": [some(1, "GENERAL")], "idempotencyKey": "k"}
    for query, variables in (
        (CREATE, {"input": fields}),
        (RELEASE, {"id": allocation_id}),
        (ALLOCATIONS, {"id": event_id}),
    ):
        for token, code in ((scene.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
            answer = await scene.client.execute(query, variables, token)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await ask(scene, NODE, id=allocation_id) is None
