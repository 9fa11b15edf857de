"""Deciding to give money back. The provider is asked after the decision is durable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import AuditAction, Payment, PydanticObjectId, Refund, RefundReason, RefundStatus, RefundType
from domain.inventory.commands import Command
from domain.inventory.state import Change, audit


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
