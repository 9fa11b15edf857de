"""Any commands, any clock, any answers of the provider: docs/architecture.md, Invariants, holds after every batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from beanie import PydanticObjectId
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from domain.caller import Caller
from domain.documents import (
    Allocation,
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    new_id,
)
from domain.errors import LimitExceeded, NotEnoughSeats, Refusal, SeatsUnavailable
from domain.inventory.allocation_commands import AllocationMade, AllocationReleased, CreateAllocation
from domain.inventory.allotments import window_of
from domain.inventory.commands import (
    Cancelled,
    ChangeLock,
    Command,
    LockChanged,
    Locked,
    LockExtended,
    LockSeats,
    Released,
)
from domain.inventory.event_commands import OpenSales, SectionChange, Unchanged, UpdateEvent
from domain.inventory.parts import Counted, Named, Part
from domain.inventory.payment_commands import PaymentSettled, PaymentStarted, SettlePayment, StartPayment
from domain.money import Money
from tests.support.asking import (
    ADMIN,
    ANN,
    BOB,
    allotting,
    calling_off,
    cancelling,
    changing,
    closing,
    confirming,
    ending,
    extending,
    finishing,
    giving_up,
    locking,
    making_again,
    marking,
    opening,
    refunding,
    releasing,
    resending,
    settling,
    starting,
    sweeping,
    updating,
)
from tests.support.halls import MS, OPENING, TERMS, Hall
from tests.support.hunting import many
from tests.support.invariants import (
    a_lock_and_its_booking_agree,
    counters_and_rows_say_who_has_what,
    lapses_of,
    money_is_kept_for_seats_only,
    seats_of,
    the_entries_tell_it_all,
    what_a_lock_holds_adds_up,
)

CALLERS = st.sampled_from([ANN, ANN, BOB, ADMIN, ADMIN])
BUYERS = [ANN, BOB, ADMIN]
KEYS = st.sampled_from(["k1", "k2", "k3", None])
ANSWERS = [
    (PaymentStatus.SUCCEEDED, True),
    (PaymentStatus.FAILED, True),
    (PaymentStatus.FAILED, False),
    (PaymentStatus.TIMED_OUT, False),
]
Holding = Locked | LockChanged | LockExtended | Released
MANY = 15
"""So much has happened before the event may be cancelled: afterwards little can."""
LABELS = [f"STALLS-{row}-{number}" for row, size in (("A", 4), ("B", 3)) for number in range(1, size + 1)]


def _part_of(labels: list[str]) -> Part:
    return Named(tuple(labels))


COUNTED: st.SearchStrategy[Part] = st.builds(Counted, st.integers(1, 2), st.sampled_from(["FLOOR", "STALLS"]))
NAMED = st.lists(st.sampled_from(LABELS), min_size=1, max_size=2, unique=True).map(_part_of)
SELECTIONS = st.lists(COUNTED | NAMED, min_size=1, max_size=3).filter(lambda parts: _is_plain(_named(parts)))


def _parts_of(command: Command[Any]) -> tuple[Part, ...]:
    """What it wants to have."""
    assert isinstance(command, LockSeats | ChangeLock | CreateAllocation)
    return command.add if isinstance(command, ChangeLock) else command.parts


def _named(parts: Iterable[Part]) -> list[str]:
    return [label for part in parts if isinstance(part, Named) for label in part.labels]


def _is_plain(labels: list[str]) -> bool:
    return len(labels) == len(set(labels))


def _asked(parts: Iterable[Part]) -> Counter[str]:
    """Section → how many of its seats."""
    counts: Counter[str] = Counter("STALLS" for _ in _named(parts))
    for part in parts:
        if isinstance(part, Counted):
            counts[part.section or ""] += part.count
    return counts


class Sale(RuleBasedStateMachine):
    """A small hall, three people, a provider that may say anything, and a line of commands that batches take from."""

    locks: Bundle[PydanticObjectId] = Bundle("locks")
    """Of locks, and so of bookings."""
    payments: Bundle[Payment] = Bundle("payments")
    allocations: Bundle[PydanticObjectId] = Bundle("allocations")

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall(
            capacity=3, rows={"STALLS": {"A": 4, "B": 3}}, starts_at=OPENING + timedelta(hours=25), terms=TERMS
        )
        self.line: list[Command[Any]] = []
        self.answered: list[tuple[Command[Any], Any]] = []
        self.dead_per_batch: int | None = None
        self.taken: set[PydanticObjectId] = set()
        """Payments whose money the provider has told us it took."""
        self.cancelled: set[PydanticObjectId] = set()
        """Bookings that were seen CANCELLED."""
        self.made: dict[bytes, tuple[PydanticObjectId, datetime]] = {}
        """What each key made, and until when it does not make another."""

    # ------------------------------------------------------------ what may happen

    @initialize(
        dead_per_batch=st.sampled_from([None, 1, 2]),
        most=st.sampled_from([None, 3, 5]),
        held=st.sampled_from([3, 1_000]),
        lapses=st.sampled_from([3, 1_000]),
    )
    def open(self, dead_per_batch: int | None, most: int | None, held: int, lapses: int) -> None:
        self.dead_per_batch = dead_per_batch
        self.hall.terms = replace(TERMS, max_held_seats_per_buyer=held, max_lapses_per_buyer=lapses)
        self._ask(updating(max_seats_per_buyer=most), wait=False)

    @rule(
        target=locks,
        caller=CALLERS,
        quantity=st.integers(1, 4),
        section=st.sampled_from(["FLOOR", "STALLS", None]),
        key=KEYS,
        wait=st.booleans(),
    )
    def lock_a_number(self, caller: Caller, quantity: int, section: str | None, key: str | None, wait: bool) -> Any:
        return self._lock(locking(caller, quantity=quantity, section=section, key=key), wait)

    @rule(
        target=locks,
        caller=CALLERS,
        seats=st.lists(st.sampled_from([*LABELS, "STALLS-A-5"]), min_size=1, max_size=3, unique=True),
        key=KEYS,
        wait=st.booleans(),
    )
    def lock_by_name(self, caller: Caller, seats: list[str], key: str | None, wait: bool) -> Any:
        return self._lock(locking(caller, *seats, key=key), wait)

    @rule(target=locks, caller=CALLERS, parts=SELECTIONS, key=KEYS, wait=st.booleans())
    def lock_in_parts(self, caller: Caller, parts: list[Part], key: str | None, wait: bool) -> Any:
        return self._lock(locking(caller, items=parts, key=key), wait)

    @rule(
        target=allocations,
        parts=SELECTIONS,
        opens=st.sampled_from([None, None, 60]),
        releases=st.sampled_from([None, 120, 450]),
        most=st.sampled_from([None, None, 1]),
        key=KEYS,
        wait=st.booleans(),
    )
    def keep_back(
        self, parts: list[Part], opens: int | None, releases: int | None, most: int | None, key: str | None, wait: bool
    ) -> Any:
        opens_at, releases_at = (
            None if each is None else self.hall.now + timedelta(seconds=each) for each in (opens, releases)
        )
        command = allotting(items=parts, opens_at=opens_at, releases_at=releases_at, most=most, key=key)
        answers = self._ask(command, wait)
        if wait:
            return command.allocation_id
        return answers[-1].allocation.id if isinstance(answers[-1], AllocationMade) else multiple()

    @rule(target=locks, caller=CALLERS, out_of=allocations, parts=SELECTIONS, key=KEYS, wait=st.booleans())
    def lock_what_is_kept(
        self, caller: Caller, out_of: PydanticObjectId, parts: list[Part], key: str | None, wait: bool
    ) -> Any:
        return self._lock(locking(caller, items=parts, key=key, out_of=out_of), wait)

    @rule(target=locks, caller=CALLERS, out_of=allocations, count=st.integers(1, 2), wait=st.booleans())
    def lock_some_of_it(self, caller: Caller, out_of: PydanticObjectId, count: int, wait: bool) -> Any:
        """What is surely in it, unless others have it."""
        for allocation in self.hall.all(Allocation):
            if allocation.id == out_of:
                section = next(iter(allocation.quantities))
                return self._lock(locking(caller, quantity=count, section=section, out_of=out_of), wait)
        return multiple()

    @rule(allocation_id=allocations, wait=st.booleans())
    def give_back_what_is_kept(self, allocation_id: PydanticObjectId, wait: bool) -> None:
        self._ask(giving_up(allocation_id), wait)

    def _lock(self, command: LockSeats, wait: bool) -> Any:
        answers = self._ask(command, wait)
        if wait:
            return command.lock_id
        return answers[-1].lock.id if isinstance(answers[-1], Locked) else multiple()

    @rule(
        caller=CALLERS,
        lock_id=locks,
        add=st.just([]) | SELECTIONS,
        remove=st.just([]) | SELECTIONS,
        key=KEYS,
        wait=st.booleans(),
    )
    def change(
        self,
        caller: Caller,
        lock_id: PydanticObjectId,
        add: list[Part],
        remove: list[Part],
        key: str | None,
        wait: bool,
    ) -> None:
        self._ask(changing(caller, lock_id, add=add, remove=remove, key=key), wait)

    @rule(caller=CALLERS, lock_id=locks, data=st.data(), wait=st.booleans())
    def swap_what_it_holds(self, caller: Caller, lock_id: PydanticObjectId, data: st.DataObject, wait: bool) -> None:
        """One of its seats for another, which chance alone names rarely."""
        lock = next((lock for lock in self.hall.all(SeatLock) if lock.id == lock_id), None)
        if lock is None or not lock.seats:
            return
        gone = data.draw(st.sampled_from(lock.seats))
        wanted = data.draw(st.sampled_from(LABELS))
        self._ask(changing(caller, lock_id, add=[Named((wanted,))], remove=[Named((gone,))]), wait)

    @rule(caller=CALLERS, lock_id=locks, wait=st.booleans())
    def extend(self, caller: Caller, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(extending(caller, lock_id), wait)

    @rule(caller=CALLERS, lock_id=locks, wait=st.booleans())
    def release(self, caller: Caller, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(releasing(caller, lock_id), wait)

    @rule(caller=CALLERS, lock_id=locks, wait=st.booleans())
    def confirm(self, caller: Caller, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(confirming(caller, lock_id), wait)

    @rule(target=payments, caller=CALLERS, booking_id=locks, amount=st.sampled_from([None, 1, 501]), key=KEYS)
    def start_payment(self, caller: Caller, booking_id: PydanticObjectId, amount: int | None, key: str | None) -> Any:
        money = None if amount is None else Money(amount, "INR")
        answer = self._ask(starting(caller, booking_id, amount=money, key=key), wait=False)[-1]
        return answer.payment if isinstance(answer, PaymentStarted) else multiple()

    @rule(payment=payments, key=KEYS)
    def pay_once_more(self, payment: Payment, key: str | None) -> None:
        self._ask(starting(ADMIN, payment.booking_id, key=key), wait=False)

    @rule(payment=payments, answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3), wait=st.booleans())
    def settle_payment(self, payment: Payment, answers: list[tuple[PaymentStatus, bool]], wait: bool) -> None:
        """In time or late, once or often, the same answer or another."""
        for status, money_taken in answers:
            self._ask(settling(payment, status, money_taken=money_taken), wait)

    @rule(target=payments, caller=CALLERS, quantity=st.integers(1, 2), section=st.sampled_from(["FLOOR", "STALLS"]))
    def go_and_pay(self, caller: Caller, quantity: int, section: str) -> Any:
        """A lock, a booking and a payment in one go, which chance alone makes rarely."""
        locked = self._ask(locking(caller, quantity=quantity, section=section), wait=False)[-1]
        if not isinstance(locked, Locked):
            return multiple()
        self._ask(confirming(caller, locked.lock.id), wait=True)
        started = self._ask(starting(caller, locked.lock.id), wait=False)[-1]
        return started.payment

    @rule(caller=CALLERS, booking_id=locks, wait=st.booleans())
    def cancel(self, caller: Caller, booking_id: PydanticObjectId, wait: bool) -> None:
        self._ask(cancelling(caller, booking_id), wait)

    @rule(caller=CALLERS, payment=payments, wait=st.booleans())
    def cancel_what_is_being_paid(self, caller: Caller, payment: Payment, wait: bool) -> None:
        self._ask(cancelling(caller, payment.booking_id), wait)

    @rule(status=st.sampled_from([RefundStatus.PROCESSED, RefundStatus.FAILED]), wait=st.booleans())
    def settle_refunds(self, status: RefundStatus, wait: bool) -> None:
        for refund in self.hall.all(Refund):  # again and again
            self._ask(refunding(refund, status), wait)

    @rule(do=st.sampled_from([resending, resending, marking]), wait=st.booleans())
    def help_refunds_along(self, do: Callable[[Refund], Command[Any]], wait: bool) -> None:
        """An ADMIN does, whatever they are."""
        for refund in self.hall.all(Refund):
            by_hand = refund.by_hand
            self._ask(do(refund), wait)
            assert not by_hand or self.hall.get(Refund, refund.id).by_hand

    @rule(ago=st.integers(1, 5))
    def decide_again(self, ago: int) -> None:
        """A commit whose acknowledgement was lost, or a message that came twice."""
        for command, first in self.answered[-ago:][:1]:
            again = self._ask(command, wait=False)[-1]
            if isinstance(first, Locked | LockChanged | PaymentStarted) or (
                isinstance(first, Cancelled) and first.refund
            ):
                assert again.replayed is first.replayed

    @rule(ago=st.integers(1, 5), wait=st.booleans())
    def ask_again(self, ago: int, wait: bool) -> None:
        """A client that repeats its request, with the same key."""
        for command, _ in self.answered[-ago:][:1]:
            if isinstance(command, LockSeats):
                self._ask(replace(command, lock_id=new_id()), wait)
            elif isinstance(command, ChangeLock):
                self._ask(replace(command, change_id=new_id()), wait)
            elif isinstance(command, StartPayment):
                self._ask(replace(command, payment_id=new_id()), wait)

    @rule(step=st.sampled_from([MS, timedelta(seconds=60), timedelta(seconds=300), TERMS.key_ttl]))
    def time_passes(self, step: timedelta) -> None:
        self.hall.now += step
        if step == TERMS.key_ttl:
            self.answered.clear()  # nobody tries that long

    @rule(before=st.sampled_from([0, 1]))
    def time_passes_to_the_next_deadline(self, before: int) -> None:
        due = [lock.expires_at for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
        due += [one.releases_at for one in self.hall.event.allotments if one.releases_at is not None]
        self.hall.now = max(self.hall.now, min(due, default=self.hall.now) - before * MS)

    @rule(capacity=st.integers(1, 6), price=st.sampled_from([None, 501, 600]), wait=st.booleans())
    def update_the_event(self, capacity: int, price: int | None, wait: bool) -> None:
        money = None if price is None else Money(price, "INR")
        self._ask(updating(sections=(SectionChange("sections.0", "FLOOR", money, capacity),)), wait)

    @rule(most=st.sampled_from([None, 1, 4]), wait=st.booleans())
    def limit_the_buyers(self, most: int | None, wait: bool) -> None:
        self._ask(updating(max_seats_per_buyer=most), wait)

    @rule(opens=st.sampled_from([None, -1, 1, 60]), ends=st.sampled_from([None, 0, 61, 600]), wait=st.booleans())
    def move_the_window(self, opens: int | None, ends: int | None, wait: bool) -> None:
        window = [None if each is None else self.hall.now + timedelta(seconds=each) for each in (opens, ends)]
        self._ask(updating(sales_start_at=window[0], sales_end_at=window[1]), wait)

    @rule(command=st.sampled_from([closing(), opening(), opening(), making_again()]), wait=st.booleans())
    def close_or_open_sales_or_make_it_again(self, command: Command[Any], wait: bool) -> None:
        self._ask(command, wait)

    @precondition(lambda self: len(self.answered) > MANY)
    @rule(wait=st.booleans())
    def cancel_the_event(self, wait: bool) -> None:
        self._ask(calling_off(), wait)

    @rule(lock_id=locks, wait=st.booleans())
    def end_what_a_cancelled_event_has_sold(self, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(ending(lock_id), wait)

    @rule()
    def sweep(self) -> None:
        self._ask(sweeping(), wait=False)

    # ------------------------------------------------------------ asking

    def _ask(self, command: Command[Any], wait: bool) -> list[Any]:
        """Join the line and, unless others shall join first, have the whole line decided as one batch."""
        self.line.append(command)
        if wait:
            return []
        commands, self.line = self.line, []
        is_cancelled, sold = self.hall.event.cancelled_at, self._sold()
        on_sale, could_be_booked = self.hall.event.is_on_sale(self.hall.now), self._pending_or_booked()
        limit, had = self._loosest(commands), {buyer: seats_of(self.hall, buyer) for buyer in BUYERS}
        answers = self.hall.decide_all(commands, self.dead_per_batch)
        for buyer, (held_before, booked_before) in had.items():
            held, booked = seats_of(self.hall, buyer)
            assert held <= max(self.hall.terms.max_held_seats_per_buyer, held_before), "too many unpaid seats"
            assert held + booked <= max(limit, held_before + booked_before), "one buyer has too many seats"
        assert not is_cancelled or self._sold() <= sold, "a cancelled event sells nothing"
        if not on_sale and not any(isinstance(command, OpenSales | UpdateEvent) for command in commands):
            assert self._booked() <= could_be_booked, "late money bought what was not on sale"
        cancelled = {booking.id for booking in self.hall.all(Booking) if booking.status is BookingStatus.CANCELLED}
        assert self.cancelled <= cancelled, "a cancellation was undone"
        self.cancelled = cancelled
        self.answered += zip(commands, answers, strict=True)
        for decided, answer in zip(commands, answers, strict=True):
            if not isinstance(answer, Refusal):
                self._hear(decided, answer)
        if self.dead_per_batch is None:
            active = [lock for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
            assert all(lock.expires_at > self.hall.now for lock in active), "dead, and not expired"
            assert all(allotment.lasts(self.hall.now) for allotment in self.hall.event.allotments), "over, and kept"
        if len(commands) == 1:
            self._check_want_of_seats(commands[0], answers[0])
            self._check_limits(commands[0], answers[0])
        return answers

    def _loosest(self, commands: Iterable[Command[Any]]) -> float:
        """How many seats a buyer may have at some time of this batch, as far as the event says."""
        said = [command.max_seats_per_buyer for command in commands if isinstance(command, UpdateEvent)]
        limits = [self.hall.event.max_seats_per_buyer, *(each for each in said if not isinstance(each, Unchanged))]
        return max(inf if limit is None else limit for limit in limits)

    def _check_limits(self, command: Command[Any], answer: Any) -> None:
        """Who is refused for a limit is over it; who lets holds lapse gets no more until the time they were told."""
        if not isinstance(command, LockSeats):
            return
        terms, asked, (held, booked) = (
            self.hall.terms,
            _asked(command.parts).total(),
            seats_of(self.hall, command.caller),
        )
        lapsed = sorted(lapses_of(self.hall, command.caller), reverse=True)
        waits = len(lapsed) >= terms.max_lapses_per_buyer
        if isinstance(answer, LimitExceeded):
            if answer.retry_at is not None:
                assert waits and answer.retry_at == lapsed[terms.max_lapses_per_buyer - 1] + timedelta(hours=1)
            else:
                is_over = held + booked + asked > (self.hall.event.max_seats_per_buyer or inf)
                is_over |= self._is_over_at_allocation(command, asked)
                assert is_over or held + asked > terms.max_held_seats_per_buyer
        elif isinstance(answer, Locked) and not answer.replayed and answer.lock.created_at == self.hall.now:
            assert not waits, "who lets holds lapse did not wait"

    def _hear(self, command: Command[Any], outcome: Any) -> None:
        """Learn whose money the provider took; see that callers act on their own, and that a key makes one thing."""
        if isinstance(command, SettlePayment) and command.money_taken:
            self.taken.add(command.payment_id)
        if command.caller is not None and not command.caller.is_admin:
            assert not isinstance(outcome, AllocationMade | AllocationReleased)
            owner = outcome.lock if isinstance(outcome, Holding) else outcome.booking
            assert owner.user_id == command.caller.user_id
        if isinstance(command, LockSeats | StartPayment):
            made = outcome.lock if isinstance(command, LockSeats) else outcome.payment
            first, good_until = self.made.get(command.key_id, (made.id, self.hall.now))
            if self.hall.now < good_until:
                assert made.id == first, "one key made two things"
            else:
                assert not outcome.replayed, "a forgotten key"
                self.made[command.key_id] = made.id, self.hall.now + TERMS.key_ttl

    def _sold(self) -> set[tuple[str, PydanticObjectId]]:
        """What was ever locked or tried to pay, and what is booked."""
        booked = [booking for booking in self.hall.all(Booking) if booking.status is BookingStatus.CONFIRMED]
        everything = [*self.hall.all(SeatLock), *self.hall.all(Payment), *booked]
        return {(type(each).__name__, each.id) for each in everything}

    def _booked(self) -> set[PydanticObjectId]:
        """Not those out of an allocation, which may sell when the event does not."""
        booked = [booking for booking in self.hall.all(Booking) if booking.status is BookingStatus.CONFIRMED]
        return {booking.id for booking in booked if booking.allocation_id is None}

    def _pending_or_booked(self) -> set[PydanticObjectId]:
        """What may be CONFIRMED although nothing is on sale: it is, or its seats are held for it."""
        pending = [each for each in self.hall.all(Booking) if each.status is BookingStatus.PAYMENT_PENDING]
        return self._booked() | {booking.id for booking in pending}

    def _check_want_of_seats(self, command: Command[Any], answer: Any) -> None:
        """Whoever goes without seats now does so because they are taken, and not by what is dead, swept or not."""
        locks = [lock for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
        booked = [booking for booking in self.hall.all(Booking) if booking.status is BookingStatus.CONFIRMED]
        holders = [*(lock for lock in locks if lock.expires_at > self.hall.now), *booked]
        taken = {label for holder in holders for label in holder.seats}
        free = Counter({section.name: section.total for section in self.hall.event.sections})
        for holder in holders:
            free.subtract(holder.quantities)
        if isinstance(command, LockSeats) and command.allocation_id is not None:
            if isinstance(answer, NotEnoughSeats | SeatsUnavailable):
                self._check_want_of_kept(command, answer, holders)
            return
        if isinstance(command, ChangeLock) and self._is_out_of_allocation(command.lock_id):
            return
        for each in self.hall.event.allotments:
            free.subtract(each.kept)
            taken |= self._kept_by(each.id)
        if isinstance(answer, NotEnoughSeats):
            short = [free[name] for name, count in _asked(_parts_of(command)).items() if free[name] < count]
            assert answer.available_seats in short
        if isinstance(answer, SeatsUnavailable):
            assert answer.seats == [label for label in _named(_parts_of(command)) if label in taken] != []
        if isinstance(answer, PaymentSettled) and answer.refund and answer.refund.reason is RefundReason.LATE_PAYMENT:
            first_told = isinstance(command, SettlePayment) and answer.refund.id == command.refund_id
            wanted = answer.booking
            gone = taken & {*wanted.seats} or any(free[name] < count for name, count in wanted.quantities.items())
            may_buy = self.hall.event.is_on_sale(self.hall.now) and wanted.status is not BookingStatus.CANCELLED
            if (allotment := self.hall.event.allotment(wanted.allocation_id)) is not None:
                window = window_of(self.hall.event, allotment)
                is_open = window.is_open(self.hall.now) and wanted.status is not BookingStatus.CANCELLED
                is_short = any(allotment.kept.get(name, 0) < count for name, count in wanted.quantities.items())
                is_kept = not is_short and {*wanted.seats} <= self._kept_by(allotment.id)
                is_limited = (
                    allotment.max_seats_per_buyer is not None or self.hall.event.max_seats_per_buyer is not None
                )
                assert is_limited or not (is_open and is_kept and first_told), "the allocation had the seats"
            owner = Caller(wanted.user_id, Role.USER, "")
            is_over = sum(seats_of(self.hall, owner)) + wanted.quantity > (self.hall.event.max_seats_per_buyer or inf)
            assert gone or is_over or not first_told or not may_buy, "the seats were free"

    def _is_over_at_allocation(self, command: LockSeats, asked: int) -> bool:
        """Whether the buyer would have more of the allocation's seats than each may."""
        allotment = self.hall.event.allotment(command.allocation_id)
        if allotment is None or allotment.max_seats_per_buyer is None:
            return False
        locks = [lock for lock in self.hall.all(SeatLock) if lock.allocation_id == allotment.id]
        had = [
            lock.quantity
            for lock in locks
            if lock.user_id == command.caller.user_id
            and not lock.is_dead(self.hall.now)
            and lock.status in (SeatLockStatus.ACTIVE, SeatLockStatus.CONSUMED)
        ]
        return sum(had) + asked > allotment.max_seats_per_buyer

    def _is_out_of_allocation(self, lock_id: PydanticObjectId) -> bool:
        return any(lock.id == lock_id and lock.allocation_id is not None for lock in self.hall.all(SeatLock))

    def _kept_by(self, allocation_id: PydanticObjectId) -> set[str]:
        return {
            f"{row.label}-{number}"
            for row in self.hall.all(SeatRow)
            for number, holder in enumerate(row.holders, start=1)
            if holder == allocation_id
        }

    def _check_want_of_kept(self, command: LockSeats, answer: Any, holders: list[SeatLock | Booking]) -> None:
        """Whoever goes without a seat of an allocation does so because it has too few left, by its buyers alone."""
        (allocation,) = (one for one in self.hall.all(Allocation) if one.id == command.allocation_id)
        theirs = [holder for holder in holders if holder.allocation_id == allocation.id]
        left = Counter(allocation.quantities)
        for holder in theirs:
            left.subtract(holder.quantities)
        if isinstance(answer, NotEnoughSeats):
            short = [left[name] for name, count in _asked(command.parts).items() if left[name] < count]
            assert answer.available_seats in short
        if isinstance(answer, SeatsUnavailable):
            free = {*allocation.seats} - {label for holder in theirs for label in holder.seats}
            assert answer.seats == [label for label in _named(command.parts) if label not in free] != []

    @invariant()
    def everything_holds(self) -> None:
        what_a_lock_holds_adds_up(self.hall)
        counters_and_rows_say_who_has_what(self.hall)
        a_lock_and_its_booking_agree(self.hall)
        money_is_kept_for_seats_only(self.hall, self.taken)
        the_entries_tell_it_all(self.hall)

    def teardown(self) -> None:
        """In the end every answer comes and every deadline passes: nothing stays held, nobody's money hangs."""
        self.dead_per_batch = None
        self._ask(sweeping(), wait=False)
        for payment in self.hall.all(Payment):
            if payment.status in (PaymentStatus.PENDING, PaymentStatus.TIMED_OUT):
                self._ask(settling(payment, PaymentStatus.SUCCEEDED), wait=False)
        self.hall.now += TERMS.lock_ttl + TERMS.payment_ttl
        self._ask(sweeping(), wait=False)
        for allocation in self.hall.all(Allocation):
            self._ask(giving_up(allocation.id), wait=False)
        assert all(held == 0 for _, held, _ in self.hall.counts.values())
        self._ask(calling_off(), wait=False)
        for lock in self.hall.all(SeatLock):
            self._ask(ending(lock.id), wait=True)
        self._ask(finishing(), wait=False)
        assert self.hall.event.cancellation_finished_at is not None
        self.everything_holds()


TestSale = Sale.TestCase
TestSale.settings = settings(max_examples=many(25, 150), stateful_step_count=40, deadline=None)
