"""docs/architecture.md, Behaviour, row by row: locks, bookings, deadlines, keys.

The rows with money are in test_money_rules.py, what is not in the table in test_refusals.py.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.caller import Caller
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    IdempotencyKey,
    LineItem,
    PaymentStatus,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    entry_id,
    row_id,
)
from domain.errors import (
    InvalidInput,
    NotEnoughSeats,
    SeatsUnavailable,
)
from domain.inventory.again import MoreDue
from domain.inventory.commands import Cancelled, Command, Confirmed, Locked, Released, Swept
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    EVENT_ID,
    cancelling,
    confirming,
    locking,
    releasing,
    settling,
    starting,
    sweeping,
)
from tests.support.halls import MS, OPENING, TERMS, Hall


@pytest.fixture
def hall() -> Hall:
    return Hall()


def last_entry(hall: Hall) -> AuditEntry:
    return hall.entries[-1]


def retry_of(hall: Hall, original: AuditEntry, caller: Caller) -> AuditEntry:
    """What the last entry must be, when it records that the same caller asked for the original once more."""
    return original.evolve(
        id=last_entry(hall).id,
        sequence=original.sequence and len(hall.entries),
        actor_id=caller.user_id,
        effect=None,
        seats=None,
        correlation_id=caller.correlation_id,
        is_retry=True,
        original_entry_id=original.id,
        created_at=hall.now,
    )


# ---------------------------------------------------------------- lockSeats


def test_locking_a_number_holds_as_many_seats_for_the_ttl(hall: Hall) -> None:
    command = locking(ANN, quantity=3, section="FLOOR", key="one")
    lock = SeatLock.model_construct(
        id=command.lock_id,
        event_id=EVENT_ID,
        user_id=ANN.user_id,
        quantities={"FLOOR": 3},
        seats=[],
        items=[LineItem(section="FLOOR", quantity=3, seats=[], price_minor=501)],
        total_minor=1503,
        currency="INR",
        expires_at=OPENING + timedelta(seconds=300),
        idempotency_key="one",
        key_id=command.key_id,
        request=command.request,
        correlation_id="from ann",
        created_at=OPENING,
        updated_at=OPENING,
    )
    assert hall.do(command) == Locked(lock, replayed=False)
    assert hall.all(SeatLock) == [lock]
    assert hall.counts == {"FLOOR": (1, 3, 0), "STALLS": (7, 0, 0), "BALCONY": (2, 0, 0)}
    assert hall.all(IdempotencyKey) == [], "its lock keeps it"
    assert last_entry(hall) == AuditEntry.model_construct(
        id=entry_id(lock.id, AuditAction.SEATS_LOCKED),
        event_id=EVENT_ID,
        sequence=2,
        action=AuditAction.SEATS_LOCKED,
        actor_id=ANN.user_id,
        lock_id=lock.id,
        to_status=SeatLockStatus.ACTIVE,
        effect={"FLOOR": [-3, 3, 0]},
        words=command.key.split(),
        correlation_id="from ann",
        metadata={},
        created_at=OPENING,
    )


def test_locking_named_seats_of_two_sections(hall: Hall) -> None:
    locked = hall.do(locking(ANN, "STALLS-B-3", "BALCONY-A-1", "STALLS-A-1"))
    assert locked.lock.quantities == {"STALLS": 2, "BALCONY": 1}
    assert locked.lock.seats == ["STALLS-B-3", "BALCONY-A-1", "STALLS-A-1"]
    assert locked.lock.total_minor == 2 * 2_000 + 999
    assert hall.map == {"STALLS-A": "HAAA", "STALLS-B": "AAH", "BALCONY-A": "HA"}
    assert hall.get(SeatRow, row_id(EVENT_ID, "STALLS-B")).holders == [None, None, locked.lock.id]
    assert last_entry(hall).effect == {"STALLS": [-2, 2, 0], "BALCONY": [-1, 1, 0]}
    assert last_entry(hall).seats == locked.lock.seats


def test_locking_a_number_of_numbered_seats_picks_them(hall: Hall) -> None:
    assert hall.do(locking(ANN, quantity=3, section="STALLS")).lock.seats == ["STALLS-B-1", "STALLS-B-2", "STALLS-B-3"]
    assert hall.map == {"STALLS-A": "AAAA", "STALLS-B": "HHH", "BALCONY-A": "AA"}
    assert hall.do(locking(BOB, quantity=4, section="STALLS")).lock.quantities == {"STALLS": 4}
    assert hall.counts["STALLS"] == (0, 7, 0)


def test_the_only_section_needs_no_name() -> None:
    hall = Hall(rows={})
    assert hall.do(locking(ANN, quantity=4)).lock.section == "FLOOR"


# ---------------------------------------------------------------- releaseLock, confirmBooking, cancelBooking


@pytest.mark.parametrize("caller", [ANN, ADMIN])
def test_releasing_gives_the_seats_back(hall: Hall, caller: Caller) -> None:
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-2")
    hall.now += timedelta(seconds=1)
    released = lock.evolve(status=SeatLockStatus.RELEASED, updated_at=hall.now)
    assert hall.do(releasing(caller, lock.id)) == Released(released, replayed=False)
    assert hall.get(SeatLock, lock.id) == released
    assert hall.map["STALLS-A"] == "AAAA"
    assert hall.get(SeatRow, row_id(EVENT_ID, "STALLS-A")).holders == [None] * 4
    entry = AuditEntry.model_construct(
        id=entry_id(lock.id, AuditAction.LOCK_RELEASED, SeatLockStatus.ACTIVE),
        event_id=EVENT_ID,
        sequence=3,
        action=AuditAction.LOCK_RELEASED,
        actor_id=caller.user_id,
        lock_id=lock.id,
        from_status=SeatLockStatus.ACTIVE,
        to_status=SeatLockStatus.RELEASED,
        effect={"STALLS": [2, -2, 0]},
        seats=lock.seats,
        correlation_id=caller.correlation_id,
        metadata={},
        created_at=hall.now,
    )
    assert last_entry(hall) == entry

    assert hall.do(releasing(caller, lock.id)) == Released(released, replayed=True)
    assert last_entry(hall) == retry_of(hall, entry, caller)
    assert hall.counts["STALLS"] == (7, 0, 0)


def test_confirming_makes_a_booking_that_keeps_the_seats(hall: Hall) -> None:
    lock = hall.lock(ANN, "STALLS-A-1", "BALCONY-A-2")
    hall.now += timedelta(seconds=299)
    deadline = hall.now + timedelta(seconds=600)
    command = confirming(ANN, lock.id)
    booking = Booking.model_construct(
        id=lock.id,
        reference=command.reference,
        event_id=EVENT_ID,
        user_id=ANN.user_id,
        quantities={"STALLS": 1, "BALCONY": 1},
        seats=["STALLS-A-1", "BALCONY-A-2"],
        items=[
            LineItem(section="STALLS", quantity=1, seats=["STALLS-A-1"], price_minor=2_000),
            LineItem(section="BALCONY", quantity=1, seats=["BALCONY-A-2"], price_minor=999),
        ],
        total_minor=2_999,
        currency="INR",
        payment_expires_at=deadline,
        created_at=hall.now,
        updated_at=hall.now,
    )
    assert hall.do(command) == Confirmed(booking, replayed=False)
    assert hall.all(Booking) == [booking]
    assert hall.get(SeatLock, lock.id) == lock.evolve(booked=True, expires_at=deadline, updated_at=hall.now)
    assert hall.counts == {"FLOOR": (4, 0, 0), "STALLS": (6, 1, 0), "BALCONY": (1, 1, 0)}
    entry = AuditEntry.model_construct(
        id=entry_id(lock.id, AuditAction.BOOKING_CREATED),
        event_id=EVENT_ID,
        sequence=3,
        action=AuditAction.BOOKING_CREATED,
        actor_id=ANN.user_id,
        lock_id=lock.id,
        booking_id=lock.id,
        to_status=BookingStatus.PAYMENT_PENDING,
        correlation_id="from ann",
        metadata={"reference": command.reference},
        created_at=hall.now,
    )
    assert last_entry(hall) == entry

    hall.now = deadline - MS
    assert hall.do(confirming(ANN, lock.id)) == Confirmed(booking, replayed=True)
    assert last_entry(hall) == retry_of(hall, entry, ANN).evolve(metadata={})


def test_fifty_confirms_in_one_batch_make_one_booking(hall: Hall) -> None:
    lock = hall.lock(ANN, quantity=1, section="FLOOR")
    answers = hall.decide(*[confirming(ANN, lock.id) for _ in range(50)])
    assert [answer.replayed for answer in answers] == [False] + [True] * 49
    assert hall.all(Booking) == [answer.booking for answer in answers[-1:]]


def test_cancelling_an_unpaid_booking_gives_the_seats_back(hall: Hall) -> None:
    booking = hall.book(ANN, quantity=2, section="FLOOR")
    hall.now += timedelta(seconds=5)
    cancelled = booking.evolve(status=BookingStatus.CANCELLED, cancel_reason="rain", updated_at=hall.now)
    assert hall.do(cancelling(ANN, booking.id, reason="rain")) == Cancelled(cancelled, None, replayed=False)
    assert hall.get(Booking, booking.id) == cancelled
    assert hall.get(SeatLock, booking.id).status is SeatLockStatus.RELEASED
    assert hall.counts["FLOOR"] == (4, 0, 0)
    entry = AuditEntry.model_construct(
        id=entry_id(booking.id, AuditAction.BOOKING_CANCELLED, BookingStatus.PAYMENT_PENDING),
        event_id=EVENT_ID,
        sequence=4,
        action=AuditAction.BOOKING_CANCELLED,
        actor_id=ANN.user_id,
        lock_id=booking.id,
        booking_id=booking.id,
        from_status=BookingStatus.PAYMENT_PENDING,
        to_status=BookingStatus.CANCELLED,
        effect={"FLOOR": [2, -2, 0]},
        correlation_id="from ann",
        metadata={"reason": "rain"},
        created_at=hall.now,
    )
    assert last_entry(hall) == entry

    assert hall.do(cancelling(ADMIN, booking.id)) == Cancelled(cancelled, None, replayed=True)
    assert last_entry(hall) == retry_of(hall, entry, ADMIN).evolve(metadata={})


# ---------------------------------------------------------------- deadlines


def test_a_lock_is_alive_a_millisecond_before_its_deadline(hall: Hall) -> None:
    lock = hall.lock(ANN, "STALLS-A-1")
    hall.now = lock.expires_at - MS
    assert hall.do(sweeping()) == Swept(expired=0, more=False)
    assert hall.do(confirming(ANN, lock.id)).booking.status is BookingStatus.PAYMENT_PENDING


def test_a_lock_is_dead_at_its_deadline(hall: Hall) -> None:
    lock = hall.lock(ANN, "STALLS-A-1", "STALLS-A-2")
    hall.now = lock.expires_at
    assert hall.do(sweeping()) == Swept(expired=1, more=False)
    assert hall.get(SeatLock, lock.id) == lock.evolve(status=SeatLockStatus.EXPIRED, updated_at=lock.expires_at)
    assert (hall.map["STALLS-A"], hall.counts["STALLS"]) == ("AAAA", (7, 0, 0))
    assert last_entry(hall) == AuditEntry.model_construct(
        id=entry_id(lock.id, AuditAction.LOCK_EXPIRED, SeatLockStatus.ACTIVE),
        event_id=EVENT_ID,
        sequence=3,
        action=AuditAction.LOCK_EXPIRED,
        lock_id=lock.id,
        from_status=SeatLockStatus.ACTIVE,
        to_status=SeatLockStatus.EXPIRED,
        effect={"STALLS": [2, -2, 0]},
        seats=lock.seats,
        correlation_id=lock.correlation_id,
        metadata={},
        created_at=hall.now,
    )
    assert hall.do(sweeping()) == Swept(expired=0, more=False)


def test_seats_of_a_dead_lock_go_to_the_next_caller_at_once(hall: Hall) -> None:
    dead = hall.lock(ANN, "STALLS-A-1")
    hall.now = dead.expires_at
    lock = hall.do(locking(BOB, "STALLS-A-1")).lock
    assert [entry.action for entry in hall.entries[-2:]] == [AuditAction.LOCK_EXPIRED, AuditAction.SEATS_LOCKED]
    assert hall.get(SeatRow, row_id(EVENT_ID, "STALLS-A")).holders == [lock.id, None, None, None]


def test_a_booking_takes_a_deadline_of_its_own_and_dies_at_it(hall: Hall) -> None:
    booking = hall.book(ANN, "STALLS-A-1")
    assert booking.payment_expires_at == OPENING + timedelta(seconds=600)
    hall.now = booking.payment_expires_at - MS
    assert hall.do(sweeping(booked=True)) == Swept(expired=0, more=False)
    hall.now = booking.payment_expires_at
    assert hall.do(sweeping(booked=True)) == Swept(expired=1, more=False)
    assert hall.get(Booking, booking.id) == booking.evolve(status=BookingStatus.EXPIRED, updated_at=hall.now)
    assert hall.get(SeatLock, booking.id).status is SeatLockStatus.EXPIRED
    assert hall.counts["STALLS"] == (7, 0, 0)
    entry = last_entry(hall)
    assert (entry.action, entry.from_status, entry.to_status) == ("BOOKING_EXPIRED", "PAYMENT_PENDING", "EXPIRED")
    assert entry.effect == {"STALLS": [1, -1, 0]}


def test_what_is_booked_or_given_back_does_not_expire(hall: Hall) -> None:
    hall.pay(ANN, "STALLS-A-1")
    hall.do(releasing(ANN, hall.lock(ANN, "STALLS-A-2").id))
    hall.do(cancelling(ANN, hall.book(ANN, "STALLS-A-3").id))
    hall.now += timedelta(days=1)
    assert hall.do(sweeping()) == Swept(expired=0, more=False)


def test_a_refusal_waits_until_more_of_the_dead_are_swept(hall: Hall) -> None:
    """What these commands lack may be held by the dead that this batch has not read."""
    hall.lock(ANN, quantity=2, section="FLOOR")
    hall.now += MS
    hall.lock(ANN, quantity=2, section="FLOOR")
    late = hall.start(BOB, "STALLS-B-1")
    hall.fail(late)
    hall.now += MS
    hall.lock(ANN, "STALLS-A-1", "STALLS-B-1")
    hall.now += timedelta(hours=1)
    commands: list[Command[Any]] = [
        locking(BOB, quantity=4, section="FLOOR"),
        locking(BOB, "STALLS-A-1"),
        settling(late, PaymentStatus.SUCCEEDED),
        locking(BOB, "STALLS-A-5"),
        locking(BOB, "STALLS-A-2"),
        sweeping(),
    ]
    *waiting, unknown, locked, swept = hall.decide(*commands, dead_per_batch=1)
    assert [type(answer) for answer in waiting] == [MoreDue] * 3
    assert (type(unknown), type(locked), swept) == (InvalidInput, Locked, Swept(expired=1, more=True))
    floor, stalls, settled = hall.decide_all(commands[:3], dead_per_batch=1)
    assert (floor.lock.quantity, stalls.lock.seats) == (4, ["STALLS-A-1"])
    assert settled.booking.status is BookingStatus.CONFIRMED


def test_sales_are_open_until_the_last_millisecond(hall: Hall) -> None:
    hall.now = hall.event.starts_at - MS
    lock = hall.lock(ANN, quantity=1, section="FLOOR")
    hall.now += MS
    assert hall.do(confirming(ANN, lock.id)).booking.status is BookingStatus.PAYMENT_PENDING


# ---------------------------------------------------------------- idempotency


def test_the_same_key_and_request_give_the_same_lock(hall: Hall) -> None:
    locked = hall.do(locking(ANN, "STALLS-A-1", key="k"))
    original = last_entry(hall)
    hall.now += timedelta(seconds=1)
    assert hall.do(locking(ANN, "STALLS-A-1", key="k")) == Locked(locked.lock, replayed=True)
    assert last_entry(hall) == retry_of(hall, original, ANN)
    assert hall.counts["STALLS"] == (6, 1, 0)

    hall.now = locked.lock.expires_at
    expired = locked.lock.evolve(status=SeatLockStatus.EXPIRED, updated_at=locked.lock.expires_at)
    assert hall.do(locking(ANN, "STALLS-A-1", key="k")) == Locked(expired, replayed=True)
    assert hall.counts["STALLS"] == (7, 0, 0)


def test_the_same_key_many_times_in_one_batch_is_one_lock(hall: Hall) -> None:
    answers = hall.decide(*[locking(ANN, quantity=1, section="FLOOR", key="k") for _ in range(50)])
    assert [answer.replayed for answer in answers] == [False] + [True] * 49
    assert {answer.lock.id for answer in answers} == {lock.id for lock in hall.all(SeatLock)}
    assert hall.counts["FLOOR"] == (3, 1, 0)


def test_a_key_belongs_to_one_user_and_one_operation(hall: Hall) -> None:
    lock = hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).lock
    assert not hall.do(locking(BOB, quantity=1, section="FLOOR", key="k")).replayed
    hall.do(confirming(ANN, lock.id))
    assert not hall.do(starting(ANN, lock.id, key="k")).replayed


def test_a_refusal_is_not_remembered(hall: Hall) -> None:
    lock = hall.lock(BOB, quantity=4, section="FLOOR")
    command = locking(ANN, quantity=1, section="FLOOR", key="k")
    with pytest.raises(NotEnoughSeats):
        hall.do(command)
    hall.do(releasing(BOB, lock.id))
    assert not hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).replayed


def test_a_key_is_forgotten_after_its_time(hall: Hall) -> None:
    first = hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).lock
    hall.now = OPENING + TERMS.key_ttl - MS
    assert hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).replayed
    hall.now += MS
    again = hall.do(locking(ANN, quantity=1, section="FLOOR", key="k"))
    assert not again.replayed and again.lock.id != first.id
    hall.now += TERMS.key_ttl - MS
    assert hall.do(locking(ANN, quantity=1, section="FLOOR", key="k")).lock.id == again.lock.id
    assert [lock.id for lock in hall.all(SeatLock) if lock.key_id is not None] == [again.lock.id]


def test_a_lock_decided_again_after_its_own_commit_is_no_replay(hall: Hall) -> None:
    """Only the acknowledgement of the commit was lost: the caller has had no answer yet."""
    command = locking(ANN, "STALLS-A-1")
    locked = hall.do(command)
    before = hall.snapshot()
    assert hall.do(command) == locked
    assert hall.snapshot() == before


def test_a_refused_command_costs_the_others_in_its_batch_nothing(hall: Hall) -> None:
    commands = [
        locking(ANN, "STALLS-A-1"),
        locking(BOB, "STALLS-A-1", "STALLS-A-2"),
        locking(BOB, "STALLS-A-2"),
        locking(ANN, quantity=5, section="FLOOR"),
        locking(ANN, quantity=4, section="FLOOR"),
    ]
    answers = hall.decide(*commands)
    assert [type(answer) for answer in answers] == [Locked, SeatsUnavailable, Locked, NotEnoughSeats, Locked]
    assert hall.map["STALLS-A"] == "HHAA"
    assert [entry.sequence for entry in hall.entries] == [1, 2, 3, 4]
