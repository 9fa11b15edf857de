"""The arq worker: `seatlock worker`. Jobs are plain functions; each is one call into domain."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Any, cast

import structlog
import uvloop
from arq.connections import RedisSettings
from arq.cron import cron
from arq.typing import WorkerCoroutine
from arq.worker import Worker
from redis import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.logs import configure_logging
from domain.services import open_services
from domain.settings import Settings
from workers.sweep import sweep

log = structlog.get_logger(__name__)

EVERY_SECOND = set(range(60))


def run(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM; the job in hand is finished first."""
    configure_logging(settings)
    # arq says when each job starts and ends: two lines a second, about nothing.
    logging.getLogger("arq.worker").setLevel(logging.WARNING)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    _say_if_redis_is_away(settings)
    build_worker(settings).run()


def _say_if_redis_is_away(settings: Settings) -> None:
    # arq waits for it without a word.
    try:
        Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2).ping()
    except (RedisError, OSError) as error:
        log.warning("waiting for Redis", reason=type(error).__name__)


def build_worker(settings: Settings) -> Worker:
    """A worker on these settings, not yet running."""
    exits = AsyncExitStack()

    async def start(ctx: dict[Any, Any]) -> None:
        ctx["services"] = await exits.enter_async_context(open_services(settings))

    async def stop(ctx: dict[Any, Any]) -> None:
        await exits.aclose()

    redis = RedisSettings.from_dsn(settings.redis_url)
    # Without these arq exits when Redis restarts (ecosystem: OSError matters).
    redis.retry = Retry(ExponentialBackoff(cap=2, base=0.05), 10_000)
    redis.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    redis.conn_retries = 10_000
    return Worker(
        functions=[],
        cron_jobs=[
            cron(cast(WorkerCoroutine, sweep), second=EVERY_SECOND, unique=True, timeout=30, keep_result=0, max_tries=1)
        ],
        redis_settings=redis,
        queue_name=f"{settings.mongo_database}:jobs",
        on_startup=start,
        on_shutdown=stop,
        poll_delay=0.2,
        health_check_interval=30,
        handle_signals=True,
    )
