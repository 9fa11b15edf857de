"""One field that is refused does not take the page: those beside it are answered, or done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from graphql import GraphQLNonNull

from domain.documents import SeatLock
from domain.errors import Unauthenticated
from domain.people import accounts
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.build import schema
from graph.schema.mutations import NEED_NO_TOKEN
from tests.graph.conftest import Client
from tests.support import scenes
from tests.support.scenes import Scene

LOCK = """%s: lockSeats(input: {
  eventId: "%s", selection: {quantity: {count: 1}}, accessCode: %s, idempotencyKey: "%s"
}) { __typename ... on LockSeatsSuccess { lock { quantity } } }"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One wrong access code an hour."""
    return settings.model_copy(update={"budget_access_code": "1/hour", "budgets_times": 1})


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    admin, buyer = await scenes.admin(services), await scenes.user(services)
    return Scene(services, client, scenes.token_of(services, admin), scenes.token_of(services, buyer))


async def ask(api: httpx.AsyncClient, query: str, token: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await api.post("/graphql", json={"query": query}, headers=headers)


def told(answer: httpx.Response) -> list[tuple[Any, str]]:
    """Which field each error is about, and its code."""
    return [(error.get("path"), error["extensions"]["code"]) for error in answer.json()["errors"]]


def lock(name: str, event: str, code: str | None = None) -> str:
    return LOCK % (name, event, f'"{code}"' if code else "null", name)


def test_every_field_of_a_query_or_mutation_may_be_null() -> None:
    """`nodes` has its nulls inside."""
    for root in (schema._schema.query_type, schema._schema.mutation_type):
        assert root is not None
        never = {name for name, field in root.fields.items() if isinstance(field.type, GraphQLNonNull)}
        assert never <= {"nodes"}


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("signed_in", [False, True])
async def test_what_is_refused_leaves_the_rest_of_the_page(
    scene: Scene, api: httpx.AsyncClient, signed_in: bool
) -> None:
    event = await scene.event(name="Gala")
    query = '{ bookings { nodes { id } } inventoryCheck { field } events { nodes { name } } event(id: "x") { name } }'
    answer = await ask(api, query, scene.token if signed_in else None)
    assert answer.status_code == 200
    nodes = {"nodes": [{"name": "Gala"}]}
    assert answer.json()["data"] == {"bookings": None, "inventoryCheck": None, "events": nodes, "event": None}
    code = "FORBIDDEN" if signed_in else "UNAUTHENTICATED"
    refused = [(["bookings"], code), (["inventoryCheck"], code), (["event"], "INVALID_INPUT")]
    assert sorted(told(answer)) == sorted(refused)
    assert event


# ---------------------------------------------------------------- mutations


async def test_a_lock_that_is_rate_limited_hides_none_beside_it(scene: Scene, api: httpx.AsyncClient) -> None:
    event = await scene.event()
    fields = [lock("wrong", event, "GUESS"), lock("guessed", event, "GUESS2"), lock("mine", event)]
    answer = await ask(api, f"mutation {{ {' '.join(fields)} }}", scene.token)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["wrong"], data["guessed"]) == ({"__typename": "InvalidInput"}, None)
    assert data["mine"] == {"__typename": "LockSeatsSuccess", "lock": {"quantity": 1}}
    assert told(answer) == [(["guessed"], "RATE_LIMITED")]

    again = await ask(api, f"mutation {{ {lock('a', event, 'X')} {lock('b', event, 'Y')} }}", scene.token)
    assert (again.status_code, told(again)) == (429, [(None, "RATE_LIMITED")])
    assert int(again.headers["retry-after"]) == again.json()["errors"][0]["extensions"]["retryAfterSeconds"]


# ---------------------------------------------------------------- bad tokens

BAD_TOKENS = ["x.y.z", "expired", "ended"]


async def bad_token(scene: Scene, kind: str) -> str:
    if kind == "ended":
        buyer = await scenes.user(scene.services)
        token = scenes.token_of(scene.services, buyer)
        await buyer.update({"$inc": {"sessions_ended": 1}})
        return token
    if kind == "expired":
        buyer = await scenes.user(scene.services)
        long_ago = buyer.created_at.replace(year=2020)
        return accounts.issue_token(scene.services.settings, buyer, long_ago).token
    return kind


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_a_bad_token_is_served_what_is_public(scene: Scene, api: httpx.AsyncClient, kind: str) -> None:
    event, token = await scene.event(name="Gala"), await bad_token(scene, kind)
    booking = await scene.booking(event)
    query = f'{{ events {{ nodes {{ name }} }} viewer {{ id }} booking(id: "{booking}") {{ id }} }}'
    answer = await ask(api, query, token)
    assert answer.json()["data"] == {"events": {"nodes": [{"name": "Gala"}]}, "viewer": None, "booking": None}
    assert sorted(told(answer)) == [(["booking"], "UNAUTHENTICATED"), (["viewer"], "UNAUTHENTICATED")]
    [message] = {error["message"] for error in answer.json()["errors"]}
    assert not message.startswith("Sign in,"), "it says what is wrong with the token"
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'

    # Where nothing is public, the whole request is refused, once.
    refused = await ask(api, f'{{ viewer {{ id }} booking(id: "{booking}") {{ id }} }}', token)
    assert told(refused) == [(None, "UNAUTHENTICATED")]
    assert "data" not in refused.json()
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_with_a_bad_token_nothing_is_changed_as_by_nobody(
    scene: Scene, api: httpx.AsyncClient, kind: str
) -> None:
    event, token = await scene.event(), await bad_token(scene, kind)
    email = "ada.lovelace@seatlock.test"
    register = f'register(input: {{name: "Ada", email: "{email}", password: "a long passphrase"}}) {{ __typename }}'
    answer = await ask(api, f"mutation {{ {register} {lock('mine', event)} }}", token)
    assert answer.json()["data"] == {"register": {"__typename": "RegisterSuccess"}, "mine": None}
    assert told(answer) == [(["mine"], "UNAUTHENTICATED")]
    alone = await ask(api, f"mutation {{ {lock('mine', event)} {lock('more', event)} }}", token)
    for refused in (alone, await ask(api, f"mutation {{ {lock('lockSeats', event)} }}", token)):
        assert (refused.status_code, told(refused)) == (401, [(None, "UNAUTHENTICATED")])
        assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    beside = await ask(api, f"mutation {{ __typename {lock('mine', event)} }}", token)
    assert told(beside) == [(["mine"], "UNAUTHENTICATED")]
    assert beside.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert await SeatLock.find_all().count() == 0


async def test_each_mutation_refuses_bad_tokens_unless_it_is_a_way_to_a_good_one() -> None:
    """Also one whose resolver would ask for nobody: it is refused before its resolver, which misses its input here."""
    assert schema._schema.mutation_type is not None
    asked = SimpleNamespace(context=SimpleNamespace(bad_token=Unauthenticated("It has expired.")))
    for name, field in schema._schema.mutation_type.fields.items():
        assert field.resolve is not None
        with pytest.raises(TypeError if name in NEED_NO_TOKEN else Unauthenticated):
            await field.resolve(None, cast(Any, asked))
