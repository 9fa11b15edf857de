"""A lock that gains seats, loses some, swaps them, and is held longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import AuditAction, SalesClosedReason, SeatLock, SeatLockStatus, new_id
from domain.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
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
from domain.inventory.event_commands import SectionChange
from domain.inventory.parts import Counted, Named, Part
from domain.money import Money
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    changing,
    closing,
    confirming,
    extending,
    locking,
    releasing,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, TERMS, Hall
from tests.support.invariants import counters_and_rows_say_who_has_what, the_entries_tell_it_all

LOCK_TTL = TERMS.lock_ttl


def lines(lock: SeatLock) -> list[tuple[str, int, list[str], int]]:
    return [(item.section, item.quantity, item.seats, item.price_minor) for item in lock.items]


def pricing(section: str, index: int, minor: int) -> Command[Any]:
    return updating(sections=(SectionChange(f"sections.{index}", section, Money(minor, "INR"), None),))


def agree(hall: Hall, lock: SeatLock) -> None:
    """The lock says the same in all its ways, and the hall with it."""
    assert hall.get(SeatLock, lock.id) == lock
    assert lock.quantity == sum(item.quantity for item in lock.items)
    assert sorted(lock.seats) == sorted(label for item in lock.items for label in item.seats)
    assert lock.total_minor == sum(item.quantity * item.price_minor for item in lock.items)
    counters_and_rows_say_who_has_what(hall)
    the_entries_tell_it_all(hall)


def test_a_swap_is_one_step_with_one_entry() -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(3, "FLOOR"), Named(("STALLS-A-1",))])
    hall.now += timedelta(seconds=100)
    command = changing(
        ANN,
        lock.id,
        add=[Named(("STALLS-B-2",)), Counted(1, "BALCONY")],
        remove=[Named(("STALLS-A-1",)), Counted(1, "FLOOR")],
    )
    changed = hall.do(command)
    assert changed.replayed is False
    assert (changed.lock.expires_at, changed.lock.updated_at) == (lock.expires_at, hall.now)
    assert lines(changed.lock) == [
        ("FLOOR", 2, [], 501),
        ("STALLS", 1, ["STALLS-B-2"], 2_000),
        ("BALCONY", 1, ["BALCONY-A-1"], 999),
    ]
    assert hall.map == {"STALLS-A": "AAAA", "STALLS-B": "AHA", "BALCONY-A": "HA"}
    assert hall.counts == {"FLOOR": (2, 2, 0), "STALLS": (6, 1, 0), "BALCONY": (1, 1, 0)}
    entry = hall.entries[-1]
    assert (entry.action, entry.from_status, entry.to_status) == (AuditAction.LOCK_CHANGED, "ACTIVE", "ACTIVE")
    assert entry.effect == {"FLOOR": [1, -1, 0], "STALLS": [0, 0, 0], "BALCONY": [-1, 1, 0]}
    assert (entry.seats, entry.freed) == (["STALLS-B-2", "BALCONY-A-1"], ["STALLS-A-1"])
    assert entry.metadata == {"added": {"STALLS": 1, "BALCONY": 1}, "removed": {"STALLS": 1, "FLOOR": 1}}
    agree(hall, changed.lock)
    assert hall.lock(BOB, "STALLS-A-1").seats == ["STALLS-A-1"], "what is removed is free at once"


def test_what_was_held_keeps_its_price_and_what_is_added_costs_the_present_one() -> None:
    hall = Hall()
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-2")
    hall.do(pricing("STALLS", 1, 3_000))
    changed = hall.do(changing(ANN, lock.id, add=[Counted(1, "STALLS")])).lock
    assert lines(changed) == [
        ("STALLS", 2, ["STALLS-A-1", "STALLS-A-2"], 2_000),
        ("STALLS", 1, ["STALLS-A-3"], 3_000),
    ]
    hall.do(pricing("STALLS", 1, 2_000))
    changed = hall.do(changing(ANN, lock.id, add=[Named(("STALLS-B-1",))])).lock
    assert lines(changed) == [
        ("STALLS", 3, ["STALLS-A-1", "STALLS-A-2", "STALLS-B-1"], 2_000),
        ("STALLS", 1, ["STALLS-A-3"], 3_000),
    ], "a line a section and price"
    assert changed.total_minor == 9_000
    agree(hall, changed)
    booking = hall.do(confirming(ANN, lock.id)).booking
    assert (booking.items, booking.total_minor) == (changed.items, 9_000), "and so it is booked"


def test_of_two_prices_the_newer_goes_first() -> None:
    hall = Hall(capacity=10)
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    hall.do(pricing("FLOOR", 0, 700))
    hall.do(changing(ANN, lock.id, add=[Counted(2, "FLOOR")]))
    assert lines(hall.do(changing(ANN, lock.id, remove=[Counted(1, "FLOOR")])).lock) == [
        ("FLOOR", 2, [], 501),
        ("FLOOR", 1, [], 700),
    ]
    changed = hall.do(changing(ANN, lock.id, remove=[Counted(2, None)])).lock
    assert lines(changed) == [("FLOOR", 1, [], 501)]
    agree(hall, changed)


def test_of_numbered_seats_those_go_that_leave_the_others_together() -> None:
    hall = Hall(rows={"STALLS": {"A": 6}})
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-3", "STALLS-A-4", "STALLS-A-6")
    changed = hall.do(changing(ANN, lock.id, remove=[Counted(1, "STALLS"), Named(("STALLS-A-6",))])).lock
    assert changed.seats == ["STALLS-A-3", "STALLS-A-4"]
    agree(hall, changed)


def test_a_number_that_goes_leaves_no_orphan_where_that_can_be() -> None:
    hall = Hall(rows={"STALLS": {"A": 4, "B": 4}})
    hall.do(updating(forbid_orphans=True))
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-2", "STALLS-A-3")
    hall.lock(BOB, "STALLS-A-4")
    changed = hall.do(changing(ANN, lock.id, remove=[Counted(1, "STALLS")])).lock
    assert changed.seats == ["STALLS-A-2", "STALLS-A-3"], "not the last one, which would be alone beside Bob"
    agree(hall, changed)


def test_what_is_added_comes_next_to_what_is_held() -> None:
    hall = Hall(rows={"STALLS": {"A": 6, "B": 8}})
    lock = hall.lock(ANN, "STALLS-B-2", "STALLS-B-3")
    changed = hall.do(changing(ANN, lock.id, add=[Counted(2, "STALLS")])).lock
    assert changed.seats == ["STALLS-B-2", "STALLS-B-3", "STALLS-B-1", "STALLS-B-4"], "and leaves no seat alone"
    hall.lock(BOB, "STALLS-B-6")
    changed = hall.do(changing(ANN, lock.id, add=[Counted(2, "STALLS")])).lock
    assert {label[:8] for label in changed.seats[4:]} == {"STALLS-A"}, "and elsewhere when that is taken"
    agree(hall, changed)


def test_seats_that_are_removed_are_not_picked_again() -> None:
    hall = Hall(rows={"STALLS": {"A": 3}})
    lock = hall.lock(ANN, "STALLS-A-1")
    changed = hall.do(changing(ANN, lock.id, add=[Counted(1, "STALLS")], remove=[Counted(1, "STALLS")])).lock
    assert "STALLS-A-1" not in changed.seats
    agree(hall, changed)


def test_a_key_changes_a_lock_once() -> None:
    hall = Hall()
    lock = hall.lock(ANN, quantity=1, section="FLOOR")
    command = changing(ANN, lock.id, add=[Counted(1, "FLOOR")], key="k")
    hall.do(command)
    assert hall.do(command).replayed is False, "the same command, whose acknowledgement was lost"
    again = hall.do(replace(command, change_id=new_id()))
    assert (again.replayed, again.lock.quantity) == (True, 2)
    entry = hall.entries[-1]
    assert (entry.action, entry.is_retry, entry.original_entry_id) == ("LOCK_CHANGED", True, command.change_id)
    assert [each.action for each in hall.entries].count(AuditAction.LOCK_CHANGED) == 2
    the_entries_tell_it_all(hall)
    (reused,) = hall.decide(changing(ANN, lock.id, add=[Counted(2, "FLOOR")], key="k"))
    assert isinstance(reused, IdempotencyKeyReused)
    hall.do(locking(ANN, quantity=1, section="FLOOR", key="k"))  # operations do not share keys
    hall.now += TERMS.key_ttl
    (late,) = hall.decide(replace(command, change_id=new_id()))
    assert isinstance(late, LockExpired), "a forgotten key"


def test_a_refusal_is_not_remembered() -> None:
    hall = Hall()
    theirs, lock = hall.lock(BOB, "STALLS-A-2"), hall.lock(ANN, "STALLS-A-1")
    command = changing(ANN, lock.id, add=[Named(("STALLS-A-2",))])
    (refused,) = hall.decide(command)
    assert isinstance(refused, SeatsUnavailable)
    hall.do(releasing(BOB, theirs.id))
    assert hall.do(command).lock.seats == ["STALLS-A-1", "STALLS-A-2"]


def test_an_admin_may_and_a_change_without_additions_asks_for_no_sale() -> None:
    hall = Hall()
    lock = hall.lock(ANN, quantity=3, section="FLOOR")
    hall.do(closing())
    (refused,) = hall.decide(changing(ANN, lock.id, add=[Counted(1, "BALCONY")], remove=[Counted(1, "FLOOR")]))
    assert isinstance(refused, SalesClosed) and refused.reason is SalesClosedReason.PAUSED
    changed = hall.do(changing(ADMIN, lock.id, remove=[Counted(1, "FLOOR")])).lock
    assert (changed.quantity, changed.user_id) == (2, ANN.user_id)
    agree(hall, changed)


def test_limits_count_what_a_change_adds_more_than_it_removes() -> None:
    hall = Hall(capacity=20)
    hall.do(updating(max_seats_per_buyer=4))
    hall.pay(ANN, quantity=1, section="FLOOR")
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-2")
    before = hall.snapshot()
    for caller in (ANN, ADMIN):
        (answer,) = hall.decide(changing(caller, lock.id, add=[Counted(3, "FLOOR")], remove=[Counted(1, "STALLS")]))
        assert isinstance(answer, LimitExceeded) and (answer.limit, answer.field) == (4, "add")
        assert hall.snapshot() == before
    changed = hall.do(changing(ADMIN, lock.id, add=[Counted(3, "FLOOR")], remove=[Counted(2, "STALLS")])).lock
    assert changed.quantities == {"FLOOR": 3}
    hall.do(updating(max_seats_per_buyer=1))
    changed = hall.do(changing(ANN, lock.id, add=[Counted(1, "STALLS")], remove=[Counted(2, "FLOOR")])).lock
    assert changed.quantity == 2, "who asks for no more is never refused"
    agree(hall, changed)


def test_seats_of_the_dead_are_there_to_be_added() -> None:
    hall = Hall()
    hall.lock(BOB, "STALLS-A-2")
    hall.now += LOCK_TTL - MS
    lock = hall.lock(ANN, "STALLS-A-1")
    hall.now += MS
    assert hall.do(changing(ANN, lock.id, add=[Named(("STALLS-A-2",))])).lock.seats == ["STALLS-A-1", "STALLS-A-2"]


@pytest.mark.parametrize(("held", "told"), [(1, "only 1 seat of"), (2, "only 2 seats of")])
def test_who_removes_too_many_is_told_how_many_there_are(held: int, told: str) -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(held, "FLOOR")])
    (answer,) = hall.decide(changing(ANN, lock.id, remove=[Counted(3, "FLOOR")]))
    assert isinstance(answer, InvalidInput)
    assert told in answer.message


REFUSED: list[tuple[Sequence[Part], Sequence[Part], Refusal]] = [
    ([Named(("STALLS-A-2", "STALLS-B-1"), "add.0.seats")], [], SeatsUnavailable("", ["STALLS-B-1"])),
    ([Counted(4, "FLOOR")], [Named(("STALLS-A-1",))], NotEnoughSeats("", 2)),
    ([Named(("STALLS-A-1",), "add.0.seats")], [], InvalidInput("add.0.seats.0", "")),
    (
        [Named(("STALLS-A-3", "STALLS-A-1"), "add.0.seats")],
        [Named(("STALLS-A-1",), "remove.0.seats")],
        InvalidInput("add.0.seats.1", ""),
    ),
    (
        [Counted(1, "FLOOR", "add.0.quantity")],
        [Counted(1, "FLOOR", "remove.0.quantity")],
        InvalidInput("add.0.quantity.section", ""),
    ),
    ([Counted(1, "PIT", "add.0.quantity")], [], InvalidInput("add.0.quantity.section", "")),
    ([Named(("STALLS-A-9",), "add.1.seats")], [], InvalidInput("add.1.seats.0", "")),
    ([], [Named(("STALLS-A-1", "STALLS-A-3"), "remove.2.seats")], InvalidInput("remove.2.seats.1", "")),
    ([], [Named(("STALLS-B-1",), "remove.0.seats")], InvalidInput("remove.0.seats.0", "")),
    ([], [Counted(3, "FLOOR", "remove.0.quantity")], InvalidInput("remove.0.quantity.count", "")),
    (
        [],
        [Named(("STALLS-A-1",), "remove.0.seats"), Counted(1, "STALLS", "remove.1.quantity")],
        InvalidInput("remove.1.quantity.count", ""),
    ),
    ([], [Counted(1, "BALCONY", "remove.0.quantity")], InvalidInput("remove.0.quantity.section", "")),
    ([], [Counted(1, None, "remove.0.quantity")], InvalidInput("remove.0.quantity.section", "")),
    ([], [Counted(2, "FLOOR"), Counted(1, "STALLS")], InvalidInput("remove", "")),
    ([Counted(2, "STALLS"), Named(("STALLS-A-2",))], [], LimitExceeded("add", "", 5)),
]


@pytest.mark.parametrize(("add", "removed", "expected"), REFUSED)
def test_all_of_a_change_or_nothing(add: Sequence[Part], removed: Sequence[Part], expected: Refusal) -> None:
    hall = Hall(terms=replace(TERMS, max_seats_per_lock=5))
    hall.lock(BOB, "STALLS-B-1")
    lock = hall.lock(ANN, items=[Counted(2, "FLOOR"), Named(("STALLS-A-1",))])
    before = hall.snapshot()
    (answer,) = hall.decide(changing(ANN, lock.id, add=add, remove=removed))
    assert type(answer) is type(expected)
    assert vars(answer) == vars(expected) | {"message": answer.message}
    assert hall.snapshot() == before, "no seat, no clock, no key"


ASKED: list[Callable[[SeatLock], Command[Any]]] = [
    lambda lock: changing(ANN, lock.id, remove=[Counted(1, "FLOOR")]),
    lambda lock: extending(ANN, lock.id),
]


@pytest.mark.parametrize("ask", ASKED)
def test_only_a_live_lock_of_ones_own_that_is_no_booking(ask: Callable[[SeatLock], Command[Any]]) -> None:
    hall = Hall()
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    hall.now += 100 * MS
    for stranger in (replace(ask(lock), caller=BOB), ask(lock.evolve(id=new_id()))):
        (answer,) = hall.decide(stranger)
        assert isinstance(answer, NotFound)

    released = hall.lock(ANN, quantity=1, section="FLOOR")
    hall.do(releasing(ANN, released.id))
    (answer,) = hall.decide(ask(released))
    assert isinstance(answer, LockNotActive) and answer.status is SeatLockStatus.RELEASED

    hall.now = lock.expires_at  # from this millisecond on, swept or not
    hall.lock(BOB, "STALLS-A-1")
    (answer,) = hall.decide(ask(lock))
    assert isinstance(answer, LockExpired) and answer.expired_at == lock.expires_at

    booking = hall.book(ANN, quantity=2, section="FLOOR")
    (answer,) = hall.decide(ask(hall.get(SeatLock, booking.id)))
    assert isinstance(answer, LockAlreadyUsed) and answer.booking.id == booking.id


# ---------------------------------------------------------------- extendLock


def test_a_lock_is_held_longer_to_the_millisecond_and_never_past_its_longest() -> None:
    hall = Hall()
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    (answer,) = hall.decide(extending(ANN, lock.id))
    assert isinstance(answer, LimitExceeded) and answer.limit == 900, "it can't be later than it is"

    for after, until in ((299, 599), (598, 898), (800, 900)):
        hall.now = OPENING + timedelta(seconds=after)
        extended = hall.do(extending(ANN, lock.id)).lock
        assert extended.expires_at == OPENING + timedelta(seconds=until)
        assert hall.get(SeatLock, lock.id) == extended
        entry = hall.entries[-1]
        assert (entry.action, entry.effect, entry.lock_id) == (AuditAction.LOCK_EXTENDED, None, lock.id)

    hall.now = OPENING + timedelta(seconds=900) - MS
    before = hall.snapshot()
    (answer,) = hall.decide(extending(ANN, lock.id))
    assert isinstance(answer, LimitExceeded) and hall.snapshot() == before
    hall.do(sweeping())
    assert hall.get(SeatLock, lock.id).status is SeatLockStatus.ACTIVE
    hall.now += MS
    hall.do(sweeping())
    assert hall.get(SeatLock, lock.id).status is SeatLockStatus.EXPIRED
    the_entries_tell_it_all(hall)


def test_an_extension_decided_again_is_the_same_one() -> None:
    """Its acknowledgement was lost, and there is nothing left to extend."""
    hall = Hall()
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    for after in (250, 500, 700):
        hall.now = OPENING + timedelta(seconds=after)
        command = extending(ADMIN, lock.id)
        first = hall.do(command)
    assert hall.do(command) == first
    assert first.lock.expires_at == OPENING + timedelta(seconds=900)
    the_entries_tell_it_all(hall)


def test_a_change_keeps_the_deadline_that_an_extension_gave() -> None:
    hall = Hall()
    lock = hall.lock(ANN, quantity=2, section="FLOOR")
    hall.now += timedelta(seconds=200)
    until = hall.do(extending(ANN, lock.id)).lock.expires_at
    hall.now += timedelta(seconds=50)
    changed = hall.do(changing(ANN, lock.id, remove=[Counted(1, "FLOOR")])).lock
    assert changed.expires_at == until
    agree(hall, changed)
