"""Whose turn it is to write an event, between processes.

One token per event goes round in Redis: whoever holds it writes, the others wait in line (BLPOP serves first come
first). It only spares conflicts; MongoDB's transaction is what makes writing right. So when Redis is away, slow or
wrong (a token lost with its holder, or two of them), we write all the same: slower, never wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import cast

import structlog
from beanie import PydanticObjectId
from redis.asyncio import Redis

from domain.process.metrics import baton_waited
from domain.process.outage import Outage

TURN_MS = 750
"""How long a holder may be silent before the line moves on without it: what a process that dies costs its events."""

PATIENCE_SECONDS = 2.5
"""How long we wait for a turn, or for Redis, before we write without."""

PAUSE_SECONDS = 2.0
"""How long we write without asking after Redis failed to answer."""

log = structlog.get_logger(__name__)

# KEYS: free (a list: the token when nobody holds it), held (the token, while its holder is not overdue).
# A token nobody has seen for TURN_MS is given up and a new one made; the old holder's is then refused.
# TAKE answers with the token, or with how many milliseconds its holder has left.
TAKE = """
local token = redis.call('LPOP', KEYS[1])
if not token then
  local left = redis.call('PTTL', KEYS[2])
  if left > 0 then return left end
  token = ARGV[1]
end
redis.call('SET', KEYS[2], token, 'PX', ARGV[2])
return token
"""
HAND_ON = """
local held = redis.call('GET', KEYS[2])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 60000)
return 1
"""


class Baton:
    """The tokens of all events, as one process sees them."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._take = redis.register_script(TAKE)
        self._hand_on = redis.register_script(HAND_ON)
        self._outage = Outage(
            log, "writing without the baton", "writing with the baton again", pause_seconds=PAUSE_SECONDS
        )

    @asynccontextmanager
    async def turn(self, event_id: PydanticObjectId) -> AsyncIterator[None]:
        """Wait for this event's token, for some seconds at most, and pass it on afterwards."""
        keys = [f"{self._prefix}:baton:{event_id}", f"{self._prefix}:baton:{event_id}:held"]
        token = None if self._outage.is_pausing else await self._wait(keys)
        try:
            yield
        finally:
            if token is not None:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await self._hand_on(keys=keys, args=[token, TURN_MS])
                except Exception as error:  # as in _wait
                    self._outage.began(error)

    async def _wait(self, keys: list[str]) -> str | None:
        """The token; None when Redis does not answer, or its line has not moved for long."""
        asked_at = time.perf_counter()
        try:
            # One limit for all of it: redis-py lets those who connect wait for one another.
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    token = await self._take(keys=keys, args=[token_hex(8), TURN_MS])
                    if isinstance(token, int):
                        # Redis reads 0 as for ever.
                        line = self._redis.blpop([keys[0]], timeout=max(token, 1) / 1_000)  # type: ignore[arg-type]
                        popped = await cast("Awaitable[list[str] | None]", line)
                        token = popped and popped[1]
                    if token is not None:
                        baton_waited(time.perf_counter() - asked_at, held=True)
                        self._outage.ended()
                        return str(token)
        except Exception as error:  # whatever Redis does, or is kept there: writing goes on without it
            baton_waited(time.perf_counter() - asked_at, held=False)
            self._outage.began(error)
            return None
