"""A message as receivers get it: the same bytes however often it is sent. Ids in it are those of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from beanie import PydanticObjectId

from domain.documents import OutboxMessage, Refund
from domain.ids import api_id


def webhook_id(message_id: PydanticObjectId) -> str:
    """What receivers know a message, and its repeats, by."""
    return f"msg_{message_id}"


def body_of(message: OutboxMessage) -> bytes:
    """The message as JSON."""
    payload: dict[str, Any] = {
        "id": webhook_id(message.id),
        "type": message.type.value,
        "createdAt": instant(message.created_at),
        "correlationId": message.correlation_id,
        "data": {
            "bookingId": booking_id_of(message),
            "eventId": api_id("Event", message.event_id),
            "userId": api_id("User", message.user_id),
            **message.data,
        },
    }
    return orjson.dumps(payload)


def instant(moment: datetime) -> str:
    """A moment as the API writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def booking_id_of(message: OutboxMessage) -> str:
    """The API's id of its booking."""
    return api_id("Booking", message.booking_id, message.event_id)


def refund_id_of(refund: Refund) -> str:
    """The API's id of the refund."""
    return api_id("Refund", refund.id)
