"""What an ADMIN can do about a refund that failed: have it sent once more, or say that the money was given back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.contradiction import required
from domain.documents import Payment, Refund, RefundStatus
from domain.errors import NotFound
from domain.faults import Faults
from domain.inventory.payment_commands import MarkGivenBack, RefundChanged, ResendRefund
from domain.payments.refund import ask_how_it_stands, send_at_once
from domain.text import checked_text

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


async def resend_refund(
    services: Services, caller: Caller, *, refund_id: PydanticObjectId, note: str, faults: Faults | None = None
) -> RefundChanged:
    """Have a FAILED refund sent once more. Raises InvalidInput, NotFound, RefundNotFailed.

    `faults` are those that the input was found to have already.
    """
    faults = Faults() if faults is None else faults
    with faults:
        note = checked_text("note", note, longest=500, multiline=True)
    faults.refuse()
    refund, payment = await _as_it_stands(services, refund_id)
    resent = await services.writer.execute(
        ResendRefund(
            event_id=refund.event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            booking_id=refund.booking_id,
            refund_id=refund.id,
            note=note,
        )
    )
    if resent.refund.status is not RefundStatus.INITIATED:
        return resent
    # A repeat sends it, too, should the first not have come so far; of several who would, one does.
    sent = await asyncio.shield(services.tasks.keep(send_at_once(services, resent.refund, payment)))
    return RefundChanged(sent, resent.replayed)


async def mark_given_back(
    services: Services,
    caller: Caller,
    *,
    refund_id: PydanticObjectId,
    note: str,
    reference: str | None,
    faults: Faults | None = None,
) -> RefundChanged:
    """Write down that the money of a FAILED refund was given back by hand.

    Raises NotFound, RefundNotFailed, InvalidInput.
    """
    faults = Faults() if faults is None else faults
    with faults:
        note = checked_text("note", note, longest=500, multiline=True)
    if reference is not None:
        with faults:
            reference = checked_text("reference", reference, longest=200)
    faults.refuse()
    refund, _ = await _as_it_stands(services, refund_id)
    return await services.writer.execute(
        MarkGivenBack(
            event_id=refund.event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            booking_id=refund.booking_id,
            refund_id=refund.id,
            note=note,
            reference=reference,
        )
    )


async def _as_it_stands(services: Services, refund_id: PydanticObjectId) -> tuple[Refund, Payment]:
    """The refund and its payment. The notice that it failed may be lost: so one that is PROCESSED is asked about."""
    refund = await Refund.get(refund_id)
    if refund is None:
        raise NotFound("No such refund.")
    payment = required(await Payment.get(refund.payment_id), "a refund's payment is never deleted")
    if refund.status is RefundStatus.PROCESSED and not refund.by_hand:
        refund = await ask_how_it_stands(services, refund, payment)
    return refund, payment
