"""A provider for development and tests: the token decides, always the same way."""

from __future__ import annotations

from domain.documents import Payment, PaymentStatus, Refund
from domain.payments.port import Charge

# token → status, reason, money taken
OUTCOMES: dict[str, tuple[PaymentStatus, str | None, bool]] = {
    "sim_success": (PaymentStatus.SUCCEEDED, None, True),
    "sim_declined": (PaymentStatus.FAILED, "declined", False),
    "sim_insufficient_funds": (PaymentStatus.FAILED, "insufficient_funds", False),
    "sim_expired_card": (PaymentStatus.FAILED, "expired_card", False),
    "sim_failure": (PaymentStatus.FAILED, "failed", True),
    "sim_timeout": (PaymentStatus.TIMED_OUT, None, False),
}


class SimulatedProvider:
    """Charges nobody. The same token and attempt give the same answer and reference, however often asked."""

    name = "simulated"

    def knows_token(self, token: str) -> bool:
        return token in OUTCOMES

    async def charge(self, payment: Payment, token: str) -> Charge:
        status, reason, money_taken = OUTCOMES[token]
        answered = status is not PaymentStatus.TIMED_OUT
        return Charge(status, f"sim_charge_{payment.id}" if answered else None, reason, money_taken)

    async def refund(self, refund: Refund, payment: Payment) -> str:
        return f"sim_refund_{refund.id}"
