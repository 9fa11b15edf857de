"""The audit log as a file of JSON lines, for those who collect logs. The database is what counts: no sale waits for it.

Lines are written after the commit, in a thread. What could not be written, because the disk was full or the process
killed, is looked up in the database and written later: each entry at least once (its `id` tells), not always in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import bson
import structlog
from beanie import PydanticObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase

from domain.audit.chain import hash_of, raw_entries
from domain.audit.lines import line_of
from domain.audit.rotation import RotatedFile
from domain.audit.search import read_entry
from domain.clock import Clock
from domain.documents import LISTED_BY, AuditEntry
from domain.ids import api_id
from domain.process.tasks import cancel

log = structlog.get_logger(__name__)

MOST_WAITING = 50_000
"""Entries that may wait for the disk; more are left to be looked up."""

LOOKED_BACK = timedelta(minutes=5)
"""So far before the last line a process that starts looks for entries that another, killed, did not write any more."""

AGAIN_SECONDS = 5.0
"""How long after lines could not be written the next attempt is made."""

SETTLING_SECONDS = 2.0
"""How long others may take to write what they have in hand, before it is taken for missing."""

GATHERED_SECONDS = 0.1
"""How long lines gather before they are written. To open the file in a thread costs a lone sale more than its lines."""

LAST_SECONDS = 5.0
"""How long a server that stops waits for its last lines."""

AT_ONCE = 1_000

IN_ORDER = [(name, ASCENDING) for name in LISTED_BY]

DECODED: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


class Made(NamedTuple):
    """An entry, and the hash of it as it is stored."""

    entry: AuditEntry
    hash: bytes


class AuditFile:
    """The file of this machine, which all its processes write; without a path there is none."""

    def __init__(self, path: Path | None, database: AsyncDatabase[dict[str, Any]], clock: Clock) -> None:
        self._file = RotatedFile(path) if path is not None else None
        self._database = database
        self._clock = clock
        self._waiting: list[Made] = []
        self._wanted = asyncio.Event()
        self._stopped = asyncio.Event()
        self._missing_since: datetime | None = None
        self._failing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Write from now on; and first what a process that was killed did not write any more."""
        if self._file is not None:
            self._task = asyncio.create_task(self._run(self._file))

    def write(self, entries: Sequence[AuditEntry], last_hash: bytes) -> None:
        """Have entries of one chain, numbered in a row and stored, written in a moment."""
        if self._file is None:
            return
        if self._missing_since is not None:
            # They are looked up, with everything since then: chains commit side by side, so these may be older.
            self._missing_since = min(self._missing_since, *(entry.created_at for entry in entries))
            return
        hashes = [*(entry.previous for entry in entries[1:]), last_hash]
        self._waiting += map(Made, entries, hashes)
        if len(self._waiting) > MOST_WAITING:
            self._give_up("too many at once")
        self._wanted.set()

    async def close(self) -> None:
        """Write what waits, if that is a matter of seconds; else it is looked up by the next to start."""
        self._stopped.set()
        self._wanted.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=LAST_SECONDS)
            await cancel(self._task)

    async def _run(self, file: RotatedFile) -> None:
        last_run = await self._last_run(file)
        if last_run is not None:  # and meanwhile some may have been given up already
            self._missing_since = min(last_run, self._missing_since or last_run)
        while True:
            made, self._waiting = self._waiting, []
            failed = False
            try:
                if self._missing_since is not None:
                    await self._fill(file, self._missing_since)
                await self._append(file, made)
            except Exception as error:  # the disk's, MongoDB's, or ours: later there may be no reason for it any more
                failed = True
                self._waiting = made + self._waiting
                self._give_up(type(error).__name__)
            if self._stopped.is_set() and (failed or not self._waiting):
                return
            if failed:
                await self._pause(AGAIN_SECONDS)
            elif not self._waiting and self._missing_since is None:
                await self._wanted.wait()
                self._wanted.clear()
                await self._pause(GATHERED_SECONDS)

    async def _last_run(self, file: RotatedFile) -> datetime | None:
        """Since when lines may be missing; None for a file that begins now, or can't be read now.

        One that is there and has no line was made by somebody who was killed before the first.
        """
        with suppress(OSError):
            written = await asyncio.to_thread(file.last)
            last = written.created_at if written else await asyncio.to_thread(file.made_at)
            return last - LOOKED_BACK if last else None
        return None

    def _give_up(self, reason: str) -> None:
        """Leave what waits to be looked up."""
        if self._waiting:
            first = min(made.entry.created_at for made in self._waiting)
            self._missing_since = min(first, self._missing_since or first)
            self._waiting.clear()
        if not self._failing:
            self._failing = True
            log.warning("the audit log's file is not written; what is missing will be looked up", reason=reason)

    async def _fill(self, file: RotatedFile, since: datetime) -> None:
        """Write every entry made since then that has no line."""
        # From here on entries wait for their turn again.
        until, self._missing_since = self._clock(), None
        filled = 0
        try:
            await self._pause(SETTLING_SECONDS)
            there = await asyncio.to_thread(lambda: {line.id for line in file.lines(since)})
            missing = [each async for each in self._ids(since, until) if api_id("AuditEntry", each) not in there]
            for first in range(0, len(missing), AT_ONCE):
                made = [
                    Made(entry, hash_of(stored.raw))
                    async for stored in self._stored(missing[first : first + AT_ONCE])
                    if (entry := read_entry(bson.decode(stored.raw, DECODED))) is not None
                ]
                await self._append(file, made)
                filled += len(made)
        except BaseException:
            self._missing_since = since
            raise
        if self._failing:
            self._failing = False
            log.info("the audit log's file is whole again", filled=filled)

    async def _ids(self, since: datetime, until: datetime) -> AsyncIterator[PydanticObjectId]:
        """The ids of all entries of this time, from an index: as a rule every one has its line."""
        wanted = dict.fromkeys(LISTED_BY, 1)
        made = {"created_at": {"$gte": since, "$lte": until}}
        # Few at a time: those of one answer are gone through without a pause.
        async for named in raw_entries(self._database).find(made, wanted, sort=IN_ORDER, batch_size=AT_ONCE):
            yield named["_id"]

    def _stored(self, ids: Sequence[PydanticObjectId]) -> AsyncCursor[RawBSONDocument]:
        return raw_entries(self._database).find({"_id": {"$in": ids}}, sort=IN_ORDER)

    async def _append(self, file: RotatedFile, made: Sequence[Made]) -> None:
        if made:
            await asyncio.to_thread(lambda: file.append(b"".join(line_of(*each) for each in made)))

    async def _pause(self, seconds: float) -> None:
        """Wait for so long, unless it is time to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
