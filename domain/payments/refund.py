"""Sending a refund that was decided."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from domain.documents import Payment, Refund, RefundStatus
from domain.inventory.commands import SettleRefund
from domain.payments.calling import NoAnswer, answer_within

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)


async def send_refund(services: Services, refund: Refund, payment: Payment, correlation_id: str) -> Refund:
    """Ask the provider to give the money back. The refund is then PROCESSED, or still INITIATED if it didn't answer."""
    try:
        reference = await answer_within(
            services.settings.payment_timeout_seconds, services.provider.refund(refund, payment)
        )
    except NoAnswer as error:  # it stays INITIATED, to be sent again
        log.warning("refund not sent", refund=str(refund.id), reason=str(error))
        return refund
    settled = await services.writer.execute(
        SettleRefund(
            event_id=refund.event_id,
            caller=None,
            correlation_id=correlation_id,
            booking_id=refund.booking_id,
            refund_id=refund.id,
            provider_reference=reference,
        )
    )
    return settled.refund


async def send_unsent(services: Services, before: datetime, correlation_id: str) -> int:
    """Send the refunds decided before then and not PROCESSED yet, left so by a crash or a provider; how many went."""
    query = {"status": RefundStatus.INITIATED.value, "created_at": {"$lte": before}}
    sent = 0
    for raw in await Refund.get_pymongo_collection().find(query).to_list():
        refund = Refund.from_bson(raw)
        payment = await Payment.get(refund.payment_id)
        if payment is not None and payment.provider == services.provider.name:
            refund = await send_refund(services, refund, payment, correlation_id)
            sent += refund.status is RefundStatus.PROCESSED
    return sent
