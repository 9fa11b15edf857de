from __future__ import annotations

from typing import Annotated

import strawberry

from domain.sale import buying
from graph.schema.context import Info, require_actor
from graph.schema.ids import parse_routed_id
from graph.schema.types.booking import Booking
from graph.schema.types.errors import (
    EventCancelled,
    InvalidInput,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotFound,
)


@strawberry.input(description="Which seats are to be booked.")
class ConfirmBookingInput:
    lock_id: strawberry.ID = strawberry.field(description="The ACTIVE lock that holds them, one's own.")


@strawberry.type(description="The lock is a booking, which waits for its payment.")
class ConfirmBookingSuccess:
    booking: Booking = strawberry.field(description="The booking, PAYMENT_PENDING when it's new.")
    replayed: bool = strawberry.field(description="Whether the lock had been confirmed before.")


ConfirmBookingResult = Annotated[
    ConfirmBookingSuccess | InvalidInput | NotFound | LockExpired | LockNotActive | LockAlreadyUsed | EventCancelled,
    strawberry.union(name="ConfirmBookingResult", description="What came of confirmBooking."),
]


@strawberry.mutation(
    description=(
        "Make an ACTIVE lock a booking, to be paid in time (600 seconds unless set); the seats stay held. "
        "However often it is called for one lock, there is one booking."
    )
)
async def confirm_booking(
    info: Info,
    input: Annotated[ConfirmBookingInput, strawberry.argument(description="Which seats are to be booked.")],
) -> ConfirmBookingResult:
    caller = require_actor(info)
    lock_id, event_id = parse_routed_id("lockId", input.lock_id, "SeatLock")
    confirmed = await buying.confirm_booking(info.context.services, caller, event_id=event_id, lock_id=lock_id)
    return ConfirmBookingSuccess(booking=Booking.from_document(confirmed.booking), replayed=confirmed.replayed)
