"""/metrics of a worker that runs alone: SEATLOCK_WORKER_METRICS_PORT."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from domain.process.settings import PREFIX, SettingsError
from domain.reports.gauges import CONTENT_TYPE, Scrape, may_scrape

if TYPE_CHECKING:
    from domain.services import Services

READ_SECONDS = 5.0
"""How long a client may take to send its request, and to take the answer."""


@asynccontextmanager
async def metrics_served(services: Services) -> AsyncIterator[None]:
    """Serve them meanwhile, where the settings say. Raises SettingsError when that address can't be had."""
    settings = services.settings
    if settings.worker_metrics_port is None:
        yield
        return
    scrape = Scrape(services)

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        # TimeoutError is an OSError. Who is still being answered when the worker ends is not answered.
        with suppress(OSError, ValueError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            async with asyncio.timeout(READ_SECONDS):
                writer.write(await _answer(scrape, services, await reader.readuntil(b"\r\n\r\n")))
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_server(serve, settings.worker_metrics_host, settings.worker_metrics_port)
    except OSError as error:
        raise SettingsError(f"{PREFIX}WORKER_METRICS_PORT: cannot listen there: {error.strerror}") from None
    async with server:
        yield


async def _answer(scrape: Scrape, services: Services, head: bytes) -> bytes:
    request, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = request.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if target.partition("?")[0] != "/metrics":
        return _response(HTTPStatus.NOT_FOUND)
    if method != "GET":
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, "Allow: GET")
    if not may_scrape(services.settings, headers.get("authorization", "")):
        return _response(HTTPStatus.UNAUTHORIZED, "WWW-Authenticate: Bearer")
    return _response(HTTPStatus.OK, f"Content-Type: {CONTENT_TYPE}", body=await scrape.text())


def _response(status: HTTPStatus, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body
