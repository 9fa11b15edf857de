"""What dead locks and allocations hold no more, swept or not: their seats are available, to the millisecond.

Seats of a dead lock that are from an allocation are back in it while it lasts: held, as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Allotment, Event, SeatLock, SeatLockStatus, SeatRow, SeatStatus, row_id

DUE = "due_by_event"
"""The index of ACTIVE locks only. Others begin with the event, too, and MongoDB could pick them while there are few."""


async def give_back_dead(events: list[Event], now: datetime, session: AsyncClientSession) -> None:
    """Count seats of dead locks and allocations as available; what is left of these counts what is back in them.

    In the snapshot the events are of, so that none is counted twice. The version counts what time alone has done: locks
    that died, allocations that were over, and sales that opened or closed by themselves.
    """
    if not events:
        return
    for event in events:
        event.version += event.sales_window.turns(now)
        if event.allotments:
            _release_over(event, now)
    held = await SeatLock.get_pymongo_collection().aggregate(
        [
            {"$match": _dead([event.id for event in events], now)},
            {"$project": {"event_id": 1, "allocation_id": 1, "quantity": {"$objectToArray": "$quantities"}}},
            {"$unwind": {"path": "$quantity", "includeArrayIndex": "nth"}},
            {
                "$group": {
                    "_id": {"event": "$event_id", "section": "$quantity.k", "allocation": "$allocation_id"},
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
        name = group["_id"]["section"]
        if _is_back_in_allocation(event, group["_id"].get("allocation"), name, group["seats"]):
            continue
        section = event.section(name)
        if section is not None:
            section.available += group["seats"]
            section.held -= group["seats"]


def _release_over(event: Event, now: datetime) -> None:
    """Forget the allocations whose time is over: what they kept is available."""
    for allotment in event.allotments:
        if allotment.lasts(now):
            continue
        event.version += 1
        for name, quantity in allotment.kept.items():
            section = event.section(name)
            if section is not None:
                section.available += quantity
                section.held -= quantity
    event.allotments = tuple(allotment for allotment in event.allotments if allotment.lasts(now))


def _is_back_in_allocation(event: Event, allocation_id: PydanticObjectId | None, section: str, seats: int) -> bool:
    """Whether that allocation lasts, and so has these seats of a dead lock back, which are counted to it."""
    allotment = event.allotment(allocation_id) if allocation_id else None
    if allotment is None:
        return False
    kept = {**allotment.kept, section: allotment.kept.get(section, 0) + seats}
    now = Allotment.model_construct(**{**allotment.__dict__, "kept": kept})
    event.allotments = tuple(now if each is allotment else each for each in event.allotments)
    return True


async def free_dead_seats(rows: Iterable[SeatRow], now: datetime, session: AsyncClientSession) -> None:
    """Show numbered seats of dead locks and allocations as available; in the snapshot the rows are of."""
    by_id = {row.id: row for row in rows}
    ids = list({row.event_id for row in by_id.values()})
    # What there is of allocations comes along: most events have none.
    with_allotments = [{"$match": {"_id": {"$in": ids}, "allotments.0": {"$exists": True}}}, _fields("allotments")]
    found = await SeatLock.get_pymongo_collection().aggregate(
        [
            {"$match": _dead(ids, now)},
            _fields("event_id", "seats", "allocation_id"),
            {"$unionWith": {"coll": Event.get_collection_name(), "pipeline": with_allotments}},
        ],
        session=session,
        hint=DUE,
    )
    locks: list[dict[str, Any]] = []
    allotments: list[Allotment] = []
    async for raw in found:
        if "allotments" in raw:
            allotments += (Allotment.model_construct(**allotment) for allotment in raw["allotments"])
        else:
            locks.append(raw)
    lasting = {allotment.id for allotment in allotments if allotment.lasts(now)}
    for lock in locks:
        if lock.get("allocation_id") in lasting:
            continue
        for label in lock["seats"]:
            row_label, _, number = label.rpartition("-")
            if row := by_id.get(row_id(lock["event_id"], row_label)):
                _free(row, int(number) - 1)
    over = {allotment.id for allotment in allotments} - lasting
    if over:
        theirs = {"event_id": {"$in": ids}, "holders": {"$in": list(over)}}
        async for raw in SeatRow.get_pymongo_collection().find(theirs, {"holders": 1}, session=session):
            if kept_in := by_id.get(raw["_id"]):
                for at, holder in enumerate(raw["holders"]):
                    if holder in over:
                        _free(kept_in, at)


def _fields(*names: str) -> dict[str, Any]:
    return {"$project": dict.fromkeys(names, 1)}


def _free(row: SeatRow, at: int) -> None:
    row.statuses = row.statuses[:at] + SeatStatus.AVAILABLE.letter + row.statuses[at + 1 :]


def _dead(event_ids: list[PydanticObjectId], now: datetime) -> dict[str, Any]:
    return {"event_id": {"$in": event_ids}, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
