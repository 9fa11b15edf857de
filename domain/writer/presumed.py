"""A batch that is decided on what is remembered: nothing is read before it.

It may have locks of seats, and what makes a booking of a lock that is remembered, and pays that. What only MongoDB
knows is presumed: that who asks still is somebody, that purchases are as they are remembered, that keys and references
were not used before, and that a buyer who was not seen yet has nothing of the event. MongoDB is asked in the
transaction that writes, before it writes; if nothing is written, by a read. If any of it is not so, all is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import ArchivedBooking, Booking, Event, IdempotencyKey, Payment, SeatLock
from domain.errors import Unauthenticated
from domain.inventory.commands import Command, ConfirmBooking, Confirmed, Locked, LockSeats
from domain.inventory.payment_commands import PaymentStarted, SettlePayment, StartPayment
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.writer.load import only_section
from domain.writer.memory import Known, Left
from domain.writer.needs import Needs
from domain.writer.purchases import Purchase, Purchases, are, unpacked
from domain.writer.query import Query, read
from domain.writer.questions import EVENT, KEYS, anything_of, fill_keys, kept, named, standing, standings_in
from domain.writer.statements import Ask
from domain.writer.stored_event import as_stored

IsSo: TypeAlias = Callable[[Sequence[Mapping[str, Any]]], bool]


def not_any(raws: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing was found."""
    return not raws


class Presumed:
    """What a batch is decided on."""

    def __init__(
        self,
        inventory: Inventory,
        commands: Sequence[Command[Any]],
        needs: Needs,
        new_buyers: set[PydanticObjectId],
        purchases: Sequence[Purchase],
        now: datetime,
    ) -> None:
        self.inventory = inventory
        self._commands = commands
        self._users = needs.users
        self._keys = needs.keys
        self._new_buyers = new_buyers
        self._purchases = purchases
        self._now = now
        self.is_wrong_of_buyers = False
        """Whether a buyer who was not seen yet has something: what is remembered may be so all the same."""

    @classmethod
    def of(cls, left: Left, commands: Sequence[Command[Any]], now: datetime, terms: Terms) -> Presumed | None:
        """None where a batch of these commands has more to read."""
        if now >= left.due or not all(_is_simple(command, left.purchases) for command in commands):
            return None
        needs, known = Needs.of(commands), Known(left, now)
        purchases = [unpacked(left.purchases[lock_id]) for lock_id in needs.locks]
        paid = (purchase.lock for purchase in purchases if purchase.lock.id in needs.seats_of)
        rows = {label.rpartition("-")[0] for lock in paid for label in lock.seats}
        if known.rows(needs.rows | rows) or known.sections(needs.sections | {*only_section(left.event, needs)}):
            return None
        new_buyers = known.buyers(needs.buyers)
        if len(new_buyers) > left.new_buyers:
            return None
        known.buyers(purchase.lock.user_id for purchase in purchases)  # to be known afterwards, if they are
        inventory = Inventory(left.event_to_change(), terms)
        inventory.stored, inventory.due, inventory.standings = left.stored, left.due, None
        inventory.add_rows(known.recalled_rows())
        inventory.holdings.load(new_buyers)
        inventory.holdings.recall(known.counts)
        _add_purchases(inventory, purchases, now)
        return cls(inventory, commands, needs, new_buyers, purchases, now)

    def questions(self, answers: Sequence[Any]) -> list[Ask]:
        """What is presumed, if the commands were answered so: for the transaction that writes."""
        return [Ask(query, is_so) for query, is_so in self._presumptions(answers) if not query.unless]

    async def is_so(self, answers: Sequence[Any], snapshot: AsyncClientSession) -> bool:
        """Whether the event is as it is remembered, and what is presumed so, where nothing is to be written."""
        event = self.inventory.event
        stored = as_stored(event.id, self.inventory.stored)
        still = Query(Event, stored, fields={"_id": 1}, aside=EVENT)
        presumptions = self._presumptions(answers)
        found = await read(snapshot, still, *(query for query, _ in presumptions))
        return bool(found.aside[EVENT]) and all(
            query.unless or is_so(found.aside[query.aside]) for query, is_so in presumptions
        )

    def _presumptions(self, answers: Sequence[Any]) -> list[tuple[Query, IsSo]]:
        answered = list(zip(self._commands, answers, strict=True))
        # What was made has its key: a second one would be refused by the index.
        lock_keys = {
            command.key_id
            for command, answer in answered
            if isinstance(command, LockSeats) and not isinstance(answer, Locked)
        }
        payment_keys = {
            command.key_id
            for command, answer in answered
            if isinstance(command, StartPayment) and (not isinstance(answer, PaymentStarted) or answer.is_waiting)
        }
        # Likewise, its reference; but the index knows only bookings that are not archived.
        references = {
            answer.booking.reference
            for _, answer in answered
            if isinstance(answer, Confirmed) and not answer.replayed and answer.booking.reference is not None
        }
        having = anything_of(self.inventory.event, self._new_buyers, self._now)
        return [
            (standing(self._users), self._all_stand),
            (kept(SeatLock, lock_keys), not_any),
            (kept(Payment, payment_keys), not_any),
            (Query(IdempotencyKey, {"_id": {"$in": list(self._keys)}}, unless=not self._keys, aside=KEYS), not_any),
            (named(ArchivedBooking, references), not_any),
            *self._purchases_as_remembered(),
            (having, self._have_nothing),
        ]

    def _purchases_as_remembered(self) -> Iterator[tuple[Query, IsSo]]:
        of_event = {"event_id": self.inventory.event.id}
        ids = {"$in": [purchase.lock.id for purchase in self._purchases]}
        locks = [purchase.packed[0] for purchase in self._purchases]
        bookings = [purchase.packed[1] for purchase in self._purchases if purchase.booking is not None]
        payments = [payment for purchase in self._purchases for payment in purchase.packed[2:]]
        is_booked = any(isinstance(command, StartPayment | SettlePayment) for command in self._commands)
        for kind, by, documents in (
            (SeatLock, "_id", locks),
            (Booking, "_id", bookings),
            (Payment, "booking_id", payments),
        ):
            # Where nothing is paid the key of the new booking tells that there was none.
            is_asked = bool(self._purchases) if kind is SeatLock else is_booked or bool(documents)
            name = kind.get_collection_name()
            yield Query(kind, of_event | {by: ids}, unless=not is_asked, aside=name), partial(are, documents)

    def _have_nothing(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        self.is_wrong_of_buyers = bool(raws)
        return not raws

    def _all_stand(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        self.inventory.standings = standings_in(raws)
        try:
            for command in self._commands:
                self.inventory.check_session(command.caller)
        except Unauthenticated:
            return False
        return True


def _is_simple(command: Command[Any], purchases: Purchases) -> bool:
    """Whether it needs nothing but what is remembered."""
    match command:
        case LockSeats():
            return command.allocation_id is None
        case ConfirmBooking():
            return command.lock_id in purchases
        case StartPayment() | SettlePayment():
            return command.booking_id in purchases
    return False


def _add_purchases(inventory: Inventory, purchases: Sequence[Purchase], now: datetime) -> None:
    inventory.whole = frozenset(purchase.lock.id for purchase in purchases)
    for purchase in purchases:
        inventory.locks.load([purchase.lock])
        if purchase.booking is not None:
            inventory.bookings.load([purchase.booking])
        inventory.payments.load(purchase.payments)
    fill_keys(inventory, (payment.to_bson() for payment in inventory.payments if payment.key_id is not None), now)
