"""A line for each operation, where it is asked for; and what no line says, however much is asked for."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

import graph.transport.timing
from domain.documents import Event, User
from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from tests.graph.conftest import given, serving
from tests.support import scenes
from tests.support.api import api_server
from tests.support.load import LOCK_SEATS
from tests.support.sale import new_event
from tests.support.sockets import listening

SEATS = "subscription ($id: ID!) { seatAvailability(eventId: $id) { version } }"
VIEWER = "{ viewer { id } }"
REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) { ... on RegisterSuccess { accessToken } ... on Error { code message } }
}
"""
LOGIN = """
mutation ($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { accessToken } ... on Error { code message } }
}
"""

Said = tuple[str, str, str, str | None]


@pytest.fixture
async def logging_api(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A server that logs each request."""
    services.settings = services.settings.model_copy(update={"log_requests": True})
    async with serving(assemble(services.settings, given(services))) as api:
        yield api


@pytest.fixture
async def user(services: Services) -> User:
    return await scenes.user(services)


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=1)


def said(lines: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Operation, outcome, correlation id and user of each."""
    lines = list(lines)
    for line in lines:
        assert line["event"] == "request"
        assert line["log_level"] == "info"
        assert 0 <= line["seconds"] < 30
        assert line["seconds"] == round(line["seconds"], 3)
        assert set(line) - {"user"} == {"event", "log_level", "operation", "outcome", "seconds", "correlation_id"}
    return [(line["operation"], line["outcome"], line["correlation_id"], line.get("user")) for line in lines]


async def test_over_http(services: Services, logging_api: httpx.AsyncClient, user: User, event: Event) -> None:
    token, who = scenes.token_of(services, user), str(user.id)
    variables = {"event": encode_id("Event", event.id), "key": "k1"}

    async def ask(number: int, query: str, token: str = "", **more: Any) -> None:
        headers = {"x-correlation-id": f"r{number}"} | ({"authorization": f"Bearer {token}"} if token else {})
        await logging_api.post("/graphql", headers=headers, json={"query": query, "variables": variables, **more})

    with capture_logs(processors=[merge_contextvars]) as lines:
        await ask(1, "query mine { me: viewer { id } }", token)
        await ask(2, VIEWER)
        await ask(3, LOCK_SEATS, token)
        await ask(4, LOCK_SEATS, token, variables={**variables, "key": "k2"})
        await ask(5, "{ viewer { id } events { nodes { id } } }", token)
        await ask(6, "{ vewer }", token)
        await ask(7, VIEWER, "nonsense")
        await ask(8, SEATS, token)
        await logging_api.post("/graphql", content="{", headers={"x-correlation-id": "r9"})
        await logging_api.get("/health")
    assert said(lines) == [
        ("viewer", "ok", "r1", who),
        ("viewer", "ok", "r2", None),
        ("lockSeats", "ok", "r3", who),
        ("lockSeats", "NOT_ENOUGH_SEATS", "r4", who),
        ("several", "ok", "r5", who),
        ("unknown", "GRAPHQL_VALIDATION_FAILED", "r6", who),
        ("viewer", "UNAUTHENTICATED", "r7", None),
        ("seatAvailability", "NOT_ACCEPTABLE", "r8", who),
        ("unknown", "UNSUPPORTED_MEDIA_TYPE", "r9", None),
    ]


async def test_over_a_websocket(services: Services, logging_api: httpx.AsyncClient, user: User, event: Event) -> None:
    token, who = scenes.token_of(services, user), str(user.id)
    headers = {"x-correlation-id": "socket"}
    with capture_logs(processors=[merge_contextvars]) as lines:
        async with listening(logging_api.base_url, token, headers=headers) as socket:
            await socket.execute(VIEWER)
            subscription = await socket.subscribe(SEATS, {"id": encode_id("Event", event.id)})
            await subscription.next()
            assert [line["operation"] for line in lines] == ["viewer", "seatAvailability"], "when it begins"
            await (await socket.subscribe("{")).errors()
            await socket.execute("{ bookings { nodes { id } } }")
        async with listening(logging_api.base_url) as socket:
            await socket.execute(VIEWER)
    *mine, (operation, outcome, correlation_id, nobody) = said(lines)
    assert mine == [
        ("viewer", "ok", "socket-1", who),
        ("seatAvailability", "ok", "socket-2", who),
        ("unknown", "GRAPHQL_PARSE_FAILED", "socket-3", who),
        ("bookings", "FORBIDDEN", "socket-4", who),
    ]
    assert (operation, outcome, nobody) == ("viewer", "ok", None)
    assert correlation_id.endswith("-1")


async def test_one_too_many_on_a_websocket(services: Services, user: User, event: Event) -> None:
    changes = {"log_requests": True, "subscriptions_per_connection": 1}
    services.settings = services.settings.model_copy(update=changes)
    seats = {"id": encode_id("Event", event.id)}
    async with serving(assemble(services.settings, given(services))) as api:
        with capture_logs(processors=[merge_contextvars]) as lines:
            token = scenes.token_of(services, user)
            async with listening(api.base_url, token, headers={"x-correlation-id": "socket"}) as socket:
                await (await socket.subscribe(SEATS, seats)).next()
                assert await (await socket.subscribe(SEATS, seats)).code() == "TOO_MANY_SUBSCRIPTIONS"
    assert said(lines)[1:] == [("unknown", "TOO_MANY_SUBSCRIPTIONS", "socket", str(user.id))]


async def test_an_event_stream(services: Services, logging_api: httpx.AsyncClient, user: User, event: Event) -> None:
    headers = {
        "authorization": f"Bearer {scenes.token_of(services, user)}",
        "accept": "text/event-stream",
        "x-correlation-id": "stream",
    }
    body = {"query": SEATS, "variables": {"id": encode_id("Event", event.id)}}
    with capture_logs(processors=[merge_contextvars]) as lines:
        async with logging_api.stream("POST", "/graphql", json=body, headers=headers) as response:
            assert response.status_code == 200
            assert said(lines) == [("seatAvailability", "ok", "stream", str(user.id))], "when it begins"
    assert len(lines) == 1


async def test_unless_asked_for_nothing_is_even_tried(
    services: Services, api: httpx.AsyncClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert services.settings.log_requests is False
    monkeypatch.setattr(graph.transport.timing, "_log", None)
    assert (await api.post("/graphql", json={"query": VIEWER})).json() == {"data": {"viewer": None}}
    async with listening(api.base_url) as socket:
        assert await socket.execute(VIEWER) == {"data": {"viewer": None}}
        await (await socket.subscribe(SEATS, {"id": encode_id("Event", event.id)})).next()


# ---------------------------------------------------------------- what no line says


async def test_at_debug_no_line_has_a_secret(settings: Settings, services: Services, tmp_path: Path) -> None:
    """A real server, and everything that goes through its drivers: accounts, tokens, payments."""
    event = encode_id("Event", (await new_event(services, seats=3)).id)
    finest = {"log_level": "debug", "log_format": "json", "log_requests": True}
    server = api_server(Settings(**settings.model_dump(exclude_unset=True) | finest), tmp_path / "server.log")
    email, password = f"{secrets.token_hex(8)}@seatlock.test", secrets.token_hex(16)
    tokens: list[str] = []
    await asyncio.to_thread(server.start)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30, verify=False) as http:

            async def ask(query: str, **input: Any) -> Any:
                headers = {"authorization": f"Bearer {tokens[-1]}"} if tokens else {}
                body = {"query": query, "variables": {"input": input}}
                answer = (await http.post("/graphql", json=body, headers=headers)).json()
                [outcome] = answer["data"].values()
                return outcome

            registered = await ask(REGISTER, name="Ada", email=email, password=password)
            tokens.append(registered["accessToken"])
            tokens.append((await ask(LOGIN, email=email, password=password))["accessToken"])
            assert (await ask(LOGIN, email=email, password=f"{password}!"))["code"] == "BAD_CREDENTIALS"
            one = {"quantity": {"count": 1}}
            lock = await ask(scenes.LOCK_SEATS, eventId=event, selection=one, idempotencyKey="k1")
            booking = await ask(scenes.CONFIRM_BOOKING, lockId=lock["lock"]["id"])
            paid = {"bookingId": booking["booking"]["id"], "paymentToken": "sim_success", "idempotencyKey": "k2"}
            assert "payment" in await ask(scenes.PAY_BOOKING, **paid)
        async with listening(f"http://127.0.0.1:{server.port}", tokens[-1]) as socket:
            again = await socket.execute(LOGIN, {"input": {"email": email, "password": password}})
            tokens.append(again["data"]["login"]["accessToken"])
    finally:
        await asyncio.to_thread(server.stop)

    written = (tmp_path / "server.log").read_text()
    asked = [line["operation"] for line in map(json.loads, written.splitlines()) if line["event"] == "request"]
    assert asked == ["register", "login", "login", "lockSeats", "confirmBooking", "payBooking", "login"]
    stored = await User.find_one({"email": email})
    assert stored is not None
    secret_key = settings.secret_key.get_secret_value()
    for secret in (email, password, stored.password_hash, "$argon2", "sim_success", secret_key, *tokens):
        assert secret not in written
