"""The application on a real socket, in the test's own event loop."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Lifespan

from domain.people import accounts
from domain.process.settings import Settings
from domain.services import Services
from graph.app import State, assemble
from ops.http_protocol import HttpProtocol
from ops.serving import configured
from ops.websocket_protocol import WebSocketProtocol

STOP_SECONDS = 20.0


class _Server(uvicorn.Server):
    """uvicorn without its ticks: a server starts and stops at once, hundreds of times."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Ctrl-C stays pytest's

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(STOP_SECONDS):
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # uvicorn has no event
                await asyncio.sleep(0.002)
        await self.lifespan.shutdown()


@asynccontextmanager
async def serving(
    app: ASGIApp, settings: Settings | None = None, *, ours: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of this application, served by uvicorn on a free port; with settings, as `seatlock serve` does.

    One that is not `ours` is served by uvicorn's own protocols.
    """
    config = uvicorn.Config(app, ws="websockets-sansio", log_config=None, access_log=False)
    if ours:
        config = uvicorn.Config(app, http=HttpProtocol, ws=WebSocketProtocol, log_config=None, access_log=False)
    if settings is not None:
        config = configured(app, settings)
    server = _Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve([listening]))
        try:
            while not server.started:
                assert not task.done(), "the application did not start"
                await asyncio.sleep(0.005)
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with httpx.AsyncClient(base_url=url, verify=False, timeout=30) as client:
                yield client
        finally:
            server.stopping.set()
            await task


class Client:
    """Sends operations the way any GraphQL client does."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def execute(
        self, query: str, variables: Mapping[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """The whole answer: data, errors, or both."""
        response = await self.http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        answer: dict[str, Any] = response.json()
        assert "data" not in answer or response.status_code == 200, response.text
        return answer


@pytest.fixture
async def api(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to a running server that works with the test's own `services`."""
    async with serving(assemble(services.settings, given(services)), services.settings) as client:
        yield client


def given(services: Services) -> Lifespan[Any]:
    """A lifespan for services that are open already: Beanie's classes know one client at a time."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[State]:
        yield {"services": services}

    return lifespan


@pytest.fixture
def client(api: httpx.AsyncClient) -> Client:
    """GraphQL to the same server."""
    return Client(api)


@pytest.fixture
async def token(services: Services) -> str:
    """The access token of a user of this test's own."""
    email = f"{secrets.token_hex(4)}@seatlock.test"
    user = await accounts.register(
        services, name="Ada", email=email, password=secrets.token_hex(8), correlation_id="test"
    )
    return accounts.issue_token(services.settings, user, services.clock()).token
