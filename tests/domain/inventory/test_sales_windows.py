"""The window in which an event sells, as the rules have it: who holds seats keeps them, whatever becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.documents import AuditAction, BookingStatus, PaymentStatus, SalesClosedReason, SeatLockStatus
from domain.errors import EventCancelled, InvalidInput, Refusal, SalesClosed
from domain.inventory.commands import Command
from domain.inventory.event_commands import UNCHANGED, EventChanged
from domain.inventory.rules import decide_batch
from tests.support.asking import (
    ANN,
    BOB,
    calling_off,
    closing,
    confirming,
    locking,
    opening,
    settling,
    starting,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, Hall

OPENS, ENDS, STARTS = (OPENING + timedelta(days=days) for days in (1, 2, 30))
DONE = EventChanged(replayed=False)


@pytest.fixture
def hall() -> Hall:
    """Sells from OPENS until ENDS, and begins at STARTS."""
    hall = Hall(starts_at=STARTS)
    hall.do(updating(sales_start_at=OPENS, sales_end_at=ENDS))
    return hall


def refused(hall: Hall, command: Command[Any]) -> Refusal:
    """What the command is refused with, having changed nothing."""
    before = hall.snapshot()
    with pytest.raises(Refusal) as caught:
        hall.do(command)
    assert hall.snapshot() == before
    return caught.value


def closed(hall: Hall) -> tuple[SalesClosedReason, datetime | None]:
    """Why no seat can be locked, and when one can: in a section with numbers as in one without."""
    hall.do(sweeping())
    told = set()
    for command in (locking(BOB, quantity=1, section="FLOOR"), locking(BOB, "STALLS-A-2")):
        refusal = refused(hall, command)
        assert isinstance(refusal, SalesClosed)
        told.add((refusal.reason, refusal.opens_at))
    (reason,) = told
    return reason


def test_seats_are_sold_from_the_first_millisecond_to_the_last(hall: Hall) -> None:
    for hall.now in (OPENING, OPENS - MS):
        assert closed(hall) == (SalesClosedReason.NOT_STARTED, OPENS)
    for hall.now in (OPENS, ENDS - MS):
        assert hall.lock(ANN, quantity=1, section="FLOOR").status is SeatLockStatus.ACTIVE
    for hall.now in (ENDS, STARTS - MS):
        assert closed(hall) == (SalesClosedReason.ENDED, None)
    hall.now = STARTS
    assert closed(hall) == (SalesClosedReason.EVENT_STARTED, None)


def test_what_an_admin_says_is_told_before_what_time_will_do(hall: Hall) -> None:
    hall.do(closing())
    assert closed(hall) == (SalesClosedReason.PAUSED, None)
    hall.do(opening())
    assert closed(hall) == (SalesClosedReason.NOT_STARTED, OPENS)
    hall.do(calling_off())
    assert closed(hall) == (SalesClosedReason.EVENT_CANCELLED, None)


def test_sales_that_have_ended_are_not_opened_but_by_another_end(hall: Hall) -> None:
    hall.do(closing())
    hall.now = ENDS
    refusal = refused(hall, opening())
    assert isinstance(refusal, SalesClosed)
    assert refusal.reason is SalesClosedReason.ENDED
    hall.do(updating(sales_end_at=None))
    assert hall.do(opening()) == DONE
    assert hall.lock(ANN, quantity=1, section="FLOOR").status is SeatLockStatus.ACTIVE


@pytest.mark.parametrize("end", [ENDS, ENDS + timedelta(seconds=5)], ids=["at the end", "a little later"])
def test_who_holds_seats_confirms_and_pays_after_the_end(hall: Hall, end: datetime) -> None:
    hall.now = ENDS - MS
    lock = hall.lock(ANN, "STALLS-A-1")
    hall.now = end
    booking = hall.do(confirming(ANN, lock.id)).booking
    payment = hall.do(starting(ANN, booking.id)).payment
    assert hall.do(settling(payment, PaymentStatus.SUCCEEDED)).booking.status is BookingStatus.CONFIRMED


def test_a_window_moved_under_those_who_buy_takes_nothing_from_them() -> None:
    hall = Hall(starts_at=STARTS)
    lock, payment = hall.lock(ANN, quantity=2, section="FLOOR"), hall.start(ANN, "STALLS-A-1")
    hall.do(updating(sales_start_at=OPENS, sales_end_at=ENDS))
    assert closed(hall) == (SalesClosedReason.NOT_STARTED, OPENS)
    assert hall.do(settling(payment, PaymentStatus.SUCCEEDED)).booking.status is BookingStatus.CONFIRMED
    assert hall.do(confirming(ANN, lock.id)).booking.status is BookingStatus.PAYMENT_PENDING
    assert (hall.event.held, hall.event.booked) == (2, 1)


def test_the_key_of_a_lock_made_in_time_still_tells_of_it(hall: Hall) -> None:
    hall.now = ENDS - MS
    hall.do(locking(ANN, quantity=1, section="FLOOR", key="k"))
    hall.now = ENDS
    assert hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).replayed


def test_each_end_moves_alone_and_null_takes_it_away(hall: Hall) -> None:
    hall.do(updating(sales_start_at=None))
    assert (hall.event.sales_start_at, hall.event.sales_end_at) == (None, ENDS)
    assert hall.lock(ANN, quantity=1, section="FLOOR").status is SeatLockStatus.ACTIVE
    hall.do(updating(sales_end_at=None))
    hall.now = STARTS - MS
    assert hall.lock(ANN, quantity=1, section="FLOOR").status is SeatLockStatus.ACTIVE
    assert hall.do(updating(sales_start_at=None, sales_end_at=None)) == EventChanged(replayed=True)


def test_sales_end_now_by_a_time_that_is_over(hall: Hall) -> None:
    hall.now = OPENS + timedelta(hours=1)
    hall.do(updating(sales_end_at=hall.now - MS))
    assert closed(hall) == (SalesClosedReason.ENDED, None)


def test_its_history_says_what_was_and_what_is(hall: Hall) -> None:
    hall.do(updating(sales_start_at=OPENS + MS, sales_end_at=None))
    entry = hall.entries[-1]
    assert (entry.action, entry.effect) == (AuditAction.EVENT_UPDATED, None)
    assert entry.metadata == {
        "sales_start_at": ["2030-01-02T12:00:00.000+00:00", "2030-01-02T12:00:00.001+00:00"],
        "sales_end_at": ["2030-01-03T12:00:00.000+00:00", None],
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"sales_start_at": ENDS}, "salesStartAt"),
        ({"sales_start_at": ENDS + MS}, "salesStartAt"),
        ({"sales_end_at": OPENS}, "salesEndAt"),
        ({"sales_start_at": ENDS, "sales_end_at": ENDS}, "salesStartAt"),
        ({"sales_end_at": STARTS + MS}, "salesEndAt"),
        ({"sales_start_at": STARTS, "sales_end_at": None}, "salesStartAt"),
        ({"starts_at": ENDS - MS}, "startsAt"),
        ({"starts_at": OPENS, "sales_end_at": None}, "startsAt"),
        ({"starts_at": ENDS, "sales_end_at": ENDS + MS}, "salesEndAt"),
    ],
)
def test_a_window_that_cannot_be_is_refused_naming_what_is_new(hall: Hall, fields: dict[str, Any], field: str) -> None:
    refusal = refused(hall, updating(**fields))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == field


def test_sales_may_end_at_the_very_start(hall: Hall) -> None:
    assert hall.do(updating(sales_end_at=STARTS)) == DONE
    assert hall.do(updating(starts_at=STARTS + MS, sales_end_at=STARTS + MS)) == DONE


@pytest.mark.parametrize("fields", [{"sales_start_at": None}, {"sales_end_at": None}])
def test_once_it_has_begun_or_is_cancelled_its_window_stays(hall: Hall, fields: dict[str, Any]) -> None:
    hall.now = STARTS
    refusal = refused(hall, updating(**fields))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field in ("salesStartAt", "salesEndAt")
    hall.do(calling_off())
    assert isinstance(refused(hall, updating(**fields)), EventCancelled)
    assert hall.do(updating(name="Gala", sales_start_at=OPENS, sales_end_at=UNCHANGED)) == DONE


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=40)], ids=["by its own clock", "by one far ahead"])
@pytest.mark.parametrize(
    "fields", [{"sales_start_at": ENDS - MS}, {"sales_end_at": None}, {"starts_at": STARTS + timedelta(days=50)}]
)
def test_no_reader_sees_its_version_fall(hall: Hall, fields: dict[str, Any], ahead: timedelta) -> None:
    """Whatever turns it has counted before the window moved, it sees a later version afterwards."""
    hall.now = OPENS
    event = hall.event
    seen = event.version + event.sales_window.turns(hall.now + ahead)
    inventory = hall.read()
    assert decide_batch(inventory, [updating(**fields)], hall.now) == [DONE]
    assert event.version + inventory.changes + inventory.event.sales_window.turns(hall.now) > seen


@pytest.mark.parametrize("command", [closing(), opening(), updating(name="Gala")])
def test_what_changes_beside_a_sweep_is_a_version_of_its_own(hall: Hall, command: Command[EventChanged]) -> None:
    """Who looked before has counted the dead lock: without that, two states have one version."""
    hall.now = OPENS
    lock = hall.lock(ANN, quantity=1, section="FLOOR")
    if command == opening():
        hall.do(closing())
    hall.now = lock.expires_at
    inventory = hall.read()
    assert decide_batch(inventory, [command], hall.now) == [DONE]
    assert inventory.changes > 1
