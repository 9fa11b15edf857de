from __future__ import annotations

from typing import Annotated

import strawberry

from domain import payments
from graph.schema.context import Info, require_actor
from graph.schema.ids import parse_routed_id
from graph.schema.types.booking import Booking
from graph.schema.types.errors import (
    AmountMismatch,
    BookingExpired,
    BookingNotPayable,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    PaymentFailed,
    PaymentTimedOut,
)
from graph.schema.types.money import MoneyInput
from graph.schema.types.payment import Payment


@strawberry.input(description="Which booking is to be paid, and how.")
class PayBookingInput:
    booking_id: strawberry.ID = strawberry.field(description="The booking, PAYMENT_PENDING.")
    payment_token: str = strawberry.field(
        description=(
            "The payment provider's token. The simulated provider takes sim_success, sim_declined, "
            "sim_insufficient_funds, sim_expired_card, sim_failure (taken, then failed), sim_refund_fails (its refund "
            "is processed, and comes back a second later), sim_timeout, "
            "sim_late_success and sim_late_declined, which it answers only when asked again or by webhook, and, with "
            "webhooks that repeat or contradict, sim_told_twice, sim_late_failure_then_success and "
            "sim_success_then_failure."
        )
    )
    amount: MoneyInput | None = strawberry.field(
        default=None, description="What the buyer expects to pay; when given, it must equal the booking's total."
    )
    idempotency_key: str = strawberry.field(
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "answers with the first outcome; nothing is charged twice."
        )
    )


@strawberry.type(description="The booking is paid.")
class PayBookingSuccess:
    booking: Booking = strawberry.field(description="The booking as it is now, CONFIRMED when this is new.")
    payment: Payment = strawberry.field(description="The payment, SUCCEEDED.")
    replayed: bool = strawberry.field(description="Whether this is the outcome of an earlier call with the same key.")


PayBookingResult = Annotated[
    PayBookingSuccess
    | InvalidInput
    | NotFound
    | BookingExpired
    | BookingNotPayable
    | AmountMismatch
    | PaymentFailed
    | PaymentTimedOut
    | IdempotencyKeyReused,
    strawberry.union(name="PayBookingResult", description="What came of payBooking."),
]


@strawberry.mutation(
    description=(
        "Pay a booking's total: CONFIRMED, held → booked. A failed payment makes it FAILED and gives the "
        "seats back. Idempotent by `idempotencyKey`."
    )
)
async def pay_booking(
    info: Info,
    input: Annotated[PayBookingInput, strawberry.argument(description="Which booking is to be paid, and how.")],
) -> PayBookingResult:
    caller = require_actor(info)
    booking_id, event_id = parse_routed_id("bookingId", input.booking_id, "Booking")
    paid = await payments.pay_booking(
        info.context.services,
        caller,
        event_id=event_id,
        booking_id=booking_id,
        token=input.payment_token,
        amount=input.amount.to_money("amount") if input.amount else None,
        idempotency_key=input.idempotency_key,
    )
    return PayBookingSuccess(
        booking=Booking.from_document(paid.booking),
        payment=Payment.from_document(paid.payment),
        replayed=paid.replayed,
    )
