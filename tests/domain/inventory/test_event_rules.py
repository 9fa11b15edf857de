"""Changing, closing and cancelling an event, as rules: what buyers have stays theirs, or all their money comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.contradiction import Contradiction
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    CancellationPolicy,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    SeatLock,
    SeatLockStatus,
)
from domain.errors import (
    BookingNotPayable,
    EventCancelled,
    InvalidInput,
    NotFound,
    Refusal,
    SalesClosed,
)
from domain.inventory.again import MoreDue
from domain.inventory.commands import Command
from domain.inventory.event_commands import EventChanged, SectionChange
from domain.money import Money
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    EVENT_ID,
    calling_off,
    cancelling,
    closing,
    confirming,
    ending,
    finishing,
    locking,
    making_again,
    opening,
    refunding,
    releasing,
    resizing,
    settling,
    starting,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, Hall

EURO = Money(100, "EUR")
DONE, AGAIN = EventChanged(replayed=False), EventChanged(replayed=True)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def prices(hall: Hall) -> dict[str, int]:
    return {section.name: section.price_minor for section in hall.event.sections}


def refused(hall: Hall, command: Command[Any]) -> Refusal:
    """The refusal, which has changed nothing."""
    before = hall.snapshot()
    with pytest.raises(Refusal) as refusal:
        hall.do(command)
    assert hall.snapshot() == before
    return refusal.value


# ---------------------------------------------------------------- updateEvent


def test_everything_about_an_event_can_change_at_once(hall: Hall) -> None:
    policy = CancellationPolicy.model_construct(full_until=OPENING + timedelta(days=40), percentage=10)
    command = updating(
        name="Gala",
        description="In two parts",
        starts_at=OPENING + timedelta(days=60),
        price=Money(1100, "INR"),
        sections=(SectionChange("sections.0", "FLOOR", Money(600, "INR"), 9),),
        cancellation=policy,
    )
    assert hall.do(command) == DONE
    event = hall.event
    assert (event.name, event.name_prefixes, event.description) == ("Gala", ["g", "ga", "gal", "gala"], "In two parts")
    assert (event.starts_at, event.price_minor) == (OPENING + timedelta(days=60), 1100)
    assert event.cancellation == policy
    assert hall.counts["FLOOR"] == (9, 0, 0)
    assert prices(hall) == {"FLOOR": 600, "STALLS": 2_000, "BALCONY": 999}
    entry = hall.entries[-1]
    assert entry == AuditEntry.model_construct(
        id=entry.id,
        event_id=EVENT_ID,
        sequence=2,
        action=AuditAction.EVENT_UPDATED,
        actor_id=ADMIN.user_id,
        effect={"FLOOR": [5, 0, 0]},
        correlation_id="from the admin",
        metadata={
            "name": ["Concert", "Gala"],
            "description": [None, "In two parts"],
            "starts_at": ["2030-01-31T12:00:00.000+00:00", "2030-03-02T12:00:00.000+00:00"],
            "price_minor": [1000, 1100],
            "cancellation": [None, {"full_until": "2030-02-10T12:00:00.000+00:00", "percentage": 10}],
            "sections": {"FLOOR": {"total": [4, 9], "price_minor": [501, 600]}},
        },
        created_at=OPENING,
    )


def test_what_is_so_already_changes_nothing(hall: Hall) -> None:
    policy = CancellationPolicy.model_construct(full_until=OPENING + timedelta(days=2), percentage=10)
    command = updating(name="Gala", cancellation=policy, sections=(SectionChange("", "FLOOR", None, 5),))
    hall.do(command)
    before = hall.snapshot()
    assert hall.do(command) == AGAIN
    assert hall.do(updating()) == AGAIN
    assert hall.snapshot() == before


def test_null_takes_the_description_and_the_policy_away(hall: Hall) -> None:
    policy = CancellationPolicy.model_construct(full_until=None, percentage=10)
    hall.do(updating(description="More", cancellation=policy))
    hall.do(updating(description=None, cancellation=None))
    assert (hall.event.description, hall.event.cancellation) == (None, None)


def test_a_section_shrinks_to_what_is_held_or_booked_and_no_further(hall: Hall) -> None:
    hall.lock(ANN, quantity=1, section="FLOOR")
    hall.pay(BOB, quantity=1, section="FLOOR")
    refusal = refused(hall, resizing(1))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "sections.0.capacity"
    assert refusal.message == "Must be at least 2: that many of its seats are held or booked."
    assert hall.do(resizing(2)) == DONE
    assert hall.counts["FLOOR"] == (0, 1, 1)


def test_dead_locks_keep_nobody_from_shrinking(hall: Hall) -> None:
    locks = [hall.lock(ANN, quantity=1, section="FLOOR") for _ in range(3)]
    hall.now = locks[-1].expires_at
    assert [type(answer) for answer in hall.decide(resizing(1), dead_per_batch=1)] == [MoreDue]
    assert hall.decide_all([resizing(1)], dead_per_batch=1) == [DONE]
    hall.do(sweeping())
    assert hall.counts["FLOOR"] == (1, 0, 0)


def test_prices_change_for_new_locks_only(hall: Hall) -> None:
    lock = hall.lock(ANN, quantity=1, section="FLOOR")
    hall.do(updating(sections=(SectionChange("sections.0", "FLOOR", Money(900, "INR"), None),)))
    booking = hall.do(confirming(ANN, lock.id)).booking
    assert (booking.total_minor, hall.do(starting(ANN, booking.id)).payment.amount_minor) == (501, 501)
    assert hall.lock(BOB, quantity=1, section="FLOOR").total_minor == 900


def test_sections_that_cost_what_the_event_costs_follow_its_price() -> None:
    hall = Hall(prices={"FLOOR": 1000, "STALLS": 2000, "BALCONY": 1000})
    own = SectionChange("sections.0", "BALCONY", Money(700, "INR"), None)
    hall.do(updating(price=Money(1200, "INR"), sections=(own,)))
    assert prices(hall) == {"FLOOR": 1200, "STALLS": 2000, "BALCONY": 700}


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (updating(sections=(SectionChange("sections.0", "STALLS", None, 3),)), "sections.0.capacity"),
        (updating(sections=(SectionChange("sections.0", "PIT", None, 3),)), "sections.0.name"),
        (
            updating(sections=(SectionChange("sections.0", "FLOOR", Money(1, "EUR"), 3),)),
            "sections.0.price.currencyCode",
        ),
        (updating(price=EURO), "price.currencyCode"),
        (updating(total_seats=3), "totalSeats"),
        (resizing(992), "sections"),
        (updating(starts_at=OPENING), "startsAt"),
        (
            updating(cancellation=CancellationPolicy(full_until=OPENING + timedelta(days=30) + MS, percentage=0)),
            "cancellation.fullUntil",
        ),
    ],
)
def test_what_cannot_be_is_refused_naming_the_field(hall: Hall, command: Command[Any], field: str) -> None:
    refusal = refused(hall, command)
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == field


def test_an_event_does_not_start_before_its_policy_ends() -> None:
    until = OPENING + timedelta(days=20)
    hall = Hall(cancellation=CancellationPolicy.model_construct(full_until=until, percentage=0))
    refusal = refused(hall, updating(starts_at=until - MS))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "startsAt"
    assert hall.do(updating(starts_at=until)) == DONE


def test_once_started_only_name_and_description_change(hall: Hall) -> None:
    hall.now = hall.event.starts_at
    refusal = refused(hall, updating(name="Gala", starts_at=hall.now + timedelta(days=1)))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "startsAt"
    assert isinstance(refused(hall, resizing(5)), InvalidInput)
    assert hall.do(updating(name="Gala", description="It was good", starts_at=hall.now)) == DONE


# ---------------------------------------------------------------- closeSales, openSales


def test_closed_sales_lock_nothing_and_leave_everybody_what_they_have(hall: Hall) -> None:
    lock, booking = hall.lock(ANN, quantity=1, section="FLOOR"), hall.book(BOB, "STALLS-A-1")
    assert hall.do(closing()) == DONE
    assert not hall.event.is_on_sale(hall.now)
    assert isinstance(refused(hall, locking(ANN, quantity=1, section="FLOOR")), SalesClosed)
    assert hall.do(confirming(ANN, lock.id)).booking.status is BookingStatus.PAYMENT_PENDING
    payment = hall.do(starting(BOB, booking.id)).payment
    assert hall.do(settling(payment, PaymentStatus.SUCCEEDED)).booking.status is BookingStatus.CONFIRMED
    assert hall.do(opening()) == DONE
    assert hall.lock(ANN, quantity=1, section="FLOOR").status is SeatLockStatus.ACTIVE


def test_the_key_of_a_lock_made_before_still_tells_of_it(hall: Hall) -> None:
    hall.do(locking(ANN, quantity=1, section="FLOOR", key="k"))
    hall.do(closing())
    assert hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).replayed


def test_making_it_again_is_an_entry_and_nothing_more(hall: Hall) -> None:
    before = hall.counts
    assert hall.do(making_again()) == AGAIN
    made, again = hall.entries
    assert (again.action, again.is_retry, again.original_entry_id, again.effect) == (made.action, True, made.id, None)
    assert hall.counts == before


def test_closing_and_opening_again_and_again(hall: Hall) -> None:
    assert [hall.do(command) for command in (opening(), closing(), closing(), opening(), opening())] == [
        AGAIN,
        DONE,
        AGAIN,
        DONE,
        AGAIN,
    ]
    made, opened, closed, closed_again, opened_then, opened_again = hall.entries
    assert [entry.original_entry_id for entry in (opened, closed_again, opened_again)] == [
        made.id,
        closed.id,
        opened_then.id,
    ]
    assert [entry.is_retry for entry in hall.entries] == [False, True, False, True, False, True]


def test_sales_of_what_has_started_or_is_cancelled_stay_closed(hall: Hall) -> None:
    hall.do(calling_off())
    refusal = refused(hall, opening())
    assert isinstance(refusal, EventCancelled)
    assert refusal.cancelled_at == OPENING
    assert hall.do(closing()) == AGAIN
    started = Hall(starts_at=OPENING + MS)
    started.do(closing())
    started.now += MS
    assert isinstance(refused(started, opening()), SalesClosed)


# ---------------------------------------------------------------- cancelEvent


def test_a_cancelled_event_sells_nothing_from_that_moment_on(hall: Hall) -> None:
    lock, booking = hall.lock(ANN, quantity=1, section="FLOOR"), hall.book(BOB, "STALLS-A-1")
    assert hall.do(calling_off("Rain")) == DONE
    assert (hall.event.cancelled_at, hall.event.cancellation_reason) == (OPENING, "Rain")
    assert not hall.event.is_on_sale(hall.now)
    assert isinstance(refused(hall, locking(ANN, quantity=1, section="FLOOR")), SalesClosed)
    assert isinstance(refused(hall, confirming(ANN, lock.id)), EventCancelled)
    assert isinstance(refused(hall, starting(BOB, booking.id)), BookingNotPayable)
    assert isinstance(refused(hall, resizing(9)), EventCancelled)
    assert hall.do(updating(description="It rains")) == DONE
    assert hall.do(releasing(ANN, lock.id)).lock.status is SeatLockStatus.RELEASED


def test_cancelling_again_changes_nothing(hall: Hall) -> None:
    hall.do(calling_off("Rain"))
    hall.now += MS
    assert hall.do(calling_off("Snow")) == AGAIN
    assert (hall.event.cancelled_at, hall.event.cancellation_reason) == (OPENING, "Rain")
    first, again = hall.entries[-2:]
    assert (again.is_retry, again.original_entry_id) == (True, first.id)


def test_everything_an_event_has_sold_is_ended_and_paid_back_in_full() -> None:
    """Also once it has started, from when on cancelling a booking would give nothing back."""
    hall = Hall(starts_at=OPENING + MS)
    lock, pending = hall.lock(ANN, quantity=1, section="FLOOR"), hall.book(BOB, "STALLS-A-1")
    paid = hall.pay(ANN, "STALLS-B-1", "BALCONY-A-1")
    hall.now = hall.event.starts_at
    hall.do(calling_off("Rain"))
    assert [hall.do(ending(lock_id)).ended for lock_id in (lock.id, pending.id, paid.booking_id)] == [True] * 3
    assert all(held == booked == 0 for _, held, booked in hall.counts.values())
    assert {each.status for each in hall.all(SeatLock)} == {SeatLockStatus.RELEASED}
    assert {(each.status, each.cancel_reason) for each in hall.all(Booking)} == {(BookingStatus.CANCELLED, "Rain")}
    (refund,) = hall.all(Refund)
    assert (refund.payment_id, refund.amount_minor, refund.percentage) == (paid.id, 2_999, 100)
    assert refund.reason is RefundReason.EVENT_CANCELLED
    assert not hall.get(Payment, paid.id).may_hold_money

    before = hall.snapshot()
    assert [hall.do(ending(lock_id)).ended for lock_id in (lock.id, pending.id, paid.booking_id)] == [False] * 3
    assert hall.snapshot() == before


def test_owners_are_told_and_their_refund_with_it(hall: Hall) -> None:
    paid = hall.pay(ANN, "STALLS-B-1")
    hall.do(calling_off("Rain"))
    hall.do(ending(paid.booking_id))
    message = hall.all(OutboxMessage)[-1]
    assert (message.type, message.user_id, message.data["status"]) == ("booking.cancelled", ANN.user_id, "CANCELLED")
    assert message.data["refund"]["reason"] == "EVENT_CANCELLED"
    assert message.data["refund"]["amount"] == {"amount": "20.00", "currencyCode": "INR"}


@pytest.mark.parametrize("ended", [False, True], ids=["before it is ended", "after"])
def test_a_payment_that_comes_after_the_cancellation_goes_back(hall: Hall, ended: bool) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(calling_off("Rain"))
    if ended:
        hall.do(ending(payment.booking_id))
    settled = hall.do(settling(payment, PaymentStatus.SUCCEEDED))
    assert settled.booking.status is BookingStatus.CANCELLED
    assert settled.refund is not None
    assert (settled.refund.reason, settled.refund.percentage) == (RefundReason.LATE_PAYMENT, 100)
    assert hall.get(SeatLock, payment.booking_id).status is SeatLockStatus.RELEASED
    assert hall.counts["STALLS"] == (7, 0, 0)
    assert hall.do(ending(payment.booking_id)).ended is False
    again = hall.do(cancelling(ANN, payment.booking_id))
    assert (again.replayed, again.refund) == (True, None)
    assert hall.do(refunding(settled.refund)).refund.id == settled.refund.id


def test_a_booking_that_lost_its_seats_long_ago_is_not_revived(hall: Hall) -> None:
    payment = hall.start(ANN, "STALLS-A-1")
    hall.now = hall.get(SeatLock, payment.booking_id).expires_at
    hall.do(sweeping())
    hall.do(calling_off("Rain"))
    settled = hall.do(settling(payment, PaymentStatus.SUCCEEDED))
    assert settled.booking.status is BookingStatus.EXPIRED
    assert settled.refund is not None
    assert settled.refund.reason is RefundReason.LATE_PAYMENT


def test_who_is_quicker_than_we_gets_all_of_it_too(hall: Hall) -> None:
    paid = hall.pay(ANN, "STALLS-A-1")
    hall.do(calling_off("Rain"))
    cancelled = hall.do(cancelling(ANN, paid.booking_id))
    assert cancelled.refund is not None
    assert (cancelled.refund.reason, cancelled.refund.percentage) == (RefundReason.EVENT_CANCELLED, 100)


def test_what_was_cancelled_before_stays_as_it_is(hall: Hall) -> None:
    paid = hall.pay(ANN, "STALLS-A-1")
    hall.do(cancelling(ANN, paid.booking_id))
    hall.do(calling_off("Rain"))
    assert hall.do(ending(paid.booking_id)).ended is False
    assert [refund.percentage for refund in hall.all(Refund)] == [50]


def test_the_cancellation_is_finished_once_nothing_is_left(hall: Hall) -> None:
    paid = hall.pay(ANN, "STALLS-A-1")
    assert hall.do(finishing()).ended is False  # it is not cancelled
    hall.do(calling_off("Rain"))
    with pytest.raises(Contradiction):
        hall.do(finishing())
    hall.do(ending(paid.booking_id))
    assert [hall.do(finishing()).ended for _ in range(2)] == [True, False]
    assert hall.event.cancellation_finished_at == OPENING


def test_only_what_a_cancelled_event_has_sold_is_ended(hall: Hall) -> None:
    lock = hall.lock(ANN, "STALLS-A-1")
    assert isinstance(refused(hall, ending(lock.id)), NotFound)
