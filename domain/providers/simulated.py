"""A provider for development and tests: the token decides, always the same way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import httpx
import orjson
from beanie import PydanticObjectId
from bson.errors import InvalidId
from pymongo.asynchronous.collection import AsyncCollection

from domain.clock import Clock
from domain.contradiction import required
from domain.documents import (
    UNANSWERED,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundStatus,
    SimulatedAnswer,
    SimulatedCharge,
    SimulatedRefund,
)
from domain.money import Money
from domain.process.tasks import cancel
from domain.providers.book import Book
from domain.providers.port import Amounts, BadNotice, Charge, ChargeRecord, Notice, Refunded, RefundRecord
from domain.signature import BadSignature, signed_headers, verify

BATCH = 500
"""Records of its book read at a time: decoding more would keep everybody else waiting."""

PAGES = "/simulated-bank/"
"""Where the simulated bank's pages are, one for each buyer it asks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a charge. `late`: it is not told at once, only when the attempt is looked up or in a notice.

    `notices`: what it tells by itself afterwards, in this order, if it knows where. `refund_fails`: what is given back
    comes back a moment later, unless it is sent once more.
    """

    status: PaymentStatus
    reason: PaymentFailureReason | None = None
    money_taken: bool = False
    late: bool = False
    notices: tuple[PaymentStatus, ...] = ()
    refund_fails: bool = False


YES, NO = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED
DECLINED, NO_FUNDS = PaymentFailureReason.DECLINED, PaymentFailureReason.INSUFFICIENT_FUNDS
CHALLENGE = "sim_challenge"

OUTCOMES: dict[str, Outcome] = {
    "sim_success": Outcome(YES, money_taken=True, notices=(YES,)),
    "sim_declined": Outcome(NO, DECLINED, notices=(NO,)),
    "sim_insufficient_funds": Outcome(NO, NO_FUNDS, notices=(NO,)),
    "sim_expired_card": Outcome(NO, PaymentFailureReason.EXPIRED_CARD, notices=(NO,)),
    "sim_failure": Outcome(NO, PaymentFailureReason.FAILED, money_taken=True, notices=(NO,)),
    "sim_timeout": Outcome(PaymentStatus.TIMED_OUT),
    CHALLENGE: Outcome(PaymentStatus.ACTION_REQUIRED),
    "sim_late_success": Outcome(YES, money_taken=True, late=True, notices=(YES,)),
    "sim_late_declined": Outcome(NO, DECLINED, late=True, notices=(NO,)),
    # The same told again, and contradictions: a network that repeats and reorders.
    "sim_told_twice": Outcome(YES, money_taken=True, notices=(YES, YES)),
    "sim_late_failure_then_success": Outcome(YES, money_taken=True, late=True, notices=(NO, YES)),
    "sim_refund_fails": Outcome(YES, money_taken=True, notices=(YES,), refund_fails=True),
    "sim_success_then_failure": Outcome(YES, money_taken=True, notices=(YES, NO)),
}

ANSWERED: dict[SimulatedAnswer, Outcome] = {
    SimulatedAnswer.APPROVED: Outcome(YES, money_taken=True, notices=(YES,)),
    SimulatedAnswer.REFUSED: Outcome(NO, PaymentFailureReason.AUTHENTICATION_FAILED, notices=(NO,)),
    SimulatedAnswer.CALLED_OFF: Outcome(NO, PaymentFailureReason.ABANDONED),
}
"""What comes of a charge that was left open, once it is answered."""


class SimulatedProvider:
    """Charges nobody. It keeps a book of what it was asked, so that any process can look an attempt up."""

    name = "simulated"

    def __init__(
        self,
        clock: Clock,
        webhook_secret: str | None = None,
        webhook_url: str | None = None,
        public_url: str = "",
        delay_seconds: float = 1.0,
    ) -> None:
        self._clock = clock
        self._webhook_secret = webhook_secret
        self._webhook_url = webhook_url
        self._pages = public_url.rstrip("/") + PAGES
        self._delay_seconds = delay_seconds
        self._telling: set[asyncio.Task[None]] = set()
        self._http: httpx.AsyncClient | None = None
        self._charges = Book(SimulatedCharge)
        self._refunds = Book(SimulatedRefund)

    def knows_token(self, token: str) -> bool:
        return token in OUTCOMES

    def amounts(self, currency: str) -> Amounts | None:
        return Amounts()

    async def charge(self, payment: Payment, token: str) -> Charge:
        asked = await self._write_down(payment, token)
        outcome = _outcome_of(asked)
        self._notify(payment.id, outcome)
        return Charge(PaymentStatus.TIMED_OUT) if outcome.late else self._charge_of(asked)

    async def look_up(self, payment: Payment) -> Charge | None:
        raw = await _charges().find_one({"_id": payment.id})
        return self._charge_of(SimulatedCharge.from_bson(raw)) if raw else None

    async def cancel(self, payment: Payment) -> Charge | None:
        # One that has not arrived is called off in advance: its charge finds this.
        asked = await self._write_down(payment, "")
        if _is_open(asked):
            asked = await self._decide({"_id": payment.id}, SimulatedAnswer.CALLED_OFF)
        return self._charge_of(asked)

    async def challenge(self, page: str) -> SimulatedCharge | None:
        """The charge that the bank asks about on this page."""
        raw = await _charges().find_one({"page": {"$eq": page, "$type": "string"}})  # as its index has it
        return SimulatedCharge.from_bson(raw) if raw else None

    async def answer_challenge(self, page: str, answer: SimulatedAnswer) -> SimulatedCharge | None:
        """The buyer's answer to the bank; the charge as it is then, whose answer may be an earlier one."""
        asked = await self.challenge(page)
        if asked is None:
            return None
        if _is_open(asked):
            asked = await self._decide({"_id": asked.id}, answer)
            self._notify(asked.id, _outcome_of(asked))
        return asked

    async def _write_down(self, payment: Payment, token: str) -> SimulatedCharge:
        """This charge in the book: once, whatever is asked again. Without a token it is called off before it came."""
        document = SimulatedCharge.model_construct(
            id=payment.id,
            token=token,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            asked_at=self._clock(),
            page=token_urlsafe(24) if token == CHALLENGE else None,
            answer=None if token else SimulatedAnswer.CALLED_OFF,
        )
        if await self._charges.write(document):
            return document
        raw = required(await _charges().find_one({"_id": payment.id}), "a charge is never deleted")
        return SimulatedCharge.from_bson(raw)

    async def _decide(self, which: dict[str, Any], answer: SimulatedAnswer) -> SimulatedCharge:
        """The first answer counts, at whatever server it arrives."""
        await _charges().update_one(which | {"answer": None}, {"$set": {"answer": answer.value}})
        raw = required(await _charges().find_one(which), "a charge is never deleted")
        return SimulatedCharge.from_bson(raw)

    def _notify(self, payment_id: PydanticObjectId, outcome: Outcome) -> None:
        self._tell(*(_of_charge(payment_id, outcome, status) for status in outcome.notices))

    def _charge_of(self, asked: SimulatedCharge) -> Charge:
        """What there is to say of it. `late` outcomes are told here, where they are asked for."""
        outcome = _outcome_of(asked)
        reference = f"sim_charge_{asked.id}" if outcome.status is not PaymentStatus.TIMED_OUT else None
        url = self._pages + asked.page if outcome.status is PaymentStatus.ACTION_REQUIRED and asked.page else None
        return Charge(outcome.status, reference, outcome.reason, outcome.money_taken, redirect_url=url)

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        charge = await SimulatedCharge.get_pymongo_collection().find_one({"_id": payment.id})
        fails = charge is not None and _outcome_of(SimulatedCharge.from_bson(charge)).refund_fails and not refund.round
        await self._refunds.write(
            SimulatedRefund.model_construct(
                id=refund.id,
                payment_id=payment.id,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                fails_at=self._clock() + timedelta(seconds=self._delay_seconds) if fails else None,
                asked_at=self._clock(),
            )
        )
        if refund.round:
            again = {"$set": {"fails_at": None}}
            await SimulatedRefund.get_pymongo_collection().update_one({"_id": refund.id}, again)
        if fails:
            failed = {"id": f"{refund.id}-failed", "refund": str(refund.id), "status": RefundStatus.FAILED.value}
            self._tell(failed)
        return await self.look_up_refund(refund, payment) or Refunded(RefundStatus.INITIATED)

    async def look_up_refund(self, refund: Refund, payment: Payment) -> Refunded | None:
        asked = await SimulatedRefund.get_pymongo_collection().find_one({"_id": refund.id})
        if asked is None:
            return None
        if self._has_failed(asked):
            return Refunded(RefundStatus.FAILED, f"sim_refund_{refund.id}", "failed")
        return Refunded(RefundStatus.PROCESSED, f"sim_refund_{refund.id}")

    def _has_failed(self, asked: Mapping[str, Any]) -> bool:
        fails_at = asked.get("fails_at")
        return fails_at is not None and fails_at <= self._clock()

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
        async for raw in _charges().find(within, batch_size=BATCH):
            taken = _outcome_of(SimulatedCharge.from_bson(raw)).money_taken
            amount = Money(raw["amount_minor"], raw["currency"])
            yield ChargeRecord(
                f"sim_charge_{raw['_id']}", PydanticObjectId(raw["_id"]), amount if taken else None, raw["asked_at"]
            )

    async def refunds(self, start: datetime, end: datetime) -> AsyncIterator[RefundRecord]:
        within = {"asked_at": {"$gte": start, "$lt": end}}
        async for raw in SimulatedRefund.get_pymongo_collection().find(within, batch_size=BATCH):
            if self._has_failed(raw):
                continue
            amount = Money(raw["amount_minor"], raw["currency"])
            yield RefundRecord(f"sim_refund_{raw['_id']}", PydanticObjectId(raw["_id"]), amount, raw["asked_at"])

    async def close(self) -> None:
        await cancel(*self._telling)
        if self._http is not None:
            await self._http.aclose()
        await self._charges.close()
        await self._refunds.close()

    def _tell(self, *notices: dict[str, Any]) -> None:
        """Send these, one after the other and each once: one that does not arrive is lost, as may happen."""
        if self._webhook_url and self._webhook_secret and notices:
            # One client for all, since it takes long to make; but no connection is kept, which the other side may be
            # closing just when a notice is sent.
            self._http = self._http or httpx.AsyncClient(timeout=5, limits=httpx.Limits(max_keepalive_connections=0))
            task = asyncio.create_task(self._send(self._http, self._webhook_url, self._webhook_secret, notices))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _send(self, http: httpx.AsyncClient, url: str, secret: str, notices: Iterable[dict[str, Any]]) -> None:
        for notice in notices:
            await asyncio.sleep(self._delay_seconds)
            body = orjson.dumps(notice)
            headers = signed_headers(secret, notice["id"], body, self._clock())
            with suppress(httpx.HTTPError):
                await http.post(url, content=body, headers=headers)


def _of_charge(payment_id: PydanticObjectId, outcome: Outcome, status: PaymentStatus) -> dict[str, Any]:
    """A notice that the charge is so."""
    return {
        "id": f"{payment_id}-{status.value.lower()}",
        "payment": str(payment_id),
        "status": status.value,
        **({"failureReason": outcome.reason or "failed"} if status is NO else {}),
        "moneyTaken": outcome.money_taken and status is outcome.status,
    }


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
            return Notice(notice_id, refund_id=_read_id(told["refund"]), refunded=refunded)
        status = PaymentStatus(told["status"])
        payment_id = _read_id(told["payment"])
        taken = bool(told.get("moneyTaken", status is PaymentStatus.SUCCEEDED))
        failed = status is PaymentStatus.FAILED
        reason = PaymentFailureReason(told.get("failureReason", "failed")) if failed else None
    except (ValueError, KeyError, TypeError, AttributeError, InvalidId):
        raise BadNotice("The body is not a notice.") from None
    return Notice(notice_id, payment_id, Charge(status, f"sim_charge_{payment_id}", reason, taken))


def _read_id(told: Any) -> PydanticObjectId:
    if not isinstance(told, str):
        raise TypeError("id")  # of nothing it would make a new one
    return PydanticObjectId(told)


def _outcome_of(asked: SimulatedCharge) -> Outcome:
    return OUTCOMES[asked.token] if asked.answer is None else ANSWERED[asked.answer]


def _is_open(asked: SimulatedCharge) -> bool:
    """Whether it is still to be said what comes of it."""
    return _outcome_of(asked).status in UNANSWERED


def _charges() -> AsyncCollection[Any]:
    return SimulatedCharge.get_pymongo_collection()
