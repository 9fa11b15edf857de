"""/health: this process answers. /ready: MongoDB and Redis answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from pymongo.errors import PyMongoError
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse

from domain.services import Services

TIMEOUT_SECONDS = 2.0


async def health(_request: Request) -> JSONResponse:
    """Alive."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """Able to serve: 200, or 503 naming what does not answer."""
    services: Services = request.state.services
    mongodb, redis = await asyncio.gather(_answers(_primary(services)), _answers(_ping(services)))
    down = [name for name, answers in (("mongodb", mongodb), ("redis", redis)) if not answers]
    if down:
        return JSONResponse({"status": "unavailable", "down": down}, status_code=503)
    return JSONResponse({"status": "ok"})


async def _answers(question: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await question
    except (PyMongoError, RedisError, OSError):  # TimeoutError is an OSError
        return False


async def _primary(services: Services) -> bool:
    hello = await services.mongo.admin.command("hello")
    return bool(hello.get("isWritablePrimary"))


async def _ping(services: Services) -> bool:
    return bool(await services.redis.ping())
