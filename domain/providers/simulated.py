"""A provider for development and tests: the token decides, always the same way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import httpx
import orjson
from beanie import PydanticObjectId
from bson.errors import InvalidId
from pymongo.errors import DuplicateKeyError

from domain.clock import Clock
from domain.documents import Payment, PaymentStatus, Refund, RefundStatus, SimulatedCharge, SimulatedRefund, Stored
from domain.money import Money
from domain.process.tasks import cancel
from domain.providers.port import Amounts, BadNotice, Charge, ChargeRecord, Notice, Refunded, RefundRecord
from domain.signature import BadSignature, signed_headers, verify

BATCH = 500
"""Records of its book read at a time: decoding more would keep everybody else waiting."""

FAILURE_REASONS = ("declined", "insufficient_funds", "expired_card", "failed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a charge. `late`: it is not told at once, only when the attempt is looked up or in a notice.

    `notices`: what it tells by itself afterwards, in this order, if it knows where.
    """

    status: PaymentStatus
    reason: str | None = None
    money_taken: bool = False
    late: bool = False
    notices: tuple[PaymentStatus, ...] = ()


YES, NO = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED

OUTCOMES: dict[str, Outcome] = {
    "sim_success": Outcome(YES, money_taken=True, notices=(YES,)),
    "sim_declined": Outcome(NO, "declined", notices=(NO,)),
    "sim_insufficient_funds": Outcome(NO, "insufficient_funds", notices=(NO,)),
    "sim_expired_card": Outcome(NO, "expired_card", notices=(NO,)),
    "sim_failure": Outcome(NO, "failed", money_taken=True, notices=(NO,)),
    "sim_timeout": Outcome(PaymentStatus.TIMED_OUT),
    "sim_late_success": Outcome(YES, money_taken=True, late=True, notices=(YES,)),
    "sim_late_declined": Outcome(NO, "declined", late=True, notices=(NO,)),
    # The same told again, and contradictions: a network that repeats and reorders.
    "sim_told_twice": Outcome(YES, money_taken=True, notices=(YES, YES)),
    "sim_late_failure_then_success": Outcome(YES, money_taken=True, late=True, notices=(NO, YES)),
    "sim_success_then_failure": Outcome(YES, money_taken=True, notices=(YES, NO)),
}


class SimulatedProvider:
    """Charges nobody. It keeps a book of what it was asked, so that any process can look an attempt up."""

    name = "simulated"

    def __init__(
        self,
        clock: Clock,
        webhook_secret: str | None = None,
        webhook_url: str | None = None,
        delay_seconds: float = 1.0,
    ) -> None:
        self._clock = clock
        self._webhook_secret = webhook_secret
        self._webhook_url = webhook_url
        self._delay_seconds = delay_seconds
        self._telling: set[asyncio.Task[None]] = set()

    def knows_token(self, token: str) -> bool:
        return token in OUTCOMES

    def amounts(self, currency: str) -> Amounts | None:
        return Amounts()

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
        if self._webhook_url and self._webhook_secret and outcome.notices:
            task = asyncio.create_task(self._tell(self._webhook_url, self._webhook_secret, payment, outcome))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return Charge(PaymentStatus.TIMED_OUT) if outcome.late else _told(payment, outcome)

    async def look_up(self, payment: Payment) -> Charge | None:
        asked = await SimulatedCharge.get_pymongo_collection().find_one({"_id": payment.id})
        return asked and _told(payment, OUTCOMES[asked["token"]])

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        await _write(
            SimulatedRefund.model_construct(
                id=refund.id,
                payment_id=payment.id,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                asked_at=self._clock(),
            )
        )
        return Refunded(RefundStatus.PROCESSED, f"sim_refund_{refund.id}")

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if self._webhook_secret is None:
            raise BadNotice("No webhook secret is set.")
        try:
            verify(self._webhook_secret, headers, body, self._clock())
        except BadSignature as error:
            raise BadNotice(str(error)) from None
        return _read_notice(body)

    async def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        within = {"asked_at": {"$gte": start, "$lt": end}}
        async for raw in SimulatedCharge.get_pymongo_collection().find(within, batch_size=BATCH):
            taken = OUTCOMES[raw["token"]].money_taken
            amount = Money(raw["amount_minor"], raw["currency"])
            yield ChargeRecord(
                f"sim_charge_{raw['_id']}", PydanticObjectId(raw["_id"]), amount if taken else None, raw["asked_at"]
            )

    async def refunds(self, start: datetime, end: datetime) -> AsyncIterator[RefundRecord]:
        within = {"asked_at": {"$gte": start, "$lt": end}}
        async for raw in SimulatedRefund.get_pymongo_collection().find(within, batch_size=BATCH):
            amount = Money(raw["amount_minor"], raw["currency"])
            yield RefundRecord(f"sim_refund_{raw['_id']}", PydanticObjectId(raw["_id"]), amount, raw["asked_at"])

    async def close(self) -> None:
        await cancel(*self._telling)

    async def _tell(self, url: str, secret: str, payment: Payment, outcome: Outcome) -> None:
        """Send its notices, each once: one that does not arrive is lost, as may happen."""
        async with httpx.AsyncClient(timeout=5) as client:
            for status in outcome.notices:
                await asyncio.sleep(self._delay_seconds)
                notice_id = f"{payment.id}-{status.value.lower()}"
                body = orjson.dumps(
                    {
                        "id": notice_id,
                        "payment": str(payment.id),
                        "status": status.value,
                        **({"failureReason": outcome.reason or "failed"} if status is NO else {}),
                        "moneyTaken": outcome.money_taken and status is outcome.status,
                    }
                )
                headers = signed_headers(secret, notice_id, body, self._clock())
                with suppress(httpx.HTTPError):
                    await client.post(url, content=body, headers=headers)


def _read_notice(body: bytes) -> Notice:
    """`{"id", "payment", "status", "failureReason"?, "moneyTaken"?}`, or `{"id", "refund", "status"}`."""
    try:
        told = orjson.loads(body)
        notice_id = told["id"]
        if not isinstance(notice_id, str) or not 0 < len(notice_id) <= 200:
            raise ValueError("id")
        if "refund" in told:
            stands = RefundStatus(told["status"])
            refunded = Refunded(stands, failure_reason="failed" if stands is RefundStatus.FAILED else None)
            return Notice(notice_id, refund_id=PydanticObjectId(told["refund"]), refunded=refunded)
        status = PaymentStatus(told["status"])
        payment_id = PydanticObjectId(told["payment"])
        taken = bool(told.get("moneyTaken", status is PaymentStatus.SUCCEEDED))
        reason = told.get("failureReason", "failed") if status is PaymentStatus.FAILED else None
        if reason is not None and reason not in FAILURE_REASONS:
            raise ValueError("failureReason")
    except (ValueError, KeyError, TypeError, AttributeError, InvalidId):
        raise BadNotice("The body is not a notice.") from None
    return Notice(notice_id, payment_id, Charge(status, f"sim_charge_{payment_id}", reason, taken))


def _told(payment: Payment, outcome: Outcome) -> Charge:
    answered = outcome.status is not PaymentStatus.TIMED_OUT
    reference = f"sim_charge_{payment.id}" if answered else None
    return Charge(outcome.status, reference, outcome.reason, outcome.money_taken)


async def _write(asked: Stored) -> None:
    with suppress(DuplicateKeyError):  # asked before: once is what it does
        await type(asked).get_pymongo_collection().insert_one(asked.to_bson())
