"""What would make an event's documents, and what its audit entries tell, true. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from bson import ObjectId

from domain.correlation import REPAIR
from domain.documents import SeatStatus
from domain.integrity.allocations import check_allotments
from domain.integrity.findings import LETTERS, NUMBERS, PLACES, Drift, Findings, milliseconds
from domain.integrity.history import Claim, Raw
from domain.integrity.records import INSTEAD, Records
from domain.integrity.repair.truth import Counts, Truth
from domain.inventory.change import COUNTERS

NOBODY: tuple[int, ObjectId | None] = COUNTERS[SeatStatus.AVAILABLE], None


@dataclass(slots=True)
class Repair:
    """Changes to one event's documents, and what its history is to be told.

    `gains` and `total_gains` are by section; `sequence_gain` is what `audit_sequence` is short of. `rows` are who has
    which position, by row id; of the rows in `lengths` every position, because they have too few or too many.
    `updates` are fields by kind and id (a refund's is its payment's); `restored` locks, bookings and allocations,
    whole, to be made again. `allotments` are the event's, if it must know others. `effect`, `seats`, `kept`, `statuses`
    and `numbers` are what the history is told, `drift` what people are: every field that was stored or told otherwise
    than it is true. Nothing is changed that is not in there. `correlation_id` is of what asked for it.
    """

    drift: list[Drift]
    gains: dict[str, Counts] = field(default_factory=dict)
    total_gains: dict[str, int] = field(default_factory=dict)
    sequence_gain: int = 0
    rows: dict[str, dict[int, Claim | None]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    updates: dict[str, dict[ObjectId, Raw]] = field(
        default_factory=lambda: {"locks": {}, "bookings": {}, "payments": {}, "refunds": {}, "allocations": {}}
    )
    restored: dict[str, dict[ObjectId, Raw]] = field(
        default_factory=lambda: {"locks": {}, "bookings": {}, "allocations": {}}
    )
    allotments: list[Raw] | None = None
    kept: dict[ObjectId, dict[str, int]] = field(default_factory=dict)
    effect: dict[str, Counts] = field(default_factory=dict)
    seats: dict[str, Claim | None] = field(default_factory=dict)
    statuses: dict[tuple[str, ObjectId], str | None] = field(default_factory=dict)
    numbers: list[tuple[int, int]] = field(default_factory=list)
    correlation_id: str = REPAIR

    @property
    def differences(self) -> tuple[object, ...]:
        """By how much counters are off, stored and told."""
        return self.gains, self.total_gains, self.effect


def plan_repair(records: Records) -> Repair:
    """What would repair the event; without any `drift` when nothing would."""
    return _Plan(records).repair


class _Plan:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._history = records.history
        self._truth = Truth(records)
        self._findings = Findings(records.event)
        self.repair = Repair(self._findings.drift)
        self._mend_counters()
        self._mend_rows()
        self._mend("locks", records.locks, self._truth.locks)
        self._mend("bookings", records.bookings, self._truth.bookings)
        self._mend("payments", records.payments, self._truth.payments)
        self._mend("refunds", records.refunds, self._truth.refunds)
        self._mend("allocations", records.allocations, self._truth.allocations)
        self._mend_allotments()
        self._tell_effect()
        self._tell_seats()
        self._tell_kept()
        self._tell_statuses()
        self._mend_sequence()

    # ------------------------------------------------------------ documents

    def _mend_counters(self) -> None:
        for section in self._records.event.sections:
            name, due = section.name, self._truth.counts[section.name]
            total, stored = self._truth.totals[name], [section.available, section.held, section.booked]
            self._findings.compare(section.total, total, "sections", name, "totalSeats")
            self._compare_counts(stored, due, "sections", name)
            if stored != due:
                self.repair.gains[name] = _gains(stored, due)
            if section.total != total:
                self.repair.total_gains[name] = total - section.total

    def _compare_counts(self, stored: Counts, due: Counts, *path: str) -> None:
        for counter, was, count in zip(("availableSeats", "lockedSeats", "bookedSeats"), stored, due, strict=True):
            self._findings.compare(was, count, *path, counter)

    def _mend_rows(self) -> None:
        for row in self._records.rows:
            row_label, length = f"{row['section']}-{row['name']}", self._truth.lengths[row["_id"]]
            statuses, holders = row["statuses"], row["holders"]
            due = [self._truth.owners.get(f"{row_label}-{number}") for number in range(1, length + 1)]
            claims = [claim or NOBODY for claim in due]
            if (statuses, holders) == ("".join(LETTERS[status] for status, _ in claims), [its for _, its in claims]):
                continue
            if not len(statuses) == len(holders) == length:
                self.repair.lengths[row["_id"]] = length
                self._findings.compare(len(holders), length, "rows", row_label, "holders")
            stored = [
                (NUMBERS.get(letter, -1), holder) for letter, holder in zip_longest(statuses[:length], holders[:length])
            ]
            stored += [(-1, None)] * (length - len(stored))
            self.repair.rows[row["_id"]] = {
                position: due[position]
                for position in range(length)
                if row["_id"] in self.repair.lengths or stored[position] != claims[position]
            }
            for number, ((was, its_holder), (status, holder)) in enumerate(zip(stored, claims, strict=True), start=1):
                label = f"{row_label}-{number}"
                self._findings.compare(was, status, "seats", label)
                if its_holder != holder:
                    self._findings.compare(int(holder is None), int(holder is not None), "seats", label, "holder")
            for number in range(length + 1, len(statuses) + 1):
                self._findings.compare(NUMBERS.get(statuses[number - 1], -1), -1, "seats", f"{row_label}-{number}")

    def _mend(self, kind: str, before: dict[ObjectId, Raw], after: dict[ObjectId, Raw]) -> None:
        for key, document in after.items():
            if key not in before:
                self._findings.compare(0, 1, kind, key)
                self.repair.restored[kind][key] = document
                continue
            changed = {name: value for name, value in document.items() if before[key][name] != value}
            for name, value in changed.items():
                self._say_changed(kind, key, name, before[key][name], value)
            if unusable := self._records.unusable.get((kind, key)):
                # What is to be in place of it, as far as anybody knows.
                known = {name: document[name] for name in unusable if name != "percentage" and document[name] != ""}
                usable = len(INSTEAD[kind]) - len(unusable)
                self._findings.compare(usable, usable + len(known), kind, key, "fields")
                changed |= known
            if changed:
                self.repair.updates[kind][key] = changed

    def _mend_allotments(self) -> None:
        stored, due = self._records.event.to_bson()["allotments"], self._truth.allotments
        if stored != due:
            self.repair.allotments = due
            seen = replace(self._records, allocations=self._truth.allocations)
            before = len(self._findings.drift)
            check_allotments(seen, self._truth.kept, self._findings.compare)
            if len(self._findings.drift) == before:  # in another order, or with a 0 too many
                self._findings.compare(len(stored) + 1, len(due), "allocations")

    def _tell_kept(self) -> None:
        due, told = {key: kept.quantities for key, kept in self._truth.kept.items()}, self._history.kept
        for key in {**due, **told}:
            is_due, was = due.get(key, Counter[str]()), told.get(key, Counter[str]())
            if +is_due != +was or -is_due != -was:
                self.repair.kept[key] = dict(is_due)
                for name in {**is_due, **was}:
                    self._findings.compare(was[name], is_due[name], "audit", "allocations", key, "kept", name)

    def _say_changed(self, kind: str, key: ObjectId, name: str, was: Any, due: Any) -> None:
        match name:
            case "status":
                self._findings.compare(PLACES[kind].get(was, -1), PLACES[kind][due], kind, key, name)
            case "quantities":
                for section in {**was, **due}:
                    self._findings.compare(was.get(section, 0), due.get(section, 0), kind, key, name, section)
            case "seats":
                if {*was} == {*due}:
                    self._findings.compare(len(was), len(due), kind, key, name)
                else:
                    self._findings.compare(len({*was} & {*due}), len({*was} | {*due}), kind, key, name)
            case "allocation_id":
                self._findings.compare(0, 1, kind, key, "allocation")
            case "expires_at":
                self._findings.compare(milliseconds(was - due), 0, kind, key, "expiresAt")
            case _:
                self._findings.compare(
                    int(was), int(due), kind, key, {"may_hold_money": "mayHoldMoney"}.get(name, name)
                )

    # ------------------------------------------------------------ history

    def _tell_effect(self) -> None:
        for name, due in self._truth.counts.items():
            replayed = self._history.counters.get(name, [0, 0, 0])
            self._compare_counts(replayed, due, "audit", name)
            if replayed != due:
                self.repair.effect[name] = _gains(replayed, due)

    def _tell_seats(self) -> None:
        owners, told = self._truth.owners, self._history.seats
        if owners == told:
            return
        for label in {**owners, **told}:
            if owners.get(label) != told.get(label):
                (was, its_holder), (status, holder) = told.get(label) or NOBODY, owners.get(label) or NOBODY
                self.repair.seats[label] = owners.get(label)
                self._findings.compare(was, status, "audit", "seats", label)
                self._findings.compare(int(its_holder == holder), 1, "audit", "seats", label, "holder")

    def _tell_statuses(self) -> None:
        misfits = {(kind, key): (start, before) for kind, key, start, before in self._history.misfits}
        truth = self._truth
        documents = {
            "locks": truth.locks,
            "bookings": truth.bookings,
            "payments": truth.payments,
            "refunds": truth.refunds,
            "allocations": truth.allocations,
        }
        for kind, by_id in documents.items():
            told = self._history.statuses[kind]
            for key in {**by_id, **told}:
                was, due = told.get(key), by_id[key]["status"] if key in by_id else None
                if due is None and (kind in ("payments", "refunds") or truth.is_missed(key)):
                    continue  # money does not disappear: for a human
                if kind == "locks" and was is not None and key in truth.bookings:
                    due = was  # what has become of it since is its booking's history
                if was == due and (kind, key) not in misfits:
                    continue
                self.repair.statuses[kind, key] = due
                if was == due:
                    start, before = misfits[kind, key]
                    places = PLACES[kind]
                    self._findings.compare(
                        places.get(start or "", -1), places.get(before or "", -1), "audit", kind, key, "from"
                    )
                elif was is None or due is None:
                    self._findings.compare(int(was is not None), int(due is not None), "audit", kind, key)
                else:
                    self._findings.compare(PLACES[kind].get(was, -1), PLACES[kind][due], "audit", kind, key, "status")

    def _mend_sequence(self) -> None:
        history, stored = self._history, self._records.event.audit_sequence
        self.repair.sequence_gain = history.last - stored
        self._findings.compare(stored, history.last, "audit", "sequence")
        told = self.repair.effect or self.repair.seats or self.repair.kept or self.repair.statuses
        if told or history.is_torn:
            return
        # Nothing is missing but numbers: somebody had raised the event's.
        if history.gaps and all(first <= last for first, last in history.gaps):
            self.repair.numbers = history.gaps
            self._findings.compare(history.entries, history.last, "audit", "sequence")


def _gains(was: Counts, due: Counts) -> Counts:
    return [count - before for count, before in zip(due, was, strict=True)]
