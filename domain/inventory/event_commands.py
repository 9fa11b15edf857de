"""What can be asked of an event as a whole: to change, to open and close its sales, to be cancelled and to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain.caller import Caller
from domain.documents import (
    CancellationPolicy,
    PydanticObjectId,
)
from domain.inventory.commands import Command
from domain.money import Money


@dataclass(frozen=True, slots=True)
class EventChanged:
    """`replayed`: nothing had to change."""

    replayed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """Whether there was anything left to end."""

    ended: bool


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
