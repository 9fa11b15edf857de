"""/metrics of a worker that runs alone: SEATLOCK_WORKER_METRICS_PORT."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from domain.process.settings import PREFIX, SettingsError
from domain.reports.gauges import CONTENT_TYPE, Scrape, may_scrape

if TYPE_CHECKING:
    from domain.services import Services


class _Server(uvicorn.Server):
    """Leaves signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def metrics_served(services: Services) -> AsyncIterator[None]:
    """Serve them meanwhile, where the settings say. Raises SettingsError when that address can't be had."""
    settings = services.settings
    if settings.worker_metrics_port is None:
        yield
        return
    scrape = Scrape(services)

    async def metrics(request: Request) -> Response:
        if not may_scrape(settings, request.headers.get("authorization", "")):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(await scrape.text(), media_type=CONTENT_TYPE)

    app = Router([Route("/metrics", metrics)])
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    with _socket_on(settings.worker_metrics_host, settings.worker_metrics_port) as listening:
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


def _socket_on(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(f"{PREFIX}WORKER_METRICS_PORT: cannot listen there: {error.strerror}") from None
