"""Giving money back: deciding it, and what comes of it. The provider is asked after the decision is durable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import AuditAction, Payment, PydanticObjectId, Refund, RefundReason, RefundStatus, RefundType
from domain.errors import NotFound, RefundNotFailed
from domain.inventory.change import Change
from domain.inventory.commands import Command
from domain.inventory.entries import audit
from domain.inventory.payment_commands import MarkGivenBack, RefundChanged, RefundSettled, ResendRefund, SettleRefund
from domain.inventory.state import Inventory


def money_of(money: Payment | Refund) -> dict[str, Any]:
    """What audit entries tell of it in `metadata`."""
    return {"amount_minor": money.amount_minor, "currency": money.currency}


def initiate_refund(
    change: Change[Any],
    command: Command[Any],
    now: datetime,
    payment: Payment,
    refund_id: PydanticObjectId,
    percentage: int,
    reason: RefundReason,
    note: str | None = None,
) -> Refund:
    """Add to the change a refund of that percentage, as exactly as the provider can, and what it makes of the payment.

    `note` is what whoever cancelled the booking said.
    """
    full = percentage == 100
    refund = Refund.model_construct(
        id=refund_id,
        payment_id=payment.id,
        booking_id=payment.booking_id,
        event_id=payment.event_id,
        original_minor=payment.amount_minor,
        amount_minor=payment.amount.share(percentage, payment.step_minor).minor,
        currency=payment.currency,
        percentage=percentage,
        type=RefundType.FULL if full else RefundType.PARTIAL,
        reason=reason,
        note=note,
        correlation_id=command.correlation_id,
        created_at=now,
    )
    change.documents.append(refund)
    if full:
        change.documents.append(payment.evolve(may_hold_money=False))
    change.entries.append(
        audit(
            command,
            now,
            AuditAction.REFUND_INITIATED,
            refund,
            to_status=RefundStatus.INITIATED,
            metadata=money_of(refund) | {"reason": reason.value} | ({"note": note} if note else {}),
        )
    )
    return refund


def settle_refund(inventory: Inventory, command: SettleRefund, now: datetime) -> Change[RefundSettled]:
    """To PROCESSED or FAILED: from INITIATED, or from the other of them if the provider says so when it is asked again.

    An answer to a question of before the refund's last change is not believed, nor one about money that somebody gave
    back by hand.
    """
    refund = _the_refund(inventory, command.refund_id)
    if refund.status is command.status or refund.changes != command.changes or refund.by_hand:
        return Change(RefundSettled(refund))
    processed = command.status is RefundStatus.PROCESSED
    settled = refund.evolve(
        status=command.status,
        changes=refund.changes + 1,
        provider_reference=command.provider_reference or refund.provider_reference,
        failure_reason=command.failure_reason,
        completed_at=now if processed else None,
    )
    entry = audit(
        command,
        now,
        AuditAction.REFUND_PROCESSED if processed else AuditAction.REFUND_FAILED,
        refund,
        from_status=refund.status,
        to_status=settled.status,
        nth=refund.changes,
        metadata=money_of(refund) | ({"reason": command.failure_reason} if command.failure_reason else {}),
    )
    return Change(RefundSettled(settled), documents=[settled], entries=[entry])


def resend_refund(inventory: Inventory, command: ResendRefund, now: datetime) -> Change[RefundChanged]:
    """FAILED → INITIATED, to be sent once more. A repeat finds it under way, or PROCESSED."""
    refund = _the_refund(inventory, command.refund_id)
    failed, initiated = RefundStatus.FAILED, RefundStatus.INITIATED
    if refund.status is not failed and refund.round and not refund.by_hand:
        entry = audit(
            command,
            now,
            AuditAction.REFUND_RESENT,
            refund,
            from_status=failed,
            to_status=initiated,
            nth=refund.round - 1,
            retry=True,
        )
        return Change(RefundChanged(refund, replayed=True), entries=[entry])
    _check_failed(refund)
    resent = refund.evolve(
        status=initiated,
        changes=refund.changes + 1,
        round=refund.round + 1,
        resent_at=now,
        provider_reference=None,
        failure_reason=None,
        attempts=0,
        next_attempt_at=None,
    )
    entry = audit(
        command,
        now,
        AuditAction.REFUND_RESENT,
        refund,
        from_status=failed,
        to_status=initiated,
        nth=refund.round,
        metadata=money_of(refund) | {"note": command.note},
    )
    return Change(RefundChanged(resent, replayed=False), documents=[resent], entries=[entry])


def mark_given_back(inventory: Inventory, command: MarkGivenBack, now: datetime) -> Change[RefundChanged]:
    """FAILED → PROCESSED, by hand and for good."""
    refund = _the_refund(inventory, command.refund_id)
    failed, processed = RefundStatus.FAILED, RefundStatus.PROCESSED
    if refund.by_hand:
        entry = audit(
            command,
            now,
            AuditAction.REFUND_PROCESSED,
            refund,
            from_status=failed,
            to_status=processed,
            nth=refund.changes - 1,
            retry=True,
        )
        return Change(RefundChanged(refund, replayed=True), entries=[entry])
    _check_failed(refund)
    marked = refund.evolve(
        status=processed,
        changes=refund.changes + 1,
        by_hand=True,
        provider_reference=command.reference,
        failure_reason=None,
        completed_at=now,
    )
    told = money_of(refund) | {"by_hand": True, "note": command.note}
    if command.reference:
        told["reference"] = command.reference
    entry = audit(
        command,
        now,
        AuditAction.REFUND_PROCESSED,
        refund,
        from_status=failed,
        to_status=processed,
        nth=refund.changes,
        metadata=told,
    )
    return Change(RefundChanged(marked, replayed=False), documents=[marked], entries=[entry])


def _the_refund(inventory: Inventory, refund_id: PydanticObjectId) -> Refund:
    refund = inventory.refunds.get(refund_id)
    if refund is None:
        raise NotFound("No such refund.")
    return refund


def _check_failed(refund: Refund) -> None:
    if refund.status is RefundStatus.INITIATED:
        raise RefundNotFailed("The refund is still on its way.", refund)
    if refund.status is RefundStatus.PROCESSED:
        raise RefundNotFailed("The money has been given back.", refund)
