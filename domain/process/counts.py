"""Counts of what happens within a time, kept by all processes together in Redis, or by each alone while it is away.

The library `limits` does the arithmetic. Redis away, slow or wrong is never an error here, and nobody waits for it
longer than SEATLOCK_REDIS_PATIENCE_MS. This process then counts by itself, in memory, and asks Redis again after a
pause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

import structlog
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis

from domain.process.outage import Outage

AnswerT = TypeVar("AnswerT")

AT_ONCE = 8
"""Questions to Redis at a time. Hundreds at once, each on a connection of its own, would be late for that alone."""

PAUSE_SECONDS = 2.0
"""How long this process counts alone after Redis failed to answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within a time, as in `20/minute` or `100/10 minutes`: a window that slides, see `limits`."""

    item: RateLimitItem

    @classmethod
    def of(cls, text: str) -> Rate:
        """The rate that the text says. Raises ValueError."""
        items = parse_many(text)
        if len(items) != 1 or items[0].amount < 1 or items[0].get_expiry() < 1:
            raise ValueError(f"not one rate: {text}")
        return cls(items[0])

    @property
    def seconds(self) -> int:
        """How long the window is."""
        return int(self.item.get_expiry())

    def times(self, factor: int) -> Rate:
        """The same, so many times wider."""
        return Rate(type(self.item)(self.item.amount * factor, self.item.multiples))


class Counts:
    """What happened to whom, by names that callers make up. Never raises because of Redis."""

    def __init__(self, redis: Redis, prefix: str, patience_seconds: float) -> None:
        """Redis may take as long as `patience_seconds`."""
        # The scheme only chooses the library: the connections are those that are open already.
        shared = RedisStorage(
            "redis://",
            implementation="redispy",
            key_prefix=f"{prefix}:counts",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]
        )
        self._together = SlidingWindowCounterRateLimiter(shared)
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._patience_seconds = patience_seconds
        self._outage = Outage(log, "counting without Redis", "counting with Redis again", pause_seconds=PAUSE_SECONDS)

    async def take(self, rate: Rate, *names: str) -> bool:
        """Count one more, unless the rate is used up: whether there was one left."""
        return await self._ask(lambda window: window.hit(rate.item, *names))

    async def has_left(self, rate: Rate, *names: str) -> bool:
        """Whether there is one left. Nothing is counted."""
        return await self._ask(lambda window: window.test(rate.item, *names))

    async def used(self, rate: Rate, *names: str) -> int:
        """How many were counted within its time."""
        stats = await self._ask(lambda window: window.get_window_stats(rate.item, *names))
        return rate.item.amount - stats.remaining

    async def seconds_to_wait(self, rate: Rate, *names: str) -> int:
        """After how many seconds one may be left again; at least 1."""
        stats = await self._ask(lambda window: window.get_window_stats(rate.item, *names))
        return max(1, min(ceil(stats.reset_time - time.time()), rate.seconds))

    async def forget(self, rate: Rate, *names: str) -> None:
        """As if nothing had been counted."""
        await self._ask(lambda window: window.clear(rate.item, *names))

    async def _ask(self, ask: Callable[[SlidingWindowCounterRateLimiter], Awaitable[AnswerT]]) -> AnswerT:
        async with self._turns:
            if not self._outage.is_pausing:
                try:
                    async with asyncio.timeout(self._patience_seconds):
                        answer = await ask(self._together)
                except Exception as error:  # whatever Redis does: counting goes on without it
                    self._outage.began(error)
                else:
                    self._outage.ended()
                    return answer
        return await ask(self._alone)
