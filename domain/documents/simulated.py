from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class SimulatedAnswer(StrEnum):
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    CALLED_OFF = "CALLED_OFF"


class SimulatedCharge(Stored):
    """What the simulated provider was asked to charge; its id is the payment's. The provider's book, not ours.

    `answer` is what ended a charge whose token leaves that open, once: what the buyer told the bank, on the page that
    only who has the secret `page` finds; or that we called the charge off.
    """

    token: str
    amount_minor: int
    currency: str
    asked_at: datetime
    page: str | None = None
    answer: SimulatedAnswer | None = None

    class Settings:
        name = "simulated_charges"
        indexes = [
            IndexModel([("asked_at", ASCENDING)], name="by_time"),
            IndexModel(
                [("page", ASCENDING)],
                name="one_by_page",
                unique=True,
                partialFilterExpression={"page": {"$type": "string"}},
            ),
        ]


class SimulatedRefund(Stored):
    """What the simulated provider was asked to give back; its id is the refund's. The provider's book, not ours.

    It gives the money back at once, and from `fails_at` on it has failed to.
    """

    payment_id: PydanticObjectId
    amount_minor: int
    currency: str
    fails_at: datetime | None = None
    asked_at: datetime

    class Settings:
        name = "simulated_refunds"
        indexes = [IndexModel([("asked_at", ASCENDING)], name="by_time")]
