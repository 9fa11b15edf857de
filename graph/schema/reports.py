"""The queries that are reports: Query's own, in a room of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.reports.by_section import section_timeline
from domain.reports.health import health_metrics
from domain.reports.summary import booking_summary
from domain.reports.sums import Question
from domain.reports.timeline import sales_timeline
from graph.schema.context import Info, require_admin
from graph.schema.enums import TimelineBucket
from graph.schema.ids import parse_id
from graph.schema.types.booking_summary import BookingSummary, SummaryFilters
from graph.schema.types.event_timeline import EventTimeline
from graph.schema.types.health_metrics import HealthMetrics
from graph.schema.types.sales_point import SalesPoint
from graph.schema.types.section_timeline import SectionTimeline

OneEvent = Annotated[strawberry.ID | None, strawberry.argument(description="Only of this event; of all when null.")]

# What every timeline is asked for.
OfEvent = Annotated[strawberry.ID, strawberry.argument(description="The event's id.")]
From = Annotated[
    datetime, strawberry.argument(name="from", description="The start; the bucket that it is in comes first.")
]
Until = Annotated[datetime, strawberry.argument(description="The end: later than from, and not part of it.")]
Bucket = Annotated[TimelineBucket, strawberry.argument(description="How long each bucket is.")]


@strawberry.type
class Reports:
    @strawberry.field(
        description=(
            "The bookings made in [startDate, endDate), as they are now, and what they brought in. Both are instants "
            "with an offset: a day in Paris is `2030-07-01T00:00:00+02:00` to `2030-07-02T00:00:00+02:00`; a date "
            "alone is refused, because nobody can tell whose day it is, or whether its end is in it. ADMIN only."
        )
    )
    async def booking_summary(
        self,
        info: Info,
        event_id: OneEvent = None,
        start_date: Annotated[
            datetime | None, strawberry.argument(description="Only bookings made then or later.")
        ] = None,
        end_date: Annotated[
            datetime | None, strawberry.argument(description="Only bookings made before then; later than startDate.")
        ] = None,
    ) -> BookingSummary:
        require_admin(info)
        event = None if event_id is None else parse_id("eventId", event_id, "Event")
        found = await booking_summary(info.context.services, event, start_date, end_date)
        filters = SummaryFilters(event_id=event_id, start_date=start_date, end_date=end_date)
        return BookingSummary.from_summary(found, Question(event, start_date, end_date), filters)

    @strawberry.field(
        description="What became of the seat locks and attempts to pay of the last hours, up to now. ADMIN only."
    )
    async def health_metrics(
        self,
        info: Info,
        event_id: OneEvent = None,
        hours: Annotated[
            int | None, strawberry.argument(description="How many hours back; 1 to 8,760, a year. Null is 24.")
        ] = 24,
    ) -> HealthMetrics:
        require_admin(info)
        event = None if event_id is None else parse_id("eventId", event_id, "Event")
        hours = 24 if hours is None else hours
        found = await health_metrics(info.context.services, event, hours)
        return HealthMetrics.from_metrics(found, hours, event_id)

    @strawberry.field(
        description=(
            "An event's sales over time, for plots: every hour, or day of UTC, that overlaps [from, to), each as a "
            "whole, also when nothing happened in it. At most 2,000. ADMIN only."
        )
    )
    async def sales_timeline(
        self, info: Info, event_id: OfEvent, from_: From, to: Until, bucket: Bucket = TimelineBucket.HOUR
    ) -> list[SalesPoint]:
        require_admin(info)
        event = parse_id("eventId", event_id, "Event")
        points = await sales_timeline(info.context.services, event, from_, to, bucket)
        return [SalesPoint.from_point(point) for point in points]

    @strawberry.field(
        description=(
            "The same as `salesTimeline`, a list for each figure instead of an object for each hour or day: for plots "
            "of many, because it is half the work. ADMIN only."
        )
    )
    async def event_timeline(
        self, info: Info, event_id: OfEvent, from_: From, to: Until, bucket: Bucket = TimelineBucket.HOUR
    ) -> EventTimeline:
        require_admin(info)
        event = parse_id("eventId", event_id, "Event")
        return EventTimeline.from_points(await sales_timeline(info.context.services, event, from_, to, bucket))

    @strawberry.field(
        description=(
            "How many seats of each section were sold, over time, for plots: at the end of every hour, or day of UTC, "
            "that overlaps [from, to). Their number times that of the sections is at most 50,000. It is added up from "
            "the event's audit entries since `from`, which takes about a second for 100,000 of them: ask for little "
            "while a sale is at its busiest. ADMIN only."
        )
    )
    async def section_timeline(
        self, info: Info, event_id: OfEvent, from_: From, to: Until, bucket: Bucket = TimelineBucket.HOUR
    ) -> SectionTimeline:
        require_admin(info)
        event = parse_id("eventId", event_id, "Event")
        services = info.context.services
        async with services.long_reads:
            found = await section_timeline(services, event, from_, to, bucket)
        return SectionTimeline.from_timeline(found)
