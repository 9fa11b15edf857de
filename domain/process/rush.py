"""Whether anybody buys at this moment, in whichever process: what can wait gives way then.

Whoever commits for a buyer says so in Redis, a few times a second at most. Redis away or slow: then nobody can know,
and it counts as a rush. So nothing may rely on there being none.
"""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

LASTS_SECONDS = 1.0
"""So long after somebody bought it is still a rush."""

SAY_AGAIN_SECONDS = 0.25
"""How often one process says so at most."""

PATIENCE_SECONDS = 1.0
"""How long Redis may take."""

PAUSE_SECONDS = 2.0
"""How long Redis is not asked after it failed to answer. The log has that from others, who need it more."""


class Rush:
    """What one process says, and knows, of the rush in all. Belongs to one event loop. Never raises."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}:rush"
        self._said_at = -LASTS_SECONDS
        self._saying: asyncio.Task[None] | None = None
        self._ask_again_at = 0.0

    def goes_on(self) -> None:
        """Somebody bought something just now."""
        now = time.monotonic()
        if now - self._said_at < SAY_AGAIN_SECONDS:
            return
        self._said_at = now
        if now >= self._ask_again_at and (self._saying is None or self._saying.done()):
            self._saying = asyncio.create_task(self._say())

    async def is_on(self) -> bool:
        """Whether anybody bought within the last second or so, or nobody can know."""
        now = time.monotonic()
        if now - self._said_at < LASTS_SECONDS or now < self._ask_again_at:
            return True
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return bool(await self._redis.exists(self._key))
        except Exception:  # whatever Redis does
            self._pause()
            return True

    async def close(self) -> None:
        """Wait until it is said, or given up."""
        if self._saying is not None:
            await self._saying

    async def _say(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._redis.set(self._key, "1", px=int(LASTS_SECONDS * 1_000))
        except Exception:  # as above
            self._pause()

    def _pause(self) -> None:
        self._ask_again_at = time.monotonic() + PAUSE_SECONDS
