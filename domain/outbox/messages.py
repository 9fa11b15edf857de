"""Which changes others are told of, and what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.contradiction import required
from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    MessageType,
    OutboxMessage,
    Refund,
)
from domain.ids import api_id
from domain.inventory.payment_commands import PaymentSettled
from domain.money import Money
from domain.outbox.payload import instant, refund_id_of
from domain.writer.statements import Insert, Statement

if TYPE_CHECKING:
    from domain.inventory.change import Change
    from domain.inventory.state import Inventory

TOLD: Mapping[AuditAction, MessageType] = {
    AuditAction.BOOKING_CONFIRMED: MessageType.BOOKING_CONFIRMED,
    AuditAction.BOOKING_CANCELLED: MessageType.BOOKING_CANCELLED,
    AuditAction.BOOKING_EXPIRED: MessageType.BOOKING_EXPIRED,
    AuditAction.BOOKING_FAILED: MessageType.BOOKING_FAILED,
    AuditAction.PAYMENT_FAILED: MessageType.PAYMENT_FAILED,
    AuditAction.REFUND_PROCESSED: MessageType.REFUND_PROCESSED,
    AuditAction.REFUND_FAILED: MessageType.REFUND_FAILED,
}


async def store_messages(inventory: Inventory) -> Sequence[Statement]:
    """What a batch is to be told as, stored in its transaction: a message is sent if and only if its change lasts."""
    messages = [message.to_bson() for message in messages_of(inventory)]
    return [Insert(OutboxMessage, messages)] if messages else ()


def messages_of(inventory: Inventory) -> Iterator[OutboxMessage]:
    """What the changes of a batch are to be told as, each as it was at its moment; nothing of repeats.

    Who the buyer is comes with the handing out: here it would be one more thing to read.
    """
    for change in inventory.applied:
        for entry in change.entries:
            if entry.action in TOLD and not entry.is_retry:
                yield _message(inventory, change, entry)


def _message(inventory: Inventory, change: Change[Any], entry: AuditEntry) -> OutboxMessage:
    settled = change.outcome if isinstance(change.outcome, PaymentSettled) else None
    booking = settled.booking if settled else _the(Booking, change)
    refund = _the(Refund, change)
    data: dict[str, Any] = {}
    if booking is not None:
        user_id = booking.user_id
        data |= {
            "status": booking.status.value,
            "quantity": booking.quantity,
            "sections": [{"name": name, "quantity": quantity} for name, quantity in booking.quantities.items()],
            "seats": booking.seats,
            "total": _money(booking.total),
        }
    else:
        # A refund is settled without its booking being changed.
        payment = required(inventory.payments.get(entry.payment_id), "a refund's payment is never deleted")
        user_id = payment.user_id
    named = booking or inventory.bookings.get(entry.booking_id)
    data["reference"] = named.reference if named else None
    data["event"] = _event(inventory.event)
    data["refund"] = _refund(refund) if refund else None
    if settled is not None and entry.action is AuditAction.PAYMENT_FAILED:
        data["payment"] = _payment(settled)
    return OutboxMessage.model_construct(
        id=entry.id,
        type=TOLD[entry.action],
        event_id=inventory.event.id,
        booking_id=required(entry.booking_id, "what is told is of a booking"),
        user_id=user_id,
        sequence=required(entry.sequence, "entries are numbered when they are applied"),
        data=data,
        correlation_id=entry.correlation_id,
        to_buyer=_is_for_the_buyer(entry, refund),
        created_at=entry.created_at,
    )


def _is_for_the_buyer(entry: AuditEntry, refund: Refund | None) -> bool:
    """Whether it is about something that was paid: who holds seats and lets them go in a circle is not written to."""
    match entry.action:
        case AuditAction.BOOKING_CONFIRMED | AuditAction.REFUND_PROCESSED | AuditAction.REFUND_FAILED:
            return True
        case AuditAction.BOOKING_CANCELLED:
            return entry.from_status == BookingStatus.CONFIRMED
        case AuditAction.BOOKING_FAILED:
            return refund is not None
    return False


def _the(kind: type[Any], change: Change[Any]) -> Any:
    return next((document for document in change.documents if isinstance(document, kind)), None)


def _event(event: Event) -> dict[str, Any]:
    """As it is now: what is told is decided when it happens, and not when it is sent."""
    return {
        "name": event.name,
        "startsAt": instant(event.starts_at),
        "timeZone": event.time_zone,
        "venue": event.venue,
        "cancellationReason": event.cancellation_reason if event.cancelled_at else None,
    }


def _payment(settled: PaymentSettled) -> dict[str, Any]:
    payment, reason = settled.payment, settled.payment.failure_reason
    return {
        "id": api_id("Payment", payment.id),
        "status": payment.status.value,
        "failureReason": reason.name if reason else None,
        "amount": _money(payment.amount),
        "attemptsLeft": settled.attempts_left,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund_id_of(refund),
        "status": refund.status.value,
        "reason": refund.reason.value,
        "percentage": refund.percentage,
        "original": _money(refund.original),
        "amount": _money(refund.amount),
    }


def _money(amount: Money) -> dict[str, str]:
    return {"amount": str(amount.to_decimal()), "currencyCode": amount.currency}
