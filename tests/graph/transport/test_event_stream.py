"""GraphQL over server-sent events: what is answered in a stream, byte by byte, and when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Booking, Event, Role
from domain.people import accounts
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id, encode_routed_id
from graph.transport import event_stream
from tests.graph.conftest import given, serving
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.scenes import token_of, user
from tests.support.sockets import PATIENCE_SECONDS
from tests.support.waiting import until

SEATS = "subscription ($event: ID!) { seatAvailability(eventId: $event) { snapshot availableSeats } }"
STATUS = "subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { status } }"
STREAM_ONLY = {"Accept": "text/event-stream"}
URQL = {
    "Accept": "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
}
COMPLETE = b"event: complete\ndata: \n\n"


class Stream:
    """An event stream, read as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._bytes = response.aiter_raw()
        self._read = b""

    async def block(self) -> bytes:
        """Everything up to the next empty line; nothing at the end of the stream."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while b"\n\n" not in self._read:
                try:
                    self._read += await anext(self._bytes)
                except StopAsyncIteration:
                    assert not self._read
                    return b""
        block, _, self._read = self._read.partition(b"\n\n")
        return block + b"\n\n"

    async def next(self) -> dict[str, Any]:
        """The data of the next event, which is a `next`."""
        event, data, *rest = (await self.block()).decode().split("\n")
        assert (event, rest) == ("event: next", ["", ""])
        payload: dict[str, Any] = json.loads(data.removeprefix("data: "))
        return payload

    async def data(self, field: str) -> Any:
        """The field of the next event, which has no errors."""
        payload = await self.next()
        assert set(payload) == {"data"}, payload
        return payload["data"][field]


@asynccontextmanager
async def streaming(
    api: httpx.AsyncClient,
    query: str,
    variables: object,
    headers: dict[str, str] = STREAM_ONLY,
    token: str | None = None,
) -> AsyncIterator[Stream]:
    if token is not None:
        headers = {**headers, "Authorization": f"Bearer {token}"}
    body = {"query": query, "variables": variables}
    async with api.stream("POST", "/graphql", json=body, headers=headers) as response:
        yield Stream(response)


def seats_of(event: Event) -> dict[str, str]:
    return {"event": encode_id("Event", event.id)}


def status_of(booking: Booking) -> dict[str, str]:
    return {"booking": encode_routed_id("Booking", booking.id, booking.event_id)}


async def ask(api: httpx.AsyncClient, query: str, headers: dict[str, str], **more: object) -> httpx.Response:
    """A request that is answered to its end."""
    return await api.post("/graphql", json={"query": query, **more}, headers=headers)


def whole(response: httpx.Response) -> Any:
    """The one payload of an event stream that is at its end."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    head, end = b"event: next\ndata: ", b"\n\n" + COMPLETE
    assert response.content.startswith(head)
    assert response.content.endswith(end)
    return json.loads(response.content[len(head) : -len(end)])


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=10)


@pytest.fixture
async def sale(services: Services) -> Sale:
    return Sale([services], Time())


# ---------------------------------------------------------------- subscriptions


async def test_a_subscription_is_told_as_events(api: httpx.AsyncClient, event: Event, sale: Sale) -> None:
    async with streaming(api, SEATS, seats_of(event)) as stream:
        assert stream.response.status_code == 200
        headers = stream.response.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"
        assert "x-correlation-id" in headers
        first = b'event: next\ndata: {"data":{"seatAvailability":{"snapshot":true,"availableSeats":10}}}\n\n'
        assert await stream.block() == first
        await sale.lock(event, somebody())
        assert await stream.data("seatAvailability") == {"snapshot": False, "availableSeats": 9}


async def test_also_by_get(api: httpx.AsyncClient, event: Event) -> None:
    parameters = {"query": SEATS, "variables": json.dumps(seats_of(event))}
    async with api.stream("GET", "/graphql", params=parameters, headers=STREAM_ONLY) as response:
        assert (await Stream(response).data("seatAvailability"))["snapshot"]


async def test_to_whom_takes_json_as_well(api: httpx.AsyncClient, event: Event) -> None:
    async with streaming(api, SEATS, seats_of(event), URQL) as stream:
        assert (await stream.data("seatAvailability"))["snapshot"]


async def test_but_not_to_whom_takes_nothing_else(api: httpx.AsyncClient, event: Event) -> None:
    for accept in ("application/json", "*/*", "", "text/event-stream;q=0, application/json"):
        response = await ask(api, SEATS, {"Accept": accept}, variables=seats_of(event))
        assert response.status_code == 406
        media_type = "application/graphql-response+json" if "json" in accept else "application/json"
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert response.json()["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}


async def test_silence_is_filled_with_comments(
    api: httpx.AsyncClient, event: Event, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "KEEP_ALIVE_SECONDS", 0.02)
    async with streaming(api, SEATS, seats_of(event)) as stream:
        await stream.next()
        assert [await stream.block() for _ in range(2)] == [b":\n\n"] * 2
        await sale.lock(event, somebody())
        while (block := await stream.block()) == b":\n\n":
            pass
        assert block.startswith(b"event: next\n")


async def test_the_owner_watches_a_booking(
    services: Services, api: httpx.AsyncClient, event: Event, sale: Sale
) -> None:
    owner = await user(services)
    buyer = Caller(owner.id, Role.USER, "test")
    booking = await sale.book(event, buyer)
    async with streaming(api, STATUS, status_of(booking), token=token_of(services, owner)) as stream:
        assert await stream.data("bookingStatus") == {"status": "PAYMENT_PENDING"}
        await sale.pay(booking, buyer)
        assert await stream.data("bookingStatus") == {"status": "CONFIRMED"}


async def test_what_needed_the_token_ends_with_it(
    services: Services, api: httpx.AsyncClient, event: Event, sale: Sale
) -> None:
    owner = await user(services)
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    lifetime = timedelta(seconds=services.settings.token_ttl_seconds - 2)
    token = accounts.issue_token(services.settings, owner, services.clock() - lifetime)
    async with (
        streaming(api, STATUS, status_of(booking), token=token.token) as stream,
        streaming(api, SEATS, seats_of(event), token=token.token) as public,
    ):
        assert await stream.data("bookingStatus") == {"status": "PAYMENT_PENDING"}
        assert (await public.data("seatAvailability"))["snapshot"]
        [error] = (await stream.next())["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
        assert await stream.block() == COMPLETE
        assert await stream.block() == b""
        assert services.clock() >= token.expires_at
        await sale.lock(event, somebody())
        assert not (await public.data("seatAvailability"))["snapshot"]


# ---------------------------------------------------------------- queries


async def test_a_query_is_answered_and_complete(api: httpx.AsyncClient) -> None:
    assert whole(await ask(api, "{ __typename }", STREAM_ONLY)) == {"data": {"__typename": "Query"}}
    by_get = await api.get("/graphql", params={"query": "{ __typename }"}, headers=STREAM_ONLY)
    assert whole(by_get) == {"data": {"__typename": "Query"}}


async def test_a_mutation_too(api: httpx.AsyncClient) -> None:
    mutation = 'mutation { login(input: {email: "a@b.example", password: "x"}) { ... on Error { code } } }'
    payload = whole(await ask(api, mutation, STREAM_ONLY))
    assert payload == {"data": {"login": {"code": "BAD_CREDENTIALS"}}}
    by_get = await api.get("/graphql", params={"query": mutation}, headers=STREAM_ONLY)
    assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")


async def test_in_json_for_whom_takes_that_as_well(api: httpx.AsyncClient) -> None:
    response = await ask(api, "{ __typename }", URQL)
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert response.json() == {"data": {"__typename": "Query"}}


BAD: list[tuple[str, Any, str]] = [
    ("{", None, "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
    ("query A { __typename } query B { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
    (SEATS, None, "INVALID_INPUT"),
    (SEATS, {"event": encode_id("Event", PydanticObjectId())}, "NOT_FOUND"),
    (STATUS, {"booking": "x"}, "UNAUTHENTICATED"),
]


async def test_errors_are_a_result_and_then_it_is_complete(api: httpx.AsyncClient) -> None:
    for query, variables, code in BAD:
        payload = whole(await ask(api, query, STREAM_ONLY, variables=variables))
        assert [error["extensions"]["code"] for error in payload["errors"]] == [code]
        in_json = await ask(api, query, URQL, variables=variables)
        assert in_json.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
        assert in_json.status_code == {"GRAPHQL_PARSE_FAILED": 400, "UNAUTHENTICATED": 401}.get(code, 422)
        assert in_json.json() == payload


async def test_so_is_a_bad_token_where_one_is_needed(api: httpx.AsyncClient) -> None:
    headers = {**STREAM_ONLY, "Authorization": "Bearer x.y.z"}
    [error] = whole(await ask(api, STATUS, headers, variables={"booking": "x"}))["errors"]
    assert error["message"].startswith("The access token is not valid")
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_what_is_no_request_is_refused_in_json(api: httpx.AsyncClient) -> None:
    headers = {**STREAM_ONLY, "Content-Type": "application/json"}
    for body in (b"", b"[]", b"{", b'{"query": 5}', b'{"query": "{ __typename }", "variables": []}'):
        response = await api.post("/graphql", content=body, headers=headers)
        assert response.status_code == (400 if body in (b"", b"{") else 422)
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


# ---------------------------------------------------------------- who is let in


async def test_pages_of_another_origin_may_not_listen(api: httpx.AsyncClient, event: Event) -> None:
    response = await ask(api, SEATS, {**STREAM_ONLY, "Origin": "https://evil.example"}, variables=seats_of(event))
    assert response.status_code == 403
    async with streaming(api, SEATS, seats_of(event), {**STREAM_ONLY, "Origin": str(api.base_url)}) as stream:
        await stream.next()


async def test_an_address_has_so_many_streams(services: Services, event: Event) -> None:
    settings = services.settings.model_copy(update={"connections_per_address": 2})

    async def is_let_in() -> bool:
        async with streaming(api, SEATS, seats_of(event)) as stream:
            return stream.response.status_code == 200

    async with serving(assemble(settings, given(services))) as api:
        async with streaming(api, SEATS, seats_of(event)) as first:
            await first.next()
            async with streaming(api, SEATS, seats_of(event)) as second:
                await second.next()
                refused = await ask(api, SEATS, STREAM_ONLY, variables=seats_of(event))
                assert refused.status_code == 429
                assert refused.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_CONNECTIONS"}
                assert (await ask(api, "{ __typename }", STREAM_ONLY)).status_code == 200, "queries don't count"
            await until(is_let_in)
        # One that was refused does not count either.
        unknown = {"event": encode_id("Event", PydanticObjectId())}
        for _ in range(3):
            assert whole(await ask(api, SEATS, STREAM_ONLY, variables=unknown))["errors"]
        await until(is_let_in)
