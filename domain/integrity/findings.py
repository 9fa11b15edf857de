"""What is wrong with an event, and how it is said: each finding is two numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from domain.documents import (
    STATUS_OF_LETTER,
    AllocationStatus,
    BookingStatus,
    Event,
    PaymentStatus,
    RefundStatus,
    SeatLockStatus,
    SeatStatus,
)
from domain.inventory.change import COUNTERS

HELD, BOOKED = COUNTERS[SeatStatus.HELD], COUNTERS[SeatStatus.BOOKED]
NUMBERS = {letter: COUNTERS[status] for letter, status in STATUS_OF_LETTER.items()}
LETTERS = {number: letter for letter, number in NUMBERS.items()}
KINDS: dict[str, type[StrEnum]] = {
    "locks": SeatLockStatus,
    "bookings": BookingStatus,
    "payments": PaymentStatus,
    "refunds": RefundStatus,
    "allocations": AllocationStatus,
}
PLACES = {kind: {status.value: place for place, status in enumerate(statuses)} for kind, statuses in KINDS.items()}
INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that says `stored` where the other documents make it `actual`. The event is as stored."""

    event: Event
    field: str
    stored: int
    actual: int


@dataclass(slots=True)
class Findings:
    """What has been found wrong with an event."""

    event: Event
    drift: list[Drift] = field(default_factory=list)

    def compare(self, stored: int, actual: int, *path: object) -> None:
        if stored != actual:
            self.drift.append(Drift(self.event, ".".join(map(str, path)), stored, actual))


def milliseconds(span: timedelta) -> int:
    """As far as GraphQL's Int goes, which has 32 bits: some 24 days."""
    return max(-INT32, min(span // timedelta(milliseconds=1), INT32))
