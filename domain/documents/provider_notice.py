from __future__ import annotations

from datetime import datetime
from typing import Any

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class ProviderNotice(Stored):
    """Something a payment provider told by itself, `times` times so far. The id is `<provider>:<its id of it>`.

    `told` is what came of a charge or a refund of ours, as domain/providers/port.py has it. `settled_at` is None until
    that is written down; for good, if it is about nothing we know of.
    """

    id: str  # type: ignore[assignment]
    provider: str
    payment_id: PydanticObjectId | None
    refund_id: PydanticObjectId | None
    told: dict[str, Any] | None
    times: int
    received_at: datetime
    settled_at: datetime | None = None

    class Settings:
        name = "provider_notices"
        indexes = [
            IndexModel(
                [("received_at", ASCENDING)],
                name="unsettled",
                partialFilterExpression={"settled_at": {"$type": "null"}},
            )
        ]
