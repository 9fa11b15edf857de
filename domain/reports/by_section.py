"""sectionTimeline: how many seats of each section were sold hour by hour or day by day, for plots.

No figures are kept by section, since every sale would have to write them. The audit entries say what each sale did to
each section: they are added up backwards from what is sold now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import AuditAction, AuditEntry, Event
from domain.errors import InvalidInput, NotFound
from domain.reports.timeline import UNITS, TimelineBucket, whole_buckets

if TYPE_CHECKING:
    from domain.services import Services

BY_EVENT = "by_event_id"
"""The index of an event's audit entries by time."""

MAX_VALUES = 50_000
"""Of all sections together: a month of hours of some sixty of them."""

SELLS_NOTHING = tuple(
    action.value
    for action in (
        AuditAction.SEATS_LOCKED,
        AuditAction.LOCK_CHANGED,
        AuditAction.LOCK_EXTENDED,
        AuditAction.LOCK_RELEASED,
        AuditAction.LOCK_EXPIRED,
    )
)
"""Most entries that move seats: what they move is not sold, and becomes nobody's or somebody's to pay for."""


@dataclass(frozen=True, slots=True)
class SectionLine:
    """Sold seats of a section at the end of each bucket, or now if it is under way.

    None where the bucket has not begun, ended before there was the event, or before the first entry that is kept.
    """

    name: str
    booked: list[int | None]


@dataclass(frozen=True, slots=True)
class SectionTimeline:
    """When each bucket begins, and a line a section in the event's own order."""

    starts: list[datetime]
    sections: list[SectionLine]


async def section_timeline(
    services: Services, event_id: PydanticObjectId, start: datetime, end: datetime, bucket: TimelineBucket
) -> SectionTimeline:
    """Every bucket, whole, that [start, end) has part in. Raises InvalidInput, NotFound."""
    unit, starts = UNITS[bucket], whole_buckets(start, end, bucket)
    now = services.clock()
    async with services.mongo.start_session(snapshot=True) as session:
        event = await Event.get_pymongo_collection().find_one(
            {"_id": event_id},
            {"created_at": 1, "audit_forgotten": 1, "sections.name": 1, "sections.booked": 1},
            session=session,
        )
        if event is None:
            raise NotFound("No such event.")
        names = [section["name"] for section in event["sections"]]
        if len(starts) * len(names) > MAX_VALUES:
            raise InvalidInput(
                "to",
                f"That's {len(starts):,} buckets of {len(names):,} sections; the limit is {MAX_VALUES:,} together.",
            )
        known_from = event["created_at"]
        if event.get("audit_forgotten"):
            known_from = await _first_entry(event_id, session) or now
        gains = await _gains(event_id, starts[0], bucket, session) if starts else defaultdict(Counter)
    is_known = [known_from < begins + unit and begins <= now for begins in starts]
    return SectionTimeline(
        starts,
        [
            SectionLine(section["name"], _levels(starts, section["booked"], gains[section["name"]], is_known))
            for section in event["sections"]
        ],
    )


def _levels(
    starts: Sequence[datetime], booked: int, gains: Mapping[datetime, int], is_known: Sequence[bool]
) -> list[int | None]:
    """What was sold at the end of each bucket: what is now, without what was sold since."""
    later = sum(gain for begins, gain in gains.items() if starts and begins > starts[-1])
    levels: list[int | None] = []
    for begins, known in zip(reversed(starts), reversed(is_known), strict=True):
        levels.append(booked - later if known else None)
        later += gains.get(begins, 0)
    return levels[::-1]


async def _gains(
    event_id: PydanticObjectId, since: datetime, bucket: TimelineBucket, session: AsyncClientSession
) -> defaultdict[str, Counter[datetime]]:
    """By section: how many seats were sold more, or fewer, in each bucket since then.

    An effect that somebody has made nonsense of by hand counts for nothing; the inventory's check will say so.
    """
    pipeline: list[dict[str, Any]] = [
        {
            "$match": {
                "event_id": event_id,
                "created_at": {"$gte": since},
                "action": {"$nin": SELLS_NOTHING},
                "effect": {"$type": "object"},
            }
        },
        {
            "$project": {
                "bucket": {"$dateTrunc": {"date": "$created_at", "unit": bucket.value.lower()}},
                "effect": {"$objectToArray": "$effect"},
            }
        },
        {"$unwind": "$effect"},
        {"$match": {"effect.v": {"$type": "array"}, "effect.v.2": {"$type": "number", "$ne": 0}}},
        {
            "$group": {
                "_id": {"section": "$effect.k", "bucket": "$bucket"},
                "sold": {"$sum": {"$arrayElemAt": ["$effect.v", 2]}},
            }
        },
    ]
    gains: defaultdict[str, Counter[datetime]] = defaultdict(Counter)
    async for group in await AuditEntry.get_pymongo_collection().aggregate(pipeline, session=session, hint=BY_EVENT):
        gains[group["_id"]["section"]][group["_id"]["bucket"]] += group["sold"]
    return gains


async def _first_entry(event_id: PydanticObjectId, session: AsyncClientSession) -> datetime | None:
    entry = await AuditEntry.get_pymongo_collection().find_one(
        {"chain_id": event_id}, {"created_at": 1}, sort=[("sequence", 1)], session=session
    )
    return entry["created_at"] if entry else None
