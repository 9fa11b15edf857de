"""graphql-transport-ws, message by message: what is said to whom, and with which code the server closes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from beanie import PydanticObjectId
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from domain.caller import Caller
from domain.clock import system_clock
from domain.documents import Booking, Event, Role, User
from domain.opening import terms_of
from domain.people import accounts
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id, encode_routed_id
from graph.schema.sources import AvailabilitySource, BookingSource
from graph.transport import send_queue, websocket
from tests.graph.conftest import given, serving
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.scenes import admin, token_of, user
from tests.support.servers import another_server, close_server
from tests.support.sockets import Socket, connected, listening
from tests.support.waiting import PATIENCE_SECONDS, until

SEATS = """
subscription ($event: ID!) {
  seatAvailability(eventId: $event) { version snapshot availableSeats }
}
"""
STATUS = """
subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { id status } }
"""
RELEASE_LOCK = """
mutation ($id: ID!) { releaseLock(input: {lockId: $id}) { __typename ... on Error { code } } }
"""
INIT = '{"type": "connection_init"}'


def seats_of(event: Event) -> dict[str, str]:
    return {"event": encode_id("Event", event.id)}


def status_of(booking: Booking) -> dict[str, str]:
    return {"booking": encode_routed_id("Booking", booking.id, booking.event_id)}


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=10)


@pytest.fixture
async def sale(services: Services) -> Sale:
    return Sale([services], Time())


@pytest.fixture
async def socket(api: httpx.AsyncClient) -> AsyncIterator[Socket]:
    """Nobody is signed in."""
    async with listening(api.base_url) as socket:
        yield socket


# ---------------------------------------------------------------- the handshake


async def test_the_subprotocol_is_graphql_transport_ws(api: httpx.AsyncClient) -> None:
    for subprotocols in (["graphql-transport-ws"], ["graphql-ws", "graphql-transport-ws"]):
        async with connected(api.base_url, subprotocols=subprotocols) as socket:
            assert socket.connection.subprotocol == "graphql-transport-ws"
            assert socket.connection.response is not None
            assert "x-correlation-id" in socket.connection.response.headers
            await socket.initialise()


async def test_others_are_not_spoken(api: httpx.AsyncClient) -> None:
    for subprotocols in ([], ["graphql-ws"], ["soap", "mqtt"]):
        async with connected(api.base_url, subprotocols=subprotocols) as socket:
            assert await socket.closed() == 4406


async def test_sockets_are_at_graphql_only(api: httpx.AsyncClient) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connected(f"{api.base_url}/elsewhere"):
            pass
    assert refused.value.response.status_code == 403


async def test_pages_of_the_same_host_may_listen(api: httpx.AsyncClient) -> None:
    async with listening(api.base_url, headers={"Origin": str(api.base_url)}):
        pass


async def test_pages_of_another_may_not(api: httpx.AsyncClient) -> None:
    for origin in ("https://evil.example", "null", "http://[", "http://", "\xff"):
        with pytest.raises(InvalidStatus) as refused:
            async with connected(api.base_url, headers={"Origin": origin}):
                pass
        response = refused.value.response
        assert response.status_code == 403
        assert json.loads(response.body)["errors"][0]["extensions"] == {"code": "ORIGIN_NOT_ALLOWED"}


async def test_unless_the_settings_allow_it(services: Services) -> None:
    for allowed in ("https://shop.example", "*"):
        settings = services.settings.model_copy(update={"cors_origins": [allowed]})
        async with (
            serving(assemble(settings, given(services))) as api,
            listening(api.base_url, headers={"Origin": "https://shop.example"}),
        ):
            pass


async def test_an_address_has_so_many_connections(services: Services) -> None:
    settings = services.settings.model_copy(update={"connections_per_address": 2})
    async with serving(assemble(settings, given(services))) as api, listening(api.base_url) as first:
        async with listening(api.base_url):
            with pytest.raises(InvalidStatus) as refused:
                async with connected(api.base_url):
                    pass
            assert refused.value.response.status_code == 429
            assert json.loads(refused.value.response.body)["errors"][0]["extensions"] == {
                "code": "TOO_MANY_CONNECTIONS"
            }
            first.vanish()
            await until(lambda: _gets_in(api))
        await until(lambda: _gets_in(api))


async def _gets_in(api: httpx.AsyncClient) -> bool:
    try:
        async with listening(api.base_url):
            return True
    except InvalidStatus:
        return False


async def test_headers_over_the_limit_are_refused(api: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for headers in ({"X-Long": "x" * 33_000}, {f"X-{number}": "x" for number in range(300)}):
        with pytest.raises(InvalidStatus) as refused:
            async with connected(api.base_url, headers=headers):
                pass
        assert refused.value.response.status_code == 431
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_any_target_is_answered(api: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for target in (b"/graphql?\xff", b"/graphql?%ff", b"/gr\xffphql", b"/%ff", b"//", b"*"):
        reader, writer = await asyncio.open_connection(api.base_url.host, api.base_url.port)
        writer.write(
            b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % target
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await reader.readline()).startswith(b"HTTP/1.1 "), target
        writer.close()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


# ---------------------------------------------------------------- connection_init


async def test_nobody_has_to_be_signed_in(api: httpx.AsyncClient) -> None:
    for payload in (None, {}, {"Authorization": None}, {"Authorization": ""}, {"other": [1]}):
        async with connected(api.base_url) as socket:
            await socket.send({"type": "connection_init", "payload": payload})
            assert await socket.receive() == {"type": "connection_ack"}
            assert await socket.execute("{ viewer { name } }") == {"data": {"viewer": None}}


async def test_the_token_is_in_the_payload(api: httpx.AsyncClient, token: str) -> None:
    for key in ("Authorization", "authorization"):
        async with connected(api.base_url) as socket:
            await socket.send({"type": "connection_init", "payload": {key: f"Bearer {token}"}})
            assert await socket.receive() == {"type": "connection_ack"}
            assert await socket.execute("{ viewer { name } }") == {"data": {"viewer": {"name": "Ada"}}}


async def test_or_in_the_header(api: httpx.AsyncClient, token: str) -> None:
    async with listening(api.base_url, headers={"Authorization": f"Bearer {token}"}) as socket:
        assert await socket.execute("{ viewer { name } }") == {"data": {"viewer": {"name": "Ada"}}}


async def test_a_bad_token_is_not_taken_for_none(api: httpx.AsyncClient, token: str) -> None:
    for authorization in ("Bearer", "Bearer x.y.z", "Basic YTpi", 5, ["Bearer x"], True):
        async with connected(api.base_url, headers={"Authorization": f"Bearer {token}"}) as socket:
            await socket.send({"type": "connection_init", "payload": {"Authorization": authorization}})
            assert await socket.closed() == 4403


async def test_a_token_of_the_past_is_bad(services: Services, api: httpx.AsyncClient) -> None:
    long_ago = services.clock() - timedelta(days=1)
    token = accounts.issue_token(services.settings, await user(services), long_ago).token
    async with connected(api.base_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        assert await socket.closed() == 4403


async def test_init_twice(socket: Socket) -> None:
    await socket.send({"type": "connection_init"})
    assert await socket.closed() == 4429


async def test_silence_is_not_waited_out(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_SECONDS", 0.3)
    async with connected(api.base_url) as socket:
        await socket.send({"type": "ping"})  # is no init
        assert await socket.closed() == 4408
    async with listening(api.base_url) as socket:
        await asyncio.sleep(0.4)  # more than that
        await socket.roundtrip()


async def test_nothing_runs_before_the_acknowledgement(api: httpx.AsyncClient) -> None:
    async with connected(api.base_url) as socket:
        await socket.subscribe("{ __typename }")
        assert await socket.closed() == 4401


# ---------------------------------------------------------------- malformed


def subscribe(**payload: object) -> str:
    return json.dumps({"id": "1", "type": "subscribe", "payload": payload})


DEEP = '{"a":' * 400 + "1" + "}" * 400


MALFORMED: list[str | bytes] = [
    "",
    "nonsense",
    "{",
    "[]",
    '"ping"',
    "null",
    "5",
    "true",
    "{}",
    '{"type": null}',
    '{"type": 5}',
    '{"type": ""}',
    '{"type": "start", "id": "1"}',
    '{"type": "connection_ack"}',
    '{"type": "next", "id": "1", "payload": {}}',
    '{"type": "x"}' + " " * 70_000 + "x",
    '{"type": "' + "x" * 500 + '"}',
    '{"type": "\\ud800"}',
    '{"type": "ping", "payload": []}',
    '{"type": "ping", "payload": "x"}',
    '{"type": "ping", "payload": ' + DEEP + "}",
    '{"type": "pong", "payload": 5}',
    '{"type": "complete"}',
    '{"type": "complete", "id": 1}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": null, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "' + "x" * 1000 + '", "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": null}',
    '{"type": "subscribe", "id": "1", "payload": "{ __typename }"}',
    '{"type": "subscribe", "id": "1", "payload": [{"query": "{ __typename }"}]}',
    subscribe(),
    subscribe(query=None),
    subscribe(query=5),
    subscribe(query={"kind": "Document"}),
    subscribe(query="{ __typename }", variables=[]),
    subscribe(query="{ __typename }", variables="{}"),
    subscribe(query="{ __typename }", operationName=5),
    subscribe(query="{ __typename }", extensions=[]),
    subscribe(query="{ __typename }", extensions="x"),
    b'{"type": "ping"}',
    b"\xff",
]


async def test_a_malformed_message_closes(api: httpx.AsyncClient) -> None:
    for frame in MALFORMED:
        async with listening(api.base_url) as socket:
            await socket.send_frame(frame)
            assert await socket.closed() == 4400, frame
            assert 0 < len((socket.connection.close_reason or "").encode()) <= 123


async def test_so_does_a_malformed_init(api: httpx.AsyncClient) -> None:
    payloads: list[object] = [[], "x", 5, True]
    for payload in payloads:
        async with connected(api.base_url) as socket:
            await socket.send({"type": "connection_init", "payload": payload})
            assert await socket.closed() == 4400


async def test_text_that_is_not_utf8_closes(socket: Socket) -> None:
    await socket.connection.send(b'{"type": "\xff"}', text=True)
    assert await socket.closed() == 1007


async def test_a_message_over_the_limit_closes(socket: Socket) -> None:
    await socket.send_frame(" " * 17 * 2**20)
    assert await socket.closed() == 1009


# ---------------------------------------------------------------- operations


async def test_a_query(socket: Socket, event: Event) -> None:
    answer = await socket.execute("query ($id: ID!) { event(id: $id) { name } }", {"id": encode_id("Event", event.id)})
    assert answer == {"data": {"event": {"name": "Concert"}}}


async def test_absent_members_may_be_null(socket: Socket) -> None:
    answer = await socket.execute("{ __typename }", None, operationName=None, extensions=None)
    assert answer == {"data": {"__typename": "Query"}}


async def test_the_operation_name_chooses(socket: Socket) -> None:
    document = (
        f"query A {{ __typename }} query B {{ viewer {{ id }} }} {SEATS.replace('subscription', 'subscription C')}"
    )
    assert await socket.execute(document, operationName="B") == {"data": {"viewer": None}}
    assert await (await socket.subscribe(document)).code() == "OPERATION_RESOLUTION_FAILURE"
    assert await (await socket.subscribe(document, operationName="D")).code() == "OPERATION_RESOLUTION_FAILURE"


async def test_a_mutation(services: Services, api: httpx.AsyncClient, event: Event, sale: Sale) -> None:
    buyer = await user(services)
    lock = (await sale.lock(event, Caller(buyer.id, Role.USER, "test"))).lock
    variables = {"id": encode_routed_id("SeatLock", lock.id, event.id)}
    async with listening(api.base_url) as stranger:
        [error] = (await stranger.execute(RELEASE_LOCK, variables))["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    async with listening(api.base_url, token_of(services, buyer)) as socket:
        answer = await socket.execute(RELEASE_LOCK, variables)
    assert answer == {"data": {"releaseLock": {"__typename": "ReleaseLockSuccess"}}}


BAD: list[tuple[str, Any, str]] = [
    ("{", None, "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { seatAvailability { version } }", None, "GRAPHQL_VALIDATION_FAILED"),
    ("query ($x: Boolean!) { __typename @skip(if: $x) }", None, "INVALID_INPUT"),
    (SEATS, None, "INVALID_INPUT"),
    (SEATS, {"event": None}, "INVALID_INPUT"),
    (SEATS, {"event": ["x"]}, "INVALID_INPUT"),
    (SEATS, {"event": "x"}, "INVALID_INPUT"),
    (SEATS, {"event": "x", "more": json.loads(DEEP)}, "INVALID_INPUT"),
    (SEATS, {"event": encode_id("Event", PydanticObjectId())}, "NOT_FOUND"),
    (STATUS, {"booking": "x"}, "UNAUTHENTICATED"),
    ("subscription { " + "a: __typename " * 40 + "}", None, "QUERY_TOO_COMPLEX"),
    ("# " * 3000, None, "GRAPHQL_PARSE_FAILED"),
    (" # ".join(["{ __typename }\n"] * 3000), None, "QUERY_TOO_COMPLEX"),
]


async def test_a_bad_operation_disturbs_no_other(socket: Socket, event: Event, sale: Sale) -> None:
    watching = await socket.subscribe(SEATS, seats_of(event))
    assert (await watching.data("seatAvailability"))["snapshot"]
    for query, variables, code in BAD:
        assert await (await socket.subscribe(query, variables)).code() == code, query
    await sale.lock(event, somebody())
    assert (await watching.data("seatAvailability"))["availableSeats"] == 9


ROOTS = [
    "subscription ($e: ID!)"
    " { seatAvailability(eventId: $e) { version } again: seatAvailability(eventId: $e) { version } }",
    "subscription ($e: ID!) { ...two } fragment two on Subscription"
    " { seatAvailability(eventId: $e) { version } bookingStatus(bookingId: $e) { id } }",
    "subscription ($e: ID!) { seatAvailability(eventId: $e) @skip(if: true) { version } }",
    "subscription ($e: ID!, $b: Boolean!) { seatAvailability(eventId: $e) @include(if: $b) { version } }",
    "subscription ($e: ID!) { ... @skip(if: true) { seatAvailability(eventId: $e) { version } } }",
    "subscription { __typename }",
    "subscription { __schema { queryType { name } } }",
    "subscription ($e: ID!) { __typename seatAvailability(eventId: $e) { version } }",
]


async def test_a_subscription_is_of_one_field(socket: Socket, event: Event) -> None:
    for query in ROOTS:
        operation = await socket.subscribe(query, {"e": encode_id("Event", event.id), "b": False})
        codes = {error["extensions"]["code"] for error in await operation.errors()}
        assert codes <= {"GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT"}, query


FORMS = [
    "subscription Named($e: ID!) { mine: seatAvailability(eventId: $e) { __typename v: version } }",
    "subscription ($e: ID!) { ...f } fragment f on Subscription"
    " { mine: seatAvailability(eventId: $e) { ...g } } fragment g on SeatAvailability { __typename v: version }",
    "subscription ($e: ID!) { ... { mine: seatAvailability(eventId: $e) { ... on SeatAvailability"
    " { __typename @include(if: true) v: version totalSeats @skip(if: true) } } } }",
]


async def test_which_may_be_asked_for_in_any_form(socket: Socket, event: Event) -> None:
    for query in FORMS:
        operation = await socket.subscribe(query, {"e": encode_id("Event", event.id)})
        assert await operation.next() == {"data": {"mine": {"__typename": "SeatAvailability", "v": event.version}}}


# ---------------------------------------------------------------- ids


async def test_the_same_id_twice(socket: Socket, event: Event) -> None:
    await (await socket.subscribe(SEATS, seats_of(event), operation_id="one")).next()
    await socket.subscribe("{ __typename }", operation_id="one")
    assert await socket.closed() == 4409


async def test_an_id_is_free_again_once_its_operation_is_over(socket: Socket, event: Event, sale: Sale) -> None:
    for _ in range(2):
        assert await socket.execute("{ __typename }", operation_id="one") == {"data": {"__typename": "Query"}}
        await (await socket.subscribe("{", operation_id="one")).errors()
        watching = await socket.subscribe(SEATS, seats_of(event), operation_id="one")
        assert (await watching.data("seatAvailability"))["snapshot"]
        await watching.stop()
    await socket.roundtrip()
    await sale.lock(event, somebody())
    await socket.roundtrip()
    assert watching.inbox.is_empty(), "nothing is told of what is complete"


async def test_any_string_is_an_id(socket: Socket, event: Event) -> None:
    for operation_id in ("é", '"', "\\", "\u0000", "x" * 256, "subscribe"):
        assert await socket.execute("{ __typename }", operation_id=operation_id) == {"data": {"__typename": "Query"}}
        assert await (await socket.subscribe("{", operation_id=operation_id)).code() == "GRAPHQL_PARSE_FAILED"
        await (await socket.subscribe(SEATS, seats_of(event), operation_id=operation_id)).next()


async def test_completing_what_is_not_there_is_nothing(socket: Socket) -> None:
    await socket.send({"type": "complete", "id": "unknown"})
    await socket.roundtrip()


async def test_a_query_nobody_waits_for_any_more_is_not_answered(socket: Socket) -> None:
    operation = await socket.subscribe("{ events { nodes { id } } }")
    await operation.stop()
    await socket.execute("{ events { nodes { id } } }")
    assert operation.inbox.is_empty()


async def test_a_mutation_nobody_waits_for_any_more_is_done(
    services: Services, api: httpx.AsyncClient, event: Event
) -> None:
    locks = " ".join(
        f'_{number}: lockSeats(input: {{eventId: $event, idempotencyKey: "{number}",'
        " selection: {quantity: {count: 1}}}) { __typename }"
        for number in range(10)
    )
    async with listening(api.base_url, token_of(services, await user(services))) as socket:
        operation = await socket.subscribe(f"mutation ($event: ID!) {{ {locks} }}", seats_of(event))
        await socket.roundtrip()  # it has begun
        await operation.stop()
        watching = await socket.subscribe(SEATS, seats_of(event))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await watching.data("seatAvailability"))["availableSeats"]:
                pass


async def test_a_connection_has_so_many_operations(services: Services, event: Event) -> None:
    settings = services.settings.model_copy(update={"subscriptions_per_connection": 2})
    async with serving(assemble(settings, given(services))) as api, listening(api.base_url) as socket:
        first, second = [await socket.subscribe(SEATS, seats_of(event)) for _ in range(2)]
        await first.next()
        await second.next()
        assert await (await socket.subscribe("{ __typename }")).code() == "TOO_MANY_SUBSCRIPTIONS"
        await first.stop()
        assert await socket.execute("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_long_messages_are_paid_for(services: Services) -> None:
    settings = services.settings.model_copy(update={"new_documents_ms": 1, "budgets_times": 1})
    async with serving(assemble(settings, given(services))) as api, listening(api.base_url) as buyer:
        known = await buyer.execute("{ __typename }")
        async with connected(api.base_url) as socket:
            await socket.initialise()
            message = json.dumps({"type": "pong", "payload": {f"k{number}": number for number in range(20_000)}})
            for _ in range(30):
                await socket.send_frame(message)
            assert await socket.closed() == 1013
        assert await buyer.execute("{ __typename }") == known == {"data": {"__typename": "Query"}}


# ---------------------------------------------------------------- ping and pong


async def test_a_ping_is_answered_with_its_payload(api: httpx.AsyncClient) -> None:
    async with connected(api.base_url) as socket:  # also before there is an acknowledgement
        payload: dict[str, Any]
        for payload in ({}, {"at": 5, "é": [None, 1.5, 2**70]}):
            await socket.send({"type": "ping", "payload": payload})
            assert await socket.receive() == {"type": "pong", "payload": payload}
        for absent in ({}, {"payload": None}):
            await socket.send({"type": "ping", **absent})
            assert await socket.receive() == {"type": "pong"}


async def test_a_pong_is_not_answered(socket: Socket) -> None:
    await socket.send({"type": "pong"})
    await socket.send({"type": "pong", "payload": {"at": 5}})
    await socket.roundtrip()


async def test_the_server_pings(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_queue, "KEEP_ALIVE_SECONDS", 0.02)
    async with listening(api.base_url) as socket:

        async def pinged_twice() -> bool:
            return socket.pings >= 2

        await until(pinged_twice)
        await socket.roundtrip()


# ---------------------------------------------------------------- bookingStatus


@pytest.fixture
async def owner(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def buyer(owner: User) -> Caller:
    return Caller(owner.id, Role.USER, "test")


async def test_the_owner_sees_what_becomes_of_a_booking(
    services: Services, api: httpx.AsyncClient, owner: User, buyer: Caller, event: Event, sale: Sale
) -> None:
    async with listening(api.base_url, token_of(services, owner)) as socket:
        booking = await sale.book(event, buyer)
        watching = await socket.subscribe(STATUS, status_of(booking))
        assert (await watching.data("bookingStatus"))["status"] == "PAYMENT_PENDING"
        await sale.pay(booking, buyer)
        assert (await watching.data("bookingStatus"))["status"] == "CONFIRMED"
        await sale.cancel(booking, buyer)
        assert (await watching.data("bookingStatus"))["status"] == "CANCELLED"
        await sale.lock(event, buyer)  # the event changes, the booking does not
        await socket.roundtrip()
        assert watching.inbox.is_empty()


async def test_also_what_time_alone_does(
    services: Services, api: httpx.AsyncClient, owner: User, buyer: Caller, event: Event
) -> None:
    terms = replace(terms_of(services.settings, services.provider), payment_ttl=timedelta(seconds=1.5))
    other = another_server(services, terms=terms, clock=system_clock)
    booking = await Sale([other], Time()).book(event, buyer)
    async with listening(api.base_url, token_of(services, owner)) as socket:
        watching = await socket.subscribe(STATUS, status_of(booking))
        assert (await watching.data("bookingStatus"))["status"] == "PAYMENT_PENDING"
        assert (await watching.data("bookingStatus"))["status"] == "EXPIRED"
        assert services.clock() >= booking.payment_expires_at
    await close_server(other)


async def test_an_admin_sees_it_too(
    services: Services, api: httpx.AsyncClient, buyer: Caller, event: Event, sale: Sale
) -> None:
    booking = await sale.book(event, buyer)
    async with listening(api.base_url, token_of(services, await admin(services))) as socket:
        watching = await socket.subscribe(STATUS, status_of(booking))
        assert (await watching.data("bookingStatus"))["status"] == "PAYMENT_PENDING"


async def test_for_others_it_does_not_exist(
    services: Services, api: httpx.AsyncClient, owner: User, buyer: Caller, event: Event, sale: Sale
) -> None:
    booking = await sale.book(event, buyer)
    unknown, elsewhere = PydanticObjectId(), (await new_event(services, seats=1)).id

    async def told(token: str | None, booking_id: PydanticObjectId, event_id: PydanticObjectId) -> Any:
        async with listening(api.base_url, token) as socket:
            variables = {"booking": encode_routed_id("Booking", booking_id, event_id)}
            return await (await socket.subscribe(STATUS, variables)).errors()

    stranger, its_owner = token_of(services, await user(services)), token_of(services, owner)
    others = await told(stranger, booking.id, event.id)
    assert [error["extensions"] for error in others] == [{"code": "NOT_FOUND"}]
    assert await told(stranger, unknown, event.id) == others
    assert await told(its_owner, unknown, event.id) == others
    assert await told(its_owner, booking.id, elsewhere) == others
    assert await told(its_owner, booking.id, unknown) == others
    [error] = await told(None, booking.id, event.id)
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


# ---------------------------------------------------------------- tokens that expire


async def test_what_needed_the_token_ends_with_it(
    services: Services, api: httpx.AsyncClient, owner: User, buyer: Caller, event: Event, sale: Sale
) -> None:
    booking = await sale.book(event, buyer)
    lifetime = timedelta(seconds=services.settings.token_ttl_seconds - 2)
    token = accounts.issue_token(services.settings, owner, services.clock() - lifetime)
    async with listening(api.base_url, token.token) as socket:
        seats = await socket.subscribe(SEATS, seats_of(event))
        assert (await seats.data("seatAvailability"))["availableSeats"] == 9
        watching = [await socket.subscribe(STATUS, status_of(booking)) for _ in range(2)]
        for each in watching:
            assert (await each.data("bookingStatus"))["status"] == "PAYMENT_PENDING"
        for each in watching:
            assert await each.code() == "UNAUTHENTICATED"
        assert services.clock() >= token.expires_at

        await sale.pay(booking, buyer)
        assert (await seats.data("seatAvailability"))["snapshot"] is False
        assert await (await socket.subscribe(STATUS, status_of(booking), operation_id=each.id)).code() == (
            "UNAUTHENTICATED"
        )
        assert await (await socket.subscribe("{ viewer { id } }")).code() == "UNAUTHENTICATED"
        assert all(each.inbox.is_empty() for each in watching[:1]), "an error ends an operation"


# ---------------------------------------------------------------- bugs


class Bug(RuntimeError):
    """Says what nobody outside should read."""


def _fails(*_: object) -> Any:
    raise Bug("root:hunter2@10.0.0.7")


@pytest.mark.parametrize("field", ["value", "open"])
async def test_of_a_bug_only_an_id_is_told(
    services: Services, api: httpx.AsyncClient, event: Event, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AvailabilitySource, field, _fails)
    async with listening(api.base_url, headers={"X-Correlation-ID": "socket-7"}) as socket:
        with capture_logs(processors=[merge_contextvars]) as logs:
            operation = await socket.subscribe(SEATS, seats_of(event))
            message = await operation.inbox.get()
        [error] = message["payload"]["errors"] if message["type"] == "next" else message["payload"]
        assert error["message"] == "Internal error"
        assert error["extensions"] == {"code": "INTERNAL", "correlationId": "socket-7-1"}
        assert [line["correlation_id"] for line in logs] == ["socket-7-1"]
        await socket.roundtrip()


async def test_a_bug_in_one_message_does_not_end_the_subscription(
    services: Services, api: httpx.AsyncClient, event: Event, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(api.base_url) as socket:
        operation = await socket.subscribe(SEATS, seats_of(event))
        await operation.next()
        with monkeypatch.context() as broken, capture_logs():
            broken.setattr(AvailabilitySource, "value", _fails)
            await sale.lock(event, somebody())
            payload = await operation.next()
            assert payload["errors"][0]["extensions"]["code"] == "INTERNAL"
        await sale.lock(event, somebody())
        assert (await operation.data("seatAvailability"))["availableSeats"] == 8


async def test_a_source_that_breaks_is_tried_again(
    services: Services,
    api: httpx.AsyncClient,
    owner: User,
    buyer: Caller,
    event: Event,
    sale: Sale,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking = await sale.book(event, buyer)
    async with listening(api.base_url, token_of(services, owner)) as socket:
        watching = await socket.subscribe(STATUS, status_of(booking))
        await watching.next()
        with monkeypatch.context() as broken, capture_logs() as logs:
            broken.setattr(BookingSource, "_read", _fails)
            await sale.pay(booking, buyer)

            async def has_failed() -> bool:
                return any(line["event"] == "a watched booking cannot be read" for line in logs)

            await until(has_failed)
        assert (await watching.data("bookingStatus"))["status"] == "CONFIRMED"


async def test_each_operation_has_a_correlation_id_of_its_own(
    services: Services, api: httpx.AsyncClient, event: Event, owner: User
) -> None:
    mutation = """
    mutation ($event: ID!) {
      lockSeats(input: {eventId: $event, selection: {quantity: {count: 1}}, idempotencyKey: "k"}) {
        ... on LockSeatsSuccess { replayed }
      }
    }
    """
    async with listening(api.base_url, token_of(services, owner), {"X-Correlation-ID": "socket-8"}) as socket:
        for replayed in (False, True):
            answer = await socket.execute(mutation, {"event": encode_id("Event", event.id)})
            assert answer == {"data": {"lockSeats": {"replayed": replayed}}}
    entries = await services.database["audit_entries"].find({"action": "SEATS_LOCKED"}).sort("_id").to_list()
    assert sorted(entry["correlation_id"] for entry in entries) == ["socket-8-1", "socket-8-2"]
