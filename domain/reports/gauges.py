"""What Prometheus is told: what processes counted, and how the sale stands.

How it stands is read from MongoDB and Redis at that moment, so that it is the same whichever process is asked. What
does not answer in time is left out, and never keeps the rest from being told.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

from domain.documents import Delivery, DeliveryStatus, LastLook, OutboxMessage, Refund, RefundStatus, SeatLock
from domain.documents import SeatLockStatus as LockStatus
from domain.process.metrics import REGISTRY, SHARED

if TYPE_CHECKING:
    from domain.process.settings import Settings
    from domain.services import Services

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

READ_SECONDS = 1.0
"""How long MongoDB and Redis may take over all that is asked."""

KEPT_SECONDS = 1.0
"""For so long what was read, and what was told, is told again: however many ask, it is made once a second.

It takes milliseconds of the processor to make, and anybody may ask where there is no token. Where all budgets are so
many times wider, what was told is told again for so many times less long.
"""

AT_MOST = 10_000
"""Documents counted at most, so that counting stays cheap when something has gone very wrong."""

GAUGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "seatlock_up": ("Whether it answers: MongoDB's primary, Redis; and whether a worker is at work.", ["part"]),
    "seatlock_overdue_locks": (f"Seat locks past their deadline and not swept, with a booking or without; {AT_MOST} "
                               "at most.", ["kind"]),
    "seatlock_expiry_lag_seconds": ("How long the most overdue of them has been; 0 when there is none.", ["kind"]),
    "seatlock_outbox_messages": (f"Messages on their way, once for each destination; {AT_MOST} at most.", []),
    "seatlock_outbox_oldest_seconds": ("How long the oldest of them has been; 0 when there is none.", []),
    "seatlock_unsent_refunds": (f"Refunds that the provider has not confirmed; {AT_MOST} at most.", []),
    "seatlock_unsent_refunds_oldest_seconds": ("How long the oldest of them has been; 0 when there is none.", []),
    "seatlock_drift": ("Fields that were wrong when all inventories were last looked at, by who looked.", ["found_by"]),
    "seatlock_drift_timestamp_seconds": ("When that was.", ["found_by"]),
}  # fmt: skip


class Sample(NamedTuple):
    """A gauge's value now."""

    gauge: str
    labels: tuple[str, ...]
    value: float


Question = Callable[["Services"], Awaitable[list[Sample]]]


class Scrape:
    """What is told to who scrapes one process. Belongs to one event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: dict[Question, asyncio.Task[list[Sample] | None]] = {}
        self._read: list[Sample] = []
        self._read_at = -KEPT_SECONDS
        self._telling: asyncio.Task[bytes] | None = None
        self._told_at = 0.0

    async def text(self) -> bytes:
        """Everything, in Prometheus's text format. Takes little more than READ_SECONDS, whatever is away."""
        kept = KEPT_SECONDS / self._services.settings.budgets_times
        if self._telling is None or (self._telling.done() and time.monotonic() - self._told_at >= kept):
            self._telling = self._services.tasks.keep(self._tell())
        return await asyncio.shield(self._telling)

    async def _tell(self) -> bytes:
        try:
            return await self._write()
        finally:
            self._told_at = time.monotonic()

    async def _write(self) -> bytes:
        if time.monotonic() - self._read_at >= KEPT_SECONDS:
            self._read = await self._ask()
            self._read_at = time.monotonic()
        # In a thread: with several processes, files are read.
        return await asyncio.to_thread(_written, self._read)

    async def _ask(self) -> list[Sample]:
        for question in QUESTIONS:
            if (asked := self._asked.get(question)) is None or asked.done():
                # Read to its end: cut off, MongoDB's driver drops the connection.
                self._asked[question] = self._services.tasks.keep(_answer(question, self._services))
        await asyncio.wait(self._asked.values(), timeout=READ_SECONDS)
        answers = {question: task.result() for question, task in self._asked.items() if task.done()}
        away = [
            Sample("seatlock_up", (part,), 0.0)
            for question, part in ((_ask_mongodb, "mongodb"), (_ask_redis, "redis"))
            if answers.get(question) is None
        ]
        return away + [sample for answer in answers.values() for sample in answer or ()]


def may_scrape(settings: Settings, authorization: str) -> bool:
    """Whether who sends this header may read the metrics."""
    if settings.metrics_token is None:
        return True
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    return compare_digest(authorization.encode(), wanted.encode())


def worker_pulse_key(settings: Settings) -> str:
    """Where in Redis a worker says, every few seconds, that it is at work."""
    return f"{settings.mongo_database}:jobs:health-check"


# ---------------------------------------------------------------- how the sale stands


async def _answer(question: Question, services: Services) -> list[Sample] | None:
    with suppress(PyMongoError, RedisError, OSError):  # TimeoutError is an OSError
        return await question(services)
    return None


async def _ask_mongodb(services: Services) -> list[Sample]:
    hello = await services.mongo.admin.command("hello")
    return [Sample("seatlock_up", ("mongodb",), float(bool(hello.get("isWritablePrimary"))))]


async def _ask_redis(services: Services) -> list[Sample]:
    works = await services.redis.exists(worker_pulse_key(services.settings))
    return [Sample("seatlock_up", ("redis",), 1.0), Sample("seatlock_up", ("worker",), float(works))]


async def _ask_overdue_locks(services: Services) -> list[Sample]:
    return await _overdue(services, "lock", booked=False)


async def _ask_overdue_bookings(services: Services) -> list[Sample]:
    return await _overdue(services, "booking", booked=True)


async def _overdue(services: Services, kind: str, *, booked: bool) -> list[Sample]:
    now = services.clock()
    dead = {"status": LockStatus.ACTIVE.value, "booked": booked, "expires_at": {"$lte": now}}
    count, oldest = await _counted(SeatLock, dead, "due_by_kind", "expires_at", "expires_at")
    return [
        Sample("seatlock_overdue_locks", (kind,), count),
        Sample("seatlock_expiry_lag_seconds", (kind,), _age(oldest, now)),
    ]


async def _ask_outbox(services: Services) -> list[Sample]:
    new = {"handed_out_at": {"$type": "null"}}
    pending = {"status": DeliveryStatus.PENDING.value}
    new_count, oldest_new = await _counted(OutboxMessage, new, "to_hand_out", "event_id", "created_at")
    count, oldest = await _counted(Delivery, pending, "newest_by_status", "_id", "created_at")
    now = services.clock()
    return [
        Sample("seatlock_outbox_messages", (), new_count + count),
        Sample("seatlock_outbox_oldest_seconds", (), max(_age(oldest_new, now), _age(oldest, now))),
    ]


async def _ask_refunds(services: Services) -> list[Sample]:
    unsent = {"status": RefundStatus.INITIATED.value}
    count, oldest = await _counted(Refund, unsent, "unsent", "created_at", "created_at")
    return [
        Sample("seatlock_unsent_refunds", (), count),
        Sample("seatlock_unsent_refunds_oldest_seconds", (), _age(oldest, services.clock())),
    ]


async def _ask_drift(services: Services) -> list[Sample]:
    looks = await LastLook.get_pymongo_collection().find().to_list()
    return [
        sample
        for look in looks
        for sample in (
            Sample("seatlock_drift", (look["_id"],), look["drift"]),
            Sample("seatlock_drift_timestamp_seconds", (look["_id"],), look["at"].timestamp()),
        )
    ]


QUESTIONS: Sequence[Question] = (
    _ask_mongodb,
    _ask_redis,
    _ask_overdue_locks,
    _ask_overdue_bookings,
    _ask_outbox,
    _ask_refunds,
    _ask_drift,
)


async def _counted(
    kind: type[Delivery | OutboxMessage | Refund | SeatLock], query: dict[str, Any], index: str, order: str, since: str
) -> tuple[int, datetime | None]:
    """How many there are in this index, and the least of these times."""
    stages: list[dict[str, Any]] = [
        {"$match": query},
        {"$sort": {order: 1}},
        {"$limit": AT_MOST},
        {"$group": {"_id": None, "count": {"$sum": 1}, "oldest": {"$min": f"${since}"}}},
    ]
    limit = int(READ_SECONDS * 1_000)
    cursor = await kind.get_pymongo_collection().aggregate(stages, hint=index, maxTimeMS=limit)
    async for found in cursor:
        return found["count"], found["oldest"]
    return 0, None


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since) / timedelta(seconds=1), 0.0) if since is not None else 0.0


# ---------------------------------------------------------------- what is told


class _Everything:
    """A registry, as far as writing it out goes."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        gauges = {name: GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in GAUGES.items()}
        for sample in self._samples:
            gauges[sample.gauge].add_metric(sample.labels, sample.value)
        yield from (gauge for gauge in gauges.values() if gauge.samples)
        if SHARED is None:
            yield from REGISTRY.collect()
            return
        _forget_the_dead(Path(SHARED))
        yield from MultiProcessCollector(None, SHARED).collect()  # type: ignore[no-untyped-call]


def _written(samples: Iterable[Sample]) -> bytes:
    return generate_latest(_Everything(samples))


def _forget_the_dead(shared: Path) -> None:
    """What processes that are gone counted stays; who listened to them does not listen any more."""
    for path in shared.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # somebody else is scraped at this moment
                mark_process_dead(pid, str(shared))  # type: ignore[no-untyped-call]
        except PermissionError:
            pass
