"""Whose turn it is to write an event, between processes.

One token per event goes round in Redis: whoever holds it writes, the others wait in line (BLPOP serves first come
first). It only spares conflicts; MongoDB's transaction is what makes writing right. So when Redis is away, slow or
wrong (a token lost with its holder, or two of them), we write all the same: slower, never wrong.

A holder that goes on writing says so under a name, its reign (relay.py). Who comes then need not wait, and hands its
commands over instead.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import TypeAlias, cast

import structlog
from beanie import PydanticObjectId

from domain.process.metrics import baton_waited
from domain.process.outage import Outage
from domain.process.redis_wire import Command, RedisWire

TURN_MS = 750
"""How long a holder may be silent before the line moves on without it: what a process that dies costs its events."""

PATIENCE_SECONDS = 2.5
"""How long we wait for a turn, or for Redis, before we write without."""

PAUSE_SECONDS = 2.0
"""How long we write without asking after Redis failed to answer."""

KEEP_SECONDS = 0.05
"""How long a turn lasts before we look whether somebody waits for it."""

SHARED_SECONDS = 10.0
"""How long after we waited for somebody else's turn of an event we read nothing before it is ours."""

SOON_SECONDS = 0.05
"""How long what was read waits for a turn that should have come meanwhile."""

REMEMBERED = 1_000
"""Events of which we remember that, before those are forgotten of which it is long ago."""

Announced: TypeAlias = tuple[str, str, int | str]
"""The reign, its build and its holder's clock, as the script has them."""

NOBODY: Announced = ("", "", "")

log = structlog.get_logger(__name__)

# KEYS, of each script: free (a list: the token when nobody holds it), held (the token, while its holder is not
# overdue), reign (under which its holder takes commands, and its build, while it does), waiting (how many may wait in
# `free` who could hand theirs over), apart (whether somebody waits who can't), begun (a list: for each who may wait in
# `free`, too, that a reign has begun).
# A token nobody has seen for TURN_MS is given up and a new one made; the old holder's is then refused.

# ARGV: a new token, TURN_MS, the build of who asks ("" of who hands nothing over), PATIENCE_MS. Answers with the token,
# with "!" and the reign, or with how many milliseconds the holder has left.
TAKE = """
local token = redis.call('LPOP', KEYS[1])
if not token then
  local left = redis.call('PTTL', KEYS[2])
  if left > 0 then
    local reign, build = string.match(redis.call('GET', KEYS[3]) or '', '^(%S+) (%S+) ')
    if reign and build == ARGV[3] then return '!' .. reign end
    if reign or ARGV[3] == '' then
      redis.call('SET', KEYS[5], '1', 'PX', ARGV[4])
    else
      redis.call('INCR', KEYS[4])
      redis.call('PEXPIRE', KEYS[4], ARGV[4])
    end
    return left
  end
  token = ARGV[1]
end
redis.call('DEL', KEYS[3])
redis.call('SET', KEYS[2], token, 'PX', ARGV[2])
return token
"""
# ARGV: the token, TURN_MS, the reign, its build, and the holder's clock in milliseconds (all three "" if nothing may be
# handed over yet). Answers with 0 when the token is another's, 1 when all is well, 2 when somebody waits, 3 when
# somebody waits who hands nothing over. Who hands something over compares clocks by their distance from Redis's.
KEEP = """
local held = redis.call('GET', KEYS[2])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
if redis.call('DEL', KEYS[5]) == 1 then
  redis.call('DEL', KEYS[3])
  return 3
end
local waiting = tonumber(redis.call('GET', KEYS[4]) or '0')
if ARGV[3] == '' then return waiting > 0 and 2 or 1 end
local now = redis.call('TIME')
local ahead = ARGV[5] - now[1] * 1000 - math.floor(now[2] / 1000)
redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. string.format('%d', ahead), 'PX', ARGV[2])
if waiting > 0 then
  redis.call('DEL', KEYS[4])
  for _ = 1, waiting do redis.call('RPUSH', KEYS[6], '!') end
  redis.call('PEXPIRE', KEYS[6], ARGV[2])
end
return 1
"""
# ARGV: the token, TURN_MS.
HAND_ON = """
local held = redis.call('GET', KEYS[2])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[1], KEYS[3])
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 60000)
return 1
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What came of asking for a turn: a token, or whose reign it is. Neither, if Redis or the line did not answer.

    `at_once`: nobody else can have had the turn since it was asked for.
    """

    token: str | None = None
    reign: str | None = None
    at_once: bool = True


class Turn:
    """A turn to write an event, which may not have come yet."""

    def __init__(
        self,
        asked: asyncio.Task[_Taken] | None = None,
        keep: Callable[[Turn, Announced, Sequence[Command]], Awaitable[bool]] | None = None,
    ) -> None:
        self._asked = asked
        self._keep = keep
        self._is_ours = asked is None
        self._kept_at = time.monotonic()
        self.token: str | None = None
        self.is_shared = False
        """Whether somebody else has had a turn of this event lately, and may wait for the next."""
        self.taken_by: str | None = None
        """Instead of a turn: another process writes under this reign, and takes commands."""
        self.reign: str | None = None
        """Under which the event is known to be, if it is ours."""
        self.lent_under: str | None = None
        """The reign under which commands of this batch were handed over to us."""
        self.taken_from: frozenset[str] = frozenset()
        """The reigns to which commands of this batch were handed over, and from which no answer came."""

    async def comes(self) -> None:
        """Wait for it. It comes without a token, too: when Redis is away, or its line does not move."""
        if self._asked is not None:
            taken = await asyncio.shield(self._asked)
            self.token, self.taken_by = taken.token, taken.reign
        self._is_ours = self.taken_by is None

    async def has_been_ours(self) -> bool:
        """Whether nobody else can have had it since it was asked for, so that what was read since then still holds."""
        if not self._is_ours and self._asked is not None:
            done, _ = await asyncio.wait({self._asked}, timeout=SOON_SECONDS)
            self._is_ours = bool(done) and self._asked.result().at_once
        return self._is_ours

    def suits(self, reign: str | None) -> bool:
        """Whether commands of this batch may be carried out under this reign: nobody else may have them back."""
        return reign not in self.taken_from and self.lent_under in (None, reign)

    @property
    def may_last(self) -> bool:
        """Whether there is a token to keep, or may be."""
        return self._asked is not None and (not self._asked.done() or self._asked.result().token is not None)

    @property
    def is_due(self) -> bool:
        """Whether it is to be kept, or may be given up as that of a dead process."""
        return time.monotonic() - self._kept_at >= KEEP_SECONDS

    async def keep(self, announced: Announced, messages: Sequence[Command] = ()) -> bool:
        """Send these messages, and go on after a batch; whether the turn may last. Who gave us a token may want it.

        Others may hand their commands over to the reign that is `announced`, unless it is NOBODY. Never raises.
        """
        await self.comes()
        self._kept_at = time.monotonic()
        if self.token is None or self._keep is None:
            return False
        return await self._keep(self, announced, messages)


class Baton:
    """The tokens of all events, as one process sees them."""

    def __init__(self, wire: RedisWire, prefix: str) -> None:
        self._wire = wire
        self._redis = wire.redis
        self._prefix = prefix
        self._take = wire.redis.register_script(TAKE)
        self._keep = wire.redis.register_script(KEEP)
        self._hand_on = wire.redis.register_script(HAND_ON)
        self._outage = Outage(
            log, "writing without the baton", "writing with the baton again", pause_seconds=PAUSE_SECONDS
        )
        self._shared_until: dict[PydanticObjectId, float] = {}

    def keys(self, event_id: PydanticObjectId) -> list[str]:
        """What the scripts work on."""
        free = f"{self._prefix}:baton:{event_id}"
        return [free, *(f"{free}:{name}" for name in ("held", "reign", "waiting", "apart", "begun"))]

    @asynccontextmanager
    async def turn(self, event_id: PydanticObjectId, *, early: bool = False, build: str = "") -> AsyncIterator[Turn]:
        """Wait for this event's token, for some seconds at most, and pass it on afterwards.

        With `early` nobody waits while this process alone seems to write the event. Then what is read before
        `Turn.has_been_ours` may have to be read again. With a `build` it may be no turn, but the reign of another
        process of the same build.
        """
        if self._outage.is_pausing:
            yield Turn()
            return
        keys = self.keys(event_id)

        async def keep(turn: Turn, announced: Announced, messages: Sequence[Command]) -> bool:
            return await self._go_on(event_id, turn, announced, messages)

        turn = Turn(asyncio.create_task(self._wait(event_id, keys, build)), keep)
        try:
            if not early or self.is_shared(event_id):
                await turn.comes()
            turn.is_shared = self.is_shared(event_id)
            yield turn
        finally:
            # Also when who waits has been cancelled: it comes all the same, and others wait for it.
            await turn.comes()
            if turn.token is not None:
                try:
                    await self._wire.run(self._hand_on, keys, (turn.token, TURN_MS), seconds=PATIENCE_SECONDS)
                except Exception as error:  # as in _wait
                    self._outage.began(error)

    def is_shared(self, event_id: PydanticObjectId) -> bool:
        """Whether somebody else has had a turn of it lately."""
        return time.monotonic() < self._shared_until.get(event_id, 0.0)

    def share(self, event_id: PydanticObjectId) -> None:
        """Somebody else wants to write it."""
        now = time.monotonic()
        if len(self._shared_until) >= REMEMBERED:
            self._shared_until = {event: until for event, until in self._shared_until.items() if until > now}
        self._shared_until[event_id] = now + SHARED_SECONDS

    async def _go_on(
        self, event_id: PydanticObjectId, turn: Turn, announced: Announced, messages: Sequence[Command]
    ) -> bool:
        given = turn.token or "", TURN_MS, *announced
        try:
            state = await self._wire.run(
                self._keep, self.keys(event_id), given, seconds=PATIENCE_SECONDS, after=messages
            )
        except Exception as error:  # as in _wait
            self._outage.began(error)
            return False
        # Where a batch of a shared turn changed nothing there is no reign that others could be told.
        may_last = state == 1 or (state == 2 and not turn.is_shared)
        if state != 1:
            self.share(event_id)
            turn.is_shared = True
        return may_last

    async def _wait(self, event_id: PydanticObjectId, keys: list[str], build: str) -> _Taken:
        """No token when Redis does not answer, or its line has not moved for long."""
        asked_at = time.perf_counter()
        at_once = True
        asked = token_hex(8), TURN_MS, build, int(PATIENCE_SECONDS * 1_000)
        try:
            # One limit for all of it: redis-py lets those who connect wait for one another.
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    told = await self._wire.run(self._take, keys, asked, seconds=PATIENCE_SECONDS)
                    if isinstance(told, int):
                        at_once = False
                        self.share(event_id)
                        # Redis reads 0 as for ever.
                        line = self._redis.blpop([keys[0], keys[5]], timeout=max(told, 1) / 1_000)  # type: ignore[arg-type]
                        popped = await cast("Awaitable[list[str] | None]", line)
                        told = popped and popped[1]
                    if told is None or told == "!":
                        continue
                    self._outage.ended()
                    if told.startswith("!"):
                        self.share(event_id)
                        return _Taken(reign=told[1:], at_once=False)
                    baton_waited(time.perf_counter() - asked_at, held=True)
                    return _Taken(token=told, at_once=at_once)
        except Exception as error:  # whatever Redis does, or is kept there: writing goes on without it
            baton_waited(time.perf_counter() - asked_at, held=False)
            self._outage.began(error)
            return _Taken(at_once=at_once)
