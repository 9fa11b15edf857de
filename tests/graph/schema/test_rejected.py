"""HttpError requests in the audit log: which, by whom, about what; and no secret, and nobody waits for it."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.audit import journal as journals
from domain.documents import AuditAction, AuditEntry, User
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id, parse_id, parse_routed_id
from tests.graph.conftest import Client
from tests.support.scenes import CREATE_EVENT, LOCK_SEATS, Scene, admin, token_of, user
from tests.support.sockets import listening
from tests.support.waiting import until

RELEASE_LOCK = "mutation ($id: ID!) { releaseLock(input: {lockId: $id}) { ... on Error { code } } }"
CANCEL_BOOKING = "mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { ... on Error { code } } }"
LOGIN = """
mutation ($email: String!, $password: String!) {
  login(input: {email: $email, password: $password}) { __typename ... on Error { code } }
}
"""


@pytest.fixture
async def buyer(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def scene(services: Services, client: Client, buyer: User) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, buyer))


async def rejected(services: Services) -> list[AuditEntry]:
    """What is in the log of refused requests, oldest first."""
    await services.journal.close()
    found = AuditEntry.find({"action": AuditAction.REQUEST_REJECTED.value})
    return await found.sort("sequence").to_list()


async def test_one_for_each_refused_mutation(scene: Scene, services: Services, buyer: User) -> None:
    event = await scene.event(totalSeats=2)
    lock = await scene.lock(event)
    booking = await scene.confirm(await scene.lock(await scene.event()))
    stranger = token_of(services, await user(services))
    event_id = parse_id("", event, "Event")
    lock_id, _ = parse_routed_id("", lock, "SeatLock")
    booking_id, booked_event = parse_routed_id("", booking, "Booking")

    too_many = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "a key of mine"}
    await scene.client.execute(LOCK_SEATS, {"input": too_many}, scene.token)
    await scene.client.execute(RELEASE_LOCK, {"id": lock}, stranger)
    await scene.client.execute(CANCEL_BOOKING, {"id": booking}, stranger)
    literal = f'mutation {{ releaseLock(input: {{lockId: "{lock}"}}) {{ ... on Error {{ code }} }} }}'
    await scene.client.execute(literal, None, stranger)

    told = [
        (entry.metadata["operation"], entry.metadata["code"], entry.event_id, entry.lock_id, entry.booking_id)
        for entry in await rejected(services)
    ]
    assert told == [
        ("lockSeats", "NOT_ENOUGH_SEATS", event_id, None, None),
        ("releaseLock", "NOT_FOUND", event_id, lock_id, None),
        ("cancelBooking", "NOT_FOUND", booked_event, booking_id, booking_id),
        ("releaseLock", "NOT_FOUND", event_id, lock_id, None),
    ]
    first, second, *_ = await rejected(services)
    assert first.actor_id == buyer.id
    assert second.actor_id not in (None, buyer.id)
    assert "a key of mine" not in str(first)


async def test_bad_input_names_its_field(scene: Scene, services: Services) -> None:
    given = {"eventId": await scene.event(), "selection": {"quantity": {"count": 0}}, "idempotencyKey": "key"}
    await scene.client.execute(LOCK_SEATS, {"input": given}, scene.token)
    await scene.client.execute(RELEASE_LOCK, {"id": "nonsense"}, scene.token)
    told = [entry.metadata for entry in await rejected(services)]
    assert told == [
        {"operation": "lockSeats", "code": "INVALID_INPUT", "field": "selection.quantity.count"},
        {"operation": "releaseLock", "code": "INVALID_INPUT", "field": "lockId"},
    ]


async def test_what_one_may_not_do(scene: Scene, services: Services) -> None:
    given = {"input": {"name": "Concert", "totalSeats": 1, "startsAt": "2040-01-01T00:00:00Z"}}
    given["input"]["price"] = {"amount": "1.00", "currencyCode": "INR"}
    await scene.client.execute(CREATE_EVENT, given, scene.token)
    await scene.client.execute(CREATE_EVENT, given, None)
    for query in ("{ auditLog { nodes { id } } }", "{ inventoryCheck { field } }"):
        await scene.client.execute(query, None, scene.token)
    told = {(entry.metadata["operation"], entry.metadata["code"]) for entry in await rejected(services)}
    assert told == {
        ("createEvent", "FORBIDDEN"),
        ("createEvent", "UNAUTHENTICATED"),
        ("auditLog", "FORBIDDEN"),
        ("inventoryCheck", "FORBIDDEN"),
    }


async def test_failed_sign_ins(services: Services, client: Client, buyer: User) -> None:
    password, nobody = secrets.token_hex(8), f"{secrets.token_hex(6)}@seatlock.test"
    for email in (buyer.email, nobody):
        answer = await client.execute(LOGIN, {"email": email, "password": password})
        assert answer["data"]["login"]["code"] == "BAD_CREDENTIALS"
    literal = f'mutation {{ login(input: {{email: "{nobody}", password: "{password}"}}) {{ __typename }} }}'
    await client.execute(literal)
    assert await rejected(services) == []  # they have entries of their own
    raws = await AuditEntry.get_pymongo_collection().find({"action": "SIGN_IN_FAILED"}).to_list()
    assert len(raws) == 3
    for sent in (password, nobody, buyer.email, "127.0.0.1"):
        assert sent not in str(raws)


async def test_what_is_answered_is_no_refusal(scene: Scene, services: Services) -> None:
    """Nor is what came of a payment, which has entries of its own, or a query that was put wrongly."""
    event = await scene.event()
    for token in ("sim_success", "sim_declined", "sim_failure"):
        await scene.pay(await scene.booking(event), token)
    await scene.client.execute("{ events(first: 0) { nodes { id } } }", None, scene.token)
    await scene.client.execute("{ nothing }", None, scene.token)
    assert await rejected(services) == []
    assert await AuditEntry.find({"action": AuditAction.PAYMENT_FAILED.value}).count() == 2


async def test_several_in_one_request(scene: Scene, services: Services) -> None:
    event = await scene.event(totalSeats=1)
    one = f"""lockSeats(input: {{
      eventId: "{event}", selection: {{quantity: {{count: 5}}}}, idempotencyKey: "k"
    }}) {{ __typename }}"""
    await scene.client.execute(f"mutation {{ a: {one} b: {one} }}", None, scene.token)
    entries = await rejected(services)
    assert [entry.metadata["operation"] for entry in entries] == ["lockSeats"] * 2
    assert len({entry.correlation_id for entry in entries}) == 1


async def test_over_a_websocket(scene: Scene, services: Services, buyer: User) -> None:
    lock = encode_routed_id("SeatLock", PydanticObjectId(), PydanticObjectId())
    async with listening(scene.client.http.base_url, scene.token) as socket:
        await socket.execute(RELEASE_LOCK, {"id": lock})
        operation = await socket.subscribe("{ auditLog { nodes { id } } }")
        [error] = (await operation.answer())["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
    entries = await rejected(services)
    told = [(entry.metadata["operation"], entry.metadata["code"], entry.actor_id) for entry in entries]
    assert told == [("releaseLock", "NOT_FOUND", buyer.id), ("auditLog", "FORBIDDEN", buyer.id)]
    assert entries[0].lock_id == parse_routed_id("", lock, "SeatLock")[0]
    assert entries[0].correlation_id != entries[1].correlation_id


async def test_its_correlation_id(scene: Scene, services: Services) -> None:
    payload: dict[str, Any] = {"query": RELEASE_LOCK, "variables": {"id": "nonsense"}}
    headers = {"Authorization": f"Bearer {scene.token}", "X-Correlation-ID": "refused-1"}
    await scene.client.http.post("/graphql", json=payload, headers=headers)
    assert [entry.correlation_id for entry in await rejected(services)] == ["refused-1"]


async def test_nobody_waits_for_it(scene: Scene, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written to the log: the refusal is answered all the same, and noted once it can."""
    monkeypatch.setattr(journals, "PAUSE_SECONDS", 0.02)
    never: dict[str, Any] = {"validator": {"none": "such"}, "validationAction": "error"}
    await services.database.command("collMod", "audit_entries", **never)
    for _ in range(3):
        answer = await scene.client.execute(RELEASE_LOCK, {"id": encode_id("Event", PydanticObjectId())}, scene.token)
        assert answer == {"data": {"releaseLock": {"code": "INVALID_INPUT"}}}
    assert await AuditEntry.find({"action": "REQUEST_REJECTED"}).count() == 0
    await services.database.command("collMod", "audit_entries", validator={})

    async def are_noted() -> bool:
        return await AuditEntry.find({"action": "REQUEST_REJECTED"}).count() == 3

    await until(are_noted)
