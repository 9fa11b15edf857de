"""Events with a past: thousands of locks and purchases, decided by the rules themselves and written event by event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Event, PaymentStatus, Role, SeatRow, key_id, new_id
from domain.inventory.commands import Command, ConfirmBooking, LockSeats
from domain.inventory.parts import Counted, Named
from domain.inventory.payment_commands import SettlePayment, StartPayment
from domain.inventory.rules import RULES
from domain.inventory.state import Inventory
from domain.money import Money
from domain.opening import RECORDERS, terms_of
from domain.reference import new_reference
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services
from domain.writer.save import save
from domain.writer.stored_event import looked_at

SELLER = Caller(PydanticObjectId(), Role.ADMIN, "bench")
FAR = timedelta(days=3650)


async def new_event(services: Services, seats: int, *, rows_of: int | None = None) -> Event:
    """An event of one section: GENERAL or, of rows of so many seats, RESERVED."""
    rows = [NewRow(str(row + 1), rows_of) for row in range(seats // rows_of)] if rows_of else None
    return await create_event(
        services,
        SELLER,
        name="Bench",
        description=None,
        starts_at=services.clock() + FAR,
        price=Money(2_500, "EUR"),
        total_seats=None if rows else seats,
        sections=[NewSection("HALL", None, None, rows)] if rows else None,
    )


async def stock(
    services: Services,
    event: Event,
    now: datetime,
    *,
    purchases: int = 0,
    seats_each: int = 1,
    locks: Sequence[datetime] = (),
) -> None:
    """Sell so many times so many seats of an event as stored, and hold one seat until each of these instants."""
    terms = terms_of(services.settings, services.provider)
    inventory = Inventory(event, terms)
    inventory.stored = looked_at(event.to_bson())
    raws = await SeatRow.get_pymongo_collection().find({"event_id": event.id}).to_list()
    rows = sorted(map(SeatRow.from_bson, raws), key=lambda row: row.position)
    inventory.add_rows(rows)
    labels = iter(f"{row.label}-{number + 1}" for row in rows for number in range(len(row.statuses)))
    for _ in range(purchases):
        _purchase(inventory, now, seats_each, labels)
    for deadline in locks:
        inventory.terms = replace(terms, lock_ttl=deadline - now)
        _decide(inventory, _locking(inventory, 1, labels), now)
    await save(inventory, RECORDERS, services.mongo)


def _purchase(inventory: Inventory, now: datetime, seats: int, labels: Iterator[str]) -> None:
    event = inventory.event
    locking = _locking(inventory, seats, labels)
    _decide(inventory, locking, now)
    buyer, lock_id = locking.caller, locking.lock_id
    about: dict[str, Any] = {"event_id": event.id, "correlation_id": "bench"}
    _decide(inventory, ConfirmBooking(**about, caller=buyer, lock_id=lock_id, reference=new_reference()), now)
    payment_id = new_id()
    starting = StartPayment(
        **about,
        caller=buyer,
        booking_id=lock_id,
        payment_id=payment_id,
        key_id=key_id(payment_id, "payBooking", "bench"),
        key="a key",
        request=b"",
        amount=None,
        has_token=True,
        provider="simulated",
    )
    _decide(inventory, starting, now)
    settling = SettlePayment(
        **about,
        caller=None,
        booking_id=lock_id,
        payment_id=payment_id,
        refund_id=new_id(),
        status=PaymentStatus.SUCCEEDED,
        money_taken=True,
        provider_reference="bench",
        failure_reason=None,
    )
    _decide(inventory, settling, now)


def _locking(inventory: Inventory, seats: int, labels: Iterator[str]) -> LockSeats:
    """By a buyer of its own: limits let nobody have everything."""
    buyer, lock_id = Caller(new_id(), Role.USER, "bench"), new_id()
    inventory.holdings.load([buyer.user_id])
    named = tuple(islice(labels, seats))
    return LockSeats(
        event_id=inventory.event.id,
        caller=buyer,
        correlation_id="bench",
        lock_id=lock_id,
        key_id=key_id(lock_id, "lockSeats", "bench"),
        key="bench",
        request=b"",
        parts=(Named(named) if named else Counted(seats, None),),
    )


def _decide(inventory: Inventory, command: Command[Any], now: datetime) -> None:
    inventory.apply(RULES[type(command)](inventory, command, now))
