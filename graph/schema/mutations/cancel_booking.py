from __future__ import annotations

from typing import Annotated

import strawberry

from domain.faults import Faults
from domain.process.budgets import Budget
from domain.sale import buying
from graph.schema.budgets import spend
from graph.schema.context import Info, require_actor
from graph.schema.ids import UNREAD, parse_routed_id
from graph.schema.types.booking import Booking
from graph.schema.types.errors import BookingExpired, BookingNotCancellable, InvalidInput, NotFound
from graph.schema.types.payment import Refund


@strawberry.input(description="Which booking is to be cancelled.")
class CancelBookingInput:
    booking_id: strawberry.ID = strawberry.field(
        description="The booking: PAYMENT_PENDING, or CONFIRMED and its event not started."
    )
    reason: str | None = strawberry.field(default=None, description="Why, for the record; up to 500 characters.")


@strawberry.type(description="The booking is cancelled, and its seats are available again.")
class CancelBookingSuccess:
    booking: Booking = strawberry.field(description="The booking as it is now, CANCELLED.")
    refund: Refund | None = strawberry.field(description="The money given back; null when there was none to give back.")
    replayed: bool = strawberry.field(description="Whether it had been cancelled before.")


CancelBookingResult = Annotated[
    CancelBookingSuccess | InvalidInput | NotFound | BookingExpired | BookingNotCancellable,
    strawberry.union(name="CancelBookingResult", description="What came of cancelBooking."),
]


@strawberry.mutation(
    description=(
        "Cancel a booking and give its seats back. If it's paid and its event has not started, money comes back "
        "as `Booking.cancellation` says at that moment. A repeat answers with the first result."
    )
)
async def cancel_booking(
    info: Info,
    input: Annotated[CancelBookingInput, strawberry.argument(description="Which booking is to be cancelled.")],
) -> CancelBookingResult:
    caller = require_actor(info)
    faults = Faults()
    booking_id = event_id = UNREAD
    with faults:
        booking_id, event_id = parse_routed_id("bookingId", input.booking_id, "Booking")
    await spend(info.context, Budget.CANCEL)
    cancelled = await buying.cancel_booking(
        info.context.services, caller, event_id=event_id, booking_id=booking_id, reason=input.reason, faults=faults
    )
    return CancelBookingSuccess(
        booking=Booking.from_document(cancelled.booking),
        refund=Refund.from_document(cancelled.refund) if cancelled.refund else None,
        replayed=cancelled.replayed,
    )
