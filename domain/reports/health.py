"""healthMetrics: how many locks come to nothing, and how many payments fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import Event, PaymentStatus, SeatLockStatus
from domain.errors import InvalidInput, NotFound
from domain.reports.cover import MINUTE, floor
from domain.reports.figures import LOCKS, PAYMENTS
from domain.reports.summary import ratio
from domain.reports.sums import Question, add_up_locks

if TYPE_CHECKING:
    from domain.services import Services

MAX_HOURS = 8760
"""A year."""


@dataclass(frozen=True, slots=True)
class HealthMetrics:
    """Locks and payments made since then, by status as they are now."""

    since: datetime
    locks: dict[SeatLockStatus, int]
    payments: dict[PaymentStatus, int]

    @property
    def expiry_rate(self) -> float:
        return self._rate(self.locks[SeatLockStatus.EXPIRED], self.locks)

    @property
    def success_rate(self) -> float:
        return self._rate(self.payments[PaymentStatus.SUCCEEDED], self.payments)

    @property
    def failure_rate(self) -> float:
        return self._rate(self.payments[PaymentStatus.FAILED], self.payments)

    @staticmethod
    def _rate(part: int, parts: dict[SeatLockStatus, int] | dict[PaymentStatus, int]) -> float:
        """The fraction, from 0 to 1, to four decimals; 0 of none."""
        return ratio(part, sum(parts.values()), decimals=4)


async def health_metrics(services: Services, event_id: PydanticObjectId | None, hours: int) -> HealthMetrics:
    """Of one event or all, made since the full minute so many hours ago. Raises InvalidInput, NotFound.

    A full minute because in its last minute a sale can make more locks than one wants to count one by one.
    """
    if not 1 <= hours <= MAX_HOURS:
        raise InvalidInput("hours", f"Must be between 1 and {MAX_HOURS:,}.")
    now = services.clock()
    return await health_since(services, event_id, floor(now, MINUTE) - timedelta(hours=hours), now)


async def health_since(
    services: Services, event_id: PydanticObjectId | None, since: datetime, now: datetime
) -> HealthMetrics:
    """Of one event or all, made since then, which is a full minute. Raises NotFound."""
    async with services.mongo.start_session(snapshot=True) as session:
        events = Event.get_pymongo_collection()
        if event_id is not None and not await events.find_one({"_id": event_id}, {"_id": 1}, session=session):
            raise NotFound("No such event.")
        names = [*LOCKS.values(), *PAYMENTS.values()]
        found = await add_up_locks(Question(event_id, since), now, names, session)
    figures = sum(found.values(), Counter[str]())
    return HealthMetrics(
        since,
        {status: figures[LOCKS[status]] for status in SeatLockStatus},
        {status: figures[PAYMENTS[status]] for status in PaymentStatus},
    )
