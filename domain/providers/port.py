"""What a payment provider must do for us. Everything is idempotent by our own id of the attempt or refund."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from beanie import PydanticObjectId

from domain.documents import Payment, PaymentFailureReason, PaymentStatus, Refund, RefundStatus
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Amounts:
    """Which amounts of a currency a provider can charge: multiples of `step` from `least` on, both in minor units.

    It can give back any multiple of `step`. Nothing at all is always fine: the provider is not asked for it.
    """

    step: int = 1
    least: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """A provider's answer: SUCCEEDED, FAILED, ACTION_REQUIRED (the bank asks the buyer), or TIMED_OUT: none yet.

    `money_taken` with FAILED: the money was taken before it failed, and has to be given back. With ACTION_REQUIRED,
    where the buyer answers: at `redirect_url`, or with the provider's own library by `client_secret`. Neither is
    stored or logged: whoever needs one looks the attempt up.
    """

    status: PaymentStatus
    reference: str | None = None
    failure_reason: PaymentFailureReason | None = None
    money_taken: bool = False
    client_secret: str | None = field(default=None, repr=False)
    redirect_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Refunded:
    """A provider's answer: PROCESSED, INITIATED while it is still at it, or FAILED: asking again won't help."""

    status: RefundStatus
    reference: str | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider tells by itself, once or more often: what became of a charge, or of a refund, or neither.

    `id` is the provider's own, the same each time it tells this.
    """

    id: str
    payment_id: PydanticObjectId | None = None
    charge: Charge | None = None
    refund_id: PydanticObjectId | None = None
    refunded: Refunded | None = None


class BadNotice(Exception):
    """Not from the provider, too old, or not readable; the text says which, and nothing secret."""


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """A charge in the provider's book: what it took (whether or not it gave some back since), None if nothing.

    `payment_id` is None for a charge that isn't ours by any mark on it.
    """

    reference: str
    payment_id: PydanticObjectId | None
    taken: Money | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """A refund in the provider's book that it has processed or is still at; `refund_id` as `payment_id` above."""

    reference: str
    refund_id: PydanticObjectId | None
    amount: Money
    at: datetime


class PaymentProvider(Protocol):
    """A way to charge and to give back."""

    name: str

    def knows_token(self, token: str) -> bool:
        """Whether this can be one of the provider's payment tokens at all: a typing error shouldn't cost a booking."""

    def amounts(self, currency: str) -> Amounts | None:
        """What it can charge in a currency of ISO 4217; None if it can't charge in it at all."""

    async def charge(self, payment: Payment, token: str) -> Charge:
        """Take `payment.amount` from the holder of the token, at most once for `payment.id`."""

    async def look_up(self, payment: Payment) -> Charge | None:
        """What became of that charge: TIMED_OUT while the provider can't say yet, None if it never heard of it."""

    async def cancel(self, payment: Payment) -> Charge | None:
        """See to it that nothing is taken for this attempt any more: FAILED, ABANDONED then.

        What came of it if that is too late; TIMED_OUT while the provider can't say; None if it never heard of it.
        """

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        """Give back `refund.amount` of the payment. Asking again tells how it stands.

        Done at most once for `refund.id`; once more only when that failed and it is asked in another `refund.round`.
        """

    async def look_up_refund(self, refund: Refund, payment: Payment) -> Refunded | None:
        """How the refund stands, without sending it; None if it never heard of it."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """What it tells in a webhook with these headers (names in lower case). Raises BadNotice."""

    def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        """Its book: what it was asked to charge in [start, end), by its own clock, in any order."""

    def refunds(self, start: datetime, end: datetime) -> AsyncIterator[RefundRecord]:
        """Its book: what it was asked to give back in [start, end)."""

    async def close(self) -> None:
        """Let go of connections."""
