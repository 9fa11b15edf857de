"""An idempotency key stands for the whole request: whichever field is another one, it is another request."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from domain.services import Services
from graph.schema.build import schema
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, next_month, token_of, user

MUTATIONS = schema._schema.mutation_type
assert MUTATIONS is not None
WITH_A_KEY = {
    name: input_type.fields.keys() - {"idempotencyKey"}
    for name, field in MUTATIONS.fields.items()
    for input_type in [get_named_type(argument.type) for argument in field.args.values()]
    if isinstance(input_type, GraphQLInputObjectType) and "idempotencyKey" in input_type.fields
}
"""The fields of each mutation's input that takes a key."""

CODE = "members-2030"


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    buyer = await user(services)
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, buyer))


def floor(count: int) -> dict[str, Any]:
    return {"quantity": {"count": count, "section": "FLOOR"}}


async def first_and_others(scene: Scene, mutation: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request that succeeds, and of each field of its input another value."""
    event, other = await scene.reserved_event(), await scene.event()
    match mutation:
        case "createEvent":
            price = {"amount": "500.00", "currencyCode": "INR"}
            return {"name": "Gala", "startsAt": next_month(scene.services), "price": price, "totalSeats": 9}, {
                "name": "Ball",
                "description": "More",
                "startsAt": "2099-01-01T00:00:00Z",
                "price": {**price, "amount": "501.00"},
                "totalSeats": 8,
                "sections": [{"name": "FLOOR", "capacity": 9}],
                "cancellation": {"percentage": 7},
                "venue": "Olympia",
                "timeZone": "Europe/Paris",
                "salesStartAt": "2098-01-01T00:00:00Z",
                "salesEndAt": "2098-01-01T00:00:00Z",
                "maxSeatsPerBuyer": 2,
                "forbidOrphans": True,
            }
        case "createAllocation":
            return {"eventId": event, "name": "Members", "selection": [floor(2)], "accessCode": CODE}, {
                "eventId": other,
                "name": "Friends",
                "selection": [floor(3)],
                "accessCode": f"{CODE} too",
                "opensAt": "2030-01-01T00:00:00Z",
                "releasesAt": "2030-01-01T00:00:00Z",
                "maxSeatsPerBuyer": 2,
            }
        case "lockSeats":
            await send(scene, "createAllocation", "k", eventId=event, name="M", selection=[floor(2)], accessCode=CODE)
            return {"eventId": event, "selection": floor(2)}, {
                "eventId": other,
                "selection": {"items": [floor(1)]},
                "accessCode": CODE,
            }
        case "changeLock":
            held, others = await scene.lock(event, floor(2)), await scene.lock(event, floor(2))
            return {"lockId": held, "add": [floor(1)]}, {"lockId": others, "add": [floor(2)], "remove": [floor(1)]}
        case "payBooking":
            booking, others = [await scene.confirm(await scene.lock(event, floor(1))) for _ in range(2)]
            return {"bookingId": booking, "paymentToken": "sim_success"}, {
                "bookingId": others,
                "paymentToken": "sim_declined",
                "amount": {"amount": "500.00", "currencyCode": "INR"},
            }
    raise AssertionError(f"say here how {mutation} is asked, and another value of each field")


async def send(scene: Scene, mutation: str, key: str, **fields: Any) -> str:
    """The type of the answer."""
    type_name = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($input: {type_name}!) {{ answer: {mutation}(input: $input) {{ __typename }} }}"
    token = scene.admin_token if mutation.startswith("create") else scene.token
    answer = await scene.client.execute(document, {"input": {**fields, "idempotencyKey": key}}, token)
    return str(answer["data"]["answer"]["__typename"])


@pytest.mark.parametrize("mutation", sorted(WITH_A_KEY))
async def test_a_key_is_not_for_a_request_that_differs_in_any_field(scene: Scene, mutation: str) -> None:
    first, others = await first_and_others(scene, mutation)
    assert others.keys() == WITH_A_KEY[mutation], "another value of each field"
    assert await send(scene, mutation, "a key", **first) == f"{mutation[0].upper()}{mutation[1:]}Success"
    answers = {name: await send(scene, mutation, "a key", **{**first, name: value}) for name, value in others.items()}
    assert answers == dict.fromkeys(others, "IdempotencyKeyReused")
