"""What happens again and again: the first few of a minute have entries of their own, of the rest their number has.

Counted in memory, per process: who is killed loses the numbers of its last minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from domain.clock import Clock
from domain.documents import AuditEntry, new_id

FEW = 3
"""Entries that are written of the same within a minute."""

SECONDS = 60.0

MOST = 10_000
"""Things that are counted at a time: whoever floods us must not fill our memory."""


@dataclass(slots=True)
class _Count:
    began: float
    written: int = 0
    left_out: int = 0
    last: AuditEntry | None = None


class Repeats:
    """How often what happened in the last minute. `note` takes the entry that tells how often more."""

    def __init__(self, note: Callable[[AuditEntry], None], clock: Clock) -> None:
        self._note = note
        self._clock = clock
        self._counts: dict[Hashable, _Count] = {}
        self._timer: asyncio.TimerHandle | None = None

    def room(self, key: Hashable) -> int:
        """How many entries of this may still be written in this minute."""
        count = self._counts.get(key)
        return FEW if count is None else max(0, FEW - count.written)

    def wrote(self, key: Hashable, times: int = 1) -> None:
        """So many were written."""
        self._count(key).written += times

    def left_out(self, key: Hashable, entry: AuditEntry) -> None:
        """One was not."""
        count = self._count(key)
        count.left_out += 1
        count.last = entry

    def flush(self, older_than: float = 0) -> None:
        """Note the numbers of what has been counted for so many seconds."""
        now = time.monotonic()
        for key, count in list(self._counts.items()):
            if now - count.began >= older_than:
                del self._counts[key]
                if count.last is not None:
                    told = {**count.last.metadata, "count": count.left_out}
                    self._note(count.last.evolve(id=new_id(), metadata=told, created_at=self._clock()))
        if not self._counts and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _count(self, key: Hashable) -> _Count:
        if len(self._counts) >= MOST and key not in self._counts:
            self.flush()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._tick)
        return self._counts.setdefault(key, _Count(time.monotonic()))

    def _tick(self) -> None:
        self._timer = None
        self.flush(SECONDS)
        if self._counts:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._tick)
