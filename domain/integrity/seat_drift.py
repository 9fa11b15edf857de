"""Do the seats agree? Counters and seat rows are held against locks, bookings and allocations. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from bson import ObjectId

from domain.documents import BookingStatus, Seating, SeatLockStatus, SeatStatus
from domain.integrity.allocations import Kept, kept_of
from domain.integrity.findings import BOOKED, HELD, LETTERS, NUMBERS, Findings
from domain.integrity.history import Claim, Raw
from domain.integrity.records import Records


def holding(records: Records) -> Iterator[tuple[int, Raw]]:
    """The locks and bookings that have seats, each with the status of these."""
    yield from ((HELD, lock) for lock in records.locks.values() if lock["status"] == SeatLockStatus.ACTIVE)
    yield from ((BOOKED, one) for one in records.bookings.values() if one["status"] == BookingStatus.CONFIRMED)


def kept_seats(records: Records) -> dict[ObjectId, Kept]:
    return kept_of(records.allocations, (document for _, document in holding(records)))


def claims_of(records: Records, kept: Mapping[ObjectId, Kept], findings: Findings) -> dict[str, Claim]:
    """Who has each seat that is taken, by label, as ACTIVE locks, CONFIRMED bookings and allocations say."""
    claims: dict[str, Claim] = {}
    contested: Counter[str] = Counter()
    for status, document in holding(records):
        claim = status, document["_id"]
        for label in document["seats"]:
            if claims.setdefault(label, claim)[1] != claim[1]:
                contested[label] += 1
            claims[label] = claim
    for allocation_id, its in kept.items():
        for label in its.seats:
            if claims.setdefault(label, (HELD, allocation_id))[1] != allocation_id:
                contested[label] += 1
    for label, others in contested.items():
        findings.compare(1, 1 + others, "seats", label, "holders")
    return claims


def check_counters(records: Records, kept: Mapping[ObjectId, Kept], findings: Findings) -> None:
    held: Counter[str] = Counter()
    booked: Counter[str] = Counter()
    for status, document in holding(records):
        (held if status == HELD else booked).update(document["quantities"])
    for its in kept.values():
        held.update(its.quantities)
    seats: Counter[str] = Counter()
    for row in records.rows:
        seats[row["section"]] += len(row["statuses"])

    for section in records.event.sections:
        name = section.name
        total = seats[name] if section.seating == Seating.RESERVED else section.total
        available = total - held[name] - booked[name]
        if available < 0 and available == section.available:
            # More is sold than there is, and the counters say so themselves.
            available = 0
        findings.compare(section.total, total, "sections", name, "totalSeats")
        findings.compare(section.available, available, "sections", name, "availableSeats")
        findings.compare(section.held, held[name], "sections", name, "lockedSeats")
        findings.compare(section.booked, booked[name], "sections", name, "bookedSeats")
    for name in sorted({*held, *booked} - {section.name for section in records.event.sections}):
        findings.compare(0, held[name], "sections", name, "lockedSeats")
        findings.compare(0, booked[name], "sections", name, "bookedSeats")


def check_rows(records: Records, claims: Mapping[str, Claim], findings: Findings) -> None:
    by_row: defaultdict[str, list[str]] = defaultdict(list)
    for label in claims:
        by_row[label.rpartition("-")[0]].append(label)
    positions = {
        str(number + 1): number for number in range(max((len(row["statuses"]) for row in records.rows), default=0))
    }
    for row in records.rows:
        row_label, statuses, holders = f"{row['section']}-{row['name']}", row["statuses"], row["holders"]
        letters = [SeatStatus.AVAILABLE.letter] * len(statuses)
        owners: list[ObjectId | None] = [None] * len(statuses)
        for label in by_row.pop(row_label, ()):
            position = positions.get(label[len(row_label) + 1 :], len(statuses))
            status, owner = claims[label]
            if position < len(statuses):
                letters[position], owners[position] = LETTERS[status], owner
            else:
                findings.compare(-1, status, "seats", label)
        if statuses == "".join(letters) and holders == owners:
            continue
        findings.compare(len(holders), len(statuses), "rows", row_label, "holders")
        for position, (stored, letter) in enumerate(zip(statuses, letters, strict=True)):
            label = f"{row_label}-{position + 1}"
            findings.compare(NUMBERS.get(stored, -1), NUMBERS[letter], "seats", label)
            due = owners[position]
            if position < len(holders) and holders[position] != due:
                findings.compare(int(due is None), int(due is not None), "seats", label, "holder")
    for labels in by_row.values():
        for label in labels:
            findings.compare(-1, claims[label][0], "seats", label)
