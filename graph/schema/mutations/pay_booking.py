from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import payments
from domain.faults import Faults
from graph.schema.context import Info, require_actor
from graph.schema.ids import UNREAD, parse_routed_id
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
    payment_token: str | None = strawberry.field(
        default=None,
        description=(
            "The payment provider's token; only a booking that is free needs none. The simulated provider takes "
            "sim_success, sim_declined, sim_insufficient_funds, sim_expired_card, sim_failure (taken, then failed), "
            "sim_refund_fails (its refund is processed, and comes back a second later), sim_timeout, sim_challenge "
            "(the bank asks: `redirectUrl` is a page of the simulated bank, and a form POST there with answer=approve "
            "or answer=refuse is the buyer's answer), sim_late_success and sim_late_declined, which it answers only "
            "when asked again or by webhook, and, with webhooks that repeat or contradict, sim_told_twice, "
            "sim_late_failure_then_success and sim_success_then_failure."
        ),
    )
    amount: MoneyInput | None = strawberry.field(
        default=None, description="What the buyer expects to pay; when given, it must equal the booking's total."
    )
    idempotency_key: str = strawberry.field(
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "answers with the first outcome, or with how it stands now while the bank waits for the buyer; nothing is "
            "charged twice. To try again after PaymentFailed, use a new key."
        )
    )


@strawberry.type(description="The booking is paid.")
class PayBookingSuccess:
    booking: Booking = strawberry.field(description="The booking as it is now, CONFIRMED when this is new.")
    payment: Payment = strawberry.field(description="The payment, SUCCEEDED.")
    replayed: bool = strawberry.field(description="Whether this is the outcome of an earlier call with the same key.")


@strawberry.type(
    description=(
        "The bank asks the buyer (3-D Secure, a redirect). Send them to `redirectUrl`, or give `clientSecret` to the "
        "provider's own library; then call payBooking again with the same key, or wait for bookingStatus. Another key "
        "calls this attempt off first. Nobody need do anything to give it up: it ends with the booking's deadline."
    )
)
class PaymentActionRequired:
    booking: Booking = strawberry.field(description="The booking as it is now; its seats stay held.")
    payment: Payment = strawberry.field(description="The attempt that waits, ACTION_REQUIRED.")
    client_secret: str | None = strawberry.field(description="For the provider's own library in the buyer's client.")
    redirect_url: str | None = strawberry.field(
        description=(
            "The page on which the buyer answers. The simulated bank's is only a path, to be resolved against the "
            "API's own address, where SEATLOCK_PUBLIC_URL is not set."
        )
    )
    expires_at: datetime = strawberry.field(description="The booking's deadline: until then the buyer may answer.")
    message: str = strawberry.field(description="What to do, in a sentence fit for the buyer.")
    replayed: bool = strawberry.field(description="Whether this is the attempt of an earlier call with the same key.")

    @classmethod
    def from_domain(cls, required: payments.ActionRequired) -> Self:
        return cls(
            booking=Booking.from_document(required.booking),
            payment=Payment.from_document(required.payment),
            client_secret=required.client_secret,
            redirect_url=required.redirect_url,
            expires_at=required.booking.payment_expires_at,
            message=required.message,
            replayed=required.replayed,
        )


PayBookingResult = Annotated[
    PayBookingSuccess
    | PaymentActionRequired
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
        "Pay a booking's total: CONFIRMED, held → booked. When an attempt fails the seats stay held until the "
        "deadline, and another may be made, as long as there are `attemptsLeft`. Idempotent by `idempotencyKey`."
    )
)
async def pay_booking(
    info: Info,
    input: Annotated[PayBookingInput, strawberry.argument(description="Which booking is to be paid, and how.")],
) -> PayBookingResult:
    caller = require_actor(info)
    faults = Faults()
    booking_id = event_id = UNREAD
    with faults:
        booking_id, event_id = parse_routed_id("bookingId", input.booking_id, "Booking")
    paid = await payments.pay_booking(
        info.context.services,
        caller,
        event_id=event_id,
        booking_id=booking_id,
        token=input.payment_token,
        amount=input.amount.money_or_fault("amount", faults) if input.amount else None,
        idempotency_key=input.idempotency_key,
        faults=faults,
    )
    if isinstance(paid, payments.ActionRequired):
        return PaymentActionRequired.from_domain(paid)
    return PayBookingSuccess(
        booking=Booking.from_document(paid.booking),
        payment=Payment.from_document(paid.payment),
        replayed=paid.replayed,
    )
