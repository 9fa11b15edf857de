"""When an event sells, decided by the time alone: pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

WINDOW_FIELDS = frozenset({"starts_at", "sales_start_at", "sales_end_at"})
"""The fields of an event whose instants open and close its sales."""

SALES_FIELDS = WINDOW_FIELDS | {"cancelled_at", "sales_closed"}
"""All fields of an event that decide whether it sells."""


class SalesClosedReason(StrEnum):
    """Why an event sells nothing now. Of several, the one that lasts longest is told."""

    NOT_STARTED = "NOT_STARTED"
    ENDED = "ENDED"
    PAUSED = "PAUSED"
    EVENT_STARTED = "EVENT_STARTED"
    EVENT_CANCELLED = "EVENT_CANCELLED"


class SalesWindow(NamedTuple):
    """From `opens_at` (None: from the beginning) until `ends_at` (None: until `starts_at`), and never from `starts_at`.

    Nothing is sold while it is `paused`, nor once it is `cancelled`. The event was made at `made_at`.
    """

    made_at: datetime
    starts_at: datetime
    opens_at: datetime | None = None
    ends_at: datetime | None = None
    paused: bool = False
    cancelled: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether seats that are AVAILABLE can be taken."""
        return self.closed_because(now) is None

    def closed_because(self, now: datetime) -> SalesClosedReason | None:
        """Why they can't; None when they can. An instant is already part of what it begins."""
        if self.cancelled:
            return SalesClosedReason.EVENT_CANCELLED
        if self.starts_at <= now:
            return SalesClosedReason.EVENT_STARTED
        if self.ends_at is not None and self.ends_at <= now:
            return SalesClosedReason.ENDED
        if self.paused:
            return SalesClosedReason.PAUSED
        if self.opens_at is not None and self.opens_at > now:
            return SalesClosedReason.NOT_STARTED
        return None

    def turns(self, now: datetime) -> int:
        """How many times it opened or closed by itself since the event was made: readers count each as one version."""
        return sum(turn <= now for turn in self._turns())

    def next_turn(self, now: datetime) -> datetime | None:
        """When the time changes something next; None when it won't any more."""
        return min((turn for turn in self._turns() if turn > now), default=None)

    def _turns(self) -> Iterator[datetime]:
        for turn in (self.opens_at, self.ends_at, self.starts_at):
            if turn is not None and turn > self.made_at:
                yield turn
