"""One writer per event: commands queue, a batch is decided in memory and committed in one transaction.

While a transaction is in flight the next batch gathers; idle, a batch is one command and waits for nobody.
See docs/decisions/0001-group-commit.md.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar, cast

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
from domain.errors import NotFound, Overloaded, Unavailable
from domain.inventory.again import AskAgain
from domain.inventory.commands import Command
from domain.inventory.rules import decide_batch
from domain.inventory.terms import Terms
from domain.process.metrics import batch_taken, batch_written, write_retried
from domain.writer.baton import Baton, Turn
from domain.writer.exchange import MONGO_SECONDS
from domain.writer.load import load
from domain.writer.observers import Guard, NoSpans, Observer, Recorder, Spans
from domain.writer.retry import may_pass
from domain.writer.save import save
from domain.writer.transaction import Conflict

OutcomeT = TypeVar("OutcomeT")

BATCH = 256
"""Commands decided together at most: past this a larger batch no longer makes each cheaper."""

LINE = 20_000
"""Commands that may wait for one event; more are turned away at once rather than after their client gave up."""

EVENTS_AT_ONCE = 16
"""Transactions one process runs at a time, each on another event."""

EVENTS_IN_TURN = 64
"""Events of one process that may have a turn, or wait for one. More than run at a time: one that waits for Redis, or
for a transaction that a dead process left open, holds up no other."""

PATIENCE_SECONDS = 30.0
"""How long a batch is tried again: longer than a replica set takes to elect a primary."""

SAME_KEY_AGAIN = 10
"""So often in a row a duplicate key is no lost race. It is a number in the event that is wrong, or something that a
majority of MongoDB's members does not have yet."""

log = structlog.get_logger(__name__)

Waiting = tuple[Command[Any], "asyncio.Future[Any]", float]
"""A command, where its answer goes, and since when it is in line (`time.perf_counter`)."""


class InventoryWriter:
    """Executes commands; correct whatever other writers do, in this process or elsewhere.

    `recorders` write in the transaction of each batch, `observers` learn what was committed. `repeats` knows what has
    been repeated so often lately that it is counted, and not written.
    """

    def __init__(
        self,
        mongo: AsyncMongoClient[dict[str, Any]],
        baton: Baton,
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
        self._baton = baton
        self._terms = terms
        self._clock = clock
        self._guard = guard
        self._repeats = repeats
        self._recorders = tuple(recorders)
        self._observers = tuple(observers)
        self._spans = spans or NoSpans()
        self._lines: dict[PydanticObjectId, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(EVENTS_IN_TURN)
        self._slots = asyncio.Semaphore(EVENTS_AT_ONCE)

    async def execute(self, command: Command[OutcomeT]) -> OutcomeT:
        """The command's outcome, durable (majority, journaled) when this returns.

        Raises the Refusal its rule raised; Overloaded, nothing done; Unavailable, outcome unknown. A caller that
        goes away leaves its command in line: it is carried out all the same.
        """
        line = self._lines.get(command.event_id)
        if line is None:
            line = self._lines[command.event_id] = deque()
            task = asyncio.create_task(self._serve(command.event_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(line) >= LINE:
            raise Overloaded("Too many requests wait for this event; try again in a moment.")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        line.append((command, answer, time.perf_counter()))
        with self._spans.command(command):
            return cast(OutcomeT, await answer)

    async def close(self) -> None:
        """Wait until every command in line has its answer."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _serve(self, event_id: PydanticObjectId, line: deque[Waiting]) -> None:
        batch: list[Waiting] = []
        try:
            while line:
                async with self._turns, self._baton.turn(event_id, early=True) as turn:
                    # Only now: what came while we waited for our turn belongs to this batch.
                    batch = [line.popleft() for _ in range(min(len(line), BATCH))]
                    batch_taken([since for *_, since in batch])
                    began = time.perf_counter()
                    answers = await self._answers(event_id, [command for command, *_ in batch], turn)
                    batch_written(time.perf_counter() - began)
                    if not turn.is_shared:
                        # At once. Else those come first who wait for this turn: to use answers takes a while.
                        _give_all(batch, answers)
                _give_all(batch, answers)
                if any(isinstance(answer, _Drifted) for answer in answers):
                    await self._guard.mend(event_id)
                again = [
                    (answer.again(command), future, since)
                    for (command, future, since), answer in zip(batch, answers, strict=True)
                    if isinstance(answer, AskAgain)
                ]
                line.extendleft(reversed(again))
        finally:
            # No await since the line was seen empty: nobody can have joined it.
            del self._lines[event_id]
            for _, future, _ in (*batch, *line):
                # Only if we are being stopped half way: nobody must wait for ever.
                _give(future, Unavailable("The server is stopping. Repeat the request with the same key."))

    async def _answers(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], turn: Turn) -> list[Any]:
        """An outcome or an exception for each command. Never raises."""
        try:
            answers = await self._commit(event_id, commands, turn)
        except Unavailable as error:
            return [error] * len(commands)
        except Contradiction as error:
            if self._guard.may_mend(event_id):
                return [_Drifted()] * len(commands)
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
            one_by_one = [await self._answers(event_id, [command], turn) for command in commands]
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
                if same_key == SAME_KEY_AGAIN:
                    await self._see_everything(event_id)
                async with self._slots:
                    return await self._attempt(event_id, commands, turn)
            except NotOurTurn:
                await turn.comes()
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
        with reading_documents():
            # One snapshot: documents of before and after somebody else's commit would not fit together.
            async with self._mongo.start_session(snapshot=True) as session:
                with pymongo.timeout(MONGO_SECONDS):
                    inventory = await load(event_id, commands, now, self._terms, session)
                    if inventory is None:
                        return [NotFound("No such event.")] * len(commands)
                    archived = await self._guard.look_over(inventory, commands, now, session)
            if archived:
                await self._guard.bring_back(archived)
                raise Conflict
            inventory.room_for_repeats = self._repeats.room
            answers = decide_batch(inventory, commands, now)
        if inventory.is_changed:
            if not await turn.has_been_ours():
                raise NotOurTurn
            since = inventory.event.version
            with self._spans.transaction():
                await save(inventory, self._recorders, self._mongo)
            for observe in self._observers:
                observe(inventory, since)
        # Only now: what failed is decided again.
        for original_id, times in inventory.repeated.items():
            self._repeats.wrote(original_id, times)
        for entry in inventory.left_out:
            self._repeats.left_out(entry.original_entry_id, entry)
        return answers

    async def _see_everything(self, event_id: PydanticObjectId) -> None:
        """Return when a snapshot shows all that is written, which those of a moment ago may not have done.

        A snapshot shows what a majority of MongoDB's members has. A duplicate key may come of what one has so far.
        """
        events = Event.get_pymongo_collection().with_options(read_concern=ReadConcern("linearizable"))
        with pymongo.timeout(MONGO_SECONDS):
            await events.find_one({"_id": event_id}, {"_id": 1})


class NotOurTurn(Exception):
    """What was read may be what it was before somebody else's turn."""


class _Drifted(AskAgain):
    """What was read contradicts itself; ask again once it is repaired."""


def _give_all(batch: Sequence[Waiting], answers: Sequence[Any]) -> None:
    for (_, future, _), answer in zip(batch, answers, strict=True):
        _give(future, answer)


def _give(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done() or isinstance(answer, AskAgain):
        return  # its caller went away, or it is back in line
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
