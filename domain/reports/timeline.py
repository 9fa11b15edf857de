"""salesTimeline: an event's sales hour by hour or day by day, for plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Allotment, Event, SalesFigures, SeatLock, SeatLockStatus, Span
from domain.errors import InvalidInput, NotFound
from domain.reports.cover import DAY, HOUR, INSTANT, NEVER, floor
from domain.reports.figures import AVAILABLE, BOOKINGS, GIVEN_BACK, LOCKS, TAKEN
from domain.reports.summary import Revenue, revenue_of
from domain.reports.sums import Question, add_up, spans

if TYPE_CHECKING:
    from domain.services import Services

MAX_BUCKETS = 2_000
"""More than a plot shows; nearly three months of hours, or five years of days."""


class TimelineBucket(StrEnum):
    HOUR = "HOUR"
    DAY = "DAY"


UNITS = {TimelineBucket.HOUR: HOUR, TimelineBucket.DAY: DAY}


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket: locks and bookings made in it, money that moved in it.

    `available_seats` are those at its end, or now if it is under way; None when it has not begun, or ended before
    there was the event.
    """

    start: datetime
    locks: int
    bookings: int
    revenue: Revenue
    available_seats: int | None


def whole_buckets(start: datetime, end: datetime, bucket: TimelineBucket) -> list[datetime]:
    """When each bucket begins that [start, end) has part in; none on the calendar's last day. Raises InvalidInput."""
    if end <= start:
        raise InvalidInput("to", "Must be after from.")
    unit = UNITS[bucket]
    start, end = floor(start, unit), floor(min(end, NEVER) - INSTANT, unit) + unit
    count = (end - start) // unit
    if count > MAX_BUCKETS:
        raise InvalidInput("to", f"That's {count:,} buckets; the limit is {MAX_BUCKETS:,}.")
    return [start + unit * number for number in range(count)]


async def sales_timeline(
    services: Services, event_id: PydanticObjectId, start: datetime, end: datetime, bucket: TimelineBucket
) -> list[Point]:
    """Every bucket, whole, that [start, end) has part in. Raises InvalidInput, NotFound."""
    unit, starts = UNITS[bucket], whole_buckets(start, end, bucket)
    if not starts:
        return []
    start = starts[0]
    now = services.clock()
    async with services.mongo.start_session(snapshot=True) as session:
        event = await Event.get_pymongo_collection().find_one(
            {"_id": event_id}, {"currency": 1, "created_at": 1, "allotments": 1}, session=session
        )
        if event is None:
            raise NotFound("No such event.")
        cursor = SalesFigures.get_pymongo_collection().find(
            spans(event_id, Span(bucket), start, starts[-1] + unit), {"start": 1, "figures": 1}, session=session
        )
        figures = {raw["start"]: raw.get("figures", {}) for raw in await cursor.to_list()}
        before = await add_up(Question(event_id, end=start), [AVAILABLE], session)
        allotments = [Allotment.model_construct(**raw) for raw in event.get("allotments", ())]
        dead_seats = await _dead_seats(event_id, allotments, now, session)
    available = sum(sums[AVAILABLE] for sums in before.values())
    points = []
    for begins in starts:
        sums = figures.get(begins, {})
        available += sums.get(AVAILABLE, 0)
        is_there = event["created_at"] < begins + unit and begins <= now
        seats = None if not is_there else available + (dead_seats if begins + unit > now else 0)
        points.append(
            Point(
                begins,
                sum(sums.get(name, 0) for name in LOCKS.values()),
                sum(sums.get(name, 0) for name in BOOKINGS.values()),
                revenue_of(event["currency"], sums.get(TAKEN, 0), sums.get(GIVEN_BACK, 0)),
                seats,
            )
        )
    return points


async def _dead_seats(
    event_id: PydanticObjectId, allotments: Sequence[Allotment], now: datetime, session: AsyncClientSession
) -> int:
    """Seats that are available by time alone: of locks and allocations past their deadline that are not swept yet."""
    lasting = [allotment.id for allotment in allotments if allotment.lasts(now)]
    over = sum(allotment.left for allotment in allotments if not allotment.lasts(now))
    dead = {"event_id": event_id, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
    if lasting:
        dead["allocation_id"] = {"$nin": lasting}
    locks = SeatLock.get_pymongo_collection().find(dead, {"quantities": 1}, session=session)
    return over + sum([sum(raw["quantities"].values()) async for raw in locks])
