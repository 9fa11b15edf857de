from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain.integrity.drift import INT32
from domain.reports import summary
from graph.schema.enums import BookingStatus
from graph.schema.types.revenue import Revenue


@strawberry.type(description="Bookings by their status now; `total` is the sum of the others.")
class BookingCounts:
    total: int = strawberry.field(description="All of them.")
    confirmed: int = strawberry.field(description="CONFIRMED.")
    pending: int = strawberry.field(description="PAYMENT_PENDING, and not past their deadline.")
    expired: int = strawberry.field(description="EXPIRED, from the millisecond of the deadline on.")
    failed: int = strawberry.field(description="FAILED.")
    cancelled: int = strawberry.field(description="CANCELLED.")


@strawberry.type(description="Seats sold, of those there are.")
class SeatUsage:
    total_booked: int = strawberry.field(description="Seats of the CONFIRMED bookings among those counted.")
    capacity: int = strawberry.field(
        description="All seats of the event, or of all events; whenever they are sold; 2,147,483,647 at most."
    )
    utilization_percentage: float = strawberry.field(
        description="`totalBooked` in per cent of `capacity`, to two decimals; 0 where there are no seats."
    )


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

    @classmethod
    def from_summary(cls, found: summary.BookingSummary, filters: SummaryFilters) -> Self:
        of = found.bookings
        return cls(
            bookings=BookingCounts(
                total=sum(of.values()),
                confirmed=of[BookingStatus.CONFIRMED],
                pending=of[BookingStatus.PAYMENT_PENDING],
                expired=of[BookingStatus.EXPIRED],
                failed=of[BookingStatus.FAILED],
                cancelled=of[BookingStatus.CANCELLED],
            ),
            seats=SeatUsage(
                total_booked=min(found.booked_seats, INT32),
                capacity=min(found.capacity, INT32),
                utilization_percentage=found.utilization_percentage,
            ),
            revenue=[Revenue.from_revenue(each) for each in found.revenue],
            filters=filters,
        )
