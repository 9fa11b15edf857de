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
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from secrets import token_hex
from typing import Any

import structlog
from beanie import PydanticObjectId

from domain.clock import Clock
from domain.documents import Event
from domain.errors import Overloaded, SeatlockError, Unavailable
from domain.inventory.again import ReferenceTaken
from domain.inventory.state import Inventory
from domain.process.outage import Outage
from domain.process.redis_wire import Command as RedisCommand
from domain.process.redis_wire import RedisWire
from domain.writer.baton import NOBODY, Announced, Baton
from domain.writer.line import Sender, Waiting
from domain.writer.offers import PATIENCE_SECONDS, Offers, nowhere, remember
from domain.writer.parcel import KEPT_MS, Answered, Offered, Seal, TakeBack

LISTEN_SECONDS = 1.0
"""How long Redis is asked to wait for a parcel; then it is asked again."""

PAUSE_SECONDS = 0.5
"""How long nobody listens after Redis failed to answer."""

log = structlog.get_logger(__name__)


class Relay:
    """What one process takes from others and, as `offers`, hands over. `take_in` puts commands into an event's line.

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
        self._last_taken: OrderedDict[str, int] = OrderedDict()
        self._reigns: OrderedDict[PydanticObjectId, str] = OrderedDict()
        self._left: OrderedDict[PydanticObjectId, tuple[Event, bool]] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._outage = Outage(
            log, "commands are not handed over", "commands are handed over again", pause_seconds=PAUSE_SECONDS
        )
        self.offers = Offers(self._name, wire, baton, seal, build, self._clock_ms, self._inbox_of, self._outage)
        self.take_in: Callable[[PydanticObjectId, Sequence[Waiting]], None] = nowhere

    def found(self, event_id: PydanticObjectId, reign: str) -> None:
        """Another process writes the event, under this name."""
        self._listen()
        self.offers.found(event_id, reign)

    async def close(self) -> None:
        """Take and hand over nothing any more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        await self.offers.close()
        if self._telling:
            await asyncio.wait(self._telling)
        await self._inbox.close()

    def reign(self, event_id: PydanticObjectId, stored: str | None) -> str:
        """Under which name this process takes commands for the event, `stored` being the name in it.

        It is a new one if the event is not under the one before: somebody may have ended that.
        """
        reign = self._reigns.get(event_id)
        if reign is None or reign != stored:
            reign = f"{self._name}.{token_hex(4)}"
        remember(self._reigns, event_id, reign)
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
        """Remember the event as it is now, for those who get answers of this batch."""
        remember(self._left, inventory.event.id, (inventory.event, not inventory.more_due))

    def messages(self, event_id: PydanticObjectId, answers: Iterable[tuple[Waiting, Any]]) -> list[RedisCommand]:
        """What brings their answers to those who handed commands over; none for our own callers."""
        by_process: dict[tuple[str, str], list[tuple[int, int, Any]]] = {}
        for waiting, answer in answers:
            if sender := waiting.sender:
                told = by_process.setdefault((sender.process, sender.reign), [])
                told.append((sender.offer, sender.place, _sendable(answer)))
        # Only with the batch that wrote it: others may have written since.
        event, is_whole = self._left.pop(event_id, (None, False))
        messages: list[RedisCommand] = []
        for (process, reign), told in by_process.items():
            try:
                parcel = self._seal.packed(Answered(event_id, process, reign, event, is_whole, told))
            except Exception as error:  # a fault of ours, which must not keep others from their answers
                log.error("answers can't be packed", event_id=str(event_id), exc_info=error)
                back = [(offer, place, TakeBack()) for offer, place, _ in told]
                parcel = self._seal.packed(Answered(event_id, process, reign, None, False, back))
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

    def _take(self, content: Offered | Answered) -> None:
        match content:
            case Offered() if self._is_new(content):
                self._baton.share(content.event_id)
                self.take_in(
                    content.event_id,
                    [
                        Waiting(command, None, Sender(content.process, content.reign, content.offer, place))
                        for place, command in enumerate(content.commands)
                    ],
                )
            case Answered() if content.process == self._name:
                if content.event is not None and self.offers.expect(content):
                    # First: who gets an answer must not see anything older.
                    self._learn(content.event, content.is_whole)
                self.offers.answered(content)
            case _:
                raise ValueError("it came before, or is for another process")

    def _is_new(self, content: Offered) -> bool:
        """Whether it is no copy: who can write to Redis can send again what was sent, or send it elsewhere."""
        if content.reign.partition(".")[0] != self._name or content.offer <= self._last_taken.get(content.process, 0):
            return False
        remember(self._last_taken, content.process, content.offer)
        return True

    def _clock_ms(self) -> int:
        return int(self._clock().timestamp() * 1_000)


def too_many() -> Overloaded:
    """What is answered when the line of an event is full."""
    return Overloaded("Too many requests wait for this event; try again in a moment.")


def _sendable(answer: Any) -> Any:
    """What is told of it: not of faults of ours, nor that the outcome is unknown. Whoever asked finds out."""
    is_told = not isinstance(answer, Exception) or isinstance(answer, SeatlockError | ReferenceTaken)
    return answer if is_told and not isinstance(answer, Unavailable) else TakeBack()
