"""Reading all that a topic starts from, in one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from beanie import PydanticObjectId
from pymongo import AsyncMongoClient

from domain.documents import Event, SeatLock, SeatLockStatus, SeatRow
from domain.live.facts import facts_of
from domain.live.news import Counters, Hold, Kept
from domain.live.view import RowPlace


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as stored: what it is, its sections' counters by name, its rows' letters, and its ACTIVE locks and
    allocations, dead ones included.
    """

    version: int
    facts: Event
    sections: dict[str, Counters]
    rows: dict[str, str]
    places: dict[str, RowPlace]
    holds: dict[str, Hold]
    kept: dict[str, Kept] = field(default_factory=dict)


async def read_stored(mongo: AsyncMongoClient[dict[str, Any]], event_id: PydanticObjectId) -> StoredEvent | None:
    """The inventory of this event; None when there is no such event."""
    async with mongo.start_session(snapshot=True) as session:
        raw = await Event.get_pymongo_collection().find_one({"_id": event_id}, session=session)
        if raw is None:
            return None
        event = Event.from_bson(raw)
        of_event = {"event_id": event_id}
        fields = {"section": 1, "name": 1, "position": 1, "statuses": 1} | ({"holders": 1} if event.allotments else {})
        found = await SeatRow.get_pymongo_collection().find(of_event, fields, session=session).to_list()
        active = of_event | {"status": SeatLockStatus.ACTIVE.value}
        fields = {"expires_at": 1, "quantities": 1, "seats": 1, "allocation_id": 1}
        locks = SeatLock.get_pymongo_collection().find(active, fields, session=session)
        holds = {str(lock["_id"]): _hold(lock) async for lock in locks}
    order = {section.name: number for number, section in enumerate(event.sections)}
    rows = sorted(map(SeatRow.from_bson, found), key=lambda row: (order[row.section], row.position))
    return StoredEvent(
        version=event.version,
        facts=facts_of(event),
        sections={each.name: Counters(each.available, each.held, each.booked) for each in event.sections},
        rows={row.label: row.statuses for row in rows},
        places={row.label: RowPlace(row.section, row.name, row.position) for row in rows},
        holds=holds,
        kept=_kept_in(event, found) if event.allotments else {},
    )


def _hold(lock: Mapping[str, Any]) -> Hold:
    allocation_id = lock.get("allocation_id")
    return Hold(lock["expires_at"], lock["quantities"], lock["seats"], str(allocation_id) if allocation_id else None)


def _kept_in(event: Event, rows: Iterable[dict[str, Any]]) -> dict[str, Kept]:
    labels: dict[PydanticObjectId, list[str]] = {one.id: [] for one in event.allotments if one.releases_at is not None}
    for row in rows:
        for number, holder in enumerate(row["holders"], start=1):
            if holder in labels:
                labels[holder].append(f"{row['section']}-{row['name']}-{number}")
    return {str(one.id): Kept(one.releases_at, one.kept, labels.get(one.id, []), []) for one in event.allotments}


async def read_versions(event_ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, int]:
    """The versions of these events as stored."""
    found = Event.get_pymongo_collection().find({"_id": {"$in": list(event_ids)}}, {"version": 1})
    return {raw["_id"]: raw["version"] async for raw in found}
