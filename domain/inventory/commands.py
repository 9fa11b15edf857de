"""What can be asked of an event's inventory: locks, bookings, expiry. One rule in `rules/` decides each command.

Commands about the event, its allocations and money have modules of their own beside this one.

Ids of what a command may create are made by whoever issues it: a command that is decided again (after a
conflict, or because an acknowledgement was lost) makes the same documents and does nothing twice. Where money or a
key is at stake it also tells its own from a repeat; the others answer as a repeat does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.caller import Caller
from domain.documents import (
    Booking,
    PydanticObjectId,
    Refund,
    SeatLock,
)
from domain.inventory.parts import Part

OutcomeT = TypeVar("OutcomeT")


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
class Cancelled:
    booking: Booking
    refund: Refund | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """How many locks or bookings, of those asked about, were expired in the batch, and whether more are due."""

    expired: int
    more: bool


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
class CancelBooking(Command[Cancelled]):
    caller: Caller
    booking_id: PydanticObjectId
    refund_id: PydanticObjectId
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Command[Swept]):
    """Expire dead locks or, if `booked`, dead bookings with theirs; of the oldest, so many `at_most`.

    Every batch of other commands expires a few of both anyway.
    """

    booked: bool
    at_most: int = 500
