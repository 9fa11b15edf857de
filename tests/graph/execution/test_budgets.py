"""Who asks too often for what costs is told when to come back; whoever else asks is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from domain.people.sessions import begin_session
from domain.process.settings import Settings
from domain.services import Services
from tests.graph.conftest import Client
from tests.support import scenes
from tests.support.scenes import Scene

LOGIN = 'mutation { login(input: {email: "nobody@seatlock.test", password: "a password"}) { __typename } }'
REFRESH = """mutation ($token: String!) { refreshSession(input: {refreshToken: $token}) { __typename } }"""
REGISTER = 'mutation { register(input: {name: "", email: "x", password: "-"}) { __typename } }'
SEARCH = '{ events(search: "gala") { nodes { id } } }'
INTROSPECTION = "{ __schema { queryType { name } } }"
SEATS = "query ($id: ID!) { event(id: $id) { seats { label } } }"
CANCEL = 'mutation { cancelBooking(input: {bookingId: "%s"}) { __typename } }'


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Twice an hour of everything."""
    budgets = {name: "2/hour" for name in Settings.model_fields if name.startswith("budget_")}
    return settings.model_copy(update=budgets | {"budgets_times": 1})


@asynccontextmanager
async def at(address: str, api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Another client of the same server, at this address of the loopback network."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(base_url=api.base_url, transport=transport, timeout=30) as client:
        yield client


async def ask(api: httpx.AsyncClient, query: str, bearer: str | None = None, **variables: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return await api.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


async def set_scene(services: Services, client: Client) -> Scene:
    admin, buyer = await scenes.admin(services), await scenes.user(services)
    return Scene(services, client, scenes.token_of(services, admin), scenes.token_of(services, buyer))


def check_refused(answer: httpx.Response) -> None:
    """429 with the same number of seconds three times, for whatever kind of client."""
    seconds = int(answer.headers["retry-after"])
    assert answer.status_code == 429
    assert 1 <= seconds <= 3600
    message = f"Too many requests of this kind; try again in {seconds} s."
    error = {"message": message, "extensions": {"code": "RATE_LIMITED", "retryAfterSeconds": seconds}}
    assert answer.json() == {"errors": [error]}


async def test_each_thing_that_costs_has_a_budget_of_its_own_by_address_and_user(
    services: Services, api: httpx.AsyncClient, client: Client
) -> None:
    scene = await set_scene(services, client)
    hall = await scene.reserved_event()
    booking = await scene.confirm(await scene.lock(hall, {"seats": ["STALLS-A-1"]}))
    cases: list[tuple[str, dict[str, Any], str | None]] = [
        (LOGIN, {}, None),
        (REGISTER, {}, None),
        (SEARCH, {}, None),
        (SEARCH, {}, scene.token),
        (INTROSPECTION, {}, None),
        (SEATS, {"id": hall}, None),
        (CANCEL % booking, {}, scene.token),
    ]
    async with at("127.0.0.2", api) as elsewhere:
        for query, variables, token in cases:
            answers = [await ask(api, query, token, **variables) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429], query
            check_refused(answers[-1])
            # A user is the same one everywhere.
            assert (await ask(elsewhere, query, token, **variables)).status_code == (429 if token else 200), query
    # ADMINs run the shop.
    for _ in range(3):
        assert (await ask(api, SEARCH, scene.admin_token)).status_code == 200


async def test_a_session_is_renewed_only_so_often(services: Services, api: httpx.AsyncClient) -> None:
    users = [await scenes.user(services) for _ in range(2)]
    token, other = [(await begin_session(services, user, "test")).refresh_token for user in users]
    # The second time ends it, which costs as much.
    answers = [await ask(api, REFRESH, token=token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    check_refused(answers[-1])
    renewed = (await ask(api, REFRESH, token=other)).json()
    assert renewed == {"data": {"refreshSession": {"__typename": "RefreshSessionSuccess"}}}


@pytest.mark.parametrize("query", [LOGIN, REGISTER])
async def test_who_has_many_accounts_signs_in_and_registers_no_more_often(
    services: Services, api: httpx.AsyncClient, client: Client, query: str
) -> None:
    scene = await set_scene(services, client)
    tokens = [scenes.token_of(services, await scenes.user(services)), scene.token, scene.admin_token]
    assert [(await ask(api, query, token)).status_code for token in tokens] == [200, 200, 429]


async def test_where_something_else_ran_the_rest_is_answered(api: httpx.AsyncClient) -> None:
    query = 'query { a: events(search: "a") { nodes { id } } b: viewer { id } }'
    answers = [await ask(api, query) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    (error,) = answers[-1].json()["errors"]
    assert error["path"] == ["a"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= error["extensions"]["retryAfterSeconds"] <= 3600


async def test_what_is_bought_behind_one_address_is_never_refused(
    services: Services, api: httpx.AsyncClient, client: Client
) -> None:
    """A school: a dozen pupils buy at once, and what others of that address ask for too often is theirs to wait for."""
    scene = await set_scene(services, client)
    event = await scene.event()
    for _ in range(3):
        await ask(api, SEARCH)
        await ask(api, LOGIN)

    async def buy() -> bool:
        token = scenes.token_of(services, await scenes.user(services))
        buyer = Scene(services, client, scene.admin_token, token)
        return set(await buyer.pay(await buyer.booking(event))) == {"booking", "payment"}

    assert all(await asyncio.gather(*(buy() for _ in range(12))))
