"""What the last batch of an event left, which the next one need not read again (docs/decisions/0020-what-is-left.md).

It is never believed: whoever uses it writes on condition that the event is as it is remembered, in its version and in
all that it says. So it need not be thrown away when others write, but it is, lest that fails a second time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from beanie import PydanticObjectId

from domain.contradiction import required
from domain.documents import Event, Seating, SeatLockStatus, SeatRow
from domain.inventory.commands import (
    CancelBooking,
    ChangeLock,
    Command,
    ConfirmBooking,
    Expire,
    ExtendLock,
    LockSeats,
    ReleaseLock,
)
from domain.inventory.event_commands import EndLock
from domain.inventory.holdings import Count
from domain.inventory.payment_commands import MarkGivenBack, ResendRefund, SettlePayment, SettleRefund, StartPayment
from domain.inventory.state import Inventory
from domain.writer.purchases import Purchases, follow

EVENTS, ROWS, BUYERS, PURCHASES = 1_000, 20_000, 50_000, 10_000
"""How much is remembered at most, of all events together."""

SECONDS = 60.0
"""For how long. What somebody changes by hand without touching the event is noticed when all of it is read again."""

NEW_BUYERS, FEW_NEW_BUYERS = 64, 2
"""Of how many buyers who were not seen yet a batch presumes, at most, that they have nothing of the event: first, and
for some SECONDS after one of them had something. Then others may, too."""

PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.25, 8.0
"""How long nothing is remembered of an event of which it was wrong: doubled each time in a row."""

KNOWING: tuple[type[Command[Any]], ...] = (
    LockSeats,
    ChangeLock,
    ExtendLock,
    ReleaseLock,
    ConfirmBooking,
    StartPayment,
    SettlePayment,
    CancelBooking,
    EndLock,
    SettleRefund,
    ResendRefund,
    MarkGivenBack,
    Expire,
)
"""Commands that change an event's inventory, and nothing else of it. After any other all is read again."""


@dataclass(slots=True)
class Left:
    """What is known of an event as it was last written, or read, by this process.

    It belongs to the batch that takes it, as an inventory does: nobody else has these rows. The event others may have,
    so that is copied. `stored` is the event's document, as far as anybody looks at it. Nothing falls due before `due`,
    and no allocation is released by time.
    Of so many `new_buyers` a batch may presume that they have nothing.
    """

    event: Event
    stored: dict[str, Any]
    due: datetime
    at: datetime
    read_at: float
    rows: dict[str, SeatRow] = field(default_factory=dict)
    counts: dict[PydanticObjectId, Count] = field(default_factory=dict)
    purchases: Purchases = field(default_factory=OrderedDict)
    new_buyers: int = NEW_BUYERS

    def event_to_change(self) -> Event:
        """The event, for a batch to change."""
        return self.event.evolve(
            sections=[section.model_construct(**section.__dict__) for section in self.event.sections]
        )

    def all_rows(self, name: str) -> list[SeatRow] | None:
        """All rows of the section, of which there may be none; None unless all are known."""
        section = self.event.section(name)
        if section is None or section.seating is not Seating.RESERVED:
            return []
        rows = [row for row in self.rows.values() if row.section == name]
        return rows if sum(len(row.statuses) for row in rows) == section.total else None


class Known:
    """What a batch knows of what it needs: each question is answered with what it has to read.

    Rows are known as far as their letters go: whether an allocation holds a seat, they don't tell.
    """

    def __init__(self, left: Left | None, now: datetime, *, with_rows: bool = True) -> None:
        self._left = left
        self._now = now
        self._with_rows = with_rows
        self._rows: list[SeatRow] = []
        self.counts: dict[PydanticObjectId, Count] = {}

    def rows(self, labels: Iterable[str]) -> set[str]:
        """Those of these rows that are not known."""
        if self._left is None or not self._with_rows:
            return {*labels}
        found = {label: self._left.rows.get(label) for label in labels}
        self._rows += (row for row in found.values() if row is not None)
        return {label for label, row in found.items() if row is None}

    def sections(self, names: Iterable[str]) -> set[str]:
        """Those of these sections of which not all rows are known."""
        if self._left is None or not self._with_rows:
            return {*names}
        found = {name: self._left.all_rows(name) for name in names}
        self._rows += (row for rows in found.values() if rows is not None for row in rows)
        return {name for name, rows in found.items() if rows is None}

    def recalled_rows(self) -> list[SeatRow]:
        """The known ones of the rows that were asked about since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def buyers(self, buyers: Iterable[PydanticObjectId]) -> set[PydanticObjectId]:
        """Those of these buyers of whom it is not known what they have."""
        if self._left is None:
            return {*buyers}
        unknown = set()
        for buyer in buyers:
            count = self._left.counts.get(buyer)
            if count is not None and count.lasts(self._now):
                self.counts[buyer] = count
            else:
                unknown.add(buyer)
        return unknown

    def nothing_is_due(self) -> bool:
        """Whether no lock is dead that nobody has expired."""
        return self._left is not None and self._now < self._left.due


@dataclass(slots=True)
class _Place:
    left: Left | None = None
    pause: float = 0.0
    paused_until: float = 0.0
    buyers_paused_until: float = 0.0


class Memory:
    """What batches of one process have left, by event; of those that it is long ago is forgotten first."""

    def __init__(self) -> None:
        self._places: OrderedDict[PydanticObjectId, _Place] = OrderedDict()
        self._rows = self._buyers = self._purchases = 0

    def take(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], now: datetime) -> Left | None:
        """What a batch of these commands may start from. It is gone then, unless somebody keeps what becomes of it."""
        place = self._places.get(event_id)
        if place is None or place.left is None:
            return None
        left = self._forget(place)
        left.new_buyers = NEW_BUYERS if time.monotonic() >= place.buyers_paused_until else FEW_NEW_BUYERS
        # A clock that was put back would take deadlines that are over for such that are to come.
        is_old = time.monotonic() > left.read_at + SECONDS or now < left.at
        return left if not is_old and all(isinstance(command, KNOWING) for command in commands) else None

    def keep(self, inventory: Inventory, left: Left | None, now: datetime) -> None:
        """What a batch that is committed, or wrote nothing, leaves of what it knew. Nobody changes it any more."""
        event, stored, due = inventory.event, inventory.stored, inventory.due
        if due is None:
            return
        place = self._places.setdefault(event.id, _Place())
        self._places.move_to_end(event.id)
        if left is not None:
            place.pause = 0.0
        elif time.monotonic() < place.paused_until:
            return
        else:
            left = Left(event, stored, due, now, time.monotonic())
        changed = [*inventory.locks.new(), *(lock for _, lock in inventory.locks.changed())]
        active = (lock.expires_at for lock in changed if lock.status is SeatLockStatus.ACTIVE)
        left.event, left.stored, left.at = event, stored, now
        released = (allotment.releases_at for allotment in event.allotments if allotment.releases_at is not None)
        left.due = now if inventory.more_due else min([due, *active, *released])
        left.rows |= inventory.rows
        for buyer in inventory.holdings.not_read:
            left.counts.pop(buyer, None)
        left.counts |= inventory.holdings.counts(now)
        follow(left.purchases, inventory)
        while len(left.purchases) > PURCHASES:
            left.purchases.popitem(last=False)
        if place.left is not None:
            self._forget(place)
        place.left = left
        self._rows += len(left.rows)
        self._buyers += len(left.counts)
        self._purchases += len(left.purchases)
        while self._rows > ROWS or self._buyers > BUYERS or self._purchases > PURCHASES or len(self._places) > EVENTS:
            _, forgotten = self._places.popitem(last=False)
            if forgotten.left is not None:
                self._forget(forgotten)

    def was_wrong(self, event_id: PydanticObjectId, *, of_buyers: bool = False) -> None:
        """What was taken of the event was not so: somebody else has written it, or a key was used before. Or it was so,
        and only a buyer had something who was not seen yet.
        """
        place = self._places.setdefault(event_id, _Place())
        if of_buyers:
            place.buyers_paused_until = time.monotonic() + SECONDS
            return
        place.pause = min(max(2 * place.pause, PAUSE_SECONDS), MOST_PAUSE_SECONDS)
        place.paused_until = time.monotonic() + place.pause

    def _forget(self, place: _Place) -> Left:
        left, place.left = required(place.left, "something is known of it"), None
        self._rows -= len(left.rows)
        self._buyers -= len(left.counts)
        self._purchases -= len(left.purchases)
        return left
