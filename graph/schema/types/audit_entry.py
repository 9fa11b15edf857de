from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

from domain import documents
from domain.integrity.audit_chains import ChainFault
from graph.schema.context import Info
from graph.schema.enums import AuditAction, AuditFaultKind
from graph.schema.ids import encode_id
from graph.schema.types.allocation import Allocation
from graph.schema.types.booking import Booking
from graph.schema.types.event import Event
from graph.schema.types.node import Node
from graph.schema.types.payment import Payment, Refund
from graph.schema.types.seat_lock import SeatLock
from graph.schema.types.user import User


@strawberry.type(description="One thing that happened. Seen by ADMINs.")
class AuditEntry(Node):
    action: AuditAction = strawberry.field(description="What happened.")
    from_status: str | None = strawberry.field(
        description=(
            "The status before; null when it is new. The action says of what: of SeatLockStatus, BookingStatus, "
            "PaymentStatus or RefundStatus."
        )
    )
    to_status: str | None = strawberry.field(
        description="The status after, a value of the same enum; null when it has none."
    )
    correlation_id: str = strawberry.field(
        description=(
            "The `X-Correlation-ID` of the request that caused it. What time, the provider or a job later does to a "
            "lock, booking, payment or refund has the id of the request that made it."
        )
    )
    is_retry: bool = strawberry.field(
        description="Whether a request was repeated, and answered with the first outcome: nothing happened again."
    )
    original_entry_id: strawberry.ID | None = strawberry.field(
        description="Of a retry: the entry of the request that it repeats."
    )
    metadata: JSON = strawberry.field(
        description=(
            "More about it, by action: `amount_minor`, `currency` and `reason` of a payment or refund, `provider` of a "
            "payment, `note` of a refund, `operation`, `code` and `field` of a refused request, `drift` of a repair, "
            "`added` and `removed` (how many seats of which section) of a changed lock, "
            "`expires_at` (before, after) of one that was extended. "
            "Never a secret, a password or a key."
        )
    )
    sequence: int = strawberry.field(
        description="Its number in the history of its event or, if it changed no inventory, in the journal it is in."
    )
    seats: list[str] = strawberry.field(
        description="The numbered seats whose status it changed; empty where it has none."
    )
    seats_freed: list[str] = strawberry.field(
        description="Those of `seats` that LOCK_CHANGED gave back, while it took the others."
    )
    created_at: datetime = strawberry.field(description="When it happened.")
    document: strawberry.Private[documents.AuditEntry]

    @classmethod
    def from_document(cls, entry: documents.AuditEntry) -> Self:
        original = entry.original_entry_id
        return cls(
            id=encode_id("AuditEntry", entry.id),
            action=entry.action,
            from_status=entry.from_status,
            to_status=entry.to_status,
            correlation_id=entry.correlation_id,
            is_retry=entry.is_retry,
            original_entry_id=encode_id("AuditEntry", original) if original else None,
            metadata=JSON(entry.metadata),
            sequence=entry.sequence or 0,
            seats=[*(entry.seats or []), *(entry.freed or [])],
            seats_freed=entry.freed or [],
            created_at=entry.created_at,
            document=entry,
        )

    @strawberry.field(
        description="Who did it; null when time or the payment provider did, or somebody who was not signed in."
    )
    async def actor(self, info: Info) -> User | None:
        return await User.named(info, self.document.actor_id) if self.document.actor_id else None

    @strawberry.field(description="The event it is about; null when about none.")
    async def event(self, info: Info) -> Event | None:
        event = await info.context.loaders.events.load(self.document.event_id) if self.document.event_id else None
        return Event.from_document(event) if event else None

    @strawberry.field(description="The seat lock it is about, or that its booking was made from; null when about none.")
    async def lock(self, info: Info) -> SeatLock | None:
        lock = await info.context.loaders.locks.load(self.document.lock_id) if self.document.lock_id else None
        return SeatLock.from_document(lock) if lock else None

    @strawberry.field(
        description="The booking it is about, or that its lock became later; null when there is none, or none yet."
    )
    async def booking(self, info: Info) -> Booking | None:
        booking = await info.context.loaders.bookings.load(self.document.lock_id) if self.document.lock_id else None
        return Booking.from_document(booking) if booking else None

    @strawberry.field(
        description="The allocation it is about, or whose seats were taken or came back; null when about none."
    )
    async def allocation(self, info: Info) -> Allocation | None:
        allocation_id = self.document.allocation_id
        allocation = await info.context.loaders.allocations.load(allocation_id) if allocation_id else None
        return Allocation.from_now(allocation) if allocation else None

    @strawberry.field(description="The payment it is about, or that its refund gives back; null when about none.")
    async def payment(self, info: Info) -> Payment | None:
        payment_id = self.document.payment_id
        payment = await info.context.loaders.payments.load(payment_id) if payment_id else None
        return Payment.from_document(payment) if payment else None

    @strawberry.field(description="The refund it is about; null when about none.")
    async def refund(self, info: Info) -> Refund | None:
        payment_id = self.document.payment_id
        if payment_id is None or not self.document.action.is_of_refund:
            return None
        refund = await info.context.loaders.refund_of_payment.load(payment_id)
        return Refund.from_document(refund) if refund else None


@strawberry.type(description="An audit entry that was tampered with, as the chain of hashes shows.")
class AuditFault:
    kind: AuditFaultKind = strawberry.field(description="What was done to it.")
    entry_id: strawberry.ID | None = strawberry.field(description="The entry; null when it is gone.")
    sequence: int | None = strawberry.field(
        description="Its number in its chain; null when it claims none, or when what keeps the chain's end is gone."
    )
    message: str = strawberry.field(description="The same in a sentence.")

    @classmethod
    def from_fault(cls, fault: ChainFault) -> Self:
        return cls(
            kind=AuditFaultKind(fault.kind),
            entry_id=encode_id("AuditEntry", fault.entry_id) if fault.entry_id else None,
            sequence=fault.sequence,
            message=str(fault),
        )
