"""The root of all subscriptions. Their resolvers return a Source; the transports do the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domain.errors import NotFound
from graph.schema.context import Info, require_caller
from graph.schema.ids import parse_id
from graph.schema.nodes import find_booking
from graph.schema.sources import AvailabilitySource, BookingSource
from graph.schema.types.booking import Booking
from graph.schema.types.seat_availability import SeatAvailability


@strawberry.type(description="What can be listened to, over WebSocket (graphql-transport-ws) or an event stream.")
class Subscription:
    @strawberry.subscription(
        description=(
            "An event's seats. Public. The first message is a snapshot; then one message per change, newest state, "
            "versions strictly increasing. A listener that is slow skips to the newest state."
        )
    )
    async def seat_availability(
        self,
        info: Info,
        event_id: Annotated[strawberry.ID, strawberry.argument(description="The event.")],
    ) -> AsyncIterator[SeatAvailability]:
        context, wanted = info.context, parse_id("eventId", event_id, "Event")
        return await AvailabilitySource.open(context.services, wanted, context.caller)  # type: ignore[return-value]

    @strawberry.subscription(
        description=(
            "Owner or ADMIN: the booking now, then at every change of its status, or of that of a payment. "
            "NOT_FOUND for anybody else."
        )
    )
    async def booking_status(
        self,
        info: Info,
        booking_id: Annotated[strawberry.ID, strawberry.argument(description="The booking.")],
    ) -> AsyncIterator[Booking]:
        watcher = require_caller(info)
        booking = await find_booking(info, booking_id, "bookingId")
        if booking is None:
            raise NotFound("No such booking.")
        return await BookingSource.open(info.context.services, booking.document, watcher)  # type: ignore[return-value]
