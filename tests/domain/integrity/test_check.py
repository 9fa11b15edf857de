"""The inventory check: clean after everything that can happen, and one kind of damage after another found."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId
from bson import ObjectId

from domain.caller import Caller
from domain.documents import (
    ALL,
    AuditAction,
    AuditEntry,
    Booking,
    Event,
    Payment,
    Refund,
    Role,
    SeatLock,
    SeatRow,
    entry_id,
    row_id,
)
from domain.errors import NotEnoughSeats, PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.money import Money
from domain.opening import open_services
from domain.payments import pay_booking
from domain.process.settings import load_settings
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services
from tests.conftest import Servers
from tests.support.waiting import PATIENCE_SECONDS

Found = set[tuple[str, int, int]]
SOME_ID = ObjectId("0123456789abcdef01234567")


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Shop:
    """One event with a numbered and a general section, and what happened there, by name: lock or booking ids."""

    services: Services
    time: Time
    event: Event
    ids: dict[str, PydanticObjectId] = field(default_factory=dict)
    buyer: Caller = field(default_factory=lambda: Caller(PydanticObjectId(), Role.USER, "test"))

    async def lock(self, name: str, *seats: str, quantity: int | None = None, section: str = "FLOOR") -> None:
        locked = await lock_seats(
            self.services,
            self.buyer,
            event_id=self.event.id,
            quantity=quantity,
            section=section if quantity else None,
            seats=seats or None,
            idempotency_key=name,
        )
        self.ids[name] = locked.lock.id

    async def confirm(self, name: str) -> None:
        await confirm_booking(self.services, self.buyer, event_id=self.event.id, lock_id=self.ids[name])

    async def release(self, name: str) -> None:
        await release_lock(self.services, self.buyer, event_id=self.event.id, lock_id=self.ids[name])

    async def pay(self, name: str, token: str = "sim_success") -> None:
        with suppress(PaymentFailed, PaymentTimedOut):
            await pay_booking(
                self.services,
                self.buyer,
                event_id=self.event.id,
                booking_id=self.ids[name],
                token=token,
                amount=None,
                idempotency_key=f"{name} {token}",
            )

    async def cancel(self, name: str) -> None:
        await cancel_booking(self.services, self.buyer, event_id=self.event.id, booking_id=self.ids[name], reason=None)

    async def drift(self) -> Found:
        return {
            (drift.field, drift.stored, drift.actual) for drift in await check_inventory(self.services, self.event.id)
        }

    async def change(self, name: str, **values: Any) -> None:
        """Alter a lock by hand."""
        await SeatLock.get_pymongo_collection().update_one({"_id": self.ids[name]}, {"$set": values})

    async def change_booking(self, name: str, **values: Any) -> None:
        await Booking.get_pymongo_collection().update_one({"_id": self.ids[name]}, {"$set": values})

    async def change_row(self, row: str, **values: Any) -> None:
        await SeatRow.get_pymongo_collection().update_one({"_id": row_id(self.event.id, row)}, {"$set": values})

    async def change_section(self, index: int, **values: int) -> None:
        changes = {f"sections.{index}.{name}": value for name, value in values.items()}
        await Event.get_pymongo_collection().update_one({"_id": self.event.id}, {"$set": changes})

    def entry(self, name: str, action: AuditAction, from_status: str | None = None) -> ObjectId:
        return entry_id(self.ids[name], action, from_status)


async def make_event(services: Services) -> Event:
    return await create_event(
        services,
        Caller(PydanticObjectId(), Role.ADMIN, "test"),
        name="Concert",
        description=None,
        starts_at=services.clock() + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=None,
        sections=[
            NewSection("STALLS", None, None, [NewRow("A", 6), NewRow("B", 4)]),
            NewSection("FLOOR", None, 20, None),
        ],
    )


@pytest.fixture(scope="module")
async def busy_shop(servers: Servers) -> AsyncIterator[Shop]:
    """A shop where one of everything has happened."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        payment_attempts=1,  # so that a card that is declined ends a booking
    )
    time = Time()
    async with open_services(settings, time, patience_seconds=PATIENCE_SECONDS) as services:
        shop = Shop(services, time, await make_event(services))
        await everything_happens(shop)
        yield shop
        await services.mongo.drop_database(settings.mongo_database)


@pytest.fixture
async def shop(busy_shop: Shop) -> AsyncIterator[Shop]:
    """The same shop for every test: what a test does to its documents is undone."""
    kinds = [kind.get_pymongo_collection() for kind in ALL]
    before = [await kind.find().to_list() for kind in kinds]
    yield busy_shop
    for kind, documents in zip(kinds, before, strict=True):
        await kind.delete_many({})
        if documents:
            await kind.insert_many(documents)
    await Payment.get_pymongo_collection().create_indexes(Payment.Settings.indexes)


async def everything_happens(shop: Shop) -> None:
    """Leaves A-1 A-2 held by `held`, A-3 booked by `booked`, A-4 held by `pending`; of FLOOR 3 held, 2 booked."""
    for name in ("expired", "expired booking"):
        await shop.lock(name, quantity=1)
    await shop.confirm("expired booking")
    shop.time.now += timedelta(days=1)

    await shop.lock("released", "STALLS-B-1", "STALLS-B-2")
    await shop.release("released")
    for name, token in {"refunded": "sim_failure", "declined": "sim_declined", "cancelled": "sim_success"}.items():
        await shop.lock(name, "STALLS-A-1", "STALLS-B-4")
        await shop.confirm(name)
        await shop.confirm(name)
        await shop.pay(name, token)
        await shop.pay(name, token)
    await shop.cancel("cancelled")
    await shop.cancel("cancelled")
    await shop.lock("given up", quantity=2)
    await shop.confirm("given up")
    await shop.cancel("given up")

    await shop.lock("dead", quantity=1)
    shop.time.now += timedelta(seconds=299)
    await shop.lock("held", "STALLS-A-2", "STALLS-A-1")
    await shop.lock("held", "STALLS-A-2", "STALLS-A-1")
    await shop.lock("booked", "STALLS-A-3")
    await shop.lock("pending", "STALLS-A-4")
    await shop.lock("booked floor", quantity=2)
    await shop.lock("timed out", quantity=2)
    for name in ("booked", "pending", "booked floor", "timed out"):
        await shop.confirm(name)
    await shop.pay("booked")
    await shop.pay("booked floor")
    await shop.pay("timed out", "sim_timeout")
    # Past its deadline, but nothing has happened to the event since: still ACTIVE in the database.
    shop.time.now += timedelta(seconds=2)


async def test_everything_that_can_happen_is_clean(shop: Shop) -> None:
    event = await Event.get(shop.event.id)
    assert event is not None
    assert [(section.available, section.held, section.booked) for section in event.sections] == [(6, 3, 1), (15, 3, 2)]
    assert await shop.drift() == set()


async def test_no_such_event(shop: Shop) -> None:
    assert await check_inventory(shop.services, PydanticObjectId()) == []


async def test_all_events_are_checked_and_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.integrity.record_batches.BATCH_WEIGHT", 100)
    others = [await make_event(shop.services) for _ in range(6)]
    assert await check_inventory(shop.services) == []
    for event in (shop.event, others[0], others[5]):
        await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": {"sections.1.available": -2}})
    found = [
        (drift.event.id, drift.field, drift.stored, drift.actual) for drift in await check_inventory(shop.services)
    ]
    assert found == [
        (shop.event.id, "sections.FLOOR.availableSeats", 13, 15),
        (shop.event.id, "audit.FLOOR.availableSeats", 13, 15),
        (others[0].id, "sections.FLOOR.availableSeats", 18, 20),
        (others[0].id, "audit.FLOOR.availableSeats", 18, 20),
        (others[5].id, "sections.FLOOR.availableSeats", 18, 20),
        (others[5].id, "audit.FLOOR.availableSeats", 18, 20),
    ]


async def test_no_false_alarm_while_buyers_buy(shop: Shop) -> None:
    closing = asyncio.Event()

    async def buy(buyer: int) -> int:
        purchases = 0
        while not closing.is_set():
            purchases += 1
            name = f"{buyer} {purchases}"
            with suppress(NotEnoughSeats):
                await shop.lock(name, quantity=1, section=("FLOOR", "STALLS")[purchases % 2])
                if purchases % 3 == 0:
                    await shop.release(name)
                    continue
                await shop.confirm(name)
                if purchases % 3 == 1:
                    await shop.pay(name)
                await shop.cancel(name)
        return purchases

    buyers = [asyncio.create_task(buy(number)) for number in range(12)]
    found = [await shop.drift() for _ in range(15)]
    closing.set()
    purchases = sum(await asyncio.gather(*buyers))
    assert found == [set()] * 15
    assert await shop.drift() == set()
    assert purchases > 12


Damage = Callable[[Shop], Awaitable[Found]]
DAMAGES: list[Damage] = []


def damage(do: Damage) -> Damage:
    """Registers a way to damage the documents by hand; it returns what the check has to find."""
    DAMAGES.append(do)
    return do


@pytest.mark.parametrize("do", DAMAGES, ids=lambda do: do.__name__)
async def test_damage_is_found(shop: Shop, do: Damage) -> None:
    expected = await do(shop)
    assert await shop.drift() == expected


# ---------------------------------------------------------------- counters


@damage
async def held_counter(shop: Shop) -> Found:
    await shop.change_section(0, held=4)
    return {("sections.STALLS.lockedSeats", 4, 3), ("audit.STALLS.lockedSeats", 4, 3)}


@damage
async def total_of_numbered_seats(shop: Shop) -> Found:
    await shop.change_section(0, total=11, available=7)
    return {
        ("sections.STALLS.totalSeats", 11, 10),
        ("sections.STALLS.availableSeats", 7, 6),
        ("audit.STALLS.totalSeats", 11, 10),
        ("audit.STALLS.availableSeats", 7, 6),
    }


@damage
async def total_of_a_capacity(shop: Shop) -> Found:
    await shop.change_section(1, total=4)
    return {("sections.FLOOR.availableSeats", 15, -1), ("audit.FLOOR.totalSeats", 4, 20)}


@damage
async def oversold(shop: Shop) -> Found:
    await shop.change_section(1, total=4, available=-1)
    return {
        ("sections.FLOOR.availableSeats", -1, 0),
        ("audit.FLOOR.totalSeats", 4, 20),
        ("audit.FLOOR.availableSeats", -1, 15),
    }


# ---------------------------------------------------------------- seats


@damage
async def held_seat_marked_available(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", statuses="AHBHAA")
    return {("seats.STALLS-A-1", 0, 1)}


@damage
async def free_seat_marked_booked(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", statuses="AABA", holders=[None, None, SOME_ID, None])
    return {("seats.STALLS-B-3", 2, 0), ("seats.STALLS-B-3.holder", 1, 0)}


@damage
async def another_holder(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", **{"holders.0": SOME_ID})
    return {("seats.STALLS-A-1.holder", 0, 1)}


@damage
async def no_holder(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", **{"holders.2": None})
    return {("seats.STALLS-A-3.holder", 0, 1)}


@damage
async def unknown_letter(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", statuses="A?AA")
    return {("seats.STALLS-B-2", -1, 0)}


@damage
async def too_few_holders(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", holders=[None, None, None])
    return {("rows.STALLS-B.holders", 3, 4)}


@damage
async def row_gone(shop: Shop) -> Found:
    await SeatRow.get_pymongo_collection().delete_one({"_id": row_id(shop.event.id, "STALLS-B")})
    return {("sections.STALLS.totalSeats", 10, 6), ("sections.STALLS.availableSeats", 6, 2)}


@damage
async def two_locks_on_one_seat(shop: Shop) -> Found:
    await shop.change("held", seats=["STALLS-A-1", "STALLS-A-4"])
    pending = min(("held", "pending"), key=lambda name: shop.ids[name]) == "pending"
    return {
        ("seats.STALLS-A-4.holders", 1, 2),
        ("seats.STALLS-A-2", 1, 0),
        ("seats.STALLS-A-2.holder", 1, 0),
        ("audit.seats.STALLS-A-2", 0, 1),
        *({("seats.STALLS-A-4.holder", 0, 1), ("audit.seats.STALLS-A-4.holder", 0, 1)} if pending else set()),
    }


@damage
async def seat_that_does_not_exist(shop: Shop) -> Found:
    await shop.change("held", seats=["STALLS-A-2", "STALLS-A-1", "STALLS-A-7", "STALLS-A-06"])
    return {
        ("seats.STALLS-A-7", -1, 1),
        ("seats.STALLS-A-06", -1, 1),
        (f"locks.{shop.ids['held']}.quantities.STALLS", 2, 4),
        ("audit.seats.STALLS-A-7", 1, 0),
        ("audit.seats.STALLS-A-06", 1, 0),
    }


# ---------------------------------------------------------------- locks and bookings


@damage
async def lock_gone(shop: Shop) -> Found:
    await SeatLock.get_pymongo_collection().delete_one({"_id": shop.ids["dead"]})
    return {
        (f"locks.{shop.ids['dead']}", 0, 1),
        ("sections.FLOOR.lockedSeats", 3, 2),
        ("sections.FLOOR.availableSeats", 15, 16),
    }


@damage
async def lock_nobody_speaks_of(shop: Shop) -> Found:
    raw = await SeatLock.get_pymongo_collection().find_one({"_id": shop.ids["dead"]})
    assert raw is not None
    await SeatLock.get_pymongo_collection().insert_one(raw | {"_id": SOME_ID, "key_id": None})
    return {
        (f"audit.locks.{SOME_ID}", 0, 1),
        ("sections.FLOOR.lockedSeats", 3, 4),
        ("sections.FLOOR.availableSeats", 15, 14),
    }


@damage
async def released_lock_active_again(shop: Shop) -> Found:
    await shop.change("expired", status="ACTIVE")
    return {
        (f"locks.{shop.ids['expired']}.status", 0, 2),
        ("sections.FLOOR.lockedSeats", 3, 4),
        ("sections.FLOOR.availableSeats", 15, 14),
    }


@damage
async def lock_of_a_live_booking_expired(shop: Shop) -> Found:
    await shop.change("pending", status="EXPIRED")
    return {
        (f"locks.{shop.ids['pending']}.status", 2, 0),
        ("sections.STALLS.lockedSeats", 3, 2),
        ("sections.STALLS.availableSeats", 6, 7),
        ("seats.STALLS-A-4", 1, 0),
        ("seats.STALLS-A-4.holder", 1, 0),
        ("audit.seats.STALLS-A-4", 0, 1),
    }


@damage
async def lock_of_a_cancelled_booking(shop: Shop) -> Found:
    await shop.change("cancelled", status="CONSUMED")
    return {(f"locks.{shop.ids['cancelled']}.status", 1, 3)}


@damage
async def lock_that_forgot_its_booking(shop: Shop) -> Found:
    await shop.change("booked", booked=False)
    return {(f"locks.{shop.ids['booked']}.booked", 0, 1)}


@damage
async def lock_that_outlives_its_booking(shop: Shop) -> Found:
    booking = await Booking.get(shop.ids["pending"])
    assert booking is not None
    await shop.change("pending", expires_at=booking.payment_expires_at + timedelta(seconds=2))
    return {(f"locks.{shop.ids['pending']}.expiresAt", 2_000, 0)}


@damage
async def lock_for_more_seats(shop: Shop) -> Found:
    await shop.change("held", quantities={"STALLS": 3})
    return {
        (f"locks.{shop.ids['held']}.quantities.STALLS", 3, 2),
        ("sections.STALLS.lockedSeats", 3, 4),
        ("sections.STALLS.availableSeats", 6, 5),
    }


@damage
async def lock_in_a_section_there_is_not(shop: Shop) -> Found:
    await shop.change("dead", quantities={"BALCONY": 1})
    return {
        ("sections.BALCONY.lockedSeats", 0, 1),
        ("sections.FLOOR.lockedSeats", 3, 2),
        ("sections.FLOOR.availableSeats", 15, 16),
    }


@damage
async def booking_gone(shop: Shop) -> Found:
    await Booking.get_pymongo_collection().delete_one({"_id": shop.ids["given up"]})
    return {
        (f"bookings.{shop.ids['given up']}", 0, 1),
        (f"locks.{shop.ids['given up']}.booked", 1, 0),
        (f"locks.{shop.ids['given up']}.status", 3, 0),
    }


@damage
async def failed_booking_confirmed(shop: Shop) -> Found:
    await shop.change_booking("given up", status="CONFIRMED")
    return {
        (f"bookings.{shop.ids['given up']}.status", 1, 4),
        (f"bookings.{shop.ids['given up']}.paid", 0, 1),
        (f"locks.{shop.ids['given up']}.status", 3, 1),
        ("sections.FLOOR.bookedSeats", 2, 4),
        ("sections.FLOOR.availableSeats", 15, 13),
    }


@damage
async def status_there_is_not(shop: Shop) -> Found:
    await shop.change_booking("given up", status="PAID")
    return {(f"bookings.{shop.ids['given up']}.status", -1, 4), (f"locks.{shop.ids['given up']}.status", 3, 0)}


@damage
async def booking_of_more_seats(shop: Shop) -> Found:
    await shop.change_booking("booked floor", quantities={"FLOOR": 5})
    return {
        (f"bookings.{shop.ids['booked floor']}.quantities.FLOOR", 5, 2),
        ("sections.FLOOR.bookedSeats", 2, 5),
        ("sections.FLOOR.availableSeats", 15, 12),
    }


@damage
async def booking_of_other_seats(shop: Shop) -> Found:
    await shop.change_booking("pending", seats=["STALLS-A-5"])
    return {(f"bookings.{shop.ids['pending']}.seats", 0, 2)}


# ---------------------------------------------------------------- payments


async def payment_of(shop: Shop, name: str) -> dict[str, Any]:
    payment: dict[str, Any] | None = await Payment.get_pymongo_collection().find_one({"booking_id": shop.ids[name]})
    assert payment is not None
    return payment


@damage
async def payment_gone(shop: Shop) -> Found:
    payment = await payment_of(shop, "booked")
    await Payment.get_pymongo_collection().delete_one({"_id": payment["_id"]})
    return {(f"payments.{payment['_id']}", 0, 1), (f"bookings.{shop.ids['booked']}.paid", 0, 1)}


@damage
async def paid_twice(shop: Shop) -> Found:
    payment = await payment_of(shop, "booked")
    await Payment.get_pymongo_collection().insert_one(
        payment | {"_id": SOME_ID, "may_hold_money": False, "key_id": None}
    )
    return {
        (f"audit.payments.{SOME_ID}", 0, 1),
        (f"payments.{SOME_ID}.mayHoldMoney", 0, 1),
        (f"bookings.{shop.ids['booked']}.paid", 2, 1),
    }


@damage
async def two_attempts_that_may_hold_money(shop: Shop) -> Found:
    """As if the index that forbids it were missing."""
    payments = Payment.get_pymongo_collection()
    await payments.drop_index("one_charge_per_booking")
    payment = await payment_of(shop, "timed out")
    await payments.insert_one(payment | {"_id": SOME_ID, "key_id": None})
    return {(f"audit.payments.{SOME_ID}", 0, 1), (f"bookings.{shop.ids['timed out']}.payments", 2, 1)}


@damage
async def paid_for_nothing(shop: Shop) -> Found:
    payment = await payment_of(shop, "timed out")
    await Payment.get_pymongo_collection().update_one({"_id": payment["_id"]}, {"$set": {"status": "SUCCEEDED"}})
    return {(f"payments.{payment['_id']}.status", 1, 3), (f"bookings.{shop.ids['timed out']}.paid", 1, 0)}


@damage
async def refund_gone(shop: Shop) -> Found:
    payment = await payment_of(shop, "cancelled")
    await Refund.get_pymongo_collection().delete_one({"payment_id": payment["_id"]})
    return {(f"refunds.{payment['_id']}", 0, 1)}


@damage
async def refund_back_to_its_start(shop: Shop) -> Found:
    payment = await payment_of(shop, "cancelled")
    await Refund.get_pymongo_collection().update_one({"payment_id": payment["_id"]}, {"$set": {"status": "INITIATED"}})
    return {(f"refunds.{payment['_id']}.status", 0, 1)}


@damage
async def declined_payment_may_hold_money(shop: Shop) -> Found:
    payment = await payment_of(shop, "declined")
    await Payment.get_pymongo_collection().update_one({"_id": payment["_id"]}, {"$set": {"may_hold_money": True}})
    return {(f"payments.{payment['_id']}.mayHoldMoney", 1, 0)}


# ---------------------------------------------------------------- audit entries


async def entries(shop: Shop) -> int:
    return await AuditEntry.get_pymongo_collection().count_documents({"event_id": shop.event.id})


@damage
async def last_entry_gone(shop: Shop) -> Found:
    count = await entries(shop)
    await AuditEntry.get_pymongo_collection().delete_one({"event_id": shop.event.id, "sequence": count})
    payment = await payment_of(shop, "timed out")
    return {("audit.sequence", count, count - 1), (f"payments.{payment['_id']}.status", 3, 0)}


@damage
async def entry_in_the_middle_gone(shop: Shop) -> Found:
    removed = await AuditEntry.get_pymongo_collection().find_one_and_delete(
        {"_id": shop.entry("dead", AuditAction.SEATS_LOCKED)}
    )
    assert removed is not None
    return {
        ("audit.sequence", await entries(shop) + 1, removed["sequence"] - 1),
        (f"audit.locks.{shop.ids['dead']}", 0, 1),
        ("audit.FLOOR.availableSeats", 15, 16),
        ("audit.FLOOR.lockedSeats", 3, 2),
    }


@damage
async def change_without_an_entry(shop: Shop) -> Found:
    """As if the transaction had written the lock and the counters, and no entry."""
    raw = await SeatLock.get_pymongo_collection().find_one({"_id": shop.ids["dead"]})
    assert raw is not None
    await SeatLock.get_pymongo_collection().insert_one(raw | {"_id": SOME_ID, "key_id": None})
    await shop.change_section(1, available=14, held=4)
    return {
        (f"audit.locks.{SOME_ID}", 0, 1),
        ("audit.FLOOR.availableSeats", 14, 15),
        ("audit.FLOOR.lockedSeats", 4, 3),
    }


@damage
async def entry_twice(shop: Shop) -> Found:
    """With an id of its own, or the database would refuse it."""
    count = await entries(shop)
    entry = await AuditEntry.get_pymongo_collection().find_one({"_id": shop.entry("held", AuditAction.SEATS_LOCKED)})
    assert entry is not None
    await AuditEntry.get_pymongo_collection().insert_one(entry | {"_id": SOME_ID, "sequence": count + 1})
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"audit_sequence": 1}})
    return {
        (f"audit.locks.{shop.ids['held']}.from", -1, 0),
        ("audit.STALLS.availableSeats", 6, 4),
        ("audit.STALLS.lockedSeats", 3, 5),
    }


@damage
async def entry_of_other_seats(shop: Shop) -> Found:
    await AuditEntry.get_pymongo_collection().update_one(
        {"_id": shop.entry("held", AuditAction.SEATS_LOCKED)}, {"$set": {"seats.0": "STALLS-A-6"}}
    )
    return {("audit.seats.STALLS-A-2", 1, 0), ("audit.seats.STALLS-A-6", 0, 1)}


@damage
async def sequence_ahead(shop: Shop) -> Found:
    count = await entries(shop)
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"audit_sequence": 3}})
    return {("audit.sequence", count + 3, count)}
