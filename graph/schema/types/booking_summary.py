from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

import strawberry
from beanie import PydanticObjectId

from domain.integrity.findings import INT32
from domain.reports import by_event, summary
from domain.reports.allotments import Allotted
from domain.reports.sums import Question
from graph.schema.connections import DEFAULT_PAGE, After, Before, Connection, Cursors, First, Last, Paging
from graph.schema.context import Info
from graph.schema.enums import BookingStatus
from graph.schema.loaders import existing
from graph.schema.types.event import Event
from graph.schema.types.revenue import Revenue


@strawberry.type(description="Bookings by their status now; `total` is the sum of the others.")
class BookingCounts:
    total: int = strawberry.field(description="All of them.")
    confirmed: int = strawberry.field(description="CONFIRMED.")
    pending: int = strawberry.field(description="PAYMENT_PENDING, and not past their deadline.")
    expired: int = strawberry.field(description="EXPIRED, from the millisecond of the deadline on.")
    failed: int = strawberry.field(description="FAILED.")
    cancelled: int = strawberry.field(description="CANCELLED.")

    @classmethod
    def of(cls, counts: Mapping[BookingStatus, int]) -> Self:
        return cls(
            total=sum(counts.values()),
            confirmed=counts[BookingStatus.CONFIRMED],
            pending=counts[BookingStatus.PAYMENT_PENDING],
            expired=counts[BookingStatus.EXPIRED],
            failed=counts[BookingStatus.FAILED],
            cancelled=counts[BookingStatus.CANCELLED],
        )


@strawberry.type(description="Seats sold, of those there are.")
class SeatUsage:
    total_booked: int = strawberry.field(description="Seats of the CONFIRMED bookings among those counted.")
    capacity: int = strawberry.field(
        description="All seats of the event, or of all events; whenever they are sold; 2,147,483,647 at most."
    )
    utilization_percentage: float = strawberry.field(
        description="`totalBooked` in per cent of `capacity`, to two decimals; 0 where there are no seats."
    )

    in_allocations: int = strawberry.field(
        description="Seats of ACTIVE allocations, whoever has them. As with `capacity`, dates make no difference."
    )
    held_by_house: int = strawberry.field(description="How many of these no buyer has taken: HELD by the house.")

    @classmethod
    def of(cls, booked: int, capacity: int, allotted: Allotted) -> Self:
        return cls(
            total_booked=min(booked, INT32),
            capacity=min(capacity, INT32),
            in_allocations=min(allotted.seats, INT32),
            held_by_house=min(allotted.kept, INT32),
            utilization_percentage=summary.ratio(booked * 100, capacity, decimals=2),
        )


@strawberry.type(description="What a summary says of one event.")
class EventSummary:
    bookings: BookingCounts = strawberry.field(description="How many bookings there are.")
    seats: SeatUsage = strawberry.field(description="How many of its seats they have.")
    revenue: Revenue = strawberry.field(description="Their revenue, in the event's currency.")
    event_id: strawberry.Private[PydanticObjectId]

    @classmethod
    def from_line(cls, line: by_event.EventLine) -> Self:
        return cls(
            bookings=BookingCounts.of(line.bookings),
            seats=SeatUsage.of(line.booked_seats, line.capacity, line.allotted),
            revenue=Revenue.from_revenue(line.revenue),
            event_id=line.id,
        )

    @strawberry.field(description="The event.")
    async def event(self, info: Info) -> Event:
        return Event.from_document(await existing(info.context.loaders.events, self.event_id))


@strawberry.type(
    description="How well events are sold, compared: `utilizationPercentage` of each, those without bookings included."
)
class Utilization:
    minimum: float = strawberry.field(description="Of the event that is sold worst; 0 where there are no events.")
    maximum: float = strawberry.field(description="Of the event that is sold best.")
    mean: float = strawberry.field(description="The mean of the events, a small one counting as much as a large one.")


@strawberry.type(description="What was asked for.")
class SummaryFilters:
    event_id: strawberry.ID | None = strawberry.field(description="The event's id; null for all events.")
    start_date: datetime | None = strawberry.field(description="Bookings made then or later; null for no limit.")
    end_date: datetime | None = strawberry.field(description="Bookings made before then; null for no limit.")


@strawberry.type(
    description=(
        "The bookings made in a time, archived ones included, as they are now: their states, their seats, and the "
        "money of their payments and refunds, whenever it moved."
    )
)
class BookingSummary:
    bookings: BookingCounts = strawberry.field(description="How many there are.")
    seats: SeatUsage = strawberry.field(description="How many seats they have.")
    revenue: list[Revenue] = strawberry.field(
        description=(
            "Their revenue, by currency code. An event has one currency, listed even if nothing is sold; for all "
            "events only currencies in which money moved are listed."
        )
    )
    filters: SummaryFilters = strawberry.field(description="Which bookings these are.")
    question: strawberry.Private[Question]

    @classmethod
    def from_summary(cls, found: summary.BookingSummary, question: Question, filters: SummaryFilters) -> Self:
        return cls(
            bookings=BookingCounts.of(found.bookings),
            seats=SeatUsage.of(found.booked_seats, found.capacity, found.allotted),
            revenue=[Revenue.from_revenue(each) for each in found.revenue],
            filters=filters,
            question=question,
        )

    @strawberry.field(
        description=(
            "The same event by event, the soonest first, those without bookings included. Read a moment after the rest."
        )
    )
    async def events(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[EventSummary]:
        found = by_event.event_lines(info.context.services, self.question)
        return await LINES.page(found, Paging(first, after, last, before), EventSummary.from_line)

    @strawberry.field(description="How well the events are sold, compared. Read a moment after the rest.")
    async def utilization(self, info: Info) -> Utilization:
        found = await by_event.utilization(info.context.services, self.question)
        return Utilization(minimum=found.minimum, maximum=found.maximum, mean=found.mean)


LINES = Cursors[by_event.EventLine]("line", starts_at=datetime, id=PydanticObjectId)
