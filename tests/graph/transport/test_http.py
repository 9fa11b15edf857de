"""GraphQL over HTTP: what is answered to whom, in which form, with which status."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import strawberry
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from domain.documents import User
from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble, create_app
from graph.execution.operations import Operations
from graph.subscriptions.audience import Audience
from graph.transport.answers import Answers
from graph.transport.http import GraphQLEndpoint
from graph.transport.long_texts import LongTexts
from graph.transport.middleware import Outermost
from graph.transport.responses import EVENT_STREAM, GRAPHQL_RESPONSE, JSON, _cached_media_type, preferred_media_type
from graph.transport.timing import Measured
from tests.graph.conftest import Client, given, serving
from tests.support.other_schemas import another_schema
from tests.support.waiting import PATIENCE_SECONDS

TYPENAME = "{ __typename }"
VIEWER = "{ viewer { id } }"
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { __typename } }"
NEW_MEDIA_TYPE = {"Accept": "application/graphql-response+json"}
JSON_BODY = {"Content-Type": "application/json"}


def code(response: httpx.Response) -> Any:
    """The code of the only error there is."""
    answer = response.json()
    assert "data" not in answer, "nothing ran, so there is no data, not even null"
    [error] = answer["errors"]
    return error["extensions"]["code"]


async def post(
    api: httpx.AsyncClient, query: object, headers: Mapping[str, str] | None = None, **more: object
) -> httpx.Response:
    return await api.post("/graphql", json={"query": query, **more}, headers=headers)


# ---------------------------------------------------------------- requests


async def test_a_post_is_answered(api: httpx.AsyncClient) -> None:
    response = await post(api, TYPENAME)
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


async def test_a_query_may_come_by_get(api: httpx.AsyncClient) -> None:
    response = await api.get(
        "/graphql",
        params={
            "query": "query A($yes: Boolean!) { __typename @include(if: $yes) } query B { viewer { id } }",
            "variables": '{"yes": true}',
            "operationName": "A",
        },
    )
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


async def test_a_mutation_may_not(api: httpx.AsyncClient) -> None:
    response = await api.get(
        "/graphql", params={"query": 'mutation { login(input: {email: "a", password: "b"}) { __typename } }'}
    )
    assert (response.status_code, response.headers["allow"], code(response)) == (405, "POST", "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_told_which_there_are(api: httpx.AsyncClient, method: str) -> None:
    response = await api.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


UNREADABLE = [b"", b"{", b'{"query": "\xff"}', b'{"query": "\\ud800"}', b"[" * 100_000]


@pytest.mark.parametrize("body", UNREADABLE)
@pytest.mark.parametrize("headers", [{}, NEW_MEDIA_TYPE])
async def test_a_body_that_is_not_json(api: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
    response = await api.post("/graphql", content=body, headers=JSON_BODY | headers)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"5",
        b'"{ __typename }"',
        b"[]",
        b"[5]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"qeury": "{ __typename }"}',
        b'{"query": null}',
        b'{"query": 5}',
        b'{"query": ""}',
        b'{"query": " \\n"}',
        b'{"query": "{ __typename }", "variables": 5}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "operationName": 5}',
        b'{"query": "{ __typename }", "extensions": []}',
    ],
)
@pytest.mark.parametrize("headers", [{}, NEW_MEDIA_TYPE])
async def test_json_that_is_no_request(api: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
    response = await api.post("/graphql", content=body, headers=JSON_BODY | headers)
    assert (response.status_code, code(response)) == (422, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        ("", 422),
        ("query=", 422),
        ("variables={}", 422),
        ("query={__typename}&variables=[]", 422),
        ("query=%ff", 400),
        ("query={__typename}&variables=%7B", 400),
    ],
)
async def test_a_bad_query_string(api: httpx.AsyncClient, query_string: str, status: int) -> None:
    response = await api.get(f"/graphql?{query_string}")
    assert (response.status_code, code(response)) == (status, "BAD_REQUEST")


async def test_empty_parameters_are_none(api: httpx.AsyncClient) -> None:
    response = await api.get("/graphql?query={__typename}&operationName=&variables=&extensions=")
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
    ],
)
async def test_another_content_type_is_not_read(api: httpx.AsyncClient, content_type: str) -> None:
    response = await api.post(
        "/graphql", content=b'{"query": "{ __typename }"}', headers={"Content-Type": content_type}
    )
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_absent_members_may_be_null(api: httpx.AsyncClient) -> None:
    response = await post(api, TYPENAME, variables=None, operationName=None, extensions=None)
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_body_over_the_limit_is_not_read(api: httpx.AsyncClient, services: Services) -> None:
    response = await api.post("/graphql", content=b" " * (services.settings.max_body_bytes + 1), headers=JSON_BODY)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_nor_is_one_that_does_not_say_its_length(api: httpx.AsyncClient, services: Services) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(services.settings.max_body_bytes // 65_536 + 2):
            yield b" " * 65_536

    response = await api.post("/graphql", content=body(), headers=JSON_BODY)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("headers", [{"X-Long": "x" * 33_000}, {f"X-{i}": "x" * 330 for i in range(100)}])
async def test_headers_over_the_limit_are_refused(api: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await post(api, TYPENAME, headers)
    assert (response.status_code, code(response)) == (431, "HEADERS_TOO_LARGE")
    assert "x-correlation-id" in response.headers


async def test_a_body_may_come_in_pieces(api: httpx.AsyncClient) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'{"query": "{ __ty'
        yield b'pename }"}'

    assert (await api.post("/graphql", content=body(), headers=JSON_BODY)).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("missing", [1, 100_000], ids=["short", "long"])
async def test_half_a_body_whose_sender_is_gone_is_nobodys_request(services: Services, missing: int) -> None:
    """What has come of it is a whole mutation, and is not executed."""
    ours, is_over = assemble(services.settings, given(services)), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await ours(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "POST":
            is_over.set()

    text = 'mutation { register(input: {name: "Ada", email: "ada@x.test", password: "analytical"}) { __typename } }'
    body = json.dumps({"query": text}).encode()
    head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    head += f"content-length: {len(body) + missing}\r\n\r\n"
    async with serving(app, services.settings) as api:
        reader, writer = await asyncio.open_connection(api.base_url.host, api.base_url.port)
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await is_over.wait()
        assert await reader.read() == b""
        assert await User.count() == 0
        # It was good, but for its end.
        assert (await api.post("/graphql", content=body, headers=JSON_BODY)).status_code == 200
        assert await User.count() == 1


# ---------------------------------------------------------------- media types


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (b"", JSON),
        (b"*/*", JSON),
        (b"application/*;q=0.1", JSON),
        (b"text/html, */*;q=0.8", JSON),
        (b"application/json;q=0, */*", GRAPHQL_RESPONSE),
        (b"text/html", None),
        (b"application/xml;q=1, application/json;q=0", None),
        (b"*/*;q=0", None),
        (b"text/event-stream", EVENT_STREAM),
        (b"text/event-stream, application/json", JSON),
        (b"application/json", JSON),
        (b"application/graphql-response+json", GRAPHQL_RESPONSE),
        (b"Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json, application/json", GRAPHQL_RESPONSE),
        (b"application/json, application/graphql-response+json", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json;q=0.5, application/json", JSON),
        (b"application/graphql-response+json, application/json;q=0.9", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json;q=0, application/json", JSON),
        (b"application/graphql-response+json;q=0", None),
        (b"application/graphql-response+json;q=nonsense", None),
    ],
)
def test_the_media_type_is_what_the_client_prefers(accept: bytes, media_type: bytes | None) -> None:
    assert preferred_media_type(accept) == media_type


def test_long_accept_headers_are_read_and_not_kept() -> None:
    kept = _cached_media_type.cache_info().currsize
    assert preferred_media_type(b"text/html," * 20 + GRAPHQL_RESPONSE) == GRAPHQL_RESPONSE
    assert _cached_media_type.cache_info().currsize == kept


@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}, NEW_MEDIA_TYPE])
@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        ("{", 400, "GRAPHQL_PARSE_FAILED"),
        ("{}", 400, "GRAPHQL_PARSE_FAILED"),
        ("mutation {}", 400, "GRAPHQL_PARSE_FAILED"),
        ("{ events {} }", 400, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", 422, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($x: Boolean!) { __typename @skip(if: $x) }", 422, "INVALID_INPUT"),
        ("query A { __typename } query B { __typename }", 422, "OPERATION_RESOLUTION_FAILURE"),
        ("fragment F on User { id }", 422, "GRAPHQL_VALIDATION_FAILED"),
        ("{ events(first: 99) { nodes { allocations { event { seats { label } } } } } }", 422, "QUERY_TOO_COMPLEX"),
    ],
)
async def test_nothing_ran(
    api: httpx.AsyncClient, query: str, status: int, expected: str, headers: dict[str, str]
) -> None:
    response = await post(api, query, headers)
    assert (response.status_code, code(response)) == (status, expected)
    media_type = GRAPHQL_RESPONSE if headers else JSON  # which a browser shows, and terminals know
    assert response.headers["content-type"] == f"{media_type.decode()}; charset=utf-8"


@pytest.mark.parametrize(
    ("headers", "status", "media_type"),
    [({}, 200, JSON), ({"Accept": "application/json"}, 200, JSON), (NEW_MEDIA_TYPE, 294, GRAPHQL_RESPONSE)],
)
async def test_a_part_of_the_answer(
    api: httpx.AsyncClient, headers: dict[str, str], status: int, media_type: bytes
) -> None:
    response = await post(api, '{ __typename booking(id: "x") { id } }', headers)
    assert response.status_code == status
    assert response.headers["content-type"] == f"{media_type.decode()}; charset=utf-8"
    answer = response.json()
    assert answer["data"] == {"__typename": "Query", "booking": None}
    assert answer["errors"][0]["path"] == ["booking"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_cannot_be_served_is_not_acceptable(api: httpx.AsyncClient, method: str) -> None:
    query = {"params" if method == "GET" else "json": {"query": TYPENAME}}
    response = await api.request(method, "/graphql", headers={"Accept": "text/html, application/xml"}, **query)  # type: ignore[arg-type]
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_an_unknown_operation_name(api: httpx.AsyncClient) -> None:
    assert code(await post(api, "query A { __typename }", operationName="B")) == "OPERATION_RESOLUTION_FAILURE"


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "input"),
        ({"input": None}, "input"),
        ({"input": {"email": "a"}}, "input.password"),
        ({"input": {"email": "a", "password": 5}}, "input.password"),
        ({"input": {"email": "a", "password": "b", "age": 5}}, "input.age"),
    ],
)
async def test_a_refused_variable_is_named(client: Client, given: dict[str, Any], field: str) -> None:
    [error] = (await client.execute(LOGIN, given))["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": field}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{ event(id: ["x"]) { id } }', "id"),
        ('mutation { login(input: {email: "a"}) { __typename } }', "input.password"),
        ('mutation { login(input: {email: "a", password: 5}) { __typename } }', "input.password"),
        (
            'mutation { lockSeats(input: {eventId: 1, idempotencyKey: "k", selection: {quantity: {count: 2.5}}})'
            " { __typename } }",
            "input.selection.quantity.count",
        ),
        (
            'mutation { lockSeats(input: {eventId: 1, idempotencyKey: "k", selection: {seats: ["A", 5]}})'
            " { __typename } }",
            "input.selection.seats.1",
        ),
        ("query ($n: Int = 2.5) { events(first: $n) { nodes { id } } }", "n"),
    ],
)
async def test_so_is_a_refused_literal(client: Client, text: str, field: str) -> None:
    [error] = (await client.execute(text))["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": field}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{ events(first: NUMBER) { nodes { id } } }", "first"),
        ("query ($n: Int = NUMBER) { events(first: $n) { nodes { id } } }", "n"),
        (
            'mutation { lockSeats(input: {eventId: "x", idempotencyKey: "k", selection: {quantity: {count: NUMBER}}})'
            " { __typename } }",
            "input.selection.quantity.count",
        ),
    ],
)
async def test_a_number_python_would_not_read(client: Client, text: str, field: str) -> None:
    errors = (await client.execute(text.replace("NUMBER", "9" * 5_000)))["errors"]
    told = {error["extensions"]["field"]: error["message"] for error in errors}
    assert told[field] == "The number has more than 40 digits."


async def test_a_deep_variable_is_named_by_its_path(client: Client) -> None:
    selection = {"quantity": {"count": 2.5}}
    given = {"input": {"eventId": "x", "idempotencyKey": "k", "selection": selection}}
    answer = await client.execute(
        "mutation ($input: LockSeatsInput!) { lockSeats(input: $input) { __typename } }", given
    )
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "input.selection.quantity.count"}


async def test_a_variable_that_may_be_null_where_the_argument_may_not(client: Client) -> None:
    answer = await client.execute('query ($id: ID = "x") { event(id: $id) { id } }', {"id": None})
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "id"}


# ---------------------------------------------------------------- who asks


async def test_a_token_says_who_asks(client: Client, token: str) -> None:
    assert await client.execute("{ viewer { name } }", token=token) == {"data": {"viewer": {"name": "Ada"}}}


async def test_without_one_nobody_does(client: Client) -> None:
    assert await client.execute("{ viewer { name } }") == {"data": {"viewer": None}}


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer x.y.z", "Basic YTpi"])
async def test_a_bad_token_is_not_taken_for_none(api: httpx.AsyncClient, authorization: str) -> None:
    for headers in ({}, NEW_MEDIA_TYPE):
        refused = await post(api, VIEWER, {"Authorization": authorization, **headers})
        assert (refused.status_code, code(refused)) == (401, "UNAUTHENTICATED")
        assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_bad_token_is_served_what_is_everybodys(api: httpx.AsyncClient) -> None:
    response = await post(api, TYPENAME, {"Authorization": "Bearer x.y.z"})
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_token_of_the_past_is_bad(services: Services, token: str) -> None:
    def tomorrow() -> Any:
        return services.clock() + timedelta(days=1)

    async with serving(create_app(services.settings, tomorrow)) as api:
        response = await post(api, VIEWER, {"Authorization": f"Bearer {token}"})
    assert code(response) == "UNAUTHENTICATED"


async def test_a_mutation_needs_a_caller(client: Client) -> None:
    answer = await client.execute('mutation { releaseLock(input: {lockId: "x"}) { __typename } }')
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "UNAUTHENTICATED"}]


# ---------------------------------------------------------------- bugs


@strawberry.type
class Broken:
    """A schema with bugs, served exactly as the real one is."""

    @strawberry.field
    async def bug(self) -> str | None:
        raise RuntimeError("connection to 10.0.0.7 as root:hunter2 refused")

    @strawberry.field
    def needed(self) -> str:
        return None  # type: ignore[return-value]


@asynccontextmanager
async def broken(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    def fails(_request: object) -> None:
        raise RuntimeError("hunter2")

    with another_schema():
        operations = Operations(strawberry.Schema(Broken), services.settings)
    answers, long_texts = Answers(services.settings), LongTexts(operations.paid_by)
    endpoint = GraphQLEndpoint(operations, Audience(operations, services.settings), Measured, long_texts, answers)
    router = Router([Route("/graphql", endpoint), Route("/fails", fails)], lifespan=given(services))
    async with serving(Outermost(router, services.settings)) as api:
        yield api


@pytest.mark.parametrize(("query", "data"), [("{ bug }", {"bug": None}), ("{ needed }", None)])
async def test_of_a_bug_only_an_id_is_told(services: Services, query: str, data: object) -> None:
    async with broken(services) as api:
        with capture_logs(processors=[merge_contextvars]) as logs:
            response = await post(api, query, {"X-Correlation-ID": "request-7", **NEW_MEDIA_TYPE})
    assert response.status_code == 294
    [error] = response.json()["errors"]
    assert response.json()["data"] == data
    assert error["message"] == "Internal error"
    assert error["extensions"] == {"code": "INTERNAL", "correlationId": "request-7"}
    assert [(line["event"], line["correlation_id"]) for line in logs] == [("a resolver failed", "request-7")]
    assert isinstance(logs[0]["exc_info"], Exception)


async def test_nor_is_more_told_of_a_failure_anywhere_else(services: Services) -> None:
    async with broken(services) as api:
        with capture_logs(processors=[merge_contextvars]) as logs:
            response = await api.get("/fails", headers={"X-Correlation-ID": "request-8"})
    assert response.status_code == 500
    assert response.json() == {
        "errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL", "correlationId": "request-8"}}]
    }
    assert response.headers["x-correlation-id"] == "request-8"
    assert [(line["event"], line["correlation_id"]) for line in logs] == [("request failed", "request-8")]


async def test_nothing_at_a_path(api: httpx.AsyncClient) -> None:
    response = await api.get("/graphq")
    assert (response.status_code, code(response)) == (404, "NOT_FOUND")


# ---------------------------------------------------------------- settings


async def test_introspection_may_be_switched_off(services: Services) -> None:
    settings = services.settings.model_copy(update={"graphql_introspection": False})
    async with serving(create_app(settings)) as api:
        refused = await post(api, "{ __schema { description } }")
        misspelt = await post(api, "{ evens { nodes { id } } }")
        wrong = await post(api, LOGIN, variables={"input": {"email": "a", "password": "b", "passwort": "c"}})
        typename = await post(api, "{ __typename }")
    assert code(refused) == "GRAPHQL_VALIDATION_FAILED"
    assert typename.json() == {"data": {"__typename": "Query"}}
    assert "Did you mean" not in misspelt.text + wrong.text


async def test_suggestions_help_where_the_schema_is_public(api: httpx.AsyncClient) -> None:
    assert "Did you mean" in (await post(api, "{ evens { nodes { id } } }")).text


async def test_browsers_may_call_from_the_origins_of_the_settings(services: Services) -> None:
    settings = services.settings.model_copy(update={"cors_origins": ["https://tickets.example"]})
    async with serving(create_app(settings)) as api:
        preflight = await api.options(
            "/graphql",
            headers={
                "Origin": "https://tickets.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type,x-correlation-id",
            },
        )
        answer = await post(api, TYPENAME, {"Origin": "https://tickets.example"})
        stranger = await post(api, TYPENAME, {"Origin": "https://elsewhere.example"})
    assert preflight.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://tickets.example"
    assert answer.headers["access-control-expose-headers"] == "X-Correlation-ID, Retry-After"
    assert "access-control-allow-origin" not in stranger.headers


async def test_from_no_other(api: httpx.AsyncClient) -> None:
    assert (
        "access-control-allow-origin" not in (await post(api, TYPENAME, {"Origin": "https://tickets.example"})).headers
    )


def test_bad_settings_end_the_process_with_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "uvicorn", "--factory", "graph.app:create_app", "--port", "0"],
        env={key: value for key, value in os.environ.items() if not key.startswith("SEATLOCK_")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "seatlock: bad settings: SEATLOCK_MONGO_URI is missing; SEATLOCK_REDIS_URL is missing; "
        "SEATLOCK_SECRET_KEY is missing\n"
    )


# ---------------------------------------------------------------- health


async def test_alive_and_ready(api: httpx.AsyncClient) -> None:
    alive, ready = await api.get("/health"), await api.get("/ready")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


@asynccontextmanager
async def relay(port: int) -> AsyncIterator[tuple[int, asyncio.Server, set[asyncio.StreamWriter]]]:
    """A port that leads to another one, until it is closed."""
    writers: set[asyncio.StreamWriter] = set()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)
        writers.update((writer, onward_writer))
        await asyncio.gather(copy(reader, onward_writer), copy(onward_reader, writer))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], server, writers
    finally:
        server.close()
        for writer in writers:
            writer.close()


@pytest.mark.parametrize("down", ["mongodb", "redis"])
async def test_not_ready_without_its_servers(settings: Settings, down: str) -> None:
    """The server that is down is one behind a relay: it was there at the start and goes away."""
    url = settings.mongo_uri if down == "mongodb" else settings.redis_url
    port = httpx.URL(url).port
    assert port is not None
    async with relay(port) as (relayed, server, writers):
        update = (
            {"mongo_uri": f"mongodb://127.0.0.1:{relayed}/?directConnection=true"}
            if down == "mongodb"
            else {"redis_url": f"redis://127.0.0.1:{relayed}/0"}
        )
        async with serving(create_app(settings.model_copy(update=update))) as api:
            assert (await api.get("/ready")).status_code == 200
            server.close()
            for writer in writers:
                writer.close()
            gone = await api.get("/ready")
            assert (gone.status_code, gone.json()) == (503, {"status": "unavailable", "down": [down]})
            assert int(gone.headers["retry-after"]) > 0
            assert (await api.get("/health")).status_code == 200
