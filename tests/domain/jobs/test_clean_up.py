"""What is archived and forgotten, what stays, and that nothing is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    IdempotencyKey,
    Job,
    JobExecution,
    JobStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    SeatLock,
    SeatLockStatus,
    Stored,
    new_id,
)
from domain.errors import LockNotActive
from domain.integrity.drift import check_inventory
from domain.jobs import clean_up as cleaning
from domain.jobs.clean_up import clean_up
from domain.jobs.recovery import recover_all
from domain.payments.settle import settle
from domain.process.progress import Progress
from domain.providers.port import Charge
from domain.services import Services
from tests.conftest import Servers
from tests.domain.integrity.test_check import Shop
from tests.support.shops import open_shop, stock, undone_afterwards
from tests.support.sweeping import sweep_due
from tests.support.waiting import until

WEEK = timedelta(days=7)
SUCCESS = Charge(PaymentStatus.SUCCEEDED, "late", money_taken=True)


@pytest.fixture(scope="module")
async def busy_shop(servers: Servers) -> AsyncIterator[Shop]:
    async with open_shop(servers) as shop:
        yield shop


@pytest.fixture
async def shop(busy_shop: Shop) -> AsyncIterator[Shop]:
    """A shop that archives after a week; what a test does to it is undone."""
    async with undone_afterwards(busy_shop):
        yield replace(busy_shop, services=archiving(busy_shop.services, 7))


def archiving(services: Services, days: int | None) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"archive_after_days": days}))


async def names(shop: Shop, kind: type[Stored]) -> set[str]:
    """What is there of this kind, by name."""
    by_id = {document_id: name for name, document_id in shop.ids.items()}
    return {by_id[raw["_id"]] async for raw in kind.get_pymongo_collection().find({}, {"_id": 1})}


async def after(shop: Shop, time: timedelta) -> int:
    """How many were cleaned up when that time has passed and been swept."""
    shop.time.now += time
    await sweep_due(shop.services)
    progress = Progress()
    await clean_up(shop.services, progress)
    assert await shop.drift() == set()
    return progress.done


async def test_what_came_to_nothing_is_archived_with_its_lock(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    gone = {"expired booking", "refunded", "declined", "cancelled", "given up", "pending", "timed out"}
    assert await names(shop, ArchivedBooking) == gone
    assert await names(shop, ArchivedSeatLock) == gone | {"expired", "released", "dead", "held"}
    kept = {"booked", "booked floor"}
    assert await names(shop, Booking) == kept
    assert await names(shop, SeatLock) == kept


async def test_the_archived_is_what_it_was(shop: Shop) -> None:
    before = {raw["_id"]: raw for raw in (await stock())["SeatLock"]}
    await after(shop, timedelta(0))
    await after(shop, WEEK)
    archived = [raw for raw in (await stock())["ArchivedSeatLock"] if raw["status"] == before[raw["_id"]]["status"]]
    assert archived
    keys = {"key_id", "request"}
    assert archived == [{k: v for k, v in before[raw["_id"]].items() if k not in keys} for raw in archived]


async def test_the_younger_stays(shop: Shop) -> None:
    # `expired` and `expired booking` ended a day before the rest did.
    ended = (await SeatLock.get(shop.ids["expired booking"])).expires_at  # type: ignore[union-attr]
    await after(shop, ended + WEEK - shop.time.now)
    assert await names(shop, ArchivedBooking) == set()
    assert await names(shop, ArchivedSeatLock) == {"expired"}
    await after(shop, timedelta(milliseconds=1))
    assert await names(shop, ArchivedBooking) == {"expired booking"}


async def test_nothing_is_archived_unless_set(shop: Shop) -> None:
    shop.services = archiving(shop.services, None)
    await after(shop, 100 * WEEK)
    assert await names(shop, ArchivedBooking) == await names(shop, ArchivedSeatLock) == set()


async def test_a_key_is_remembered_longer_than_its_lock_is_kept(shop: Shop) -> None:
    days = timedelta(days=30)
    update = {"archive_after_days": 7, "idempotency_ttl_seconds": int(days.total_seconds())}
    shop.services = replace(shop.services, settings=shop.services.settings.model_copy(update=update))
    await after(shop, WEEK + timedelta(days=2))
    assert await names(shop, ArchivedSeatLock) == set()
    await after(shop, days)
    assert "released" in await names(shop, ArchivedSeatLock)


async def test_more_than_a_chunk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "CHUNK", 2)
    before = await Booking.count() + await SeatLock.count()
    # Each booking counts once with its lock, besides keys.
    keys = await IdempotencyKey.count()
    assert await after(shop, WEEK + timedelta(days=1)) == keys + 7 + 4
    assert await Booking.count() + await SeatLock.count() == before - 2 * 7 - 4


async def test_an_unsent_refund_stays(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable(refund: Refund, payment: Payment) -> str:
        raise ConnectionError

    with monkeypatch.context() as while_down:
        while_down.setattr(shop.services.provider, "refund", unreachable)
        await shop.cancel("booked")
        await after(shop, 2 * WEEK)
        assert "booked" in await names(shop, Booking)
        assert "booked" not in await names(shop, ArchivedBooking) | await names(shop, ArchivedSeatLock)
    await recover_all(shop.services)
    await after(shop, timedelta(0))
    assert "booked" in await names(shop, ArchivedBooking)


async def test_keys_past_their_time_are_forgotten(shop: Shop) -> None:
    ends = [shop.time.now + timedelta(hours=hours) for hours in (1, 2)]
    keys = [
        IdempotencyKey(id=bytes([number]), request=b"", outcome_id=new_id(), expires_at=end)
        for number, end in enumerate(ends)
    ]
    await IdempotencyKey.get_pymongo_collection().insert_many([key.to_bson() for key in keys])
    assert await after(shop, timedelta(hours=1)) == 1
    assert [raw["expires_at"] for raw in (await stock())["IdempotencyKey"]] == ends[1:]
    assert await after(shop, timedelta(hours=1)) == 1
    assert await IdempotencyKey.count() == 0


async def test_executions_are_forgotten_after_a_day(shop: Shop) -> None:
    old = JobExecution(job=Job.RECOVER, status=JobStatus.COMPLETED, correlation_id="test", started_at=shop.time.now)
    young = old.evolve(id=new_id(), started_at=shop.time.now + timedelta(milliseconds=1))
    await JobExecution.get_pymongo_collection().insert_many([old.to_bson(), young.to_bson()])
    await after(shop, timedelta(days=1))
    assert [one.id for one in await JobExecution.find_all().to_list()] == [young.id]


async def test_once_is_enough(shop: Shop) -> None:
    assert await after(shop, WEEK + timedelta(days=1)) > 0
    cleaned = await stock()
    assert await after(shop, timedelta(0)) == 0
    assert await stock() == cleaned


async def test_one_that_was_put_back_by_hand_is_archived_again(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    archived = await ArchivedSeatLock.get_pymongo_collection().find_one({"_id": shop.ids["released"]})
    assert archived is not None
    await SeatLock.get_pymongo_collection().insert_one(archived)
    with pytest.raises(LockNotActive):
        await shop.confirm("released")
    await after(shop, timedelta(0))
    assert "released" not in await names(shop, SeatLock)


async def test_half_of_what_was_archived_is_put_back_by_hand(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    archived = await ArchivedBooking.get_pymongo_collection().find_one({"_id": shop.ids["cancelled"]})
    assert archived is not None
    await Booking.get_pymongo_collection().insert_one(archived)
    await shop.cancel("cancelled")
    assert "cancelled" in await names(shop, SeatLock)
    assert "cancelled" not in await names(shop, ArchivedBooking) | await names(shop, ArchivedSeatLock)
    assert await shop.drift() == set()


# ---------------------------------------------------------------- late payments


async def declined_payment(shop: Shop) -> Payment:
    payment = await Payment.find_one({"booking_id": shop.ids["declined"]})
    assert payment is not None
    return payment


async def assert_paid_late(shop: Shop) -> None:
    """The booking has its seats again, and is where sales look."""
    booking, lock = await Booking.get(shop.ids["declined"]), await SeatLock.get(shop.ids["declined"])
    assert booking is not None
    assert lock is not None
    assert (booking.status, lock.status) == (BookingStatus.CONFIRMED, SeatLockStatus.CONSUMED)
    assert "declined" not in await names(shop, ArchivedBooking) | await names(shop, ArchivedSeatLock)
    assert await shop.drift() == set()
    await shop.cancel("declined")


async def test_paid_after_it_was_archived(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    assert "declined" in await names(shop, ArchivedBooking)
    settled = await settle(shop.services, await declined_payment(shop), SUCCESS)
    assert settled.booking.status == BookingStatus.CONFIRMED
    await assert_paid_late(shop)


async def test_paid_after_it_was_archived_and_its_seats_are_sold(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    await shop.lock("quicker", "STALLS-B-4")
    settled = await settle(shop.services, await declined_payment(shop), SUCCESS)
    assert settled.refund is not None
    assert (settled.refund.percentage, settled.refund.status) == (100, RefundStatus.PROCESSED)
    assert await shop.drift() == set()
    await after(shop, timedelta(0))
    assert "declined" in await names(shop, ArchivedBooking)


Move = Callable[..., Awaitable[int]]


async def test_paid_just_before_it_is_archived(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clean-up has seen it as it was, and has yet to move it."""
    move, payment = cleaning._move, await declined_payment(shop)
    moves = 0

    async def overtaken(kind: type[Stored], archive: type[Stored], ids: Any, ended: Any, session: Any) -> int:
        nonlocal moves
        moves += 1
        if moves == 1:
            await kind.get_pymongo_collection().find_one({}, session=session)  # from here on it sees no news
            await settle(shop.services, payment, SUCCESS)
        return await move(kind, archive, ids, ended, session)

    monkeypatch.setattr(cleaning, "_move", overtaken)
    await after(shop, WEEK + timedelta(days=1))
    gone = {"expired booking", "refunded", "cancelled", "given up", "pending", "timed out"}
    assert await names(shop, ArchivedBooking) == gone
    await assert_paid_late(shop)


async def test_paid_while_it_is_archived(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clean-up has moved its lock already."""
    move, payment = cleaning._move, await declined_payment(shop)
    paying: list[asyncio.Task[Any]] = []

    async def contested(kind: type[Stored], archive: type[Stored], ids: Any, ended: Any, session: Any) -> int:
        if kind is Booking and not paying:
            before = await aborted(shop)
            paying.append(asyncio.create_task(settle(shop.services, payment, SUCCESS)))
            await until(partial(has_collided, shop, before))
        return await move(kind, archive, ids, ended, session)

    monkeypatch.setattr(cleaning, "_move", contested)
    shop.time.now += WEEK + timedelta(days=1)
    await sweep_due(shop.services)
    await clean_up(shop.services, Progress())
    assert (await paying[0]).booking.status == BookingStatus.CONFIRMED
    await assert_paid_late(shop)


async def has_collided(shop: Shop, before: int) -> bool:
    return await aborted(shop) > before


async def aborted(shop: Shop) -> int:
    """How many transactions MongoDB has aborted since it started."""
    status = await shop.services.mongo.admin.command("serverStatus")
    return int(status["transactions"]["totalAborted"])


# ---------------------------------------------------------------- repair of what is archived


async def repaired(shop: Shop) -> int:
    return await AuditEntry.find({"action": AuditAction.INVENTORY_REPAIRED.value}).count()


async def change_archived(kind: type[Stored], shop: Shop, name: str, **values: Any) -> None:
    """By hand."""
    changed = await kind.get_pymongo_collection().update_one({"_id": shop.ids[name]}, {"$set": values})
    assert changed.modified_count == 1


ARCHIVED_BY_HAND = {
    "booking_status": lambda shop: change_archived(ArchivedBooking, shop, "cancelled", status="EXPIRED"),
    "booking_confirmed": lambda shop: change_archived(ArchivedBooking, shop, "refunded", status="CONFIRMED"),
    "lock_status": lambda shop: change_archived(ArchivedSeatLock, shop, "given up", status="CONSUMED"),
    "lock_active": lambda shop: change_archived(ArchivedSeatLock, shop, "released", status="ACTIVE"),
    "lock_unbooked": lambda shop: change_archived(ArchivedSeatLock, shop, "pending", booked=False),
    "other_seats": lambda shop: change_archived(ArchivedBooking, shop, "declined", seats=["STALLS-A-3"]),
    "booking_deleted": lambda shop: delete_archived(ArchivedBooking, shop, "cancelled"),
    "lock_deleted": lambda shop: delete_archived(ArchivedSeatLock, shop, "expired booking"),
    "history": lambda shop: forget_the_end(shop, "released"),
}


async def delete_archived(kind: type[Stored], shop: Shop, name: str) -> None:
    deleted = await kind.get_pymongo_collection().delete_one({"_id": shop.ids[name]})
    assert deleted.deleted_count == 1


async def forget_the_end(shop: Shop, name: str) -> None:
    """Make the audit entry of its end one of another lock's that there is not."""
    entry = shop.entry(name, AuditAction.LOCK_RELEASED, "ACTIVE")
    await AuditEntry.get_pymongo_collection().update_one({"_id": entry}, {"$set": {"lock_id": new_id()}})


@pytest.mark.parametrize("by_hand", ARCHIVED_BY_HAND.values(), ids=list(ARCHIVED_BY_HAND))
async def test_the_archived_is_repaired(shop: Shop, by_hand: Callable[[Shop], Awaitable[None]]) -> None:
    await after(shop, WEEK + timedelta(days=1))
    archived = await names(shop, ArchivedBooking), await names(shop, ArchivedSeatLock)
    await by_hand(shop)
    assert await shop.drift() != set()

    await recover_all(shop.services)
    assert await check_inventory(shop.services) == []
    assert await repaired(shop) == 1
    await after(shop, WEEK + timedelta(days=1))
    assert (await names(shop, ArchivedBooking), await names(shop, ArchivedSeatLock)) == archived
    assert await repaired(shop) == 1


async def test_a_repair_beside_it_leaves_the_archived_where_it_is(shop: Shop) -> None:
    await after(shop, WEEK + timedelta(days=1))
    await shop.change_section(0, held=4)
    archived = {kind: documents for kind, documents in (await stock()).items() if kind.startswith("Archived")}
    await recover_all(shop.services)
    assert await repaired(shop) == 1
    assert {kind: documents for kind, documents in (await stock()).items() if kind.startswith("Archived")} == archived
