"""What a document counts for in reports, and at which instant. Pure: `figures_of` is the one place that says so.

Most figures are of documents made at a time, as they are now: `locks_EXPIRED` of a day are the locks made that day that
have expired since. Money is counted twice. `gross` (taken) and `refunded` (given back, or to be) are of the bookings
made at a time; `taken` and `given_back` are what moved at a time, whenever the booking was made. `available` is what
the number of available seats gained or lost at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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


def figures_of(document: Counted, booked_at: datetime | None = None) -> Sequence[Gain]:
    """What this document counts for; of money `booked_at` is when its booking was made, None if there is none."""
    if isinstance(document, AuditEntry):
        gained = sum([gains[0] for gains in document.effect.values()]) if document.effect else 0
        return ((document.created_at, AVAILABLE, gained),) if gained else ()
    if isinstance(document, SeatLock):
        return ((document.created_at, LOCKS[document.status], 1),)
    if isinstance(document, Booking):
        made = (document.created_at, BOOKINGS[document.status], 1)
        if document.status != BookingStatus.CONFIRMED:
            return (made,)
        return (made, (document.created_at, SEATS, document.quantity))
    gains: list[Gain] = []
    if isinstance(document, Payment):
        gains.append((document.created_at, PAYMENTS[document.status], 1))
        if document.status == PaymentStatus.SUCCEEDED:
            gains += _money(document.amount_minor, (document.settled_at, TAKEN), (booked_at, GROSS))
        return gains
    if document.reason == RefundReason.PAYMENT_FAILED:
        # The payment itself doesn't say that its money was taken before it failed.
        gains += _money(document.original_minor, (document.created_at, TAKEN), (booked_at, GROSS))
    if document.status != RefundStatus.FAILED:
        gains += _money(document.amount_minor, (document.created_at, GIVEN_BACK), (booked_at, REFUNDED))
    return gains


def _money(minor: int, *counted: tuple[datetime | None, str]) -> list[Gain]:
    return [(instant, name, minor) for instant, name in counted if instant is not None]


class Tally:
    """Figures by the minute they are of."""

    def __init__(self) -> None:
        self.minutes: defaultdict[datetime, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._instant: datetime | None = None
        self._figures: defaultdict[str, int]

    def add(self, document: Counted, booked_at: datetime | None = None, times: int = 1) -> None:
        """Count the document so many times, which may be -1.

        One that somebody has made something else of by hand counts for nothing; the inventory's check will say so.
        """
        try:
            for instant, name, amount in figures_of(document, booked_at):
                if instant is not self._instant:  # almost all of a batch happens at the same one
                    self._figures = self.minutes[instant.replace(second=0, microsecond=0)]
                    self._instant = instant
                self._figures[name] += amount * times
        except (AttributeError, KeyError, TypeError, ValueError):
            return
