"""docs/architecture.md, Invariants, for a hall in memory: written independently of domain/integrity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import (
    Allocation,
    AllocationStatus,
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    SeatLock,
    SeatLockStatus,
    SeatRow,
)
from tests.support.halls import TERMS, Hall

LOCK_OF: dict[BookingStatus, SeatLockStatus] = {
    BookingStatus.PAYMENT_PENDING: SeatLockStatus.ACTIVE,
    BookingStatus.CONFIRMED: SeatLockStatus.CONSUMED,
    BookingStatus.FAILED: SeatLockStatus.EXPIRED,
    BookingStatus.EXPIRED: SeatLockStatus.EXPIRED,
    BookingStatus.CANCELLED: SeatLockStatus.RELEASED,
}


SINCE = {
    AuditAction.SALES_OPENED: AuditAction.EVENT_CREATED,
    AuditAction.SALES_CLOSED: AuditAction.EVENT_CANCELLED,
}
"""What else may have made it so."""


def seats_of(hall: Hall, buyer: Caller) -> tuple[int, int]:
    """How many seats somebody holds now, unpaid, and has booked."""
    locks = [lock for lock in hall.all(SeatLock) if lock.user_id == buyer.user_id]
    alive = [lock for lock in locks if lock.status is SeatLockStatus.ACTIVE and lock.expires_at > hall.now]
    bookings = [booking for booking in hall.all(Booking) if booking.user_id == buyer.user_id]
    paid = [booking for booking in bookings if booking.status is BookingStatus.CONFIRMED]
    return sum(lock.quantity for lock in alive), sum(booking.quantity for booking in paid)


def lapses_of(hall: Hall, buyer: Caller) -> list[datetime]:
    """When holds of theirs ended unpaid, less than an hour ago."""
    locks = [lock for lock in hall.all(SeatLock) if lock.user_id == buyer.user_id]
    ended = [lock for lock in locks if lock.status is SeatLockStatus.EXPIRED or lock.is_dead(hall.now)]
    return [lock.expires_at for lock in ended if hall.now < lock.expires_at + timedelta(hours=1)]


def counters_and_rows_say_who_has_what(hall: Hall) -> None:
    holders = [
        *((lock, "H") for lock in hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE),
        *((booking, "B") for booking in hall.all(Booking) if booking.status is BookingStatus.CONFIRMED),
    ]
    count = {"H": Counter[str](), "B": Counter[str]()}
    seats: dict[str, tuple[str, PydanticObjectId]] = {}
    for holder, letter in holders:
        count[letter].update(holder.quantities)
        for label in holder.seats:
            assert label not in seats, f"{label} has two holders"
            seats[label] = letter, holder.id
    _allocations_keep_the_rest(hall, holders, count["H"], seats)
    for section in hall.event.sections:
        assert (section.held, section.booked) == (count["H"][section.name], count["B"][section.name])
        assert section.available == section.total - section.held - section.booked >= 0
    for row in hall.all(SeatRow):
        due = [seats.get(f"{row.label}-{number}", ("A", None)) for number in range(1, len(row.statuses) + 1)]
        assert list(zip(row.statuses, row.holders, strict=True)) == due


def _allocations_keep_the_rest(
    hall: Hall,
    holders: Sequence[tuple[SeatLock | Booking, str]],
    held: Counter[str],
    seats: dict[str, tuple[str, PydanticObjectId]],
) -> None:
    """Of each ACTIVE allocation what its buyers have not got, is HELD by it; they have no seat that it was not made of.

    Counts it as held, and its seats as its own.
    """
    active = {one.id: one for one in hall.all(Allocation) if one.status is AllocationStatus.ACTIVE}
    assert [one.id for one in hall.event.allotments] == [*active]
    for allotment in hall.event.allotments:
        allocation = active[allotment.id]
        taken = [holder for holder, _ in holders if holder.allocation_id == allocation.id]
        left = Counter(allocation.quantities)
        for holder in taken:
            left.subtract(holder.quantities)
            assert {*holder.seats} <= {*allocation.seats}
        assert min(left.values()) >= 0
        assert allotment.kept == +left
        held.update(left)
        theirs = {label for holder in taken for label in holder.seats}
        for label in {*allocation.seats} - theirs:
            assert label not in seats, f"{label} has two holders"
            seats[label] = "H", allocation.id


def a_lock_and_its_booking_agree(hall: Hall) -> None:
    bookings = {booking.id: booking for booking in hall.all(Booking)}
    for lock in hall.all(SeatLock):
        booking = bookings.pop(lock.id, None)
        assert lock.booked is (booking is not None)
        if booking is None:
            assert lock.status is not SeatLockStatus.CONSUMED
            continue
        assert lock.status is LOCK_OF[booking.status]
        assert (lock.quantities, lock.seats, lock.user_id) == (booking.quantities, booking.seats, booking.user_id)
        if booking.status is BookingStatus.PAYMENT_PENDING:
            assert lock.expires_at == booking.payment_expires_at
    assert not bookings, "every booking has a lock"


def what_a_lock_holds_adds_up(hall: Hall) -> None:
    for lock in hall.all(SeatLock):
        counts = Counter[str]()
        for item in lock.items:
            assert item.quantity > 0 and len(item.seats) in (0, item.quantity)
            counts[item.section] += item.quantity
        assert lock.quantities == counts
        assert sorted(lock.seats) == sorted(label for item in lock.items for label in item.seats)
        assert lock.total_minor == sum(item.quantity * item.price_minor for item in lock.items)
        assert len({(item.section, item.price_minor) for item in lock.items}) == len(lock.items)
        if not lock.booked:
            assert lock.created_at < lock.expires_at <= lock.created_at + TERMS.lock_max


def money_is_kept_for_seats_only(hall: Hall, told_taken: AbstractSet[PydanticObjectId]) -> None:
    refunds = {refund.payment_id: refund for refund in hall.all(Refund)}
    payments = hall.all(Payment)
    for booking in hall.all(Booking):
        mine = [payment for payment in payments if payment.booking_id == booking.id]
        assert sum(payment.may_hold_money for payment in mine) <= 1
        for payment in mine:
            all_back = payment.id in refunds and refunds[payment.id].percentage == 100
            assert payment.may_hold_money is (payment.status is not PaymentStatus.FAILED and not all_back)
        assert all(payment.amount == booking.total for payment in mine)
        given_back = [refunds[payment.id] for payment in mine if payment.id in refunds]
        assert {refund.payment_id for refund in given_back} <= told_taken, "nobody is given what he never paid"
        taken = sum(payment.amount_minor for payment in mine if payment.id in told_taken)
        kept = taken - sum(refund.amount_minor for refund in given_back)
        good = [payment for payment in mine if payment.status is PaymentStatus.SUCCEEDED]
        good = [payment for payment in good if payment.id not in refunds or refunds[payment.id].percentage < 100]
        if booking.status is BookingStatus.CONFIRMED:
            assert (len(good), kept) == (1, booking.total_minor)
            assert all(refund.percentage == 100 for refund in given_back), "of other attempts to pay it"
        elif any(refund.reason is RefundReason.CANCELLATION for refund in given_back):
            fee = booking.total - booking.total.share(TERMS.cancellation_refund_percent)
            assert (booking.status, len(good), kept) == (BookingStatus.CANCELLED, 1, fee.minor)
        else:
            assert (good, kept) == ([], 0), "no money without seats"


def the_entries_tell_it_all(hall: Hall) -> None:
    entries = hall.entries
    assert [entry.sequence for entry in entries] == list(range(1, hall.event.audit_sequence + 1))
    counts: dict[str, list[int]] = {}
    seats: dict[str, PydanticObjectId | None] = {}
    kept: defaultdict[PydanticObjectId | None, Counter[str]] = defaultdict(Counter)
    told: dict[tuple[str, PydanticObjectId | None], str | None] = {}
    by_id: dict[PydanticObjectId | None, AuditEntry] = {}
    for entry in entries:
        by_id[entry.id] = entry
        if entry.is_retry:
            original = by_id[entry.original_entry_id]
            assert original.action in (entry.action, SINCE.get(entry.action))
            assert (original.lock_id, original.is_retry) == (entry.lock_id, False)
            assert original.allocation_id in (entry.allocation_id, None) or entry.lock_id
            assert entry.effect is None
            continue
        for section, gains in (entry.effect or {}).items():
            before = counts.get(section, [0, 0, 0])
            counts[section] = [count + gain for count, gain in zip(before, gains, strict=True)]
            assert min(counts[section]) >= 0
        kept[entry.allocation_id].update(entry.kept or {})
        into = entry.allocation_id if any(gain > 0 for gain in (entry.kept or {}).values()) else None
        if entry.action is AuditAction.LOCK_CHANGED:
            assert not {*(entry.seats or ())} & {*(entry.freed or ())}
            assert all(seats[label] == entry.lock_id for label in entry.freed or ()), "only who holds a seat lets it go"
            seats.update(dict.fromkeys(entry.freed or (), entry.allocation_id))
            into = None
        else:
            assert entry.freed is None
        given_back = entry.action is not AuditAction.LOCK_CHANGED and any(
            gains[0] > 0 for gains in (entry.effect or {}).values()
        )
        seats.update(dict.fromkeys(entry.seats or (), None if given_back else into or entry.lock_id))
        kind = entry.action.split("_")[0].replace("SEATS", "LOCK")
        subject = kind, entry.payment_id or entry.lock_id or entry.allocation_id
        assert told.get(subject) == entry.from_status, entry.action
        told[subject] = entry.to_status
    assert {section: tuple(count) for section, count in counts.items()} == hall.counts
    for row in hall.all(SeatRow):
        labels = [f"{row.label}-{number}" for number in range(1, len(row.statuses) + 1)]
        assert row.holders == [seats.get(label) for label in labels]
    lasting = {allotment.id: allotment.kept for allotment in hall.event.allotments}
    assert {key: dict(+left) for key, left in kept.items() if +left} == {
        key: left for key, left in lasting.items() if left
    }
    for allocation in hall.all(Allocation):
        assert told["ALLOCATION", allocation.id] == allocation.status
    for booking in hall.all(Booking):
        assert told["BOOKING", booking.id] == booking.status
    for payment in hall.all(Payment):
        assert told["PAYMENT", payment.id] == payment.status
    for refund in hall.all(Refund):
        assert told["REFUND", refund.payment_id] == refund.status
