"""Many listeners: what they share, what is left when they are gone, and what those get who are no good listeners."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus

from domain.caller import Caller
from domain.documents import Booking, Event, Role, User
from domain.people import accounts
from domain.sale.events import NewRow
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id, encode_routed_id
from graph.schema.sources import BookingSource
from graph.subscriptions.audience import Audience
from graph.transport import event_stream
from graph.transport.websocket import _Connection
from ops.websocket_protocol import WebSocketProtocol
from tests.graph import conftest
from tests.graph.conftest import given, serving
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.scenes import admin, token_of, user
from tests.support.servers import another_server
from tests.support.sockets import Closed, Operation, Socket, connected, listening
from tests.support.waiting import until

SEATS = "subscription ($event: ID!) { seatAvailability(eventId: $event) { version snapshot availableSeats } }"
STATUS = "subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { status } }"
LABELS = """
subscription ($event: ID!) {
  seatAvailability(eventId: $event) { version changedSeats { label section row status price { amount currencyCode } } }
}
"""
STREAM = {"Accept": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Served:
    """A server, and who listens to it."""

    services: Services
    audience: Audience
    api: httpx.AsyncClient

    @property
    def url(self) -> httpx.URL:
        return self.api.base_url

    @property
    def shares(self) -> list[int]:
        """How many listeners each execution has."""
        return sorted(opened.listeners for opened in self.audience._shared.values())

    async def is_quiet(self) -> bool:
        """Whether nothing is left of anybody."""
        return not (
            self.audience._connections
            or self.audience._addresses
            or self.audience._shared
            or self.services.hub._followed
            or self.services.tasks
        )


@pytest.fixture
async def served(services: Services) -> AsyncIterator[Served]:
    """In the end everybody is gone, and nothing is left of them."""
    app = assemble(services.settings, given(services))
    state: dict[str, Any] = {}

    async def remembering(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            nonlocal state
            state = scope["state"]
        await app(scope, receive, send)

    async with serving(remembering) as api:
        served = Served(services, state["audience"], api)
        yield served
        await until(served.is_quiet)


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=1000)


@pytest.fixture
async def sale(services: Services) -> Sale:
    return Sale([services], Time())


@pytest.fixture
async def owner(services: Services) -> User:
    return await user(services)


def seats_of(event: Event) -> dict[str, str]:
    return {"event": encode_id("Event", event.id)}


def status_of(booking: Booking) -> dict[str, str]:
    return {"booking": encode_routed_id("Booking", booking.id, booking.event_id)}


# ---------------------------------------------------------------- sharing


async def test_one_execution_serves_all_who_ask_for_the_same(
    served: Served, event: Event, sale: Sale, owner: User
) -> None:
    token = token_of(served.services, owner)
    async with AsyncExitStack() as stack:
        anonymous = await stack.enter_async_context(listening(served.url))
        signed_in = await stack.enter_async_context(listening(served.url, token))
        watching = [
            await anonymous.subscribe(SEATS, seats_of(event)),
            await anonymous.subscribe(SEATS, seats_of(event)),
            await signed_in.subscribe(SEATS, {**seats_of(event)}),
        ]
        for each in watching:
            await each.next()
        request = {"query": SEATS, "variables": seats_of(event)}
        await stack.enter_async_context(served.api.stream("POST", "/graphql", json=request, headers=STREAM))
        assert served.shares == [4]
        await sale.lock(event, somebody())
        assert {(await each.data("seatAvailability"))["availableSeats"] for each in watching} == {999}

        other = await new_event(served.services, seats=1)
        await (await anonymous.subscribe(SEATS, seats_of(other))).next()
        await (await anonymous.subscribe(SEATS.replace("subscription", "subscription B"), seats_of(event))).next()
        assert served.shares == [1, 1, 4]
        again = await anonymous.subscribe(f"{SEATS} # the same document", seats_of(event))
        await again.next()
        assert served.shares == [1, 1, 5]
        await again.stop()
        await watching[0].stop()
        await anonymous.roundtrip()
        assert served.shares == [1, 1, 3]


async def test_who_asks_for_what_is_their_own_shares_with_themselves_only(
    served: Served, event: Event, owner: User
) -> None:
    """The fragment hides the field; the query's words are the same."""
    text = """subscription ($event: ID!) { seatAvailability(eventId: $event) { changedSeats { ...Own } } }
    fragment Own on Seat { label whose: mine }"""
    token, others = token_of(served.services, owner), token_of(served.services, await user(served.services))
    async with AsyncExitStack() as stack:
        for who in (token, token, others, None, None, None):
            socket = await stack.enter_async_context(listening(served.url, who))
            await (await socket.subscribe(text, seats_of(event))).next()
        assert served.shares == [1, 2, 3]


async def test_a_snapshot_shows_what_was_committed_before_its_listener_came(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others listen already, the news of what is sold are lost, and nobody looks for the next minute."""
    monkeypatch.setattr("domain.live.hub.LOOK_SECONDS", 60.0)
    event = await new_event(served.services, rows=[NewRow("A", 300)])
    silent = Sale([another_server(served.services, channel="nobody")], Time())
    async with AsyncExitStack() as stack:
        socket = await stack.enter_async_context(listening(served.url))
        earlier = await socket.subscribe(LABELS, seats_of(event))
        versions = [(await earlier.data("seatAvailability"))["version"]]
        for seat in range(1, 4):
            await silent.lock(event, somebody(), *(f"STALLS-A-{seat * 80 + number}" for number in range(60)))
            acknowledged = silent.services.newest.version(event.id)
            assert acknowledged > versions[-1]
            crowd = [await socket.subscribe(LABELS, seats_of(event)) for _ in range(10)]
            for one in crowd:
                snapshot = await one.data("seatAvailability")
                assert snapshot["version"] >= acknowledged
                assert len(snapshot["changedSeats"]) == seat * 60
            versions.append((await earlier.data("seatAvailability"))["version"])
            assert served.shares == [1 + seat * 10]
    assert versions == sorted(set(versions))


async def test_a_listener_who_came_sees_a_booking_as_it_was_acknowledged(
    served: Served, sale: Sale, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.live.hub.LOOK_SECONDS", 60.0)
    event = await new_event(served.services, seats=5)
    buyer = Caller(owner.id, Role.USER, "test")
    booking = await sale.book(event, buyer)
    silent = Sale([another_server(served.services, channel="nobody")], Time())
    async with listening(served.url, token_of(served.services, owner)) as socket:
        earlier = await socket.subscribe(STATUS, status_of(booking))
        assert (await earlier.data("bookingStatus"))["status"] == "PAYMENT_PENDING"
        await silent.pay(booking, buyer)
        later = await socket.subscribe(STATUS, status_of(booking))
        assert (await later.data("bookingStatus"))["status"] == "CONFIRMED"
        assert (await earlier.data("bookingStatus"))["status"] == "CONFIRMED"


class Pausing:
    """A listener at whom the whole process stops once, for so long, as it may when its machine is taken away."""

    transport = "test"

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.was_told = False

    def wake(self) -> None:
        if not self.was_told:
            self.was_told = True
            time.sleep(self._seconds)


async def test_who_lists_whole_halls_waits_apart_from_who_does_not(served: Served, sale: Sale) -> None:
    hall = await new_event(served.services, rows=[NewRow(name, 100) for name in "ABCDEF"])
    order: list[str] = []

    async def told(name: str, watching: Operation) -> None:
        await watching.next()
        order.append(name)

    async with listening(served.url) as socket:
        watching = []
        for number in range(8):
            listed = f"a{number}: version event {{ seats {{ label status number }} }}"
            watching.append(await socket.subscribe(SEATS.replace("version", listed), seats_of(hall)))
        watching.append(await socket.subscribe(SEATS, seats_of(hall)))
        for each in watching:
            await each.next()
        await sale.lock(hall, somebody())
        await asyncio.gather(*(told(f"hall {at}" if at < 8 else "count", each) for at, each in enumerate(watching)))
    assert "count" in order[:3], order


async def test_a_pause_of_the_process_costs_listeners_no_more_than_itself(
    served: Served, event: Event, sale: Sale
) -> None:
    async with listening(served.url) as socket:
        watching = await socket.subscribe(SEATS, seats_of(event))
        await watching.next()
        (opened,) = served.audience._shared.values()
        shared, pausing = await opened.opening, Pausing(3)
        shared.add(pausing)
        await sale.lock(event, somebody())
        async with asyncio.timeout(3 + 4):  # it used to rest for four times the pause
            assert (await watching.data("seatAvailability"))["availableSeats"] == 999
            assert pausing.was_told
            await sale.lock(event, somebody())
            assert (await watching.data("seatAvailability"))["availableSeats"] == 998
        shared.remove(pausing)


async def test_a_booking_is_shared_among_those_with_the_same_rights(
    served: Served, event: Event, sale: Sale, owner: User
) -> None:
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    its_owner, other_admin = token_of(served.services, owner), token_of(served.services, await admin(served.services))
    async with (
        listening(served.url, its_owner) as here,
        listening(served.url, its_owner) as there,
        listening(served.url, other_admin) as elsewhere,
        listening(served.url, token_of(served.services, await user(served.services))) as stranger,
    ):
        for socket in (here, there, elsewhere):
            await (await socket.subscribe(STATUS, status_of(booking))).next()
        assert await (await stranger.subscribe(STATUS, status_of(booking))).code() == "NOT_FOUND"
        assert served.shares == [1, 2]


PRIVATE = [
    "subscription ($booking: ID!) { seatAvailability: bookingStatus(bookingId: $booking) { id } }",
    "subscription ($booking: ID!) { ...seatAvailability }"
    " fragment seatAvailability on Subscription { bookingStatus(bookingId: $booking) { id } }",
    "subscription seatAvailability($booking: ID!) { ... { bookingStatus(bookingId: $booking) { id } } }",
]


async def test_no_name_makes_it_public(served: Served, event: Event, sale: Sale, owner: User) -> None:
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    async with (
        listening(served.url, token_of(served.services, owner)) as its_owner,
        listening(served.url, token_of(served.services, await user(served.services))) as stranger,
        listening(served.url) as nobody,
    ):
        for query in PRIVATE:
            await (await its_owner.subscribe(query, status_of(booking))).next()
            assert await (await stranger.subscribe(query, status_of(booking))).code() == "NOT_FOUND"
            assert await (await nobody.subscribe(query, status_of(booking))).code() == "UNAUTHENTICATED"


# ---------------------------------------------------------------- leaving


async def test_however_a_client_goes_nothing_is_left(served: Served, event: Event, sale: Sale, owner: User) -> None:
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    token = token_of(served.services, owner)

    async def watch(socket: Socket) -> list[Operation]:
        operations = [
            await socket.subscribe(SEATS, seats_of(event)),
            await socket.subscribe(STATUS, status_of(booking)),
        ]
        for operation in operations:
            await operation.next()
        return operations

    async with listening(served.url, token) as socket:
        for operation in await watch(socket):
            await operation.stop()
        await socket.roundtrip()
        assert not served.services.hub._followed
    await until(served.is_quiet)
    async with listening(served.url, token) as socket:
        await watch(socket)
        await socket.close()
    await until(served.is_quiet)
    async with listening(served.url, token) as socket:
        await watch(socket)
        socket.vanish()
        await until(served.is_quiet)
    async with listening(served.url, token) as socket:
        await watch(socket)
        await socket.send_frame("nonsense")
        assert await socket.closed() == 4400
        await until(served.is_quiet)


async def test_nor_of_an_event_stream(served: Served, event: Event) -> None:
    request = {"query": SEATS, "variables": seats_of(event)}
    async with served.api.stream("POST", "/graphql", json=request, headers=STREAM):
        assert served.shares == [1]
    await until(served.is_quiet)


async def test_a_client_may_go_at_any_moment(served: Served, event: Event) -> None:
    for phase in [*range(6)] * 10:
        async with connected(served.url) as socket:
            if phase >= 1:
                await socket.send({"type": "connection_init"})
            if phase >= 2:
                await socket.receive()
            if phase >= 3:
                operation = await socket.subscribe(SEATS, seats_of(event))
            if phase >= 4:
                await operation.next()
            if phase >= 5:
                await operation.stop()
            socket.vanish()
    await until(served.is_quiet)


async def test_so_may_one_that_shakes_hands(
    served: Served, event: Event, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A request that waits behind an event stream keeps the server from reading: then writing shows who is gone.
    monkeypatch.setattr(event_stream, "KEEP_ALIVE_SECONDS", 0.05)
    handshake = (
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    body = json.dumps({"query": SEATS, "variables": seats_of(event)}).encode()
    request = (
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    for sent in (handshake, handshake[:60], request, request[:-10], request + request):
        for _ in range(20):
            _, writer = await asyncio.open_connection(served.url.host, served.url.port)
            writer.write(sent)
            writer.transport.abort()
            _, writer = await asyncio.open_connection(served.url.host, served.url.port)
            writer.write(sent)
            await writer.drain()
            writer.close()
    await until(served.is_quiet)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_thousand_come_and_go(served: Served, event: Event, sale: Sale) -> None:
    async def connections_made() -> int:
        status = await served.services.database.command("serverStatus")
        return int(status["connections"]["totalCreated"])

    before = await connections_made()
    async with listening(served.url) as socket:
        for turn in range(1000):
            operation = await socket.subscribe(SEATS, seats_of(event), operation_id="one")
            if turn % 4 == 0:  # at whatever it is doing then
                await asyncio.sleep(turn / 400 * 0.002)
            await operation.stop()
        await socket.roundtrip()
        assert not served.audience._shared
        watching = await socket.subscribe(SEATS, seats_of(event))
        assert (await watching.data("seatAvailability"))["snapshot"]
        await sale.lock(event, somebody())
        assert (await watching.data("seatAvailability"))["availableSeats"] == 999
    assert await connections_made() - before < 20, "a subscription that is given up costs no connection to MongoDB"


async def test_one_comes_as_the_last_one_leaves(served: Served, event: Event, sale: Sale) -> None:
    async with listening(served.url) as here, listening(served.url) as there:
        watching = await here.subscribe(SEATS, seats_of(event))
        await watching.next()
        for turn in range(25):
            await watching.stop()
            here, there = there, here
            watching = await here.subscribe(SEATS, seats_of(event))
            assert (await watching.data("seatAvailability"))["availableSeats"] == 1000 - turn
            await sale.lock(event, somebody())
            assert (await watching.data("seatAvailability"))["availableSeats"] == 999 - turn


async def test_a_token_may_expire_while_a_subscription_begins(
    served: Served, event: Event, sale: Sale, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    clock, settings = served.services.clock, served.services.settings
    token = accounts.issue_token(settings, owner, clock() - timedelta(seconds=settings.token_ttl_seconds - 2))
    open_source = BookingSource.open

    async def slow(services: Services, booking: Booking, watcher: Caller) -> BookingSource:
        async def has_expired() -> bool:
            return clock() > token.expires_at + timedelta(milliseconds=50)

        await until(has_expired)
        return await open_source(services, booking, watcher)

    monkeypatch.setattr(BookingSource, "open", slow)
    async with listening(served.url, token.token) as socket:
        assert await (await socket.subscribe(STATUS, status_of(booking))).code() == "UNAUTHENTICATED"


# ---------------------------------------------------------------- bad listeners


class Known(WebSocketProtocol):
    """Known to the test while it is open."""

    open: set[Known]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.open.discard(self)


class Impatient(Known):
    """Finds out in a moment that a client is dead, where others take most of a minute."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ping_interval = self.ping_timeout = 0.3
        self.close_timeout = 0.3


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> type[Known]:
    monkeypatch.setattr(Known, "open", set(), raising=False)
    monkeypatch.setattr(conftest, "WebSocketProtocol", Known)
    return Known


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> type[Impatient]:
    monkeypatch.setattr(Impatient, "open", set(), raising=False)
    monkeypatch.setattr(conftest, "WebSocketProtocol", Impatient)
    return Impatient


class Deaf:
    """A client of its own make that sends, and never reads."""

    def __init__(self, url: httpx.URL) -> None:
        self._connection = sockets.socket()
        self._connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        self._connection.setblocking(False)
        self._url = url

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._connection, (self._url.host, self._url.port))
        await self.send_bytes(
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await self.read_until(b"\r\n\r\n")
        await self.send({"type": "connection_init"})
        await self.read_until(b"connection_ack")

    async def send_bytes(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._connection, data)

    async def send(self, message: object) -> None:
        payload = json.dumps(message).encode()
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        await self.send_bytes(b"\x81" + length + bytes(4) + payload)

    async def send_pings(self, count: int) -> None:
        """Pings of WebSocket's own."""
        await self.send_bytes((b"\x89\xfd" + bytes(4) + b"x" * 125) * count)

    async def read_until(self, end: bytes) -> None:
        read = b""
        while end not in read:
            read += await asyncio.get_running_loop().sock_recv(self._connection, 4096)
            assert read

    def close(self) -> None:
        self._connection.close()


async def test_who_does_not_read_is_told_the_newest_later(services: Services, sale: Sale, served: Served) -> None:
    event = await new_event(services, rows=[NewRow("A", 100)])
    async with listening(served.url) as socket:
        watching = await socket.subscribe(LABELS, seats_of(event))
        version = (await watching.data("seatAvailability"))["version"]
        socket.connection.transport.pause_reading()
        buyer = somebody()
        for _ in range(60):
            lock = (await sale.lock(event, buyer, quantity=100)).lock
            await sale.release(lock, buyer)
        socket.connection.transport.resume_reading()
        messages = 0
        while version < event.version + 120:
            newer = (await watching.data("seatAvailability"))["version"]
            assert newer > version
            version = newer
            messages += 1
        assert messages < 60, "120 changes of 10 KB each"


async def test_nor_does_what_is_kept_for_pings_grow(served: Served) -> None:
    deaf = Deaf(served.url)
    await deaf.connect()
    sent = 0

    async def flood() -> None:
        nonlocal sent
        ping = {"type": "ping", "payload": {"": "x" * 60_000}}
        while sent < 1_000:
            await deaf.send(ping)
            sent += 1

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flood(), 1)
    [connection] = served.audience._connections
    assert isinstance(connection, _Connection)
    assert sum(len(message) for message in connection._unsent) < 2**20
    deaf.close()
    await until(served.is_quiet)


async def test_nor_do_answers_to_pings_below_the_protocol(known: type[Known], served: Served) -> None:
    deaf = Deaf(served.url)
    await deaf.connect()
    [protocol] = known.open
    for _ in range(200):
        await deaf.send_pings(500)
        assert protocol.transport.get_write_buffer_size() < 2**20
    deaf.close()


async def test_who_is_dead_is_noticed(
    services: Services, impatient: type[Impatient], served: Served, sale: Sale
) -> None:
    event = await new_event(services, rows=[NewRow("A", 100)])
    deaf = Deaf(served.url)
    await deaf.connect()
    await deaf.send({"id": "1", "type": "subscribe", "payload": {"query": LABELS, "variables": seats_of(event)}})
    buyer = somebody()

    async def is_gone() -> bool:
        lock = (await sale.lock(event, buyer, quantity=100)).lock
        await sale.release(lock, buyer)
        return not impatient.open and await served.is_quiet()

    await until(is_gone)
    deaf.close()


async def test_who_is_sent_away_and_does_not_go_is_dropped(impatient: type[Impatient], served: Served) -> None:
    deaf = Deaf(served.url)
    await deaf.connect()
    for _ in range(40):
        await deaf.send({"type": "ping", "payload": {"": "x" * 1_000}})
    await deaf.send([])

    async def is_gone() -> bool:
        return not impatient.open and await served.is_quiet()

    await until(is_gone)
    deaf.close()


# ---------------------------------------------------------------- draining


async def test_a_server_that_stops_waits_for_what_is_wanted_only(
    served: Served, event: Event, sale: Sale, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = await sale.book(event, Caller(owner.id, Role.USER, "test"))
    open_source, may_open = BookingSource.open, asyncio.Event()

    async def slow(services: Services, booking: Booking, watcher: Caller) -> BookingSource:
        await may_open.wait()
        return await open_source(services, booking, watcher)

    monkeypatch.setattr(BookingSource, "open", slow)
    token = token_of(served.services, owner)
    async with listening(served.url, token) as patient, listening(served.url, token) as hurried:
        beginning = await patient.subscribe(STATUS, status_of(booking))
        given_up = await hurried.subscribe(STATUS, status_of(booking))
        await patient.roundtrip()
        await hurried.roundtrip()
        served.audience.drain()
        await given_up.stop()
        assert await hurried.closed() == 1012
        too_late = await patient.subscribe("{ __typename }")
        await patient.roundtrip()
        may_open.set()
        assert await beginning.data("bookingStatus") == {"status": "PAYMENT_PENDING"}
        assert await patient.closed() == 1012
        with pytest.raises(Closed):
            await too_late.next()
        with pytest.raises(InvalidStatus) as refused:
            async with connected(served.url):
                pass
        assert refused.value.response.status_code == 503
