"""A server that only pretends to be the API, for what the real one does not do when it is told to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.graph.conftest import serving

_NAME = re.compile(r"(?:query|mutation) (\w+)")

Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Awaitable[Response]]
"""Data to answer with, or what answers a request's body."""


@asynccontextmanager
async def pretending(
    answers: Mapping[str, Answer], listen: Callable[[WebSocket], Awaitable[None]] | None = None
) -> AsyncIterator[str]:
    """Its address. It gives these answers by the names of operations, and lets `listen` talk to each WebSocket."""

    async def answer(request: Request) -> Response:
        body = await request.json()
        found = answers[_NAME.findall(body["query"])[0]]
        return await found(body) if callable(found) else JSONResponse({"data": found})

    async def refuse(socket: WebSocket) -> None:
        await socket.close()

    routes = [Route("/graphql", answer, methods=["POST"]), WebSocketRoute("/graphql", listen or refuse)]
    async with serving(Starlette(routes=routes), ours=False) as http:
        yield str(http.base_url.join("/graphql"))


async def accepted(socket: WebSocket) -> dict[str, Any]:
    """What somebody subscribes to, once the connection is made."""
    await socket.accept(subprotocol="graphql-transport-ws")
    assert (await socket.receive_json())["type"] == "connection_init"
    await socket.send_json({"type": "connection_ack"})
    subscribed: dict[str, Any] = await socket.receive_json()
    return subscribed


def event_named(name: str) -> dict[str, Any]:
    """An event without sections, as the clients read it."""
    nothing = dict.fromkeys(
        ["description", "venue", "salesStartAt", "salesEndAt", "salesClosedReason", "cancelledAt", "maxSeatsPerBuyer"],
        None,
    )
    counters = dict.fromkeys(["version", "totalSeats", "availableSeats", "lockedSeats", "bookedSeats"], 1)
    return {
        **nothing,
        **counters,
        "id": "concert",
        "name": name,
        "timeZone": "UTC",
        "startsAt": "2099-01-01T00:00:00.000Z",
        "salesOpen": True,
        "price": {"amount": "1.00", "currencyCode": "EUR"},
        "cancellation": {"fullUntil": None, "percentage": 50},
        "sections": [],
    }
