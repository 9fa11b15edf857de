"""One API with the shop, one browser for all tests, and a window of it for each visitor."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect
from pymongo import MongoClient

from domain.process.settings import load_settings
from ops.embedded import RedisServer, Server
from tests.clients import box_office
from tests.clients.box_office import BoxOffice
from tests.clients.installing import install_packages
from tests.conftest import Servers
from tests.support.api import api_server
from tests.web.browser import launching

ADMIN = {"admin_email": "grace@seatlock.test", "admin_password": "correct horse"}
PATIENCE = 20_000
"""ms: the machine may be busy with other tests."""

COMPLAINTS = """async () => (await axe.run()).violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))"""
"""What axe finds, once it is loaded."""

expect.set_options(timeout=PATIENCE)

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="package")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """The Redis of that API alone: it may go away."""
    folder = tmp_path_factory.mktemp("redis")
    server = RedisServer(folder / "data", folder / "bin", folder / "log")
    server.start()
    yield server
    server.kill()


@contextmanager
def pages_served(servers: Servers, redis: RedisServer, folder: Path, **more: Any) -> Iterator[Server]:
    """A running `seatlock serve` with the shop and the console, on a database of its own. `more` settings are its own.

    It runs the documents of its pages and of the box office, and no others.
    """
    trusted = {name: text for name, text in vars(box_office).items() if name.isupper()}
    (folder / "documents.json").write_text(json.dumps(trusted))
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=redis.url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        shop=True,
        console=True,
        trusted_documents=folder / "documents.json",
        trusted_only=True,
        **ADMIN,
        **more,
    )
    server = api_server(settings, folder / "log")
    server.start()
    yield server
    server.kill()
    mongo: MongoClient[dict[str, object]]
    with MongoClient(settings.mongo_uri) as mongo:
        mongo.drop_database(settings.mongo_database)


@pytest.fixture(scope="package")
def api(servers: Servers, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of most tests."""
    with pages_served(servers, redis, tmp_path_factory.mktemp("api")) as server:
        yield server


@asynccontextmanager
async def box_office_at(api: Server) -> AsyncIterator[BoxOffice]:
    """Who sells through that API."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=30) as http:
        opened = BoxOffice(http)
        await opened.open(ADMIN["admin_email"], ADMIN["admin_password"])
        yield opened


@pytest.fixture(scope="package")
async def office(api: Server) -> AsyncIterator[BoxOffice]:
    async with box_office_at(api) as opened:
        yield opened


@pytest.fixture(scope="package")
async def browser(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launching(pytestconfig.cache.mkdir("npm")))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    """The script that looks for what keeps people with disabilities out."""
    packages = install_packages(pytestconfig.cache.mkdir("npm"), Path(__file__).parent)
    return (packages / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
async def visit(browser: Browser, api: Server) -> AsyncIterator[Visit]:
    """Opens the shop or the console for a visitor of its own; at the end nothing went wrong behind the scenes.

    That is: no error on the console, where violations of the policy are, too, and no request to another server. What
    the browser itself says of a network that fails is no error of the page.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "net::ERR_" not in message.text:
            wrong.append(message.text)

    async def open_shop(place: str = "", width: int = 1000, at: Server = api, **how: Any) -> Page:
        """`how` is what else the visitor's browser is like: `locale`, `timezone_id` …"""
        shop = f"http://127.0.0.1:{at.port}/"

        def follow(request: Request) -> None:
            if not request.url.startswith(shop):
                wrong.append(request.url)

        how = {"locale": "en-GB", "viewport": {"width": width, "height": 800}, **how}
        context = await browser.new_context(**how)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = await context.new_page()
        page.on("console", listen)
        page.on("request", follow)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(shop + place)
        return page

    yield open_shop
    for context in contexts:
        await context.close()
    assert wrong == []
