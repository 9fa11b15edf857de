from __future__ import annotations

from datetime import datetime

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class SimulatedCharge(Stored):
    """What the simulated provider was asked to charge; its id is the payment's. The provider's book, not ours."""

    token: str
    amount_minor: int
    currency: str
    asked_at: datetime

    class Settings:
        name = "simulated_charges"
        indexes = [IndexModel([("asked_at", ASCENDING)], name="by_time")]


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
