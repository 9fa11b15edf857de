"""Allocations as the rules have them: their windows to the millisecond, and what comes back to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.documents import (
    Allocation,
    AllocationStatus,
    AuditAction,
    BookingStatus,
    PaymentStatus,
    RefundReason,
    SalesClosedReason,
)
from domain.errors import EventCancelled, InvalidInput, LimitExceeded, NotFound, SalesClosed, SeatsUnavailable
from domain.inventory.commands import Command
from domain.inventory.parts import Counted, Named
from domain.inventory.rules.allocations import MAX_ALLOCATIONS
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    allotting,
    calling_off,
    changing,
    closing,
    giving_up,
    locking,
    releasing,
    settling,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, Hall

OPENS, RELEASES, SALES = (OPENING + timedelta(hours=hours) for hours in (1, 2, 3))


@pytest.fixture
def hall() -> Hall:
    """On sale from SALES on."""
    hall = Hall()
    hall.do(updating(sales_start_at=SALES))
    return hall


def closed(hall: Hall, allocation: Allocation) -> tuple[SalesClosedReason, datetime | None] | None:
    """Why no seat can be taken out of it; None when one can."""
    before = hall.snapshot()
    try:
        hall.do(locking(BOB, quantity=1, section="FLOOR", out_of=allocation.id))
    except SalesClosed as refusal:
        return refusal.reason, refusal.opens_at
    finally:
        hall.stock = before
    return None


def test_a_code_opens_its_seats_from_its_own_time_until_it_is_over(hall: Hall) -> None:
    allocation = hall.allot(quantity=2, section="FLOOR", opens_at=OPENS, releases_at=RELEASES)
    hall.now = OPENS - MS
    assert closed(hall, allocation) == (SalesClosedReason.NOT_STARTED, OPENS)
    for hall.now in (OPENS, RELEASES - MS):
        assert closed(hall, allocation) is None
    hall.now = RELEASES
    assert closed(hall, allocation) == (SalesClosedReason.ENDED, None)


def test_a_code_that_is_not_open_yet_is_not_told_when_the_others_may_buy(hall: Hall) -> None:
    allocation = hall.allot(quantity=2, section="FLOOR", opens_at=OPENS)
    hall.now = OPENS - MS
    with pytest.raises(SalesClosed, match="access code can't be used yet"):
        hall.do(locking(BOB, quantity=1, section="FLOOR", out_of=allocation.id))


def test_no_code_opens_what_an_admin_closed(hall: Hall) -> None:
    allocation = hall.allot(quantity=2, section="FLOOR")
    hall.do(closing())
    assert closed(hall, allocation) == (SalesClosedReason.PAUSED, None)
    hall.do(calling_off())
    assert closed(hall, allocation) == (SalesClosedReason.EVENT_CANCELLED, None)
    assert hall.get(Allocation, allocation.id).status is AllocationStatus.RELEASED
    assert hall.counts["FLOOR"] == (4, 0, 0)


def test_it_is_released_at_its_time_by_whatever_batch_comes_then(hall: Hall) -> None:
    allocation = hall.allot("STALLS-A-1", releases_at=SALES)
    hall.now = SALES - MS
    hall.do(sweeping())
    assert hall.map["STALLS-A"] == "HAAA"
    hall.now = SALES
    assert hall.lock(ANN, "STALLS-A-1").seats == ["STALLS-A-1"]
    assert hall.get(Allocation, allocation.id).released_at == SALES
    assert hall.do(giving_up(allocation.id)).replayed


def test_each_buyer_gets_only_so_many_held_and_booked_together(hall: Hall) -> None:
    allocation = hall.allot(quantity=4, section="FLOOR", most=2)
    hall.pay(ANN, quantity=1, section="FLOOR", out_of=allocation.id)
    lock = hall.lock(ANN, quantity=1, section="FLOOR", out_of=allocation.id)
    commands: list[Command[Any]] = [
        locking(ANN, quantity=1, section="FLOOR", out_of=allocation.id),
        changing(ANN, lock.id, add=[Counted(1, "FLOOR")]),
    ]
    for command in commands:
        with pytest.raises(LimitExceeded) as caught:
            hall.do(command)
        assert caught.value.limit == 2
    assert hall.lock(BOB, quantity=2, section="FLOOR", out_of=allocation.id).quantity == 2


def test_a_change_of_its_lock_takes_from_it_and_gives_back_to_it(hall: Hall) -> None:
    allocation = hall.allot("STALLS-A-1", "STALLS-A-2")
    lock = hall.lock(ANN, "STALLS-A-1", out_of=allocation.id)
    with pytest.raises(SeatsUnavailable):
        hall.do(changing(ANN, lock.id, add=[Named(("STALLS-A-3",))]))
    swap = changing(ANN, lock.id, add=[Named(("STALLS-A-2",))], remove=[Named(("STALLS-A-1",))])
    assert hall.do(swap).lock.seats == ["STALLS-A-2"]
    assert hall.map["STALLS-A"] == "HHAA"
    hall.do(giving_up(allocation.id))
    assert hall.map["STALLS-A"] == "AHAA"


def test_late_money_takes_its_seats_out_of_the_allocation_again(hall: Hall) -> None:
    allocation = hall.allot("STALLS-A-1", releases_at=RELEASES)
    late = hall.start(ANN, "STALLS-A-1", out_of=allocation.id)
    hall.now += timedelta(seconds=600)
    hall.do(sweeping(booked=True))
    assert hall.event.allotments[0].kept == {"STALLS": 1}
    settled = hall.do(settling(late, PaymentStatus.SUCCEEDED))
    assert settled.booking.status is BookingStatus.CONFIRMED
    assert hall.event.allotments[0].kept == {}


def test_late_money_goes_back_when_somebody_else_has_them(hall: Hall) -> None:
    allocation = hall.allot("STALLS-A-1", releases_at=RELEASES)
    payment = hall.start(ANN, "STALLS-A-1", out_of=allocation.id)
    hall.now += timedelta(seconds=600)
    hall.lock(BOB, "STALLS-A-1", out_of=allocation.id)
    refund = hall.do(settling(payment, PaymentStatus.SUCCEEDED)).refund
    assert refund is not None and refund.reason is RefundReason.LATE_PAYMENT


def test_an_event_has_only_so_many(hall: Hall) -> None:
    for _ in range(MAX_ALLOCATIONS):
        hall.do(giving_up(hall.allot(quantity=1, section="FLOOR").id))
    with pytest.raises(InvalidInput) as caught:
        hall.allot(quantity=1, section="FLOOR")
    assert caught.value.field == "eventId"


def test_nothing_is_kept_of_what_has_begun_or_is_cancelled(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.do(giving_up(ADMIN.user_id))
    hall.now = hall.event.starts_at
    with pytest.raises(InvalidInput):
        hall.do(allotting(quantity=1, section="FLOOR"))
    hall.do(calling_off())
    with pytest.raises(EventCancelled):
        hall.do(allotting(quantity=1, section="FLOOR"))


def test_its_history_never_tells_the_code(hall: Hall) -> None:
    hall.allot("STALLS-A-1", code="friends only")
    entry = hall.entries[-1]
    assert (entry.action, entry.effect, entry.kept, entry.seats) == (
        AuditAction.ALLOCATION_CREATED,
        {"STALLS": [-1, 1, 0]},
        {"STALLS": 1},
        ["STALLS-A-1"],
    )
    assert entry.metadata == {"name": "The house"}


def test_a_batch_sees_what_it_took_before_and_what_it_gave_back(hall: Hall) -> None:
    allocation = hall.allot("STALLS-A-1", "STALLS-A-2", "STALLS-A-3", most=3)
    held = hall.lock(BOB, "STALLS-A-2", out_of=allocation.id)
    picked, refused, let_go, again, none_left = hall.decide_all(
        [
            locking(ANN, quantity=2, section="STALLS", out_of=allocation.id),
            locking(BOB, "STALLS-A-1", out_of=allocation.id),
            releasing(BOB, held.id),
            locking(BOB, quantity=1, section="STALLS", out_of=allocation.id),
            locking(BOB, quantity=1, section="STALLS", out_of=allocation.id),
        ]
    )
    assert picked.lock.seats == ["STALLS-A-1", "STALLS-A-3"]
    assert refused.seats == ["STALLS-A-1"]
    assert not let_go.replayed
    assert again.lock.seats == ["STALLS-A-2"]
    assert none_left.available_seats == 0


def test_a_code_cannot_open_seats_only_once_sales_have_ended(hall: Hall) -> None:
    hall.do(updating(sales_end_at=SALES + MS))
    with pytest.raises(InvalidInput) as caught:
        hall.allot(quantity=1, section="FLOOR", opens_at=SALES + MS)
    assert caught.value.field == "opensAt"
    assert hall.allot(quantity=1, section="FLOOR", opens_at=SALES).opens_at == SALES
