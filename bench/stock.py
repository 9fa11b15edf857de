"""Our schema behind Strawberry's own ASGI view, its parser and validation caches on: what (a) is held against."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from domain.clock import system_clock
from domain.people.accounts import Claims, read_token
from domain.process.settings import load_settings
from graph.schema.queries import Query


class StockView(GraphQL[Claims, None]):
    """Strawberry's view, with the access token read as ours does."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Claims:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return read_token(settings, token, system_clock())


settings = load_settings()
app = StockView(Schema(Query, extensions=[ParserCache, ValidationCache]), graphql_ide=None)
