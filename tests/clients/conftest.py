"""One API process for all tests here, and clients of it by name."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from pymongo import MongoClient

from domain.process.settings import load_settings
from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.client import Client, open_client
from tests.clients.example import ALL_SEATS, PASSWORD, Example, Run, install_typescript, program, running
from tests.clients.installing import install_clients
from tests.clients.proxy import Proxy, proxied
from tests.conftest import Servers
from tests.support.api import api_server

ADMIN = {"admin_email": "grace@seatlock.test", "admin_password": "correct horse"}


class Connect(Protocol):
    """Starts a client by name, signed in with a token or not; it ends with the test.

    `renewed` is the token that it gets when the first is refused.
    """

    async def __call__(self, name: str, token: str | None = None, renewed: str | None = None) -> Client: ...


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Where the scripts can run. What npm brings is kept in pytest's own cache."""
    return install_clients(tmp_path_factory.mktemp("clients"), pytestconfig.cache.mkdir("npm"))


@pytest.fixture(scope="package")
def api(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running `seatlock serve` on a database of its own."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        **ADMIN,
    )
    server = api_server(settings, tmp_path_factory.mktemp("api") / "log")
    server.start()
    yield server
    server.kill()
    mongo: MongoClient[dict[str, object]]
    with MongoClient(settings.mongo_uri) as mongo:
        mongo.drop_database(settings.mongo_database)


@pytest.fixture(scope="package")
async def office(api: Server) -> AsyncIterator[BoxOffice]:
    """Who sells and buys through that API."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=30, verify=False) as http:
        opened = BoxOffice(http)
        await opened.open(ADMIN["admin_email"], ADMIN["admin_password"])
        yield opened


@pytest.fixture
async def connect(scripts: Path, api: Server) -> AsyncIterator[Connect]:
    """Starts clients of that API."""
    async with AsyncExitStack() as stack:

        async def start(name: str, token: str | None = None, renewed: str | None = None) -> Client:
            url = f"http://127.0.0.1:{api.port}/graphql"
            return await stack.enter_async_context(open_client(scripts, name, url, token, renewed=renewed))

        yield start


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The example in TypeScript, installed."""
    return install_typescript(tmp_path_factory.mktemp("typescript"), pytestconfig.cache.mkdir("npm"))


@pytest.fixture
async def proxy(api: Server) -> AsyncIterator[Proxy]:
    """What lies between the examples and that API."""
    async with proxied(api.port) as opened:
        yield opened


@pytest.fixture
async def run(language: str, typescript: Path, proxy: Proxy, office: BoxOffice) -> AsyncIterator[Run]:
    """Starts the example in the language the test is about."""
    async with AsyncExitStack() as stack:

        async def start(event: str, *card: str, password: str = PASSWORD, wanted: str = ALL_SEATS) -> Example:
            email, _ = await office.register(PASSWORD)
            arguments = [*program(language, typescript), event, wanted, *card]
            return await stack.enter_async_context(running(arguments, proxy.url, email, password))

        yield start
