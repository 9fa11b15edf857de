"""users and setUserRole; and what a token is worth whose owner is no ADMIN any more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from domain.caller import Caller
from domain.documents import Booking, Role, User
from domain.people import users
from domain.people.sessions import begin_session, refresh_session
from domain.people.standing import role_now
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from tests.graph.conftest import Client
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.scenes import admin, token_of, user
from tests.support.sockets import Closed, connected, listening

USERS = """
query ($search: String, $role: Role, $first: Int, $after: String) {
  users(search: $search, role: $role, first: $first, after: $after) {
    nodes { id name email role } pageInfo { hasNextPage endCursor }
  }
}
"""
SET_ROLE = """
mutation ($input: SetUserRoleInput!) {
  setUserRole(input: $input) {
    __typename ... on SetUserRoleSuccess { user { id role } } ... on Error { code }
  }
}
"""
STATUS = "subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { status } }"
EVERYTHING = "{ bookings { nodes { id } } }"
VIEWER = "{ viewer { role } }"
PUBLIC = "{ events { nodes { id } } }"


@pytest.fixture
async def grace(services: Services) -> User:
    """Who stays ADMIN."""
    return await admin(services)


@pytest.fixture
async def demoted(services: Services, grace: User) -> str:
    """The token of an ADMIN of a moment ago."""
    before = await admin(services)
    await demote(services, before)
    return token_of(services, before)


async def demote(services: Services, user: User) -> None:
    await users.set_user_role(services, somebody(Role.ADMIN), user_id=user.id, role=Role.USER)


async def codes(client: Client, query: str, token: str | None, **variables: Any) -> list[str]:
    answer = await client.execute(query, variables, token)
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


# ---------------------------------------------------------------- users


async def test_all_users_page_by_page(client: Client, services: Services, grace: User) -> None:
    everybody = [grace, *[await user(services) for _ in range(4)]]
    found: list[str] = []
    after = None
    for _ in range(3):
        answer = await client.execute(USERS, {"first": 2, "after": after}, token_of(services, grace))
        page = answer["data"]["users"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert not page["pageInfo"]["hasNextPage"]
    assert found == [encode_id("User", one.id) for one in reversed(everybody)]


async def test_searching(client: Client, services: Services, grace: User) -> None:
    ada = await user(services)
    token = token_of(services, grace)
    shown = {"id": encode_id("User", ada.id), "name": "Ada", "email": ada.email, "role": "USER"}
    for variables in ({"search": ada.email[:6].upper()}, {"search": "ADA"}, {"role": "USER"}):
        answer = await client.execute(USERS, variables, token)
        assert answer["data"]["users"]["nodes"] == [shown]
    assert await codes(client, USERS, token, search=" ") == ["INVALID_INPUT"]
    assert await codes(client, USERS, token, after="nonsense") == ["INVALID_INPUT"]
    assert await codes(client, USERS, token, first=101) == ["INVALID_INPUT"]


async def test_users_are_for_admins(client: Client, services: Services) -> None:
    ada = await user(services)
    role = {"userId": encode_id("User", ada.id), "role": "ADMIN"}
    for token, code in ((None, "UNAUTHENTICATED"), (token_of(services, ada), "FORBIDDEN")):
        assert await codes(client, USERS, token) == [code]
        assert await codes(client, SET_ROLE, token, input=role) == [code]
    assert await role_now(services.standings, ada.id, 0) is Role.USER


# ---------------------------------------------------------------- setUserRole


async def test_promotion_counts_from_the_next_token(client: Client, services: Services, grace: User) -> None:
    """That of a session that is renewed, or of the next sign-in."""
    ada = await user(services)
    session = await begin_session(services, ada, "test")
    token, role = session.access.token, {"userId": encode_id("User", ada.id), "role": "ADMIN"}
    answer = await client.execute(SET_ROLE, {"input": role}, token_of(services, grace))
    assert answer["data"]["setUserRole"] == {
        "__typename": "SetUserRoleSuccess",
        "user": {"id": role["userId"], "role": "ADMIN"},
    }
    assert await codes(client, EVERYTHING, token) == ["FORBIDDEN"]
    signed_in = await User.get(ada.id)
    assert signed_in is not None
    assert await codes(client, EVERYTHING, token_of(services, signed_in)) == []
    renewed = await refresh_session(services, refresh_token=session.refresh_token, address=None, correlation_id="test")
    assert await codes(client, EVERYTHING, renewed.access.token) == []


async def test_what_cannot_be(client: Client, services: Services, grace: User) -> None:
    token = token_of(services, grace)
    nobody = encode_id("User", somebody().user_id)
    herself = encode_id("User", grace.id)
    for user_id, code in (("nonsense", "INVALID_INPUT"), (nobody, "NOT_FOUND"), (herself, "LAST_ADMIN")):
        answer = await client.execute(SET_ROLE, {"input": {"userId": user_id, "role": "USER"}}, token)
        assert answer["data"]["setUserRole"]["code"] == code
    assert await codes(client, EVERYTHING, token) == []


# ---------------------------------------------------------------- demoted


async def test_who_is_no_admin_any_more_is_a_user_at_once(client: Client, demoted: str) -> None:
    assert await codes(client, EVERYTHING, demoted) == ["FORBIDDEN"]
    assert await client.execute(VIEWER, token=demoted) == {"data": {"viewer": {"role": "USER"}}}


async def test_an_admin_who_does_not_exist_any_more_is_nobody(client: Client, services: Services, grace: User) -> None:
    token = token_of(services, grace)
    await User.get_pymongo_collection().delete_one({"_id": grace.id})
    assert await codes(client, EVERYTHING, token) == ["UNAUTHENTICATED"]
    assert await codes(client, PUBLIC, token) == []
    async with connected(client.http.base_url) as socket:
        with pytest.raises(Closed) as closed:
            await socket.initialise(token)
        assert closed.value.code == 4403


async def test_demoted_on_an_open_socket(client: Client, services: Services, grace: User) -> None:
    before = await admin(services)
    async with listening(client.http.base_url, token_of(services, before)) as socket:
        assert "errors" not in await (await socket.subscribe(EVERYTHING)).answer()
        await demote(services, before)
        [error] = (await (await socket.subscribe(EVERYTHING)).answer())["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert await (await socket.subscribe(VIEWER)).answer() == {"data": {"viewer": {"role": "USER"}}}


@pytest.fixture
async def booking(services: Services) -> tuple[Sale, Booking, Caller]:
    sale, buyer = Sale([services], Time()), somebody()
    return sale, await sale.book(await new_event(services, seats=1), buyer), buyer


def status_of(booking: Booking) -> dict[str, Any]:
    return {"booking": encode_routed_id("Booking", booking.id, booking.event_id)}


async def test_an_admin_who_listens_hears_no_more_once_demoted(
    client: Client, services: Services, grace: User, booking: tuple[Sale, Booking, Caller]
) -> None:
    sale, booked, buyer = booking
    before = await admin(services)
    async with (
        listening(client.http.base_url, token_of(services, before)) as socket,
        listening(client.http.base_url, token_of(services, grace)) as still,
    ):
        status = await socket.subscribe(STATUS, status_of(booked))
        others = await still.subscribe(STATUS, status_of(booked))
        pending = {"status": "PAYMENT_PENDING"}
        assert [await each.data("bookingStatus") for each in (status, others)] == [pending, pending]
        await demote(services, before)
        await sale.cancel(booked, buyer)
        assert await others.data("bookingStatus") == {"status": "CANCELLED"}
        assert await status.code() == "FORBIDDEN"
        assert await (await socket.subscribe(STATUS, status_of(booked))).code() == "NOT_FOUND"


async def test_the_same_in_an_event_stream(
    client: Client, services: Services, grace: User, booking: tuple[Sale, Booking, Caller]
) -> None:
    sale, booked, buyer = booking
    before = await admin(services)
    headers = {"Authorization": f"Bearer {token_of(services, before)}", "Accept": "text/event-stream"}
    request = {"query": STATUS, "variables": status_of(booked)}
    async with client.http.stream("POST", "/graphql", json=request, headers=headers) as response:
        events = _events(response)
        assert json.loads(await anext(events)) == {"data": {"bookingStatus": {"status": "PAYMENT_PENDING"}}}
        await demote(services, before)
        await sale.cancel(booked, buyer)
        [error] = json.loads(await anext(events))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert [event async for event in events] == [""]


async def _events(response: httpx.Response) -> AsyncIterator[str]:
    """The data of each event."""
    async for line in response.aiter_lines():
        if line.startswith("data:"):
            yield line.removeprefix("data:").strip()


async def test_an_admin_who_is_demoted_listens_to_their_own_booking_as_a_user(
    client: Client, services: Services, grace: User
) -> None:
    """Not on as before: what they asked for may be for ADMINs only."""
    before = await admin(services)
    sale, buyer = Sale([services], Time()), Caller(before.id, Role.ADMIN, "test")
    booked = await sale.book(await new_event(services, seats=1), buyer)
    async with listening(client.http.base_url, token_of(services, before)) as socket:
        status = await socket.subscribe(STATUS, status_of(booked))
        assert await status.data("bookingStatus") == {"status": "PAYMENT_PENDING"}
        await demote(services, before)
        await sale.cancel(booked, buyer)
        assert await status.code() == "FORBIDDEN"
        again = await socket.subscribe(STATUS, status_of(booked))
        assert await again.data("bookingStatus") == {"status": "CANCELLED"}


async def test_a_database_that_is_away_is_no_reason_to_call_it_a_fault(
    client: Client, services: Services, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def find(self, *_: object) -> None:
            raise ServerSelectionTimeoutError

    token, buyer = token_of(services, grace), token_of(services, await user(services))
    monkeypatch.setattr(User, "get_pymongo_collection", Away)
    for each in (token, buyer):
        assert await codes(client, PUBLIC, each) == ["UNAVAILABLE"]
