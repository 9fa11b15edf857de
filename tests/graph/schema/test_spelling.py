"""Text that can be typed in several ways: composed (NFC), as most keyboards do, or decomposed (NFD)."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from argon2 import PasswordHasher

from domain.documents import Event, User
from domain.services import Services
from domain.upgrade.name_keys import fill_name_keys
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, next_month, token_of, user

REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) { __typename ... on RegisterSuccess { user { name } } ... on InvalidInput { field } }
}
"""
LOGIN = """
mutation ($email: String!, $password: String!) {
  login(input: {email: $email, password: $password}) { __typename }
}
"""
CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    __typename
    ... on CreateEventSuccess { event { id name sections { name rows { name } } } }
    ... on InvalidInput { field }
  }
}
"""
UPDATE_EVENT = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    __typename
    ... on UpdateEventSuccess { event { name sections { totalSeats } } }
    ... on InvalidInput { field }
  }
}
"""
SEARCH = "query ($text: String) { events(search: $text) { nodes { name } } }"
SEARCH_USERS = "query ($text: String) { users(search: $text) { nodes { name } } }"
LOCK_SEATS = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    __typename
    ... on LockSeatsSuccess { replayed lock { seats } }
    ... on SeatsUnavailable { seats }
    ... on InvalidInput { field }
  }
}
"""
SEATS = "query ($id: ID!, $section: String) { event(id: $id) { seats(section: $section) { label } } }"
CANCEL_EVENT = """
mutation ($id: ID!, $reason: String!) {
  cancelEvent(input: {eventId: $id, reason: $reason}) {
    __typename
    ... on CancelEventSuccess { event { cancellationReason } }
    ... on InvalidInput { field }
  }
}
"""
OVERRIDE, INVISIBLE = "Gala\u202egnp.exe", "\u200b\u2060"


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def event_input(scene: Scene, **fields: Any) -> dict[str, Any]:
    price = {"amount": "500.00", "currencyCode": "INR"}
    return {"name": "Concert", "startsAt": next_month(scene.services), "price": price, **fields}


async def create(scene: Scene, **fields: Any) -> Any:
    variables = {"input": event_input(scene, **fields)}
    return (await scene.client.execute(CREATE_EVENT, variables, scene.admin_token))["data"]["createEvent"]


async def lock(scene: Scene, event: str, selection: dict[str, Any], key: str) -> Any:
    variables = {"input": {"eventId": event, "selection": selection, "idempotencyKey": key}}
    return (await scene.client.execute(LOCK_SEATS, variables, scene.token))["data"]["lockSeats"]


async def names(scene: Scene, query: str, text: str) -> list[str]:
    answer = await scene.client.execute(query, {"text": text}, scene.admin_token)
    ((_, found),) = answer["data"].items()
    return [node["name"] for node in found["nodes"]]


async def test_events_and_users_are_found_however_they_are_spelled(scene: Scene) -> None:
    for name in (nfd("Påskerevy"), "İstanbul'da Caz", "Straßenfest"):
        assert (await create(scene, name=name, totalSeats=1))["__typename"] == "CreateEventSuccess"
        person = {"name": name, "email": f"user{len(name)}@seatlock.test", "password": "correct horse"}
        registered = (await scene.client.execute(REGISTER, {"input": person}))["data"]["register"]
        assert registered == {"__typename": "RegisterSuccess", "user": {"name": unicodedata.normalize("NFC", name)}}
    found = {"påske": "Påskerevy", nfd("PÅSKE"): "Påskerevy", "istanbul": "İstanbul'da Caz", "STRASSE": "Straßenfest"}
    for text, name in found.items():
        assert await names(scene, SEARCH, text) == [name], text
        assert await names(scene, SEARCH_USERS, text) == [name], text


async def test_what_was_stored_before_is_found_once_a_server_has_started(scene: Scene) -> None:
    for kind in (Event, User):
        await (collection := kind.get_pymongo_collection()).delete_many({"name": "Élan"})
        before = {"name": "Élan", "search_key": "élan", "role": "USER", "email_key": "elan@seatlock.test"}
        await collection.insert_one(before)
        await fill_name_keys(scene.services.database)
        await fill_name_keys(scene.services.database)
        stored = await collection.find_one({"name": "Élan"})
        assert stored
        assert (stored["name_key"], "search_key" in stored) == ("élan", False)


async def test_sections_and_rows_that_look_the_same_are_one(scene: Scene) -> None:
    row = [{"name": "É", "seatCount": 2}]
    for other in (nfd("Café"), "Ca\u200bfé", "Café\ufe0f"):
        sections = [{"name": "Café", "rows": row}, {"name": other, "rows": row}]
        assert await create(scene, sections=sections) == {"__typename": "InvalidInput", "field": "sections.1.name"}
    sections = [{"name": "Café", "rows": [*row, {"name": nfd("É"), "seatCount": 2}]}]
    assert await create(scene, sections=sections) == {"__typename": "InvalidInput", "field": "sections.0.rows.1.name"}


async def test_a_section_and_its_seats_have_all_their_spellings(scene: Scene) -> None:
    made = await create(
        scene,
        sections=[{"name": nfd("Café"), "rows": [{"name": nfd("É"), "seatCount": 3}]}, {"name": "B", "capacity": 9}],
    )
    event = made["event"]["id"]
    assert made["event"]["sections"][0] == {"name": "Café", "rows": [{"name": "É"}]}
    locked = {"__typename": "LockSeatsSuccess", "lock": {"seats": ["Café-É-1"]}}
    assert await lock(scene, event, {"seats": [nfd("Café-É-1")]}, "k") == {**locked, "replayed": False}
    assert await lock(scene, event, {"seats": ["Café-É-1"]}, "k") == {**locked, "replayed": True}
    for label in ("Café-É-1", nfd("Café-É-1")):
        taken = {"__typename": "SeatsUnavailable", "seats": ["Café-É-1"]}
        assert await lock(scene, event, {"seats": [label]}, "other") == taken
    twice = {"__typename": "InvalidInput", "field": "selection.seats.1"}
    assert await lock(scene, event, {"seats": ["Café-É-2", nfd("Café-É-2")]}, "twice") == twice
    counted = await lock(scene, event, {"quantity": {"count": 1, "section": nfd("Café")}}, "counted")
    assert counted["__typename"] == "LockSeatsSuccess"
    seats = await scene.client.execute(SEATS, {"id": event, "section": nfd("Café")})
    assert len(seats["data"]["event"]["seats"]) == 3
    change = {"name": nfd("Café"), "price": {"amount": "1.00", "currencyCode": "INR"}}
    for sections, outcome in (
        (
            [change],
            {
                "__typename": "UpdateEventSuccess",
                "event": {"name": "É", "sections": [{"totalSeats": 3}, {"totalSeats": 9}]},
            },
        ),
        ([change, {**change, "name": "Café"}], {"__typename": "InvalidInput", "field": "sections.1.name"}),
    ):
        variables = {"input": {"eventId": event, "name": nfd("É"), "sections": sections}}
        answer = await scene.client.execute(UPDATE_EVENT, variables, scene.admin_token)
        assert answer["data"]["updateEvent"] == outcome
    assert await names(scene, SEARCH, "é") == ["É"]


@pytest.mark.parametrize("bad", [OVERRIDE, INVISIBLE], ids=["override", "invisible"])
async def test_names_that_deceive_are_refused_by_field(scene: Scene, bad: str) -> None:
    def refused(field: str) -> dict[str, str]:
        return {"__typename": "InvalidInput", "field": field}

    person = {"name": bad, "email": "eve@seatlock.test", "password": "correct horse"}
    assert (await scene.client.execute(REGISTER, {"input": person}))["data"]["register"] == refused("name")
    assert await create(scene, name=bad, totalSeats=1) == refused("name")
    assert await create(scene, totalSeats=1, description=bad) == refused("description")
    assert await create(scene, sections=[{"name": bad, "capacity": 1}]) == refused("sections.0.name")
    rows = [{"name": "A", "seatCount": 1}, {"name": bad, "seatCount": 1}]
    assert await create(scene, sections=[{"name": "S", "rows": rows}]) == refused("sections.0.rows.1.name")
    event = await scene.event()
    update = {"input": {"eventId": event, "name": bad}}
    assert (await scene.client.execute(UPDATE_EVENT, update, scene.admin_token))["data"]["updateEvent"] == refused(
        "name"
    )
    cancel = {"id": event, "reason": bad}
    assert (await scene.client.execute(CANCEL_EVENT, cancel, scene.admin_token))["data"]["cancelEvent"] == refused(
        "reason"
    )


async def login(client: Client, email: str, password: str) -> str:
    answer = await client.execute(LOGIN, {"email": email, "password": password})
    return str(answer["data"]["login"]["__typename"])


async def test_a_password_is_good_on_every_keyboard(client: Client) -> None:
    composed, wrong = "contrase\u00f1a larga", "contrasen\u0303o larga"
    person = {"name": "Íñigo", "email": "new@seatlock.test", "password": nfd(composed)}
    await client.execute(REGISTER, {"input": person})
    await client.execute(REGISTER, {"input": {**person, "email": "old@seatlock.test"}})
    # Hashed as it was typed, before passwords were normalised.
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for old in (nfd(composed), composed):
        as_typed = {"$set": {"password_hash": hasher.hash(old)}}
        await User.get_pymongo_collection().update_one({"email_key": "old@seatlock.test"}, as_typed)
        for email in ("new@seatlock.test", "old@seatlock.test"):
            for password in (composed, nfd(composed)):
                assert await login(client, email, password) == "LoginSuccess"
            assert await login(client, email, wrong) == "BadCredentials"
