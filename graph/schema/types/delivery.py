from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry
from beanie import PydanticObjectId

from domain import documents
from domain.outbox.payload import webhook_id
from graph.schema.context import Info
from graph.schema.enums import DeliveryStatus, MessageType
from graph.schema.ids import encode_id
from graph.schema.types.booking import Booking
from graph.schema.types.node import Node
from graph.schema.types.webhook_endpoint import WebhookEndpoint


@strawberry.type(description="One message on its way to one destination. Seen by ADMINs, for 30 days.")
class Delivery(Node):
    message_id: str = strawberry.field(
        description="The `webhook-id` that receivers get: the same at all destinations, and in repeats."
    )
    type: MessageType = strawberry.field(description="What it is about.")
    by_email: bool = strawberry.field(description="Whether it goes to the buyer by e-mail instead of to an endpoint.")
    status: DeliveryStatus = strawberry.field(description="How far the delivery is.")
    attempts: int = strawberry.field(description="How often sending it was tried; a replay counts from 0 again.")
    next_attempt_at: datetime | None = strawberry.field(
        description="When it is tried next, unless it is being sent now; null when it is not PENDING."
    )
    last_error: str | None = strawberry.field(description="Why the last attempt failed; null when it did not.")
    created_at: datetime = strawberry.field(description="When the delivery was created.")
    delivered_at: datetime | None = strawberry.field(description="When the receiver took it; null until then.")
    document: strawberry.Private[documents.Delivery]

    @classmethod
    def from_document(cls, delivery: documents.Delivery) -> Self:
        return cls(
            id=encode_id("Delivery", delivery.id),
            message_id=webhook_id(delivery.message_id),
            type=delivery.type,
            by_email=delivery.destination == documents.EMAIL,
            status=delivery.status,
            attempts=delivery.attempts,
            next_attempt_at=delivery.next_attempt_at if delivery.status is DeliveryStatus.PENDING else None,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            delivered_at=delivery.delivered_at,
            document=delivery,
        )

    @strawberry.field(description="Where it goes; null when by e-mail, or when the endpoint was removed.")
    async def endpoint(self, info: Info) -> WebhookEndpoint | None:
        if self.by_email:
            return None
        endpoint = await info.context.loaders.endpoints.load(PydanticObjectId(self.document.destination))
        return WebhookEndpoint.from_document(endpoint) if endpoint else None

    @strawberry.field(description="The booking it is about; null when somebody has deleted it by hand.")
    async def booking(self, info: Info) -> Booking | None:
        booking = await info.context.loaders.bookings.load(self.document.booking_id)
        return Booking.from_document(booking) if booking else None
