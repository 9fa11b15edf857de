"""What cancelling a booking gives back: shown to those who ask, and done to those who cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.documents import Booking, BookingStatus, CancellationPolicy, Event
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling now gives back: `percentage` per cent of what was paid.

    It holds before `until`, when the percentage falls; None when it can't any more.
    """

    refundable: Money
    percentage: int
    until: datetime | None


def policy_of(event: Event, setting: int) -> CancellationPolicy:
    """The event's own policy, else the seller's `setting`, a percentage."""
    return event.cancellation or CancellationPolicy.model_construct(full_until=None, percentage=setting)


def cancellation_at(
    event: Event, booking: Booking, setting: int, now: datetime, *, step: int = 1
) -> Cancellation | None:
    """What cancelling the booking gives back at `now`; None when it can't be cancelled.

    `step` is of the payment it is paid by: what is given back is a multiple of it.

    Nothing for one that is not paid, everything once the event itself is cancelled. A deadline is over from its own
    millisecond on, as all are.
    """
    if booking.status is BookingStatus.PAYMENT_PENDING and not booking.is_dead(now):
        return Cancellation(booking.total.share(0), 0, None)
    if booking.status is not BookingStatus.CONFIRMED:
        return None
    if event.cancelled_at is not None:
        return Cancellation(booking.total, 100, None)
    if event.starts_at <= now:
        return None
    # What the percentage is from each deadline on, until the next.
    policy = policy_of(event, setting)
    percentage, then = policy.percentage, event.starts_at
    if policy.full_until is not None and now < policy.full_until:
        if percentage < 100:
            then = policy.full_until
        percentage = 100
    return Cancellation(booking.total.share(percentage, step), percentage, then if percentage else None)
