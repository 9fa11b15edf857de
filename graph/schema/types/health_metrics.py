from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain.reports import health
from graph.schema.enums import PaymentStatus, SeatLockStatus


@strawberry.type(description="What became of seat locks. `total` is the sum of the four statuses.")
class LockMetrics:
    total: int = strawberry.field(description="All that were made.")
    active: int = strawberry.field(description="ACTIVE: they hold their seats, perhaps for an unpaid booking.")
    consumed: int = strawberry.field(description="CONSUMED: their booking is paid.")
    released: int = strawberry.field(description="RELEASED: let go by somebody, or their booking was cancelled.")
    expired: int = strawberry.field(
        description="Those that are EXPIRED: their time ran out, or the payment of their booking failed."
    )
    expiry_rate: float = strawberry.field(
        description="`expired` / `total`, from 0 to 1, to four decimals; 0 where there were none."
    )


@strawberry.type(description="What became of attempts to pay. `totalAttempts` is the sum of the four others.")
class PaymentMetrics:
    total_attempts: int = strawberry.field(description="All that were made.")
    successful: int = strawberry.field(description="SUCCEEDED, given back since or not.")
    failed: int = strawberry.field(description="FAILED.")
    timed_out: int = strawberry.field(description="TIMED_OUT: the provider has not answered yet.")
    pending: int = strawberry.field(description="PENDING: the provider is being asked.")
    success_rate: float = strawberry.field(
        description="`successful` / `totalAttempts`, from 0 to 1, to four decimals; 0 where there were none."
    )
    failure_rate: float = strawberry.field(
        description="`failed` / `totalAttempts`, from 0 to 1, to four decimals; 0 where there were none."
    )


@strawberry.type(description="How selling goes: the locks and attempts to pay made in the last hours, as they are now.")
class HealthMetrics:
    hours: int = strawberry.field(description="How many hours these are.")
    since: datetime = strawberry.field(description="When they began: so many hours ago, to the full minute.")
    event_id: strawberry.ID | None = strawberry.field(description="The event's id; null for all events.")
    locks: LockMetrics = strawberry.field(description="Seat locks.")
    payments: PaymentMetrics = strawberry.field(description="Attempts to pay.")

    @classmethod
    def from_metrics(cls, found: health.HealthMetrics, hours: int, event_id: strawberry.ID | None) -> Self:
        return cls(
            hours=hours,
            since=found.since,
            event_id=event_id,
            locks=LockMetrics(
                total=sum(found.locks.values()),
                active=found.locks[SeatLockStatus.ACTIVE],
                consumed=found.locks[SeatLockStatus.CONSUMED],
                released=found.locks[SeatLockStatus.RELEASED],
                expired=found.locks[SeatLockStatus.EXPIRED],
                expiry_rate=found.expiry_rate,
            ),
            payments=PaymentMetrics(
                total_attempts=sum(found.payments.values()),
                successful=found.payments[PaymentStatus.SUCCEEDED],
                failed=found.payments[PaymentStatus.FAILED],
                timed_out=found.payments[PaymentStatus.TIMED_OUT],
                pending=found.payments[PaymentStatus.PENDING],
                success_rate=found.success_rate,
                failure_rate=found.failure_rate,
            ),
        )
