"""Commands of ours that the process has which writes their event, until it answers or we take them back."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from beanie import PydanticObjectId

from domain.inventory.commands import Expire
from domain.process.metrics import commands_handed_over
from domain.process.outage import Outage
from domain.process.redis_wire import RedisWire
from domain.writer.baton import Baton
from domain.writer.line import Line, Waiting
from domain.writer.parcel import KEPT_MS, Answered, Offered, Seal, TakeBack

SILENT_SECONDS = 0.75
"""How long nothing may be heard of a process that has commands of ours, before we look whether it still writes."""

LOST_SECONDS = 2.5
"""How long it may be silent though it does: our commands, or its answers, are lost then."""

LOOK_SECONDS = 0.25
"""How often it is looked at what was not answered."""

AT_ONCE = 256
"""Commands of one parcel at most."""

PATIENCE_SECONDS = 1.0
"""How long Redis may take over a parcel."""

APART_MS = 100
"""How far apart the clocks of two processes may seem that decide for each other. It takes a moment to tell a time."""

APART_SECONDS = 1.0
"""How long who is further away writes by itself."""

REMEMBERED = 1_000
"""Events of which a process remembers whose reign it is."""

log = structlog.get_logger(__name__)

# KEYS: reign (as in baton.py), the inbox of who has it. ARGV: the reign, its build, our clock in milliseconds, the
# parcel, KEPT_MS, APART_MS. Answers with 1, with 0 when the reign is over, or with 2 when its clock is far from ours.
OFFER = """
local reign, build, ahead = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+) (%S+)$')
if reign ~= ARGV[1] or build ~= ARGV[2] then return 0 end
local now = redis.call('TIME')
if math.abs(ARGV[3] - now[1] * 1000 - math.floor(now[2] / 1000) - ahead) > tonumber(ARGV[6]) then return 2 end
redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 1
"""


@dataclass(slots=True)
class _Offer:
    """Commands of ours that somebody else has."""

    event_id: PydanticObjectId
    reign: str
    waiting: dict[int, Waiting]
    heard_at: float = field(default_factory=time.monotonic)


class Offers:
    """What one process, of that `name`, has handed over. `put_back` puts commands at the head of an event's line.

    Belongs to one event loop.
    """

    def __init__(
        self,
        name: str,
        wire: RedisWire,
        baton: Baton,
        seal: Seal,
        build: str,
        clock_ms: Callable[[], int],
        inbox_of: Callable[[str], str],
        outage: Outage,
    ) -> None:
        self.build = build
        self._name = name
        self._wire = wire
        self._baton = baton
        self._seal = seal
        self._clock_ms = clock_ms
        self._inbox_of = inbox_of
        self._outage = outage
        self._offer = wire.redis.register_script(OFFER)
        self._offers: dict[int, _Offer] = {}
        self._none_left = asyncio.Event()
        self._made = 0
        self._apart_until = 0.0
        self._others: OrderedDict[PydanticObjectId, str] = OrderedDict()
        self._watching: asyncio.Task[None] | None = None
        self.put_back: Callable[[PydanticObjectId, Sequence[Waiting]], None] = nowhere

    @property
    def are_there(self) -> bool:
        """Whether others have commands of ours."""
        return bool(self._offers)

    async def all_answered(self) -> None:
        """Wait until others have no command of ours any more. Some may be back in line then."""
        while self._offers:
            self._none_left.clear()
            await self._none_left.wait()

    async def close(self) -> None:
        """Look after them no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})

    def found(self, event_id: PydanticObjectId, reign: str) -> None:
        """Another process writes the event, under this name."""
        remember(self._others, event_id, reign)

    def may_hand_over(self, line: Iterable[Waiting]) -> bool:
        """Whether all of these may be carried out by another process. Not a sweep: buyers there would wait for it.

        Nor what came from another process, or was handed over before: it goes no further.
        """
        if self._outage.is_pausing or time.monotonic() < self._apart_until:
            return False
        return all(
            waiting.sender is None and not waiting.taken_from and not isinstance(waiting.command, Expire)
            for waiting in line
        )

    async def hand_over(self, event_id: PydanticObjectId, line: Line) -> bool:
        """Hand over what is at the head of this line, if another process is known to write the event.

        Its answers come by themselves. Whatever goes wrong, the commands are back in line.
        """
        reign = self._others.get(event_id)
        if reign is None or not self.may_hand_over(line):
            return False
        batch = line.take(AT_ONCE)
        line.leave(batch)
        self._made += 1
        number = self._made
        process = reign.partition(".")[0]
        offered = Offered(event_id, reign, self._name, number, [waiting.command for waiting in batch])
        self._offers[number] = _Offer(event_id, reign, dict(enumerate(batch)))
        keys = [self._baton.keys(event_id)[2], self._inbox_of(process)]
        try:
            parcel = self._seal.packed(offered)
            given = (reign, self.build, self._clock_ms(), parcel, KEPT_MS, APART_MS)
            told = await self._wire.run(self._offer, keys, given, seconds=PATIENCE_SECONDS)
        except Exception as error:  # whatever Redis does; it may have done it
            self._outage.began(error)
            self._others.pop(event_id, None)
            self._take_back([number])
            return False
        self._outage.ended()
        if told == 1:
            self._watch()
            return True
        if told == 2:
            self._apart_until = time.monotonic() + APART_SECONDS
        if self._others.get(event_id) == reign:
            del self._others[event_id]
        if number in self._offers:  # else it was taken back meanwhile
            self._forget([number])
            line.join_again(batch)
        return False

    def expect(self, content: Answered) -> bool:
        """Whether anything of it is still waited for."""
        return any(number in self._offers for number, *_ in content.answers)

    def answered(self, content: Answered) -> None:
        """Give these answers to those who wait for them."""
        now = time.monotonic()
        newest = max((number for number, *_ in content.answers), default=0)
        for number, offer in self._offers.items():
            # A line is served in order: one that stood before these, and has no answer, may be lost.
            if offer.reign == content.reign and number >= newest:
                offer.heard_at = now
        back: dict[int, list[Waiting]] = {}
        answered = 0
        for number, place, answer in content.answers:
            offered = self._offers.get(number)
            waiting = offered.waiting.pop(place, None) if offered is not None else None
            if waiting is None:
                continue  # it was taken back
            if isinstance(answer, TakeBack):
                back.setdefault(number, []).append(waiting)
            else:
                answered += 1
                waiting.give(answer)
        commands_handed_over("answered", answered)
        for number, waitings in back.items():
            self._carry_out_here(self._offers[number], waitings)
        numbers = {number for number, *_ in content.answers if number in self._offers}
        self._forget([number for number in numbers if not self._offers[number].waiting])

    def _take_back(self, numbers: Sequence[int]) -> None:
        """Have these offers' commands carried out here, but for those that were answered or taken back meanwhile."""
        left = [number for number in numbers if number in self._offers]
        for number in left:
            offer = self._offers[number]
            self._carry_out_here(offer, list(offer.waiting.values()))
        self._forget(left)

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            del self._offers[number]
        if not self._offers:
            self._none_left.set()

    def _carry_out_here(self, offer: _Offer, back: Sequence[Waiting]) -> None:
        for waiting in back:
            waiting.taken_from |= {offer.reign}
        commands_handed_over("taken_back", len(back))
        self.put_back(offer.event_id, back)

    def _watch(self) -> None:
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._look_after_offers())

    async def _look_after_offers(self) -> None:
        """Take back what is answered by nobody."""
        while self._offers:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            silent = {
                (offer.event_id, offer.reign)
                for offer in self._offers.values()
                if now - offer.heard_at > SILENT_SECONDS
            }
            for event_id, reign in silent:
                writes = await self._is_announced(event_id, reign)
                lost = [
                    number
                    for number, offer in self._offers.items()
                    if (offer.event_id, offer.reign) == (event_id, reign)
                    and now - offer.heard_at > (LOST_SECONDS if writes else SILENT_SECONDS)
                ]
                if lost:
                    log.warning("took commands back", event_id=str(event_id), commands=len(lost))
                    if self._others.get(event_id) == reign:
                        del self._others[event_id]
                    self._take_back(lost)

    async def _is_announced(self, event_id: PydanticObjectId, reign: str) -> bool:
        try:
            (told,) = await self._wire.send(("GET", self._baton.keys(event_id)[2]), seconds=PATIENCE_SECONDS)
        except Exception:  # whatever Redis does
            return False
        return str(told).startswith(f"{reign} ")


def nowhere(_event_id: PydanticObjectId, _waiting: Sequence[Waiting]) -> None:
    """Where commands go before there is a writer."""
    raise AssertionError("a relay works for a writer")


def remember(among: OrderedDict[Any, Any], key: Any, what: Any) -> None:
    """Have it among these, and not too many others."""
    among[key] = what
    among.move_to_end(key)
    if len(among) > REMEMBERED:
        among.popitem(last=False)
