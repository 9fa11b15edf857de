"""SIGTERM while people listen: everybody is told what there is to tell, and sent elsewhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from domain.documents import Event
from domain.people import accounts
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_id
from ops.embedded import Server
from tests.support.api import api_server
from tests.support.hunting import hunt
from tests.support.load import LOCK_SEATS
from tests.support.sale import new_event
from tests.support.scenes import user
from tests.support.sockets import Closed, Operation, connected, listening

pytestmark = pytest.mark.fresh_database

SEATS = "subscription ($event: ID!) { seatAvailability(eventId: $event) { availableSeats } }"
REGISTER = """
mutation {
  a: register(input: {name: "A", email: "a@seatlock.example", password: "correct horse"}) { __typename }
  b: register(input: {name: "B", email: "b@seatlock.example", password: "correct horse"}) { __typename }
  c: register(input: {name: "C", email: "c@seatlock.example", password: "correct horse"}) { __typename }
  d: register(input: {name: "D", email: "d@seatlock.example", password: "correct horse"}) { __typename }
  e: register(input: {name: "E", email: "e@seatlock.example", password: "correct horse"}) { __typename }
}
"""
"""Hashing a password takes its time."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_body_bytes": 65_536})


@pytest.fixture(params=[pytest.param(1, marks=hunt), 2], ids=["one worker", "two workers"])
def api(settings: Settings, services: Services, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The API on the database of `services`."""
    server = api_server(settings, tmp_path / "api.log", workers=request.param)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=100)


async def last_words(operation: Operation) -> tuple[object, int]:
    """What was told last, and the code the server closed with."""
    last: object = None
    try:
        async for payload in operation:
            last = payload["data"]["seatAvailability"]
    except Closed as closed:
        return last, closed.code
    raise AssertionError("complete, and not closed")


async def test_everybody_is_told_the_last_and_sent_elsewhere(services: Services, api: Server, event: Event) -> None:
    url = f"http://127.0.0.1:{api.port}"
    token = accounts.issue_token(services.settings, await user(services), services.clock()).token
    variables = {"event": encode_id("Event", event.id)}
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30, verify=False))
        sockets = [await stack.enter_async_context(listening(url)) for _ in range(6)]
        silent = await stack.enter_async_context(connected(url))
        watching = [await socket.subscribe(SEATS, variables) for socket in sockets]
        for operation in watching:
            assert await operation.data("seatAvailability") == {"availableSeats": 100}
        stream = await stack.enter_async_context(
            client.stream(
                "POST",
                "/graphql",
                json={"query": SEATS, "variables": variables},
                headers={"Accept": "text/event-stream"},
            )
        )
        lines = stream.aiter_lines()
        await anext(lines)
        buyer = await stack.enter_async_context(listening(url, token))
        buying = await buyer.subscribe(REGISTER)
        await buyer.roundtrip()  # it is under way

        await asyncio.gather(
            *(
                client.post(
                    "/graphql",
                    json={"query": LOCK_SEATS, "variables": {**variables, "key": str(key)}},
                    headers={"Authorization": f"Bearer {token}"},
                )
                for key in range(20)
            )
        )
        stopping = asyncio.create_task(asyncio.to_thread(api.stop))

        for operation in watching:
            assert await last_words(operation) == ({"availableSeats": 80}, 1012)
        assert await silent.closed() == 1012
        rest = [line async for line in lines]
        assert json.loads(rest[-2].removeprefix("data: ")) == {"data": {"seatAvailability": {"availableSeats": 80}}}
        assert "event: complete" not in rest, "then a client would not come back"
        answer = await buying.answer()
        assert {outcome["__typename"] for outcome in answer["data"].values()} == {"RegisterSuccess"}
        assert await buyer.closed() == 1012
        await stopping
    told = [json.loads(line) for line in api.log.read_text().splitlines() if line.startswith("{")]
    assert told
    odd = [line for line in told if line["level"] in ("warning", "error", "critical")]
    assert {line["event"] for line in odd} == {"payments are simulated: no money moves, and seats are given away"}


@pytest.mark.parametrize("api", [1], indirect=True)
async def test_a_message_over_the_limit_of_the_settings_closes(settings: Settings, api: Server) -> None:
    async with listening(f"http://127.0.0.1:{api.port}") as socket:
        await socket.send({"type": "pong", "payload": {"": "x" * 65_000}})
        await socket.roundtrip()
        for length in (65_536, 2**20):
            async with listening(f"http://127.0.0.1:{api.port}") as other:
                await other.send({"type": "pong", "payload": {"": "x" * length}})
                assert await other.closed() == 1009
        await socket.roundtrip()
