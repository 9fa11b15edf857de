"""Any sequence of commands, whatever the clock does and the provider says: design.md §3 holds after every batch."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from beanie import PydanticObjectId
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from domain.caller import Caller
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    SeatLock,
    SeatLockStatus,
    SeatRow,
)
from domain.errors import NotEnoughSeats, Refusal, SeatsUnavailable
from domain.inventory.commands import (
    Command,
    Confirmed,
    Locked,
    LockSeats,
    PaymentStarted,
    Released,
    SettlePayment,
    SettleRefund,
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

CALLERS = st.sampled_from([ANN, BOB, ADMIN])
KEYS = st.sampled_from(["k1", "k2", "k3", None])
LABELS = [f"STALLS-{row}-{number}" for row, size in (("A", 4), ("B", 3)) for number in range(1, size + 1)]
LOCK_OF: dict[BookingStatus, SeatLockStatus] = {
    BookingStatus.PAYMENT_PENDING: SeatLockStatus.ACTIVE,
    BookingStatus.CONFIRMED: SeatLockStatus.CONSUMED,
    BookingStatus.FAILED: SeatLockStatus.EXPIRED,
    BookingStatus.EXPIRED: SeatLockStatus.EXPIRED,
    BookingStatus.CANCELLED: SeatLockStatus.RELEASED,
}


class Sale(RuleBasedStateMachine):
    """A small hall, three people, a provider that may say anything, and a line of commands that batches take from."""

    locks: Bundle[PydanticObjectId] = Bundle("locks")
    payments: Bundle[Payment] = Bundle("payments")
    asked: Bundle[Command[Any]] = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall(
            capacity=3, rows={"STALLS": {"A": 4, "B": 3}}, starts_at=OPENING + timedelta(hours=25), terms=TERMS
        )
        self.line: list[Command[Any]] = []
        self.dead_per_batch: int | None = None
        self.taken: set[PydanticObjectId] = set()
        """Payments whose money the provider has told us it took."""

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
        return command.lock_id if wait or isinstance(answers[-1], Locked) else multiple()

    @rule(caller=CALLERS, lock_id=locks, wait=st.booleans())
    def release(self, caller: Caller, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(releasing(caller, lock_id), wait)

    @rule(caller=CALLERS, lock_id=locks, wait=st.booleans())
    def confirm(self, caller: Caller, lock_id: PydanticObjectId, wait: bool) -> None:
        self._ask(confirming(caller, lock_id), wait)

    @rule(target=payments, caller=CALLERS, booking_id=locks, amount=st.sampled_from([None, 1, 501]), key=KEYS)
    def start_payment(
        self, caller: Caller, booking_id: PydanticObjectId, amount: int | None, key: str | None
    ) -> Any:
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

    @rule(caller=CALLERS, booking_id=locks, wait=st.booleans())
    def cancel(self, caller: Caller, booking_id: PydanticObjectId, wait: bool) -> None:
        self._ask(cancelling(caller, booking_id), wait)

    @rule(wait=st.booleans())
    def settle_refunds(self, wait: bool) -> None:
        for refund in self.hall.all(Refund):
            self._ask(refunding(refund), wait)

    @rule(command=asked)
    def decide_again(self, command: Command[Any]) -> None:
        """A commit whose acknowledgement was lost, or a message that came twice."""
        self._ask(command, wait=False)

    @rule(command=consumes(asked))
    def forget(self, command: Command[Any]) -> None:
        """Keeps the choice of `decide_again` to what was asked lately."""

    @rule(dead_per_batch=st.sampled_from([None, 1, 2]))
    def read_fewer_dead_locks_a_batch(self, dead_per_batch: int | None) -> None:
        self.dead_per_batch = dead_per_batch

    @rule(step=st.sampled_from([MS, timedelta(seconds=60), timedelta(seconds=300), timedelta(hours=24)]))
    def time_passes(self, step: timedelta) -> None:
        self.hall.now += step

    @rule(before=st.sampled_from([0, 1]))
    def time_passes_to_the_next_deadline(self, before: int) -> None:
        due = [lock.expires_at for lock in self.hall.all(SeatLock) if lock.status is SeatLockStatus.ACTIVE]
        self.hall.now = max(self.hall.now, min(due, default=self.hall.now) - before * MS)

    @rule()
    def sweep(self) -> None:
        self._ask(sweeping(), wait=False)
