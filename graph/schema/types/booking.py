from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain import documents
from domain.documents.references import reference_of
from domain.inventory.rules import cancellation
from domain.inventory.rules.payments import attempts_left
from graph.schema.context import Info
from graph.schema.enums import BookingStatus
from graph.schema.ids import encode_routed_id
from graph.schema.loaders import existing
from graph.schema.types.event import Event, event_of
from graph.schema.types.line_item import LineItem
from graph.schema.types.money import Money
from graph.schema.types.node import Node
from graph.schema.types.seat_lock import SeatLock
from graph.schema.types.user import User

if TYPE_CHECKING:
    from graph.schema.types.payment import Payment, Refund


@strawberry.type(description="What cancelling a booking would give back at this moment.")
class Cancellation:
    refundable: Money = strawberry.field(
        description="What cancelBooking gives back now; zero when nothing is paid. The rest of the total is kept."
    )
    percentage: int = strawberry.field(description="The same in per cent of what was paid; 0 when nothing is paid.")
    until: datetime | None = strawberry.field(
        description="When this ends: from this instant on less is given back. Null when it cannot become less."
    )

    @classmethod
    def from_terms(cls, terms: cancellation.Cancellation) -> Self:
        return cls(refundable=Money.from_money(terms.refundable), percentage=terms.percentage, until=terms.until)


@strawberry.type(description="A confirmed seat lock, to be paid in time. Seen by its owner and by ADMINs.")
class Booking(Node):
    quantity: int = strawberry.field(description="How many seats it's for.")
    seats: list[str] = strawberry.field(description="Labels of its numbered seats; empty in a GENERAL section.")
    items: list[LineItem] = strawberry.field(
        description=("What is booked: one line for each section and price. The lines add up to `total`.")
    )
    total: Money = strawberry.field(description="What the seats cost together, at the prices when they were locked.")
    status: BookingStatus = strawberry.field(
        description="Where it is in its life now; past `paymentExpiresAt` a PAYMENT_PENDING one is EXPIRED."
    )
    payment_expires_at: datetime = strawberry.field(description="The deadline for its payment.")
    cancel_reason: str | None = strawberry.field(
        description="Why it was cancelled, in the words of who did; null if it is not, or nothing was said."
    )
    created_at: datetime = strawberry.field(description="When the lock was confirmed.")
    updated_at: datetime = strawberry.field(description="When its status last changed.")
    document: strawberry.Private[documents.Booking]

    @classmethod
    def from_document(cls, booking: documents.Booking) -> Self:
        return cls(
            id=encode_routed_id("Booking", booking.id, booking.event_id),
            quantity=booking.quantity,
            seats=booking.seats,
            items=[LineItem.from_item(item, booking.currency) for item in booking.items],
            total=Money.from_money(booking.total),
            status=booking.status,
            payment_expires_at=booking.payment_expires_at,
            cancel_reason=booking.cancel_reason,
            created_at=booking.created_at,
            updated_at=booking.updated_at,
            document=booking,
        )

    @strawberry.field(
        description=(
            "Its name for people: 8 letters and digits, none of which is taken for another. Letters to the buyer have "
            "it, and ADMINs find it by `bookings(reference)`."
        )
    )
    async def reference(self) -> str:
        return await reference_of(self.document)

    @strawberry.field(description="The event it's for.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.document.event_id)

    @strawberry.field(
        description=(
            "What cancelling it now gives back, to show before the buyer agrees. Null when it can't be cancelled: "
            "it has ended, or is paid and its event has started. Everything when its event is cancelled."
        )
    )
    async def cancellation(self, info: Info) -> Cancellation | None:
        services = info.context.services
        event = await existing(info.context.loaders.events, self.document.event_id)
        setting = services.settings.cancellation_refund_percent
        step = 1
        if self.document.status is BookingStatus.CONFIRMED:
            payments = await info.context.loaders.payments_of_booking.load(self.document.id)
            step = next((payment.step_minor for payment in payments if payment.may_hold_money), 1)
        terms = cancellation.cancellation_at(event, self.document, setting, services.clock(), step=step)
        return Cancellation.from_terms(terms) if terms else None

    @strawberry.field(description="Who booked.")
    async def user(self, info: Info) -> User:
        return await User.named(info, self.document.user_id)

    @strawberry.field(description="The seat lock it was made from.")
    async def lock(self, info: Info) -> SeatLock:
        # A booking keeps its lock's id.
        return SeatLock.from_document(await existing(info.context.loaders.locks, self.document.id))

    @strawberry.field(description="The attempts to pay it, oldest first.")
    async def payments(self, info: Info) -> list[Annotated[Payment, strawberry.lazy("graph.schema.types.payment")]]:
        from graph.schema.types.payment import Payment

        payments = await info.context.loaders.payments_of_booking.load(self.document.id)
        return [Payment.from_document(payment) for payment in payments]

    @strawberry.field(description="How many more attempts to pay it may be made; 0 once it has ended.")
    async def attempts_left(self, info: Info) -> int:
        made = len(await info.context.loaders.payments_of_booking.load(self.document.id))
        return attempts_left(self.document, made, info.context.services.settings.payment_attempts)

    @strawberry.field(description="Money given back for it, oldest first.")
    async def refunds(self, info: Info) -> list[Annotated[Refund, strawberry.lazy("graph.schema.types.payment")]]:
        from graph.schema.types.payment import Refund

        refunds = await info.context.loaders.refunds_of_booking.load(self.document.id)
        return [Refund.from_document(refund) for refund in refunds]
