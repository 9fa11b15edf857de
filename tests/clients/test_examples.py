"""The example clients of docs/examples, against a running API: what they do when it is away, or answers are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.example import Example, install_typescript, program, running
from tests.clients.proxy import Proxy, proxied

PASSWORD = "correct horse"
ALL_SEATS = "20"
LANGUAGES = pytest.mark.parametrize("language", ["python", "typescript"])

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 14\r\n\r\n<h1>Sorry</h1>"
UNAVAILABLE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n"
    b'{"data": null, "errors": [{"message": "Too late", "extensions": {"code": "UNAVAILABLE"}}]}'
)


class Run(Protocol):
    """Starts an example through a proxy, as somebody new who wants all seats of an event; it ends with the test."""

    async def __call__(self, event: str, *card: str, password: str = PASSWORD) -> Example: ...


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The TypeScript example, installed."""
    return install_typescript(tmp_path_factory.mktemp("typescript"), pytestconfig.cache.mkdir("npm"))


@pytest.fixture
async def proxy(api: Server) -> AsyncIterator[Proxy]:
    async with proxied(api.port) as opened:
        yield opened


@pytest.fixture
async def run(language: str, typescript: Path, proxy: Proxy, office: BoxOffice) -> AsyncIterator[Run]:
    async with AsyncExitStack() as stack:

        async def start(event: str, *card: str, password: str = PASSWORD) -> Example:
            email, _ = await office.register(PASSWORD)
            arguments = [*program(language, typescript), event, ALL_SEATS, *card]
            return await stack.enter_async_context(running(arguments, proxy.url, email, password))

        yield start


# ---------------------------------------------------------------- buying


@LANGUAGES
async def test_a_lost_answer_is_asked_for_again(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event = await office.event()
    proxy.lose("lockSeats")
    proxy.lose("confirmBooking", instead=BAD_GATEWAY)
    proxy.lose("payBooking", instead=UNAVAILABLE)
    example = await run(event)
    for _ in range(3):
        await example.says("again in")
        await example.says("an earlier attempt had done it")
    await example.says("paid: booking")
    assert await example.ends() == 0

    assert proxy.asked == {"login": 1, "lockSeats": 2, "confirmBooking": 2, "payBooking": 2}
    once = ["SEATS_LOCKED", "BOOKING_CREATED", "PAYMENT_INITIATED", "PAYMENT_SUCCEEDED", "BOOKING_CONFIRMED"]
    history = await office.history(event)
    assert sorted(action for action, is_retry in history if not is_retry) == sorted(["EVENT_CREATED", *once])
    assert sum(is_retry for _, is_retry in history) == 3


@LANGUAGES
async def test_somebody_is_quicker(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event, other = await office.event(), await office.buyer()
    locks: list[str] = []

    async def lock() -> None:
        locks.append(await office.lock(other, event))

    proxy.meanwhile("lockSeats", lock)
    example = await run(event)
    await example.says("20 available")
    await example.says("19 available")
    await office.release(other, *locks)
    await example.says("20 available")
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked["lockSeats"] == 2
    assert example.times("again in") == 0


@LANGUAGES
async def test_a_refusal_is_final(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    example = await run(await office.event(), "sim_declined")
    await example.says("PAYMENT_FAILED")
    assert await example.ends() == 1
    assert proxy.asked["payBooking"] == 1
    assert example.times("again in") == 0


@LANGUAGES
async def test_who_cannot_sign_in_is_told_once(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    example = await run(await office.event(), password="wrong horse")
    await example.says("BAD_CREDENTIALS")
    assert await example.ends() == 1
    assert proxy.asked == {"login": 1}


# ---------------------------------------------------------------- watching


@LANGUAGES
async def test_it_comes_back_to_a_server_that_restarts(run: Run, office: BoxOffice, api: Server) -> None:
    event, other = await office.event(), await office.buyer()
    first, second = await office.lock(other, event), await office.lock(other, event)
    example = await run(event)
    _, seats = (await example.says("18 available")).split("18 available")
    assert seats.count("STALLS-") == 2

    await asyncio.to_thread(api.stop)
    await example.says("closed with 1001")
    await asyncio.to_thread(api.start)
    await example.says(f"18 available{seats}")
    await office.release(other, second)
    await example.says("19 available")
    await office.release(other, first)
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert example.times("signed in") == 1
