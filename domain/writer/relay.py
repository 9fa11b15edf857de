"""One writer for all processes: who finds another one at an event hands its commands over, and gets their answers.

Otherwise several processes write one popular event in turn, each a few commands at a time, though most of what a batch
costs does not depend on how many they are. Which process writes does not matter to MongoDB, so this is about speed
alone, and what makes it right does not depend on Redis (docs/decisions/0021-one-writer-for-all.md):

- A process takes commands under a *reign*: a name that it has written into the event before it told anybody. It carries
  them out only in a transaction that finds the event still under that reign.
- Who gets no answer ends that reign, in MongoDB, and then carries its commands out itself. A copy that is still on its
  way is dead from then on, and what was done before is found by the ids that the commands bring along.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

import structlog
from beanie import PydanticObjectId

from domain.clock import Clock
from domain.documents import Event
from domain.errors import Overloaded, SeatlockError, Unavailable
from domain.inventory.again import ReferenceTaken
from domain.inventory.commands import Command, Expire
from domain.inventory.state import Inventory
from domain.process.metrics import commands_handed_over
from domain.process.outage import Outage
from domain.process.redis_wire import Command as RedisCommand
from domain.process.redis_wire import RedisWire
from domain.writer.baton import NOBODY, Announced, Baton
from domain.writer.line import Line, Sender, Waiting
from domain.writer.parcel import Seal

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

LISTEN_SECONDS = 1.0
"""How long Redis is asked to wait for a parcel; then it is asked again."""

KEPT_MS = 10_000
"""How long a parcel waits in Redis for a process that does not come for it."""

PAUSE_SECONDS = 0.5
"""How long nobody listens after Redis failed to answer."""

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


@dataclass(frozen=True, slots=True)
class _Offered:
    """Commands under way to the process that writes the event."""

    event_id: PydanticObjectId
    reign: str
    process: str
    offer: int
    commands: Sequence[Command[Any]]


@dataclass(frozen=True, slots=True)
class _Answered:
    """Answers to a process's commands, by offer and place, and the event as it is now, without dead locks if it
    `is_whole`.
    """

    event_id: PydanticObjectId
    process: str
    reign: str
    event: Event | None
    is_whole: bool
    answers: Sequence[tuple[int, int, Any]]


class TakeBack(Exception):
    """Instead of an answer: who handed the command over has to carry it out."""


@dataclass(slots=True)
class _Offer:
    """Commands of ours that somebody else has."""

    event_id: PydanticObjectId
    reign: str
    waiting: dict[int, Waiting]
    heard_at: float = field(default_factory=time.monotonic)


class Relay:
    """What one process hands over, and takes. `take_in` puts commands into an event's line, `put_back` at its head.

    `learn` is told of events as others have committed them. `inbox` is a connection on which Redis may be waited for.
    Belongs to one event loop.
    """

    def __init__(
        self,
        wire: RedisWire,
        inbox: RedisWire,
        baton: Baton,
        prefix: str,
        seal: Seal,
        build: str,
        clock: Clock,
        learn: Callable[[Event, bool], None],
    ) -> None:
        self.build = build
        self._wire = wire
        self._inbox = inbox
        self._baton = baton
        self._prefix = prefix
        self._seal = seal
        self._clock = clock
        self._learn = learn
        self._name = token_hex(6)
        self._offer = wire.redis.register_script(OFFER)
        self._offers: dict[int, _Offer] = {}
        self._last_taken: OrderedDict[str, int] = OrderedDict()
        self._none_left = asyncio.Event()
        self._made = 0
        self._apart_until = 0.0
        self._reigns: OrderedDict[PydanticObjectId, str] = OrderedDict()
        self._others: OrderedDict[PydanticObjectId, str] = OrderedDict()
        self._left: OrderedDict[PydanticObjectId, tuple[Event, bool]] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._outage = Outage(
            log, "commands are not handed over", "commands are handed over again", pause_seconds=PAUSE_SECONDS
        )
        self.take_in: Callable[[PydanticObjectId, Sequence[Waiting]], None] = _nowhere
        self.put_back: Callable[[PydanticObjectId, Sequence[Waiting]], None] = _nowhere

    @property
    def has_offers(self) -> bool:
        """Whether others have commands of ours."""
        return bool(self._offers)

    async def all_answered(self) -> None:
        """Wait until others have no command of ours any more. Some may be back in line then."""
        while self._offers:
            self._none_left.clear()
            await self._none_left.wait()

    async def close(self) -> None:
        """Take and hand over nothing any more."""
        for task in (self._listening, self._watching):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        if self._telling:
            await asyncio.wait(self._telling)
        await self._inbox.close()

    # ------------------------------------------------------------ as the one who writes

    def reign(self, event_id: PydanticObjectId, stored: str | None) -> str:
        """Under which name this process takes commands for the event, `stored` being the name in it.

        It is a new one if the event is not under the one before: somebody may have ended that.
        """
        reign = self._reigns.get(event_id)
        if reign is None or reign != stored:
            reign = f"{self._name}.{token_hex(4)}"
        self._remember(self._reigns, event_id, reign)
        self._listen()
        return reign

    def has_reign(self, event_id: PydanticObjectId, reign: str) -> bool:
        """Whether it is this process's, as far as that knows."""
        return self._reigns.get(event_id) == reign

    def lose(self, event_id: PydanticObjectId) -> None:
        """Somebody has ended our reign."""
        self._reigns.pop(event_id, None)

    def announced(self, reign: str | None) -> Announced:
        """How others find it in Redis."""
        return (reign, self.build, self._clock_ms()) if reign else NOBODY

    def committed(self, inventory: Inventory, _since: int) -> None:
        """Remember the event as it is now, for those who get answers."""
        self._remember(self._left, inventory.event.id, (inventory.event, not inventory.more_due))

    def messages(self, event_id: PydanticObjectId, answers: Iterable[tuple[Waiting, Any]]) -> list[RedisCommand]:
        """What brings their answers to those who handed commands over; none for our own callers."""
        by_process: dict[tuple[str, str], list[tuple[int, int, Any]]] = {}
        for waiting, answer in answers:
            if sender := waiting.sender:
                told = by_process.setdefault((sender.process, sender.reign), [])
                told.append((sender.offer, sender.place, _sendable(answer)))
        event, is_whole = self._left.get(event_id, (None, False))
        messages: list[RedisCommand] = []
        for (process, reign), told in by_process.items():
            parcel = self._seal.packed(_Answered(event_id, process, reign, event, is_whole, told))
            messages += [("RPUSH", self._inbox_of(process), parcel), ("PEXPIRE", self._inbox_of(process), KEPT_MS)]
        return messages

    async def send(self, messages: Sequence[RedisCommand]) -> None:
        """Send them. Never raises: who waits in vain helps itself."""
        if messages:
            try:
                await self._wire.send(*messages, seconds=PATIENCE_SECONDS)
            except Exception as error:  # whatever Redis does
                self._outage.began(error)

    def tell(self, event_id: PydanticObjectId, answers: Iterable[tuple[Waiting, Any]]) -> None:
        """The same, in a moment."""
        task = asyncio.create_task(self.send(self.messages(event_id, answers)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    # ------------------------------------------------------------ as one of the others

    def found(self, event_id: PydanticObjectId, reign: str) -> None:
        """Another process writes the event, under this name."""
        self._remember(self._others, event_id, reign)

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
        self._listen()
        batch = line.take(AT_ONCE)
        line.leave(batch)
        self._made += 1
        number = self._made
        process = reign.partition(".")[0]
        offered = _Offered(event_id, reign, self._name, number, [waiting.command for waiting in batch])
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

    # ------------------------------------------------------------ what comes

    def _inbox_of(self, process: str) -> str:
        return f"{self._prefix}:inbox:{process}"

    def _listen(self) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(self._take_parcels())

    async def _take_parcels(self) -> None:
        inbox = self._inbox_of(self._name)
        while True:
            try:
                first, others = await self._inbox.send(
                    ("BLPOP", inbox, str(LISTEN_SECONDS)),
                    ("LPOP", inbox, 100),
                    seconds=LISTEN_SECONDS + PATIENCE_SECONDS,
                )
            except Exception:  # whatever Redis does; who sends anything says so
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            for parcel in [*(first[1:] if first else ()), *(others or ())]:
                try:
                    self._take(self._seal.opened(parcel))
                except Exception as error:  # somebody else's, or damaged
                    log.warning("a parcel of no use", reason=type(error).__name__)

    def _take(self, content: _Offered | _Answered) -> None:
        match content:
            case _Offered() if self._is_new(content):
                self._baton.share(content.event_id)
                self.take_in(
                    content.event_id,
                    [
                        Waiting(command, None, Sender(content.process, content.reign, content.offer, place))
                        for place, command in enumerate(content.commands)
                    ],
                )
            case _Answered() if content.process == self._name:
                self._give(content)
            case _:
                raise ValueError("it came before, or is for another process")

    def _is_new(self, content: _Offered) -> bool:
        """Whether it is no copy: who can write to Redis can send again what was sent, or send it elsewhere."""
        if content.reign.partition(".")[0] != self._name or content.offer <= self._last_taken.get(content.process, 0):
            return False
        self._remember(self._last_taken, content.process, content.offer)
        return True

    def _give(self, content: _Answered) -> None:
        if content.event is not None:
            # First: who gets an answer must not see anything older.
            self._learn(content.event, content.is_whole)
        now = time.monotonic()
        for offer in self._offers.values():
            if offer.reign == content.reign:
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

    def _clock_ms(self) -> int:
        return int(self._clock().timestamp() * 1_000)

    @staticmethod
    def _remember(among: OrderedDict[Any, Any], key: Any, what: Any) -> None:
        among[key] = what
        among.move_to_end(key)
        if len(among) > REMEMBERED:
            among.popitem(last=False)


def too_many() -> Overloaded:
    """What is answered when the line of an event is full."""
    return Overloaded("Too many requests wait for this event; try again in a moment.")


def _sendable(answer: Any) -> Any:
    """What is told of it: not of faults of ours, nor that the outcome is unknown. Whoever asked finds out."""
    is_told = not isinstance(answer, Exception) or isinstance(answer, SeatlockError | ReferenceTaken)
    return answer if is_told and not isinstance(answer, Unavailable) else TakeBack()


def _nowhere(_event_id: PydanticObjectId, _waiting: Sequence[Waiting]) -> None:
    raise AssertionError("a relay works for a writer")
