"""What the house keeps back of events, at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Allotment, Event, SeatLock, SeatLockStatus


@dataclass(frozen=True, slots=True)
class Allotted:
    """Seats in allocations that last, and how many of them the house still keeps: the others their buyers have."""

    seats: int = 0
    kept: int = 0


async def add_up_allotted(
    theirs: Mapping[str, Any], now: datetime, session: AsyncClientSession
) -> dict[PydanticObjectId, Allotted]:
    """By event, of those that the query finds and that have any."""
    query = {"$and": [theirs, {"allotments.0": {"$exists": True}}]}
    lasting: dict[PydanticObjectId, list[Allotment]] = {}
    async for raw in Event.get_pymongo_collection().find(query, {"allotments": 1}, session=session):
        allotments = [Allotment.model_construct(**allotment) for allotment in raw["allotments"]]
        lasting[raw["_id"]] = [allotment for allotment in allotments if allotment.lasts(now)]
    back = await _back([one.id for allotments in lasting.values() for one in allotments], now, session)
    return {
        event_id: Allotted(sum(one.quantity for one in allotments), sum(one.left + back[one.id] for one in allotments))
        for event_id, allotments in lasting.items()
    }


async def _back(
    allocation_ids: list[PydanticObjectId], now: datetime, session: AsyncClientSession
) -> Mapping[PydanticObjectId, int]:
    """Seats of dead locks that are not swept yet: these allocations have them back."""
    seats: defaultdict[PydanticObjectId, int] = defaultdict(int)
    if allocation_ids:
        dead = {
            "allocation_id": {"$in": allocation_ids},
            "status": SeatLockStatus.ACTIVE.value,
            "expires_at": {"$lte": now},
        }
        fields = {"allocation_id": 1, "quantities": 1}
        async for lock in SeatLock.get_pymongo_collection().find(dead, fields, session=session):
            seats[lock["allocation_id"]] += sum(lock["quantities"].values())
    return seats
