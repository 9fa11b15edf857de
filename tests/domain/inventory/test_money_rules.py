"""docs/architecture.md, Behaviour, the rows with money: paying, settling, refunds. test_rules.py has the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    IdempotencyKey,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    RefundType,
    SeatLock,
    SeatLockStatus,
    entry_id,
)
from domain.errors import NotFound, RefundNotFailed
from domain.inventory.commands import Cancelled
from domain.inventory.payment_commands import PaymentSettled, PaymentStarted, RefundChanged, RefundSettled
from domain.inventory.rules.payments import LOOK_AGAIN_AFTER
from domain.money import Money
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    EVENT_ID,
    cancelling,
    closing,
    locking,
    marking,
    refunding,
    resending,
    settling,
    starting,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, TERMS, Hall

SUCCEEDED, FAILED, TIMED_OUT = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.TIMED_OUT


@pytest.fixture
def hall() -> Hall:
    return Hall()


def told(hall: Hall, since: int) -> list[tuple[str, str | None, str | None]]:
    """What the entries after the first `since` say: action, from, to."""
    return [(entry.action, entry.from_status, entry.to_status) for entry in hall.entries[since:]]


def status(hall: Hall, payment: Payment) -> tuple[BookingStatus, SeatLockStatus, PaymentStatus]:
    booking_id = payment.booking_id
    return (
        hall.get(Booking, booking_id).status,
        hall.get(SeatLock, booking_id).status,
        hall.get(Payment, payment.id).status,
    )


# ---------------------------------------------------------------- payBooking


def test_starting_records_an_attempt_and_moves_nothing(hall: Hall) -> None:
    booking = hall.book(ANN, quantity=2, section="FLOOR")
    hall.now += MS
    command = starting(ANN, booking.id, amount=Money(1_002, "INR"))
    payment = Payment.model_construct(
        id=command.payment_id,
        booking_id=booking.id,
        event_id=EVENT_ID,
        user_id=ANN.user_id,
        amount_minor=1_002,
        currency="INR",
        idempotency_key=command.key,
        key_id=command.key_id,
        request=command.request,
        provider="simulated",
        correlation_id="from ann",
        created_at=hall.now,
    )
    assert hall.do(command) == PaymentStarted(booking, payment, replayed=False)
    assert (hall.all(Payment), hall.all(Booking)) == ([payment], [booking])
    assert hall.counts["FLOOR"] == (2, 2, 0)
    assert hall.all(IdempotencyKey) == [], "its payment keeps it"
    assert hall.entries[-1] == AuditEntry.model_construct(
        id=entry_id(payment.id, AuditAction.PAYMENT_INITIATED),
        event_id=EVENT_ID,
        sequence=4,
        action=AuditAction.PAYMENT_INITIATED,
        actor_id=ANN.user_id,
        lock_id=booking.id,
        booking_id=booking.id,
        payment_id=payment.id,
        to_status=PaymentStatus.PENDING,
        words=command.key.split(),
        correlation_id="from ann",
        metadata={
            "amount_minor": 1_002,
            "currency": "INR",
            "provider": "simulated",
        },
        created_at=hall.now,
    )


def test_not_even_an_admin_pays_for_somebody_else(hall: Hall) -> None:
    booking = hall.book(ANN, "STALLS-A-1")
    with pytest.raises(NotFound):
        hall.do(starting(ADMIN, booking.id))


def test_a_success_confirms_the_booking(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1", "STALLS-A-2")
    booking = hall.get(Booking, payment.booking_id)
    hall.now = booking.payment_expires_at - MS
    settled = PaymentSettled(
        booking.evolve(status=BookingStatus.CONFIRMED, updated_at=hall.now),
        payment.evolve(status=SUCCEEDED, provider_reference=f"charge {payment.id}", settled_at=hall.now),
        refund=None,
        attempts_left=0,
    )
    assert hall.do(settling(payment, SUCCEEDED)) == settled
    assert (hall.all(Booking), hall.all(Payment)) == ([settled.booking], [settled.payment])
    assert hall.get(SeatLock, booking.id).status is SeatLockStatus.CONSUMED
    assert (hall.map["STALLS-A"], hall.counts["STALLS"]) == ("BBAA", (5, 0, 2))
    assert told(hall, 4) == [
        ("PAYMENT_SUCCEEDED", "PENDING", "SUCCEEDED"),
        ("BOOKING_CONFIRMED", "PAYMENT_PENDING", "CONFIRMED"),
    ]
    assert [entry.effect for entry in hall.entries[4:]] == [None, {"STALLS": [0, -2, 2]}]
    assert hall.entries[-1].seats == booking.seats


def test_the_last_failure_gives_the_seats_back() -> None:
    hall = Hall(terms=replace(TERMS, payment_attempts=1))
    payment = hall.start(ANN, "STALLS-A-1")
    hall.now += MS
    settled = hall.do(settling(payment, FAILED, reason=PaymentFailureReason.DECLINED))
    assert settled.refund is None
    assert settled.payment == payment.evolve(
        status=FAILED,
        may_hold_money=False,
        provider_reference=f"charge {payment.id}",
        failure_reason=PaymentFailureReason.DECLINED,
        settled_at=hall.now,
        look_again_at=hall.now + LOOK_AGAIN_AFTER,
    )
    assert status(hall, payment) == (BookingStatus.FAILED, SeatLockStatus.EXPIRED, FAILED)
    assert (hall.map["STALLS-A"], hall.counts["STALLS"]) == ("AAAA", (7, 0, 0))
    assert told(hall, 4) == [("PAYMENT_FAILED", "PENDING", "FAILED"), ("BOOKING_FAILED", "PAYMENT_PENDING", "FAILED")]
    assert hall.entries[-1].effect == {"STALLS": [1, -1, 0]}


def test_a_failure_that_took_the_money_gives_all_of_it_back(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.now += MS
    command = settling(payment, FAILED, money_taken=True, reason=PaymentFailureReason.FAILED)
    refund = Refund.model_construct(
        id=command.refund_id,
        payment_id=payment.id,
        booking_id=payment.booking_id,
        event_id=EVENT_ID,
        original_minor=2_000,
        amount_minor=2_000,
        currency="INR",
        percentage=100,
        type=RefundType.FULL,
        reason=RefundReason.PAYMENT_FAILED,
        correlation_id=command.correlation_id,
        created_at=hall.now,
    )
    settled = hall.do(command)
    assert (settled.refund, hall.all(Refund)) == (refund, [refund])
    assert settled.payment == hall.get(Payment, payment.id)
    assert not settled.payment.may_hold_money
    assert settled.booking.status is BookingStatus.FAILED
    assert told(hall, 6) == [("REFUND_INITIATED", None, "INITIATED")]
    assert hall.entries[-1].payment_id == payment.id


def test_a_time_out_changes_nothing_but_the_payment(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    settled = hall.do(settling(payment, TIMED_OUT))
    assert settled.payment.settled_at is None and settled.payment.may_hold_money
    assert status(hall, payment) == (BookingStatus.PAYMENT_PENDING, SeatLockStatus.ACTIVE, TIMED_OUT)
    assert hall.map["STALLS-A"] == "HAAA"
    assert told(hall, 4) == [("PAYMENT_TIMED_OUT", "PENDING", "TIMED_OUT")]

    hall.now = settled.booking.payment_expires_at
    hall.do(sweeping())
    assert status(hall, payment) == (BookingStatus.EXPIRED, SeatLockStatus.EXPIRED, TIMED_OUT)
    assert hall.map["STALLS-A"] == "AAAA"


@pytest.mark.parametrize(
    ("answer", "expected"), [(SUCCEEDED, BookingStatus.CONFIRMED), (FAILED, BookingStatus.PAYMENT_PENDING)]
)
def test_after_a_time_out_the_answer_decides(hall: Hall, answer: PaymentStatus, expected: BookingStatus) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, TIMED_OUT))
    assert hall.do(settling(payment, answer)).booking.status is expected
    assert told(hall, 5)[0] == (f"PAYMENT_{answer}", "TIMED_OUT", answer)


# ---------------------------------------------------------------- keys


def test_the_same_key_gives_the_same_payment_whatever_became_of_it(hall: Hall) -> None:
    booking = hall.book(ANN, "STALLS-A-1")
    payment = hall.do(starting(ANN, booking.id, key="k")).payment
    original = hall.entries[-1]
    assert hall.do(starting(ANN, booking.id, key="k")) == PaymentStarted(booking, payment, replayed=True)
    retry = hall.entries[-1]
    assert (retry.is_retry, retry.original_entry_id, retry.effect) == (True, original.id, None)

    settled = hall.fail(payment)
    hall.now += timedelta(hours=1)
    again = hall.do(starting(ANN, booking.id, key="k"))
    assert again == PaymentStarted(settled.booking, settled.payment, replayed=True)
    assert len(hall.all(Payment)) == 1


def test_of_many_payments_at_once_one_is_started(hall: Hall) -> None:
    booking = hall.book(ANN, "STALLS-A-1")
    same = [starting(ANN, booking.id, key="k") for _ in range(3)]
    others = [starting(ANN, booking.id) for _ in range(3)]
    answers = hall.decide(*same, *others)
    assert [getattr(answer, "replayed", type(answer).__name__) for answer in answers] == [
        *(False, True, True),
        *["BookingNotPayable"] * 3,
    ]
    assert [payment.id for payment in hall.all(Payment)] == [same[0].payment_id]


def test_a_payment_key_is_forgotten_after_its_time() -> None:
    hall = Hall(terms=replace(TERMS, payment_ttl=timedelta(days=2)))
    booking = hall.book(ANN, "STALLS-A-1")
    hall.do(starting(ANN, booking.id, key="k"))
    hall.now = OPENING + TERMS.key_ttl - MS
    assert hall.do(starting(ANN, booking.id, key="k")).replayed
    hall.now += MS
    other = hall.book(ANN, "STALLS-A-2")
    assert not hall.do(starting(ANN, other.id, key="k")).replayed


def test_a_payment_decided_again_after_its_own_commit_is_no_replay(hall: Hall) -> None:
    command = starting(ANN, hall.book(ANN, "STALLS-A-1").id)
    started = hall.do(command)
    before = hall.snapshot()
    assert hall.do(command) == started
    assert hall.snapshot() == before


def test_a_cancellation_decided_again_after_its_own_commit_is_no_replay(hall: Hall) -> None:
    """Otherwise nobody would send the refund: whoever gets a replay leaves that to the first."""
    command = cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)
    cancelled = hall.do(command)
    before = hall.snapshot()
    assert hall.do(command) == cancelled
    assert hall.snapshot() == before


# ---------------------------------------------------------------- repeated and contradictory settlements


@pytest.mark.parametrize("answer", [SUCCEEDED, FAILED, TIMED_OUT])
@pytest.mark.parametrize("money_taken", [False, True])
def test_a_settlement_told_twice_is_settled_once(hall: Hall, answer: PaymentStatus, money_taken: bool) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    command = settling(payment, answer, money_taken=money_taken)
    settled = hall.do(command)
    before = hall.snapshot()
    hall.now += timedelta(seconds=1)
    assert hall.do(command) == settled
    assert hall.do(settling(payment, answer, money_taken=money_taken)) == settled
    assert hall.do(settling(payment, TIMED_OUT)) == settled
    assert hall.snapshot() == before


def test_a_failure_after_a_success_is_not_heard(hall: Hall) -> None:
    payment = hall.pay(ANN, "STALLS-A-1")
    before = hall.snapshot()
    settled = hall.do(settling(payment, FAILED, money_taken=True))
    assert (settled.booking.status, settled.payment, settled.refund) == (BookingStatus.CONFIRMED, payment, None)
    assert hall.snapshot() == before


def test_a_success_after_a_refund_is_not_heard(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    refunded = hall.do(settling(payment, FAILED, money_taken=True))
    before = hall.snapshot()
    assert hall.do(settling(payment, SUCCEEDED)) == refunded
    assert hall.snapshot() == before


def test_money_that_was_taken_after_all_by_a_failure_is_given_back(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.fail(payment)
    settled = hall.do(settling(payment, FAILED, money_taken=True))
    assert settled.refund is not None
    assert (settled.refund.type, settled.refund.reason) == (RefundType.FULL, RefundReason.PAYMENT_FAILED)
    assert status(hall, payment) == (BookingStatus.FAILED, SeatLockStatus.EXPIRED, FAILED)
    before = hall.snapshot()
    assert hall.do(settling(payment, FAILED, money_taken=True)) == settled
    assert hall.snapshot() == before


# ---------------------------------------------------------------- late settlement

Ending = Callable[[Hall, Payment], None]


def expired(hall: Hall, payment: Payment) -> None:
    hall.now = hall.get(Booking, payment.booking_id).payment_expires_at


def failed(hall: Hall, payment: Payment) -> None:
    hall.fail(payment)


def cancelled(hall: Hall, payment: Payment) -> None:
    hall.do(cancelling(ANN, payment.booking_id))


BY_ITSELF = [
    (expired, (BookingStatus.EXPIRED, SeatLockStatus.EXPIRED)),
    (failed, (BookingStatus.FAILED, SeatLockStatus.EXPIRED)),
]
ends_by_itself = pytest.mark.parametrize(("end", "ended"), BY_ITSELF)
ends = pytest.mark.parametrize(
    ("end", "ended"), [*BY_ITSELF, (cancelled, (BookingStatus.CANCELLED, SeatLockStatus.RELEASED))]
)


@ends_by_itself
def test_late_money_buys_the_same_seats_if_they_are_free(
    hall: Hall, end: Ending, ended: tuple[BookingStatus, SeatLockStatus]
) -> None:
    payment = hall.start(ANN, "STALLS-A-1", "STALLS-B-3")
    end(hall, payment)
    hall.do(sweeping())
    assert status(hall, payment)[:2] == ended
    assert hall.counts["STALLS"] == (7, 0, 0)
    hall.now += timedelta(seconds=1)
    settled = hall.do(settling(payment, SUCCEEDED))
    assert (settled.refund, hall.all(Refund)) == (None, [])
    assert status(hall, payment) == (BookingStatus.CONFIRMED, SeatLockStatus.CONSUMED, SUCCEEDED)
    assert hall.get(Payment, payment.id).may_hold_money
    assert hall.map == {"STALLS-A": "BAAA", "STALLS-B": "AAB", "BALCONY-A": "AA"}
    assert told(hall, -1) == [("BOOKING_CONFIRMED", ended[0], "CONFIRMED")]
    assert hall.entries[-1].effect == {"STALLS": [-2, 0, 2]}


@ends
def test_late_money_goes_back_in_full_if_one_of_the_seats_is_gone(
    hall: Hall, end: Ending, ended: tuple[BookingStatus, SeatLockStatus]
) -> None:
    payment = hall.start(ANN, "STALLS-A-1", "STALLS-B-3")
    end(hall, payment)
    hall.do(locking(BOB, "STALLS-B-3"))
    before = hall.map
    hall.now += timedelta(seconds=1)
    command = settling(payment, SUCCEEDED)
    settled = hall.do(command)
    assert settled.refund == Refund.model_construct(
        id=command.refund_id,
        payment_id=payment.id,
        booking_id=payment.booking_id,
        event_id=EVENT_ID,
        original_minor=4_000,
        amount_minor=4_000,
        currency="INR",
        percentage=100,
        type=RefundType.FULL,
        reason=RefundReason.LATE_PAYMENT,
        correlation_id=command.correlation_id,
        created_at=hall.now,
    )
    assert settled.payment == hall.get(Payment, payment.id)
    assert not settled.payment.may_hold_money
    assert status(hall, payment) == (*ended, SUCCEEDED)
    assert hall.map == before
    assert told(hall, -1) == [("REFUND_INITIATED", None, "INITIATED")]


@ends_by_itself
@pytest.mark.parametrize(("others", "bought"), [(2, True), (3, False)])
def test_late_money_buys_as_many_of_a_general_section(
    hall: Hall, end: Ending, ended: tuple[BookingStatus, SeatLockStatus], others: int, bought: bool
) -> None:
    payment = hall.start(ANN, quantity=2, section="FLOOR")
    end(hall, payment)
    hall.do(locking(BOB, quantity=others, section="FLOOR"))
    settled = hall.do(settling(payment, SUCCEEDED))
    assert settled.booking.status is (BookingStatus.CONFIRMED if bought else ended[0])
    assert (settled.refund is None) is bought
    assert hall.counts["FLOOR"] == ((0, 2, 2) if bought else (1, 3, 0))


def test_money_a_millisecond_late_finds_its_own_seats_free(hall: Hall) -> None:
    payment = hall.start(ANN, quantity=4, section="FLOOR")
    expired(hall, payment)
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CONFIRMED
    assert told(hall, 4) == [
        ("BOOKING_EXPIRED", "PAYMENT_PENDING", "EXPIRED"),
        ("PAYMENT_SUCCEEDED", "PENDING", "SUCCEEDED"),
        ("BOOKING_CONFIRMED", "EXPIRED", "CONFIRMED"),
    ]


def test_late_money_finds_seats_of_a_dead_lock_free(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    failed(hall, payment)
    hall.now = hall.lock(BOB, "STALLS-A-1").expires_at
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CONFIRMED


def test_of_two_late_payments_for_the_same_seats_one_buys_them(hall: Hall) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    failed(hall, first)
    second = hall.start(BOB, "STALLS-A-1")
    expired(hall, second)
    lost, won = hall.decide(settling(second, SUCCEEDED), settling(first, SUCCEEDED))[::-1]
    assert (won.booking.status, won.refund) == (BookingStatus.CONFIRMED, None)
    assert (lost.booking.status, lost.refund.reason) == (BookingStatus.FAILED, RefundReason.LATE_PAYMENT)


@pytest.mark.parametrize("after", [timedelta(0), MS, timedelta(days=1)])
def test_money_that_comes_after_a_cancellation_goes_back_and_undoes_nothing(hall: Hall, after: timedelta) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    first = hall.do(cancelling(ANN, payment.booking_id))
    hall.now += after
    settled = hall.do(settling(payment, SUCCEEDED))
    assert settled.refund is not None
    assert (settled.refund.percentage, settled.refund.reason) == (100, RefundReason.LATE_PAYMENT)
    assert status(hall, payment) == (BookingStatus.CANCELLED, SeatLockStatus.RELEASED, SUCCEEDED)
    assert hall.map["STALLS-A"] == "AAAA"
    assert hall.do(cancelling(ANN, payment.booking_id)) == replace(first, replayed=True)
    assert hall.all(Refund) == [settled.refund]


def test_paid_and_cancelled_in_one_batch_in_either_order(hall: Hall) -> None:
    first = hall.start(ANN, "STALLS-A-1")
    cancelled_first, paid_late = hall.decide(cancelling(ANN, first.booking_id), settling(first, SUCCEEDED))
    assert (cancelled_first.refund, paid_late.refund.reason) == (None, RefundReason.LATE_PAYMENT)
    second = hall.start(ANN, "STALLS-A-1")
    paid, cancelled_then = hall.decide(settling(second, SUCCEEDED), cancelling(ANN, second.booking_id))
    assert (paid.refund, cancelled_then.refund.reason) == (None, RefundReason.CANCELLATION)
    assert [booking.status for booking in hall.all(Booking)] == [BookingStatus.CANCELLED] * 2


def begun(hall: Hall) -> None:
    hall.now = hall.event.starts_at


def closed(hall: Hall) -> None:
    hall.do(closing())


def over(hall: Hall) -> None:
    hall.do(updating(sales_end_at=hall.now))


def not_yet(hall: Hall) -> None:
    hall.do(updating(sales_start_at=hall.now + MS))


@ends_by_itself
@pytest.mark.parametrize("stop", [begun, closed, over, not_yet])
@pytest.mark.parametrize("wanted", [(["STALLS-A-1"], {}), ([], {"quantity": 2, "section": "FLOOR"})])
def test_late_money_buys_nothing_that_is_not_on_sale(
    hall: Hall,
    end: Ending,
    ended: tuple[BookingStatus, SeatLockStatus],
    stop: Callable[[Hall], None],
    wanted: tuple[list[str], dict[str, Any]],
) -> None:
    seats, otherwise = wanted
    payment = hall.start(ANN, *seats, **otherwise)
    end(hall, payment)
    stop(hall)
    settled = hall.do(settling(payment, SUCCEEDED))
    assert status(hall, payment) == (*ended, SUCCEEDED)
    assert settled.refund is not None
    assert (settled.refund.percentage, settled.refund.reason) == (100, RefundReason.LATE_PAYMENT)
    assert (hall.event.held, hall.event.booked) == (0, 0)


@ends_by_itself
def test_late_money_buys_until_the_millisecond_before_the_start(
    hall: Hall, end: Ending, ended: tuple[BookingStatus, SeatLockStatus]
) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    end(hall, payment)
    hall.now = hall.event.starts_at - MS
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CONFIRMED


@pytest.mark.parametrize("stop", [begun, closed, over, not_yet])
def test_money_in_time_buys_what_is_held_although_the_event_is_not_on_sale_any_more(
    hall: Hall, stop: Callable[[Hall], None]
) -> None:
    hall.now = hall.event.starts_at - timedelta(minutes=1)
    payment = hall.start(ANN, "STALLS-A-1")
    stop(hall)
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CONFIRMED


@ends
@pytest.mark.parametrize("money_taken", [False, True])
def test_a_late_failure_only_gives_money_back(
    hall: Hall, end: Ending, ended: tuple[BookingStatus, SeatLockStatus], money_taken: bool
) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    end(hall, payment)
    settled = hall.do(settling(payment, FAILED, money_taken=money_taken))
    assert status(hall, payment) == (*ended, FAILED)
    assert not settled.payment.may_hold_money
    assert [refund.reason for refund in hall.all(Refund)] == [RefundReason.PAYMENT_FAILED] * money_taken
    assert hall.map["STALLS-A"] == "AAAA"


def test_a_late_time_out_is_only_noted(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    expired(hall, payment)
    hall.do(settling(payment, TIMED_OUT))
    assert status(hall, payment) == (BookingStatus.EXPIRED, SeatLockStatus.EXPIRED, TIMED_OUT)
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CONFIRMED


# ---------------------------------------------------------------- cancelling what is paid, refunds


def test_cancelling_a_paid_booking_gives_half_the_money_and_the_seats_back(hall: Hall) -> None:
    payment = hall.pay(ANN, "STALLS-A-1", "STALLS-A-2")
    booking = hall.get(Booking, payment.booking_id)
    hall.now = hall.event.starts_at - MS
    command = cancelling(ANN, booking.id, reason="ill")
    refund = Refund.model_construct(
        id=command.refund_id,
        payment_id=payment.id,
        booking_id=booking.id,
        event_id=EVENT_ID,
        original_minor=4_000,
        amount_minor=2_000,
        currency="INR",
        percentage=50,
        type=RefundType.PARTIAL,
        reason=RefundReason.CANCELLATION,
        note="ill",
        correlation_id=command.correlation_id,
        created_at=hall.now,
    )
    gone = booking.evolve(status=BookingStatus.CANCELLED, cancel_reason="ill", updated_at=hall.now)
    assert hall.do(command) == Cancelled(gone, refund, replayed=False)
    assert (hall.all(Booking), hall.all(Refund), hall.all(Payment)) == ([gone], [refund], [payment])
    assert hall.get(SeatLock, booking.id).status is SeatLockStatus.RELEASED
    assert (hall.map["STALLS-A"], hall.counts["STALLS"]) == ("AAAA", (7, 0, 0))
    assert told(hall, 6) == [("BOOKING_CANCELLED", "CONFIRMED", "CANCELLED"), ("REFUND_INITIATED", None, "INITIATED")]
    assert hall.entries[6].effect == {"STALLS": [2, 0, -2]}

    hall.now += timedelta(days=1)
    assert hall.do(cancelling(ADMIN, booking.id)) == Cancelled(gone, refund, replayed=True)
    assert (hall.entries[-1].is_retry, hall.entries[-1].original_entry_id) == (True, hall.entries[6].id)
    assert hall.do(settling(payment, SUCCEEDED)).booking.status is BookingStatus.CANCELLED


@pytest.mark.parametrize(
    ("total", "percentage", "refunded"),
    [
        *[(1, 50, 1), (3, 50, 2), (501, 50, 251), (999, 50, 500), (1000, 50, 500)],
        *[(1, 49, 0), (10, 5, 1), (10, 4, 0), (99, 33, 33), (10**15 - 1, 99, 99 * 10**13 - 1), (0, 50, 0)],
        *[(501, 1, 5), (501, 99, 496), (501, 100, 501)],
    ],
)
def test_a_percentage_rounds_half_up(total: int, percentage: int, refunded: int) -> None:
    hall = Hall(rows={}, prices={"FLOOR": total}, terms=replace(TERMS, cancellation_refund_percent=percentage))
    refund = hall.do(cancelling(ANN, hall.pay(ANN, quantity=1).booking_id)).refund
    if refunded == 0:
        assert refund is None
        return
    assert refund is not None
    assert (refund.original_minor, refund.amount_minor) == (total, refunded)
    assert refund.type is (RefundType.FULL if percentage == 100 else RefundType.PARTIAL)


def test_a_full_refund_leaves_no_money_with_us() -> None:
    hall = Hall(terms=replace(TERMS, cancellation_refund_percent=100))
    payment = hall.pay(ANN, "STALLS-A-1")
    hall.do(cancelling(ANN, payment.booking_id))
    assert not hall.get(Payment, payment.id).may_hold_money


def test_no_refund_where_the_percentage_is_none() -> None:
    hall = Hall(terms=replace(TERMS, cancellation_refund_percent=0))
    booking_id = hall.pay(ANN, "STALLS-A-1").booking_id
    assert hall.do(cancelling(ANN, booking_id)).refund is None
    original = hall.entries[-1]
    again = hall.do(cancelling(ANN, booking_id))
    assert (again.replayed, again.refund) == (True, None)
    assert hall.entries[-1].original_entry_id == original.id
    assert hall.all(Refund) == []


def test_repeating_a_cancellation_after_a_late_refund_answers_with_the_first_result(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    first = hall.do(cancelling(ANN, payment.booking_id))
    original = hall.entries[-1]
    hall.lock(BOB, "STALLS-A-1")
    assert hall.do(settling(payment, SUCCEEDED)).refund is not None
    assert hall.do(cancelling(ANN, payment.booking_id)) == replace(first, replayed=True)
    assert hall.entries[-1].original_entry_id == original.id


def test_a_refund_is_processed_once(hall: Hall) -> None:
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    hall.now += timedelta(seconds=1)
    processed = refund.evolve(
        status=RefundStatus.PROCESSED, provider_reference=f"refund {refund.id}", completed_at=hall.now, changes=1
    )
    assert hall.do(refunding(refund)) == RefundSettled(processed)
    assert hall.all(Refund) == [processed]
    assert told(hall, -1) == [("REFUND_PROCESSED", "INITIATED", "PROCESSED")]
    before = hall.snapshot()
    hall.now += timedelta(seconds=1)
    assert hall.do(refunding(refund)) == RefundSettled(processed)
    assert hall.snapshot() == before


def failed_refund(hall: Hall) -> Refund:
    """One that was PROCESSED, and then failed."""
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    processed = hall.do(refunding(refund)).refund
    return hall.do(refunding(processed, RefundStatus.FAILED)).refund


def test_only_an_answer_to_a_question_of_after_the_last_change_is_believed(hall: Hall) -> None:
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    processed = hall.do(refunding(refund)).refund
    before = hall.snapshot()
    assert hall.do(refunding(refund, RefundStatus.FAILED)).refund == processed
    assert hall.snapshot() == before
    failed = hall.do(refunding(processed, RefundStatus.FAILED)).refund
    assert (failed.status, failed.completed_at) == (RefundStatus.FAILED, None)
    assert hall.do(refunding(refund)).refund == hall.do(refunding(processed)).refund == failed
    # Back and forth: each change has an entry of its own.
    refund = failed
    for status in (RefundStatus.PROCESSED, RefundStatus.FAILED) * 3:
        refund = hall.do(refunding(refund, status)).refund
        assert refund.status is status
    assert len({entry.id for entry in hall.entries}) == len(hall.entries)


def test_sending_it_once_more_begins_anew(hall: Hall) -> None:
    failed = failed_refund(hall).evolve()
    hall.now += timedelta(days=5)
    resent = hall.do(resending(failed))
    assert resent == RefundChanged(
        failed.evolve(
            status=RefundStatus.INITIATED,
            round=1,
            changes=failed.changes + 1,
            resent_at=hall.now,
            provider_reference=None,
        ),
        replayed=False,
    )
    assert told(hall, -1) == [("REFUND_RESENT", "FAILED", "INITIATED")]
    original = hall.entries[-1]
    assert original.metadata == {"amount_minor": 1_000, "currency": "INR", "note": "the bank is back"}
    assert hall.do(resending(failed, note="again")) == replace(resent, replayed=True)
    assert (hall.entries[-1].is_retry, hall.entries[-1].original_entry_id) == (True, original.id)
    # An answer to what was sent before is not one to this.
    assert hall.do(refunding(failed)).refund == resent.refund
    with pytest.raises(RefundNotFailed):
        hall.do(marking(failed))
    processed = hall.do(refunding(resent.refund)).refund
    assert hall.do(resending(failed)) == RefundChanged(processed, replayed=True)


def test_given_back_by_hand_is_for_good(hall: Hall) -> None:
    failed = failed_refund(hall)
    hall.now += timedelta(days=5)
    marked = hall.do(marking(failed, reference="transfer 7"))
    assert marked == RefundChanged(
        failed.evolve(
            status=RefundStatus.PROCESSED,
            changes=failed.changes + 1,
            by_hand=True,
            provider_reference="transfer 7",
            completed_at=hall.now,
        ),
        replayed=False,
    )
    original = hall.entries[-1]
    assert hall.do(marking(failed)) == replace(marked, replayed=True)
    assert (hall.entries[-1].is_retry, hall.entries[-1].original_entry_id) == (True, original.id)
    for status in (RefundStatus.PROCESSED, RefundStatus.FAILED):
        assert hall.do(refunding(marked.refund, status)).refund == marked.refund
    with pytest.raises(RefundNotFailed):
        hall.do(resending(failed))


def test_what_did_not_fail_is_neither_sent_again_nor_given_back_by_hand(hall: Hall) -> None:
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    before = hall.snapshot()
    for command in (resending(refund), marking(refund)):
        with pytest.raises(RefundNotFailed):
            hall.do(command)
    assert hall.snapshot() == before
    processed = hall.do(refunding(refund)).refund
    for command in (resending(refund), marking(refund)):
        with pytest.raises(RefundNotFailed) as refused:
            hall.do(command)
        assert refused.value.refund == processed
