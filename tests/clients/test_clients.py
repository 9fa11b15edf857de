"""What the client libraries that people use make of the server: one test a promise, for every client."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
import websockets
from seatlock_client import Seatlock
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.client import Client, Operation, open_client
from tests.clients.conftest import Connect
from tests.clients.ours import Ours
from tests.support.load import LOCK_SEATS

ON_SOCKETS = ["graphql-ws", "apollo", "urql over ws"]
ON_STREAMS = ["graphql-sse", "urql over sse"]
EVERY_CLIENT = pytest.mark.parametrize("name", ON_SOCKETS + ON_STREAMS)

WATCH = """
subscription ($event: ID!) {
  seatAvailability(eventId: $event) {
    version snapshot totalSeats availableSeats lockedSeats bookedSeats changedSeats { label status }
  }
}
"""
EVENT = """
query ($event: ID!) {
  event(id: $event) { version totalSeats availableSeats lockedSeats bookedSeats seats { label status } }
}
"""
BOOKING = "subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { id status } }"
UNKNOWN_FIELD = "subscription ($event: ID!) { seatAvailability(eventId: $event) { weather } }"
SYNTAX_ERROR = "subscription ($event: ID!) { seatAvailability(eventId: $event) {"
COUNTERS = ["version", "totalSeats", "availableSeats", "lockedSeats", "bookedSeats"]


def statuses(seats: list[dict[str, Any]]) -> dict[str, str]:
    """By label."""
    return {seat["label"]: seat["status"] for seat in seats}


def counters(of: dict[str, Any]) -> list[int]:
    return [of[counter] for counter in COUNTERS]


async def watch_until(watching: Operation, version: int) -> list[dict[str, Any]]:
    """The messages up to that version of the event."""
    messages = [await watching.value()]
    while messages[-1]["version"] < version:
        messages.append(await watching.value())
    return messages


@EVERY_CLIENT
async def test_a_watcher_sees_every_seat(name: str, connect: Connect, office: BoxOffice) -> None:
    event, buyer = await office.event(), await office.buyer()
    await office.lock(buyer, event)
    client = await connect(name, buyer)
    watching = await client.start(WATCH, event=event)
    snapshot = await watching.value()
    assert snapshot["snapshot"]
    assert counters(snapshot)[1:] == [20, 19, 1, 0]
    assert list(statuses(snapshot["changedSeats"]).values()) == ["HELD"]

    for _ in range(3):
        await office.pay(buyer, await office.book(buyer, event))
    locked = await client.ask(LOCK_SEATS, event=event, key=secrets.token_hex(8))
    assert locked["__typename"] == "LockSeatsSuccess"

    now = await client.ask(EVENT, event=event)
    assert counters(now)[1:] == [20, 15, 2, 3]
    messages = await watch_until(watching, now["version"])
    versions = [message["version"] for message in (snapshot, *messages)]
    assert versions == sorted(set(versions))
    assert not any(message["snapshot"] for message in messages)
    assert counters(messages[-1]) == counters(now)
    seen = dict.fromkeys(statuses(now["seats"]), "AVAILABLE")
    for message in (snapshot, *messages):
        seen |= statuses(message["changedSeats"])
    assert seen == statuses(now["seats"])

    await watching.stop()
    assert counters(await client.ask(EVENT, event=event)) == counters(now)


async def assert_told_apart(failing_document: str, client: Client, office: BoxOffice) -> dict[str, Any]:
    """One operation fails, and another of the same client goes on; the error."""
    event, buyer = await office.event(), await office.buyer()
    watching = await client.start(WATCH, event=event)
    snapshot = await watching.value()

    failing = await client.start(failing_document, event=event)
    (error,) = await failing.errors()
    await office.lock(buyer, event)
    changed = await watching.value()
    assert changed["version"] > snapshot["version"]
    assert not changed["snapshot"]  # as it would be on a new connection
    return error


@EVERY_CLIENT
async def test_an_unknown_field_fails_its_operation_only(name: str, connect: Connect, office: BoxOffice) -> None:
    error = await assert_told_apart(UNKNOWN_FIELD, await connect(name), office)
    assert "weather" in error["message"]


@pytest.mark.parametrize("name", ["graphql-ws", "graphql-sse"])  # the others parse what they send
async def test_a_syntax_error_fails_its_operation_only(name: str, connect: Connect, office: BoxOffice) -> None:
    error = await assert_told_apart(SYNTAX_ERROR, await connect(name), office)
    assert error["message"].startswith("Syntax Error")


@EVERY_CLIENT
async def test_a_booking_is_watched_by_its_owner_only(name: str, connect: Connect, office: BoxOffice) -> None:
    event, owner, other = await office.event(), await office.buyer(), await office.buyer()
    booking = await office.book(owner, event)
    ours, theirs = await connect(name, owner), await connect(name, other)
    watching = await ours.start(BOOKING, booking=booking)
    assert (await watching.value())["status"] == "PAYMENT_PENDING"
    (error,) = await (await theirs.start(BOOKING, booking=booking)).errors()
    assert error["extensions"]["code"] == "NOT_FOUND"

    await office.pay(owner, booking)
    paid = await watching.value()
    assert (paid["id"], paid["status"]) == (booking, "CONFIRMED")


@pytest.mark.parametrize("name", ON_SOCKETS)
async def test_a_bad_token_is_one_error_and_the_end(name: str, connect: Connect, office: BoxOffice) -> None:
    client = await connect(name, "not a token")
    watching = await client.start(WATCH, event=await office.event())
    (error,) = await watching.errors()
    assert error["message"] == "The access token is not valid; sign in again."
    # Once with the token, and once to ask for another: nothing more follows.
    assert [heard for heard in await client.rest() if "errors" in heard] == []
    assert client.opened == 2


@pytest.mark.parametrize("name", ON_SOCKETS)
async def test_a_second_token_that_is_refused_is_the_end(name: str, connect: Connect, office: BoxOffice) -> None:
    client = await connect(name, "not a token", renewed="nor is this")
    watching = await client.start(WATCH, event=await office.event())
    (error,) = await watching.errors()
    assert error["message"].endswith("The access token is not valid; sign in again.")
    assert [heard for heard in await client.rest() if "errors" in heard] == []
    assert client.opened == 2


@pytest.mark.parametrize("name", ON_SOCKETS)
async def test_a_token_that_is_refused_is_renewed(name: str, connect: Connect, office: BoxOffice) -> None:
    event, buyer = await office.event(), await office.buyer()
    bookings = [await office.book(buyer, event) for _ in range(3)]
    client = await connect(name, "not a token", renewed=buyer)
    # All that wait for the connection go on, not only the first.
    watching = [await client.start(BOOKING, booking=booking) for booking in bookings]
    assert [(await each.value())["status"] for each in watching] == ["PAYMENT_PENDING"] * 3
    assert await client.closed() == 4403


async def test_what_ends_with_its_token_is_asked_again_with_the_next(scripts: Path) -> None:
    expired = {"message": "The access token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}
    tokens: list[str] = []

    async def serve(socket: ServerConnection) -> None:
        tokens.append(json.loads(await socket.recv())["payload"]["Authorization"])
        await socket.send(json.dumps({"type": "connection_ack"}))
        asked = [json.loads(await socket.recv()) for _ in range(3)]
        for each in asked:
            payload = {"data": {"connection": len(tokens)}}
            await socket.send(json.dumps({"id": each["id"], "type": "next", "payload": payload}))
        for each in asked:
            if len(tokens) == 1 and "public" not in each["payload"]["query"]:
                await socket.send(json.dumps({"id": each["id"], "type": "error", "payload": [expired]}))
        await socket.wait_closed()

    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=[Subprotocol("graphql-transport-ws")]) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with open_client(scripts, "graphql-ws", url, "old", renewed="new") as client:
            documents = ["subscription { mine }", "subscription { mineToo }", "subscription { public }"]
            watching = [await client.start(document) for document in documents]
            heard = [[(await client.hear(each.name))["data"]["connection"] for _ in range(2)] for each in watching]
    assert heard == [[1, 2]] * 3
    assert tokens == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize("name", ["graphql-ws"])
async def test_a_lost_connection_is_made_again(name: str, scripts: Path) -> None:
    """After a fault of the server, after a dead line, and after a server that nobody answers for."""
    silence, seats = asyncio.Event(), {"version": 7, "snapshot": True}

    async def serve(socket: ServerConnection) -> None:
        connections.append(socket)
        assert json.loads(await socket.recv())["type"] == "connection_init"
        if len(connections) == 1:
            await socket.close(1013)
            return
        await socket.send(json.dumps({"type": "connection_ack"}))
        subscribe = json.loads(await socket.recv())
        if len(connections) == 2:
            await silence.wait()
            return
        payload = {"data": {"seatAvailability": seats}}
        await socket.send(json.dumps({"id": subscribe["id"], "type": "next", "payload": payload}))
        await socket.wait_closed()

    connections: list[ServerConnection] = []
    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=[Subprotocol("graphql-transport-ws")]) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            async with open_client(scripts, name, url, None, silence=1_000) as client:
                watching = await client.start(WATCH, event="any")
                assert await watching.value() == seats
                assert [await client.closed() for _ in range(2)] == [1013, 4499]
                await watching.stop()
        finally:
            silence.set()  # or a failure would wait for ever


async def test_graphiql_says_why_a_subscription_has_ended_in_a_line(connect: Connect, office: BoxOffice) -> None:
    event, buyer = await office.event(), await office.buyer()
    bad = await connect("ide", "not a token")
    watching = await bad.start(WATCH, event=event)
    line = "The access token under Headers is bad or has expired. Log in, and put the new one there."
    assert await watching.errors() == [{"message": line}]
    assert await bad.rest() == []

    good = await connect("ide", buyer)
    watching = await good.start(WATCH, event=event)
    assert (await watching.value())["snapshot"]
    (error,) = await (await good.start(UNKNOWN_FIELD, event=event)).errors()
    assert "weather" in error["message"]
    await office.lock(buyer, event)
    assert (await watching.value())["lockedSeats"] == 1


@pytest.mark.parametrize("name", ON_STREAMS)
async def test_a_bad_token_is_an_error_of_a_stream(name: str, connect: Connect, office: BoxOffice) -> None:
    client = await connect(name, "not a token")
    watching = await client.start(BOOKING, booking="any")
    (error,) = await watching.errors()
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    # What anybody may listen to, this one may, too.
    seats = await client.start(WATCH, event=await office.event())
    assert (await seats.value())["snapshot"]


async def test_watchers_come_back_to_a_server_that_restarts(connect: Connect, office: BoxOffice, api: Server) -> None:
    event, buyer = await office.event(), await office.buyer()
    names = [*ON_SOCKETS, "graphql-sse"]  # urql does not repeat a request over HTTP by itself
    clients = {name: await connect(name) for name in names}
    watching = {name: await client.start(WATCH, event=event) for name, client in clients.items()}
    before = {name: await operation.value() for name, operation in watching.items()}
    ours = Seatlock(f"http://127.0.0.1:{api.port}/graphql").watch_seats(event)
    assert (await anext(ours)).snapshot
    in_node = Ours(await connect("ours"))
    told = await in_node.start("watchSeats", {"eventId": event})
    assert (await in_node.next(told))["snapshot"]
    in_graphiql = await (await connect("ide")).start(WATCH, event=event)
    assert (await in_graphiql.value())["snapshot"]

    await asyncio.to_thread(api.stop)
    line = "The server has stopped. Run it again to listen to the next one."
    assert await in_graphiql.errors() == [{"message": line}]
    await asyncio.to_thread(api.start)
    assert {name: await clients[name].closed() for name in ON_SOCKETS} == dict.fromkeys(ON_SOCKETS, 1012)
    for name, operation in watching.items():
        again = await operation.value()
        assert again["snapshot"], name
        assert counters(again) == counters(before[name])
    assert (await anext(ours)).snapshot
    assert (await in_node.next(told))["snapshot"]
    await office.lock(buyer, event)
    for name, operation in watching.items():
        assert (await operation.value())["lockedSeats"] == 1, name
    assert (await anext(ours)).locked_seats == 1
    assert (await in_node.next(told))["lockedSeats"] == 1
    await ours.aclose()
