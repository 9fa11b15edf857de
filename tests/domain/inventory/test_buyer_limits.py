"""How much of an event one buyer may have: of seats that are paid or not, and of holds that lapse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.documents import BookingStatus, PaymentStatus, RefundReason, SeatLock, SeatLockStatus, new_id
from domain.errors import InvalidInput, LimitExceeded, NotEnoughSeats
from domain.inventory.again import NotRead
from domain.inventory.commands import Locked, Released
from domain.inventory.rules import decide_batch
from domain.inventory.rules.buyer_limits import check_limits
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    cancelling,
    confirming,
    locking,
    releasing,
    settling,
    starting,
    sweeping,
    updating,
)
from tests.support.halls import MS, TERMS, Hall

HOUR = timedelta(hours=1)
STRICT = replace(TERMS, max_held_seats_per_buyer=3, max_lapses_per_buyer=2)


def limited(limit: int | None, *, capacity: int = 20) -> Hall:
    """An event with so many seats a buyer."""
    hall = Hall(capacity=capacity)
    if limit is not None:
        hall.do(updating(max_seats_per_buyer=limit))
    return hall


def refused(hall: Hall, quantity: int = 1) -> LimitExceeded:
    """What Ann is refused with, who wants so many more; nothing changes."""
    hall.do(sweeping())
    before = hall.snapshot()
    with pytest.raises(LimitExceeded) as caught:
        hall.do(locking(ANN, quantity=quantity, section="FLOOR"))
    assert hall.snapshot() == before
    return caught.value


def told(refusal: LimitExceeded) -> tuple[int, str, object]:
    return refusal.limit, refusal.field, refusal.retry_at


# ---------------------------------------------------------------- seats a buyer, held and booked


def test_held_and_booked_count_together_over_all_sections() -> None:
    hall = limited(4)
    hall.pay(ANN, quantity=1, section="FLOOR")
    hall.book(ANN, "STALLS-A-1")
    hall.lock(ANN, "BALCONY-A-1")
    refusal = refused(hall, 2)
    assert told(refusal) == (4, "selection", None)
    assert refusal.message == "One buyer can have at most 4 seats of this event. You hold 2 and have booked 1."
    hall.lock(ANN, quantity=1, section="FLOOR")
    assert told(refused(hall)) == (4, "selection", None)
    hall.lock(BOB, quantity=4, section="FLOOR")


@pytest.mark.parametrize(
    ("take", "says"),
    [(None, "You have none yet."), (Hall.lock, "You hold 1."), (Hall.pay, "You have booked 1.")],
)
def test_the_buyer_is_told_what_they_have(take: Callable[..., object] | None, says: str) -> None:
    hall = limited(1)
    if take is not None:
        take(hall, ANN, "STALLS-A-1")
    assert refused(hall, 2).message == f"One buyer can have at most 1 seat of this event. {says}"


def test_what_is_let_go_does_not_count() -> None:
    hall = limited(2)
    hall.do(releasing(ANN, hall.lock(ANN, quantity=2, section="FLOOR").id))
    hall.do(cancelling(ANN, hall.book(ANN, quantity=2, section="FLOOR").id))
    hall.do(cancelling(ANN, hall.pay(ANN, quantity=2, section="FLOOR").booking_id))
    hall.lock(ANN, quantity=2, section="FLOOR")


def test_a_dead_hold_does_not_count_swept_or_not() -> None:
    hall = limited(2)
    for _ in range(2):
        hall.lock(BOB, quantity=1, section="FLOOR")
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    hall.now = lock.expires_at - MS
    refused(hall)
    hall.now = lock.expires_at
    # Only one of the dead is swept in this batch, and it is not hers.
    (answer,) = hall.decide(locking(ANN, quantity=2, section="FLOOR"), dead_per_batch=1)
    assert isinstance(answer, Locked)


def test_commands_of_one_batch_count_one_another() -> None:
    hall = limited(4)
    answers = hall.decide(*(locking(ANN, quantity=1, section="FLOOR") for _ in range(50)))
    assert [type(answer) for answer in answers] == [Locked] * 4 + [LimitExceeded] * 46


def test_letting_go_and_locking_again_in_one_batch() -> None:
    hall = limited(4)
    lock = hall.lock(ANN, quantity=4, section="FLOOR")
    wanted = [locking(ANN, quantity=2, section="FLOOR") for _ in range(4)]
    answers = hall.decide(wanted[0], releasing(ANN, lock.id), *wanted[1:], releasing(ANN, lock.id))
    kinds = [LimitExceeded, Released, Locked, Locked, LimitExceeded, Released]
    assert [type(answer) for answer in answers] == kinds
    assert sum(lock.quantity for lock in hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE) == 4


def test_confirming_paying_and_cancelling_in_one_batch_are_counted() -> None:
    hall = limited(2)
    first, second = hall.start(ANN, "STALLS-A-1"), hall.pay(ANN, "STALLS-A-2")
    one = locking(ANN, quantity=1, section="FLOOR")
    answers = hall.decide(
        settling(first, PaymentStatus.SUCCEEDED),
        one,
        cancelling(ANN, second.booking_id),
        replace(one, lock_id=new_id()),
    )
    assert [type(answer) for answer in answers[1::2]] == [LimitExceeded, Locked]


def test_a_repeat_is_answered_whatever_one_has() -> None:
    hall = limited(2)
    command = locking(ANN, quantity=2, section="FLOOR", key="same")
    first = hall.do(command)
    again = hall.do(replace(command, lock_id=new_id()))
    assert (again.lock.id, again.replayed) == (first.lock.id, True)


def test_an_admin_is_a_buyer_like_others() -> None:
    hall = limited(1)
    hall.lock(ADMIN, quantity=1, section="FLOOR")
    with pytest.raises(LimitExceeded):
        hall.lock(ADMIN, quantity=1, section="FLOOR")


def test_a_lower_limit_takes_nothing_from_anybody() -> None:
    hall = limited(None)
    held, pending = hall.lock(ANN, quantity=3, section="FLOOR"), hall.start(ANN, quantity=2, section="FLOOR")
    hall.pay(ANN, quantity=4, section="FLOOR")
    hall.do(updating(max_seats_per_buyer=1))
    refused(hall)
    hall.do(confirming(ANN, held.id))
    for payment in (pending, hall.do(starting(ANN, held.id)).payment):
        settled = hall.do(settling(payment, PaymentStatus.SUCCEEDED))
        assert (settled.booking.status, settled.refund) == (BookingStatus.CONFIRMED, None)
    assert hall.counts["FLOOR"] == (11, 0, 9)
    hall.do(updating(max_seats_per_buyer=None))
    hall.lock(ANN, quantity=1, section="FLOOR")


# ---------------------------------------------------------------- late payments


@pytest.mark.parametrize(("since", "status"), [(0, BookingStatus.CONFIRMED), (1, BookingStatus.EXPIRED)])
def test_late_money_counts_what_the_buyer_has_by_then(since: int, status: BookingStatus) -> None:
    hall = limited(4)
    payment = hall.start(ANN, quantity=2, section="FLOOR")
    hall.now += TERMS.payment_ttl
    hall.pay(ANN, quantity=1, section="FLOOR")
    hall.lock(ANN, quantity=1 + since, section="FLOOR")
    settled = hall.do(settling(payment, PaymentStatus.SUCCEEDED))
    assert settled.booking.status is status
    assert (settled.refund.reason if settled.refund else None) is (RefundReason.LATE_PAYMENT if since else None)


def test_two_late_payments_in_one_batch_count_one_another() -> None:
    hall = limited(3)
    payments = []
    for _ in range(2):
        payments.append(hall.start(ANN, quantity=2, section="FLOOR"))
        hall.now += TERMS.payment_ttl
    answers = hall.decide(*(settling(payment, PaymentStatus.SUCCEEDED) for payment in payments))
    assert [answer.booking.status for answer in answers] == [BookingStatus.CONFIRMED, BookingStatus.EXPIRED]


def test_late_money_is_taken_from_who_waits_or_holds_much() -> None:
    hall = Hall(capacity=20, terms=replace(TERMS, max_held_seats_per_buyer=3, max_lapses_per_buyer=1))
    payment = hall.start(ANN, quantity=2, section="FLOOR")
    hall.now += TERMS.payment_ttl
    assert hall.do(settling(payment, PaymentStatus.SUCCEEDED)).booking.status is BookingStatus.CONFIRMED
    # What was paid after all has not lapsed.
    hall.lock(ANN, quantity=3, section="FLOOR")


# ---------------------------------------------------------------- unpaid seats


def test_unpaid_seats_are_bounded_in_every_event() -> None:
    hall = Hall(capacity=20, terms=STRICT)
    payment = hall.start(ANN, quantity=2, section="FLOOR")
    refusal = refused(hall, 2)
    assert told(refusal) == (3, "selection", None)
    assert refusal.message == (
        "One buyer can hold at most 3 seats of an event before paying. You hold 2: pay for them, or let some go."
    )
    hall.do(settling(payment, PaymentStatus.SUCCEEDED))
    hall.lock(ANN, quantity=3, section="FLOOR")


def test_fewer_seats_may_be_left_than_the_limit_allows() -> None:
    hall = Hall(capacity=1, terms=STRICT)
    with pytest.raises(NotEnoughSeats):
        hall.do(locking(ANN, quantity=2, section="FLOOR"))
    refused(hall, 4)


# ---------------------------------------------------------------- holds that lapse


def test_who_lets_holds_lapse_waits_until_the_oldest_is_an_hour_old() -> None:
    hall = Hall(capacity=20, terms=STRICT)
    deadlines = []
    for _ in range(2):
        deadlines.append(hall.lock(ANN, quantity=1, section="FLOOR").expires_at)
        hall.now = deadlines[-1]
    refusal = refused(hall)
    assert told(refusal) == (2, "selection", deadlines[0] + HOUR)
    assert refusal.message == (
        "You let 2 holds of this event expire within an hour. Please wait before you hold seats again."
    )
    hall.lock(BOB, quantity=1, section="FLOOR")
    hall.now = deadlines[0] + HOUR - MS
    assert refused(hall).retry_at == deadlines[0] + HOUR
    hall.now += MS
    hall.lock(ANN, quantity=1, section="FLOOR")


def test_an_unpaid_booking_lapses_once_and_a_dead_hold_before_it_is_swept() -> None:
    hall = Hall(capacity=20, terms=STRICT)
    booking = hall.book(ANN, quantity=1, section="FLOOR")
    hall.now = booking.payment_expires_at
    hall.lock(BOB, quantity=1, section="FLOOR")
    later = hall.lock(ANN, quantity=1, section="FLOOR")
    hall.now = later.expires_at
    # Bob's hold is swept in this batch, and hers is not.
    (answer,) = hall.decide(locking(ANN, quantity=1, section="FLOOR"), dead_per_batch=1)
    assert isinstance(answer, LimitExceeded) and answer.retry_at == booking.payment_expires_at + HOUR


def test_when_more_lapsed_than_the_limit_the_wait_is_for_the_newest_ones() -> None:
    hall = Hall(capacity=20, terms=STRICT)
    for _ in range(3):
        last = hall.lock(ANN, quantity=1, section="FLOOR")
        hall.now += MS
    hall.now = last.expires_at
    assert refused(hall).retry_at == last.expires_at - MS + HOUR


def test_letting_go_in_time_is_no_lapse_and_a_last_attempt_that_fails_is_one() -> None:
    hall = Hall(capacity=20, terms=STRICT)
    for _ in range(3):
        hall.do(releasing(ANN, hall.lock(ANN, quantity=1, section="FLOOR").id))
        hall.do(cancelling(ANN, hall.book(ANN, quantity=1, section="FLOOR").id))
    for _ in range(2):
        hall.fail(hall.start(ANN, quantity=1, section="FLOOR"))
    assert refused(hall).retry_at == hall.now + HOUR


def test_who_waits_can_still_confirm_pay_and_let_go() -> None:
    hall = Hall(capacity=20, terms=replace(STRICT, max_lapses_per_buyer=1))
    hall.lock(ANN, quantity=1, section="FLOOR")
    hall.now += TERMS.lock_ttl - MS
    held, other = (hall.lock(ANN, quantity=1, section="FLOOR") for _ in range(2))
    hall.now += MS
    refused(hall)
    hall.do(confirming(ANN, held.id))
    paid = hall.do(settling(hall.do(starting(ANN, held.id)).payment, PaymentStatus.SUCCEEDED))
    assert paid.booking.status is BookingStatus.CONFIRMED
    assert not hall.do(releasing(ANN, other.id)).replayed


# ---------------------------------------------------------------- for other rules


def test_a_change_that_adds_nothing_is_within_every_limit() -> None:
    hall = limited(1)
    hall.lock(ANN, quantity=1, section="FLOOR")
    inventory = hall.read([locking(ANN, quantity=1)])
    for added in (0, -1):
        check_limits(inventory, ANN.user_id, added, hall.now)
    with pytest.raises(LimitExceeded) as caught:
        check_limits(inventory, ANN.user_id, 1, hall.now, field="add")
    assert caught.value.field == "add"


def test_who_was_not_read_is_asked_about_again() -> None:
    hall = limited(1)
    inventory = hall.read()
    (answer,) = decide_batch(inventory, [locking(ANN, quantity=1, section="FLOOR")], hall.now)
    assert isinstance(answer, NotRead) and not inventory.is_changed


@pytest.mark.parametrize("limit", [-1, 0, 30])
def test_a_limit_is_one_at_least_and_at_most_all_seats(limit: int) -> None:
    hall = Hall(capacity=20)
    before = hall.snapshot()
    with pytest.raises(InvalidInput) as caught:
        hall.do(updating(max_seats_per_buyer=limit))
    assert caught.value.field == "maxSeatsPerBuyer" and hall.snapshot() == before
    hall.do(updating(max_seats_per_buyer=29))


def test_the_history_tells_the_limit() -> None:
    hall = limited(4)
    hall.do(updating(max_seats_per_buyer=None))
    assert [entry.metadata for entry in hall.entries[1:]] == [
        {"max_seats_per_buyer": [None, 4]},
        {"max_seats_per_buyer": [4, None]},
    ]
    assert hall.do(updating(max_seats_per_buyer=None)).replayed
