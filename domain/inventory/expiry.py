"""Sweeping: every event with dead locks gets them expired, through the same writer as everything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import SeatLock, SeatLockStatus
from domain.inventory.commands import Expire
from domain.inventory.rules.expiry import EXPIRY

if TYPE_CHECKING:
    from domain.services import Services


async def sweep_due(services: Services) -> int:
    """Expire every lock and booking that is dead now; how many. Work grows with what is due, never with what exists."""
    due = {"status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": services.clock()}}
    event_ids = await SeatLock.get_pymongo_collection().distinct("event_id", due)
    return sum(await asyncio.gather(*(sweep_event(services, event_id) for event_id in event_ids)))


async def sweep_event(services: Services, event_id: PydanticObjectId) -> int:
    """Expire the event's dead locks and bookings, batch by batch; how many there were."""
    expired = 0
    while True:
        swept = await services.writer.execute(Expire(event_id=event_id, caller=None, correlation_id=EXPIRY))
        expired += swept.expired
        if not swept.more:
            return expired
