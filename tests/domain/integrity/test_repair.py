"""Documents that somebody changed by hand: healed by recovery, by the next command, or in spite of the sweep."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.contradiction import Contradiction
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentStatus,
    SeatLock,
    SeatLockStatus,
    SeatRow,
)
from domain.errors import NotEnoughSeats
from domain.integrity.drift import check_inventory
from domain.integrity.figures import check_figures
from domain.integrity.record_batches import read_records
from domain.integrity.records import Records
from domain.integrity.repair import InventoryRepairer, Outcome
from domain.integrity.repair.write import write_repair
from domain.jobs.recovery import recover, recover_all
from domain.payments.settle import settle
from domain.process.progress import Progress
from domain.providers.port import Charge
from domain.writer.baton import Baton
from domain.writer.transaction import Conflict
from tests.conftest import Servers
from tests.domain.integrity.test_check import Found, Shop, make_event
from tests.support.hunting import one_in, some_in
from tests.support.shops import open_shop, stock, undone_afterwards
from tests.support.sweeping import sweep_due
from tests.support.tampering import SOME_ID, TAMPERINGS, Tampering, count_on, delete, insert_lock, payment_of, raw


@pytest.fixture(scope="module")
async def busy_shop(servers: Servers) -> AsyncIterator[Shop]:
    async with open_shop(servers) as shop:
        yield shop


@pytest.fixture
async def shop(busy_shop: Shop) -> AsyncIterator[Shop]:
    """The same shop for every test: what a test does to its documents, and to time, is undone."""
    async with undone_afterwards(busy_shop):
        yield busy_shop


async def paid_bookings() -> dict[PydanticObjectId, tuple[Any, ...]]:
    raws = await Booking.get_pymongo_collection().find({"status": BookingStatus.CONFIRMED.value}).to_list()
    bookings = map(Booking.from_bson, raws)
    return {one.id: (one.user_id, one.quantities, one.seats, one.total_minor, one.currency) for one in bookings}


async def repairs(shop: Shop) -> list[AuditEntry]:
    return await AuditEntry.find({"event_id": shop.event.id, "action": AuditAction.INVENTORY_REPAIRED.value}).to_list()


def told(entry: AuditEntry) -> Found:
    return {(one["field"], one["stored"], one["actual"]) for one in entry.metadata["drift"]}


async def sales_go_on(shop: Shop) -> None:
    """What was held lapses, all seats that are not paid for can be locked, and what is paid is."""
    shop.time.now += timedelta(days=1)
    await shop.lock("next", quantity=3)
    await shop.lock("next seat", "STALLS-A-1")
    await shop.confirm("next seat")
    await shop.pay("next seat")
    (sold,) = [await Event.get(shop.event.id)]
    assert sold is not None
    assert [(section.available, section.held, section.booked) for section in sold.sections] == [(8, 0, 2), (15, 3, 2)]
    for row in range(2):
        await shop.lock(f"rest {row}", quantity=4, section="STALLS")
    await shop.cancel("booked")
    await shop.cancel("booked floor")
    assert await shop.drift() == set()
    assert await check_figures(shop.services.mongo) == []


ALWAYS = [one for one in TAMPERINGS if one.name == "dead_lock_of_few_words_inserted"]
"""What made an event unsellable once, and nobody noticed for long."""


@pytest.mark.parametrize("tampering", some_in(2, TAMPERINGS, ALWAYS), ids=lambda tampering: tampering.name)
async def test_recovery_heals(shop: Shop, tampering: Tampering) -> None:
    paid = await paid_bookings()
    expected = await tampering.do(shop)
    assert await shop.drift() != set()

    if tampering.is_seen_at_once:
        progress = Progress()
        await recover(shop.services, progress)
        assert progress.done >= 1
    else:
        await recover_all(shop.services)
    assert await shop.drift() == set()
    (entry,) = await repairs(shop)
    assert told(entry) >= expected
    assert await paid_bookings() == paid

    healed = await stock()
    await recover(shop.services, Progress())
    assert await recover_all(shop.services) == []
    assert await stock() == healed
    await sales_go_on(shop)


@pytest.mark.parametrize("tampering", some_in(8, TAMPERINGS, ALWAYS), ids=lambda tampering: tampering.name)
async def test_the_sweep_meets_it_first(shop: Shop, tampering: Tampering) -> None:
    paid = await paid_bookings()
    await tampering.do(shop)
    await sweep_due(shop.services)
    shop.time.now += timedelta(seconds=1)
    await sweep_due(shop.services)
    await recover_all(shop.services)
    assert await shop.drift() == set()
    assert len(await repairs(shop)) == 1
    assert await paid_bookings() == paid
    await sales_go_on(shop)


SEATS_AT_STAKE = {
    "dead_lock_inserted",
    "dead_lock_of_booked_seats_inserted",
    "dead_lock_inserted_with_its_counters",
    "lock_that_ended_made_active",
    "lock_of_a_paid_booking_made_active",
    "lock_of_a_paid_booking_made_active_and_unbooked",
    "lock_dies_before_its_booking",
}


@pytest.mark.parametrize("name", sorted(SEATS_AT_STAKE))
async def test_the_sweep_gives_nobodys_seats_away(shop: Shop, name: str) -> None:
    (tampering,) = [one for one in TAMPERINGS if one.name == name]
    paid, pending = await paid_bookings(), await Booking.get(shop.ids["pending"])
    await tampering.do(shop)
    await sweep_due(shop.services)
    assert await shop.drift() == set()
    assert await paid_bookings() == paid
    assert await Booking.get(shop.ids["pending"]) == pending
    sold = await Event.get(shop.event.id)
    assert sold is not None
    assert [(section.available, section.held, section.booked) for section in sold.sections] == [(6, 3, 1), (16, 2, 2)]


async def test_of_a_booking_that_was_restored_a_payment_can_be_repeated(shop: Shop) -> None:
    """Which items it was made of is not told by any entry."""
    (restoring,) = [one for one in TAMPERINGS if one.name == "paid_booking_deleted_with_its_lock"]
    await restoring.do(shop)
    await recover(shop.services, Progress())
    await shop.pay("booked")
    payments = await Payment.find({"booking_id": shop.ids["booked"]}).to_list()
    assert [payment.status for payment in payments] == [PaymentStatus.SUCCEEDED]


async def test_a_lock_of_an_event_there_is_not(shop: Shop) -> None:
    await insert_lock(shop, "dead", event_id=SOME_ID, expires_at=shop.time.now - timedelta(days=1))
    assert await sweep_due(shop.services) == 2
    lock = await SeatLock.get(SOME_ID)
    assert lock is not None
    assert lock.status == SeatLockStatus.EXPIRED
    await recover(shop.services, Progress())
    assert await check_inventory(shop.services) == []


# ---------------------------------------------------------------- the next command

Command = Callable[[Shop], Awaitable[None]]


async def lock_three(shop: Shop) -> None:
    await shop.lock("next", quantity=3)


async def lock_most_of_a_row(shop: Shop) -> None:
    await shop.lock("next", quantity=6, section="STALLS")


async def lock_that_seat(shop: Shop) -> None:
    await shop.lock("next", "STALLS-B-2")


async def lock_another_seat(shop: Shop) -> None:
    await shop.lock("next", quantity=1, section="STALLS")


async def release_held(shop: Shop) -> None:
    await shop.release("held")


async def confirm_held(shop: Shop) -> None:
    await shop.confirm("held")


async def cancel_booked(shop: Shop) -> None:
    await shop.cancel("booked")


async def pay_pending(shop: Shop) -> None:
    await shop.pay("pending")


HEALED_BY: list[tuple[str, Command]] = [
    *((f"{name}_{gain}", lock_three) for name in ("available", "held", "booked", "total") for gain in ("-2", "+2")),
    ("held_seat_marked_available", release_held),
    ("booked_seat_marked_available", cancel_booked),
    ("free_seat_marked_held", lock_most_of_a_row),
    ("letter_there_is_not", lock_that_seat),
    ("booked_seat_marked_available", lock_another_seat),
    ("statuses_shortened", lock_most_of_a_row),
    ("row_without_statuses", lock_most_of_a_row),
    ("sequence_behind", lock_three),
    ("dead_lock_inserted", lock_three),
    ("dead_lock_of_few_words_inserted", lock_three),
    ("lock_of_a_pending_booking_deleted", pay_pending),
    ("lock_of_a_pending_booking_ended", pay_pending),
    ("pending_booking_confirmed", pay_pending),
    ("pending_lock_of_other_seats", pay_pending),
    ("pending_lock_forgot_its_booking", pay_pending),
    ("lock_of_a_paid_booking_deleted", cancel_booked),
    ("paid_booking_of_other_seats", cancel_booked),
]


@pytest.mark.parametrize(("name", "command"), [one_in(3, *case, number=n) for n, case in enumerate(HEALED_BY)])
async def test_the_next_command_heals(shop: Shop, name: str, command: Command) -> None:
    (tampering,) = [one for one in TAMPERINGS if one.name == name]
    await tampering.do(shop)
    await command(shop)
    assert await shop.drift() == set()
    assert len(await repairs(shop)) == 1


async def test_one_edit_after_another(shop: Shop) -> None:
    """Each is healed by the next command, however soon it comes."""
    for number in range(3):
        await count_on(shop, 1, available=-2)
        await shop.lock(f"next {number}", quantity=1)
        await shop.change_row("STALLS-B", statuses="????")
        await shop.lock(f"next seat {number}", f"STALLS-B-{number + 1}")
    assert len(await repairs(shop)) == 6
    assert await shop.drift() == set()


async def test_the_providers_answer_finds_its_booking_gone(shop: Shop) -> None:
    """It is made again, with its lock, for whoever pays at this very moment."""
    payment = await Payment.find_one({"booking_id": shop.ids["timed out"]})
    assert payment is not None
    for kind in (SeatLock, Booking):
        await delete(kind, shop.ids["timed out"])
    settled = await settle(shop.services, payment, Charge(PaymentStatus.SUCCEEDED, "late", money_taken=True))
    assert (settled.booking.status, settled.booking.user_id) == (BookingStatus.CONFIRMED, shop.buyer.user_id)
    assert await shop.drift() == set()


async def test_the_order_of_labels_is_no_contradiction(shop: Shop) -> None:
    await shop.change_booking("cancelled", seats=["STALLS-B-4", "STALLS-A-1"])
    assert await shop.drift() == set()
    await shop.cancel("cancelled")
    assert await repairs(shop) == []


# ---------------------------------------------------------------- what can't be repaired


async def sell_too_much(shop: Shop) -> None:
    """A second paid booking of as many seats as the FLOOR has."""
    for kind in (SeatLock, Booking):
        sold = await raw(kind, shop.ids["booked floor"])
        sold.pop("reference", None)
        sold.pop("key_id", None)
        await kind.get_pymongo_collection().insert_one(sold | {"_id": SOME_ID, "quantities": {"FLOOR": 20}})
    payment = await payment_of(shop, "booked floor")
    await Payment.get_pymongo_collection().insert_one(payment | {"_id": SOME_ID, "key_id": None, "booking_id": SOME_ID})


async def test_an_event_for_a_human_is_looked_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    read = read_records

    def counted(mongo: Any, event_id: PydanticObjectId) -> AsyncIterator[list[Records]]:
        looked.append(event_id)
        return read(mongo, event_id)

    monkeypatch.setattr("domain.integrity.repair.read_records", counted)
    other = replace(shop, event=await make_event(shop.services), ids={})
    await sell_too_much(shop)
    await count_on(shop, 1, held=-1)
    for number in range(3):
        with pytest.raises(Contradiction):
            await shop.cancel("booked floor")
        with pytest.raises(NotEnoughSeats):
            await shop.lock(f"one of too many {number}", quantity=1)
        await shop.lock(f"elsewhere {number}", f"STALLS-B-{number + 1}")
        await other.lock(f"at another event {number}", quantity=1)
    assert looked == [shop.event.id]
    left = {"sections.FLOOR.availableSeats", "audit.FLOOR.totalSeats"}
    for _ in range(2):
        assert {field for field, _, _ in await shop.drift()} == left
        await recover_all(shop.services)
    assert len(await repairs(shop)) == 1

    for kind in (SeatLock, Booking):
        await kind.get_pymongo_collection().update_one({"_id": SOME_ID}, {"$set": {"quantities": {"FLOOR": 1}}})
    monkeypatch.setattr("domain.integrity.repair.guard.TRUST_SECONDS", 0.0)
    await recover(shop.services, Progress())
    await shop.cancel("booked floor")
    assert await shop.drift() == set()


async def test_one_event_that_makes_no_sense_keeps_no_other_from_it(shop: Shop) -> None:
    others = [await make_event(shop.services) for _ in range(2)]
    unreadable = {"$set": {"sections.0.seating": "ROOFTOP"}}
    await Event.get_pymongo_collection().update_one({"_id": others[0].id}, unreadable)
    await SeatRow.get_pymongo_collection().update_one({"event_id": others[1].id}, {"$unset": {"section": 1}})
    last = replace(shop, event=await make_event(shop.services), ids={})
    for one in (shop, last):
        await count_on(one, 1, available=-2)
    with pytest.raises(Exception, match=r"ROOFTOP|section"):
        await recover(shop.services, Progress())
    for one in (shop, last):
        assert await one.drift() == set()


async def test_one_event_that_cannot_be_repaired_keeps_no_other_from_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(shop, event=await make_event(shop.services), ids={})
    for one in (shop, other):
        await count_on(one, 1, available=-2)
    repair_one = InventoryRepairer.repair

    async def fail_for_the_first(repairer: InventoryRepairer, event_id: PydanticObjectId) -> Outcome:
        if event_id == shop.event.id:
            raise Conflict
        return await repair_one(repairer, event_id)

    monkeypatch.setattr(InventoryRepairer, "repair", fail_for_the_first)
    with pytest.raises(Conflict):
        await recover(shop.services, Progress())
    assert await other.drift() == set()
    assert await shop.drift() != set()


# ---------------------------------------------------------------- overtaken between look and write


async def lock_a_seat_beside(shop: Shop) -> None:
    await shop.lock("meanwhile", "STALLS-A-5")


async def lock_that_very_seat(shop: Shop) -> None:
    await shop.lock("meanwhile", "STALLS-A-1")


async def move_the_counters_again(shop: Shop) -> None:
    await count_on(shop, 1, available=-1)


async def undo(shop: Shop) -> None:
    """As a batch does that had read the counters before they were changed."""
    await count_on(shop, 0, available=2)
    await count_on(shop, 1, available=2)
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$inc": {"version": 1}})


@pytest.mark.parametrize(
    ("name", "meanwhile"),
    [
        one_in(3, "held_seat_marked_available", lock_a_seat_beside, number=0),
        one_in(3, "held_seat_marked_available", lock_that_very_seat, number=1),
        one_in(3, "active_lock_deleted", lock_three, number=2),
        one_in(3, "available_-2", lock_three, number=3),
        one_in(3, "available_-2", move_the_counters_again, number=4),
        one_in(3, "available_-2", undo, number=5),
        one_in(3, "paid_booking_expired", cancel_booked, number=6),
        one_in(3, "lock_of_a_pending_booking_deleted", pay_pending, number=7),
        one_in(3, "pending_booking_deleted", pay_pending, number=8),
        one_in(3, "dead_lock_inserted", lock_three, number=9),
        one_in(3, "two_locks_of_one_seat", release_held, number=10),
    ],
)
async def test_something_happens_between_look_and_write(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, meanwhile: Command
) -> None:
    (tampering,) = [one for one in TAMPERINGS if one.name == name]
    write, happened = write_repair, False

    async def interrupted(*arguments: Any, **options: Any) -> object:
        nonlocal happened
        if not happened:
            happened = True
            await meanwhile(shop)
        return await write(*arguments, **options)

    monkeypatch.setattr("domain.integrity.repair.write_repair", interrupted)
    shop.services.baton = Baton(shop.services.wire, "another")
    await tampering.do(shop)
    for _ in range(2):
        await recover_all(shop.services)
    assert happened
    assert await shop.drift() == set()


@pytest.mark.parametrize("name", ["active_lock_deleted", "held_seat_marked_available"])
async def test_others_are_always_quicker(shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The event is never in the version that was read: what lasts is repaired all the same, beside what is sold."""
    (tampering,) = [one for one in TAMPERINGS if one.name == name]
    write, seats = write_repair, iter(["STALLS-A-5", "STALLS-A-6"])

    async def overtaken(*arguments: Any, **options: Any) -> object:
        seat = next(seats)
        await shop.lock(seat, seat)
        return await write(*arguments, **options)

    monkeypatch.setattr("domain.integrity.repair.write_repair", overtaken)
    shop.services.baton = Baton(shop.services.wire, "another")
    await tampering.do(shop)
    await recover_all(shop.services)
    assert list(seats) == []
    assert await shop.drift() == set()
    assert len(await repairs(shop)) == 1
