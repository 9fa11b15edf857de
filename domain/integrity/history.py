"""What an event's audit entries say when they are replayed in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bson import ObjectId

from domain.documents import AuditAction, SeatStatus
from domain.inventory.change import COUNTERS

Raw: TypeAlias = dict[str, Any]

Claim: TypeAlias = tuple[int, ObjectId]
"""A seat's status, as its place among the COUNTERS, and the lock that has it."""

_KINDS: dict[str, str] = {
    AuditAction.SEATS_LOCKED: "locks",
    AuditAction.LOCK_CHANGED: "locks",
    AuditAction.LOCK_EXTENDED: "locks",
    AuditAction.LOCK_RELEASED: "locks",
    AuditAction.LOCK_EXPIRED: "locks",
    AuditAction.BOOKING_CREATED: "bookings",
    AuditAction.BOOKING_CONFIRMED: "bookings",
    AuditAction.BOOKING_FAILED: "bookings",
    AuditAction.BOOKING_EXPIRED: "bookings",
    AuditAction.BOOKING_CANCELLED: "bookings",
    AuditAction.PAYMENT_INITIATED: "payments",
    AuditAction.PAYMENT_SUCCEEDED: "payments",
    AuditAction.PAYMENT_FAILED: "payments",
    AuditAction.PAYMENT_TIMED_OUT: "payments",
    AuditAction.PAYMENT_ACTION_REQUIRED: "payments",
    AuditAction.REFUND_INITIATED: "refunds",
    AuditAction.REFUND_PROCESSED: "refunds",
    AuditAction.REFUND_FAILED: "refunds",
    AuditAction.REFUND_RESENT: "refunds",
    AuditAction.ALLOCATION_CREATED: "allocations",
    AuditAction.ALLOCATION_RELEASED: "allocations",
}
"""What an entry tells of. Those of payments and refunds carry the payment's id, of allocations theirs, the others the
lock's."""

ENTRY_FIELDS: Raw = {
    "_id": 0,
    **dict.fromkeys(
        (
            *("chain_id", "sequence", "action", "from_status", "to_status", "effect", "seats", "freed", "kept"),
            *("allocation_id", "is_retry", "repaired"),
        ),
        1,
    ),
    # There are more entries than everything else together: each id that is not sent is time saved.
    "subject": {"$ifNull": ["$payment_id", "$lock_id", "$allocation_id"]},
}


UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What comes of an entry that somebody has made nonsense of by hand: it is as good as gone, and its chain names it."""


@dataclass(slots=True)
class History:
    """An event's audit entries, replayed.

    `last` is the highest number; `gaps` are the first and last of numbers that are missing (of a repeated one, what
    comes after it and itself). `is_torn`: a repair found that what was missing had mattered. `totals` are the seats
    each section was made with, or has been given since. `kept` is what each allocation keeps of which section.
    `statuses` are what each document's last entry led to, by kind and id (a refund's is its payment's); `misfits` are
    entries that start from another status than the one before led to: (kind, id, from, before).
    """

    entries: int = 0
    last: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    is_torn: bool = False
    totals: dict[str, int] = field(default_factory=dict)
    counters: dict[str, list[int]] = field(default_factory=dict)
    seats: dict[str, Claim] = field(default_factory=dict)
    kept: dict[ObjectId, Counter[str]] = field(default_factory=dict)
    statuses: dict[str, dict[ObjectId, str]] = field(
        default_factory=lambda: {"locks": {}, "bookings": {}, "payments": {}, "refunds": {}, "allocations": {}}
    )
    misfits: list[tuple[str, ObjectId, str | None, str | None]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether no entry is missing or there twice."""
        return not self.gaps

    @property
    def unbroken(self) -> int:
        """How far the numbers go without a gap or a repeat."""
        return self.gaps[0][0] - 1 if self.gaps else self.last

    def replay(self, entry: Raw) -> None:
        """The next entry, by sequence."""
        self.entries += 1
        if entry["sequence"] != self.last + 1:
            self.gaps.append((self.last + 1, entry["sequence"] - 1))
        self.last = entry["sequence"]
        if entry["is_retry"]:
            return
        subject: Any = entry.get("subject")
        effect, kept = entry.get("effect"), entry.get("kept") or {}
        if kept:
            self.kept.setdefault(entry["allocation_id"], Counter()).update(kept)
        if effect:
            sets_totals = entry["action"] in (AuditAction.EVENT_CREATED, AuditAction.EVENT_UPDATED)
            for section, gains in effect.items():
                if sets_totals:
                    self.totals[section] = self.totals.get(section, 0) + sum(gains)
                counters = self.counters.setdefault(section, [0, 0, 0])
                for counter, gain in enumerate(gains):
                    counters[counter] += gain
            if entry["action"] == AuditAction.LOCK_CHANGED:
                # What goes out of an allocation or into it stays held.
                allocation_id = entry.get("allocation_id")
                freed = COUNTERS[SeatStatus.HELD if allocation_id else SeatStatus.AVAILABLE]
                self._move(entry.get("freed", ()), freed, allocation_id or subject)
                self._move(entry.get("seats", ()), COUNTERS[SeatStatus.HELD], subject)
            else:
                # Seats of one such entry all go the same way, whatever their sections.
                status = gains.index(max(gains)) if any(gains) else COUNTERS[SeatStatus.HELD]
                holder = entry["allocation_id"] if max(kept.values(), default=0) > 0 else subject
                self._move(entry.get("seats", ()), status, holder)
        if entry["action"] == AuditAction.INVENTORY_REPAIRED:
            self._correct(entry["repaired"], bool(effect))
        kind = _KINDS.get(entry["action"])
        if kind is not None:
            statuses, start = self.statuses[kind], entry.get("from_status")
            before = statuses.get(subject)
            if start != before:
                self.misfits.append((kind, subject, start, before))
            statuses[subject] = entry["to_status"]

    def _correct(self, repaired: Raw, counters_too: bool) -> None:
        """What was wrong before this entry is known to be wrong."""
        seats, statuses = repaired.get("seats", ()), repaired.get("statuses", ())
        for label, status, holder in seats:
            self._move((label,), status, holder)
        self.kept.update((allocation_id, Counter(kept)) for allocation_id, kept in repaired.get("kept", ()))
        corrected = {(kind, subject) for kind, subject, _ in statuses}
        self.misfits = [misfit for misfit in self.misfits if misfit[:2] not in corrected]
        for kind, subject, status in statuses:
            if status is None:
                self.statuses[kind].pop(subject, None)
            else:
                self.statuses[kind][subject] = status
        if self.gaps and (counters_too or seats or statuses):
            self.is_torn = True
        never_given = {(first, last) for first, last in repaired.get("numbers", ())}
        self.gaps = [gap for gap in self.gaps if gap not in never_given]

    def _move(self, seats: Iterable[str], status: int, holder: ObjectId) -> None:
        for label in seats:
            if status == COUNTERS[SeatStatus.AVAILABLE]:
                self.seats.pop(label, None)
            else:
                self.seats[label] = status, holder
