"""What the provider tells by itself: kept first, settled then; repeats and wrong orders change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.contradiction import required
from domain.documents import Payment, PaymentFailureReason, PaymentStatus, ProviderNotice, Refund, RefundStatus
from domain.errors import NotFound
from domain.payments.ask import ask_provider
from domain.payments.calls import NoAnswer
from domain.payments.refund import hear_refunded
from domain.payments.settle import settle
from domain.providers.port import Charge, Notice, Refunded

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 5.0
"""How long the provider waits for us to settle what we have kept already."""

TRIED_FOR = timedelta(days=1)
"""How long it is tried to settle a notice; for longer, it is about nothing of ours."""

KEPT = timedelta(days=30)
"""How long a notice is kept, so that its repeats are known."""

AT_ONCE = 500


async def take_notice(services: Services, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Keep what the provider tells, durably, and settle it. Raises NotFound for another provider, BadNotice."""
    if provider != services.provider.name or services.settings.webhook_secret is None:
        raise NotFound("No such payment provider here.")
    notice = services.provider.read_notice(headers, body)
    kept = await _keep(services, notice)
    if kept.settled_at is None:
        # It goes on if it takes longer, and so does RECONCILE should this process die.
        await asyncio.wait((services.tasks.keep(_settle_safely(services, kept)),), timeout=SETTLE_SECONDS)


async def settle_notices(services: Services) -> int:
    """Settle what is kept and not settled yet; how many could be."""
    # The type, as the index `unsettled` has it.
    recent = {"settled_at": {"$type": "null"}, "received_at": {"$gt": services.clock() - TRIED_FOR}}
    # The newest first: what is about nobody's attempt must not keep the others from being settled.
    found = await ProviderNotice.get_pymongo_collection().find(recent).sort("received_at", -1).limit(AT_ONCE).to_list()
    return sum([await _settle_safely(services, ProviderNotice.from_bson(raw), is_old=True) for raw in found])


async def _keep(services: Services, notice: Notice) -> ProviderNotice:
    """In one write, acknowledged by a majority also when another request brought it first."""
    # Not the client secret and the redirect: they are for the buyer alone.
    charge = replace(notice.charge, client_secret=None, redirect_url=None) if notice.charge else None
    told = charge or notice.refunded
    document = ProviderNotice.model_construct(
        id=f"{services.provider.name}:{notice.id}",
        provider=services.provider.name,
        payment_id=notice.payment_id,
        refund_id=notice.refund_id,
        told=asdict(told) if told else None,
        received_at=services.clock(),
        settled_at=None if told else services.clock(),
    ).to_bson()
    key = {"_id": document.pop("_id")}

    async def write() -> ProviderNotice:
        raw = await ProviderNotice.get_pymongo_collection().find_one_and_update(
            key, {"$setOnInsert": document, "$inc": {"times": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        return ProviderNotice.from_bson(required(raw, "an upsert answers with what it made"))

    try:
        return await write()
    except DuplicateKeyError:  # another request inserted it between looking and inserting
        return await write()


async def _settle_safely(services: Services, notice: ProviderNotice, *, is_old: bool = False) -> bool:
    try:
        return await _settle(services, notice, is_old=is_old)
    except Exception as error:  # it is kept: RECONCILE tries again
        log.warning("a notice was not settled", notice=notice.id, reason=type(error).__name__)
        return False


async def _settle(services: Services, notice: ProviderNotice, *, is_old: bool) -> bool:
    """Whether it was about something of ours, now written down. Of an old one it is asked whether it is still so."""
    told: dict[str, Any] = notice.told or {}
    if notice.payment_id is not None:
        payment = await Payment.get(notice.payment_id)
        if payment is None or payment.provider != notice.provider:
            return False
        reason = told["failure_reason"] and PaymentFailureReason(told["failure_reason"])
        charge = Charge(**{**told, "status": PaymentStatus(told["status"]), "failure_reason": reason})
        if is_old and charge.status is PaymentStatus.FAILED:
            charge = await _as_it_is_now(services, payment, charge)
        if charge.status is not PaymentStatus.PENDING:
            await settle(services, payment, charge)
    elif notice.refund_id is not None:
        refund = await Refund.get(notice.refund_id)
        paid = await Payment.get(refund.payment_id) if refund else None
        if refund is None or paid is None or paid.provider != notice.provider:
            return False
        refunded = Refunded(**{**told, "status": RefundStatus(told["status"])})
        await hear_refunded(services, refund, paid, refunded)
    settled = {"$set": {"settled_at": services.clock()}}
    await ProviderNotice.get_pymongo_collection().update_one({"_id": notice.id}, settled)
    return True


async def _as_it_is_now(services: Services, payment: Payment, told: Charge) -> Charge:
    """What the provider says now, if it says anything: it may have taken the money since it told of a failure."""
    try:
        now = await ask_provider(services, payment)
    except NoAnswer:
        return told
    return now if now is not None and now.status is PaymentStatus.SUCCEEDED else told
