"""What would make an event's documents agree again. Pure.

Documents outrank what is computed from them: a booking rules its lock; bookings and locks rule seat rows and counters;
and the audit history is told, by an INVENTORY_REPAIRED entry, what turned out to be true. Where seats are claimed twice
a booking wins over a lock, and a lock that the history knows over one it doesn't: the loser is EXPIRED. What can't be
decided without a human (two paid bookings of one seat, an audit entry that is gone) is left as it is, to be reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bson import ObjectId

from domain.documents import BookingStatus, PaymentStatus, Seating, SeatLockStatus, SeatStatus
from domain.inventory.check import BOOKED, HELD, LETTERS, LOCK_OF_BOOKING, refunded
from domain.inventory.records import Claim, Raw, Records
from domain.inventory.state import COUNTERS

Counts = list[int]
"""Available, held, booked."""

AVAILABLE = COUNTERS[SeatStatus.AVAILABLE]


@dataclass(slots=True)
class Repair:
    """Changes to one event's documents, and what its history is to be told.

    `gains` and `total_gains` are by section; `sequence_gain` what `audit_sequence` is short of. `rows` are by row id.
    `updates` are fields by kind ("locks", "bookings", "payments") and id; `restored` are locks and bookings to be made
    again from the other one of the pair, with their status. `seats` and `statuses` are what the history is told.
    """

    gains: dict[str, Counts] = field(default_factory=dict)
    total_gains: dict[str, int] = field(default_factory=dict)
    sequence_gain: int = 0
    rows: dict[str, Raw] = field(default_factory=dict)
    updates: dict[str, dict[ObjectId, Raw]] = field(
        default_factory=lambda: {"locks": {}, "bookings": {}, "payments": {}}
    )
    restored: dict[str, dict[ObjectId, str]] = field(default_factory=lambda: {"locks": {}, "bookings": {}})
    effect: dict[str, Counts] = field(default_factory=dict)
    seats: dict[str, Claim | None] = field(default_factory=dict)
    statuses: dict[tuple[str, ObjectId], str | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(
            (
                self.gains,
                self.total_gains,
                self.sequence_gain,
                self.rows,
                *self.updates.values(),
                *self.restored.values(),
                self.effect,
                self.seats,
                self.statuses,
            )
        )


def plan_repair(records: Records) -> Repair:
    """What would repair the event; empty when nothing would."""
    return _Plan(records).made()


class _Plan:
    def __init__(self, records: Records) -> None:
        self.records = records
        self.history = records.history
        self.repair = Repair()
        # As they are to be. Fields are replaced, never changed in place: the records stay as they were read.
        self.locks: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.locks.items()}
        self.bookings: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.bookings.items()}
        self.payments: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.payments.items()}
        self.section_of = {f"{row['section']}-{row['name']}": row["section"] for row in records.rows}
        self.reserved = {s.name for s in records.event.sections if s.seating == Seating.RESERVED}

    def made(self) -> Repair:
        self._restore()
        self._let_bookings_rule()
        self._count_labels()
        owners = self._settle_claims()
        self._mend_payments()
        self._compare("locks", self.records.locks, self.locks)
        self._compare("bookings", self.records.bookings, self.bookings)
        self._compare("payments", self.records.payments, self.payments)
        counts = self._mend_counters()
        self._mend_rows(owners)
        self._tell_history(owners, counts)
        return self.repair

    # ------------------------------------------------------------ locks and bookings

    def _restore(self) -> None:
        """Of a lock and its booking either is enough to make the other again."""
        told = self.history.statuses["bookings"]
        for lock_id, lock in self.locks.items():
            if lock_id not in self.bookings and lock_id in told:
                self.repair.restored["bookings"][lock_id] = told[lock_id]
                self.bookings[lock_id] = {
                    **_common(lock),
                    "status": told[lock_id],
                    "payment_expires_at": lock["expires_at"],
                }
        for booking_id, booking in self.bookings.items():
            if booking_id not in self.locks:
                status = LOCK_OF_BOOKING[booking["status"]].value
                self.repair.restored["locks"][booking_id] = status
                self.locks[booking_id] = {
                    **_common(booking),
                    "status": status,
                    "expires_at": booking["payment_expires_at"],
                    "booked": True,
                }

    def _let_bookings_rule(self) -> None:
        for lock_id, lock in self.locks.items():
            booking = self.bookings.get(lock_id)
            if booking is None:
                lock["booked"] = False
                if lock["status"] == SeatLockStatus.CONSUMED:
                    lock["status"] = SeatLockStatus.EXPIRED.value
                continue
            ruled = LOCK_OF_BOOKING.get(booking["status"])
            if ruled is None:
                continue  # no status of ours
            lock |= {"booked": True, "status": ruled.value}
            lock |= {"quantities": booking["quantities"], "seats": booking["seats"]}
            if booking["status"] == BookingStatus.PAYMENT_PENDING:
                lock["expires_at"] = booking["payment_expires_at"]

    def _count_labels(self) -> None:
        """Of numbered seats a lock has as many as it names."""
        for lock_id, lock in self.locks.items():
            labelled = Counter(self.section_of.get(label.rpartition("-")[0]) for label in set(lock["seats"]))
            if None in labelled:
                continue  # a row is gone, or a label is none: nobody knows better
            quantities = {name: n for name, n in lock["quantities"].items() if name not in self.reserved}
            quantities |= {name: n for name, n in labelled.items() if name is not None}
            if quantities != lock["quantities"]:
                lock["quantities"] = quantities
                if lock_id in self.bookings:
                    self.bookings[lock_id]["quantities"] = quantities

    def _mend_payments(self) -> None:
        for payment_id, payment in self.payments.items():
            payment["may_hold_money"] = payment["status"] != PaymentStatus.FAILED and not refunded(
                self.records, payment_id
            )

    def _compare(self, kind: str, before: dict[ObjectId, Raw], after: dict[ObjectId, Raw]) -> None:
        for document_id, raw in before.items():
            changed = {name: value for name, value in after[document_id].items() if raw[name] != value}
            if changed:
                self.repair.updates[kind][document_id] = changed

    # ------------------------------------------------------------ seats

    def _settle_claims(self) -> dict[str, Claim]:
        """Who has each numbered seat; a lock whose seats others have is EXPIRED, and its booking."""
        owners: dict[str, Claim] = {}
        room = {name: total for name, total in self._totals().items() if name not in self.reserved}
        for status, holder_id in self._by_right():
            lock = self.locks[holder_id] if status == HELD else self.bookings[holder_id]
            quantities = {name: n for name, n in lock["quantities"].items() if name in room}
            taken = any(label in owners for label in lock["seats"])
            if status == HELD and (taken or any(n > room[name] for name, n in quantities.items())):
                lock["status"] = SeatLockStatus.EXPIRED.value
                if holder_id in self.bookings:
                    self.bookings[holder_id]["status"] = BookingStatus.EXPIRED.value
                continue
            for name, quantity in quantities.items():
                room[name] -= quantity
            for label in lock["seats"]:
                owners.setdefault(label, (status, holder_id))
        return owners

    def _by_right(self) -> Iterator[Claim]:
        """All who have seats, those with the better right first."""
        for booking_id in sorted(self.bookings):
            if self.bookings[booking_id]["status"] == BookingStatus.CONFIRMED:
                yield BOOKED, booking_id
        known = self.history.statuses["locks"]
        active = [lock_id for lock_id, lock in self.locks.items() if lock["status"] == SeatLockStatus.ACTIVE]
        for lock_id in sorted(active, key=lambda lock_id: (known.get(lock_id) != SeatLockStatus.ACTIVE, lock_id)):
            yield HELD, lock_id

    def _totals(self) -> Counter[str]:
        """Seats of each section: of a RESERVED one its rows', of a GENERAL one what it was made with."""
        totals: Counter[str] = Counter()
        for row in self.records.rows:
            totals[row["section"]] += len(row["statuses"])
        for section in self.records.event.sections:
            if section.name not in self.reserved:
                replayed = self.history.counters.get(section.name)
                totals[section.name] = sum(replayed) if replayed and self.history.is_whole else section.total
        return totals

    def _mend_rows(self, owners: dict[str, Claim]) -> None:
        for row in self.records.rows:
            label = f"{row['section']}-{row['name']}"
            due = [owners.get(f"{label}-{number}") for number in range(1, len(row["statuses"]) + 1)]
            statuses = "".join(LETTERS[claim[0] if claim else AVAILABLE] for claim in due)
            holders = [claim and claim[1] for claim in due]
            if (statuses, holders) != (row["statuses"], row["holders"]):
                self.repair.rows[row["_id"]] = {"statuses": statuses, "holders": holders}

    def _mend_counters(self) -> dict[str, Counts]:
        """The counters as they are to be."""
        held: Counter[str] = Counter()
        booked: Counter[str] = Counter()
        for lock in self.locks.values():
            if lock["status"] == SeatLockStatus.ACTIVE:
                held.update(lock["quantities"])
        for booking in self.bookings.values():
            if booking["status"] == BookingStatus.CONFIRMED:
                booked.update(booking["quantities"])
        totals, counts = self._totals(), {}
        for section in self.records.event.sections:
            name = section.name
            # More sold than there is, by hand: then nothing is available.
            available = max(0, totals[name] - held[name] - booked[name])
            counts[name] = [available, held[name], booked[name]]
            stored = [section.available, section.held, section.booked]
            gains = [due - was for due, was in zip(counts[name], stored, strict=True)]
            if any(gains):
                self.repair.gains[name] = gains
            if totals[name] != section.total:
                self.repair.total_gains[name] = totals[name] - section.total
        return counts

    # ------------------------------------------------------------ history

    def _tell_history(self, owners: dict[str, Claim], counts: dict[str, Counts]) -> None:
        repair, history = self.repair, self.history
        for name, due in counts.items():
            replayed = history.counters.get(name, [0, 0, 0])
            gains = [count - was for count, was in zip(due, replayed, strict=True)]
            if any(gains):
                repair.effect[name] = gains
        for label in {**owners, **history.seats}:
            if owners.get(label) != history.seats.get(label):
                repair.seats[label] = owners.get(label)
        refunds: dict[ObjectId, Raw] = self.records.refunds
        documents = {
            "locks": self.locks,
            "bookings": self.bookings,
            "payments": self.payments,
            "refunds": refunds,
        }
        misfits = {(kind, subject) for kind, subject, *_ in history.misfits}
        for kind, by_id in documents.items():
            told = history.statuses[kind]
            for document_id in {**by_id, **told}:
                status = by_id[document_id]["status"] if document_id in by_id else None
                if status is None and kind in ("payments", "refunds"):
                    continue  # money does not disappear: for a human
                if status != told.get(document_id) or (kind, document_id) in misfits:
                    repair.statuses[kind, document_id] = status
        if history.is_whole:
            repair.sequence_gain = history.unbroken - self.records.event.audit_sequence


def _common(raw: Raw) -> Raw:
    return {name: raw[name] for name in ("_id", "event_id", "quantities", "seats")}
