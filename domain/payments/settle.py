"""Writing down what the provider said about a charge, and sending what has to be given back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.documents import Payment, new_id
from domain.inventory.payment_commands import PaymentSettled, SettlePayment
from domain.payments.refund import send_at_once
from domain.providers.port import Charge

if TYPE_CHECKING:
    from domain.services import Services


async def settle(services: Services, payment: Payment, charge: Charge) -> PaymentSettled:
    """What came of the payment, its refund sent if it has one. All of it has the id of the request that paid."""
    settled = await services.writer.execute(
        SettlePayment(
            event_id=payment.event_id,
            caller=None,
            correlation_id=payment.correlation_id,
            booking_id=payment.booking_id,
            payment_id=payment.id,
            refund_id=new_id(),
            status=charge.status,
            money_taken=charge.money_taken,
            provider_reference=charge.reference,
            failure_reason=charge.failure_reason,
        )
    )
    if settled.refund is None:
        return settled
    refund = await send_at_once(services, settled.refund, settled.payment)
    return replace(settled, refund=refund)
