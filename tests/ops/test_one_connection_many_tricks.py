"""What one connection may not get out of a server: a listener that is never gone, a message without an end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from domain.process.fingerprints import network_of
from graph.subscriptions.audience import Audience
from ops.connections import Connections
from tests.graph.conftest import serving
from tests.ops.test_connections import GET, App, Server, settings, so

SOCKET = (
    b"GET /socket HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n\r\n"
)
MASK = b"\0\0\0\0"


class Listening(App):
    """`/listen` and a WebSocket tell nothing until the client is gone; `/early` answers before the body has come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/early":
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        is_socket = scope["type"] == "websocket"
        if not is_socket and scope.get("path") != "/listen":
            await super().__call__(scope, receive, send)
            return
        self.under_way += 1
        try:
            if is_socket:
                await send({"type": "websocket.accept"})
            else:
                await send({"type": "http.response.start", "status": 200, "headers": []})
            while not (await receive())["type"].endswith(".disconnect"):
                pass
        finally:
            self.under_way -= 1


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    told = settings()
    app = Listening(told)
    async with serving(app, told) as client:
        running = Server(app, client.base_url.port or 0)
        try:
            yield running
        finally:
            for line in running.lines:
                line.writer.transport.abort()


@pytest.mark.parametrize("before", [b"GET /listen HTTP/1.1\r\n\r\n", b"GET /listen HTTP/1.1\r\n\r\n" + GET])
async def test_who_listens_cannot_change_to_a_websocket_and_stay_for_ever(before: bytes) -> None:
    async with server() as running:
        line = await running.line()
        await line.send(before + SOCKET)
        await so(lambda: running.app.under_way == 1)
        assert b"101 Switching" not in await line.reader.readuntil(b"\r\n\r\n")
        line.writer.transport.abort()
        await so(lambda: not running.app.under_way and not running.app.connections._count)


SMUGGLED = b"DELETE /smuggled HTTP/1.1\r\nhost: a\r\n\r\n"


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket, h2c", b"foo/2"])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_is_a_body_whatever_its_request_would_rather_speak(upgrade: bytes, is_chunked: bool) -> None:
    """Java's client asks for HTTP/2 with its first request; and a proxy that passes the header on reads a body here."""
    size = b"%x" % len(SMUGGLED)
    told, body = b"content-length: %d" % len(SMUGGLED), SMUGGLED
    if is_chunked:
        told, body = b"transfer-encoding: chunked", size + b"\r\n" + SMUGGLED + b"\r\n0\r\n\r\n"
    lines = [b"POST /first HTTP/1.1", b"host: a", b"connection: upgrade", b"upgrade: " + upgrade, told, b"", b""]
    head = b"\r\n".join(lines)
    async with server() as running:
        for pieces in ([head + body + GET], [head, body + GET], [head[:40], head[40:] + body[:9], body[9:], GET]):
            line = await running.line()
            for piece in pieces:
                await line.send(piece)
                await running.asked(GET)  # so the pieces come one by one
            assert await line.answer() == (200, f"/first {len(SMUGGLED)}\n")
            assert await line.answer() == (200, "/ 0\n")
        silent = [each for some in running.app.connections._silent.values() for each in some]
        assert not silent, "all of them have spoken"
        assert await running.asked(b"CONNECT /first HTTP/1.1\r\nhost: a\r\n\r\n") == (400, "BAD_REQUEST")


@pytest.mark.parametrize("told", [b"content-length: 3", b"transfer-encoding: chunked"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
async def test_a_websocket_that_cannot_be_is_answered(method: bytes, told: bytes) -> None:
    """A proxy that gets no answer takes this server for one that failed, and two such requests it out of service."""
    asked = SOCKET.replace(b"GET", method).replace(b"host: a", b"host: a\r\n" + told) + b"abc"
    async with server() as running:
        assert await running.asked(asked) == (400, "BAD_REQUEST")
        await so(lambda: not running.app.connections._count)


async def test_a_message_has_an_end_however_small_its_pieces() -> None:
    async with server() as running:
        line = await running.line()
        await line.send(SOCKET)
        await line.reader.readuntil(b"\r\n\r\n")
        await line.send(b"\x01\x80" + MASK + (b"\x00\x80" + MASK) * 2000)
        closed = await line.closed()
        assert closed[:2] == b"\x88" + bytes([len(closed) - 2]), "a close frame, and nothing after it"
        assert int.from_bytes(closed[2:4], "big") == 1009
        await so(lambda: not running.app.under_way and not running.app.connections._count)


async def test_what_was_answered_is_not_answered_again() -> None:
    async with server() as running:
        line = await running.line()
        await line.send(b"POST /early HTTP/1.1\r\ncontent-length: 200000\r\n\r\n")
        assert await line.answer() == (404, "")
        await line.send(b"x" * 200_000)
        assert await line.closed() == b"", "it would be taken for the answer to another request"
        # A short body is nothing to end a connection for.
        line = await running.line()
        await line.send(b"POST /early HTTP/1.1\r\ncontent-length: 2000\r\n\r\n" + b"x" * 2000 + GET)
        assert await line.answer() == (404, "")
        assert await line.answer() == (200, "/ 0\n")


def test_a_whole_school_behind_one_address_may_listen() -> None:
    audience = Audience(None, settings())  # type: ignore[arg-type]  # nobody asks for anything
    with ExitStack() as open_ones:
        for number in range(500):
            scope = {"client": ("192.0.2.1", number)}
            open_ones.enter_context(audience.joined_by(_Pupil(), scope))


class _Pupil:
    def drain(self) -> None:
        """It is not told to."""


class Busy:
    """A connection that cannot be spared."""

    def __init__(self, address: str) -> None:
        self.address = address

    def can_be_spared(self) -> bool:
        return False


async def test_addresses_of_one_household_are_counted_together() -> None:
    told = settings(max_connections_per_address=2, trusted_proxies=["2001:db8:9::1"])
    connections = Connections(told)
    all_of_them: list[Any] = []

    def come(peer: str) -> bool:
        one: Any = Busy(network_of(peer))
        refusal = connections.admit(one, peer)
        connections.spoke(one)  # nor is it silent
        all_of_them.append(one)
        return refusal is None

    assert [come(f"2001:db8:1:1::{n}") for n in range(3)] == [True, True, False]
    assert come("2001:db8:1:2::1"), "the neighbour's"
    assert [come("::ffff:192.0.2.1"), come("192.0.2.1"), come("192.0.2.1")] == [True, True, False]
    assert all(come("2001:db8:9::1") for _ in range(5)), "a proxy"
    for each in all_of_them:
        connections.leave(each)
