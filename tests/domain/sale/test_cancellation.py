"""Cancellation policies: what is shown beforehand, and that a cancellation at that moment does exactly that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.documents import Booking, BookingStatus, CancellationPolicy, Event, PaymentStatus, Refund, RefundType
from domain.errors import BookingNotCancellable
from domain.inventory.rules.cancellation import Cancellation, cancellation_at
from domain.money import Money
from tests.support.asking import ANN, EVENT_ID, cancelling, settling
from tests.support.halls import MS, OPENING, TERMS, Hall

START = OPENING + timedelta(days=30)
DEADLINE = OPENING + timedelta(days=20)


def policy(percentage: int, full_until: datetime | None = DEADLINE) -> CancellationPolicy:
    return CancellationPolicy(full_until=full_until, percentage=percentage)


def hall_of(total: int, own: CancellationPolicy | None, setting: int = 50) -> Hall:
    """One whose seats cost that much."""
    terms = replace(TERMS, cancellation_refund_percent=setting)
    return Hall(rows={}, prices={"FLOOR": total}, terms=terms, cancellation=own, starts_at=START)


def shown(hall: Hall, booking_id: object) -> Cancellation | None:
    setting = hall.terms.cancellation_refund_percent
    return cancellation_at(hall.event, hall.get(Booking, booking_id), setting, hall.now)


# ---------------------------------------------------------------- over time


@pytest.mark.parametrize(
    ("own", "now", "percentage", "until"),
    [
        # Full, until the very millisecond; then a part, until the start.
        (policy(30), OPENING, 100, DEADLINE),
        (policy(30), DEADLINE - MS, 100, DEADLINE),
        (policy(30), DEADLINE, 30, START),
        (policy(30), START - MS, 30, START),
        # Nothing less than nothing can come.
        (policy(0), DEADLINE - MS, 100, DEADLINE),
        (policy(0), DEADLINE, 0, None),
        # What does not fall at the deadline holds until the start.
        (policy(100), OPENING, 100, START),
        (policy(30, START), START - MS, 100, START),
        (policy(30, None), OPENING, 30, START),
        (policy(30, OPENING - MS), OPENING, 30, START),
        # The setting, where the event has no policy.
        (None, OPENING, 50, START),
        (None, START - MS, 50, START),
    ],
)
def test_what_is_shown_is_what_is_done(
    own: CancellationPolicy | None, now: datetime, percentage: int, until: datetime | None
) -> None:
    hall = hall_of(1_001, own)
    payment = hall.pay(ANN, quantity=1)
    hall.now = now
    terms = shown(hall, payment.booking_id)
    assert terms == Cancellation(Money(1_001, "INR").share(percentage), percentage, until)
    refund = hall.do(cancelling(ANN, payment.booking_id)).refund
    if percentage == 0:
        assert refund is None
        return
    assert refund is not None
    assert (refund.amount, refund.percentage) == (terms.refundable, percentage)
    assert shown(hall, payment.booking_id) is None


@pytest.mark.parametrize("own", [None, policy(30), policy(100, START), policy(100, None)])
def test_nothing_once_the_event_has_started(own: CancellationPolicy | None) -> None:
    hall = hall_of(1_000, own)
    payment = hall.pay(ANN, quantity=1)
    hall.now = START
    assert shown(hall, payment.booking_id) is None
    with pytest.raises(BookingNotCancellable):
        hall.do(cancelling(ANN, payment.booking_id))
    assert hall.all(Refund) == []


def test_full_is_a_full_refund() -> None:
    hall = hall_of(1_000, policy(30))
    payment = hall.pay(ANN, quantity=1)
    refund = hall.do(cancelling(ANN, payment.booking_id)).refund
    assert refund is not None
    assert (refund.type, refund.amount_minor, refund.percentage) == (RefundType.FULL, 1_000, 100)
    assert not hall.get(type(payment), payment.id).may_hold_money


@pytest.mark.parametrize("percentage", [0, 1, 33, 49, 50, 51, 99, 100])
@pytest.mark.parametrize("total", [0, 1, 2, 3, 49, 50, 99, 101, 999, 10**15])
def test_half_a_minor_unit_is_rounded_up_and_nothing_is_lost(total: int, percentage: int) -> None:
    hall = hall_of(total, policy(percentage, None), setting=77)
    payment = hall.pay(ANN, quantity=1)
    terms = shown(hall, payment.booking_id)
    assert terms is not None
    refundable = terms.refundable.minor
    assert 0 <= refundable <= total
    # Half up: within half a unit of the exact share, and the upper one of two that are equally near.
    assert -50 < refundable * 100 - total * percentage <= 50
    refund = hall.do(cancelling(ANN, payment.booking_id)).refund
    assert (refund.amount_minor if refund else 0) == refundable


# ---------------------------------------------------------------- what isn't paid, or has ended


def test_what_is_not_paid_gives_nothing_back() -> None:
    hall = hall_of(1_000, policy(30))
    booking = hall.book(ANN, quantity=1)
    assert shown(hall, booking.id) == Cancellation(Money(0, "INR"), 0, None)
    assert hall.do(cancelling(ANN, booking.id)).refund is None
    assert shown(hall, booking.id) is None


def test_what_was_not_paid_in_time_can_not_be_cancelled() -> None:
    hall = hall_of(1_000, policy(30))
    booking = hall.book(ANN, quantity=1)
    hall.now = booking.payment_expires_at - MS
    assert shown(hall, booking.id) is not None
    hall.now += MS
    assert shown(hall, booking.id) is None


@pytest.mark.parametrize("status", [BookingStatus.EXPIRED, BookingStatus.FAILED, BookingStatus.CANCELLED])
def test_what_has_ended_can_not_be_cancelled(status: BookingStatus) -> None:
    hall = hall_of(1_000, policy(30))
    ended = hall.book(ANN, quantity=1).evolve(status=status)
    assert cancellation_at(hall.event, ended, 50, hall.now) is None


def test_a_repeat_after_the_deadline_answers_with_the_first_result() -> None:
    hall = hall_of(1_000, policy(30))
    payment = hall.pay(ANN, quantity=1)
    first = hall.do(cancelling(ANN, payment.booking_id))
    hall.now = DEADLINE
    assert hall.do(cancelling(ANN, payment.booking_id)) == replace(first, replayed=True)
    assert [refund.percentage for refund in hall.all(Refund)] == [100]


def test_a_fully_refunded_booking_is_not_bought_again_by_a_repeated_settlement() -> None:
    hall = hall_of(1_000, policy(30))
    payment = hall.pay(ANN, quantity=1)
    hall.do(cancelling(ANN, payment.booking_id))
    assert hall.do(settling(payment, PaymentStatus.SUCCEEDED)).booking.status is BookingStatus.CANCELLED
    assert len(hall.all(Refund)) == 1


def test_events_of_before_there_were_policies() -> None:
    hall = hall_of(1_000, None)
    raw = hall.event.to_bson()
    del raw["cancellation"]
    old = Event.from_bson(raw)
    assert old.cancellation is None
    booking = hall.get(Booking, hall.pay(ANN, quantity=1).booking_id)
    assert cancellation_at(old, booking, 40, hall.now) == Cancellation(Money(400, "INR"), 40, START)
    assert old.id == EVENT_ID
