"""Commands to ask a hall for things, each with new ids of what it may create, and people to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import (
    CancellationPolicy,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    Refund,
    RefundStatus,
    Role,
    key_id,
    new_id,
    request_digest,
)
from domain.inventory.allocation_commands import CreateAllocation, ReleaseAllocation
from domain.inventory.commands import (
    CancelBooking,
    ChangeLock,
    ConfirmBooking,
    Expire,
    ExtendLock,
    LockSeats,
    ReleaseLock,
)
from domain.inventory.event_commands import (
    UNCHANGED,
    CancelEvent,
    CloseSales,
    EndLock,
    FinishCancellation,
    OpenSales,
    RepeatCreation,
    SectionChange,
    Unchanged,
    UpdateEvent,
)
from domain.inventory.parts import Counted, Named, Part
from domain.inventory.payment_commands import MarkGivenBack, ResendRefund, SettlePayment, SettleRefund, StartPayment
from domain.money import Money
from domain.reference import new_reference

EVENT_ID = PydanticObjectId("0123456789abcdef01234567")
ANN = Caller(PydanticObjectId("a" * 24), Role.USER, "from ann")
BOB = Caller(PydanticObjectId("b" * 24), Role.USER, "from bob")
ADMIN = Caller(PydanticObjectId("c" * 24), Role.ADMIN, "from the admin")

_some_key = map("key {}".format, count())


def locking(
    caller: Caller,
    *seats: str,
    quantity: int | None = None,
    section: str | None = None,
    items: Sequence[Part] = (),
    key: str | None = None,
    out_of: PydanticObjectId | None = None,
) -> LockSeats:
    parts = tuple(items) or (Named(seats) if seats else Counted(quantity or 0, section),)
    key = next(_some_key) if key is None else key
    return LockSeats(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        lock_id=new_id(),
        key_id=key_id(caller.user_id, "lockSeats", key),
        key=key,
        request=request_digest(EVENT_ID, quantity, section, seats, *items, out_of),
        parts=parts,
        allocation_id=out_of,
    )


def allotting(
    *seats: str,
    quantity: int | None = None,
    section: str | None = None,
    items: Sequence[Part] = (),
    code: str | None = None,
    opens_at: datetime | None = None,
    releases_at: datetime | None = None,
    most: int | None = None,
    key: str | None = None,
) -> CreateAllocation:
    parts = tuple(items) or (Named(seats) if seats else Counted(quantity or 0, section),)
    key = next(_some_key) if key is None else key
    return CreateAllocation(
        event_id=EVENT_ID,
        caller=ADMIN,
        correlation_id=ADMIN.correlation_id,
        allocation_id=new_id(),
        key_id=key_id(ADMIN.user_id, "createAllocation", key),
        key=key,
        request=request_digest(EVENT_ID, quantity, section, seats, *items, code, opens_at, releases_at, most),
        name="The house",
        parts=parts,
        access_code=code,
        opens_at=opens_at,
        releases_at=releases_at,
        max_seats_per_buyer=most,
    )


def giving_up(allocation_id: PydanticObjectId) -> ReleaseAllocation:
    return ReleaseAllocation(
        event_id=EVENT_ID, caller=ADMIN, correlation_id=ADMIN.correlation_id, allocation_id=allocation_id
    )


def changing(
    caller: Caller,
    lock_id: PydanticObjectId,
    *,
    add: Sequence[Part] = (),
    remove: Sequence[Part] = (),
    key: str | None = None,
) -> ChangeLock:
    key = next(_some_key) if key is None else key
    return ChangeLock(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        lock_id=lock_id,
        change_id=new_id(),
        key_id=key_id(caller.user_id, "changeLock", key),
        key=key,
        request=request_digest(lock_id, *add, None, *remove),
        add=tuple(add),
        remove=tuple(remove),
    )


def extending(caller: Caller, lock_id: PydanticObjectId) -> ExtendLock:
    return ExtendLock(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        lock_id=lock_id,
        extension_id=new_id(),
    )


def releasing(caller: Caller, lock_id: PydanticObjectId) -> ReleaseLock:
    return ReleaseLock(event_id=EVENT_ID, caller=caller, correlation_id=caller.correlation_id, lock_id=lock_id)


def confirming(caller: Caller, lock_id: PydanticObjectId) -> ConfirmBooking:
    return ConfirmBooking(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        lock_id=lock_id,
        reference=new_reference(),
    )


def starting(
    caller: Caller, booking_id: PydanticObjectId, *, amount: Money | None = None, key: str | None = None
) -> StartPayment:
    key = next(_some_key) if key is None else key
    return StartPayment(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        booking_id=booking_id,
        payment_id=new_id(),
        key_id=key_id(caller.user_id, "payBooking", key),
        key=key,
        request=request_digest(booking_id, "token", amount),
        amount=amount,
        has_token=True,
        provider="simulated",
    )


def settling(
    payment: Payment, status: PaymentStatus, *, money_taken: bool = False, reason: PaymentFailureReason | None = None
) -> SettlePayment:
    return SettlePayment(
        event_id=EVENT_ID,
        caller=None,
        correlation_id="from the provider",
        booking_id=payment.booking_id,
        payment_id=payment.id,
        refund_id=new_id(),
        status=status,
        money_taken=money_taken or status is PaymentStatus.SUCCEEDED,
        provider_reference=f"charge {payment.id}",
        failure_reason=reason,
    )


def cancelling(caller: Caller, booking_id: PydanticObjectId, *, reason: str | None = None) -> CancelBooking:
    return CancelBooking(
        event_id=EVENT_ID,
        caller=caller,
        correlation_id=caller.correlation_id,
        booking_id=booking_id,
        refund_id=new_id(),
        reason=reason,
    )


def refunding(refund: Refund, status: RefundStatus = RefundStatus.PROCESSED) -> SettleRefund:
    return SettleRefund(
        event_id=EVENT_ID,
        caller=None,
        correlation_id="from the provider",
        booking_id=refund.booking_id,
        refund_id=refund.id,
        changes=refund.changes,
        status=status,
        provider_reference=f"refund {refund.id}",
        failure_reason=None,
    )


def resending(refund: Refund, *, note: str = "the bank is back") -> ResendRefund:
    return ResendRefund(
        event_id=EVENT_ID,
        caller=ADMIN,
        correlation_id=ADMIN.correlation_id,
        booking_id=refund.booking_id,
        refund_id=refund.id,
        note=note,
    )


def marking(refund: Refund, *, note: str = "in cash", reference: str | None = None) -> MarkGivenBack:
    return MarkGivenBack(
        event_id=EVENT_ID,
        caller=ADMIN,
        correlation_id=ADMIN.correlation_id,
        booking_id=refund.booking_id,
        refund_id=refund.id,
        note=note,
        reference=reference,
    )


def sweeping(*, booked: bool = False) -> Expire:
    return Expire(event_id=EVENT_ID, caller=None, correlation_id="expiry", booked=booked)


def updating(
    *,
    name: str | None = None,
    description: str | Unchanged | None = UNCHANGED,
    starts_at: datetime | None = None,
    price: Money | None = None,
    total_seats: int | None = None,
    sections: tuple[SectionChange, ...] = (),
    cancellation: CancellationPolicy | Unchanged | None = UNCHANGED,
    venue: str | Unchanged | None = UNCHANGED,
    time_zone: str | None = None,
    sales_start_at: datetime | Unchanged | None = UNCHANGED,
    sales_end_at: datetime | Unchanged | None = UNCHANGED,
    max_seats_per_buyer: int | Unchanged | None = UNCHANGED,
    forbid_orphans: bool | None = None,
) -> UpdateEvent:
    return UpdateEvent(
        event_id=EVENT_ID,
        caller=ADMIN,
        correlation_id=ADMIN.correlation_id,
        name=name,
        description=description,
        starts_at=starts_at,
        sales_start_at=sales_start_at,
        sales_end_at=sales_end_at,
        max_seats_per_buyer=max_seats_per_buyer,
        price=price,
        total_seats=total_seats,
        sections=sections,
        cancellation=cancellation,
        venue=venue,
        time_zone=time_zone,
        forbid_orphans=forbid_orphans,
    )


def resizing(capacity: int) -> UpdateEvent:
    """The FLOOR is to have so many seats."""
    return updating(sections=(SectionChange("sections.0", "FLOOR", None, capacity),))


def making_again() -> RepeatCreation:
    return RepeatCreation(event_id=EVENT_ID, caller=ADMIN, correlation_id=ADMIN.correlation_id)


def closing() -> CloseSales:
    return CloseSales(event_id=EVENT_ID, caller=ADMIN, correlation_id=ADMIN.correlation_id)


def opening() -> OpenSales:
    return OpenSales(event_id=EVENT_ID, caller=ADMIN, correlation_id=ADMIN.correlation_id)


def calling_off(reason: str = "Rain") -> CancelEvent:
    return CancelEvent(event_id=EVENT_ID, caller=ADMIN, correlation_id=ADMIN.correlation_id, reason=reason)


def ending(lock_id: PydanticObjectId) -> EndLock:
    return EndLock(
        event_id=EVENT_ID,
        caller=None,
        correlation_id=ADMIN.correlation_id,
        lock_id=lock_id,
        refund_id=new_id(),
    )


def finishing() -> FinishCancellation:
    return FinishCancellation(event_id=EVENT_ID, caller=None, correlation_id=ADMIN.correlation_id)
