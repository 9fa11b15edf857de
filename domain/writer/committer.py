"""Deciding batches and committing them: each until it is done, on what is stored at that moment.

A batch is decided on what is remembered of its event, or on what is read, and written on condition that it is so.
Where it is not, or MongoDB does not answer, the same batch is decided again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pymongo
import structlog
from beanie import PydanticObjectId
from pymongo import AsyncMongoClient
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError, WriteError
from pymongo.read_concern import ReadConcern

from domain.audit.repeats import Repeats
from domain.clock import Clock
from domain.contradiction import Contradiction, reading_documents
from domain.documents import Event
from domain.errors import NotFound, Unavailable
from domain.inventory.again import AskAgain
from domain.inventory.commands import Command
from domain.inventory.rules import decide_batch
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.process.metrics import batch_began, write_retried
from domain.writer.baton import Turn
from domain.writer.exchange import MONGO_SECONDS
from domain.writer.load import Stale, load
from domain.writer.memory import Left, Memory
from domain.writer.observers import Guard, NoSpans, Observer, Recorder, Spans
from domain.writer.presumed import Presumed
from domain.writer.relay import Relay
from domain.writer.retry import may_pass
from domain.writer.save import save
from domain.writer.statements import Ask
from domain.writer.transaction import DURABLE, Conflict

EVENTS_AT_ONCE = 16
"""Transactions one process runs at a time, each on another event."""

PATIENCE_SECONDS = 30.0
"""How long a batch is tried again: longer than a replica set takes to elect a primary."""

SAME_KEY_AGAIN = 10
"""So often in a row a duplicate key is no lost race. It is a number in the event that is wrong, or something that a
majority of MongoDB's members does not have yet."""

log = structlog.get_logger(__name__)


class NotOurTurn(Exception):
    """What was read may be what it was before somebody else's turn."""


class NotOurs(AskAgain):
    """It is not for us to carry out, or not now: another process writes the event."""


class Drifted(AskAgain):
    """What was read contradicts itself; ask again once it is repaired."""


class Committer:
    """Answers batches of commands; correct whatever other writers do, in this process or elsewhere.

    `recorders` write in the transaction of each batch, `observers` learn what was committed. `repeats` knows what has
    been repeated so often lately that it is counted, and not written.
    """

    def __init__(
        self,
        mongo: AsyncMongoClient[dict[str, Any]],
        relay: Relay,
        terms: Terms,
        clock: Clock,
        guard: Guard,
        *,
        repeats: Repeats,
        recorders: Sequence[Recorder] = (),
        observers: Sequence[Observer] = (),
        spans: Spans | None = None,
    ) -> None:
        self._mongo = mongo
        self._relay = relay
        self._terms = terms
        self._clock = clock
        self._guard = guard
        self._repeats = repeats
        self._recorders = tuple(recorders)
        self._observers = (*observers, relay.committed)
        self._spans = spans or NoSpans()
        self._memory = Memory()
        self._slots = asyncio.Semaphore(EVENTS_AT_ONCE)

    async def answers(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn) -> list[Any]:
        """An outcome or an exception for each command. Never raises."""
        try:
            answers = await self._commit(event_id, commands, turn)
        except (Unavailable, NotOurs) as error:
            return [error] * len(commands)
        except Contradiction as error:
            if self._guard.may_mend(event_id):
                return [Drifted()] * len(commands)
            return await self._fail(event_id, commands, turn, error)
        except Exception as error:
            return await self._fail(event_id, commands, turn, error)
        self._guard.passed(event_id)
        return answers

    async def _fail(
        self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn, error: Exception
    ) -> list[Any]:
        """A fault of ours in one command must not fail the others in its batch."""
        if len(commands) > 1:
            one_by_one = [await self.answers(event_id, [command], turn) for command in commands]
            return [answer for answers in one_by_one for answer in answers]
        log.error("command failed", command=type(commands[0]).__name__, event_id=str(event_id), exc_info=error)
        return [error]

    async def _commit(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn) -> list[Any]:
        with self._spans.batch(event_id, commands):
            return await self._try_until_committed(event_id, commands, turn)

    async def _try_until_committed(
        self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn
    ) -> list[Any]:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        attempt = same_key = 0
        while True:
            try:
                for reign in turn.taken_from:
                    await self._end_reign(event_id, reign)
                if same_key == SAME_KEY_AGAIN:
                    await self._see_everything(event_id)
                async with self._slots:
                    return await self._attempt(event_id, commands, turn)
            except NotOurTurn:
                await turn.comes()
                if turn.taken_by is not None:
                    raise NotOurs from None
                continue
            except Stale:
                write_retried("stale")
                continue
            except Conflict:
                reason = "conflict"
            except PyMongoError as error:
                if not may_pass(error):
                    if isinstance(error, BulkWriteError | WriteError):
                        raise Contradiction("MongoDB can't write it to what is stored") from error
                    raise
                same_key = same_key + 1 if isinstance(error, DuplicateKeyError | BulkWriteError) else 0
                if same_key > SAME_KEY_AGAIN:
                    raise Contradiction("what was new is there already, however often we look") from error
                reason = type(error).__name__
            write_retried(reason)
            attempt += 1
            if time.monotonic() >= give_up_at:
                log.error("gave up writing", event_id=str(event_id), commands=len(commands), reason=reason)
                raise Unavailable("The database did not answer in time. Repeat the request with the same key.")
            # Jittered, short: whoever we collided with is done within milliseconds.
            await asyncio.sleep(random.uniform(0.001, min(0.005 * 2**attempt, 0.25)))  # noqa: S311

    async def _attempt(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn) -> list[Any]:
        now = self._clock()
        left = self._memory.take(event_id, commands, now)
        if left is not None and not turn.suits(left.event.reign):
            left = None  # only what is read tells whose these commands are
        presumed = Presumed.of(left, commands, now, self._terms) if left is not None else None
        inventory: Inventory | None
        try:
            if presumed:
                inventory, answers = await self._presume(presumed, commands, now, turn)
            else:
                inventory, answers = await self._read_and_write(event_id, commands, now, left, turn)
        except (PyMongoError, Conflict, Contradiction, Stale) as error:
            if left is None:
                raise
            self._memory.was_wrong(event_id, of_buyers=presumed is not None and presumed.is_wrong_of_buyers)
            if isinstance(error, Conflict | Contradiction | WriteError | BulkWriteError):
                raise Stale from error
            raise
        if inventory is None:
            return answers
        self._memory.keep(inventory, left, now)
        # Only now: what failed is decided again.
        for original_id, times in inventory.repeated.items():
            self._repeats.wrote(original_id, times)
        for entry in inventory.left_out:
            self._repeats.left_out(entry.original_entry_id, entry)
        return answers

    async def _presume(
        self, presumed: Presumed, commands: Sequence[Command[Any]], now: datetime, turn: Turn
    ) -> tuple[Inventory, list[Any]]:
        """Decide on what is remembered, and write on condition that it is so."""
        with reading_documents():
            answers = self._decide(presumed.inventory, commands, now)
        if presumed.inventory.is_changed:
            await self._save(presumed.inventory, turn, presumed.questions(answers))
        else:
            with reading_documents():
                async with self._mongo.start_session(snapshot=True) as session:
                    with pymongo.timeout(MONGO_SECONDS):
                        if not await presumed.is_so(answers, session):
                            raise Stale
        batch_began("nothing")
        return presumed.inventory, answers

    async def _read_and_write(
        self,
        event_id: PydanticObjectId,
        commands: Sequence[Command[Any]],
        now: datetime,
        left: Left | None,
        turn: Turn,
    ) -> tuple[Inventory | None, list[Any]]:
        with reading_documents():
            # One snapshot: documents of before and after somebody else's commit would not fit together.
            async with self._mongo.start_session(snapshot=True) as session:
                with pymongo.timeout(MONGO_SECONDS):
                    inventory = await load(event_id, commands, now, self._terms, session, left)
                    if inventory is None:
                        return None, [NotFound("No such event.")] * len(commands)
                    self._check_reign(inventory.event, turn)
                    archived = await self._guard.look_over(inventory, commands, now, session)
            if archived:
                await self._guard.bring_back(archived)
                raise Conflict
            answers = self._decide(inventory, commands, now)
        if inventory.is_changed:
            await self._save(inventory, turn)
        batch_began("everything" if left is None else "something")
        return inventory, answers

    def _decide(self, inventory: Inventory, commands: Sequence[Command[Any]], now: datetime) -> list[Any]:
        inventory.room_for_repeats = self._repeats.room
        return decide_batch(inventory, commands, now)

    async def _save(self, inventory: Inventory, turn: Turn, presumed: Sequence[Ask] = ()) -> None:
        if not await turn.has_been_ours():
            raise NotOurTurn
        since = inventory.event.version
        reign = self._name_reign(inventory, turn)
        with self._spans.transaction():
            await save(inventory, self._recorders, self._mongo, presumed)
        turn.reign = reign
        for observe in self._observers:
            observe(inventory, since)

    def _check_reign(self, event: Event, turn: Turn) -> None:
        """Raise NotOurs if who handed us commands of this batch may have them back by now."""
        if turn.suits(event.reign):
            return
        if event.reign in turn.taken_from:
            raise Conflict  # so that it is ended for certain
        self._relay.lose(event.id)
        raise NotOurs

    def _name_reign(self, inventory: Inventory, turn: Turn) -> str | None:
        """Have the event say that it is ours, where others may want to hand us their commands."""
        event = inventory.event
        if not turn.is_shared or turn.token is None:
            return None
        reign = self._relay.reign(event.id, event.reign)
        if reign != event.reign:
            event.reign = reign
            inventory.event_fields.add("reign")
        return reign

    async def _end_reign(self, event_id: PydanticObjectId, reign: str) -> None:
        """Nothing that was handed over under it is carried out any more; what was, every snapshot shows from now on."""
        events = Event.get_pymongo_collection().with_options(write_concern=DURABLE)
        with pymongo.timeout(MONGO_SECONDS):
            await events.update_one({"_id": event_id, "reign": reign}, {"$set": {"reign": None}})

    async def _see_everything(self, event_id: PydanticObjectId) -> None:
        """Return when a snapshot shows all that is written, which those of a moment ago may not have done.

        A snapshot shows what a majority of MongoDB's members has. A duplicate key may come of what one has so far.
        """
        events = Event.get_pymongo_collection().with_options(read_concern=ReadConcern("linearizable"))
        with pymongo.timeout(MONGO_SECONDS):
            await events.find_one({"_id": event_id}, {"_id": 1})
