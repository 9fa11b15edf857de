"""Entries that change no inventory: of users, and of refused requests. Each process has a chain of its own for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.chain import chain_entries
from domain.audit.file import AuditFile
from domain.clock import Clock
from domain.documents import AuditEntry, AuditJournal, new_id

log = structlog.get_logger(__name__)

BATCH = 500
"""Entries written together at most."""

MOST_WAITING = 20_000
"""Notes that may wait to be written; more are counted and dropped: whoever floods us must not fill our memory."""

PAUSE_SECONDS = 1.0
"""How long notes wait when writing them failed."""

LAST_SECONDS = 5.0
"""How long a server that stops waits for its last notes."""

Work: TypeAlias = "Callable[[AsyncClientSession], Awaitable[None]]"


class Journal:
    """This process's chain. After a write of unknown outcome it goes on in a new one: the old is whole either way."""

    def __init__(self, mongo: AsyncMongoClient[dict[str, Any]], file: AuditFile, clock: Clock) -> None:
        self._mongo = mongo
        self._file = file
        self._clock = clock
        self._end: AuditJournal | None = None
        self._turn = asyncio.Lock()
        self._waiting: deque[AuditEntry] = deque()
        self._dropped = 0
        self._writing: asyncio.Task[None] | None = None

    async def write(self, entry: AuditEntry, work: Work) -> None:
        """The entry, in one transaction with the change it tells of. Raises what `work` does, and nothing is done."""
        await self._append([entry], work)

    def note(self, entry: AuditEntry) -> None:
        """Have the entry written in a moment. Nobody waits for it: a crash may lose the notes of the last moment."""
        if len(self._waiting) >= MOST_WAITING:
            self._dropped += 1
            return
        self._waiting.append(entry)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_notes())

    async def close(self) -> None:
        """Wait for what is noted, for some seconds."""
        if self._writing is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self._writing

    async def _write_notes(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            try:
                await self._append(batch)
            except Exception as error:  # whatever it is, those who are refused must not notice
                log.warning("notes for the audit log wait", notes=len(self._waiting), reason=type(error).__name__)
                self._waiting.extendleft(reversed(batch))
                await asyncio.sleep(PAUSE_SECONDS)
            if self._dropped and len(self._waiting) < MOST_WAITING:
                log.error("notes for the audit log were dropped: too many at once", notes=self._dropped)
                self._dropped = 0

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
