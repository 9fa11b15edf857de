"""What dead locks hold no more, swept or not: their seats count as available, to the millisecond."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Event, SeatLock, SeatLockStatus, SeatRow, SeatStatus, row_id

DUE = "due_by_event"
"""The index of ACTIVE locks only. Others begin with the event, too, and MongoDB could pick them while there are few."""


async def give_back_dead(events: list[Event], now: datetime, session: AsyncClientSession) -> None:
    """Count seats of dead locks as available. In the snapshot the events are of, so that none is counted twice.

    The version counts what time alone has done: locks that died, and sales that opened or closed by themselves.
    """
    if not events:
        return
    for event in events:
        event.version += event.sales_window.turns(now)
    held = await SeatLock.get_pymongo_collection().aggregate(
        [
            {"$match": _dead([event.id for event in events], now)},
            {"$project": {"event_id": 1, "quantity": {"$objectToArray": "$quantities"}}},
            {"$unwind": {"path": "$quantity", "includeArrayIndex": "nth"}},
            {
                "$group": {
                    "_id": {"event": "$event_id", "section": "$quantity.k"},
                    "seats": {"$sum": "$quantity.v"},
                    "locks": {"$sum": {"$cond": [{"$eq": ["$nth", 0]}, 1, 0]}},
                }
            },
        ],
        session=session,
        hint=DUE,
    )
    by_id = {event.id: event for event in events}
    async for group in held:
        event = by_id[group["_id"]["event"]]
        event.version += group["locks"]
        section = event.section(group["_id"]["section"])
        if section is not None:
            section.available += group["seats"]
            section.held -= group["seats"]


async def free_dead_seats(rows: Iterable[SeatRow], now: datetime, session: AsyncClientSession) -> None:
    """Show numbered seats of dead locks as available; in the snapshot the rows are of."""
    by_id = {row.id: row for row in rows}
    ids = list({row.event_id for row in by_id.values()})
    locks = SeatLock.get_pymongo_collection().find(
        _dead(ids, now), {"event_id": 1, "seats": 1}, session=session, hint=DUE
    )
    async for lock in locks:
        for label in lock["seats"]:
            row_label, _, number = label.rpartition("-")
            if row := by_id.get(row_id(lock["event_id"], row_label)):
                at = int(number) - 1
                row.statuses = row.statuses[:at] + SeatStatus.AVAILABLE.letter + row.statuses[at + 1 :]


def _dead(event_ids: list[PydanticObjectId], now: datetime) -> dict[str, Any]:
    return {"event_id": {"$in": event_ids}, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
