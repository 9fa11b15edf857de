"""Texts by their SHA-256, kept in Redis for all processes, and in this one's memory in front of it.

What strangers can fill is bounded: by its size, and by the time since somebody asked. Those that were used last stay.
Redis away, slow or wrong is never an error here, and nobody waits for it longer than SEATLOCK_REDIS_PATIENCE_MS. A
text that only Redis has is then not found.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import structlog
from redis.asyncio import Redis

from domain.process.fair_line import FairLine
from domain.process.outage import Outage

PAUSE_SECONDS = 2.0
"""How long Redis is not asked after it failed to answer."""

AT_ONCE, LINE, LINES = 8, 200, 2_000
"""Questions to Redis at a time; how many of one name may wait, and of all."""

MAX_REMEMBERED = 512 * 1024
"""Characters of text in this process's memory."""

AGAIN_SECONDS = 60.0
"""After so long Redis is told that a text in memory is still in use."""

MOST_OF_ONE, REFILL_SECONDS = 1024 * 1024, 600.0
"""Characters that one asker may have kept, and in what time they have as much again. A shop's pages have a tenth."""

MAX_ASKERS = 10_000
"""So many are remembered, the latest."""

OVERHEAD = 250
"""Bytes that Redis needs for a text besides the text itself: both places of its name."""

_DIGEST = re.compile("[0-9a-f]{64}")

# KEYS: the texts by their names, with the size of all under the empty name; the names by when they were used.
# ARGV: a name, the longest time unused; to store also the text, the most bytes, the overhead.
_FETCH = """
local text = redis.call('HGET', KEYS[1], ARGV[1])
if text then
  local now = redis.call('TIME')
  redis.call('ZADD', KEYS[2], 'XX', now[1] .. '.' .. string.format('%06d', now[2]), ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return text
"""
# A Redis that is full may drop one of the two keys by itself: what is left of the other is nobody's then.
_STORE = """
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 1 then redis.call('DEL', KEYS[1], KEYS[2]) end
local function drop(name)
  local freed = redis.call('HSTRLEN', KEYS[1], name) + ARGV[5]
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
  return redis.call('HINCRBY', KEYS[1], '', -freed)
end
local now = redis.call('TIME')
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now[1] - ARGV[2], 'LIMIT', 0, 100)) do drop(old) end
redis.call('ZADD', KEYS[2], now[1] .. '.' .. string.format('%06d', now[2]), ARGV[1])
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 1 then
  local size = redis.call('HINCRBY', KEYS[1], '', #ARGV[3] + ARGV[5])
  while size > tonumber(ARGV[4]) do size = drop(redis.call('ZRANGE', KEYS[2], 0, 0)[1]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
"""

_log = structlog.get_logger(__name__)


def digest_of(text: str) -> str:
    """The text's SHA-256, in hexadecimal digits: its name here."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class StoredTexts:
    """Texts that clients name by their hash. Never raises because of Redis."""

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        *,
        seconds: int,
        most_bytes: int,
        patience_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Redis may take as long as `patience_seconds`."""
        self._keys = [f"{prefix}:texts", f"{prefix}:texts:used"]
        self._fetch, self._store = redis.register_script(_FETCH), redis.register_script(_STORE)
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._remembered: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._size = 0
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._line = FairLine(AT_ONCE, LINE, LINES)
        lines = "persisted queries without Redis", "persisted queries with Redis again"
        self._outage = Outage(_log, *lines, pause_seconds=PAUSE_SECONDS)

    async def get(self, digest: str, asker: str) -> str | None:
        """The text of this hash; None if it is not known, or can't be fetched now.

        Who asks for what only Redis may have waits behind all else of the same asker's. Raises Overloaded.
        """
        # Whatever else a client sends, a megabyte perhaps, is no question to Redis.
        if _DIGEST.fullmatch(digest) is None:
            return None
        known = self._remembered.get(digest)
        if known is not None:
            text, told_at = known
            self._remembered.move_to_end(digest)
            if self._clock() - told_at > AGAIN_SECONDS:
                self._remembered[digest] = text, self._clock()
                await self._tell(digest, text, asker)
            return text
        found = await self._ask(asker, lambda: self._fetch(self._keys, [digest, self._seconds]))
        # Not taken at its word: others may write to Redis, too.
        if not isinstance(found, str) or digest_of(found) != digest:
            return None
        self._remember(digest, found)
        return found

    async def put(self, digest: str, text: str, asker: str) -> None:
        """Keep this text, whose hash it is, for everybody; unless this asker has had too many kept. Raises Overloaded.

        Else one could have all others' forgotten, again and again.
        """
        if digest in self._remembered:
            await self.get(digest, asker)
            return
        if not self._has_room(asker, len(text)):
            return
        self._remember(digest, text)
        await self._tell(digest, text, asker)

    def _has_room(self, asker: str, length: int) -> bool:
        left, since = self._left.get(asker, (MOST_OF_ONE, 0.0))
        left = min(MOST_OF_ONE, left + (self._clock() - since) * MOST_OF_ONE / REFILL_SECONDS)
        if length > left:
            return False
        self._left[asker] = left - length, self._clock()
        self._left.move_to_end(asker)
        if len(self._left) > MAX_ASKERS:
            self._left.popitem(last=False)
        return True

    async def _tell(self, digest: str, text: str, asker: str) -> None:
        arguments: list[str | int] = [digest, self._seconds, text, self._most_bytes, OVERHEAD]
        await self._ask(asker, lambda: self._store(self._keys, arguments))

    async def _ask(self, asker: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        async with self._line.turn(asker):
            if self._outage.is_pausing:
                return None
            try:
                async with asyncio.timeout(self._patience_seconds):
                    answer = await ask()
            except Exception as error:  # whatever Redis does: clients send the whole text then
                self._outage.began(error)
                return None
            self._outage.ended()
            return answer

    def _remember(self, digest: str, text: str) -> None:
        if digest not in self._remembered:
            self._size += len(text)
        self._remembered[digest] = text, self._clock()
        while self._size > MAX_REMEMBERED:
            _, (forgotten, _) = self._remembered.popitem(last=False)
            self._size -= len(forgotten)
