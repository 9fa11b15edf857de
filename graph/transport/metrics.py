"""/metrics, for Prometheus."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import Overloaded
from domain.process.fair_line import FairLine
from domain.process.fingerprints import network_of
from domain.reports.gauges import CONTENT_TYPE, Scrape, may_scrape
from domain.services import Services
from graph.execution.http_error import HttpError
from graph.transport.callers import address_of

REST_SECONDS = 0.05
"""Where others wait, so long until the next is told: it is a long text, and there may be no token."""

LINE, LINES = 20, 200
"""How many of one address may wait, and of all."""


class Metrics:
    """What is behind /metrics."""

    def __init__(self) -> None:
        self._scrape: Scrape | None = None
        self._line = FairLine(1, LINE, LINES)

    async def __call__(self, request: Request) -> Response:
        """All metrics, of all processes that share them with this one. With a token set, only for who sends it."""
        services: Services = request.state.services
        if not may_scrape(services.settings, request.headers.get("authorization", "")):
            raise HttpError(401, "UNAUTHENTICATED", "Send the metrics token.", [(b"www-authenticate", b"Bearer")])
        if self._scrape is None:
            self._scrape = Scrape(services)
        try:
            # Each address waits behind itself: who asks without end keeps nobody else from it, and sales from nothing.
            async with self._line.turn(network_of(address_of(request.scope) or "")):
                text = await self._scrape.text()
                if self._line.is_waited_in:
                    await asyncio.sleep(REST_SECONDS)
        except Overloaded as error:
            raise HttpError(429, "RATE_LIMITED", str(error)) from None
        return Response(text, media_type=CONTENT_TYPE)
