"""One writer per event: commands queue, a batch is decided in memory and committed in one transaction.

While a transaction is in flight the next batch gathers; idle, a batch is one command and waits for nobody.
See docs/decisions/0001-group-commit.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from beanie import PydanticObjectId

from domain.errors import Unavailable
from domain.inventory.again import AskAgain
from domain.inventory.commands import Command
from domain.process.metrics import batch_taken, batch_written
from domain.writer.baton import Baton, Turn
from domain.writer.committer import Committer, Drifted
from domain.writer.line import Line, Waiting
from domain.writer.observers import Guard, NoSpans, Spans
from domain.writer.parcel import TakeBack
from domain.writer.relay import Relay, too_many

OutcomeT = TypeVar("OutcomeT")

BATCH = 256
"""Commands decided together at most: past this a larger batch no longer makes each cheaper."""

LINE = 20_000
"""Commands that may wait for one event; more are turned away at once rather than after their client gave up."""

LINGER_SECONDS = 0.02
"""How long a turn lasts when nobody is in line: to give it away and ask for it again costs more, and who else comes
hands its commands over."""

EVENTS_IN_TURN = 64
"""Events of one process that may have a turn, or wait for one. More than run at a time: one that waits for Redis, or
for a transaction that a dead process left open, holds up no other."""

SHARE_SECONDS = 0.25
"""How long a turn lasts, though somebody is in line, when all turns are taken: other events may wait for one."""


class InventoryWriter:
    """Executes commands: those that wait for one event are committed together, by whoever has a turn to write it."""

    def __init__(
        self, baton: Baton, relay: Relay, guard: Guard, committer: Committer, spans: Spans | None = None
    ) -> None:
        self._baton = baton
        self._relay = relay
        relay.take_in, relay.offers.put_back = self._take_in, self._put_back
        self._guard = guard
        self._committer = committer
        self._spans = spans or NoSpans()
        self._lines: dict[PydanticObjectId, Line] = {}
        self._is_closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(EVENTS_IN_TURN)

    async def execute(self, command: Command[OutcomeT]) -> OutcomeT:
        """The command's outcome, durable (majority, journaled) when this returns.

        Raises the Refusal its rule raised; Overloaded, nothing done; Unavailable, outcome unknown. A caller that
        goes away leaves its command in line: it is carried out all the same.
        """
        line = self._line(command.event_id)
        if len(line) >= LINE:
            raise too_many()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        line.join([Waiting(command, answer)])
        with self._spans.command(command):
            return cast(OutcomeT, await answer)

    async def close(self) -> None:
        """Wait until every command in line, or handed over, has its answer."""
        self._is_closing = True
        for line in self._lines.values():
            line.wake()
        while self._tasks or self._relay.offers.are_there:
            await self._relay.offers.all_answered()
            if self._tasks:
                await asyncio.wait(self._tasks)
        await self._relay.close()

    def _line(self, event_id: PydanticObjectId) -> Line:
        """The line for this event, which somebody serves from now on."""
        line = self._lines.get(event_id)
        if line is None:
            line = self._lines[event_id] = Line()
            task = asyncio.create_task(self._serve(event_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return line

    def _take_in(self, event_id: PydanticObjectId, commands: Sequence[Waiting]) -> None:
        """Another process hands these over."""
        line = self._line(event_id)
        if len(line) >= LINE:
            self._relay.tell(event_id, [(waiting, too_many()) for waiting in commands])
        else:
            line.join(commands)

    def _put_back(self, event_id: PydanticObjectId, commands: Sequence[Waiting]) -> None:
        """Another process had these, and is not known to have carried them out."""
        self._line(event_id).join_again(commands)

    async def _serve(self, event_id: PydanticObjectId, line: Line) -> None:
        try:
            while line:
                if await self._relay.offers.hand_over(event_id, line):
                    continue
                build = self._relay.build if self._relay.offers.may_hand_over(line) else ""
                async with self._turns, self._baton.turn(event_id, early=True, build=build) as turn:
                    contradicts = await self._write(event_id, line, turn)
                # Only now: those come first who wait for this turn.
                line.give()
                if turn.taken_by is not None:
                    self._relay.found(event_id, turn.taken_by)
                if contradicts:
                    await self._guard.mend(event_id)
        finally:
            # No await since the line was seen empty: nobody can have joined it.
            del self._lines[event_id]
            # Only if we are being stopped half way.
            line.give_up(Unavailable("The server is stopping. Repeat the request with the same key."))

    async def _write(self, event_id: PydanticObjectId, line: Line, turn: Turn) -> bool:
        """Batch after batch, as long as the turn lasts and somebody comes; whether what was read contradicts itself."""
        contradicts, is_ours, began = False, turn.taken_by is None, time.monotonic()
        keeping: asyncio.Task[bool] | None = None
        while is_ours:
            # Only now: what came while we waited for our turn belongs to this batch.
            batch = self._take_batch(event_id, line, turn)
            answering = asyncio.create_task(self._answered(event_id, batch, turn))
            # Only once this batch is on its way: to use the answers of the one before takes a while.
            await asyncio.sleep(0)
            line.give()
            told = await answering
            contradicts = any(isinstance(answer, Drifted) for _, answer in told)
            line.join_again([waiting.again(answer) for waiting, answer in told if isinstance(answer, AskAgain)])
            line.told = [(waiting, answer) for waiting, answer in told if not isinstance(answer, AskAgain)]
            messages = self._relay.messages(event_id, line.told)
            if keeping is not None:
                is_ours, keeping = await keeping, None
            is_over = self._is_closing or (self._turns.locked() and time.monotonic() - began > SHARE_SECONDS)
            if turn.taken_by is not None or not turn.may_last or contradicts or not is_ours or is_over:
                await self._relay.send(messages)
                break
            if messages or turn.is_shared or turn.is_due:
                keeping = asyncio.create_task(turn.keep(self._relay.announced(turn.reign), messages))
            # Where other processes hand over, fewer and larger batches are worth more than one that begins at once.
            if not line or (turn.is_shared and len(line) < len(batch)):
                is_ours, keeping = await self._rest(line, keeping), None
        return contradicts

    async def _rest(self, line: Line, keeping: asyncio.Task[bool] | None) -> bool:
        """Give the answers and, if nobody waits, linger; whether the turn is ours still, and somebody waits."""
        if keeping is not None:
            await asyncio.sleep(0)  # those elsewhere get theirs first
        line.give()
        is_ours = keeping is None or await keeping
        if is_ours and not line:
            lingers = not self._turns.locked() and not self._is_closing
            is_ours = lingers and await line.comes(LINGER_SECONDS)
        return is_ours

    def _take_batch(self, event_id: PydanticObjectId, line: Line, turn: Turn) -> list[Waiting]:
        """Those who are first in line, without those who were handed over under a reign that is over."""
        taken = line.take(BATCH)
        strangers = [one for one in taken if one.sender and not self._relay.has_reign(event_id, one.sender.reign)]
        if strangers:
            line.leave(strangers)
            self._relay.tell(event_id, [(one, TakeBack()) for one in strangers])
            taken = [one for one in taken if one not in strangers]
        turn.lent_under = next((one.sender.reign for one in taken if one.sender), None)
        turn.taken_from = frozenset().union(*(one.taken_from for one in taken))
        return taken

    async def _answered(
        self, event_id: PydanticObjectId, batch: Sequence[Waiting], turn: Turn
    ) -> list[tuple[Waiting, Any]]:
        """The batch, each with its answer."""
        if not batch:
            return []
        batch_taken([waiting.since for waiting in batch])
        began = time.perf_counter()
        answers = await self._committer.answers(event_id, [waiting.command for waiting in batch], turn)
        batch_written(time.perf_counter() - began)
        return list(zip(batch, answers, strict=True))
