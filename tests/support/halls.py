"""A hall to sell seats in, all in memory: for tests of the rules.

A `Hall` is one event and everything stored about it, as BSON. Like domain/writer/load.py it reads a fresh
inventory for every batch and writes back what the batch changed, refusing what MongoDB's indexes would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import bson
from bson.codec_options import CodecOptions

from domain.caller import Caller
from domain.documents import (
    Allocation,
    AuditAction,
    AuditEntry,
    Booking,
    CancellationPolicy,
    Event,
    IdempotencyKey,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Refund,
    Remembered,
    Seating,
    SeatLock,
    SeatRow,
    Section,
    Stored,
    entry_id,
    row_id,
)
from domain.inventory.again import AskAgain
from domain.inventory.commands import ChangeLock, Command
from domain.inventory.payment_commands import PaymentSettled
from domain.inventory.rules import decide_batch
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.outbox.messages import messages_of
from tests.support.asking import EVENT_ID, allotting, confirming, locking, settling, starting

DocumentT = TypeVar("DocumentT", bound=Stored)
OutcomeT = TypeVar("OutcomeT")
Stock = dict[type[Stored], dict[Any, bytes]]

OPENING = datetime(2030, 1, 1, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)
TERMS = Terms(
    lock_ttl=timedelta(seconds=300),
    payment_ttl=timedelta(seconds=600),
    key_ttl=timedelta(hours=24),
    cancellation_refund_percent=50,
    max_seats_per_event=1_000,
    max_held_seats_per_buyer=1_000,
    max_lapses_per_buyer=1_000,
    payment_attempts=5,
    lock_max=timedelta(seconds=900),
    max_seats_per_lock=100,
)
PRICES = {"FLOOR": 501, "STALLS": 2_000, "BALCONY": 999}
ROWS = {"STALLS": {"A": 4, "B": 3}, "BALCONY": {"A": 2}}

_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


class Hall:
    """An event of a GENERAL section, FLOOR, and the RESERVED ones of `rows`: section → row → number of seats."""

    def __init__(
        self,
        *,
        capacity: int = 4,
        rows: Mapping[str, Mapping[str, int]] = ROWS,
        prices: Mapping[str, int] = PRICES,
        starts_at: datetime = OPENING + timedelta(days=30),
        terms: Terms = TERMS,
        cancellation: CancellationPolicy | None = None,
    ) -> None:
        self.now = OPENING
        self.terms = terms
        kinds = (
            Event,
            SeatRow,
            SeatLock,
            Booking,
            Payment,
            Refund,
            IdempotencyKey,
            OutboxMessage,
            AuditEntry,
            Allocation,
        )
        self.stock: Stock = {kind: {} for kind in kinds}
        totals = {"FLOOR": capacity} | {section: sum(sizes.values()) for section, sizes in rows.items()}
        event = Event.model_construct(
            price_minor=1000,
            id=EVENT_ID,
            name="Concert",
            starts_at=starts_at,
            currency="INR",
            sections=[
                Section.model_construct(
                    name=name,
                    seating=Seating.RESERVED if name in rows else Seating.GENERAL,
                    price_minor=prices[name],
                    total=total,
                    available=total,
                    held=0,
                    booked=0,
                )
                for name, total in totals.items()
            ],
            cancellation=cancellation,
            audit_sequence=1,
            created_at=OPENING,
            updated_at=OPENING,
        )
        self._put(event)
        for section, sizes in rows.items():
            for position, (name, size) in enumerate(sizes.items()):
                self._put(
                    SeatRow.model_construct(
                        id=row_id(EVENT_ID, f"{section}-{name}"),
                        event_id=EVENT_ID,
                        section=section,
                        name=name,
                        position=position,
                        statuses="A" * size,
                        holders=[None] * size,
                    )
                )
        self._put(
            AuditEntry.model_construct(
                id=entry_id(EVENT_ID, AuditAction.EVENT_CREATED),
                event_id=EVENT_ID,
                sequence=1,
                action=AuditAction.EVENT_CREATED,
                effect={name: [total, 0, 0] for name, total in totals.items()},
                correlation_id="test",
                metadata={},
                created_at=OPENING,
            )
        )

    # ------------------------------------------------------------ looking

    def all(self, kind: type[DocumentT]) -> list[DocumentT]:
        """The stored documents of a kind, each time anew."""
        return [kind.from_bson(_decode(raw)) for raw in self.stock[kind].values()]

    def get(self, kind: type[DocumentT], document_id: Any) -> DocumentT:
        return kind.from_bson(_decode(self.stock[kind][document_id]))

    @property
    def event(self) -> Event:
        return self.get(Event, EVENT_ID)

    @property
    def entries(self) -> list[AuditEntry]:
        return sorted(self.all(AuditEntry), key=lambda entry: entry.sequence or 0)

    @property
    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Section → available, held, booked, as stored."""
        return {section.name: (section.available, section.held, section.booked) for section in self.event.sections}

    @property
    def map(self) -> dict[str, str]:
        """Row → a letter a seat."""
        return {row.label: row.statuses for row in self.all(SeatRow)}

    def snapshot(self) -> Stock:
        return {kind: dict(documents) for kind, documents in self.stock.items()}

    # ------------------------------------------------------------ deciding

    def do(self, command: Command[OutcomeT]) -> OutcomeT:
        """The outcome of a batch of one. Raises what its rule raised."""
        (answer,) = self.decide(command)
        if isinstance(answer, Exception):
            raise answer
        outcome: OutcomeT = answer
        return outcome

    def fail(self, payment: Payment) -> PaymentSettled:
        """The attempt fails, and it was the last one allowed."""
        terms, self.terms = self.terms, replace(self.terms, payment_attempts=1)
        settled = self.do(settling(payment, PaymentStatus.FAILED))
        self.terms = terms
        return settled

    def decide(self, *commands: Command[Any], dead_per_batch: int | None = None) -> list[Any]:
        """The answers to a batch, now."""
        inventory = self.read(commands, dead_per_batch)
        answers = decide_batch(inventory, commands, self.now)
        self._write(inventory)
        return answers

    def decide_all(self, commands: Sequence[Command[Any]], dead_per_batch: int | None = None) -> list[Any]:
        """The answers to a batch, and to more batches of those that are to ask again, as the writer does it."""
        answers = self.decide(*commands, dead_per_batch=dead_per_batch)
        again = [index for index, answer in enumerate(answers) if isinstance(answer, AskAgain)]
        if again:
            later = self.decide_all([commands[index] for index in again], dead_per_batch)
            for index, answer in zip(again, later, strict=True):
                answers[index] = answer
        return answers

    def read(self, commands: Sequence[Command[Any]] = (), dead_per_batch: int | None = None) -> Inventory:
        """A copy of everything; of the dead locks only the first few, if so wanted, and those a command names."""
        locks = sorted(self.all(SeatLock), key=lambda lock: lock.expires_at)
        dead = [lock for lock in locks if lock.is_dead(self.now)]
        more_due = dead_per_batch is not None and len(dead) >= dead_per_batch
        if more_due:
            named = {getattr(command, "lock_id", getattr(command, "booking_id", None)) for command in commands}
            left = {lock.id for lock in dead[dead_per_batch:]} - named
            locks = [lock for lock in locks if lock.id not in left]
        inventory = Inventory(self.event, self.terms, more_due=more_due)
        inventory.locks.load(locks)
        inventory.bookings.load(self.all(Booking))
        inventory.payments.load(self.all(Payment))
        inventory.refunds.load(self.all(Refund))
        inventory.keys.load(self.all(IdempotencyKey))
        for made in self._keeping_keys():
            assert made.key_id is not None and made.request is not None
            is_over = made.created_at + self.terms.key_ttl <= self.now
            inventory.load_key(made.key_id, Remembered(made.request, made.id), is_over=is_over)
        self._count(inventory, commands)
        inventory.allocations.load(self.all(Allocation))
        inventory.taken_codes = frozenset(one.access_code for one in self.all(Allocation) if one.access_code)
        inventory.add_rows(self.all(SeatRow))
        return inventory

    def _count(self, inventory: Inventory, commands: Sequence[Command[Any]]) -> None:
        """What everybody has who asks, whose lock is to be changed, or has a booking."""
        askers = {command.caller.user_id for command in commands if command.caller is not None}
        named = {command.lock_id for command in commands if isinstance(command, ChangeLock)}
        owners = {lock.user_id for lock in self.all(SeatLock) if lock.id in named}
        inventory.holdings.load(askers | owners | {booking.user_id for booking in self.all(Booking)})
        for lock in self.all(SeatLock):
            if inventory.holdings.is_loaded(lock.user_id):
                inventory.holdings.count_read(lock.user_id).add(lock, self.now)

    def _write(self, inventory: Inventory) -> None:
        if not inventory.is_changed:
            assert not inventory.new_holders
            assert not any(shelf.new() or shelf.changed() for shelf in inventory.shelves.values())
            return
        for kind, shelf in inventory.shelves.items():
            for document in shelf.new():
                assert document.id not in self.stock[kind], "inserted twice"
                over = inventory.keys_over.get(getattr(document, "key_id", None) or b"")
                if over is not None:
                    self._put(self.get(kind, over).evolve(key_id=None, request=None))
                self._put(document)
            for _, document in shelf.changed():
                self._put(document)
        for label, holders in inventory.new_holders.items():
            row = self.get(SeatRow, row_id(EVENT_ID, label))
            now = [holders.get(position, holder) for position, holder in enumerate(row.holders)]
            self._put(row.evolve(statuses=inventory.rows[label].statuses, holders=now))
        for message in messages_of(inventory):
            self._put(message)
        for entry in inventory.entries:
            assert entry.id not in self.stock[AuditEntry], f"{entry.action} recorded twice"
            self._put(entry)
        self._put(inventory.event.evolve(version=inventory.event.version + 1))
        keys = [made.key_id for made in self._keeping_keys()]
        assert len(keys) == len(set(keys)), "one_per_key"
        charged = [payment.booking_id for payment in self.all(Payment) if payment.may_hold_money]
        assert len(charged) == len(set(charged)), "one_charge_per_booking"
        refunded = [refund.payment_id for refund in self.all(Refund)]
        assert len(refunded) == len(set(refunded)), "one_per_payment"

    def _keeping_keys(self) -> list[SeatLock | Payment]:
        return [made for made in (*self.all(SeatLock), *self.all(Payment)) if made.key_id is not None]

    def _put(self, document: Stored) -> None:
        self.stock[type(document)][document.id] = bson.encode(document.to_bson())

    # ------------------------------------------------------------ ways to begin

    def lock(self, caller: Caller, *seats: str, **selection: Any) -> SeatLock:
        """A lock just made."""
        return self.do(locking(caller, *seats, **selection)).lock

    def allot(self, *seats: str, **selection: Any) -> Allocation:
        """An allocation just made."""
        return self.do(allotting(*seats, **selection)).allocation

    def book(self, caller: Caller, *seats: str, **selection: Any) -> Booking:
        """A booking just made, PAYMENT_PENDING."""
        return self.do(confirming(caller, self.lock(caller, *seats, **selection).id)).booking

    def start(self, caller: Caller, *seats: str, **selection: Any) -> Payment:
        """A payment just started, PENDING."""
        return self.do(starting(caller, self.book(caller, *seats, **selection).id)).payment

    def pay(self, caller: Caller, *seats: str, **selection: Any) -> Payment:
        """A payment just made, its booking CONFIRMED."""
        payment = self.start(caller, *seats, **selection)
        return self.do(settling(payment, PaymentStatus.SUCCEEDED)).payment


def _decode(raw: bytes) -> dict[str, Any]:
    return bson.decode(raw, _AWARE)
