"""createEvent and updateEvent with a limit per buyer, and what a buyer is told who is over one."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import AuditEntry, User
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.scalars import format_instant
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import admin, next_month, token_of, user

CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    __typename
    ... on CreateEventSuccess { event { id maxSeatsPerBuyer } }
    ... on Error { code }
    ... on InvalidInput { field message }
  }
}
"""
UPDATE_EVENT = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    __typename
    ... on UpdateEventSuccess { event { maxSeatsPerBuyer } }
    ... on Error { code }
    ... on InvalidInput { field message }
  }
}
"""
LOCK_SEATS = """
mutation ($id: ID!, $count: Int!, $key: String!) {
  lockSeats(input: {eventId: $id, selection: {quantity: {count: $count}}, idempotencyKey: $key}) {
    __typename
    ... on LimitExceeded { code message limit field retryAt }
  }
}
"""


class Scene:
    """Somebody sells, somebody buys, at a time of ours; each has a token that is good now."""

    def __init__(self, services: Services, client: Client, time: Time, seller: User, buyer: User) -> None:
        self.services, self.client, self.time = services, client, time
        self.seller, self.buyer = seller, buyer

    async def ask(self, who: User, query: str, **variables: Any) -> Any:
        answer = await self.client.execute(query, variables, token_of(self.services, who))
        assert "errors" not in answer, answer
        (outcome,) = answer["data"].values()
        return outcome

    async def create(self, **fields: Any) -> Any:
        price = {"amount": "5.00", "currencyCode": "INR"}
        given = {"name": "Concert", "price": price, "totalSeats": 200, "startsAt": next_month(self.services), **fields}
        return await self.ask(self.seller, CREATE_EVENT, input=given)

    async def update(self, event: str, **fields: Any) -> Any:
        return await self.ask(self.seller, UPDATE_EVENT, input={"eventId": event, **fields})

    async def lock(self, event: str, count: int = 1, who: User | None = None) -> Any:
        return await self.ask(who or self.buyer, LOCK_SEATS, id=event, count=count, key=secrets.token_hex(8))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, time: Time) -> AsyncIterator[Services]:
    async with open_services(settings, time) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client, time: Time) -> Scene:
    return Scene(services, client, time, await admin(services), await user(services))


def exceeded(limit: int, message: str, retry_at: str | None = None) -> dict[str, Any]:
    told = {"code": "LIMIT_EXCEEDED", "message": message, "limit": limit, "field": "selection", "retryAt": retry_at}
    return {"__typename": "LimitExceeded", **told}


LOCKED = {"__typename": "LockSeatsSuccess"}


async def test_a_buyer_is_told_which_limit_and_until_when(scene: Scene) -> None:
    event = (await scene.create(maxSeatsPerBuyer=4))["event"]["id"]
    assert await scene.lock(event, 3) == LOCKED
    assert await scene.lock(event, 2) == exceeded(4, "One buyer can have at most 4 seats of this event. You hold 3.")
    other = (await scene.create())["event"]["id"]
    assert await scene.lock(other, 90) == LOCKED
    assert await scene.lock(other, 11) == exceeded(
        100,
        "One buyer can hold at most 100 seats of an event before paying. You hold 90: pay for them, or let some go.",
    )
    assert [await scene.lock(other) for _ in range(10)] == [LOCKED] * 10
    scene.time.now += timedelta(seconds=300)
    assert await scene.lock(other) == exceeded(
        10,
        "You let 10 holds of this event expire within an hour. Please wait before you hold seats again.",
        format_instant(scene.time.now + timedelta(hours=1)),
    )
    assert await scene.lock(event) == LOCKED  # another event
    assert await scene.lock(other, who=await user(scene.services)) == LOCKED


async def test_an_event_tells_its_limit_which_null_takes_away_and_silence_leaves(scene: Scene) -> None:
    created = await scene.create(maxSeatsPerBuyer=4)
    event = created["event"].pop("id")
    assert created == {"__typename": "CreateEventSuccess", "event": {"maxSeatsPerBuyer": 4}}

    def now(limit: int | None) -> dict[str, Any]:
        return {"__typename": "UpdateEventSuccess", "event": {"maxSeatsPerBuyer": limit}}

    assert await scene.update(event, maxSeatsPerBuyer=2) == now(2)
    assert await scene.update(event, name="Another") == now(2)
    assert await scene.update(event, maxSeatsPerBuyer=None) == now(None)
    assert await scene.lock(event, 50) == LOCKED
    assert (await scene.create())["event"]["maxSeatsPerBuyer"] is None
    told = [entry.metadata.get("max_seats_per_buyer") async for entry in AuditEntry.find().sort("sequence")]
    assert [each for each in told if each] == [4, [4, 2], [2, None]]


@pytest.mark.parametrize("limit", [0, -1, 201, 2**31 - 1])
async def test_a_limit_that_makes_no_sense_is_refused(scene: Scene, limit: int) -> None:
    message = "Must be between 1 and 200, the seats of the event."
    refusal = {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "maxSeatsPerBuyer", "message": message}
    assert await scene.create(maxSeatsPerBuyer=limit) == refusal
    event = (await scene.create(maxSeatsPerBuyer=200))["event"]["id"]
    assert await scene.update(event, maxSeatsPerBuyer=limit) == refusal
    assert await scene.update(event) == {"__typename": "UpdateEventSuccess", "event": {"maxSeatsPerBuyer": 200}}
