"""Any sequence of commands, whatever the clock does and the provider says: design.md §3 holds after every batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from beanie import PydanticObjectId
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from domain.caller import Caller
from domain.documents import (
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    SeatLock,
    SeatLockStatus,
    new_id,
)
from domain.errors import NotEnoughSeats, Refusal, SeatsUnavailable
from domain.inventory.commands import (
    Command,
    Locked,
    LockSeats,
    PaymentStarted,
    SettlePayment,
    StartPayment,
)
from domain.money import Money
from tests.domain.asking import (
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
from tests.domain.halls import MS, OPENING, TERMS, Hall
from tests.domain.invariants import (
    a_lock_and_its_booking_agree,
    counters_and_rows_say_who_has_what,
    money_is_kept_for_seats_only,
    the_entries_tell_it_all,
)

CALLERS = st.sampled_from([ANN, ANN, BOB, ADMIN, ADMIN])
KEYS = st.sampled_from(["k1", "k2", "k3", None])
LABELS = [f"STALLS-{row}-{number}" for row, size in (("A", 4), ("B", 3)) for number in range(1, size + 1)]


class Sale(RuleBasedStateMachine):
    """A small hall, three people, a provider that may say anything, and a line of commands that batches take from."""

    locks: Bundle[PydanticObjectId] = Bundle("locks")
    """Of locks, and so of bookings."""
    payments: Bundle[Payment] = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall(
            capacity=3, rows={"STALLS": {"A": 4, "B": 3}}, starts_at=OPENING + timedelta(hours=25), terms=TERMS
        )
        self.line: list[Command[Any]] = []
        self.asked: list[Command[Any]] = []
        self.dead_per_batch: int | None = None
        self.taken: set[PydanticObjectId] = set()
        """Payments whose money the provider has told us it took."""
        self.made: dict[bytes, tuple[PydanticObjectId, datetime]] = {}
        """What each key made, and until when it does not make another."""

    # ------------------------------------------------------------ what may happen

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

    def _lock(self, command: LockSeats, wait: bool) -> Any:
        answers = self._ask(command, wait)
        if wait:
            return command.lock_id
        return answers[-1].lock.id if isinstance(answers[-1], Locked) else multiple()

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

    @rule(
        payment=payments,
        status=st.sampled_from([PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.TIMED_OUT]),
        money_taken=st.booleans(),
        wait=st.booleans(),
    )
    def settle_payment(self, payment: Payment, status: PaymentStatus, money_taken: bool, wait: bool) -> None:
        """In time or late, once or often, the same answer or another."""
        self._ask(settling(payment, status, money_taken=money_taken and status is PaymentStatus.FAILED), wait)

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

    @rule(wait=st.booleans())
    def settle_refunds(self, wait: bool) -> None:
        for refund in self.hall.all(Refund):  # again and again
            self._ask(refunding(refund), wait)

    @rule(ago=st.integers(1, 5))
    def decide_again(self, ago: int) -> None:
        """A commit whose acknowledgement was lost, or a message that came twice."""
        for command in self.asked[-ago:][:1]:
            self._ask(command, wait=False)

    @rule(ago=st.integers(1, 5), wait=st.booleans())
    def ask_again(self, ago: int, wait: bool) -> None:
        """A client that repeats its request, with the same key."""
        repeatable = [command for command in self.asked if isinstance(command, LockSeats | StartPayment)]
        for command in repeatable[-ago:][:1]:
            if isinstance(command, LockSeats):
                self._ask(replace(command, lock_id=new_id()), wait)
            else:
                self._ask(replace(command, payment_id=new_id()), wait)

    @rule(dead_per_batch=st.sampled_from([None, 1, 2]))
    def read_fewer_dead_locks_a_batch(self, dead_per_batch: int | None) -> None:
        self.dead_per_batch = dead_per_batch

    @rule(step=st.sampled_from([MS, timedelta(seconds=60), timedelta(seconds=300), TERMS.key_ttl]))
    def time_passes(self, step: timedelta) -> None:
        self.hall.now += step
        if step == TERMS.key_ttl:
            self.asked.clear()  # nobody tries that long

    @rule(before=st.sampled_from([0, 1]))
    def time_passes_to_the_next_deadline(self, before: int) -> None:
        due = [lock.expires_at for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
        self.hall.now = max(self.hall.now, min(due, default=self.hall.now) - before * MS)

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
        self.asked += commands
        answers = self.hall.decide_all(commands, self.dead_per_batch)
        for asked, answer in zip(commands, answers, strict=True):
            self._remember(asked, answer)
        if len(commands) == 1:
            self._is_true(commands[0], answers[0])
        return answers

    def _remember(self, command: Command[Any], answer: Any) -> None:
        """What an answer tells about money, and that a key made one thing only."""
        if isinstance(answer, Refusal):
            return
        if isinstance(command, SettlePayment) and command.money_taken:
            self.taken.add(command.payment_id)
        if isinstance(command, LockSeats | StartPayment) and not answer.replayed:
            made = command.lock_id if isinstance(command, LockSeats) else command.payment_id
            before, good_until = self.made.get(command.key_id, (made, self.hall.now))
            assert made == before or good_until <= self.hall.now, "one key made two things"
            self.made[command.key_id] = made, self.hall.now + TERMS.key_ttl

    def _is_true(self, command: Command[Any], answer: Any) -> None:
        """A refusal for want of seats is true at this moment: what is dead, swept or not, is free."""
        alive = [lock for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
        alive = [lock for lock in alive if not lock.is_dead(self.hall.now)]
        booked = [booking for booking in self.hall.all(Booking) if booking.status is BookingStatus.CONFIRMED]
        if isinstance(answer, NotEnoughSeats):
            assert isinstance(command, LockSeats) and command.section is not None and command.quantity is not None
            section = self.hall.event.section(command.section)
            assert section is not None
            taken = sum(holder.quantities.get(section.name, 0) for holder in (*alive, *booked))
            assert answer.available_seats == section.total - taken < command.quantity
        if isinstance(answer, SeatsUnavailable):
            seats = {label for holder in (*alive, *booked) for label in holder.seats}
            assert isinstance(command, LockSeats) and command.seats is not None
            assert answer.seats == [label for label in command.seats if label in seats] != []

    @invariant()
    def everything_holds(self) -> None:
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
        assert all(held == 0 for _, held, _ in self.hall.counts.values())
        self.everything_holds()


TestSale = Sale.TestCase
TestSale.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
