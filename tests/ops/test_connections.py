"""What one connection may send, how long it may take, and who is let in: told by a server that does nothing else."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from domain.documents import Role
from domain.people.accounts import issue_token
from domain.process.settings import Settings, load_settings
from ops.connections import Connections
from ops.heads import HeadCount, HeadLimits
from ops.refusals import HEADERS_TOO_LARGE, LINE_TOO_LONG, ConnectionRefusal
from tests.graph.conftest import serving
from tests.support import waiting

PATIENCE_SECONDS = 10.0
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
BIG = 1_000_000


def settings(**more: Any) -> Settings:
    return load_settings(
        mongo_uri="mongodb://nowhere/?replicaSet=r",
        redis_url="redis://nowhere",
        secret_key=secrets.token_hex(32),
        **more,
    )


class App:
    """Says which path was asked for, and how long the body was; `/wait` waits, `/big` says much."""

    def __init__(self, settings: Settings) -> None:
        self.services = SimpleNamespace(settings=settings, clock=lambda: datetime.now(UTC))
        self.under_way = self.begun = 0
        self.release = asyncio.Event()
        self.connections: Connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["services"] = self.services
            self.connections = Connections.of(scope["state"])
            for _ in range(2):
                await send({"type": f"{(await receive())['type']}.complete"})
            return
        self.under_way, self.begun = self.under_way + 1, self.begun + 1
        try:
            body = b""
            while (message := await receive())["type"] == "http.request":
                body += message["body"]
                if not message.get("more_body"):
                    break
            if scope["path"] == "/wait":
                await self.release.wait()
            text = b"x" * BIG if scope["path"] == "/big" else f"{scope['path']} {len(body)}\n".encode()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-length", b"%d" % len(text))]})
            await send({"type": "http.response.body", "body": text})
        finally:
            self.under_way -= 1


class Line:
    """A connection, as bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def answer(self) -> tuple[int, str]:
        """The next answer: its status, and its text or its code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            if "chunked" in head:
                text = ""
                while (size := int(await self.reader.readline(), 16)) or not await self.reader.readline():
                    text += (await self.reader.readexactly(size + 2))[:-2].decode()
                return int(head.split()[1]), text
            found = re.search(r"content-length: (\d+)", head)
            assert found
            text = (await self.reader.readexactly(int(found[1]))).decode()
            code = re.search(r'"code":"(\w+)"', text)
            return int(head.split()[1]), code[1] if code else text

    async def closed(self) -> bytes:
        """What still comes until the server has closed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


class Server:
    def __init__(self, app: App, port: int) -> None:
        self.app, self.port = app, port
        self.lines: list[Line] = []

    async def line(self, address: str = "127.0.0.1") -> Line:
        opened = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        self.lines.append(Line(*opened))
        return self.lines[-1]

    async def asked(self, data: bytes, address: str = "127.0.0.1") -> tuple[int, str]:
        line = await self.line(address)
        await line.send(data)
        return await line.answer()


@asynccontextmanager
async def server(**more: Any) -> AsyncIterator[Server]:
    told = settings(**more)
    app = App(told)
    async with serving(app, told) as client:
        running = Server(app, client.base_url.port or 0)
        try:
            yield running
        finally:
            app.release.set()
            for line in running.lines:
                line.writer.transport.abort()


QUICK = {"first_byte_seconds": 1, "headers_seconds": 1, "body_seconds": 1, "write_seconds": 1}


async def so(condition: Callable[[], object]) -> None:
    """Return once it is."""

    async def is_so() -> object:
        return condition()

    await waiting.until(is_so)


def token(of: Settings) -> str:
    user = SimpleNamespace(id="0" * 24, role=Role.USER, sessions_ended=0)
    return issue_token(of, user, datetime.now(UTC)).token  # type: ignore[arg-type]


# ------------------------------------------------------------ what is counted

LIMITS = HeadLimits(line=20, header=30, all=100, number=3)


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        (b"GET / HTTP/1.1\r\na: b\r\n\r\n", None),
        (b"\r\n\r\nGET / HTTP/1.1\r\na: b\r\nc: d\r\ne: f\r\n\r\n", None),
        (b"GET /" + b"x" * 30, LINE_TOO_LONG),
        (b"GET /xxxxxxxxxxxxxxxx HTTP/1.1\r\n", LINE_TOO_LONG),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 40, HEADERS_TOO_LARGE),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 5, HEADERS_TOO_LARGE),
        (b"GET / HTTP/1.1\r\n" + b"a: 2345678901234567890\r\n" * 4, HEADERS_TOO_LARGE),
        (b"\r\n" * 51, LINE_TOO_LONG),
    ],
)
def test_a_head_is_counted_however_it_is_cut(head: bytes, refused: ConnectionRefusal | None) -> None:
    for size in (1, 2, 7, len(head)):
        count = HeadCount(LIMITS)
        told = [count.add(head[start : start + size]) for start in range(0, len(head), size)]
        assert next(filter(None, told), None) == refused, size


# ------------------------------------------------------------ what is too much


@pytest.mark.parametrize(
    ("start", "endless", "status", "code"),
    [
        (b"GET /", b"x" * 1000, 414, "URI_TOO_LONG"),
        (b"GET / HTTP/1.1\r\na: ", b"x" * 1000, 431, "HEADERS_TOO_LARGE"),
        (b"GET / HTTP/1.1\r\n", b"a: b\r\n" * 100, 431, "HEADERS_TOO_LARGE"),
        (b"GET / HTTP/1.1\r\n", b"a: " + b"x" * 997 + b"\r\n", 431, "HEADERS_TOO_LARGE"),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 100, 431, "HEADERS_TOO_LARGE"),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5;", b"a" * 1000, 431, "HEADERS_TOO_LARGE"),
        (b"hello\r\n" * 10, b"", 400, "BAD_REQUEST"),
    ],
)
async def test_what_has_no_end_is_refused_while_it_comes(start: bytes, endless: bytes, status: int, code: str) -> None:
    async with server() as running:
        line = await running.line()
        await line.send(start)
        for _ in range(100):
            await line.send(endless)
        assert await line.answer() == (status, code)
        assert await line.closed() == b""


async def test_pipelined_requests_are_answered_in_order_and_read_a_few_at_a_time() -> None:
    async with server(max_pipelined=3) as running:
        line = await running.line()
        sent = [b"POST /%d HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc" % number for number in range(2000)]
        await line.send(b"GET /wait HTTP/1.1\r\n\r\n")
        sending = asyncio.create_task(line.send(b"".join(sent)))
        await so(lambda: running.app.begun == 1)
        assert (await running.asked(GET))[0] == 200  # so much time has gone that the rest would have been parsed
        [first] = [each for each in running.app.connections._by_address["127.0.0.1"] if getattr(each, "pipeline", ())]
        assert len(first.pipeline) <= 3 + 512 // len(sent[0])  # type: ignore[attr-defined]
        running.app.release.set()
        assert await line.answer() == (200, "/wait 0\n")
        for number in range(2000):
            assert await line.answer() == (200, f"/{number} 3\n")
        await sending


async def test_who_reads_nothing_is_cut_off() -> None:
    async with server(**QUICK) as running:
        line = await running.line()
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await line.send(b"GET /big HTTP/1.1\r\n\r\n" * 50)
        await so(lambda: running.app.begun > 0)
        await so(lambda: not running.app.connections._count)
        await so(lambda: not running.app.under_way)
        assert running.app.begun < 20


async def test_what_waits_in_all_has_a_limit_and_the_heaviest_goes() -> None:
    async with server(max_waiting_bytes=1_048_576) as running:
        honest = await running.line("127.0.0.2")
        post = b"POST /slow HTTP/1.1\r\ncontent-length: 900000\r\n\r\n"
        await honest.send(post.replace(b"900000", b"400000") + b"x" * 100_000)
        greedy = [await running.line() for _ in range(10)]
        for each in greedy:
            await each.send(post + b"x" * 200_000)
        await so(lambda: running.app.connections._waiting <= 1_048_576 and running.app.connections._count < 8)
        await honest.send(b"x" * 300_000)
        assert await honest.answer() == (200, "/slow 400000\n")


# ------------------------------------------------------------ what takes too long


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"", b""),
        (b"\r\n", b""),
        (b"GET / HT", b"HTTP/1.1 408"),
        (b"GET / HTTP/1.1\r\nhost: a\r\n", b"HTTP/1.1 408"),
        (b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc", b"HTTP/1.1 408"),
    ],
)
async def test_who_stops_in_the_middle_is_not_waited_for(said: bytes, answer: bytes) -> None:
    async with server(**QUICK) as running:
        line = await running.line()
        await line.send(said)
        told = await line.closed()
        assert told[: len(answer) or 1] == answer
        assert not running.app.begun or b"POST" in said


async def test_an_idle_connection_is_kept_and_then_closed() -> None:
    async with server(**QUICK, keep_alive_seconds=2) as running:
        line = await running.line()
        for _ in range(2):
            await line.send(GET)
            assert await line.answer() == (200, "/ 0\n")
            await asyncio.sleep(1.5)  # longer than a new one may say nothing
        assert await line.closed() == b""


async def test_the_slow_and_the_patient_are_served() -> None:
    """A telephone on a bad line, and who waits long for an answer, longer than anything else may take."""
    async with server(**QUICK) as running:
        patient, slow = await running.line(), await running.line()
        await patient.send(b"GET /wait HTTP/1.1\r\n\r\n")
        for piece in (b"POST /slow HTTP/1.1\r\ncont", b"ent-length: 3000\r\n\r\n", *[b"x" * 100] * 30):
            await slow.send(piece)
            await asyncio.sleep(0.07)
        assert await slow.answer() == (200, "/slow 3000\n")
        running.app.release.set()
        assert await patient.answer() == (200, "/wait 0\n")


# ------------------------------------------------------------ who is let in


async def test_one_address_has_so_many_and_its_silent_ones_make_room() -> None:
    async with server(max_connections_per_address=2) as running:
        silent, busy = await running.line(), await running.line()
        await busy.send(b"GET /wait HTTP/1.1\r\n\r\n")
        await so(lambda: running.app.under_way == 1)
        third = await running.line()
        assert await silent.closed() == b""
        await third.send(b"GET /wait HTTP/1.1\r\n\r\n")
        await so(lambda: running.app.under_way == 2)
        assert await running.asked(GET) == (429, "TOO_MANY_CONNECTIONS")
        assert await running.asked(GET, "127.0.0.2") == (200, "/ 0\n")


async def test_a_trusted_proxy_may_have_more() -> None:
    async with server(max_connections_per_address=2, trusted_proxies=["127.0.0.0/30"]) as running:
        for _ in range(5):
            await (await running.line()).send(b"GET /wait HTTP/1.1\r\n\r\n")
        await so(lambda: running.app.under_way == 5)


async def test_when_all_places_are_taken_buyers_and_health_get_one() -> None:
    async with server(max_connections=8) as running:
        for _ in range(8):
            await (await running.line()).send(b"GET /wait HTTP/1.1\r\n\r\n")
        await so(lambda: running.app.under_way == 8)
        assert await running.asked(GET) == (503, "UNAVAILABLE")
        assert await running.asked(b"GET /health HTTP/1.1\r\n\r\n") == (200, "/health 0\n")
        forged = b"GET / HTTP/1.1\r\nauthorization: Bearer abc\r\n\r\n"
        assert await running.asked(forged) == (503, "UNAVAILABLE")
        signed_in = f"GET / HTTP/1.1\r\nauthorization: Bearer {token(running.app.services.settings)}\r\n\r\n"
        assert await running.asked(signed_in.encode()) == (200, "/ 0\n")


async def test_the_silent_of_one_address_take_no_place_from_another() -> None:
    async with server(max_connections=20) as running:
        for _ in range(60):
            await running.line()
        assert await running.asked(GET, "127.0.0.2") == (200, "/ 0\n")
