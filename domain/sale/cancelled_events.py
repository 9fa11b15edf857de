"""What cancelled events have sold, ended: seats given back, and all money with them.

Whatever crashes, the next run goes on: an event is looked at until nothing of it is held or booked, each lock is ended
by a command of its own, and a command that finds nothing to end changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import structlog
from beanie import PydanticObjectId

from domain.documents import BEING_CANCELLED, Booking, BookingStatus, Event, SeatLock, SeatLockStatus, new_id
from domain.inventory.event_commands import EndLock, FinishCancellation
from domain.writer.writer import InventoryWriter

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Locks ended together: nearly as many as the writer decides in one batch, and buyers of other events come between."""


async def are_cancellations_due(services: Services) -> bool:
    """Whether any cancelled event has something left to end."""
    return await Event.get_pymongo_collection().find_one(BEING_CANCELLED, {"_id": 1}) is not None


async def end_cancelled_events(services: Services, progress: Progress) -> None:
    """End everything that cancelled events have sold, the events cancelled first before the others."""
    faults: list[Exception] = []
    found = Event.get_pymongo_collection().find(BEING_CANCELLED, sort=[("cancelled_at", 1)])
    for raw in await found.to_list():
        event = Event.from_bson(raw)
        try:
            await _end(services.writer, event, progress)
        except Exception as fault:
            log.warning("a cancelled event is not ended", event_id=str(event.id), reason=type(fault).__name__)
            faults.append(fault)
    if faults:
        # Only now: an event that can't be ended must not keep the others from it.
        raise faults[0]


async def _end(writer: InventoryWriter, event: Event, progress: Progress) -> None:
    correlation_id = event.cancellation_correlation_id or ""
    async for lock_ids in _live(event.id):
        progress.found += len(lock_ids)
        ends = [
            EndLock(
                event_id=event.id,
                caller=None,
                correlation_id=correlation_id,
                lock_id=lock_id,
                refund_id=new_id(),
            )
            for lock_id in lock_ids
        ]
        for outcome in await asyncio.gather(*map(writer.execute, ends)):
            progress.done += outcome.ended
    finish = FinishCancellation(event_id=event.id, caller=None, correlation_id=correlation_id)
    progress.did((await writer.execute(finish)).ended)


async def _live(event_id: PydanticObjectId) -> AsyncIterator[list[PydanticObjectId]]:
    """The event's locks and bookings that have seats, in pages, by the lock's id, which is the booking's."""
    confirmed = {"status": BookingStatus.CONFIRMED.value}
    for kind, live in ((SeatLock, {"status": SeatLockStatus.ACTIVE.value}), (Booking, confirmed)):
        query: dict[str, Any] = {"event_id": event_id, **live}
        while True:
            found = kind.get_pymongo_collection().find(query, {"_id": 1}, sort=[("_id", 1)], limit=AT_ONCE)
            ids = [raw["_id"] async for raw in found]
            if ids:
                yield ids
                query["_id"] = {"$gt": ids[-1]}
            if len(ids) < AT_ONCE:
                break
