"""Do the documents agree? Computes invariants 1–4 (docs/architecture.md, Invariants) from what is stored.

One fact is stored in several places on purpose: a lock says which seats it holds, the seat rows say who holds them,
the counters say how many are held, and the audit entries say how all that came about. Here each is held against the
others. A drift's `field` names what is wrong in the API's words; `stored` is what it says, `actual` what they make it:

- `sections.STALLS.totalSeats`, `.availableSeats`, `.lockedSeats`, `.bookedSeats`: a counter, against seat rows, ACTIVE
  locks and CONFIRMED bookings.
- `seats.STALLS-A-12`: a seat's status (0 AVAILABLE, 1 HELD, 2 BOOKED, -1 no such seat or letter), against locks and
  bookings; `.holder`: whether its row names one (1) against whether it should, or 0 against 1 where it names another;
  `.holders`: one, against how many claim the seat.
- `rows.STALLS-A.holders`: for how many seats a row has holders, against how many it has.
- `locks.<hex>`, `bookings.<hex>`, `payments.<hex>`, `refunds.<hex>`, `allocations.<hex>`: 0 against 1 where others
  speak of a document and there is none. A refund goes by its payment's id.
- `….<hex>.status`: its place in the API's list of these statuses, from 0. A booking rules its lock's; what the others
  should be is where their last audit entry led.
- `….<hex>.fields`: how many of its fields can be worked with, against all that must be.
- `locks.<hex>.quantities.STALLS`: seats by count, against seats by label; `.seats`: labels, against different ones;
  `.booked`: whether there is a booking (0, 1); `.expiresAt`: how many milliseconds it outlives its unpaid booking,
  against 0.
- `bookings.<hex>.quantities.STALLS`: seats, against its lock's; `.seats`: those it shares with its lock, against all;
  `.payments`: how many payments may hold money; `.paid`: how many SUCCEEDED and are not refunded in full.
- `payments.<hex>.mayHoldMoney` (0, 1), against the payment's status and refund.
- `bookings.<hex>.allocation`: whether it is of the allocation that its lock is of (0, 1).
- `allocations.<hex>.kept.STALLS`: how many seats its event says it keeps, against those that its buyers have not;
  `.listed`: whether its event knows it (0, 1); `.terms`: how many of its times and limits its event knows, against all.
- `audit.allocations.<hex>.kept.STALLS`: as above, against the entries replayed.
- `audit.sequence`: the number of entries by the event, against how far they go without a gap or a repeat.
- `audit.STALLS.totalSeats` …, `audit.seats.STALLS-A-12` (and `.holder`): as above, against the entries replayed.
- `audit.locks.<hex>` and so on: 0 against 1 where a document has no entry; `.from`: the status an entry starts from,
  against the one the entry before led to (-1 none).

Figures of reports (`figures.…`) are checked by domain/integrity/figures.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from bson import ObjectId

from domain.documents import (
    STATUS_OF_LETTER,
    AllocationStatus,
    BookingStatus,
    Event,
    PaymentStatus,
    RefundStatus,
    Seating,
    SeatLockStatus,
    SeatStatus,
)
from domain.integrity.history import Claim, Raw
from domain.integrity.keeping import Kept, check_allotments, check_history_of_allocations, kept_of
from domain.integrity.last_look import note_look
from domain.integrity.records import INSTEAD, Records, has_same_seats, read_records
from domain.inventory.change import COUNTERS

if TYPE_CHECKING:
    from domain.services import Services

HELD, BOOKED = COUNTERS[SeatStatus.HELD], COUNTERS[SeatStatus.BOOKED]
NUMBERS = {letter: COUNTERS[status] for letter, status in STATUS_OF_LETTER.items()}
LETTERS = {number: letter for letter, number in NUMBERS.items()}
KINDS: dict[str, type[StrEnum]] = {
    "locks": SeatLockStatus,
    "bookings": BookingStatus,
    "payments": PaymentStatus,
    "refunds": RefundStatus,
    "allocations": AllocationStatus,
}
PLACES = {kind: {status.value: place for place, status in enumerate(statuses)} for kind, statuses in KINDS.items()}
LOCK_OF_BOOKING: dict[str, SeatLockStatus] = {
    BookingStatus.PAYMENT_PENDING: SeatLockStatus.ACTIVE,
    BookingStatus.CONFIRMED: SeatLockStatus.CONSUMED,
    BookingStatus.FAILED: SeatLockStatus.EXPIRED,
    BookingStatus.EXPIRED: SeatLockStatus.EXPIRED,
    BookingStatus.CANCELLED: SeatLockStatus.RELEASED,
}
INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that says `stored` where the other documents make it `actual`. The event is as stored."""

    event: Event
    field: str
    stored: int
    actual: int


async def check_inventory(services: Services, event_id: PydanticObjectId | None = None) -> list[Drift]:
    """Every drift of one event, or of all events; empty when every invariant holds, or there is no such event.

    Each event is looked at as of one instant, so buyers may buy meanwhile without being taken for drift. Memory is
    bounded by the largest event.
    """
    drift: list[Drift] = []
    async for batch in read_records(services.mongo, event_id):
        # Seconds of plain computing for a large event: in a thread, so that this process goes on answering.
        for found in await asyncio.to_thread(list, map(find_drift, batch)):
            drift += found
    if event_id is None:
        await note_look(services, "check", len(drift))
    return drift


def find_drift(records: Records) -> list[Drift]:
    """Every drift of one event. Pure."""
    findings = Findings(records.event)
    kept = _kept(records)
    claims = _claims(records, kept, findings)
    _check_counters(records, kept, findings)
    _check_rows(records, claims, findings)
    _check_fields(records, findings)
    check_allotments(records, kept, findings.compare)
    if records.event.audit_forgotten:
        # The history begins in the middle: it knows nothing of what came before.
        _check_pairs(records, findings)
        return findings.drift
    _check_locks(records, findings)
    _check_bookings(records, findings)
    _check_pairs(records, findings)
    _check_payments(records, findings)
    _check_statuses("allocations", records.allocations, records.history.statuses["allocations"], {}, findings)
    _check_history(records, claims, findings)
    check_history_of_allocations(records, kept, findings.compare)
    return findings.drift


def is_sound(records: Records) -> bool:
    """Whether counters and seat rows say what locks and bookings with seats say; of these alone (`read_live`). Pure."""
    findings = Findings(records.event)
    kept = _kept(records)
    claims = _claims(records, kept, findings)
    _check_counters(records, kept, findings)
    _check_rows(records, claims, findings)
    _check_fields(records, findings)
    check_allotments(records, kept, findings.compare)
    _check_pairs(records, findings)
    for lock_id in {**records.locks, **records.bookings}:
        lock, booking = records.locks.get(lock_id), records.bookings.get(lock_id)
        pending = booking is not None and booking["status"] == BookingStatus.PAYMENT_PENDING
        findings.compare(int(lock is not None and lock["booked"]), int(pending), "locks", lock_id, "booked")
    return not findings.drift


@dataclass(slots=True)
class Findings:
    """What has been found wrong with an event."""

    event: Event
    drift: list[Drift] = field(default_factory=list)

    def compare(self, stored: int, actual: int, *path: object) -> None:
        if stored != actual:
            self.drift.append(Drift(self.event, ".".join(map(str, path)), stored, actual))


def _holding(records: Records) -> Iterator[tuple[int, Raw]]:
    """The locks and bookings that have seats, each with the status of these."""
    yield from ((HELD, lock) for lock in records.locks.values() if lock["status"] == SeatLockStatus.ACTIVE)
    yield from ((BOOKED, one) for one in records.bookings.values() if one["status"] == BookingStatus.CONFIRMED)


def _kept(records: Records) -> dict[ObjectId, Kept]:
    return kept_of(records.allocations, (document for _, document in _holding(records)))


def _claims(records: Records, kept: Mapping[ObjectId, Kept], findings: Findings) -> dict[str, Claim]:
    """Who has each seat that is taken, by label, as ACTIVE locks, CONFIRMED bookings and allocations say."""
    claims: dict[str, Claim] = {}
    contested: Counter[str] = Counter()
    for status, document in _holding(records):
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


def _check_counters(records: Records, kept: Mapping[ObjectId, Kept], findings: Findings) -> None:
    held: Counter[str] = Counter()
    booked: Counter[str] = Counter()
    for status, document in _holding(records):
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


def _check_rows(records: Records, claims: Mapping[str, Claim], findings: Findings) -> None:
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


def _check_fields(records: Records, findings: Findings) -> None:
    for (kind, document_id), instead in records.unusable.items():
        fields = len(INSTEAD[kind])
        findings.compare(fields - len(instead), fields, kind, document_id, "fields")


def _check_locks(records: Records, findings: Findings) -> None:
    ruled = {lock_id: LOCK_OF_BOOKING.get(booking["status"]) for lock_id, booking in records.bookings.items()}
    _check_statuses("locks", records.locks, records.history.statuses["locks"], ruled, findings)
    for lock_id, lock in records.locks.items():
        findings.compare(int(lock["booked"]), int(lock_id in records.bookings), "locks", lock_id, "booked")


def _check_pairs(records: Records, findings: Findings) -> None:
    """A lock's seats by count are those by label, and its booking, if there is one, has the same and its deadline."""
    reserved = {section.name for section in records.event.sections if section.seating == Seating.RESERVED}
    section_of = {f"{row['section']}-{row['name']}": row["section"] for row in records.rows}
    for lock_id, lock in records.locks.items():
        labels = {*lock["seats"]}
        findings.compare(len(lock["seats"]), len(labels), "locks", lock_id, "seats")
        booking = records.bookings.get(lock_id)
        if booking is not None:
            _check_pair(lock, booking, findings)
        labelled = Counter(section_of.get(label.rpartition("-")[0]) for label in labels)
        if None in labelled:
            continue  # What is wrong is the row, which is gone, or the label; both are told of elsewhere.
        for name in sorted(reserved & {*lock["quantities"], *labelled}):
            findings.compare(lock["quantities"].get(name, 0), labelled[name], "locks", lock_id, "quantities", name)


def _check_pair(lock: Raw, booking: Raw, findings: Findings) -> None:
    if booking["status"] == BookingStatus.PAYMENT_PENDING:
        longer = milliseconds(lock["expires_at"] - booking["payment_expires_at"])
        findings.compare(longer, 0, "locks", lock["_id"], "expiresAt")
    same = lock.get("allocation_id") == booking.get("allocation_id")
    findings.compare(int(same), 1, "bookings", lock["_id"], "allocation")
    if has_same_seats(lock, booking):
        return
    for name in {**booking["quantities"], **lock["quantities"]}:
        mine, its = booking["quantities"].get(name, 0), lock["quantities"].get(name, 0)
        findings.compare(mine, its, "bookings", lock["_id"], "quantities", name)
    common, either = {*booking["seats"]} & {*lock["seats"]}, {*booking["seats"]} | {*lock["seats"]}
    findings.compare(len(common), len(either), "bookings", lock["_id"], "seats")


def milliseconds(span: timedelta) -> int:
    """As far as GraphQL's Int goes, which has 32 bits: some 24 days."""
    return max(-INT32, min(span // timedelta(milliseconds=1), INT32))


def _check_bookings(records: Records, findings: Findings) -> None:
    _check_statuses("bookings", records.bookings, records.history.statuses["bookings"], {}, findings)
    may_hold_money: Counter[ObjectId] = Counter()
    paid: Counter[ObjectId] = Counter()
    for payment_id, payment in records.payments.items():
        kept = payment["status"] == PaymentStatus.SUCCEEDED and not refunded(records, payment_id)
        may_hold_money[payment["booking_id"]] += payment["may_hold_money"]
        paid[payment["booking_id"]] += kept
    for booking_id, booking in records.bookings.items():
        attempts, successes = may_hold_money[booking_id], paid[booking_id]
        findings.compare(attempts, min(attempts, 1), "bookings", booking_id, "payments")
        due = {BookingStatus.CONFIRMED: 1, BookingStatus.CANCELLED: min(successes, 1)}.get(booking["status"], 0)
        findings.compare(successes, due, "bookings", booking_id, "paid")


def _check_payments(records: Records, findings: Findings) -> None:
    _check_statuses("payments", records.payments, records.history.statuses["payments"], {}, findings)
    _check_statuses("refunds", records.refunds, records.history.statuses["refunds"], {}, findings)
    for payment_id, payment in records.payments.items():
        due = payment["status"] != PaymentStatus.FAILED and not refunded(records, payment_id)
        findings.compare(int(payment["may_hold_money"]), int(due), "payments", payment_id, "mayHoldMoney")


def refunded(records: Records, payment_id: ObjectId) -> bool:
    """Whether it has been decided to give all the money back."""
    refund = records.refunds.get(payment_id)
    return refund is not None and refund["percentage"] == 100


def _check_statuses(
    kind: str,
    documents: Mapping[ObjectId, Raw],
    told: Mapping[ObjectId, str],
    ruled: Mapping[ObjectId, str | None],
    findings: Findings,
) -> None:
    """Each document exists, has an entry, and is in the status that others rule or else its last entry told."""
    for document_id in {**documents, **told, **ruled}:
        document = documents.get(document_id)
        if document is None:
            findings.compare(0, 1, kind, document_id)
            continue
        findings.compare(int(document_id in told), 1, "audit", kind, document_id)
        due = ruled.get(document_id) or told.get(document_id)
        if due is not None and due != document["status"]:
            findings.compare(
                PLACES[kind].get(document["status"], -1), PLACES[kind].get(due, -1), kind, document_id, "status"
            )


def _check_history(records: Records, claims: Mapping[str, Claim], findings: Findings) -> None:
    for section in records.event.sections:
        name = section.name
        replayed_counters = records.history.counters.get(name, [0, 0, 0])
        findings.compare(section.total, sum(replayed_counters), "audit", name, "totalSeats")
        findings.compare(section.available, replayed_counters[0], "audit", name, "availableSeats")
        findings.compare(section.held, replayed_counters[HELD], "audit", name, "lockedSeats")
        findings.compare(section.booked, replayed_counters[BOOKED], "audit", name, "bookedSeats")
    history, stored = records.history, records.event.audit_sequence
    # Where they go far enough and yet there are more, beyond a gap or repeated, their number tells.
    actual = history.entries if history.unbroken == stored and not history.is_whole else history.unbroken
    findings.compare(stored, actual, "audit", "sequence")
    for kind, document_id, start, before in history.misfits:
        places = PLACES[kind]
        findings.compare(places.get(start or "", -1), places.get(before or "", -1), "audit", kind, document_id, "from")
    if claims == history.seats:
        return
    nobody: tuple[int, ObjectId | None] = COUNTERS[SeatStatus.AVAILABLE], None
    for label in {**claims, **history.seats}:
        status, holder = claims.get(label, nobody)
        replayed, its_holder = history.seats.get(label, nobody)
        findings.compare(status, replayed, "audit", "seats", label)
        if status == replayed and holder != its_holder:
            findings.compare(0, 1, "audit", "seats", label, "holder")
