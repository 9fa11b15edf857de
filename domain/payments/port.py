"""What a payment provider must do for us. Everything is idempotent by our own id of the attempt or refund."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.documents import Payment, PaymentStatus, Refund


@dataclass(frozen=True, slots=True)
class Charge:
    """A provider's answer: SUCCEEDED, FAILED, or TIMED_OUT when it gave none.

    `money_taken` with FAILED: the money was taken before it failed, and has to be given back.
    `failure_reason` is declined, insufficient_funds, expired_card or failed.
    """

    status: PaymentStatus
    reference: str | None = None
    failure_reason: str | None = None
    money_taken: bool = False


class PaymentProvider(Protocol):
    """A way to charge and to give back."""

    name: str

    def knows_token(self, token: str) -> bool:
        """Whether this can be one of the provider's payment tokens at all: a typing error shouldn't cost a booking."""

    async def charge(self, payment: Payment, token: str) -> Charge:
        """Take `payment.amount` from the holder of the token, at most once for `payment.id`."""

    async def look_up(self, payment: Payment) -> Charge | None:
        """What became of that charge: TIMED_OUT while the provider can't say yet, None if it never heard of it."""

    async def refund(self, refund: Refund, payment: Payment) -> str:
        """Give back `refund.amount` of the payment, at most once for `refund.id`; the provider's reference."""
