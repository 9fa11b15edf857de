from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from beanie import PydanticObjectId
from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from domain.documents.stored import Stored

EMAIL = "email"
"""The destination of a delivery that goes to the buyer; of others it is a webhook endpoint's id."""


class MessageType(StrEnum):
    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_FAILED = "booking.failed"
    PAYMENT_FAILED = "payment.failed"
    REFUND_PROCESSED = "refund.processed"
    REFUND_FAILED = "refund.failed"


class OutboxMessage(Stored):
    """What others are to be told, written in the transaction of what it tells of and not altered afterwards.

    Its id is that of the audit entry which records the same, and `sequence` the entry's number in the event's history:
    it orders the messages of a booking. `data` is what receivers get, beside the ids. `handed_out_at` is None until
    there is a delivery of it for each destination; only then `data` has the `buyer`, a name and an address. `to_buyer`:
    it is about something paid, so the buyer is written to.
    """

    type: MessageType
    event_id: PydanticObjectId
    booking_id: PydanticObjectId
    user_id: PydanticObjectId
    sequence: int
    data: dict[str, Any]
    correlation_id: str = ""
    to_buyer: bool = True
    created_at: datetime
    handed_out_at: datetime | None = None

    class Settings:
        name = "outbox_messages"
        indexes = [
            IndexModel(
                [("event_id", ASCENDING), ("sequence", ASCENDING)],
                name="to_hand_out",
                partialFilterExpression={"handed_out_at": {"$type": "null"}},
            )
        ]


class FormerSecret(BaseModel):
    """What messages are signed with, too, until then: receivers may not have the new secret yet."""

    secret: str = Field(repr=False)
    until: datetime


class WebhookEndpoint(Stored):
    """Where an ADMIN wants messages sent, signed with `secret`; not any more since `disabled_at`: it answered 410.

    `url_key` is the URL in its normal form: there is one endpoint a URL. Those of before there were keys have none
    until their URL is registered again.
    """

    url: str
    url_key: str | None = None
    secret: str = Field(repr=False)
    former_secrets: list[FormerSecret] = Field(default_factory=list)
    created_at: datetime
    disabled_at: datetime | None = None

    class Settings:
        name = "webhook_endpoints"
        indexes = [
            IndexModel(
                [("url_key", ASCENDING)],
                name="one_a_url",
                unique=True,
                partialFilterExpression={"url_key": {"$type": "string"}},
            )
        ]

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        endpoint = super().from_bson(raw)
        endpoint.former_secrets = [FormerSecret.model_construct(**former) for former in raw.get("former_secrets", ())]
        return endpoint

    def to_bson(self) -> dict[str, Any]:
        raw = super().to_bson()
        raw["former_secrets"] = [dict(former.__dict__) for former in self.former_secrets]
        return raw


class DeliveryStatus(StrEnum):
    PENDING = "PENDING"
    HELD = "HELD"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


class Delivery(Stored):
    """One message on its way to one destination, made in the transaction that sets the message's `handed_out_at`.

    PENDING → DELIVERED, or DEAD: refused for good, or not delivered by `give_up_at`; and by a replay back to PENDING.

    Of a booking's deliveries to a destination the PENDING one with the lowest `sequence` is the next to be attempted,
    and not before `next_attempt_at`. While an attempt is made, that time is put off past the attempt's end: whoever has
    done so may send.

    `user_id` is the buyer of one that goes by e-mail. It is HELD while the address is not verified, and PENDING again
    when it is; from `give_up_at` on it stays unsent, also before it is made DEAD.
    """

    message_id: PydanticObjectId
    type: MessageType
    destination: str
    booking_id: PydanticObjectId
    sequence: int
    user_id: PydanticObjectId | None = None
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    next_attempt_at: datetime
    give_up_at: datetime
    last_error: str | None = None
    created_at: datetime
    delivered_at: datetime | None = None

    class Settings:
        name = "deliveries"
        # However much was delivered or is dead, only the PENDING ones are ever looked for by time.
        indexes = [
            IndexModel(
                [("next_attempt_at", ASCENDING)],
                name="due",
                partialFilterExpression={"status": DeliveryStatus.PENDING.value},
            ),
            IndexModel(
                [("destination", ASCENDING), ("next_attempt_at", ASCENDING)],
                name="due_by_destination",
                partialFilterExpression={"status": DeliveryStatus.PENDING.value},
            ),
            IndexModel(
                [("destination", ASCENDING), ("booking_id", ASCENDING), ("sequence", ASCENDING)],
                name="in_order",
                partialFilterExpression={"status": DeliveryStatus.PENDING.value},
            ),
            IndexModel(
                [("user_id", ASCENDING), ("status", ASCENDING)],
                name="letters_by_user",
                partialFilterExpression={"user_id": {"$type": "objectId"}},
            ),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
            IndexModel(
                [("status", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_status"
            ),
        ]
