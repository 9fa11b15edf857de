"""Any attempts to pay one booking, answered in any order, twice or too late, while it is cancelled or lapses.

The provider has a book of its own. In the end everything it has to tell was told, and both books agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

import pytest
from beanie import PydanticObjectId
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.documents import Booking, BookingStatus, Payment, PaymentFailureReason, PaymentStatus, Refund
from domain.errors import Refusal
from domain.inventory.payment_commands import PaymentStarted
from tests.support.asking import ANN, BOB, cancelling, settling, starting, sweeping
from tests.support.halls import MS, TERMS, Hall
from tests.support.hunting import many, some_in
from tests.support.invariants import (
    a_lock_and_its_booking_agree,
    counters_and_rows_say_who_has_what,
    money_is_kept_for_seats_only,
    the_entries_tell_it_all,
)

pytestmark = pytest.mark.fast

YES, NO = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED
WAITS, SILENT = PaymentStatus.ACTION_REQUIRED, PaymentStatus.TIMED_OUT
Told = tuple[PaymentStatus, bool]
"""A status, and whether the money was taken."""

STORIES: dict[str, list[Told]] = {
    "good": [(YES, True)],
    "declined": [(NO, False)],
    "taken, then failed": [(NO, True)],
    "declined, and good after all": [(NO, False), (YES, True)],
    "declined, and taken after all": [(NO, False), (NO, True)],
    "late and good": [(SILENT, False), (YES, True)],
    "late and declined": [(SILENT, False), (NO, False)],
    "approved": [(WAITS, False), (YES, True)],
    "refused": [(WAITS, False), (NO, False)],
}


@dataclass
class Provider:
    """Its book: what it has still to tell of each attempt, and whose money it took."""

    to_tell: dict[PydanticObjectId, list[Told]] = field(default_factory=dict)
    taken: set[PydanticObjectId] = field(default_factory=set)
    waiting: set[PydanticObjectId] = field(default_factory=set)

    def charge(self, payment: Payment, story: str) -> None:
        self.to_tell[payment.id] = list(STORIES[story])

    def call_off(self, payment: Payment) -> Told:
        """Nothing is taken any more, unless it was."""
        left = self.to_tell[payment.id]
        if payment.id not in self.waiting:
            return (YES, True) if payment.id in self.taken else (NO, False)
        left.clear()
        self.waiting.discard(payment.id)
        return NO, False


class Shop:
    """One booking of one seat, somebody else after it, and the provider."""

    def __init__(self, attempts: int = 3) -> None:
        self.hall = Hall(terms=replace(TERMS, payment_attempts=attempts))
        self.booking_id = self.hall.book(ANN, "STALLS-A-1").id
        self.provider = Provider()

    @property
    def payments(self) -> list[Payment]:
        return self.hall.all(Payment)

    def pay(self, story: str) -> None:
        command = starting(ANN, self.booking_id, key=f"{len(self.payments)}")
        answer = self._try(command)
        if isinstance(answer, PaymentStarted) and answer.is_waiting:
            self.settle(answer.payment, self.provider.call_off(answer.payment))
            answer = self._try(replace(command, instead_of=answer.payment.id))
        if isinstance(answer, PaymentStarted) and answer.payment.id == command.payment_id and not answer.replayed:
            self.provider.charge(answer.payment, story)

    def tell(self, payment: Payment, *, keep: bool = False) -> None:
        """The next thing there is to tell of this attempt; with `keep` it will be told once more."""
        left = self.provider.to_tell[payment.id]
        if not left:
            return
        told = left[0]
        if not keep:
            left.pop(0)
        if told[1]:
            self.provider.taken.add(payment.id)
        (self.provider.waiting.add if told[0] is WAITS else self.provider.waiting.discard)(payment.id)
        self.settle(payment, told)

    def settle(self, payment: Payment, told: Told) -> None:
        status, taken = told
        reason = PaymentFailureReason.DECLINED if status is NO else None
        self.hall.do(settling(payment, status, money_taken=taken, reason=reason))

    def cancel(self) -> None:
        self._try(cancelling(ANN, self.booking_id))

    def lapse(self) -> None:
        self.hall.now = max(self.hall.now, self.hall.get(Booking, self.booking_id).payment_expires_at)
        self.hall.do(sweeping(booked=True))

    def rival(self) -> None:
        try:
            self.hall.lock(BOB, "STALLS-A-1")
        except Refusal:
            return

    def tell_everything(self) -> None:
        while any(self.provider.to_tell.values()):
            for payment in self.payments:
                self.tell(payment)

    def check(self) -> None:
        """The rules' own invariants, and ours: one booking is paid once, or not at all."""
        counters_and_rows_say_who_has_what(self.hall)
        a_lock_and_its_booking_agree(self.hall)
        money_is_kept_for_seats_only(self.hall, self.provider.taken)
        the_entries_tell_it_all(self.hall)
        booking = self.hall.get(Booking, self.booking_id)
        if booking.status is BookingStatus.PAYMENT_PENDING:
            assert len(self.payments) <= self.hall.terms.payment_attempts

    def check_books(self) -> None:
        """Whose money the provider took is either the buyer's of the booking, or given back."""
        refunds = {refund.payment_id for refund in self.hall.all(Refund)}
        for payment in self.payments:
            ours = payment.status is YES or payment.id in refunds
            assert ours is (payment.id in self.provider.taken), payment.status

    def _try(self, command: Any) -> Any:
        self.hall.now += MS
        try:
            return self.hall.do(command)
        except Refusal as refusal:
            return refusal


class Attempts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop()

    @rule(story=st.sampled_from(sorted(STORIES)))
    def pay(self, story: str) -> None:
        self.shop.pay(story)

    @rule(data=st.data(), again=st.booleans())
    def tell(self, data: st.DataObject, again: bool) -> None:
        payments = [payment for payment in self.shop.payments if self.shop.provider.to_tell.get(payment.id)]
        if payments:
            self.shop.tell(data.draw(st.sampled_from(payments)), keep=again)

    @rule()
    def cancel(self) -> None:
        self.shop.cancel()

    @rule()
    def lapse(self) -> None:
        self.shop.lapse()

    @rule()
    def rival(self) -> None:
        self.shop.rival()

    @invariant()
    def all_is_well(self) -> None:
        self.shop.check()

    def teardown(self) -> None:
        self.shop.tell_everything()
        self.shop.check()
        self.shop.check_books()


TestAttempts = Attempts.TestCase
TestAttempts.settings = settings(max_examples=many(30, 1_500), stateful_step_count=many(15, 30), deadline=None)


def orders() -> Iterator[tuple[str, ...]]:
    """Attempt by attempt, all its answers, in every order that two or three of them can be heard in."""
    late = "declined, and good after all"
    for stories in [(late, "good"), (late, late), (late, "late and good"), (late, "approved"), (late, late, "good")]:
        heard = [number for number, story in enumerate(stories) for _ in STORIES[story]]
        for order in sorted(set(permutations(heard))):
            yield (*stories, "".join(map(str, order)))


CASES = [
    (*order, ending) for order in orders() for ending in ("nothing else", "cancelled", "lapsed", "lapsed, and sold")
]


@pytest.mark.parametrize("case", some_in(5, CASES))
def test_every_order_of_answers_of_two_and_three_attempts(case: tuple[str, ...]) -> None:
    """The next attempt is made as soon as it may be; what ends the booking comes before the last answer."""
    *stories, order, ending = case
    shop = Shop(attempts=5)
    unmade = list(stories)
    for place, number in enumerate(map(int, order)):
        while unmade and len(shop.provider.to_tell) <= number:
            before = len(shop.provider.to_tell)
            shop.pay(unmade[0])
            if len(shop.provider.to_tell) == before:
                break  # another is under way: it may not be made yet
            unmade.pop(0)
        if place == len(order) - 1 and ending != "nothing else":
            shop.cancel() if ending == "cancelled" else shop.lapse()
            if ending == "lapsed, and sold":
                shop.rival()
        if number < len(shop.payments):
            shop.tell(shop.payments[number])
        shop.check()
    shop.tell_everything()
    shop.check()
    shop.check_books()
