"""Messages without end on a WebSocket: others have their turn all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message

from domain.services import Services
from graph.app import assemble
from graph.transport.floods import BURST_SECONDS, MESSAGE_SECONDS, REST, Floods, Flow
from tests.graph.conftest import given

SOCKET: dict[str, Any] = {
    "type": "websocket",
    "path": "/graphql",
    "scheme": "ws",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
    "subprotocols": ["graphql-transport-ws"],
    "client": ("192.0.2.1", 5),
}
PONG, LONG = '{"type":"pong"}', '{"type":"pong","payload":{"a":"' + 60_000 * "x" + '"}}'


async def turns_of_others(services: Services, flood: Iterator[Message]) -> int:
    """How many turns another task has while a connection is told all of this at once."""
    turns = 0

    async def receive() -> Message:
        return next(flood, {"type": "websocket.disconnect", "code": 1006})

    async def send(_message: Message) -> None:
        pass

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    app = assemble(services.settings, given(services))
    await app({**SOCKET, "state": {"services": services}}, receive, send)
    other.cancel()
    return turns


@pytest.mark.parametrize(("text", "count"), [(PONG, 2_000), (LONG, 100), ("no message", 2_000)])
async def test_a_flood_leaves_others_their_turn(services: Services, text: str, count: int) -> None:
    def said(number: int) -> Iterator[Message]:
        yield {"type": "websocket.connect"}
        yield from ({"type": "websocket.receive", "text": text} for _ in range(number))

    few, many = await turns_of_others(services, said(2)), await turns_of_others(services, said(count))
    assert many > few + 50


async def test_all_who_flood_share_their_part() -> None:
    floods = Floods()
    began = asyncio.get_running_loop().time()
    messages = int(BURST_SECONDS / MESSAGE_SECONDS) + 2

    async def send() -> None:
        flow = Flow(floods)
        for _ in range(messages):
            await flow.came(0)

    await asyncio.gather(*(send() for _ in range(5)))
    assert asyncio.get_running_loop().time() - began >= 5 * REST * BURST_SECONDS
