"""A shop whose documents somebody changes by hand, one way after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId

from domain.documents import (
    AuditEntry,
    Booking,
    Event,
    Payment,
    Refund,
    SeatLock,
    SeatRow,
    row_id,
)
from tests.domain.integrity.test_check import Found, Shop

SOME_ID = ObjectId("0123456789abcdef01234567")
DAY = timedelta(days=1)

Tamper = Callable[[Shop], Awaitable[Found]]


@dataclass(frozen=True)
class Tampering:
    """A way to change documents by hand; what its repair has to tell, and whether a quick look finds it."""

    do: Tamper
    is_seen_at_once: bool

    @property
    def name(self) -> str:
        return self.do.__name__


TAMPERINGS: list[Tampering] = []


def touches_seats(do: Tamper) -> Tamper:
    """Registers it: counters or rows no longer say what locks and bookings say."""
    TAMPERINGS.append(Tampering(do, is_seen_at_once=True))
    return do


def touches_no_seats(do: Tamper) -> Tamper:
    """Registers it: only a look at all history finds it."""
    TAMPERINGS.append(Tampering(do, is_seen_at_once=False))
    return do


# ---------------------------------------------------------------- by hand


async def raw(kind: type[Any], key: object) -> dict[str, Any]:
    """A document as stored."""
    found: dict[str, Any] | None = await kind.get_pymongo_collection().find_one({"_id": key})
    assert found is not None
    return found


async def insert_lock(shop: Shop, like: str, **values: Any) -> None:
    """Another lock, like that one but for these fields."""
    lock = await raw(SeatLock, shop.ids[like])
    await SeatLock.get_pymongo_collection().insert_one(
        lock | {"_id": SOME_ID, "key_id": None, "status": "ACTIVE", "booked": False} | values
    )


async def delete(kind: type[Any], key: object) -> None:
    deleted = await kind.get_pymongo_collection().delete_one({"_id": key})
    assert deleted.deleted_count == 1


async def payment_of(shop: Shop, name: str) -> dict[str, Any]:
    payment: dict[str, Any] | None = await Payment.get_pymongo_collection().find_one({"booking_id": shop.ids[name]})
    assert payment is not None
    return payment


async def change_payment(shop: Shop, name: str, **values: Any) -> ObjectId:
    payment = await payment_of(shop, name)
    await Payment.get_pymongo_collection().update_one({"_id": payment["_id"]}, {"$set": values})
    payment_id: ObjectId = payment["_id"]
    return payment_id


async def count_on(shop: Shop, section: int, **gains: int) -> None:
    """Move a section's counters."""
    gained = {f"sections.{section}.{name}": gain for name, gain in gains.items()}
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": gained})


# ---------------------------------------------------------------- locks that nobody made


@touches_seats
async def dead_lock_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "dead", quantities={"FLOOR": 3}, expires_at=shop.time.now - DAY)
    return {("sections.FLOOR.lockedSeats", 3, 6), (f"audit.locks.{SOME_ID}", 0, 1)}


@touches_seats
async def dead_lock_of_free_seats_inserted(shop: Shop) -> Found:
    seats = ["STALLS-B-2", "STALLS-B-3"]
    await insert_lock(shop, "held", quantities={"STALLS": 2}, seats=seats, expires_at=shop.time.now - DAY)
    return {("seats.STALLS-B-2", 0, 1), ("seats.STALLS-B-3", 0, 1), ("sections.STALLS.lockedSeats", 3, 5)}


@touches_seats
async def dead_lock_of_booked_seats_inserted(shop: Shop) -> Found:
    seats = ["STALLS-B-3", "STALLS-A-3"]
    await insert_lock(shop, "held", quantities={"STALLS": 2}, seats=seats, expires_at=shop.time.now - DAY)
    return {(f"locks.{SOME_ID}.status", 0, 2), (f"audit.locks.{SOME_ID}", 0, 1)}


@touches_seats
async def dead_lock_of_held_seats_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "held", expires_at=shop.time.now - DAY)
    return {(f"locks.{SOME_ID}.status", 0, 2)}


@touches_seats
async def dead_lock_of_more_than_there_is_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "dead", quantities={"FLOOR": 16}, expires_at=shop.time.now - DAY)
    return {(f"locks.{SOME_ID}.status", 0, 2)}


@touches_seats
async def dead_lock_of_what_there_is_not_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "dead", quantities={"BALCONY": 1}, expires_at=shop.time.now - DAY)
    return {(f"locks.{SOME_ID}.status", 0, 2)}


@touches_seats
async def dead_lock_of_a_seat_there_is_not_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "held", quantities={"STALLS": 1}, seats=["STALLS-A-07"], expires_at=shop.time.now - DAY)
    return {(f"locks.{SOME_ID}.status", 0, 2)}


@touches_seats
async def dead_lock_of_few_words_inserted(shop: Shop) -> Found:
    """Only what whoever typed it thought of."""
    lock = {"event_id": shop.event.id, "quantities": {"FLOOR": 1}, "expires_at": shop.time.now - DAY}
    await SeatLock.get_pymongo_collection().insert_one(lock | {"_id": SOME_ID, "status": "ACTIVE"})
    return {(f"locks.{SOME_ID}.fields", 3, 5)}


@touches_seats
async def live_lock_inserted(shop: Shop) -> Found:
    await insert_lock(shop, "dead", quantities={"FLOOR": 3}, expires_at=shop.time.now + timedelta(seconds=100))
    return {("sections.FLOOR.availableSeats", 15, 12), ("sections.FLOOR.lockedSeats", 3, 6)}


@touches_no_seats
async def dead_lock_inserted_with_its_counters(shop: Shop) -> Found:
    await insert_lock(shop, "dead", quantities={"FLOOR": 3}, expires_at=shop.time.now - DAY)
    await count_on(shop, 1, available=-3, held=3)
    return {("audit.FLOOR.lockedSeats", 3, 6), (f"audit.locks.{SOME_ID}", 0, 1)}


# ---------------------------------------------------------------- counters


def counter(name: str, field: str, gain: int) -> None:
    async def do(shop: Shop) -> Found:
        was = [
            {"available": 6, "held": 3, "booked": 1, "total": 10},
            {"available": 15, "held": 3, "booked": 2, "total": 20},
        ]
        for section in (0, 1):
            await count_on(shop, section, **{name: gain})
        return {
            (f"sections.STALLS.{field}", was[0][name] + gain, was[0][name]),
            (f"sections.FLOOR.{field}", was[1][name] + gain, was[1][name]),
        }

    do.__name__ = f"{name}_{gain:+}"
    touches_seats(do)


for name, field in (
    ("available", "availableSeats"),
    ("held", "lockedSeats"),
    ("booked", "bookedSeats"),
    ("total", "totalSeats"),
):
    counter(name, field, -2)
    counter(name, field, +2)


@touches_no_seats
async def more_capacity(shop: Shop) -> Found:
    await count_on(shop, 1, total=5, available=5)
    return {("sections.FLOOR.totalSeats", 25, 20), ("sections.FLOOR.availableSeats", 20, 15)}


# ---------------------------------------------------------------- seat rows


@touches_seats
async def held_seat_marked_available(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", statuses="AHBHAA")
    return {("seats.STALLS-A-1", 0, 1)}


@touches_seats
async def booked_seat_marked_available(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", statuses="HHAHAA", **{"holders.2": None})
    return {("seats.STALLS-A-3", 0, 2), ("seats.STALLS-A-3.holder", 0, 1)}


@touches_seats
async def free_seat_marked_held(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", statuses="AHAA", **{"holders.1": SOME_ID})
    return {("seats.STALLS-B-2", 1, 0), ("seats.STALLS-B-2.holder", 1, 0)}


@touches_seats
async def letter_there_is_not(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", statuses="A?AA")
    return {("seats.STALLS-B-2", -1, 0)}


@touches_seats
async def another_holder(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", **{"holders.0": SOME_ID})
    return {("seats.STALLS-A-1.holder", 0, 1)}


@touches_seats
async def no_holder(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", **{"holders.2": None})
    return {("seats.STALLS-A-3.holder", 0, 1)}


@touches_seats
async def statuses_shortened(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", statuses="HHB")
    return {(f"seats.STALLS-A-{number}", -1, status) for number, status in ((4, 1), (5, 0), (6, 0))}


@touches_seats
async def statuses_lengthened(shop: Shop) -> Found:
    await shop.change_row("STALLS-B", statuses="AAAAA")
    return {("seats.STALLS-B-5", 0, -1)}


@touches_seats
async def holders_shortened(shop: Shop) -> Found:
    await shop.change_row("STALLS-A", holders=[shop.ids["held"]])
    return {("rows.STALLS-A.holders", 1, 6), ("seats.STALLS-A-2.holder", 0, 1), ("seats.STALLS-A-3.holder", 0, 1)}


@touches_seats
async def row_without_statuses(shop: Shop) -> Found:
    await SeatRow.get_pymongo_collection().update_one(
        {"_id": row_id(shop.event.id, "STALLS-B")}, {"$unset": {"statuses": 1}}
    )
    return {("seats.STALLS-B-4", -1, 0)}


# ---------------------------------------------------------------- locks and bookings deleted


@touches_seats
async def active_lock_deleted(shop: Shop) -> Found:
    await delete(SeatLock, shop.ids["held"])
    return {
        ("sections.STALLS.lockedSeats", 3, 1),
        ("seats.STALLS-A-1", 1, 0),
        ("seats.STALLS-A-2.holder", 1, 0),
        (f"audit.locks.{shop.ids['held']}", 1, 0),
    }


@touches_seats
async def lock_of_a_pending_booking_deleted(shop: Shop) -> Found:
    await delete(SeatLock, shop.ids["pending"])
    return {(f"locks.{shop.ids['pending']}", 0, 1)}


@touches_no_seats
async def lock_of_a_paid_booking_deleted(shop: Shop) -> Found:
    await delete(SeatLock, shop.ids["booked"])
    return {(f"locks.{shop.ids['booked']}", 0, 1)}


@touches_no_seats
async def ended_lock_deleted(shop: Shop) -> Found:
    await delete(SeatLock, shop.ids["released"])
    return {(f"audit.locks.{shop.ids['released']}", 1, 0)}


@touches_seats
async def pending_booking_deleted(shop: Shop) -> Found:
    await delete(Booking, shop.ids["pending"])
    return {(f"bookings.{shop.ids['pending']}", 0, 1)}


@touches_seats
async def paid_booking_deleted(shop: Shop) -> Found:
    await delete(Booking, shop.ids["booked"])
    return {(f"bookings.{shop.ids['booked']}", 0, 1)}


@touches_seats
async def paid_booking_deleted_with_its_lock(shop: Shop) -> Found:
    for kind in (Booking, SeatLock):
        await delete(kind, shop.ids["booked"])
        await delete(kind, shop.ids["booked floor"])
    return {(f"{kind}.{shop.ids[name]}", 0, 1) for kind in ("locks", "bookings") for name in ("booked", "booked floor")}


@touches_seats
async def unpaid_booking_deleted_with_its_lock(shop: Shop) -> Found:
    await delete(Booking, shop.ids["pending"])
    await delete(SeatLock, shop.ids["pending"])
    return {("seats.STALLS-A-4", 1, 0), (f"audit.bookings.{shop.ids['pending']}", 1, 0)}


@touches_no_seats
async def cancelled_booking_deleted(shop: Shop) -> Found:
    await delete(Booking, shop.ids["cancelled"])
    return {(f"bookings.{shop.ids['cancelled']}", 0, 1)}


# ---------------------------------------------------------------- statuses


@touches_seats
async def lock_ended(shop: Shop) -> Found:
    await shop.change("held", status="RELEASED")
    return {("seats.STALLS-A-1", 1, 0), (f"audit.locks.{shop.ids['held']}.status", 0, 3)}


@touches_seats
async def lock_that_ended_made_active(shop: Shop) -> Found:
    await shop.change("expired", status="ACTIVE")
    return {(f"locks.{shop.ids['expired']}.status", 0, 2)}


@touches_seats
async def lock_consumed_without_booking(shop: Shop) -> Found:
    await shop.change("held", status="CONSUMED")
    return {(f"locks.{shop.ids['held']}.status", 1, 2)}


@touches_seats
async def lock_in_a_status_there_is_not(shop: Shop) -> Found:
    await shop.change("dead", status="WAITING")
    return {(f"locks.{shop.ids['dead']}.status", -1, 2)}


@touches_seats
async def lock_of_a_pending_booking_ended(shop: Shop) -> Found:
    await shop.change("pending", status="EXPIRED")
    return {(f"locks.{shop.ids['pending']}.status", 2, 0)}


@touches_seats
async def lock_of_a_paid_booking_made_active(shop: Shop) -> Found:
    """And dead: whatever expires it by the lock alone gives seats away that are paid for."""
    await shop.change("booked floor", status="ACTIVE", expires_at=shop.time.now - DAY)
    return {(f"locks.{shop.ids['booked floor']}.status", 0, 1)}


@touches_seats
async def lock_of_a_paid_booking_made_active_and_unbooked(shop: Shop) -> Found:
    await shop.change("booked floor", status="ACTIVE", booked=False, expires_at=shop.time.now - DAY)
    return {(f"locks.{shop.ids['booked floor']}.status", 0, 1), (f"locks.{shop.ids['booked floor']}.booked", 0, 1)}


@touches_seats
async def paid_booking_expired(shop: Shop) -> Found:
    await shop.change_booking("booked", status="EXPIRED")
    return {(f"bookings.{shop.ids['booked']}.status", 3, 1)}


@touches_seats
async def paid_booking_cancelled(shop: Shop) -> Found:
    await shop.change_booking("booked", status="CANCELLED")
    return {(f"bookings.{shop.ids['booked']}.status", 4, 1)}


@touches_seats
async def paid_booking_made_pending(shop: Shop) -> Found:
    await shop.change_booking("booked floor", status="PAYMENT_PENDING")
    return {(f"bookings.{shop.ids['booked floor']}.status", 0, 1)}


@touches_seats
async def pending_booking_confirmed(shop: Shop) -> Found:
    await shop.change_booking("pending", status="CONFIRMED")
    return {(f"bookings.{shop.ids['pending']}.status", 1, 0)}


@touches_seats
async def pending_booking_cancelled(shop: Shop) -> Found:
    await shop.change_booking("pending", status="CANCELLED")
    return {(f"locks.{shop.ids['pending']}.status", 0, 3), (f"audit.bookings.{shop.ids['pending']}.status", 0, 4)}


@touches_seats
async def refunded_booking_confirmed(shop: Shop) -> Found:
    await shop.change_booking("refunded", status="CONFIRMED")
    return {(f"bookings.{shop.ids['refunded']}.status", 1, 2)}


@touches_seats
async def cancelled_booking_confirmed(shop: Shop) -> Found:
    await shop.change_booking("cancelled", status="CONFIRMED")
    return {(f"bookings.{shop.ids['cancelled']}.status", 1, 4)}


@touches_seats
async def expired_booking_made_pending(shop: Shop) -> Found:
    await shop.change_booking("expired booking", status="PAYMENT_PENDING")
    return {(f"bookings.{shop.ids['expired booking']}.status", 0, 3)}


@touches_no_seats
async def booking_in_a_status_there_is_not(shop: Shop) -> Found:
    await shop.change_booking("given up", status="PAID")
    return {(f"bookings.{shop.ids['given up']}.status", -1, 4)}


# ---------------------------------------------------------------- what a lock and its booking say


@touches_seats
async def pending_lock_forgot_its_booking(shop: Shop) -> Found:
    await shop.change("pending", booked=False)
    return {(f"locks.{shop.ids['pending']}.booked", 0, 1)}


@touches_no_seats
async def consumed_lock_forgot_its_booking(shop: Shop) -> Found:
    await shop.change("booked", booked=False)
    return {(f"locks.{shop.ids['booked']}.booked", 0, 1)}


@touches_seats
async def lock_booked_without_booking(shop: Shop) -> Found:
    await shop.change("held", booked=True)
    return {(f"locks.{shop.ids['held']}.booked", 1, 0)}


@touches_seats
async def lock_outlives_its_booking(shop: Shop) -> Found:
    booking = await raw(Booking, shop.ids["pending"])
    await shop.change("pending", expires_at=booking["payment_expires_at"] + timedelta(seconds=2))
    return {(f"locks.{shop.ids['pending']}.expiresAt", 2000, 0)}


@touches_seats
async def lock_dies_before_its_booking(shop: Shop) -> Found:
    """Whoever goes by the lock alone expires a booking that has time left."""
    booking = await raw(Booking, shop.ids["pending"])
    deadline = shop.time.now - timedelta(seconds=1)
    await shop.change("pending", expires_at=deadline)
    before = (deadline - booking["payment_expires_at"]) // timedelta(milliseconds=1)
    return {(f"locks.{shop.ids['pending']}.expiresAt", before, 0)}


@touches_seats
async def lock_of_more_seats_than_it_names(shop: Shop) -> Found:
    await shop.change("held", quantities={"STALLS": 3})
    return {(f"locks.{shop.ids['held']}.quantities.STALLS", 3, 2)}


@touches_seats
async def lock_of_one_seat_twice(shop: Shop) -> Found:
    await shop.change("held", seats=["STALLS-A-1", "STALLS-A-1"])
    return {(f"locks.{shop.ids['held']}.quantities.STALLS", 2, 1), ("seats.STALLS-A-2", 1, 0)}


@touches_seats
async def lock_without_seats(shop: Shop) -> Found:
    fields = {"quantities": 1, "seats": 1, "booked": 1}
    await SeatLock.get_pymongo_collection().update_one({"_id": shop.ids["held"]}, {"$unset": fields})
    return {(f"locks.{shop.ids['held']}.fields", 2, 5), (f"locks.{shop.ids['held']}.seats", 0, 2)}


@touches_seats
async def two_locks_of_one_seat(shop: Shop) -> Found:
    await shop.change("held", seats=["STALLS-A-3", "STALLS-A-1"])
    return {(f"locks.{shop.ids['held']}.status", 0, 2)}


@touches_seats
async def paid_booking_of_other_seats(shop: Shop) -> Found:
    await shop.change_booking("booked", seats=["STALLS-A-1"])
    return {(f"bookings.{shop.ids['booked']}.seats", 0, 2)}


@touches_seats
async def paid_booking_of_more_seats(shop: Shop) -> Found:
    await shop.change_booking("booked floor", quantities={"FLOOR": 5})
    return {(f"bookings.{shop.ids['booked floor']}.quantities.FLOOR", 5, 2)}


@touches_seats
async def pending_lock_of_other_seats(shop: Shop) -> Found:
    await shop.change("pending", seats=["STALLS-A-3"])
    return {(f"locks.{shop.ids['pending']}.seats", 0, 2)}


# ---------------------------------------------------------------- money


@touches_no_seats
async def payment_may_hold_no_money(shop: Shop) -> Found:
    payment_id = await change_payment(shop, "booked", may_hold_money=False)
    return {(f"payments.{payment_id}.mayHoldMoney", 0, 1)}


@touches_no_seats
async def declined_payment_may_hold_money(shop: Shop) -> Found:
    payment_id = await change_payment(shop, "declined", may_hold_money=True)
    return {(f"payments.{payment_id}.mayHoldMoney", 1, 0)}


@touches_no_seats
async def payment_failed(shop: Shop) -> Found:
    payment_id = await change_payment(shop, "booked", status="FAILED", may_hold_money=False)
    return {(f"payments.{payment_id}.status", 2, 1), (f"payments.{payment_id}.mayHoldMoney", 0, 1)}


@touches_no_seats
async def payment_succeeded(shop: Shop) -> Found:
    payment_id = await change_payment(shop, "timed out", status="SUCCEEDED")
    return {(f"payments.{payment_id}.status", 1, 3)}


@touches_no_seats
async def refund_back_to_its_start(shop: Shop) -> Found:
    payment = await payment_of(shop, "cancelled")
    await Refund.get_pymongo_collection().update_one({"payment_id": payment["_id"]}, {"$set": {"status": "INITIATED"}})
    return {(f"refunds.{payment['_id']}.status", 0, 1)}


# ---------------------------------------------------------------- numbers of audit entries


@touches_no_seats
async def sequence_behind(shop: Shop) -> Found:
    entries = await AuditEntry.get_pymongo_collection().count_documents({"event_id": shop.event.id})
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"audit_sequence": -3}})
    return {("audit.sequence", entries - 3, entries)}


@touches_no_seats
async def sequence_ahead(shop: Shop) -> Found:
    entries = await AuditEntry.get_pymongo_collection().count_documents({"event_id": shop.event.id})
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"audit_sequence": 3}})
    return {("audit.sequence", entries + 3, entries)}


@touches_no_seats
async def sequence_ahead_and_used(shop: Shop) -> Found:
    entries = await AuditEntry.get_pymongo_collection().count_documents({"event_id": shop.event.id})
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"audit_sequence": 3}})
    await shop.lock("after", quantity=1)
    return {("audit.sequence", entries + 2, entries + 5)}
