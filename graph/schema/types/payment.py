from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import documents
from graph.schema.context import Info
from graph.schema.enums import PaymentFailureReason, PaymentStatus, RefundReason, RefundStatus, RefundType
from graph.schema.ids import encode_id
from graph.schema.loaders import existing
from graph.schema.types.booking import Booking
from graph.schema.types.money import Money
from graph.schema.types.node import Node


@strawberry.type(description="One attempt to pay a booking. Seen by the booking's owner and by ADMINs.")
class Payment(Node):
    amount: Money = strawberry.field(description="What was to be paid: the booking's total.")
    status: PaymentStatus = strawberry.field(description="What became of it.")
    provider: str = strawberry.field(description="Name of the payment provider asked; `none` for what is free.")
    provider_reference: str | None = strawberry.field(
        description="The provider's own name for it; null until the provider has answered."
    )
    idempotency_key: str = strawberry.field(description="The key that payBooking was called with.")
    correlation_id: str = strawberry.field(
        description="The `X-Correlation-ID` of the request that paid; whatever came of it later has the same."
    )
    failure_reason: PaymentFailureReason | None = strawberry.field(description="Why it failed; null when it has not.")
    created_at: datetime = strawberry.field(description="When it was attempted.")
    settled_at: datetime | None = strawberry.field(description="When its outcome was known; null until then.")
    document: strawberry.Private[documents.Payment]

    @classmethod
    def from_document(cls, payment: documents.Payment) -> Self:
        return cls(
            id=encode_id("Payment", payment.id),
            amount=Money.from_money(payment.amount),
            status=payment.status,
            provider=payment.provider,
            provider_reference=payment.provider_reference,
            idempotency_key=payment.idempotency_key,
            correlation_id=payment.correlation_id,
            failure_reason=payment.failure_reason,
            created_at=payment.created_at,
            settled_at=payment.settled_at,
            document=payment,
        )

    @strawberry.field(description="The booking it's for.")
    async def booking(self, info: Info) -> Booking:
        return Booking.from_document(await existing(info.context.loaders.bookings, self.document.booking_id))


@strawberry.type(description="Money given back for a payment. Seen by the booking's owner and by ADMINs.")
class Refund(Node):
    original: Money = strawberry.field(description="What had been paid.")
    amount: Money = strawberry.field(description="What is given back, as exactly as the provider can.")
    kept: Money = strawberry.field(description="The rest, which is kept: `original` without `amount`.")
    percentage: int = strawberry.field(description="How many per cent of the original that is, 0 to 100.")
    type: RefundType = strawberry.field(description="Whether all of it is given back.")
    reason: RefundReason = strawberry.field(description="Why.")
    note: str | None = strawberry.field(
        description="What whoever cancelled the booking, or its event, gave as the reason; null when nothing."
    )
    status: RefundStatus = strawberry.field(description="Whether the money has been given back.")
    provider_reference: str | None = strawberry.field(
        description="The provider's own name for it; null until the provider has answered."
    )
    by_hand: bool = strawberry.field(
        description="Whether somebody gave the money back by another way than the payment provider."
    )
    created_at: datetime = strawberry.field(description="When it was decided.")
    completed_at: datetime | None = strawberry.field(description="When the money was given back; null until then.")
    document: strawberry.Private[documents.Refund]

    @classmethod
    def from_document(cls, refund: documents.Refund) -> Self:
        return cls(
            id=encode_id("Refund", refund.id),
            original=Money.from_money(refund.original),
            amount=Money.from_money(refund.amount),
            kept=Money.from_money(refund.kept),
            percentage=refund.percentage,
            type=refund.type,
            reason=refund.reason,
            note=refund.note,
            status=refund.status,
            provider_reference=refund.provider_reference,
            by_hand=refund.by_hand,
            created_at=refund.created_at,
            completed_at=refund.completed_at,
            document=refund,
        )

    @strawberry.field(description="The payment it gives back.")
    async def payment(self, info: Info) -> Payment:
        return Payment.from_document(await existing(info.context.loaders.payments, self.document.payment_id))
