"""Do the documents agree? Locks, bookings, payments and refunds are held against each other and their history. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bson import ObjectId

from domain.documents import BookingStatus, PaymentStatus, Seating, SeatLockStatus, SeatStatus
from domain.integrity.findings import BOOKED, HELD, PLACES, Findings, milliseconds
from domain.integrity.history import Claim, Raw
from domain.integrity.records import INSTEAD, Records, has_same_seats
from domain.inventory.change import COUNTERS

LOCK_OF_BOOKING: dict[str, SeatLockStatus] = {
    BookingStatus.PAYMENT_PENDING: SeatLockStatus.ACTIVE,
    BookingStatus.CONFIRMED: SeatLockStatus.CONSUMED,
    BookingStatus.FAILED: SeatLockStatus.EXPIRED,
    BookingStatus.EXPIRED: SeatLockStatus.EXPIRED,
    BookingStatus.CANCELLED: SeatLockStatus.RELEASED,
}


def check_fields(records: Records, findings: Findings) -> None:
    for (kind, document_id), instead in records.unusable.items():
        fields = len(INSTEAD[kind])
        findings.compare(fields - len(instead), fields, kind, document_id, "fields")


def check_locks(records: Records, findings: Findings) -> None:
    ruled = {lock_id: LOCK_OF_BOOKING.get(booking["status"]) for lock_id, booking in records.bookings.items()}
    check_statuses("locks", records.locks, records.history.statuses["locks"], ruled, findings)
    for lock_id, lock in records.locks.items():
        findings.compare(int(lock["booked"]), int(lock_id in records.bookings), "locks", lock_id, "booked")


def check_pairs(records: Records, findings: Findings) -> None:
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


def check_bookings(records: Records, findings: Findings) -> None:
    check_statuses("bookings", records.bookings, records.history.statuses["bookings"], {}, findings)
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


def check_payments(records: Records, findings: Findings) -> None:
    check_statuses("payments", records.payments, records.history.statuses["payments"], {}, findings)
    check_statuses("refunds", records.refunds, records.history.statuses["refunds"], {}, findings)
    for payment_id, payment in records.payments.items():
        due = payment["status"] != PaymentStatus.FAILED and not refunded(records, payment_id)
        findings.compare(int(payment["may_hold_money"]), int(due), "payments", payment_id, "mayHoldMoney")


def refunded(records: Records, payment_id: ObjectId) -> bool:
    """Whether it has been decided to give all the money back."""
    refund = records.refunds.get(payment_id)
    return refund is not None and refund["percentage"] == 100


def check_statuses(
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


def check_history(records: Records, claims: Mapping[str, Claim], findings: Findings) -> None:
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
