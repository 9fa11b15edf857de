"""/health: this process answers. /ready: MongoDB and Redis answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse

from domain.process.replica_set import NO_REPLICA_SET, is_replica_set, what_is_missing
from domain.services import Services
from graph.execution.http_error import RETRY_AFTER_SECONDS

TIMEOUT_SECONDS = 2.0

RETRY_AFTER = {"retry-after": str(RETRY_AFTER_SECONDS)}


async def health(_request: Request) -> JSONResponse:
    """Alive."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """Able to serve: 200, or 503 naming what does not answer, and saying what to do where that is known."""
    services: Services = request.state.services
    (mongodb, reason), redis = await asyncio.gather(_primary(services.mongo), _answers(services.redis.ping()))
    down = [name for name, answers in (("mongodb", mongodb), ("redis", redis)) if not answers]
    if down:
        told = {"reason": reason} if reason else {}
        return JSONResponse({"status": "unavailable", "down": down, **told}, status_code=503, headers=RETRY_AFTER)
    return JSONResponse({"status": "ok"})


async def _answers(question: Awaitable[object]) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return bool(await question)
    except (PyMongoError, RedisError, OSError):  # TimeoutError is an OSError
        return False


async def _primary(mongo: AsyncMongoClient[dict[str, Any]]) -> tuple[bool, str | None]:
    """Whether a primary answers; if not, what to do, when what answers is no replica set."""
    hello: dict[str, Any] = {}

    async def ask() -> bool:
        hello.update(await mongo.admin.command("hello"))
        return bool(hello.get("isWritablePrimary")) and is_replica_set(hello)

    if await _answers(ask()):
        return True, None
    return False, NO_REPLICA_SET if hello and not is_replica_set(hello) else what_is_missing(mongo)
