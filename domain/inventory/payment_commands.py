"""What can be asked about money: an attempt to pay, a provider's answer, a refund."""

from __future__ import annotations

from dataclasses import dataclass

from domain.caller import Caller
from domain.documents import (
    Booking,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    PydanticObjectId,
    Refund,
    RefundStatus,
)
from domain.inventory.commands import Command
from domain.money import Money


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """`payment` is the attempt to make or, if `replayed`, an earlier one with the same key: not to be made again.

    `is_waiting`: nothing was started. An earlier attempt waits for the buyer's answer to the bank, and is to be called
    off at the provider before another is made.

    `by_another`: the attempt was made with another key, which was to be called off, and has paid the booking instead.
    """

    booking: Booking
    payment: Payment
    replayed: bool
    is_waiting: bool = False
    by_another: bool = False


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """`refund` when money was taken that could not, or could no longer, buy the seats.

    `attempts_left`: how many more attempts to pay the booking has; 0 once it has ended.
    """

    booking: Booking
    payment: Payment
    refund: Refund | None
    attempts_left: int


@dataclass(frozen=True, slots=True)
class RefundSettled:
    refund: Refund


@dataclass(frozen=True, slots=True)
class RefundChanged:
    """`replayed`: an ADMIN had said so before."""

    refund: Refund
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPayment(Command[PaymentStarted]):
    """Records an attempt, `payment_id`, before the provider is asked.

    `instead_of` is an earlier attempt that was called off for this one. Should it have succeeded, it is the answer.
    """

    caller: Caller
    booking_id: PydanticObjectId
    payment_id: PydanticObjectId
    key_id: bytes
    key: str
    request: bytes
    amount: Money | None
    has_token: bool
    provider: str
    instead_of: PydanticObjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment(Command[PaymentSettled]):
    """What the provider answered. `money_taken` with FAILED: it took the money and then failed."""

    booking_id: PydanticObjectId
    payment_id: PydanticObjectId
    refund_id: PydanticObjectId
    status: PaymentStatus
    money_taken: bool
    provider_reference: str | None
    failure_reason: PaymentFailureReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRefund(Command[RefundSettled]):
    """The provider has given the money back (PROCESSED), or won't (FAILED).

    `changes` are the refund's when the provider was asked.
    """

    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    changes: int
    status: RefundStatus
    provider_reference: str | None
    failure_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRefund(Command[RefundChanged]):
    """Have a FAILED refund sent once more."""

    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkGivenBack(Command[RefundChanged]):
    """Somebody gave the money of a FAILED refund back by another way, which calls that `reference`."""

    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    note: str
    reference: str | None
