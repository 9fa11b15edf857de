"""Who may see and do what: one's own; ADMIN all; events public. Another's answers as if it did not exist."""

from __future__ import annotations

from typing import Any

import pytest

from domain.documents import User
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
OWN = """
query ($lock: ID!, $booking: ID!) { seatLock(id: $lock) { id } booking(id: $booking) { id user { id } } }
"""
RELEASE_LOCK = """
mutation ($id: ID!) { releaseLock(input: {lockId: $id}) { __typename ... on Error { code } } }
"""
CONFIRM_BOOKING = """
mutation ($id: ID!) { confirmBooking(input: {lockId: $id}) { __typename ... on Error { code } } }
"""
PAY_BOOKING = """
mutation ($id: ID!) {
  payBooking(input: {bookingId: $id, paymentToken: "sim_success", idempotencyKey: "k"}) {
    __typename ... on Error { code }
  }
}
"""
CANCEL_BOOKING = """
mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename ... on Error { code } } }
"""
LOCK_SEATS = """
mutation ($id: ID!) {
  lockSeats(input: {eventId: $id, selection: {quantity: {count: 1}}, idempotencyKey: "k"}) {
    __typename ... on Error { code }
  }
}
"""
CREATE_EVENT = """
mutation ($input: CreateEventInput!) { createEvent(input: $input) { __typename } }
"""


@pytest.fixture
async def owner(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def stranger(services: Services) -> str:
    return token_of(services, await user(services))


@pytest.fixture
async def scene(services: Services, client: Client, owner: User) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, owner))


async def codes(client: Client, query: str, variables: dict[str, Any], token: str | None) -> list[str]:
    """The codes of the top-level errors."""
    answer = await client.execute(query, variables, token)
    return [error["extensions"]["code"] for error in answer["errors"]]


async def owned(scene: Scene) -> dict[str, str]:
    """One of each type that has an owner."""
    lock = await scene.lock(await scene.event())
    paid = await scene.pay(await scene.booking(await scene.event()), "sim_failure")
    return {
        "SeatLock": lock,
        "Booking": paid["booking"]["id"],
        "Payment": paid["payment"]["id"],
        "Refund": paid["refund"]["id"],
    }


async def test_owner_and_admin_see_what_is_owned(scene: Scene, owner: User) -> None:
    for type_name, global_id in {**await owned(scene), "User": encode_id("User", owner.id)}.items():
        seen = {"data": {"node": {"__typename": type_name, "id": global_id}}}
        assert await scene.client.execute(NODE, {"id": global_id}, scene.token) == seen
        assert await scene.client.execute(NODE, {"id": global_id}, scene.admin_token) == seen


async def test_others_do_not(scene: Scene, owner: User, stranger: str) -> None:
    ids = {**await owned(scene), "User": encode_id("User", owner.id)}
    for global_id in ids.values():
        assert await scene.client.execute(NODE, {"id": global_id}, stranger) == {"data": {"node": None}}
        assert await codes(scene.client, NODE, {"id": global_id}, None) == ["UNAUTHENTICATED"]
    own = {"lock": ids["SeatLock"], "booking": ids["Booking"]}
    assert await scene.client.execute(OWN, own, stranger) == {"data": {"seatLock": None, "booking": None}}
    assert await codes(scene.client, OWN, own, None) == ["UNAUTHENTICATED", "UNAUTHENTICATED"]


async def test_what_does_not_exist_answers_the_same(scene: Scene, owner: User) -> None:
    unknown = owner.id  # of no lock, booking, payment or refund
    for global_id in (
        encode_id("Event", unknown),
        encode_routed_id("SeatLock", unknown, unknown),
        encode_routed_id("Booking", unknown, unknown),
        encode_id("Payment", unknown),
        encode_id("Refund", unknown),
    ):
        assert await scene.client.execute(NODE, {"id": global_id}, scene.token) == {"data": {"node": None}}


async def test_an_id_that_names_another_event_is_nobodys(scene: Scene, owner: User) -> None:
    lock = await scene.lock(await scene.event())
    assert (await scene.client.execute(NODE, {"id": lock}, scene.token))["data"]["node"]["id"] == lock
    (stored,) = await scene.services.database["seat_locks"].find().to_list()
    forged = encode_routed_id("SeatLock", stored["_id"], owner.id)
    assert await scene.client.execute(NODE, {"id": forged}, scene.token) == {"data": {"node": None}}
    assert await scene.client.execute(RELEASE_LOCK, {"id": forged}, scene.token) == {
        "data": {"releaseLock": {"__typename": "NotFound", "code": "NOT_FOUND"}}
    }


async def test_nobody_acts_on_what_is_anothers(scene: Scene, stranger: str) -> None:
    lock = await scene.lock(await scene.event())
    booking = await scene.booking(await scene.event())
    not_found = {"__typename": "NotFound", "code": "NOT_FOUND"}
    for mutation, global_id in (
        (RELEASE_LOCK, lock),
        (CONFIRM_BOOKING, lock),
        (PAY_BOOKING, booking),
        (CANCEL_BOOKING, booking),
    ):
        answer = await scene.client.execute(mutation, {"id": global_id}, stranger)
        assert list(answer["data"].values()) == [not_found]
        assert await codes(scene.client, mutation, {"id": global_id}, None) == ["UNAUTHENTICATED"]


async def test_locking_needs_a_user(scene: Scene) -> None:
    assert await codes(scene.client, LOCK_SEATS, {"id": await scene.event()}, None) == ["UNAUTHENTICATED"]


async def test_events_are_public(scene: Scene) -> None:
    event = await scene.event()
    seen = {"data": {"node": {"__typename": "Event", "id": event}}}
    assert await scene.client.execute(NODE, {"id": event}) == seen


@pytest.mark.parametrize("query", ["{ bookings { nodes { id } } }", "{ inventoryCheck { field } }"])
async def test_what_is_for_admins(scene: Scene, query: str) -> None:
    assert await codes(scene.client, query, {}, None) == ["UNAUTHENTICATED"]
    assert await codes(scene.client, query, {}, scene.token) == ["FORBIDDEN"]
    assert "errors" not in await scene.client.execute(query, {}, scene.admin_token)


async def test_only_admins_create_events(scene: Scene) -> None:
    price = {"amount": "1.00", "currencyCode": "INR"}
    event = {"name": "Concert", "startsAt": "2090-01-01T00:00:00Z", "price": price, "totalSeats": 1}
    assert await codes(scene.client, CREATE_EVENT, {"input": event}, None) == ["UNAUTHENTICATED"]
    assert await codes(scene.client, CREATE_EVENT, {"input": event}, scene.token) == ["FORBIDDEN"]
