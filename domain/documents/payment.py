from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.idempotency_key import ONE_PER_KEY
from domain.documents.stored import Stored
from domain.money import Money


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ACTION_REQUIRED = "ACTION_REQUIRED"


UNANSWERED = frozenset({PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED, PaymentStatus.TIMED_OUT})
"""The provider has not said yet what came of the attempt."""


class PaymentFailureReason(StrEnum):
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    AUTHENTICATION_FAILED = "authentication_failed"
    ABANDONED = "abandoned"
    FAILED = "failed"


class Payment(Stored):
    """One attempt to pay a booking; its id is the attempt id the provider knows it by.

    PENDING → SUCCEEDED, FAILED, ACTION_REQUIRED (the bank asks the buyer) or TIMED_OUT. ACTION_REQUIRED → SUCCEEDED or
    FAILED; TIMED_OUT and FAILED → SUCCEEDED or FAILED when the answer comes late.

    `may_hold_money` is true while the provider has, or could turn out to have, money of this attempt that has not
    been given back in full: every status but FAILED. A booking has at most one such attempt, by index: it can't be
    charged twice.

    `idempotency_key` is the buyer's own; `key_id` and `request` are as in IdempotencyKey.

    What is given back of it is a multiple of `step_minor`, or all of it: its
    provider can give back nothing else.

    A FAILED one is looked up again at `look_again_at`: what a provider says of a failure is not always its last word.
    """

    booking_id: PydanticObjectId
    event_id: PydanticObjectId
    user_id: PydanticObjectId
    amount_minor: int
    currency: str
    step_minor: int = 1
    idempotency_key: str = ""
    key_id: bytes | None = None
    request: bytes | None = None
    status: PaymentStatus = PaymentStatus.PENDING
    may_hold_money: bool = True
    provider: str
    provider_reference: str | None = None
    failure_reason: PaymentFailureReason | None = None
    correlation_id: str
    created_at: datetime
    settled_at: datetime | None = None
    look_again_at: datetime | None = None

    class Settings:
        name = "payments"
        indexes = [
            ONE_PER_KEY,
            # With _id: Beanie takes two indexes on the same fields for one.
            IndexModel([("booking_id", ASCENDING), ("_id", ASCENDING)], name="by_booking"),
            IndexModel(
                [("booking_id", ASCENDING)],
                name="one_charge_per_booking",
                unique=True,
                partialFilterExpression={"may_hold_money": True},
            ),
            IndexModel(
                [("created_at", ASCENDING)],
                name="unanswered",
                partialFilterExpression={"settled_at": {"$type": "null"}},
            ),
            IndexModel(
                [("look_again_at", ASCENDING)],
                name="to_look_up_again",
                partialFilterExpression={"look_again_at": {"$type": "date"}},
            ),
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)], name="by_time"),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class RefundType(StrEnum):
    FULL = "FULL"
    PARTIAL = "PARTIAL"


class RefundStatus(StrEnum):
    INITIATED = "INITIATED"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


class RefundReason(StrEnum):
    CANCELLATION = "CANCELLATION"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    LATE_PAYMENT = "LATE_PAYMENT"
    EVENT_CANCELLED = "EVENT_CANCELLED"


class Refund(Stored):
    """Money given back for a payment: `amount_minor` of its `original_minor`, `percentage` per cent, the rest kept.

    INITIATED, in the transaction that decided it → PROCESSED once the provider has confirmed it, or FAILED when it
    refused, or did not confirm for days. A bank may send money back: PROCESSED → FAILED. A payment has at most one, by
    index. `note` is what whoever cancelled its booking said.

    FAILED → INITIATED when an ADMIN has it sent once more: since `resent_at`, and in its `round`, counted from 0.
    FAILED → PROCESSED and `by_hand` when somebody gave the money back by another way. Then no answer changes it.

    `changes` counts how often its status has changed: an answer is only believed if it hasn't since the question.

    While it is INITIATED it is sent again and again: `attempts` times so far, not before `next_attempt_at`.
    """

    payment_id: PydanticObjectId
    booking_id: PydanticObjectId
    event_id: PydanticObjectId
    original_minor: int
    amount_minor: int
    currency: str
    percentage: int
    type: RefundType
    reason: RefundReason
    note: str | None = None
    status: RefundStatus = RefundStatus.INITIATED
    provider_reference: str | None = None
    failure_reason: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    round: int = 0
    resent_at: datetime | None = None
    by_hand: bool = False
    changes: int = 0
    correlation_id: str
    created_at: datetime
    completed_at: datetime | None = None

    class Settings:
        name = "refunds"
        indexes = [
            IndexModel([("payment_id", ASCENDING)], name="one_per_payment", unique=True),
            IndexModel([("booking_id", ASCENDING)], name="by_booking"),
            IndexModel(
                [("created_at", ASCENDING)],
                name="unsent",
                partialFilterExpression={"status": RefundStatus.INITIATED.value},
            ),
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)], name="by_time"),
        ]

    @property
    def sent_since(self) -> datetime:
        return self.resent_at or self.created_at

    @property
    def kept(self) -> Money:
        return self.original - self.amount

    @property
    def original(self) -> Money:
        return Money(self.original_minor, self.currency)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
