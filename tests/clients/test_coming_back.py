"""The example clients on a line that is dead, and when nobody is there for long: fifty times as fast as for users."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from graph.transport import send_queue
from tests.clients.box_office import BoxOffice
from tests.clients.example import ALL_SEATS, ONE_LANGUAGE, PASSWORD, Example, Run, program, running
from tests.clients.proxy import Proxy, proxied
from tests.graph.conftest import given, serving

EMAIL = "grace@seatlock.test"
LONGEST_PAUSE = 15 / 50
FASTER = {
    "python": {
        "_longest = 0.5": "_longest = 0.01",
        "_longest, 15)": "_longest, 0.3)",
        "SILENCE = 30.0": "SILENCE = 0.6",
        "TIMEOUT = 15.0": "TIMEOUT = 2.0",
    },
    "typescript": {
        "#longest = 500": "#longest = 10",
        "#longest, 15_000)": "#longest, 300)",
        "SILENCE = 30_000": "SILENCE = 600",
        "TIMEOUT = 15_000": "TIMEOUT = 2_000",
    },
}
"""What the examples wait, and what they wait here."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"admin_email": EMAIL, "admin_password": SecretStr(PASSWORD)})


@pytest.fixture
async def served(services: Services, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(send_queue, "KEEP_ALIVE_SECONDS", send_queue.KEEP_ALIVE_SECONDS / 50)
    async with serving(assemble(services.settings, given(services))) as client:
        yield client


@pytest.fixture
async def office(served: httpx.AsyncClient) -> BoxOffice:
    opened = BoxOffice(served)
    await opened.open(EMAIL, PASSWORD)
    return opened


@pytest.fixture
async def proxy(served: httpx.AsyncClient) -> AsyncIterator[Proxy]:
    assert served.base_url.port
    async with proxied(served.base_url.port) as opened:
        yield opened


@pytest.fixture
def faster(language: str, typescript: Path) -> list[str | Path]:
    """What starts a copy of the example that waits less."""
    *before, source = program(language, typescript)
    text = Path(source).read_text()
    for slow, fast in FASTER[language].items():
        assert text.count(slow) == 1, slow
        text = text.replace(slow, fast)
    copy = Path(typescript, f"faster_{Path(source).name}")
    copy.write_text(text)
    return [*before, copy]


@pytest.fixture
async def run(faster: list[str | Path], proxy: Proxy, office: BoxOffice) -> AsyncIterator[Run]:
    async with AsyncExitStack() as stack:

        async def start(event: str, *card: str, password: str = PASSWORD, wanted: str = ALL_SEATS) -> Example:
            email, _ = await office.register(PASSWORD)
            arguments = [*faster, event, wanted, *card]
            return await stack.enter_async_context(running(arguments, proxy.url, email, password))

        yield start


@ONE_LANGUAGE
async def test_a_line_that_is_dead_is_given_up_and_made_again(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event, other = await office.event(), await office.buyer()
    lock = await office.lock(other, event)
    example = await run(event)
    await example.says("19 available")
    proxy.die()
    await office.release(other, lock)
    await example.says("again in")
    await example.says("20 available")
    await example.says("paid: booking")
    assert await example.ends() == 0
    # Once on the socket; and once more if its requests went over a line that was dead, too.
    assert example.times("again in") <= 2


@ONE_LANGUAGE
async def test_who_was_alone_for_long_is_back_soon(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event, other = await office.event(), await office.buyer()
    lock = await office.lock(other, event)
    example = await run(event)
    await example.says("19 available")
    proxy.stop()
    await office.release(other, lock)
    # More than a hundred seconds of users' time. The pauses grow, up to a bound, and no two clients have the same.
    pauses = [re.search(r"again in (\d+\.\d+) s", await example.says("again in")) for _ in range(14)]
    await proxy.start()
    await example.says("20 available")
    await example.says("paid: booking")
    assert await example.ends() == 0
    waited = [float(pause[1]) for pause in pauses if pause]
    assert waited[0] < 0.1 < max(waited) <= LONGEST_PAUSE
    assert example.times("signed in") == 1
