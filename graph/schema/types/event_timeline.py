from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from domain.reports import timeline
from graph.schema.enums import CurrencyCode


@strawberry.type(
    description="An event's sales over time, a list for each figure. All lists are as long as `starts`, and have the "
    "figures of one bucket at one place."
)
class EventTimeline:
    starts: list[datetime] = strawberry.field(description="When each bucket begins, the first one first.")
    locks: list[int] = strawberry.field(description="Seat locks made in each, whatever became of them.")
    bookings: list[int] = strawberry.field(description="Bookings made in each, whatever became of them.")
    available_seats: list[int | None] = strawberry.field(
        description="Available seats at the end of each, or now if it is under way; null if it has not begun, or was "
        "over before there was the event."
    )
    currency_code: str = strawberry.field(
        graphql_type=CurrencyCode, description="The event's currency: of all amounts here, which are in major units."
    )
    gross: list[Decimal] = strawberry.field(description="What was taken in each, whatever for.")
    refunded: list[Decimal] = strawberry.field(description="What was given back in each, or is to be, whatever of.")
    net: list[Decimal] = strawberry.field(description="What stays of each: `gross` less `refunded`.")

    @classmethod
    def from_points(cls, points: Sequence[timeline.Point]) -> Self:
        """Of at least one bucket."""
        return cls(
            starts=[point.start for point in points],
            locks=[point.locks for point in points],
            bookings=[point.bookings for point in points],
            available_seats=[point.available_seats for point in points],
            currency_code=points[0].revenue.gross.currency,
            gross=[point.revenue.gross.to_decimal() for point in points],
            refunded=[point.revenue.refunded.to_decimal() for point in points],
            net=[point.revenue.net.to_decimal() for point in points],
        )
