"""A provider for development and tests: the token decides, always the same way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from domain.clock import Clock
from domain.documents import Payment, PaymentStatus, Refund, SimulatedCharge, SimulatedRefund, Stored
from domain.payments.port import Charge


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a charge. `late`: it is not told at once, only when the attempt is looked up."""

    status: PaymentStatus
    reason: str | None = None
    money_taken: bool = False
    late: bool = False


OUTCOMES: dict[str, Outcome] = {
    "sim_success": Outcome(PaymentStatus.SUCCEEDED, money_taken=True),
    "sim_declined": Outcome(PaymentStatus.FAILED, "declined"),
    "sim_insufficient_funds": Outcome(PaymentStatus.FAILED, "insufficient_funds"),
    "sim_expired_card": Outcome(PaymentStatus.FAILED, "expired_card"),
    "sim_failure": Outcome(PaymentStatus.FAILED, "failed", money_taken=True),
    "sim_timeout": Outcome(PaymentStatus.TIMED_OUT),
    "sim_late_success": Outcome(PaymentStatus.SUCCEEDED, money_taken=True, late=True),
    "sim_late_declined": Outcome(PaymentStatus.FAILED, "declined", late=True),
}


class SimulatedProvider:
    """Charges nobody. It keeps a book of what it was asked, so that any process can look an attempt up."""

    name = "simulated"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def knows_token(self, token: str) -> bool:
        return token in OUTCOMES

    async def charge(self, payment: Payment, token: str) -> Charge:
        await _write(
            SimulatedCharge.model_construct(
                id=payment.id,
                token=token,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                asked_at=self._clock(),
            )
        )
        outcome = OUTCOMES[token]
        return Charge(PaymentStatus.TIMED_OUT) if outcome.late else _told(payment, outcome)

    async def look_up(self, payment: Payment) -> Charge | None:
        asked = await SimulatedCharge.get_pymongo_collection().find_one({"_id": payment.id})
        return asked and _told(payment, OUTCOMES[asked["token"]])

    async def refund(self, refund: Refund, payment: Payment) -> str:
        await _write(
            SimulatedRefund.model_construct(
                id=refund.id,
                payment_id=payment.id,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                asked_at=self._clock(),
            )
        )
        return f"sim_refund_{refund.id}"


def _told(payment: Payment, outcome: Outcome) -> Charge:
    answered = outcome.status is not PaymentStatus.TIMED_OUT
    reference = f"sim_charge_{payment.id}" if answered else None
    return Charge(outcome.status, reference, outcome.reason, outcome.money_taken)


async def _write(asked: Stored) -> None:
    with suppress(DuplicateKeyError):  # asked before: once is what it does
        await type(asked).get_pymongo_collection().insert_one(asked.to_bson())
