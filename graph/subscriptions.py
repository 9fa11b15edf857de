"""The root of all subscriptions. Their resolvers return a Source; the transports do the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domain import reading
from domain.errors import NotFound
from graph.context import Info, require_caller
from graph.ids import parse_id, parse_routed_id
from graph.live.sources import AvailabilitySource, BookingSource
from graph.types.booking import Booking
from graph.types.seat_availability import SeatAvailability


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
        return await AvailabilitySource.open(info.context.services, parse_id("eventId", event_id, "Event"))  # type: ignore[return-value]

    @strawberry.subscription(
        description="Owner or ADMIN: the booking now, then at every change of its status. NOT_FOUND for anybody else."
    )
    async def booking_status(
        self,
        info: Info,
        booking_id: Annotated[strawberry.ID, strawberry.argument(description="The booking.")],
    ) -> AsyncIterator[Booking]:
        caller = require_caller(info)
        document_id, event_id = parse_routed_id("bookingId", booking_id, "Booking")
        services = info.context.services
        booking = (await reading.bookings_by_ids(services, [document_id])).get(document_id)
        if booking is None or booking.event_id != event_id or not caller.may_see(booking.user_id):
            raise NotFound("No such booking.")
        return await BookingSource.open(services, booking)  # type: ignore[return-value]
