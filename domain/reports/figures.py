"""What a document counts for in reports, and at which instant. Pure: `figures_of` is the one place that says so.

Most figures are of documents made at a time, as they are now: `locks_EXPIRED` of a day are the locks made that day that
have expired since. Money is counted twice. `gross` (taken) and `refunded` (given back, or to be) are of the bookings
made at a time; `taken` and `given_back` are what moved at a time, whenever the booking was made. `available` is what
the number of available seats gained or lost at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from domain.documents import (
    AuditEntry,
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    SeatLock,
    SeatLockStatus,
)

LOCKS: Mapping[str, str] = {status: f"locks_{status.value}" for status in SeatLockStatus}
BOOKINGS: Mapping[str, str] = {status: f"bookings_{status.value}" for status in BookingStatus}
PAYMENTS: Mapping[str, str] = {status: f"payments_{status.value}" for status in PaymentStatus}
SEATS = "booked_seats"
GROSS, REFUNDED = "gross", "refunded"
TAKEN, GIVEN_BACK = "taken", "given_back"
AVAILABLE = "available"

Counted: TypeAlias = SeatLock | Booking | Payment | Refund | AuditEntry
Gain: TypeAlias = tuple[datetime, str, int]
"""When, of which figure, and how much."""


def figures_of(document: Counted, booked_at: datetime | None = None) -> Iterator[Gain]:
    """What this document counts for; of money `booked_at` is when its booking was made, None if there is none."""
    match document:
        case SeatLock():
            yield document.created_at, LOCKS[document.status], 1
        case Booking():
            yield document.created_at, BOOKINGS[document.status], 1
            if document.status == BookingStatus.CONFIRMED:
                yield document.created_at, SEATS, document.quantity
        case Payment():
            yield document.created_at, PAYMENTS[document.status], 1
            if document.status == PaymentStatus.SUCCEEDED:
                yield from _money(document.settled_at, TAKEN, booked_at, GROSS, document.amount_minor)
        case Refund():
            if document.reason == RefundReason.PAYMENT_FAILED:
                # The payment itself doesn't say that its money was taken before it failed.
                yield from _money(document.created_at, TAKEN, booked_at, GROSS, document.original_minor)
            if document.status != RefundStatus.FAILED:
                yield from _money(document.created_at, GIVEN_BACK, booked_at, REFUNDED, document.amount_minor)
        case AuditEntry():
            if gained := sum(gains[0] for gains in (document.effect or {}).values()):
                yield document.created_at, AVAILABLE, gained


def _money(
    moved_at: datetime | None, moved: str, booked_at: datetime | None, booked: str, minor: int
) -> Iterator[Gain]:
    if moved_at is not None:
        yield moved_at, moved, minor
    if booked_at is not None:
        yield booked_at, booked, minor


class Tally:
    """Figures by the minute they are of."""

    def __init__(self) -> None:
        self.minutes: defaultdict[datetime, Counter[str]] = defaultdict(Counter)

    def add(self, document: Counted, booked_at: datetime | None = None, times: int = 1) -> None:
        for instant, name, amount in figures_of(document, booked_at):
            self.minutes[instant.replace(second=0, microsecond=0)][name] += amount * times
