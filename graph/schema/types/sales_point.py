from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain.reports import timeline
from graph.schema.types.revenue import Revenue


@strawberry.type(description="An event's sales in one bucket of time: an hour, or a day of UTC.")
class SalesPoint:
    start: datetime = strawberry.field(description="When the bucket begins.")
    locks: int = strawberry.field(description="Seat locks made in it, whatever became of them.")
    bookings: int = strawberry.field(description="Bookings made in it, whatever became of them.")
    revenue: Revenue = strawberry.field(description="Money taken in it, and given back in it, whatever for.")
    available_seats: int | None = strawberry.field(
        description="Available seats at its end, or now if it is under way; null if it has not begun, or was over "
        "before there was the event."
    )

    @classmethod
    def from_point(cls, point: timeline.Point) -> Self:
        return cls(
            start=point.start,
            locks=point.locks,
            bookings=point.bookings,
            revenue=Revenue.from_revenue(point.revenue),
            available_seats=point.available_seats,
        )
