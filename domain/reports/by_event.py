"""bookingSummary, event by event: a line each, and how well they are sold compared with each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId

from domain.documents import BookingStatus, Event, Listing, Order, Window
from domain.reports.allotments import Allotted, add_up_allotted
from domain.reports.figures import BOOKINGS, GROSS, REFUNDED, SEATS
from domain.reports.summary import Revenue, ratio, revenue_of
from domain.reports.sums import CHUNK, Question, add_up_bookings

if TYPE_CHECKING:
    from domain.services import Services

BY_START = Order(("starts_at", "_id"), descending=False)
FIELDS = {"starts_at": 1, "currency": 1, "sections.total": 1}


@dataclass(frozen=True, slots=True)
class EventLine:
    """What a summary says of one event, whose id it has; `starts_at` is where it stands among the others."""

    id: PydanticObjectId
    starts_at: datetime
    bookings: dict[BookingStatus, int]
    booked_seats: int
    capacity: int
    revenue: Revenue
    allotted: Allotted


@dataclass(frozen=True, slots=True)
class Utilization:
    """Booked seats in per cent of an event's, to two decimals: the least, the most and the mean of all events."""

    minimum: float
    maximum: float
    mean: float


def event_lines(services: Services, question: Question) -> Listing[EventLine]:
    """A line for each event that is asked about, whether it has bookings or not, by start and id."""
    wanted: dict[str, Any] = {} if question.event_id is None else {"_id": question.event_id}

    async def read(window: Window) -> list[EventLine]:
        query = {"$and": [wanted, *BY_START.within(window)]}
        async with services.mongo.start_session(snapshot=True) as session:
            cursor = Event.get_pymongo_collection().find(query, FIELDS, session=session, limit=window.limit)
            events = await cursor.sort(BY_START.sort(window)).to_list()
            if not events:
                return []
            theirs = replace(question, event_id=None, among=tuple(event["_id"] for event in events))
            now = services.clock()
            figures = await add_up_bookings(theirs, now, session, by="event_id")
            allotted = await add_up_allotted({"_id": {"$in": [event["_id"] for event in events]}}, now, session)
        return window.in_order(
            [_line(event, figures[event["_id"]], allotted.get(event["_id"], Allotted())) for event in events]
        )

    return Listing(read, partial(Event.count_of, wanted))


async def utilization(services: Services, question: Question) -> Utilization:
    """Of all events that are asked about, those without bookings too. Zeros where there are no events."""
    wanted: dict[str, Any] = {} if question.event_id is None else {"_id": question.event_id}
    least, most, total, number = 100.0, 0.0, 0.0, 0
    async with services.mongo.start_session(snapshot=True) as session:
        figures = await add_up_bookings(question, services.clock(), session, by="event_id")
        async for event in Event.get_pymongo_collection().find(wanted, {"sections.total": 1}, session=session):
            share = ratio(figures[event["_id"]][SEATS] * 100, _capacity(event), decimals=6)
            least, most, total, number = min(least, share), max(most, share), total + share, number + 1
            if number % CHUNK == 0:
                await asyncio.sleep(0)
    if not number:
        return Utilization(0.0, 0.0, 0.0)
    return Utilization(round(least, 2), round(most, 2), round(total / number, 2))


def _line(event: Mapping[str, Any], figures: Counter[str], allotted: Allotted) -> EventLine:
    return EventLine(
        event["_id"],
        event["starts_at"],
        {status: figures[BOOKINGS[status]] for status in BookingStatus},
        figures[SEATS],
        _capacity(event),
        revenue_of(event["currency"], figures[GROSS], figures[REFUNDED]),
        allotted,
    )


def _capacity(event: Mapping[str, Any]) -> int:
    return sum(section["total"] for section in event["sections"])
