"""`seatAvailability { event }`: the event that a query gives at the same version, for everybody who may see it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type

from domain.documents import Role, User
from domain.services import Services
from graph.schema.build import schema
from graph.schema.context import Context
from graph.schema.ids import parse_id
from graph.schema.sources import AvailabilitySource
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.sockets import Operation, listening

FOR_ADMINS = frozenset({"allocations", "inventoryAt"})
SHORT = {"seats": "seats { label status }"}
"""All that there is of each seat costs more than a subscription may."""


def selection(of: str, leave_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every field of the type, and of what it leads to."""
    kind = schema._schema.type_map[of]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        if name not in leave_out:
            yield SHORT.get(name) or _selected(name, field)


def _selected(name: str, field: GraphQLField) -> str:
    below = get_named_type(field.type)
    return f"{name} {{ {' '.join(selection(below.name))} }}" if isinstance(below, GraphQLObjectType) else name


FIELDS = " ".join(selection("Event", FOR_ADMINS))
EVENT = f"query ($id: ID!) {{ event(id: $id) {{ {FIELDS} }} }}"
WATCH = f"subscription ($id: ID!) {{ seatAvailability(eventId: $id) {{ version event {{ {FIELDS} }} }} }}"
ALLOCATIONS = """
subscription ($id: ID!) {
  seatAvailability(eventId: $id) {
    version event { availableSeats allocations { name } seats { label booking { id } } }
  }
}
"""
MINE = "subscription ($id: ID!) { seatAvailability(eventId: $id) { version event { seats { label mine } } } }"
SEATS = "seats { label section row number status price { amount currencyCode } }"
UPDATE = "mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { __typename } }"
CLOSE = "mutation ($input: CloseSalesInput!) { closeSales(input: $input) { __typename } }"
OPEN = "mutation ($input: OpenSalesInput!) { openSales(input: $input) { __typename } }"
ALLOCATE = "mutation ($input: CreateAllocationInput!) { createAllocation(input: $input) { __typename } }"
RELEASE = "mutation ($input: ReleaseLockInput!) { releaseLock(input: $input) { __typename } }"
CANCEL = "mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { __typename } }"
CANCEL_EVENT = "mutation ($input: CancelEventInput!) { cancelEvent(input: $input) { __typename } }"


@pytest.fixture
async def grace(services: Services) -> User:
    return await admin(services)


@pytest.fixture
async def scene(services: Services, client: Client, grace: User) -> Scene:
    return Scene(services, client, token_of(services, grace), token_of(services, await user(services)))


async def change(scene: Scene, mutation: str, token: str, **input: Any) -> None:
    (outcome,) = (await scene.client.execute(mutation, {"input": input}, token))["data"].values()
    assert outcome["__typename"].endswith("Success"), outcome


async def at_version(watching: Operation, version: int) -> dict[str, Any]:
    """The first message with this version or a later one."""
    while True:
        told: dict[str, Any] = await watching.data("seatAvailability")
        if told["version"] >= version:
            return told


async def test_it_is_what_a_query_gives_after_every_kind_of_change(scene: Scene, api: httpx.AsyncClient) -> None:
    event = await scene.reserved_event()
    keys = {"idempotencyKey": secrets.token_hex(8)}
    both = {"items": [{"seats": ["STALLS-A-1", "STALLS-B-2"]}, {"quantity": {"section": "FLOOR", "count": 3}}]}
    kept = [{"seats": ["STALLS-B-5"]}, {"quantity": {"section": "FLOOR", "count": 2}}]
    new = {"name": "Gala", "venue": "Olympia", "price": {"amount": "7", "currencyCode": "INR"}, "maxSeatsPerBuyer": 9}
    floor = [{"name": "FLOOR", "capacity": 30}]
    lock = await scene.lock(event, both)
    booked: list[str] = []

    async def confirm() -> None:
        booked.append(await scene.confirm(lock))

    steps = (
        lambda: confirm(),
        lambda: scene.pay(booked[0]),
        lambda: change(scene, ALLOCATE, scene.admin_token, eventId=event, name="Press", selection=kept, **keys),
        lambda: change(scene, UPDATE, scene.admin_token, eventId=event, **new, sections=floor),
        lambda: change(scene, CLOSE, scene.admin_token, eventId=event),
        lambda: change(scene, OPEN, scene.admin_token, eventId=event),
        lambda: change(scene, CANCEL, scene.token, bookingId=booked[0]),
        lambda: change(scene, CANCEL_EVENT, scene.admin_token, eventId=event, reason="Storm"),
    )
    async with listening(api.base_url) as socket:
        watching = await socket.subscribe(WATCH, {"id": event})
        told = [await watching.data("seatAvailability")]
        asked = [(await scene.client.execute(EVENT, {"id": event}))["data"]["event"]]
        for step in steps:
            await step()
            asked.append((await scene.client.execute(EVENT, {"id": event}))["data"]["event"])
            told.append(await at_version(watching, asked[-1]["version"]))
    assert [each["event"] for each in told] == asked
    assert [each["version"] for each in told] == [each["version"] for each in asked]
    assert len({each["version"] for each in asked}) == len(steps) + 1


async def test_a_message_reads_nothing_and_no_listener_is_told_of_another(
    scene: Scene, services: Services, api: httpx.AsyncClient
) -> None:
    event = await scene.reserved_event()
    other = token_of(services, await user(services))
    async with listening(api.base_url, scene.token) as mine, listening(api.base_url, other) as theirs:
        watching = [await socket.subscribe(MINE, {"id": event}) for socket in (mine, theirs)]
        for each in watching:
            await each.next()
        await scene.lock(event, {"seats": ["STALLS-A-1"]})
        told = [await each.data("seatAvailability") for each in watching]
    labels = [[seat["label"] for seat in each["event"]["seats"] if seat["mine"]] for each in told]
    assert labels == [["STALLS-A-1"], []]

    source = await AvailabilitySource.open(services, parse_id("id", event, "Event"))
    view = source.state
    context = Context(services, None, "test")
    context.loaders.show(view)
    await scene.lock(event, {"quantity": {"section": "FLOOR", "count": 1}})
    loaded = await context.loaders.events.load(view.facts.id)
    assert loaded is not None
    assert (loaded.version, loaded.available) == (view.version, view.counters.available)
    assert [row.statuses for row in await context.loaders.seat_rows.load(view.facts.id)] == list(view.rows.values())
    await source.close()


async def test_what_admins_see_is_told_to_admins_while_they_are(
    scene: Scene, services: Services, grace: User, api: httpx.AsyncClient
) -> None:
    event = await scene.reserved_event()
    await scene.confirm(await scene.lock(event, {"seats": ["STALLS-A-1"]}))
    async with (
        listening(api.base_url, scene.admin_token) as admins,
        listening(api.base_url, scene.token) as users,
        listening(api.base_url) as nobodys,
    ):
        for socket, code in ((users, "FORBIDDEN"), (nobodys, "UNAUTHENTICATED")):
            refused = await (await socket.subscribe(ALLOCATIONS, {"id": event})).next()
            assert (refused["data"], refused["errors"][0]["extensions"]["code"]) == (None, code)
        watching = await admins.subscribe(ALLOCATIONS, {"id": event})
        told = (await watching.data("seatAvailability"))["event"]
        assert (told["availableSeats"], told["allocations"]) == (19, [])
        assert [seat["label"] for seat in told["seats"] if seat["booking"]] == ["STALLS-A-1"]
        kept = [{"quantity": {"section": "FLOOR", "count": 2}}]
        await change(
            scene, ALLOCATE, scene.admin_token, eventId=event, name="Press", selection=kept, idempotencyKey="k"
        )
        told = (await watching.data("seatAvailability"))["event"]
        assert (told["availableSeats"], told["allocations"]) == (17, [{"name": "Press"}])

        await User.get_pymongo_collection().update_one({"_id": grace.id}, {"$set": {"role": Role.USER.value}})
        await scene.lock(event, {"quantity": {"section": "FLOOR", "count": 1}})
        assert await watching.code() == "FORBIDDEN"


async def test_what_is_told_again_and_again_costs_twice(scene: Scene, api: httpx.AsyncClient) -> None:
    event = await scene.event()
    async with listening(api.base_url) as socket:
        watch = f"subscription ($id: ID!) {{ seatAvailability(eventId: $id) {{ event {{ {SEATS} }} }} }}"
        assert await (await socket.subscribe(watch, {"id": event})).code() == "QUERY_TOO_COMPLEX"
    answer = await scene.client.execute(f"query ($id: ID!) {{ event(id: $id) {{ {SEATS} }} }}", {"id": event})
    assert answer["data"]["event"] == {"seats": []}
