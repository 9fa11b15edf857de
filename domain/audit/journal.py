"""Entries that change no inventory: of users, and of refused requests. Each process has a chain of its own for them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.chain import chain_entries
from domain.audit.file import AuditFile
from domain.audit.rejections import left_out_entry
from domain.audit.repeats import Repeats
from domain.clock import Clock
from domain.documents import AuditEntry, AuditJournal, new_id

log = structlog.get_logger(__name__)

BATCH = 500
"""Entries written together at most."""

MOST_WAITING = 20_000
"""Notes that may wait to be written: whoever floods us must not fill our memory."""

NOBODYS_PER_SECOND, NOBODYS_AT_ONCE = 20.0, 1_000
SOMEBODYS_PER_SECOND, SOMEBODYS_AT_ONCE = 200.0, 20_000
"""How many notes all who are not signed in, and all who are, may cause: for long, and at once. Whoever floods us must
not fill the log either, nor crowd everything else out of its file."""

PAUSE_SECONDS = 1.0
"""How long notes wait when writing them failed."""

LAST_SECONDS = 5.0
"""How long a server that stops waits for its last notes."""

Work: TypeAlias = "Callable[[AsyncClientSession], Awaitable[None]]"


class Allowance:
    """So many at once, and so many more each second."""

    def __init__(self, per_second: float, at_once: int) -> None:
        self._per_second = per_second
        self._at_once = float(at_once)
        self._left = self._at_once
        self._counted_at = time.monotonic()

    def take(self) -> bool:
        """Whether there is one left; then it is taken."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._counted_at) * self._per_second)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Journal:
    """This process's chain. After a write of unknown outcome it goes on in a new one: the old is whole either way."""

    def __init__(self, mongo: AsyncMongoClient[dict[str, Any]], file: AuditFile, clock: Clock) -> None:
        self._mongo = mongo
        self._file = file
        self._clock = clock
        self._end: AuditJournal | None = None
        self._turn = asyncio.Lock()
        self._waiting: deque[AuditEntry] = deque()
        self._left_out = 0
        self._nobodys = Allowance(NOBODYS_PER_SECOND, NOBODYS_AT_ONCE)
        self._somebodys = Allowance(SOMEBODYS_PER_SECOND, SOMEBODYS_AT_ONCE)
        self._writing: asyncio.Task[None] | None = None
        self.repeats = Repeats(self.note, clock)

    async def write(self, entry: AuditEntry, work: Work | None = None) -> None:
        """The entry, in one transaction with the change it tells of. Raises what `work` does, and nothing is done."""
        await self._append([entry], work)

    def note(self, entry: AuditEntry) -> None:
        """Have the entry written in a moment. Nobody waits for it: a crash may lose the notes of the last moment.

        Of more than there is room for, or than somebody may cause, only their number is written down.
        """
        allowance = self._somebodys if entry.actor_id else self._nobodys
        if len(self._waiting) >= MOST_WAITING or not allowance.take():
            self._left_out += 1
            return
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._waiting.append(left_out_entry(entry.created_at, left_out))
        self._waiting.append(entry)
        self._wake()

    def note_few(self, key: Hashable, entry: AuditEntry) -> None:
        """The same of what may happen all the time: of the same `key` a few in a minute, then their number."""
        if self.repeats.room(key):
            self.repeats.wrote(key)
            self.note(entry)
        else:
            self.repeats.left_out(key, entry)

    async def close(self) -> None:
        """Wait for what is noted, for some seconds."""
        self.repeats.flush()
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._waiting.append(left_out_entry(self._clock(), left_out))
            self._wake()
        if self._writing is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self._writing

    def _wake(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_notes())

    async def _write_notes(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            try:
                await self._append(batch)
            except Exception as error:  # whatever it is, those who are refused must not notice
                log.warning("notes for the audit log wait", notes=len(self._waiting), reason=type(error).__name__)
                self._waiting.extendleft(reversed(batch))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _append(self, entries: Sequence[AuditEntry], work: Work | None = None) -> None:
        async with self._turn:
            end = self._end or AuditJournal.model_construct(id=new_id(), started_at=self._clock())
            for sequence, entry in enumerate(entries, start=end.sequence + 1):
                entry.sequence = sequence
            chained, last = chain_entries(end.id, end.hash, entries)
            reached = {"sequence": end.sequence + len(entries), "hash": last}

            async def write(session: AsyncClientSession) -> None:
                self._end = end
                if work is not None:
                    await work(session)
                await AuditEntry.get_pymongo_collection().insert_many(chained, session=session)
                update = {"$set": reached, "$setOnInsert": {"started_at": end.started_at}}
                journals = AuditJournal.get_pymongo_collection()
                await journals.update_one({"_id": end.id}, update, upsert=True, session=session)
                # From here on it may be committed, whatever we hear: nothing more may be chained to the old end.
                self._end = None

            async with self._mongo.start_session() as session:
                await session.with_transaction(write, write_concern=WriteConcern("majority", j=True))
            self._end = end.evolve(**reached)
            self._file.write(entries, last)
