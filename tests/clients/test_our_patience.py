"""What our clients do when they are told to wait, or not to come again: a server that only pretends tells them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from seatlock_client import ConnectionEnded, RequestFailed, Seatlock
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket

from tests.clients.client import open_client
from tests.clients.ours import Ours
from tests.support.pretending import accepted, event_named, pretending

SEATS: dict[str, Any] = {
    **dict.fromkeys(["version", "totalSeats", "availableSeats", "lockedSeats", "bookedSeats"], 1),
    "snapshot": True,
    "salesOpen": True,
    "salesClosedReason": None,
    "asOf": "2030-01-01T00:00:00.000Z",
    "changedRows": [],
}
CONCERT = JSONResponse({"data": {"event": event_named("Concert")}})
BUSY = PlainTextResponse("busy", 503, {"Retry-After": "0"})
LOST_WAY = PlainTextResponse("not here", 404)


def limited(seconds: int) -> Response:
    """RATE_LIMITED, for so long."""
    error = {"message": "Wait.", "extensions": {"code": "RATE_LIMITED", "retryAfterSeconds": seconds}}
    return JSONResponse({"errors": [error]}, 429, {"Retry-After": str(seconds)})


@asynccontextmanager
async def telling(answers: list[Response], codes: list[int]) -> AsyncIterator[str]:
    """The address of a server that gives these answers, and closes its WebSockets with these codes, each once."""

    async def answer(_: Mapping[str, Any]) -> Response:
        return answers.pop(0)

    async def listen(socket: WebSocket) -> None:
        subscribed = await accepted(socket)
        payload = {"data": {"seatAvailability": SEATS}}
        await socket.send_json({"id": subscribed["id"], "type": "next", "payload": payload})
        await socket.close(codes.pop(0))

    async with pretending({"ReadEvent": answer}, listen) as url:
        yield url


async def in_python(url: str, scripts: Path) -> list[object]:
    """What comes of reading an event three times, and of listening."""
    told: list[object] = []
    async with Seatlock(url) as seatlock:
        for _ in range(3):
            try:
                event = await seatlock.event("concert")
                told.append(event and event.name)
            except RequestFailed as failure:
                told.append(failure.code)
        try:
            async for seats in seatlock.watch_seats("concert"):
                told.append(seats.version)
        except ConnectionEnded:
            told.append("ended")
    return told


async def in_typescript(url: str, scripts: Path) -> list[object]:
    told: list[object] = []
    async with open_client(scripts, "ours", url, None) as client:
        ours = Ours(client)
        for _ in range(3):
            heard = await client.hear(await ours.start("event", "concert"))
            told.append(heard["value"]["name"] if "value" in heard else heard["error"]["code"])
        watching = await ours.start("watchSeats", {"eventId": "concert"})
        while "error" not in (heard := await client.hear(watching)):
            told.append(heard["value"]["version"])
        told.append("ended" if heard["error"]["name"] == "ConnectionEnded" else heard)
    return told


@pytest.mark.parametrize("use", [in_python, in_typescript])
async def test_who_is_told_to_wait_comes_again_and_who_is_not_wanted_does_not(
    use: Callable[[str, Path], Awaitable[list[object]]], scripts: Path
) -> None:
    answers, codes = [limited(0), BUSY, CONCERT, limited(3_600), LOST_WAY], [1013, 4400]
    async with telling(answers, codes) as url:
        assert await use(url, scripts) == ["Concert", "RATE_LIMITED", "HTTP_404", 1, 1, "ended"]
    assert (answers, codes) == ([], [])
