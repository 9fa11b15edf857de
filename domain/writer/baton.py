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

from domain.process.metrics import baton_waited
from domain.process.outage import Outage
from domain.process.redis_wire import RedisWire

TURN_MS = 750
"""How long a holder may be silent before the line moves on without it: what a process that dies costs its events."""

PATIENCE_SECONDS = 2.5
"""How long we wait for a turn, or for Redis, before we write without."""

PAUSE_SECONDS = 2.0
"""How long we write without asking after Redis failed to answer."""

SHARED_SECONDS = 10.0
"""How long after we waited for somebody else's turn of an event we read nothing before it is ours."""

SOON_SECONDS = 0.05
"""How long what was read waits for a turn that should have come meanwhile."""

REMEMBERED = 1_000
"""Events of which we remember that, before those are forgotten of which it is long ago."""

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


class Turn:
    """A turn to write an event, which may not have come yet."""

    def __init__(self, asked: asyncio.Task[tuple[str | None, bool]] | None) -> None:
        self._asked = asked
        self._is_ours = asked is None
        self.token: str | None = None
        self.is_shared = False
        """Whether somebody else has had a turn of this event lately, and may wait for the next."""

    async def comes(self) -> None:
        """Wait for it. It comes without a token, too: when Redis is away, or its line does not move."""
        if self._asked is not None:
            self.token, _ = await asyncio.shield(self._asked)
        self._is_ours = True

    async def has_been_ours(self) -> bool:
        """Whether nobody else can have had it since it was asked for, so that what was read since then still holds."""
        if not self._is_ours and self._asked is not None:
            done, _ = await asyncio.wait({self._asked}, timeout=SOON_SECONDS)
            self._is_ours = bool(done) and self._asked.result()[1]
        return self._is_ours


class Baton:
    """The tokens of all events, as one process sees them."""

    def __init__(self, wire: RedisWire, prefix: str) -> None:
        self._wire = wire
        self._redis = wire.redis
        self._prefix = prefix
        self._take = wire.redis.register_script(TAKE)
        self._hand_on = wire.redis.register_script(HAND_ON)
        self._outage = Outage(
            log, "writing without the baton", "writing with the baton again", pause_seconds=PAUSE_SECONDS
        )
        self._shared_until: dict[PydanticObjectId, float] = {}

    @asynccontextmanager
    async def turn(self, event_id: PydanticObjectId, *, early: bool = False) -> AsyncIterator[Turn]:
        """Wait for this event's token, for some seconds at most, and pass it on afterwards.

        With `early` nobody waits while this process alone seems to write the event. Then what is read before
        `Turn.has_been_ours` may have to be read again.
        """
        keys = [f"{self._prefix}:baton:{event_id}", f"{self._prefix}:baton:{event_id}:held"]
        if self._outage.is_pausing:
            yield Turn(None)
            return
        turn = Turn(asyncio.create_task(self._wait(event_id, keys)))
        try:
            if not early or self._is_shared(event_id):
                await turn.comes()
            turn.is_shared = self._is_shared(event_id)
            yield turn
        finally:
            # Also when who waits has been cancelled: it comes all the same, and others wait for it.
            await turn.comes()
            if turn.token is not None:
                try:
                    await self._wire.run(self._hand_on, keys, (turn.token, TURN_MS), seconds=PATIENCE_SECONDS)
                except Exception as error:  # as in _wait
                    self._outage.began(error)

    def _is_shared(self, event_id: PydanticObjectId) -> bool:
        """Whether somebody else has had a turn of it lately."""
        return time.monotonic() < self._shared_until.get(event_id, 0.0)

    def _share(self, event_id: PydanticObjectId) -> None:
        now = time.monotonic()
        if len(self._shared_until) >= REMEMBERED:
            self._shared_until = {event: until for event, until in self._shared_until.items() if until > now}
        self._shared_until[event_id] = now + SHARED_SECONDS

    async def _wait(self, event_id: PydanticObjectId, keys: list[str]) -> tuple[str | None, bool]:
        """The token, and whether it came at once.

        No token when Redis does not answer, or its line has not moved for long.
        """
        asked_at = time.perf_counter()
        at_once = True
        try:
            # One limit for all of it: redis-py lets those who connect wait for one another.
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    token = await self._wire.run(self._take, keys, (token_hex(8), TURN_MS), seconds=PATIENCE_SECONDS)
                    if isinstance(token, int):
                        at_once = False
                        self._share(event_id)
                        # Redis reads 0 as for ever.
                        line = self._redis.blpop([keys[0]], timeout=max(token, 1) / 1_000)  # type: ignore[arg-type]
                        popped = await cast("Awaitable[list[str] | None]", line)
                        token = popped and popped[1]
                    if token is not None:
                        baton_waited(time.perf_counter() - asked_at, held=True)
                        self._outage.ended()
                        return str(token), at_once
        except Exception as error:  # whatever Redis does, or is kept there: writing goes on without it
            baton_waited(time.perf_counter() - asked_at, held=False)
            self._outage.began(error)
            return None, at_once
