"""The ASGI application: what is opened once, and which path leads where."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypedDict

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from domain.clock import Clock, system_clock
from domain.opening import open_services
from domain.process.logs import configure_logging
from domain.process.settings import Settings, SettingsError, load_settings, require_provider
from domain.services import Services
from graph.execution.http_error import HttpError
from graph.execution.named_documents import NOT_TRUSTED
from graph.execution.operations import Operations
from graph.schema.build import schema
from graph.subscriptions.audience import Audience
from graph.transport.answers import Answers
from graph.transport.console import console_routes
from graph.transport.health import health, ready
from graph.transport.http import GraphQLEndpoint
from graph.transport.ide import Ide, ide_routes
from graph.transport.long_texts import LongTexts
from graph.transport.metrics import Metrics
from graph.transport.middleware import NOSNIFF, Outermost
from graph.transport.pages import icon_route
from graph.transport.responses import send_json
from graph.transport.shop import SHOP, shop_routes
from graph.transport.simulated_bank import bank_route
from graph.transport.timing import Measure, Measured
from graph.transport.webhooks import payment_webhook
from graph.transport.websocket import WebSocketEndpoint

GRAPHQL = "/graphql"


OUR_HEADERS = ("Authorization", "Content-Type", "GraphQL-Cost", "X-Correlation-ID")
"""What pages of other origins may always send."""


class State(TypedDict):
    """What the lifespan hands to every request."""

    services: Services


class Listened(State):
    """The same, and who listens: whoever stops the server drains them first."""

    audience: Audience


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> ASGIApp:
    """The application, for a server of your own: `seatlock serve` has one.

    Settings come from the environment unless given. Bad ones end the process with one line.
    """
    if settings is not None:
        return _opened_by_itself(settings, clock)
    try:
        settings = load_settings()
        require_provider(settings)
        configure_logging(settings)
        return _opened_by_itself(settings, clock)
    except SettingsError as error:
        # uvicorn calls this as a factory and would print any other exception with its whole stack.
        sys.stderr.write(f"seatlock: {error}\n")
        raise SystemExit(2) from None


def _opened_by_itself(settings: Settings, clock: Clock) -> ASGIApp:
    """The application, with services that it opens and closes."""

    @asynccontextmanager
    async def lifespan(_app: Router) -> AsyncIterator[State]:
        async with open_services(settings, clock) as services:
            yield {"services": services}

    return assemble(settings, lifespan)


def assemble(settings: Settings, lifespan: Lifespan[Router]) -> ASGIApp:
    """The application, with services that this lifespan opens. Raises SettingsError for bad trusted documents."""
    operations = Operations(schema, settings)
    audience = Audience(operations, settings)
    # Not the whole of Starlette: its two layers of error handling cost a tenth of a small request. Outermost is one.
    measure = _measure(settings)
    long_texts = LongTexts(operations.paid_by)
    endpoint: ASGIApp = GraphQLEndpoint(operations, audience, measure, long_texts, Answers(settings))
    if settings.graphql_ide:
        endpoint = Ide(endpoint, NOT_TRUSTED if settings.trusted_only else "")
    router = Router(
        routes=routes(settings, endpoint, WebSocketEndpoint(operations, audience, settings, measure, long_texts)),
        redirect_slashes=False,
        default=_not_found,
        lifespan=_draining(lifespan, audience),
    )
    # Around that, so that pages of these origins can read what it answers by itself: a 413, a 500.
    return _allow_origins(Outermost(_first(endpoint, router), settings), settings)


def _first(endpoint: ASGIApp, router: Router) -> ASGIApp:
    """The router, but what nearly every request is for need not be looked for."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        is_for_it = scope["type"] == "http" and scope["path"] == GRAPHQL
        await (endpoint if is_for_it else router)(scope, receive, send)

    return app


def routes(settings: Settings, endpoint: ASGIApp, websocket: ASGIApp) -> list[BaseRoute]:
    """Which path leads where."""
    more: list[BaseRoute] = []
    if settings.graphql_ide:
        more += ide_routes()
    if settings.shop:
        more += shop_routes()
    if settings.console:
        more += console_routes(shop=SHOP if settings.shop else None)
    if settings.shop or settings.console:
        more.append(icon_route())
    if settings.payment_provider != "stripe":
        more.append(bank_route(leads_back=settings.shop))
    return [
        Route(GRAPHQL, endpoint),
        WebSocketRoute(GRAPHQL, websocket),
        Route("/health", health),
        Route("/ready", ready),
        Route("/metrics", Metrics().__call__),
        Route("/webhooks/payments/{provider}", payment_webhook, methods=["POST"]),
        *more,
    ]


def _measure(settings: Settings) -> Measure:
    if not settings.tracing:
        return Measured
    from graph.transport.tracing import Traced

    return Traced


def _draining(lifespan: Lifespan[Router], audience: Audience) -> Lifespan[Router]:
    @asynccontextmanager
    async def drained(app: Router) -> AsyncIterator[Mapping[str, object]]:
        async with lifespan(app) as state:
            yield {**(state or {}), "audience": audience}
            audience.drain()
            await audience.gone()

    return drained


def _allow_origins(app: ASGIApp, settings: Settings) -> ASGIApp:
    if not settings.cors_origins:
        return app
    return _Cors(
        app,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"] if "*" in settings.cors_headers else [*OUR_HEADERS, *settings.cors_headers],
        expose_headers=["X-Correlation-ID", "Retry-After"],
    )


class _Cors(CORSMiddleware):
    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        answer.raw_headers.append(NOSNIFF)
        return answer


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    refused = HttpError(404, "NOT_FOUND", "There is nothing at this path.")
    await send_json(send, refused.status, refused.payload)
