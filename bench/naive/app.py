"""Plain HTTP and JSON, and GraphQL beside it: `uvicorn --factory bench.naive.app:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.naive.callers import user_of
from bench.naive.locks import Locks, Refused
from bench.naive.schema import view
from domain.process.settings import Settings, load_settings

STATUSES = {
    "NOT_FOUND": 404,
    "SALES_CLOSED": 409,
    "NOT_ENOUGH_SEATS": 409,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "UNAVAILABLE": 503,
}


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(settings.mongo_uri, tz_aware=True, minPoolSize=8)
    async with mongo:
        app.state.locks = Locks(mongo, mongo[settings.mongo_database])
        await app.state.locks.prepare()
        yield


async def create_lock(request: Request) -> Response:
    fields = await request.json()
    locks: Locks = request.app.state.locks
    try:
        locked = await locks.lock(user_of(request), fields["eventId"], fields["count"], fields["idempotencyKey"])
    except Refused as refused:
        return JSONResponse({"code": refused.code, "message": str(refused)}, STATUSES[refused.code])
    return JSONResponse({"lockId": locked.lock_id, "expiresAt": locked.expires_at.isoformat()}, 201)


async def create_event(request: Request) -> Response:
    locks: Locks = request.app.state.locks
    return JSONResponse({"id": await locks.create_event((await request.json())["seats"])}, 201)


async def stop(request: Request) -> Response:
    locks: Locks = request.app.state.locks
    await locks.stop()
    return Response()


async def ready(_: Request) -> Response:
    return Response()


def app_of(settings: Settings) -> Starlette:
    """The server, on this database and with the key of these tokens."""
    routes = [
        Route("/locks", create_lock, methods=["POST"]),
        Route("/events", create_event, methods=["POST"]),
        Route("/graphql", view),
        Route("/stop", stop, methods=["POST"]),
        Route("/ready", ready),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.settings = settings
    return app


def app() -> Starlette:
    """The server by the settings of its environment."""
    return app_of(load_settings())
