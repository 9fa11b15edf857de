"""/metrics, for Prometheus."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from domain.reports.gauges import CONTENT_TYPE, Scrape, may_scrape
from domain.services import Services
from graph.execution.http_error import HttpError


class Metrics:
    """What is behind /metrics."""

    def __init__(self) -> None:
        self._scrape: Scrape | None = None

    async def __call__(self, request: Request) -> Response:
        """All metrics, of all processes that share them with this one. With a token set, only for who sends it."""
        services: Services = request.state.services
        if not may_scrape(services.settings, request.headers.get("authorization", "")):
            raise HttpError(401, "UNAUTHENTICATED", "Send the metrics token.", [(b"www-authenticate", b"Bearer")])
        if self._scrape is None:
            self._scrape = Scrape(services)
        return Response(await self._scrape.text(), media_type=CONTENT_TYPE)
