"""Putting away what is long finished. Never by a TTL index where seats are held: it deletes, and gives nothing back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from beanie import PydanticObjectId
from bson import ObjectId
from pymongo import AsyncMongoClient, ReplaceOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.retention import forget_entries
from domain.documents import (
    KEPT,
    UNANSWERED,
    ArchivedBooking,
    ArchivedSeatLock,
    Booking,
    BookingStatus,
    Delivery,
    DeliveryStatus,
    IdempotencyKey,
    JobExecution,
    OutboxMessage,
    Payment,
    ProviderNotice,
    Refund,
    RefundStatus,
    SeatLock,
    SeatLockStatus,
    Stored,
)
from domain.outbox import deliveries
from domain.outbox.held import give_up_held
from domain.payments import notices
from domain.people.deletion import forget_deleted

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services

Ids: TypeAlias = Sequence[PydanticObjectId]

CHUNK = 500
"""Documents moved in one transaction."""

ENDED_LOCK = {"status": {"$in": [SeatLockStatus.EXPIRED.value, SeatLockStatus.RELEASED.value]}, "booked": False}
ENDED_BOOKING = {
    "status": {"$in": [BookingStatus.FAILED.value, BookingStatus.EXPIRED.value, BookingStatus.CANCELLED.value]}
}


async def clean_up(services: Services, progress: Progress) -> None:
    """Forget keys, records of jobs, audit entries past their time; archive what ended ARCHIVE_AFTER_DAYS ago, if set.

    CONFIRMED bookings stay: they have seats. So does whatever a payment or refund without an end belongs to. What
    still names a buyer who deleted the account, names nobody afterwards.
    """
    now = services.clock()
    progress.did(await _delete(IdempotencyKey, {"expires_at": {"$lte": now}}))
    progress.did(await _delete(JobExecution, {"started_at": {"$lte": now - KEPT}}))
    progress.did(await _delete(ProviderNotice, {"received_at": {"$lte": now - notices.KEPT}}))
    progress.did(await give_up_held(now))
    old = {"$lte": now - deliveries.KEPT}
    progress.did(await _delete(Delivery, {"status": {"$ne": DeliveryStatus.PENDING.value}, "created_at": old}))
    # What is PENDING so late is a replay, which is still to send its message.
    pending = {"status": DeliveryStatus.PENDING.value, "created_at": old}
    replayed = await Delivery.get_pymongo_collection().distinct("message_id", pending)
    progress.did(await _delete(OutboxMessage, {"handed_out_at": old, "_id": {"$nin": replayed}}))
    progress.did(await forget_deleted(now))
    if services.settings.audit_retention_days is not None:
        before = now - timedelta(days=services.settings.audit_retention_days)
        await forget_entries(services.mongo, services.database, progress, before)
    days = services.settings.archive_after_days
    if days is None:
        return
    # Not before its key is forgotten: a replay shows the lock.
    age = max(timedelta(days=days), timedelta(seconds=services.settings.idempotency_ttl_seconds))
    await _archive_bookings(services, progress, now - age)
    await _archive_locks(services, progress, now - age)


async def _delete(kind: type[Stored], query: dict[str, Any]) -> int:
    return (await kind.get_pymongo_collection().delete_many(query)).deleted_count


async def _archive_locks(services: Services, progress: Progress, before: datetime) -> None:
    async for ids in _ended(SeatLock, ENDED_LOCK | {"expires_at": {"$lt": before}}, before):

        async def move(session: AsyncClientSession, ids: Ids = ids) -> int:
            return await _move(SeatLock, ArchivedSeatLock, ids, ENDED_LOCK, session)

        progress.did(await _transact(services.mongo, move))


async def _archive_bookings(services: Services, progress: Progress, before: datetime) -> None:
    """With their locks, each counted as one with its booking."""
    async for ids in _ended(Booking, ENDED_BOOKING | {"updated_at": {"$lt": before}}, before):
        open_money = await _with_money_open(ids)
        done = [booking_id for booking_id in ids if booking_id not in open_money]

        async def move(session: AsyncClientSession, ids: Ids = done) -> int:
            await _move(SeatLock, ArchivedSeatLock, ids, {"status": ENDED_LOCK["status"]}, session)
            return await _move(Booking, ArchivedBooking, ids, ENDED_BOOKING, session)

        progress.did(await _transact(services.mongo, move))


async def _transact(
    mongo: AsyncMongoClient[dict[str, Any]], move: Callable[[AsyncClientSession], Awaitable[int]]
) -> int:
    async with mongo.start_session() as session:
        return await session.with_transaction(move, write_concern=WriteConcern("majority", j=True))


async def _ended(kind: type[Stored], query: dict[str, Any], before: datetime) -> AsyncIterator[Ids]:
    """The ids of documents like this, in chunks, by id. An id begins with the second it was made in."""
    last = ObjectId("0" * 24)
    while True:
        found = kind.get_pymongo_collection().find(
            query | {"_id": {"$gt": last, "$lt": ObjectId.from_datetime(before)}},
            {"_id": 1},
            sort=[("_id", 1)],
            limit=CHUNK,
        )
        ids = [raw["_id"] async for raw in found]
        if not ids:
            return
        yield ids
        last = ids[-1]


async def _with_money_open(ids: Ids) -> set[PydanticObjectId]:
    """The bookings among these whose money may still move."""
    theirs = {"booking_id": {"$in": list(ids)}}
    unanswered = {"status": {"$in": [status.value for status in UNANSWERED]}}
    unsent = {"status": {"$ne": RefundStatus.PROCESSED.value}}
    payments = Payment.get_pymongo_collection().find(theirs | unanswered, {"booking_id": 1})
    refunds = Refund.get_pymongo_collection().find(theirs | unsent, {"booking_id": 1})
    return {raw["booking_id"] for raw in [*await payments.to_list(), *await refunds.to_list()]}


async def _move(
    kind: type[Stored],
    archive: type[Stored],
    ids: Ids,
    ended: dict[str, Any],
    session: AsyncClientSession,
) -> int:
    """Move those that are still ended; how many. A late payment that revives one meanwhile makes a conflict."""
    query = {"_id": {"$in": list(ids)}, **ended}
    found = await kind.get_pymongo_collection().find(query, session=session).to_list()
    if found:
        for raw in found:  # a key is for who asks again, and nobody does after days
            raw.pop("key_id", None)
            raw.pop("request", None)
        # In place of a copy that is there already: somebody has put this one back by hand.
        copies = [ReplaceOne({"_id": raw["_id"]}, raw, upsert=True) for raw in found]
        await archive.get_pymongo_collection().bulk_write(copies, session=session)
        await kind.get_pymongo_collection().delete_many(
            {"_id": {"$in": [raw["_id"] for raw in found]}}, session=session
        )
    return len(found)
