"""Any sequence of calls, several at once through several writers, on real MongoDB and Redis."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from math import inf
from typing import Any

import pytest
from beanie import PydanticObjectId
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from domain.caller import Caller
from domain.documents import (
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    RefundReason,
    RefundStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut, Refusal
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Cancelled, Confirmed, LockChanged, Locked, LockExtended, Released
from domain.inventory.event_commands import SectionChange
from domain.inventory.parts import Counted, Named
from domain.inventory.payment_commands import PaymentSettled
from domain.lookups import bookings_by_ids, locks_by_ids, payments_of_bookings, refunds_of_bookings
from domain.money import Money
from domain.payments import Paid, pay_booking
from domain.process.settings import Settings
from domain.sale.allocations import allocations_of, create_allocation, release_allocation
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.event_changes import update_event
from domain.sale.event_lists import events_by_ids, seat_rows
from domain.sale.events import NewRow, NewSection, create_event
from domain.sale.lock_changes import change_lock, extend_lock
from domain.services import Services
from tests.support.hunting import many
from tests.support.worlds import World, hear_late, lock_and_confirm, sweep_dead

MS = timedelta(milliseconds=1)
ALIVE: set[str] = {SeatLockStatus.ACTIVE, BookingStatus.PAYMENT_PENDING}
LABELS = [f"STALLS-{row}-{number}" for row, size in (("A", 4), ("B", 3)) for number in range(1, size + 1)]
SHOPS = st.lists(st.integers(0, 2), min_size=1, max_size=3)
"""Where the same is asked at the same time."""
PEOPLE = st.integers(0, 1)
CHOICES = st.one_of(
    st.fixed_dictionaries(
        {"quantity": st.integers(1, 3), "section": st.sampled_from(["FLOOR", "STALLS"]), "seats": st.none()}
    ),
    st.fixed_dictionaries(
        {
            "quantity": st.none(),
            "section": st.none(),
            "seats": st.lists(st.sampled_from(LABELS), min_size=1, max_size=2, unique=True),
        }
    ),
)
SECTIONS = st.sampled_from(["FLOOR", "STALLS"])
CODES = st.sampled_from(["first code", "second code"])
KEYS = st.sampled_from([f"key {number}" for number in range(20)])
STEPS = [MS, timedelta(seconds=300), timedelta(seconds=600), "just before a deadline", "to a deadline"]
RECENT = st.integers(0, 2)
DEEDS = st.sampled_from(
    [*["sim_success", "sim_timeout", "cancel", "confirm"] * 2, "release", "sim_declined", "sim_failure"]
    + ["more", "less", "change", "extend"] * 2
)


class Sale(RuleBasedStateMachine):
    """An event of few seats, two people, and calls that gather until they are made, all at once."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.people = [Caller(new_id(), Role.USER, "one"), Caller(new_id(), Role.USER, "other")]
        self.event_id = world.run(self._make_event())
        self.calls: list[partial[Coroutine[Any, Any, Any]]] = []
        self.owners: dict[PydanticObjectId, Caller] = {}
        """Of every lock, in the order of making."""
        self.last_seen: dict[PydanticObjectId, SeatLock | Booking] = {}
        self.payments: dict[PydanticObjectId, Payment] = {}
        self.made: dict[tuple[Caller, str], PydanticObjectId] = {}
        """The lock that each key made."""
        self.limit: float = inf
        self.had: Counter[Caller] = Counter()
        """How many seats each of them held or had booked when we last looked."""

    async def _make_event(self) -> PydanticObjectId:
        event = await create_event(
            self.world.shops[0],
            Caller(new_id(), Role.ADMIN, "admin"),
            name="Concert",
            description=None,
            starts_at=self.world.time.now + timedelta(hours=1),
            price=Money(501, "INR"),
            total_seats=None,
            sections=[
                NewSection("FLOOR", None, 3, None),
                NewSection("STALLS", Money(2_000, "INR"), None, [NewRow("A", 4), NewRow("B", 3)]),
            ],
        )
        return event.id

    # ------------------------------------------------------------ what may happen

    @rule(shops=SHOPS, who=PEOPLE, chosen=CHOICES, key=KEYS, wait=st.booleans())
    def lock(self, shops: list[int], who: int, chosen: dict[str, Any], key: str, wait: bool) -> None:
        self._ask(wait, shops, lock_seats, self.people[who], idempotency_key=key, **chosen)

    @rule(shops=SHOPS, who=PEOPLE, chosen=CHOICES, deeds=st.lists(DEEDS, max_size=3), wait=st.booleans())
    def book(self, shops: list[int], who: int, chosen: dict[str, Any], deeds: list[str], wait: bool) -> None:
        """A booking, and then all that may become of it at the same time."""
        self._ask(False, shops[:1], lock_and_confirm, self.people[who], **chosen)
        for deed in deeds:
            self._go_on(True, shops, 0, deed)
        if not wait:
            self._make_calls()

    @rule(shops=SHOPS, recent=RECENT, deed=DEEDS, wait=st.booleans())
    def go_on(self, shops: list[int], recent: int, deed: str, wait: bool) -> None:
        self._go_on(wait, shops, recent, deed)

    def _go_on(self, wait: bool, shops: list[int], recent: int, deed: str) -> None:
        """Do something with one of the latest locks, or with the booking it has become."""
        for of, owner in [*self.owners.items()][-1 - recent :][:1]:
            match deed:
                case "change":
                    changes = {"add": [Named((LABELS[recent],))], "remove": [Counted(1, "FLOOR")]}
                    self._ask(wait, shops, change_lock, owner, lock_id=of, idempotency_key=f"{of} swap", **changes)
                case "more" | "less":
                    parts = [Counted(1, "STALLS" if recent else "FLOOR")]
                    changes = {"add" if deed == "more" else "remove": parts}
                    key = f"{of} {deed} {recent}"
                    self._ask(wait, shops, change_lock, owner, lock_id=of, idempotency_key=key, **changes)
                case "extend":
                    self._ask(wait, shops, extend_lock, owner, lock_id=of)
                case "release":
                    self._ask(wait, shops, release_lock, owner, lock_id=of)
                case "confirm":
                    self._ask(wait, shops, confirm_booking, owner, lock_id=of)
                case "cancel":
                    self._ask(wait, shops, cancel_booking, owner, booking_id=of, reason=None)
                case token:
                    paying = {"booking_id": of, "token": token, "amount": None, "idempotency_key": f"{of} {token}"}
                    self._ask(wait, shops, pay_booking, owner, **paying)

    @rule(
        shops=SHOPS,
        recent=RECENT,
        status=st.sampled_from([PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.TIMED_OUT]),
        failed_with_money=st.booleans(),
        wait=st.booleans(),
    )
    def hear_from_the_provider(
        self, shops: list[int], recent: int, status: PaymentStatus, failed_with_money: bool, wait: bool
    ) -> None:
        """In time or late, once or often, the same answer or another."""
        for payment in [*self.payments.values()][-1 - recent :][:1]:
            money_taken = status is PaymentStatus.SUCCEEDED or (status is PaymentStatus.FAILED and failed_with_money)
            if money_taken:
                self.world.till.taken[payment.id] = payment.amount_minor
            said = {"payment": payment, "status": status, "money_taken": money_taken}
            self._ask(wait, shops, hear_late, self.people[0], **said)

    @rule(step=st.sampled_from(STEPS), sweep=st.booleans(), wait=st.booleans())
    def time_passes(self, step: timedelta | str, sweep: bool, wait: bool) -> None:
        now = self.world.time.now
        if isinstance(step, timedelta):
            self.world.time.now += step
        else:
            due = [deadline(seen) for seen in self.last_seen.values() if seen.status in ALIVE]
            early = MS if step == "just before a deadline" else timedelta(0)
            self.world.time.now = max(now, min(due, default=now) - early)
        if sweep:
            self._ask(wait, [0, 2], sweep_dead, self.people[0])

    @rule(shops=SHOPS, capacity=st.integers(1, 5), wait=st.booleans())
    def resize(self, shops: list[int], capacity: int, wait: bool) -> None:
        sections = [SectionChange("sections.0", "FLOOR", None, capacity)]
        self._ask(wait, shops, update_event, self.people[0], sections=sections)

    @rule(shops=SHOPS, most=st.sampled_from([None, 2, 4]), wait=st.booleans())
    def limit_the_buyers(self, shops: list[int], most: int | None, wait: bool) -> None:
        self._ask(wait, shops, update_event, self.people[0], max_seats_per_buyer=most)

    @rule(shops=SHOPS, code=CODES, count=st.integers(1, 2), seconds=st.sampled_from([None, 200]), wait=st.booleans())
    def keep_back(self, shops: list[int], code: str, count: int, seconds: int | None, wait: bool) -> None:
        """Once for each code, if there are seats."""
        releases_at = None if seconds is None else self.world.time.now + timedelta(seconds=seconds)
        admin = Caller(new_id(), Role.ADMIN, "admin")
        given = {"name": code, "access_code": code, "releases_at": releases_at, "idempotency_key": code}
        selection = [Counted(count, "FLOOR"), Counted(count, "STALLS")]
        self._ask(wait, shops, create_allocation, admin, selection=selection, **given)

    @rule(
        shops=SHOPS, who=PEOPLE, code=CODES, section=st.sampled_from(["FLOOR", "STALLS"]), key=KEYS, wait=st.booleans()
    )
    def lock_what_is_kept(self, shops: list[int], who: int, code: str, section: str, key: str, wait: bool) -> None:
        chosen = {"quantity": 1, "section": section, "access_code": code, "idempotency_key": f"{code} {key}"}
        self._ask(wait, shops, lock_seats, self.people[who], **chosen)

    @rule(shops=SHOPS, wait=st.booleans())
    def give_back_what_is_kept(self, shops: list[int], wait: bool) -> None:
        self._ask(wait, shops, release_all, self.people[0])

    # ------------------------------------------------------------ calling

    def _ask(
        self,
        wait: bool,
        shops: list[int],
        call: Callable[..., Coroutine[Any, Any, Any]],
        caller: Caller,
        **arguments: Any,
    ) -> None:
        """Make a call in each of these shops: now, with all that wait, or at the same time as the next one."""
        for shop in shops:
            self.calls.append(partial(call, self.world.shops[shop], caller, event_id=self.event_id, **arguments))
        if not wait:
            self._make_calls()

    def _make_calls(self) -> None:
        calls, self.calls = self.calls, []
        said = [call.keywords["max_seats_per_buyer"] or inf for call in calls if "max_seats_per_buyer" in call.keywords]
        loosest, self.limit = max([self.limit, *said]), max(said or [self.limit])
        answers = self.world.run(all_at_once(calls))
        told: dict[PydanticObjectId, set[str]] = defaultdict(set)
        for call, answer in zip(calls, answers, strict=True):
            match answer:
                case Locked() | LockChanged() | LockExtended() | Released():
                    self._made(call.args[1], answer.lock)
                    subject: SeatLock | Booking = answer.lock
                case Confirmed() | Cancelled() | PaymentSettled():
                    subject = answer.booking
                    self.owners.setdefault(subject.id, call.args[1])
                case Paid() | PaymentFailed() | PaymentTimedOut():
                    self.payments[answer.payment.id] = answer.payment
                    subject = answer.booking
                case BaseException() if not isinstance(answer, Refusal):
                    raise answer
                case _:
                    continue
            if not getattr(answer, "replayed", False):
                told[subject.id].add(subject.status)
        self.world.run(self._look(told))
        has: Counter[Caller] = Counter()
        for seen in self.last_seen.values():
            if seen.status in ALIVE or seen.status == BookingStatus.CONFIRMED:
                has[self.owners[seen.id]] += seen.quantity
        assert all(count <= max(loosest, self.had[person]) for person, count in has.items()), "one has too many seats"
        self.had = has

    def _made(self, caller: Caller, lock: SeatLock) -> None:
        first = self.made.setdefault((caller, lock.idempotency_key), lock.id)
        assert lock.id == first, "one key made two locks"
        self.owners.setdefault(lock.id, caller)

    # ------------------------------------------------------------ looking

    async def _look(self, told: Mapping[PydanticObjectId, set[str]]) -> None:
        """Everything is as we were told, and else as it was; counters and money agree with it."""
        shop = self.world.shops[0]
        assert await check_inventory(shop, self.event_id) == []
        seen: dict[PydanticObjectId, SeatLock | Booking] = {**await locks_by_ids(self.owners, shop.clock())}
        bookings = await bookings_by_ids(self.owners, shop.clock())
        seen |= bookings
        for subject_id, now_seen in seen.items():
            acknowledged = told.get(subject_id, set())
            # Where several calls changed it, what only began is no longer what it is.
            acknowledged = acknowledged - ALIVE or acknowledged
            assert now_seen.status in (acknowledged or {self._as_it_was(subject_id)})
            before = self.last_seen.get(subject_id)
            if before is not None and before.status is BookingStatus.CANCELLED:
                assert now_seen.status is BookingStatus.CANCELLED, "a cancellation was undone"
        self.last_seen = seen

        event = (await events_by_ids(shop, [self.event_id]))[self.event_id]
        kept = sum(allotment.left for allotment in event.allotments)
        assert event.held == sum(one.quantity for one in seen.values() if one.status in ALIVE) + kept
        for allocation in (await allocations_of(shop, [self.event_id]))[self.event_id]:
            theirs = [one for one in seen.values() if one.allocation_id == allocation.document.id]
            having = (*ALIVE, SeatLockStatus.CONSUMED, BookingStatus.CONFIRMED)
            taken = sum(one.quantity for one in theirs if one.status in having)
            assert allocation.released_at or allocation.taken == taken
        assert event.booked == sum(one.quantity for one in seen.values() if one.status == BookingStatus.CONFIRMED)
        letters = "".join(row.statuses for row in (await seat_rows(shop, [self.event_id]))[self.event_id])
        counted = [letters.count(letter) for letter in "AHB"]
        stalls = event.section("STALLS")
        assert stalls is not None and counted == [stalls.available, stalls.held, stalls.booked]

        payments, refunds = await payments_of_bookings(bookings), await refunds_of_bookings(bookings)
        for booking in bookings.values():
            kept = sum(self.world.till.keeps(payment.id) for payment in payments.get(booking.id, []))
            given_back = refunds.get(booking.id, [])
            assert all(refund.status is RefundStatus.PROCESSED for refund in given_back)
            if booking.status is BookingStatus.CONFIRMED:
                assert kept == booking.total_minor
            elif any(refund.reason is RefundReason.CANCELLATION for refund in given_back):
                assert kept == (booking.total - booking.total.share(50)).minor
            else:
                assert kept == 0

    def _as_it_was(self, subject_id: PydanticObjectId) -> str:
        before = self.last_seen[subject_id]
        dead = before.status in ALIVE and deadline(before) <= self.world.time.now
        return SeatLockStatus.EXPIRED if dead else before.status

    def teardown(self) -> None:
        """In the end every deadline passes, and nothing stays held."""
        self._make_calls()
        self.world.time.now += timedelta(days=1)
        self._ask(False, [0], sweep_dead, self.people[0])
        assert not any(seen.status in ALIVE for seen in self.last_seen.values())


def deadline(subject: SeatLock | Booking) -> datetime:
    return subject.expires_at if isinstance(subject, SeatLock) else subject.payment_expires_at


async def release_all(services: Services, caller: Caller, *, event_id: PydanticObjectId) -> None:
    """Release all that the event keeps back."""
    for allocation in (await allocations_of(services, [event_id]))[event_id]:
        await release_allocation(services, caller, allocation_id=allocation.document.id)


async def all_at_once(calls: Sequence[partial[Coroutine[Any, Any, Any]]]) -> list[Any]:
    return await asyncio.gather(*(call() for call in calls), return_exceptions=True)


def test_any_sale_through_several_writers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("DEAD_PER_BATCH", "WANTED_PER_BATCH"):
        monkeypatch.setattr(f"domain.writer.load.{most}", 1)
    # What others have made stale is tried all the same, so that it is stale in every way there is.
    monkeypatch.setattr("domain.writer.memory.PAUSE_SECONDS", 0.0)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        world, stack = World(runner), AsyncExitStack()
        try:
            runner.run(world.open(settings, stack))
            run_state_machine_as_test(
                lambda: Sale(world),  # type: ignore[arg-type]  # a factory is as good as a class
                settings=hypothesis_settings(
                    max_examples=many(3, 30),
                    stateful_step_count=20,
                    deadline=None,
                    # What goes wrong by chance cannot be made smaller by trying again.
                    phases=[Phase.generate],
                    database=None,
                    suppress_health_check=[HealthCheck.too_slow],
                ),
            )
        finally:
            runner.run(stack.aclose())
