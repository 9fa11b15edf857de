"""The queries that list what was sold and is held, for ADMINs: Query's own, in a room of their own."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain import lookups
from domain.text import checked_reference
from graph.schema.connections import (
    BOOKINGS,
    DEFAULT_PAGE,
    LOCKS,
    After,
    Before,
    Connection,
    First,
    Last,
    Paging,
)
from graph.schema.context import Info, require_admin
from graph.schema.enums import BookingStatus, SeatLockStatus
from graph.schema.ids import parse_id
from graph.schema.types.booking import Booking
from graph.schema.types.seat_lock import SeatLock


@strawberry.type
class SaleQueries:
    @strawberry.field(
        description=(
            "Everybody's seat locks, newest first. Those that ended long ago and were archived are found by their ids "
            "only. ADMIN only."
        )
    )
    async def seat_locks(
        self,
        info: Info,
        event_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only locks of this event.")] = None,
        user_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only locks of this user.")] = None,
        status: Annotated[
            SeatLockStatus | None,
            strawberry.argument(description="Only locks with this status now; past its deadline one is EXPIRED."),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SeatLock]:
        require_admin(info)
        found = lookups.list_locks(
            info.context.services.clock(),
            event_id=None if event_id is None else parse_id("eventId", event_id, "Event"),
            user_id=None if user_id is None else parse_id("userId", user_id, "User"),
            status=status,
        )
        return await LOCKS.page(found, Paging(first, after, last, before), SeatLock.from_document)

    @strawberry.field(description="Everybody's bookings, newest first. ADMIN only.")
    async def bookings(
        self,
        info: Info,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only bookings of this event.")
        ] = None,
        user_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only bookings of this user.")] = None,
        status: Annotated[
            BookingStatus | None, strawberry.argument(description="Only bookings with this status now.")
        ] = None,
        reference: Annotated[
            str | None,
            strawberry.argument(
                description="Only the booking with this reference, also an archived one; in any case, with hyphens or "
                "spaces in it."
            ),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Booking]:
        require_admin(info)
        found = lookups.list_bookings(
            info.context.services.clock(),
            event_id=None if event_id is None else parse_id("eventId", event_id, "Event"),
            user_id=None if user_id is None else parse_id("userId", user_id, "User"),
            status=status,
            reference=None if reference is None else checked_reference("reference", reference),
        )
        return await BOOKINGS.page(found, Paging(first, after, last, before), Booking.from_document)
