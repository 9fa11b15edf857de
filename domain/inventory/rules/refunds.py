"""Deciding to give money back. The provider is asked after the decision is durable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import AuditAction, Payment, PydanticObjectId, Refund, RefundReason, RefundStatus, RefundType
from domain.inventory.commands import Command
from domain.inventory.state import Change, audit


def initiate_refund(
    change: Change[Any],
    command: Command[Any],
    now: datetime,
    payment: Payment,
    refund_id: PydanticObjectId,
    percentage: int,
    reason: RefundReason,
) -> Refund:
    """Add to the change a refund of that percentage, half a minor unit rounded up, and what it makes of the payment."""
    full = percentage == 100
    refund = Refund.model_construct(
        id=refund_id,
        payment_id=payment.id,
        booking_id=payment.booking_id,
        event_id=payment.event_id,
        original_minor=payment.amount_minor,
        amount_minor=payment.amount.share(percentage).minor,
        currency=payment.currency,
        percentage=percentage,
        type=RefundType.FULL if full else RefundType.PARTIAL,
        reason=reason,
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
            metadata={"amount_minor": refund.amount_minor, "currency": refund.currency, "reason": reason.value},
        )
    )
    return refund
