"""Several attempts to pay one booking, by the rules alone: when one ends it, and what becomes of late answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.documents import Booking, BookingStatus, Payment, PaymentFailureReason, PaymentStatus, Refund, RefundReason
from domain.errors import BookingNotPayable, InvalidInput, SeatsUnavailable
from domain.inventory.payment_commands import PaymentStarted
from tests.support.asking import ANN, BOB, cancelling, settling, starting, sweeping
from tests.support.halls import MS, TERMS, Hall

pytestmark = pytest.mark.fast

SUCCEEDED, FAILED = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED
WAITS, TIMED_OUT = PaymentStatus.ACTION_REQUIRED, PaymentStatus.TIMED_OUT
PENDING, CONFIRMED = BookingStatus.PAYMENT_PENDING, BookingStatus.CONFIRMED


@pytest.fixture
def hall() -> Hall:
    return Hall()


def booking_of(hall: Hall, payment: Payment) -> Booking:
    return hall.get(Booking, payment.booking_id)


def another(hall: Hall, payment: Payment) -> Payment:
    """The next attempt to pay the same booking."""
    return hall.do(starting(ANN, payment.booking_id, key=f"attempt {len(hall.all(Payment))}")).payment


@pytest.mark.parametrize("reason", list(PaymentFailureReason))
def test_a_failed_attempt_costs_the_buyer_nothing_but_the_attempt(hall: Hall, reason: PaymentFailureReason) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    deadline = booking_of(hall, payment).payment_expires_at
    hall.now += timedelta(minutes=1)
    settled = hall.do(settling(payment, FAILED, reason=reason))
    assert (settled.payment.status, settled.payment.failure_reason) == (FAILED, reason)
    assert (settled.booking.status, settled.booking.payment_expires_at) == (PENDING, deadline)
    assert settled.attempts_left == 4
    assert hall.map["STALLS-A"] == "HAAA"
    with pytest.raises(SeatsUnavailable):
        hall.lock(BOB, "STALLS-A-1")
    assert hall.do(settling(another(hall, payment), SUCCEEDED)).booking.status is CONFIRMED
    assert hall.map["STALLS-A"] == "BAAA"


def test_the_last_attempt_allowed_ends_the_booking_when_it_fails(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    for left in (4, 3, 2, 1):
        settled = hall.do(settling(payment, FAILED))
        assert (settled.attempts_left, settled.booking.status) == (left, PENDING)
        payment = another(hall, payment)
    settled = hall.do(settling(payment, FAILED))
    assert (settled.attempts_left, settled.booking.status) == (0, BookingStatus.FAILED)
    assert hall.lock(BOB, "STALLS-A-1").seats == ["STALLS-A-1"]
    with pytest.raises(BookingNotPayable):
        another(hall, payment)


def test_one_attempt_is_all_there_is_if_that_is_set() -> None:
    hall = Hall(terms=replace(TERMS, payment_attempts=1))
    assert hall.do(settling(hall.start(ANN, "STALLS-A-1"), FAILED)).booking.status is BookingStatus.FAILED


def test_money_that_was_taken_and_lost_ends_the_booking_at_once(hall: Hall) -> None:
    settled = hall.do(settling(hall.start(ANN, "STALLS-A-1"), FAILED, money_taken=True))
    assert (settled.booking.status, settled.attempts_left) == (BookingStatus.FAILED, 0)
    assert settled.refund is not None and settled.refund.percentage == 100


def test_a_late_decline_follows_the_same_rule_until_the_deadline(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, TIMED_OUT))
    hall.now = booking_of(hall, payment).payment_expires_at - MS
    assert hall.do(settling(payment, FAILED)).booking.status is PENDING
    hall.now += MS
    hall.do(sweeping())
    assert booking_of(hall, payment).status is BookingStatus.EXPIRED


def test_a_decline_at_the_deadline_finds_the_booking_expired(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.now = booking_of(hall, payment).payment_expires_at
    settled = hall.do(settling(payment, FAILED))
    assert (settled.booking.status, settled.attempts_left) == (BookingStatus.EXPIRED, 0)


# ---------------------------------------------------------------- the attempt before turns out to have succeeded


def test_its_money_goes_straight_back_when_the_next_one_has_paid(hall: Hall) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(first, FAILED))
    second = another(hall, first)
    hall.do(settling(second, SUCCEEDED))
    late = hall.do(settling(first, SUCCEEDED))
    assert late.refund is not None
    assert (late.refund.percentage, late.refund.reason) == (100, RefundReason.LATE_PAYMENT)
    assert (late.booking.status, late.payment.may_hold_money) == (CONFIRMED, False)
    assert hall.get(Payment, second.id).may_hold_money


@pytest.mark.parametrize("under_way", [PaymentStatus.PENDING, WAITS, TIMED_OUT])
def test_its_money_goes_straight_back_while_the_next_one_is_under_way(hall: Hall, under_way: PaymentStatus) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(first, FAILED))
    second = another(hall, first)
    if under_way is not PaymentStatus.PENDING:
        hall.do(settling(second, under_way))
    late = hall.do(settling(first, SUCCEEDED))
    assert late.refund is not None and late.booking.status is PENDING
    assert hall.do(settling(second, SUCCEEDED)).booking.status is CONFIRMED
    assert [refund.payment_id for refund in hall.all(Refund)] == [first.id]


def test_it_pays_the_booking_while_no_other_is_under_way(hall: Hall) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(first, FAILED))
    second = another(hall, first)
    hall.do(settling(second, FAILED))
    assert hall.do(settling(first, SUCCEEDED)).booking.status is CONFIRMED
    late = hall.do(settling(second, SUCCEEDED))
    assert late.refund is not None and late.refund.payment_id == second.id


def test_money_it_took_after_all_goes_back_and_the_booking_lives_on(hall: Hall) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(first, FAILED))
    late = hall.do(settling(first, FAILED, money_taken=True))
    assert late.refund is not None and late.booking.status is PENDING
    assert hall.do(settling(another(hall, first), SUCCEEDED)).booking.status is CONFIRMED


# ---------------------------------------------------------------- the bank asks


def test_nothing_changes_while_the_bank_waits_for_the_buyer(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    settled = hall.do(settling(payment, WAITS))
    assert (settled.payment.status, settled.payment.settled_at) == (WAITS, None)
    assert (settled.booking.status, hall.map["STALLS-A"]) == (PENDING, "HAAA")
    before = hall.snapshot()
    hall.do(settling(payment, TIMED_OUT))  # of which it is known better
    hall.do(settling(payment, WAITS))
    assert hall.snapshot() == before


@pytest.mark.parametrize(("answer", "expected"), [(SUCCEEDED, CONFIRMED), (FAILED, PENDING)])
def test_the_buyers_answer_decides(hall: Hall, answer: PaymentStatus, expected: BookingStatus) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, WAITS))
    assert hall.do(settling(payment, answer)).booking.status is expected


def test_another_attempt_is_told_what_to_call_off_first(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    waiting = hall.do(settling(payment, WAITS))
    before = hall.snapshot()
    command = starting(ANN, payment.booking_id, key="second")
    assert hall.do(command) == PaymentStarted(waiting.booking, waiting.payment, replayed=False, is_waiting=True)
    assert hall.snapshot() == before
    hall.do(settling(payment, FAILED, reason=PaymentFailureReason.ABANDONED))
    started = hall.do(replace(command, instead_of=payment.id))
    assert (started.payment.id, started.is_waiting, started.replayed) == (command.payment_id, False, False)


def test_it_is_the_answer_if_it_succeeded_before_it_was_called_off(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, WAITS))
    paid = hall.do(settling(payment, SUCCEEDED))
    command = replace(starting(ANN, payment.booking_id, key="second"), instead_of=payment.id)
    assert hall.do(command).payment == paid.payment
    assert hall.do(starting(ANN, payment.booking_id, key="second")) == PaymentStarted(
        paid.booking, paid.payment, replayed=True
    )


def test_the_last_attempt_is_not_called_off_for_one_more() -> None:
    hall = Hall(terms=replace(TERMS, payment_attempts=1))
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, WAITS))
    with pytest.raises(BookingNotPayable):
        hall.do(starting(ANN, payment.booking_id))
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is CONFIRMED


def test_what_the_bank_allows_after_a_cancellation_goes_back(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, WAITS))
    hall.do(cancelling(ANN, payment.booking_id))
    late = hall.do(settling(payment, SUCCEEDED))
    assert late.booking.status is BookingStatus.CANCELLED
    assert late.refund is not None and late.refund.percentage == 100


# ---------------------------------------------------------------- free of charge


def test_only_what_is_free_needs_no_token(hall: Hall) -> None:
    booking = hall.book(ANN, "STALLS-A-1")
    with pytest.raises(InvalidInput) as refused:
        hall.do(replace(starting(ANN, booking.id), has_token=False))
    assert refused.value.field == "paymentToken"


def test_many_attempts_in_one_batch_are_counted_one_by_one() -> None:
    hall = Hall(terms=replace(TERMS, payment_attempts=2))
    payment = hall.start(ANN, quantity=2, section="FLOOR")
    hall.do(settling(payment, FAILED))
    started, *refused = hall.decide(*(starting(ANN, payment.booking_id) for _ in range(5)))
    assert isinstance(started, PaymentStarted)
    assert [type(answer) for answer in refused] == [BookingNotPayable] * 4
    assert hall.do(settling(started.payment, FAILED)).booking.status is BookingStatus.FAILED
