"""What can be asked of an event's inventory. Each command is decided by one rule in `rules/`.

Ids of what a command may create are made by whoever issues it: a command that is decided again (after a
conflict, or because an acknowledgement was lost) makes the same documents and does nothing twice. Where money or a
key is at stake it also tells its own from a repeat; the others answer as a repeat does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from domain.caller import Caller
from domain.documents import (
    Booking,
    CancellationPolicy,
    Payment,
    PaymentFailureReason,
    PaymentStatus,
    PydanticObjectId,
    Refund,
    RefundStatus,
    SeatLock,
)
from domain.inventory.parts import Part
from domain.money import Money

OutcomeT = TypeVar("OutcomeT")


@dataclass(frozen=True, slots=True)
class Terms:
    """The seller's settings that rules depend on.

    `steps` are of the payment provider: in these currencies it gives back only multiples of so many minor units.
    """

    lock_ttl: timedelta
    payment_ttl: timedelta
    key_ttl: timedelta
    cancellation_refund_percent: int
    max_seats_per_event: int
    max_held_seats_per_buyer: int
    max_lapses_per_buyer: int
    payment_attempts: int
    lock_max: timedelta
    max_seats_per_lock: int
    steps: Mapping[str, int] = field(default_factory=dict)


# ---------------------------------------------------------------- outcomes


@dataclass(frozen=True, slots=True)
class Locked:
    lock: SeatLock
    replayed: bool


@dataclass(frozen=True, slots=True)
class LockChanged:
    lock: SeatLock
    replayed: bool


@dataclass(frozen=True, slots=True)
class LockExtended:
    lock: SeatLock


@dataclass(frozen=True, slots=True)
class Released:
    lock: SeatLock
    replayed: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    booking: Booking
    replayed: bool


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """`payment` is the attempt to make or, if `replayed`, an earlier one with the same key: not to be made again.

    `is_waiting`: nothing was started. An earlier attempt waits for the buyer's answer to the bank, and is to be called
    off at the provider before another is made.

    `by_another`: the attempt was made with another key, which was to be called off, and has paid the booking instead.
    """

    booking: Booking
    payment: Payment
    replayed: bool
    is_waiting: bool = False
    by_another: bool = False


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """`refund` when money was taken that could not, or could no longer, buy the seats.

    `attempts_left`: how many more attempts to pay the booking has; 0 once it has ended.
    """

    booking: Booking
    payment: Payment
    refund: Refund | None
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    booking: Booking
    refund: Refund | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class RefundSettled:
    refund: Refund


@dataclass(frozen=True, slots=True)
class RefundChanged:
    """`replayed`: an ADMIN had said so before."""

    refund: Refund
    replayed: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """How many locks or bookings, of those asked about, were expired in the batch, and whether more are due."""

    expired: int
    more: bool


@dataclass(frozen=True, slots=True)
class EventChanged:
    """`replayed`: nothing had to change."""

    replayed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """Whether there was anything left to end."""

    ended: bool


# ---------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[OutcomeT]):
    """`caller` is None when nobody asked: time passed, or a provider answered.

    `whole_sections` are those whose rows are all read for it, because its rule has asked for them. With `wants_dead`
    its batch expires more dead locks than others do, because their seats may be what it lacked.
    """

    event_id: PydanticObjectId
    caller: Caller | None
    correlation_id: str
    whole_sections: frozenset[str] = frozenset()
    wants_dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockSeats(Command[Locked]):
    """All `parts` of a selection, checked, or nothing. With an `allocation_id` of what that allocation keeps."""

    caller: Caller
    lock_id: PydanticObjectId
    key_id: bytes
    key: str
    request: bytes
    parts: tuple[Part, ...]
    allocation_id: PydanticObjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLock(Command[LockChanged]):
    """Add these parts of a selection to what a lock holds, and remove those: all of it, or nothing."""

    caller: Caller
    lock_id: PydanticObjectId
    change_id: PydanticObjectId
    key_id: bytes
    key: str
    request: bytes
    add: tuple[Part, ...]
    remove: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendLock(Command[LockExtended]):
    caller: Caller
    lock_id: PydanticObjectId
    extension_id: PydanticObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLock(Command[Released]):
    caller: Caller
    lock_id: PydanticObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmBooking(Command[Confirmed]):
    """`reference` is what a booking that is made gets for a name, if no other has it."""

    caller: Caller
    reference: str
    lock_id: PydanticObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPayment(Command[PaymentStarted]):
    """Records an attempt, `payment_id`, before the provider is asked.

    `instead_of` is an earlier attempt that was called off for this one. Should it have succeeded, it is the answer.
    """

    caller: Caller
    booking_id: PydanticObjectId
    payment_id: PydanticObjectId
    key_id: bytes
    key: str
    request: bytes
    amount: Money | None
    has_token: bool
    provider: str
    instead_of: PydanticObjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment(Command[PaymentSettled]):
    """What the provider answered. `money_taken` with FAILED: it took the money and then failed."""

    booking_id: PydanticObjectId
    payment_id: PydanticObjectId
    refund_id: PydanticObjectId
    status: PaymentStatus
    money_taken: bool
    provider_reference: str | None
    failure_reason: PaymentFailureReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBooking(Command[Cancelled]):
    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRefund(Command[RefundSettled]):
    """The provider has given the money back (PROCESSED), or won't (FAILED).

    `changes` are the refund's when the provider was asked.
    """

    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    changes: int
    status: RefundStatus
    provider_reference: str | None
    failure_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRefund(Command[RefundChanged]):
    """Have a FAILED refund sent once more."""

    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkGivenBack(Command[RefundChanged]):
    """Somebody gave the money of a FAILED refund back by another way, which calls that `reference`."""

    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    note: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Command[Swept]):
    """Expire dead locks or, if `booked`, dead bookings with theirs; of the oldest, so many `at_most`.

    Every batch of other commands expires a few of both anyway.
    """

    booked: bool
    at_most: int = 500


class Unchanged(Enum):
    """In place of a value that may be None: it stays what it is."""

    UNCHANGED = "UNCHANGED"


UNCHANGED = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What a section is to be; None for what stays. `field` is its path in the input."""

    field: str
    name: str
    price: Money | None
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEvent(Command[EventChanged]):
    """What the event is to be; None, or UNCHANGED, for what stays."""

    caller: Caller
    name: str | None
    description: str | Unchanged | None
    starts_at: datetime | None
    sales_start_at: datetime | Unchanged | None
    sales_end_at: datetime | Unchanged | None
    max_seats_per_buyer: int | Unchanged | None
    price: Money | None
    total_seats: int | None
    sections: tuple[SectionChange, ...]
    cancellation: CancellationPolicy | Unchanged | None
    venue: str | Unchanged | None
    time_zone: str | None
    forbid_orphans: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatCreation(Command[EventChanged]):
    """Somebody asked once more, with the same key, to make this event."""

    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSales(Command[EventChanged]):
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSales(Command[EventChanged]):
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEvent(Command[EventChanged]):
    caller: Caller
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLock(Command[Ended]):
    """End a lock of a cancelled event, and the booking it has become."""

    lock_id: PydanticObjectId
    refund_id: PydanticObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCancellation(Command[Ended]):
    """Nothing is left to end of a cancelled event."""
