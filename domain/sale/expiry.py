"""Expiry, tidied up: what is dead already is written down as EXPIRED, through the same writer as everything else.

Correctness never waits for this: see docs/decisions/0005-dead-is-dead.md. So it gives way to those who buy, as
domain/process/pace.py says. Found by index, oldest first, in batches: the work grows with what is due, never with what
exists.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from beanie import PydanticObjectId

from domain.clock import Clock
from domain.correlation import EXPIRY
from domain.documents import RELEASES, Event, SeatLock, SeatLockStatus
from domain.errors import NotFound
from domain.inventory.commands import Expire
from domain.payments.ask import ask_about_bookings, call_off

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services

log = structlog.get_logger(__name__)

PAGE = 5_000
"""Due locks looked at together: some hundred kilobytes."""

EVENTS_AT_ONCE = 4
"""Events swept at a time. More would be no quicker, and leave less of MongoDB to those who buy."""

ASK_AHEAD = timedelta(seconds=3)
"""So long before its deadline a booking whose payment has no answer is asked about at the provider."""


async def are_locks_due(services: Services) -> bool:
    """Whether any lock without a booking is past its deadline, or any allocation."""
    now = services.clock()
    return await _is_any_due(booked=False, now=now) or bool(await _events_with_releases(now, limit=1))


async def are_bookings_due(services: Services) -> bool:
    """Whether any unpaid booking is past its deadline, or so near that a payment may have to be asked about."""
    return await _is_any_due(booked=True, now=services.clock() + ASK_AHEAD)


async def expire_locks(services: Services, progress: Progress) -> None:
    """Expire every lock without a booking that is dead now, and release every allocation whose time is over."""
    await _sweep(services, progress, booked=False)
    for event_id in await _events_with_releases(services.clock()):
        progress.did(await _sweep_event(services, event_id, booked=False))


async def expire_bookings(services: Services, progress: Progress) -> None:
    """Expire every unpaid booking that is dead now, and ask about payments without an answer before it comes to that.

    A payment that turns out to be good at the very deadline is settled, and its seats booked, in the same
    transaction that would have freed them. One that still has no answer then is called off at the provider.
    """
    soon = services.clock() + ASK_AHEAD
    asked: list[list[PydanticObjectId]] = []
    async for page in _due(booked=True, now=soon):
        asked.append([lock["_id"] for lock in page])
        progress.did(await ask_about_bookings(services, asked[-1]))
    await _sweep(services, progress, booked=True)
    for booking_ids in asked:
        progress.did(await call_off(services, booking_ids))


async def _sweep(services: Services, progress: Progress, *, booked: bool) -> None:
    now = services.clock()
    slots = asyncio.Semaphore(EVENTS_AT_ONCE)
    faults: list[BaseException] = []

    async def sweep(event_id: PydanticObjectId) -> None:
        async with slots:
            expired = await _sweep_event(services, event_id, booked=booked)
        progress.done += expired  # after the await: others add to it meanwhile

    async for page in _due(booked=booked, now=now):
        progress.found += len(page)
        progress.overdue(now - page[0]["expires_at"])
        event_ids = dict.fromkeys(lock["event_id"] for lock in page)
        swept = await asyncio.gather(*map(sweep, event_ids), return_exceptions=True)
        faults += [fault for fault in swept if isinstance(fault, BaseException)]
    if faults:
        # Only now: an event that can't be swept must not keep the others from it.
        raise faults[0]


async def _sweep_event(services: Services, event_id: PydanticObjectId, *, booked: bool) -> int:
    """Expire the event's dead locks, or its dead bookings, batch by batch; how many there were."""
    expired = 0
    while True:
        async with services.pace.batch() as batch:
            command = Expire(event_id=event_id, caller=None, correlation_id=EXPIRY, booked=booked, at_most=batch.size)
            try:
                swept = await services.writer.execute(command)
            except NotFound:
                return await _end_orphans(services.clock, event_id)
            batch.done = swept.expired
        expired += swept.expired
        if not swept.more:
            return expired


async def _end_orphans(clock: Clock, event_id: PydanticObjectId) -> int:
    """Locks of an event that does not exist, put there by hand: there is no inventory to give their seats back to."""
    ended = await SeatLock.get_pymongo_collection().update_many(
        {"event_id": event_id, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": clock()}},
        [{"$set": {"status": SeatLockStatus.EXPIRED.value, "updated_at": "$expires_at"}}],
    )
    log.warning("ended locks of an event that does not exist", event_id=str(event_id), locks=ended.modified_count)
    return ended.modified_count


async def _events_with_releases(now: datetime, limit: int = 0) -> list[PydanticObjectId]:
    """The events that have an allocation whose time is over."""
    query = {"$and": [RELEASES, {"allotments.releases_at": {"$lte": now}}]}
    found = Event.get_pymongo_collection().find(query, {"_id": 1}, limit=limit, hint="by_release")
    return [raw["_id"] async for raw in found]


def _query(*, booked: bool, now: datetime) -> dict[str, Any]:
    """Served by the index `due_by_kind`."""
    return {"status": SeatLockStatus.ACTIVE.value, "booked": booked, "expires_at": {"$lte": now}}


async def _is_any_due(*, booked: bool, now: datetime) -> bool:
    return await SeatLock.get_pymongo_collection().find_one(_query(booked=booked, now=now), {"_id": 1}) is not None


async def _due(*, booked: bool, now: datetime) -> AsyncIterator[list[dict[str, Any]]]:
    """Pages of locks due at `now`, oldest first; those that a page's reader has swept are not in the next."""
    query = _query(booked=booked, now=now)
    locks = SeatLock.get_pymongo_collection()
    while True:
        cursor = locks.find(query, {"event_id": 1, "expires_at": 1}, sort=[("expires_at", 1), ("_id", 1)], limit=PAGE)
        page = await cursor.to_list()
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1]
        query = {
            **_query(booked=booked, now=now),
            "expires_at": {"$gte": last["expires_at"], "$lte": now},
            "$or": [{"expires_at": {"$gt": last["expires_at"]}}, {"_id": {"$gt": last["_id"]}}],
        }
