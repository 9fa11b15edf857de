"""All that happened about one event while it was on sale, decided by the rules themselves."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import bson
from beanie import PydanticObjectId

from bench.pile import Pile
from bench.plan import DAY, HOUR, MINUTE, SECOND, Plan, id_made_at
from domain.audit.chain import chain_entries
from domain.caller import Caller
from domain.clock import system_clock, to_millisecond
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    IdempotencyKey,
    OutboxMessage,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundStatus,
    Role,
    SalesFigures,
    Seating,
    SeatLock,
    SeatRow,
    SeatStatus,
    Section,
    Span,
    entry_id,
    figures_id,
    key_id,
    row_id,
)
from domain.inventory.change import Change
from domain.inventory.commands import CancelBooking, Command, ConfirmBooking, LockSeats, ReleaseLock
from domain.inventory.parts import Counted, Named
from domain.inventory.payment_commands import SettlePayment, SettleRefund, StartPayment
from domain.inventory.rules import RULES
from domain.inventory.rules.expiry import expire
from domain.inventory.state import Inventory
from domain.opening import terms_of
from domain.outbox import deliveries
from domain.process.settings import Settings
from domain.providers.simulated import SimulatedProvider
from domain.reference import new_reference
from domain.reports.figures import Tally
from domain.reports.ledger import sums_of
from domain.text import name_prefixes

TERMS = terms_of(Settings.model_construct(), SimulatedProvider(system_clock))
ABANDONED = 1.2
"""Locks that never become a booking, for each that does."""
SEATS_A_ROW = 100

OUTCOMES = {"paid": 74, "cancelled": 8, "late": 3, "failed": 5, "charged_and_failed": 1, "unpaid": 7, "let_go": 2}
"""What becomes of bookings, in per cent."""


def sell(plan: Plan, number: int) -> int:
    """All that happened about this event; how many audit entries it left."""
    return Sale(plan, number).run()


class Sale:
    """One event on sale: its visitors, each a generator that says when it goes on."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.bookings = plan.shares()[number]
        self.random = Random(f"{plan.seed}/{number}")
        self.pile = Pile(plan.folder)
        self.entries: list[AuditEntry] = []
        self.tally = Tally()
        self.rows: dict[str, SeatRow] = {}
        self.free: deque[str] = deque()
        self.waiting: list[tuple[datetime, int, Iterator[datetime], Inventory]] = []
        self.numbers = count()
        self.event = self._event(number)

    def _event(self, number: int) -> Event:
        random, plan = self.random, self.plan
        created_at = to_millisecond(plan.event_created_at(number))
        price = random.randrange(10, 150) * 100
        # More seats than all who ever come want: what is refused is told by the journals.
        seats = (self.bookings * 5 + 100) // SEATS_A_ROW * SEATS_A_ROW
        kind = random.random() if number else 0.0
        event = Event.model_construct(
            id=plan.event_id(number),
            name=f"Concert {number}",
            name_prefixes=name_prefixes(f"Concert {number}"),
            starts_at=(created_at + random.randrange(15, 120) * DAY) if number else plan.end + 30 * DAY,
            price_minor=price,
            currency=random.choice(["EUR", "EUR", "INR", "USD"]),
            sections=[],
            created_at=created_at,
            updated_at=created_at,
        )
        if kind < 0.15 and number:
            names = [str(row + 1) for row in range(seats // SEATS_A_ROW)]
            event.sections = [_section("HALL", Seating.RESERVED, price, seats)]
            for position, name in enumerate(names):
                row = SeatRow.model_construct(
                    id=row_id(event.id, f"HALL-{name}"),
                    event_id=event.id,
                    section="HALL",
                    name=name,
                    position=position,
                    statuses=SeatStatus.AVAILABLE.letter * SEATS_A_ROW,
                    holders=[None] * SEATS_A_ROW,
                )
                self.rows[row.label] = row
                self.free += (f"{row.label}-{seat + 1}" for seat in range(SEATS_A_ROW))
        elif kind < 0.4:
            event.sections = [_section("GENERAL", Seating.GENERAL, price, seats)]
        else:
            event.sections = [
                _section("FLOOR", Seating.GENERAL, price, seats),
                _section("BALCONY", Seating.GENERAL, price // 2, seats),
            ]
        return event

    def run(self) -> int:
        event, end = self.event, self.plan.end
        created = AuditEntry.model_construct(
            id=entry_id(event.id, AuditAction.EVENT_CREATED),
            event_id=event.id,
            sequence=1,
            action=AuditAction.EVENT_CREATED,
            actor_id=self.plan.user_id(0),
            effect={section.name: [section.total, 0, 0] for section in event.sections},
            correlation_id=self._correlation_id(),
            metadata={"name": event.name},
            created_at=event.created_at,
        )
        event.audit_sequence = 1
        self.entries.append(created)
        self._chain()
        for start, outcome in self._visits():
            self._go_on(start)
            inventory = Inventory(event, TERMS)
            inventory.rows, inventory.entries = self.rows, self.entries
            self._step(self._visit(inventory, start, outcome), inventory)
        self._go_on(end)
        for *_, inventory in self.waiting:
            self._put_aside(inventory)
        self.pile.add(Event, event.created_at, event)
        for row in self.rows.values():
            self.pile.add(SeatRow, event.created_at, row)
        for figures in self._figures():
            self.pile.add_raw(SalesFigures, event.created_at, bson.encode(figures))
        self.pile.put_down()
        return event.audit_sequence

    def _visits(self) -> list[tuple[datetime, str]]:
        """When they come, most of them early, and what is to become of it."""
        random = self.random
        opened = self.event.created_at + HOUR
        closed = min(self.event.starts_at - HOUR, self.plan.end - SECOND)
        # Whoever is to book by then must have come some minutes before.
        last = min(closed, self.plan.end - 4 * MINUTE)
        booked = random.choices([*OUTCOMES], [*OUTCOMES.values()], k=self.bookings)
        visits = [(opened + (last - opened) * random.random() ** 3, outcome) for outcome in booked]
        visits += [
            (opened + (closed - opened) * random.random() ** 3, random.choice(["forgotten"] * 3 + ["released"]))
            for _ in range(int(self.bookings * ABANDONED))
        ]
        return sorted((to_millisecond(start), outcome) for start, outcome in visits)

    def _go_on(self, until: datetime) -> None:
        while self.waiting and self.waiting[0][0] <= until:
            _, _, visit, inventory = heapq.heappop(self.waiting)
            self._step(visit, inventory)

    def _step(self, visit: Iterator[datetime], inventory: Inventory) -> None:
        at = next(visit, None)
        if at is None:
            self._put_aside(inventory)
        else:
            heapq.heappush(self.waiting, (at, next(self.numbers), visit, inventory))

    def _visit(self, inventory: Inventory, now: datetime, outcome: str) -> Iterator[datetime]:
        caller = Caller(self.plan.some_user(now, self.random), Role.USER, self._correlation_id())
        inventory.holdings.load([caller.user_id])  # of other visits the limits know nothing
        locking = self._locking(caller, now)
        lock_id = locking.lock_id
        self._do(inventory, locking, now)
        if self._happens(0.15):
            yield (now := now + self._seconds(1, 4))
            self._do(inventory, replace(locking, lock_id=self._id(now)), now)
        if outcome == "forgotten":
            yield (now := now + TERMS.lock_ttl + self._seconds(0, 1))
            self._expire(inventory, lock_id, now)
            return
        yield (now := now + self._seconds(15, 150))
        if outcome == "released":
            self._do(inventory, ReleaseLock(**self._by(caller), lock_id=lock_id), now)
            return
        confirming = ConfirmBooking(**self._by(caller), lock_id=lock_id, reference=new_reference())
        self._do(inventory, confirming, now)
        if self._happens(0.05):
            yield (now := now + self._seconds(1, 4))
            self._do(inventory, confirming, now)
        if outcome == "unpaid":
            yield (now := now + TERMS.payment_ttl + self._seconds(0, 1))
            self._expire(inventory, lock_id, now)
            return
        if outcome == "let_go":
            yield (now := now + self._seconds(10, 300))
            self._cancel(inventory, caller, lock_id, now)
            return
        yield (now := now + self._seconds(10, 240))
        caller = replace(caller, correlation_id=self._correlation_id())
        paying = self._paying(caller, lock_id, now)
        self._do(inventory, paying, now)
        if outcome == "late":
            yield (now := now + 10 * SECOND)
            self._settle(inventory, paying, PaymentStatus.TIMED_OUT, now)
        yield (now := now + self._seconds(0, 5))
        if outcome in ("failed", "charged_and_failed"):
            self._settle(inventory, paying, PaymentStatus.FAILED, now, money_taken=outcome == "charged_and_failed")
        else:
            self._settle(inventory, paying, PaymentStatus.SUCCEEDED, now, money_taken=True)
        if self._happens(0.05):
            yield (now := now + self._seconds(1, 4))
            self._do(inventory, replace(paying, payment_id=self._id(now)), now)
        if outcome == "cancelled":
            yield (now := now + (self.event.starts_at - now) * self.random.random() ** 2)
            self._cancel(inventory, caller, lock_id, now)
        for refund in list(inventory.refunds):
            yield (now := now + self._seconds(1, 10))
            processed = not self._happens(0.002)
            settling = SettleRefund(
                event_id=self.event.id,
                caller=None,
                correlation_id=refund.correlation_id,
                booking_id=lock_id,
                refund_id=refund.id,
                changes=0,
                status=RefundStatus.PROCESSED if processed else RefundStatus.FAILED,
                provider_reference="simulated",
                failure_reason=None if processed else "card_closed",
            )
            self._do(inventory, settling, now)

    # ------------------------------------------------------------ what they do

    def _locking(self, caller: Caller, now: datetime) -> LockSeats:
        lock_id, key = self._id(now), self._correlation_id()
        seats = self.random.choice([1, 1, 2, 2, 2, 3, 4])
        return LockSeats(
            **self._by(caller),
            lock_id=lock_id,
            key_id=key_id(caller.user_id, "lockSeats", key),
            key=key,
            request=b"",
            parts=(
                Named(tuple(self.free.popleft() for _ in range(seats)))
                if self.rows
                else Counted(seats, self.random.choice(self.event.sections).name),
            ),
        )

    def _paying(self, caller: Caller, booking_id: PydanticObjectId, now: datetime) -> StartPayment:
        return StartPayment(
            **self._by(caller),
            booking_id=booking_id,
            payment_id=self._id(now),
            key_id=key_id(caller.user_id, "payBooking", self._correlation_id()),
            key="a key",
            request=b"",
            amount=None,
            has_token=True,
            provider="simulated",
        )

    def _settle(
        self,
        inventory: Inventory,
        paying: StartPayment,
        status: PaymentStatus,
        now: datetime,
        *,
        money_taken: bool = False,
    ) -> None:
        settling = SettlePayment(
            event_id=self.event.id,
            caller=None,
            correlation_id=paying.correlation_id,
            booking_id=paying.booking_id,
            payment_id=paying.payment_id,
            refund_id=self._id(now),
            status=status,
            money_taken=money_taken,
            provider_reference="simulated",
            failure_reason=PaymentFailureReason.DECLINED if status is PaymentStatus.FAILED else None,
        )
        self._do(inventory, settling, now)

    def _cancel(self, inventory: Inventory, caller: Caller, booking_id: PydanticObjectId, now: datetime) -> None:
        caller = replace(caller, correlation_id=self._correlation_id())
        cancelling = CancelBooking(
            **self._by(caller), booking_id=booking_id, refund_id=self._id(now), reason="can't come"
        )
        self._do(inventory, cancelling, now)

    def _expire(self, inventory: Inventory, lock_id: PydanticObjectId, now: datetime) -> None:
        lock = inventory.locks.get(lock_id)
        assert lock is not None and lock.is_dead(now)
        self._apply(inventory, expire(inventory, lock, now), now)

    def _do(self, inventory: Inventory, command: Command[Any], now: datetime) -> None:
        self._apply(inventory, RULES[type(command)](inventory, command, now), now)

    def _apply(self, inventory: Inventory, change: Change[Any], now: datetime) -> None:
        inventory.apply(change)
        for entry in self.entries:
            if entry.is_retry:
                entry.id = self._id(now)
            if entry.effect is not None:
                self.event.version += 1
        for move in change.moves:
            if move.target is SeatStatus.AVAILABLE:
                self.free += move.seats
        for label, holders in inventory.new_holders.items():
            for position, holder in holders.items():
                self.rows[label].holders[position] = holder
        inventory.new_holders.clear()
        self._chain()

    # ------------------------------------------------------------ what is left of it

    def _chain(self) -> None:
        event = self.event
        chained, event.audit_hash = chain_entries(event.id, event.audit_hash, self.entries)
        for entry, raw in zip(self.entries, chained, strict=True):
            self.tally.add(entry)
            self.pile.add_raw(AuditEntry, entry.created_at, raw.raw)
        self.entries.clear()

    def _put_aside(self, inventory: Inventory) -> None:
        for kind, shelf in inventory.shelves.items():
            for document in shelf.new():
                if kind is IdempotencyKey:
                    if document.expires_at > self.plan.end:
                        self.pile.add(kind, self.plan.end, document)
                    continue
                if kind is OutboxMessage:
                    if document.created_at <= self.plan.end - deliveries.KEPT:
                        continue
                    document = document.evolve(handed_out_at=document.created_at + SECOND)
                if isinstance(document, SeatLock | Booking):
                    self.tally.add(document)
                elif isinstance(document, Payment | Refund):
                    booking = inventory.bookings.get(document.booking_id)
                    self.tally.add(document, booking and booking.created_at)
                self.pile.add(kind, document.created_at, document)

    def _figures(self) -> Iterator[dict[str, Any]]:
        """The documents that adding up sale by sale would have made."""
        for (span, start), sums in sums_of(self.tally).items():
            raw: dict[str, Any] = {
                "_id": figures_id(self.event.id, span, start),
                "event_id": self.event.id,
                "span": span,
                "start": start,
                "currency": self.event.currency,
            }
            for path, amount in sums.items():
                *within, name = path.split(".")
                fields = raw
                for each in within:
                    fields = fields.setdefault(each, {})
                fields[name] = amount
            yield raw | {"builds": 1} if span is Span.ALL else raw

    # ------------------------------------------------------------ chance

    def _by(self, caller: Caller) -> dict[str, Any]:
        return {"event_id": self.event.id, "caller": caller, "correlation_id": caller.correlation_id}

    def _id(self, now: datetime) -> PydanticObjectId:
        return id_made_at(now, self.random.randbytes(8))

    def _correlation_id(self) -> str:
        return self.random.randbytes(16).hex()

    def _happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def _seconds(self, least: int, most: int) -> timedelta:
        return timedelta(milliseconds=self.random.randrange(least * 1_000, most * 1_000))


def _section(name: str, seating: Seating, price: int, total: int) -> Section:
    return Section.model_construct(
        name=name, seating=seating, price_minor=price, total=total, available=total, held=0, booked=0
    )
