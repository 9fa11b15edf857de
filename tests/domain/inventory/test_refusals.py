"""What docs/architecture.md, Behaviour, does not allow is refused, with the data that says why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.documents import Booking, BookingStatus, PaymentStatus, SalesClosedReason, SeatLockStatus, new_id
from domain.errors import (
    AmountMismatch,
    BookingExpired,
    BookingNotCancellable,
    BookingNotPayable,
    IdempotencyKeyReused,
    InvalidInput,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotEnoughSeats,
    NotFound,
    Refusal,
    SalesClosed,
    SeatsUnavailable,
)
from domain.inventory.commands import Command
from domain.money import Money
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    cancelling,
    confirming,
    locking,
    refunding,
    releasing,
    settling,
    starting,
    sweeping,
)
from tests.support.halls import Hall

Asked = tuple[Command[Any], Refusal]
Case = Callable[[Hall], Asked]
REFUSALS: list[Case] = []


def refusal(case: Case) -> Case:
    """Registers a way to ask for what cannot be: it returns the command, and the refusal with all its data."""
    REFUSALS.append(case)
    return case


@refusal
def more_than_available(hall: Hall) -> Asked:
    hall.lock(BOB, quantity=3, section="FLOOR")
    return locking(ANN, quantity=2, section="FLOOR"), NotEnoughSeats("", available_seats=1)


@refusal
def more_numbered_than_available(hall: Hall) -> Asked:
    hall.pay(BOB, "STALLS-A-1")
    return locking(ANN, quantity=7, section="STALLS"), NotEnoughSeats("", available_seats=6)


@refusal
def named_seats_taken(hall: Hall) -> Asked:
    hall.lock(ANN, "STALLS-A-1")
    hall.pay(BOB, "STALLS-B-2")
    asked = locking(ANN, "STALLS-A-2", "STALLS-B-2", "STALLS-A-1", "BALCONY-A-1")
    return asked, SeatsUnavailable("", seats=["STALLS-B-2", "STALLS-A-1"])


@refusal
def no_section_of_several(hall: Hall) -> Asked:
    return locking(ANN, quantity=1), InvalidInput("selection.quantity.section", "")


@refusal
def no_such_section(hall: Hall) -> Asked:
    return locking(ANN, quantity=1, section="floor"), InvalidInput("selection.quantity.section", "")


@refusal
def sales_closed(hall: Hall) -> Asked:
    hall.now = hall.event.starts_at
    return locking(ANN, quantity=1, section="FLOOR"), SalesClosed("", SalesClosedReason.EVENT_STARTED)


@refusal
def key_used_for_another_request(hall: Hall) -> Asked:
    hall.do(locking(ANN, quantity=1, section="FLOOR", key="k"))
    return locking(ANN, quantity=2, section="FLOOR", key="k"), IdempotencyKeyReused("")


@refusal
def releasing_no_lock(hall: Hall) -> Asked:
    return releasing(ADMIN, new_id()), NotFound("")


@refusal
def releasing_anothers_lock(hall: Hall) -> Asked:
    return releasing(BOB, hall.lock(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def releasing_a_dead_lock(hall: Hall) -> Asked:
    lock = hall.lock(ANN, "STALLS-A-1")
    hall.now = lock.expires_at
    return releasing(ANN, lock.id), LockExpired("", lock.expires_at)


@refusal
def releasing_a_booked_lock(hall: Hall) -> Asked:
    booking = hall.book(ANN, "STALLS-A-1")
    return releasing(ANN, booking.id), LockAlreadyUsed("", booking)


@refusal
def releasing_a_paid_lock(hall: Hall) -> Asked:
    booking_id = hall.pay(ANN, "STALLS-A-1").booking_id
    return releasing(ANN, booking_id), LockAlreadyUsed("", hall.get(Booking, booking_id))


@refusal
def releasing_a_cancelled_bookings_lock(hall: Hall) -> Asked:
    booking = hall.do(cancelling(ANN, hall.book(ANN, "STALLS-A-1").id)).booking
    return releasing(ANN, booking.id), LockAlreadyUsed("", booking)


@refusal
def confirming_no_lock(hall: Hall) -> Asked:
    return confirming(ADMIN, new_id()), NotFound("")


@refusal
def confirming_anothers_lock(hall: Hall) -> Asked:
    return confirming(BOB, hall.lock(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def confirming_a_dead_lock(hall: Hall) -> Asked:
    lock = hall.lock(ANN, "STALLS-A-1")
    hall.now = lock.expires_at
    return confirming(ANN, lock.id), LockExpired("", lock.expires_at)


@refusal
def confirming_an_expired_bookings_lock(hall: Hall) -> Asked:
    booking = hall.book(ANN, "STALLS-A-1")
    hall.now = booking.payment_expires_at
    return confirming(ANN, booking.id), LockExpired("", booking.payment_expires_at)


@refusal
def confirming_a_released_lock(hall: Hall) -> Asked:
    lock = hall.do(releasing(ANN, hall.lock(ANN, "STALLS-A-1").id)).lock
    return confirming(ANN, lock.id), LockNotActive("", SeatLockStatus.RELEASED)


@refusal
def confirming_a_cancelled_bookings_lock(hall: Hall) -> Asked:
    booking = hall.do(cancelling(ANN, hall.book(ANN, "STALLS-A-1").id)).booking
    return confirming(ANN, booking.id), LockNotActive("", SeatLockStatus.RELEASED)


@refusal
def confirming_a_paid_lock(hall: Hall) -> Asked:
    booking_id = hall.pay(ANN, "STALLS-A-1").booking_id
    return confirming(ANN, booking_id), LockAlreadyUsed("", hall.get(Booking, booking_id))


@refusal
def cancelling_no_booking(hall: Hall) -> Asked:
    return cancelling(ADMIN, hall.lock(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def cancelling_anothers_booking(hall: Hall) -> Asked:
    return cancelling(BOB, hall.book(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def cancelling_a_dead_booking(hall: Hall) -> Asked:
    booking = hall.book(ANN, "STALLS-A-1")
    hall.now = booking.payment_expires_at
    expired = booking.evolve(status=BookingStatus.EXPIRED, updated_at=hall.now)
    return cancelling(ANN, booking.id), BookingExpired("", expired)


@refusal
def cancelling_a_failed_booking(hall: Hall) -> Asked:
    failed = hall.fail(hall.start(ANN, "STALLS-A-1")).booking
    return cancelling(ANN, failed.id), BookingNotCancellable("", failed)


@refusal
def cancelling_when_the_event_has_started(hall: Hall) -> Asked:
    booking_id = hall.pay(ANN, "STALLS-A-1").booking_id
    hall.now = hall.event.starts_at
    return cancelling(ANN, booking_id), BookingNotCancellable("", hall.get(Booking, booking_id))


@refusal
def paying_no_booking(hall: Hall) -> Asked:
    return starting(ADMIN, hall.lock(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def paying_anothers_booking(hall: Hall) -> Asked:
    return starting(BOB, hall.book(ANN, "STALLS-A-1").id), NotFound("")


@refusal
def paying_a_dead_booking(hall: Hall) -> Asked:
    booking = hall.book(ANN, "STALLS-A-1")
    hall.now = booking.payment_expires_at
    expired = booking.evolve(status=BookingStatus.EXPIRED, updated_at=hall.now)
    return starting(ANN, booking.id), BookingExpired("", expired)


@refusal
def paying_a_failed_booking(hall: Hall) -> Asked:
    failed = hall.fail(hall.start(ANN, "STALLS-A-1")).booking
    return starting(ANN, failed.id), BookingNotPayable("", failed)


@refusal
def paying_a_paid_booking(hall: Hall) -> Asked:
    booking_id = hall.pay(ANN, "STALLS-A-1").booking_id
    return starting(ANN, booking_id), BookingNotPayable("", hall.get(Booking, booking_id))


@refusal
def paying_a_cancelled_booking(hall: Hall) -> Asked:
    booking = hall.do(cancelling(ANN, hall.book(ANN, "STALLS-A-1").id)).booking
    return starting(ANN, booking.id), BookingNotPayable("", booking)


@refusal
def paying_while_an_earlier_payment_is_open(hall: Hall) -> Asked:
    booking_id = hall.start(ANN, "STALLS-A-1").booking_id
    return starting(ANN, booking_id), BookingNotPayable("", hall.get(Booking, booking_id))


@refusal
def paying_after_an_earlier_payment_timed_out(hall: Hall) -> Asked:
    """Its answer may still be yes: another charge could take the money twice."""
    booking = hall.do(settling(hall.start(ANN, "STALLS-A-1"), PaymentStatus.TIMED_OUT)).booking
    return starting(ANN, booking.id), BookingNotPayable("", booking)


@refusal
def paying_another_amount(hall: Hall) -> Asked:
    booking = hall.book(ANN, quantity=2, section="FLOOR")
    return starting(ANN, booking.id, amount=Money(1_001, "INR")), AmountMismatch("", Money(1_002, "INR"))


@refusal
def paying_in_another_currency(hall: Hall) -> Asked:
    booking = hall.book(ANN, quantity=2, section="FLOOR")
    return starting(ANN, booking.id, amount=Money(1_002, "USD")), AmountMismatch("", Money(1_002, "INR"))


@refusal
def paying_with_a_key_used_for_another_request(hall: Hall) -> Asked:
    hall.do(starting(ANN, hall.book(ANN, "STALLS-A-1").id, key="k"))
    return starting(ANN, hall.book(ANN, "STALLS-A-2").id, key="k"), IdempotencyKeyReused("")


@refusal
def settling_no_payment(hall: Hall) -> Asked:
    payment = hall.start(ANN, "STALLS-A-1")
    return settling(payment.evolve(id=new_id()), PaymentStatus.SUCCEEDED), NotFound("")


@refusal
def settling_no_refund(hall: Hall) -> Asked:
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    return refunding(refund.evolve(id=new_id())), NotFound("")


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.__name__)
def test_refused(case: Case) -> None:
    hall = Hall()
    command, expected = case(hall)
    answer = _refused(hall, command)
    assert type(answer) is type(expected)
    assert vars(answer) == vars(expected) | {"message": answer.message}


@pytest.mark.parametrize(
    "label",
    [
        *("STALLS-A-0", "STALLS-A-5", "STALLS-A-01", "STALLS-A--1", "STALLS-A-+1", "STALLS-A- 1", "STALLS-A-1.0"),
        *("STALLS-A-²", "STALLS-A-١", "STALLS-A-", "STALLS-A", "STALLS-C-1", "stalls-a-1", "FLOOR-1", "-", ""),
        "STALLS-A-" + "9" * 5_000,
    ],
)
def test_no_seat_of_that_label(label: str) -> None:
    hall = Hall()
    answer = _refused(hall, locking(ANN, "STALLS-A-1", label))
    assert isinstance(answer, InvalidInput) and answer.field == "selection.seats.1"


def _refused(hall: Hall, command: Command[Any]) -> Refusal:
    """The refusal a command meets, having made sure that it leaves everything as it was."""
    hall.do(sweeping())
    before = hall.snapshot()
    (answer,) = hall.decide(command)
    assert isinstance(answer, Refusal)
    assert hall.snapshot() == before
    return answer
