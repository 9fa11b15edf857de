"""What a job tells of itself while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class Progress:
    """`found` things to do, `done` of them; `oldest_overdue`: how long the oldest of them had been waiting."""

    found: int = 0
    done: int = 0
    oldest_overdue: timedelta = timedelta()

    def did(self, count: int) -> None:
        """So many were found, and done."""
        self.found += count
        self.done += count

    def overdue(self, by: timedelta) -> None:
        """Something had been due for so long."""
        self.oldest_overdue = max(self.oldest_overdue, by)
