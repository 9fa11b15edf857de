"""What the rules work on: one event's inventory, as far as a batch needs it, and changes to it.

`Inventory` is loaded once a batch and owned by it. A rule only reads it and returns a `Change`; `apply` is the one
place where anything changes, and before it does it checks the invariants (docs/architecture.md).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from domain.caller import Caller
from domain.contradiction import Contradiction, required
from domain.documents import (
    WINDOW_FIELDS,
    Allocation,
    Allotment,
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    IdempotencyKey,
    Payment,
    PydanticObjectId,
    Refund,
    Remembered,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    SeatStatus,
    Standing,
    Stored,
)
from domain.errors import Unauthenticated
from domain.inventory.change import Change, Move
from domain.inventory.holdings import Holdings
from domain.inventory.shelf import Shelf
from domain.inventory.terms import Terms

OutcomeT = TypeVar("OutcomeT")


BY_TIME = (AuditAction.LOCK_EXPIRED, AuditAction.BOOKING_EXPIRED)
"""What readers count before it is written down."""


def _endless(_original_id: PydanticObjectId) -> int:
    return sys.maxsize


class Inventory:
    """One event's inventory, as far as a batch needs it.

    `room_for_repeats` says of an entry how many repeats of what it records may be written now: as many as there are,
    unless the writer says otherwise. Those beyond are `left_out`, for somebody to count.

    `stored` is the event as its collection has it, as far as anybody looks at it; what is decided here can't be written
    without. `due` is an instant before which nothing else falls due than the dead locks that were loaded; None where
    nobody has looked. Without `standings` somebody looks later who still is
    somebody. `whole` are the locks of which it has everything: booking, payments, refunds, as far as there are any.
    """

    def __init__(self, event: Event, terms: Terms, *, more_due: bool = False) -> None:
        self.event = event
        self.terms = terms
        self.more_due = more_due
        self.stored: dict[str, Any] = {}
        self.due: datetime | None = None
        self.whole: frozenset[PydanticObjectId] = frozenset()
        self.rows: dict[str, SeatRow] = {}
        self.loaded_statuses: dict[str, str] = {}
        self._rows_of: dict[str, list[SeatRow]] = {}
        self.new_holders: dict[str, dict[int, PydanticObjectId | None]] = {}
        # The label of a row for each seat that moved, in order: what was made of the rows before tells by its end.
        self.moved_rows: list[str] = []
        self.kept_views: dict[PydanticObjectId, tuple[Inventory, int]] = {}
        self.event_fields: set[str] = set()
        self.locks: Shelf[SeatLock] = Shelf()
        self.bookings: Shelf[Booking] = Shelf()
        self.payments: Shelf[Payment] = Shelf(by="booking_id")
        self.refunds: Shelf[Refund] = Shelf(by="payment_id")
        self.keys: Shelf[IdempotencyKey] = Shelf()
        self._remembered: dict[bytes, Remembered] = {}
        # What keeps a key whose time is over: it is given up when the key is used again.
        self.keys_over: dict[bytes, PydanticObjectId] = {}
        self.holdings = Holdings()
        self.allocations: Shelf[Allocation] = Shelf()
        self.taken_codes: frozenset[str] = frozenset()
        # Seats that allocations to be released have back of dead locks that this batch does not sweep.
        self.unswept: Counter[PydanticObjectId] = Counter()
        self.moved_allotments: set[PydanticObjectId | None] = set()
        self.standings: dict[PydanticObjectId, Standing] | None = {}
        self.taken_references: frozenset[str] = frozenset()
        self.applied: list[Change[Any]] = []
        self.entries: list[AuditEntry] = []
        self.left_out: list[AuditEntry] = []
        self.repeated: Counter[PydanticObjectId] = Counter()
        self.room_for_repeats: Callable[[PydanticObjectId], int] = _endless
        self.shelves: dict[type[Stored], Shelf[Any]] = {
            SeatLock: self.locks,
            Booking: self.bookings,
            Payment: self.payments,
            Refund: self.refunds,
            IdempotencyKey: self.keys,
            Allocation: self.allocations,
        }

    def add_rows(self, rows: Iterable[SeatRow]) -> None:
        """Rows from the database. They are this batch's own: moves change them in place."""
        for row in rows:
            self.rows[row.label] = row
            self.loaded_statuses[row.label] = row.statuses
        self._rows_of.clear()

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to write. Nothing changes without an entry saying so."""
        return bool(self.entries)

    @property
    def changes(self) -> int:
        """By how much the event's version grows: one for each change of seats, one for what the event says of itself or
        whether it sells, and one at least. Of dead locks that are swept beside, readers have counted theirs.

        Two more for each lock that stays alive: confirmed, paid, extended or changed. Whoever reads it past its old
        deadline, before this is committed or by a clock that is ahead, counts it as dead: as one more version. What
        they see next must be a later one. One that keeps its deadline has other seats then, which is as much to tell.
        One more, for the same reason, for each allocation that lasts and that somebody took seats out of or gave some
        back to: not for what time gave back, which readers have counted. Likewise, if the instants change that open and
        close sales: as many more as could have been counted before.
        """
        kept = sum(
            before.status is SeatLockStatus.ACTIVE and now.status in (SeatLockStatus.ACTIVE, SeatLockStatus.CONSUMED)
            for before, now in self.locks.changed()
        )
        lasting = sum(allotment.id in self.moved_allotments for allotment in self.event.allotments)
        turns = len(WINDOW_FIELDS) if WINDOW_FIELDS & self.event_fields else 0
        seats = sum(entry.effect is not None for entry in self.entries)
        return (seats + 2 * kept + ("updated_at" in self.event_fields) or 1) + lasting + turns

    def load_key(self, key_id: bytes, made: Remembered, *, is_over: bool) -> None:
        """A key from the database that a lock or a payment keeps, of whichever event."""
        if is_over:
            self.keys_over[key_id] = made.outcome_id
        else:
            self._remembered[key_id] = made

    # ------------------------------------------------------------ questions

    def remembered(self, key_id: bytes, now: datetime) -> Remembered | None:
        """What the request with this key was, and made; None if there was none, or so long ago that it is forgotten."""
        key = self.keys.get(key_id)
        if key is not None and key.expires_at > now:
            return Remembered(key.request, key.outcome_id)
        return self._remembered.get(key_id)

    def remembered_outcomes(self) -> set[PydanticObjectId]:
        """What the keys of this batch have made before."""
        return {made.outcome_id for made in (*self.keys, *self._remembered.values())}

    def check_session(self, caller: Caller | None) -> None:
        """Whoever asks still exists, in a session that was not ended. Raises Unauthenticated."""
        if caller is None or caller.is_known or self.standings is None:
            return
        standing = self.standings.get(caller.user_id)
        if standing is None:
            raise Unauthenticated("There is no such user any more.")
        if not standing.has_session(caller.sessions_ended, caller.session_id):
            raise Unauthenticated("This session was ended; sign in again.")

    def rows_of(self, section: str) -> list[SeatRow]:
        """The loaded rows of a section, front first."""
        rows = self._rows_of.get(section)
        if rows is None:
            rows = sorted((row for row in self.rows.values() if row.section == section), key=lambda row: row.position)
            self._rows_of[section] = rows
        return rows

    def has_all_rows(self, section: str) -> bool:
        """Whether all of its rows are loaded."""
        total = required(self.event.section(section), f"a section {section}").total
        return sum(len(row.statuses) for row in self.rows_of(section)) == total

    def seat_at(self, label: str) -> tuple[SeatRow, int] | None:
        """The row and position a label names; None when there is no such seat."""
        row_label, _, number = label.rpartition("-")
        row = self.rows.get(row_label)
        if row is None or not number.isascii() or not number.isdigit() or number[0] == "0":
            return None
        # Longer numbers cannot be seats, and int() would take its time over them.
        position = int(number) - 1 if len(number) <= 6 else -1
        return (row, position) if 0 <= position < len(row.statuses) else None

    def not_available(self, quantities: Mapping[str, int], seats: Iterable[str]) -> bool:
        """Whether any of these seats is held or booked, or a section has too few left."""
        for name, quantity in quantities.items():
            section = self.event.section(name)
            if section is None or section.available < quantity:
                return True
        return any(not self.is_available(label) for label in seats)

    def is_available(self, label: str) -> bool:
        place = self.seat_at(label)
        return place is not None and place[0].statuses[place[1]] == SeatStatus.AVAILABLE.letter

    def holder_at(self, row: SeatRow, position: int) -> PydanticObjectId | None:
        """Who holds or has booked the seat, as far as the row is loaded with its holders.

        Rows in which an allocation that a batch asks about has seats are, others need not be.
        """
        moved = self.new_holders.get(row.label, {})
        if position in moved:
            return moved[position]
        return row.holders[position] if position < len(row.holders) else None

    def payments_of(self, booking_id: PydanticObjectId) -> list[Payment]:
        return self.payments.of(booking_id)

    def refund_of(self, payment_id: PydanticObjectId) -> Refund | None:
        return next(iter(self.refunds.of(payment_id)), None)

    # ------------------------------------------------------------ changes

    def apply(self, change: Change[OutcomeT]) -> OutcomeT:
        """Make the change true here, and give its entries their places in the event's history. Raises Contradiction."""
        if change.allotted:
            self._set_allotments(*self.event.allotments, *change.allotted)
            self.event.allocations_made += len(change.allotted)
            self.event_fields.add("allocations_made")
        for move in change.moves:
            self._move(move)
        if self.event.allotments and not any(entry.action in BY_TIME for entry in change.entries):
            self.moved_allotments.update(move.out_of or move.into for move in change.moves)
        if change.ended:
            self._set_allotments(*(each for each in self.event.allotments if each.id not in change.ended))
        if change.event:
            # Nothing changes without an entry that says when.
            self._change_event({**change.event, "updated_at": change.entries[-1].created_at})
        for document in change.documents:
            if isinstance(document, SeatLock):
                self.holdings.change(self.locks.get(document.id), document)
            self._put(document)
        for entry in change.entries:
            if change.is_repeat and not self._has_room(entry):
                self.left_out.append(entry)
                continue
            if entry.is_retry and entry.original_entry_id is not None:
                self.repeated[entry.original_entry_id] += 1
            self.event.audit_sequence += 1
            entry.sequence = self.event.audit_sequence
            self.entries.append(entry)
        self.applied.append(change)
        return change.outcome

    def _put(self, document: Stored) -> None:
        shelf = self.shelves[type(document)]
        if isinstance(document, SeatLock | Payment) and document.key_id is not None and shelf.get(document.id) is None:
            request = required(document.request, "a key is kept with its request")
            self._remembered[document.key_id] = Remembered(request, document.id)
        shelf.put(document)

    def _has_room(self, repeat: AuditEntry) -> bool:
        """Whether one more repeat of the same is written down."""
        original_id = repeat.original_entry_id
        return original_id is None or self.repeated[original_id] < self.room_for_repeats(original_id)

    def _change_event(self, fields: Mapping[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self.event, name, value)
            self.event_fields.add(name)
        for section in self.event.sections if "sections" in fields else ():
            counts = section.available, section.held, section.booked
            if min(counts) < 0 or sum(counts) != section.total:
                raise Contradiction(f"{section.name}: {counts} of {section.total}")

    def _set_allotments(self, *allotments: Allotment) -> None:
        self.event.allotments = allotments
        self.event_fields.add("allotments")

    def _allot(self, allocation_id: PydanticObjectId, quantities: Mapping[str, int], sign: int) -> None:
        """The allocation keeps so many seats more or fewer."""
        allotment = required(self.event.allotment(allocation_id), "an allocation that lasts")
        kept = {name: allotment.kept.get(name, 0) for name in {**allotment.kept, **quantities}}
        for name, quantity in quantities.items():
            kept[name] += sign * quantity
        if min(kept.values(), default=0) < 0 or sum(kept.values()) > allotment.quantity:
            raise Contradiction(f"allocation {allocation_id}: {kept} of {allotment.quantity}")
        now = Allotment.model_construct(**{**allotment.__dict__, "kept": {name: n for name, n in kept.items() if n}})
        self._set_allotments(*(now if each is allotment else each for each in self.event.allotments))

    def _move(self, move: Move) -> None:
        for name, gains in move.effect.items():
            section = required(self.event.section(name), f"a section {name} that seats are moved in")
            before = (section.available, section.held, section.booked)
            after = tuple(count + gain for count, gain in zip(before, gains, strict=True))
            if min(after) < 0 or sum(after) != section.total:
                raise Contradiction(f"{name}: {before} → {after} of {section.total}")
            section.available, section.held, section.booked = after
        for allocation_id, sign in ((move.out_of, -1), (move.into, 1)):
            if allocation_id is not None:
                self._allot(allocation_id, move.quantities, sign)
        holder = None if move.target is SeatStatus.AVAILABLE else move.into or move.holder
        for label in move.seats:
            row, position = required(self.seat_at(label), f"{label} is not loaded")
            if row.statuses[position] != move.source.letter:
                raise Contradiction(f"{label} is {row.statuses[position]}")
            row.statuses = row.statuses[:position] + move.target.letter + row.statuses[position + 1 :]
            self.new_holders.setdefault(row.label, {})[position] = holder
            self.moved_rows.append(row.label)
