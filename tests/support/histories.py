"""Random histories of events, lived through the real writer, and what their reports must say: `python -m
tests.support.histories 10000`.

Every history has a clock of its own, so that hundreds are lived at once in one database. `Stock` counts documents one
by one, on purpose without a line of domain/reports.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    AuditEntry,
    Booking,
    Event,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut, Refusal
from domain.integrity.figures import check_figures
from domain.inventory.commands import Expire
from domain.inventory.parts import Counted, Part
from domain.inventory.payment_commands import PaymentSettled
from domain.jobs.clean_up import clean_up
from domain.money import Money
from domain.opening import open_services
from domain.payments import pay_booking
from domain.payments.calls import NoAnswer
from domain.payments.failed_refunds import mark_given_back, resend_refund
from domain.payments.refund import record_refunded
from domain.process.progress import Progress
from domain.process.settings import Settings, load_settings
from domain.providers.port import Refunded
from domain.providers.simulated import OUTCOMES, SimulatedProvider
from domain.reports.health import health_metrics
from domain.reports.summary import booking_summary
from domain.reports.timeline import TimelineBucket, sales_timeline
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.sale.lock_changes import change_lock, extend_lock
from domain.services import Services
from tests.support.worlds import hear_late

MS, MINUTE, HOUR, DAY = timedelta(milliseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OPENING = datetime(2030, 1, 1, tzinfo=UTC)
AT_ONCE = 48

_now: ContextVar[datetime] = ContextVar("_now", default=OPENING)


def own_time() -> datetime:
    """The time of whoever asks: the writer serves an event in the context of those who sell it."""
    return _now.get()


class Moody(SimulatedProvider):
    """Gives money back, or won't, or doesn't answer."""

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        match random.Random(str(refund.id)).randrange(4):
            case 0:
                return Refunded(RefundStatus.FAILED, failure_reason="account closed")
            case 1:
                raise NoAnswer
        return await super().refund(refund, payment)


# ---------------------------------------------------------------- living


@dataclass
class History:
    """One event, and people who do what comes to their minds."""

    services: Services
    dice: random.Random
    event: Event = field(init=False)
    buyer: Caller = field(default_factory=lambda: Caller(new_id(), Role.USER, "buyer"))
    locks: list[SeatLock] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    async def live(self, steps: int) -> Event:
        _now.set(OPENING + timedelta(milliseconds=self.dice.randrange(3 * 86_400_000)))
        self.event = await create_event(
            self.services,
            Caller(new_id(), Role.ADMIN, "admin"),
            name="Concert",
            description=None,
            starts_at=own_time() + timedelta(days=30),
            price=Money(self.dice.randrange(1, 100_000), self.dice.choice(["INR", "EUR", "JPY"])),
            total_seats=None,
            sections=[NewSection("FLOOR", None, 12, None), NewSection("STALLS", None, None, [NewRow("A", 6)])],
        )
        deeds: list[Callable[[], Awaitable[Any]]] = [
            *[self.lock] * 4,
            *[self.confirm] * 3,
            *[self.pay] * 5,
            self.release,
            *[self.change] * 3,
            self.extend,
            self.cancel,
            self.cancel,
            self.sweep,
            self.hear,
            self.settle,
            self.help_along,
            self.buy,
        ]
        for _ in range(steps):
            at_once = [self.dice.choice(deeds)() for _ in range(self.dice.choice([1, 1, 1, 2, 4]))]
            for answer in await asyncio.gather(*at_once, return_exceptions=True):
                match answer:
                    case PaymentFailed() | PaymentTimedOut():
                        self._paid(answer)
                    case BaseException() if not isinstance(answer, Refusal):
                        raise answer
            self.wait()
        return self.event

    def wait(self) -> None:
        now, dice = own_time(), self.dice
        due = [lock.expires_at for lock in self.locks[-3:] if lock.expires_at > now] or [now]
        choices = [
            now,
            now + MS,
            now + timedelta(milliseconds=dice.randrange(90_000)),
            now + timedelta(milliseconds=dice.randrange(7_200_000)),
            min(due),
            now - (now - OPENING) % MINUTE + MINUTE,
            now - (now - OPENING) % HOUR + HOUR,
            now - (now - OPENING) % HOUR + HOUR - MS,
            now + timedelta(seconds=300) - MS,
        ]
        _now.set(max(now, dice.choice(choices)))

    async def lock(self) -> SeatLock | None:
        section = self.dice.choice(["FLOOR", "FLOOR", "STALLS"])
        locked = await lock_seats(
            self.services,
            self.buyer,
            event_id=self.event.id,
            quantity=self.dice.randrange(1, 4),
            section=section,
            seats=None,
            idempotency_key=secrets.token_hex(8),
        )
        self.locks.append(locked.lock)
        return locked.lock

    def _some(self) -> PydanticObjectId:
        return self.dice.choice(self.locks[-4:]).id if self.locks else new_id()

    async def confirm(self) -> None:
        await confirm_booking(self.services, self.buyer, event_id=self.event.id, lock_id=self._some())

    async def pay(self, booking_id: PydanticObjectId | None = None) -> None:
        paid = await pay_booking(
            self.services,
            self.buyer,
            event_id=self.event.id,
            booking_id=booking_id or self._some(),
            token=self.dice.choice(["sim_success", *OUTCOMES]),
            amount=None,
            idempotency_key=secrets.token_hex(8),
        )
        self.payments.append(paid.payment)

    def _paid(self, failure: PaymentFailed | PaymentTimedOut) -> None:
        self.payments.append(failure.payment)
        if isinstance(failure, PaymentFailed) and failure.refund:
            self.refunds.append(failure.refund)

    async def buy(self) -> None:
        if lock := await self.lock():
            await confirm_booking(self.services, self.buyer, event_id=self.event.id, lock_id=lock.id)
            await self.pay(lock.id)

    async def change(self) -> None:
        add: list[Part] = [Counted(1, self.dice.choice(["FLOOR", "STALLS"]))] if self.dice.random() < 0.7 else []
        remove: list[Part] = [Counted(1, self.dice.choice(["FLOOR", "STALLS", None]))]
        await change_lock(
            self.services,
            self.buyer,
            event_id=self.event.id,
            lock_id=self._some(),
            add=add or None,
            remove=None if add and self.dice.random() < 0.5 else remove,
            idempotency_key=secrets.token_hex(8),
        )

    async def extend(self) -> None:
        await extend_lock(self.services, self.buyer, event_id=self.event.id, lock_id=self._some())

    async def release(self) -> None:
        await release_lock(self.services, self.buyer, event_id=self.event.id, lock_id=self._some())

    async def cancel(self) -> None:
        cancelled = await cancel_booking(
            self.services, self.buyer, event_id=self.event.id, booking_id=self._some(), reason=None
        )
        if cancelled.refund:
            self.refunds.append(cancelled.refund)

    async def sweep(self) -> None:
        for booked in (False, True):
            expire = Expire(event_id=self.event.id, caller=None, correlation_id="expiry", booked=booked)
            await self.services.writer.execute(expire)

    async def hear(self) -> PaymentSettled | None:
        """From the provider, late, whatever it says now."""
        if not self.payments:
            return None
        status = self.dice.choice([PaymentStatus.SUCCEEDED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED])
        settled = await hear_late(
            self.services,
            self.buyer,
            event_id=self.event.id,
            payment=self.dice.choice(self.payments),
            status=status,
            money_taken=status is PaymentStatus.SUCCEEDED or self.dice.random() < 0.5,
        )
        if settled.refund:
            self.refunds.append(settled.refund)
        return settled

    async def settle(self) -> None:
        """A refund, at last or again."""
        if self.refunds:
            refund = self.dice.choice(self.refunds)
            if self.dice.random() < 0.8:  # else as it was read long ago
                refund = await Refund.get(refund.id) or refund
            status = self.dice.choice([RefundStatus.PROCESSED, RefundStatus.FAILED])
            with suppress(Refusal):
                await record_refunded(self.services.writer, refund, Refunded(status))

    async def help_along(self) -> None:
        """An ADMIN has a refund sent once more, or gives the money back by hand."""
        if self.refunds:
            refund, admin = self.dice.choice(self.refunds), Caller(new_id(), Role.ADMIN, "admin")
            with suppress(Refusal):
                if self.dice.random() < 0.7:
                    await resend_refund(self.services, admin, refund_id=refund.id, note="again")
                else:
                    await mark_given_back(self.services, admin, refund_id=refund.id, note="cash", reference=None)


async def live_through(services: Services, count: int, seed: int) -> list[Event]:
    """So many histories, many at once; afterwards some of what ended is archived."""
    services.provider = Moody(own_time)
    slots = asyncio.Semaphore(AT_ONCE)

    async def live(number: int) -> Event:
        async with slots:
            dice = random.Random(f"{seed}/{number}")
            return await History(services, dice).live(dice.randrange(1, 16))

    events = await asyncio.gather(*(asyncio.create_task(live(number)) for number in range(count)))
    _now.set(OPENING + timedelta(days=3, hours=12))
    await clean_up(
        replace(services, settings=services.settings.model_copy(update={"archive_after_days": 1})), Progress()
    )
    return events


# ---------------------------------------------------------------- counting by brute force

Raw = dict[str, Any]


class Stock:
    """Every document there is, by event."""

    def __init__(self) -> None:
        self.events: dict[PydanticObjectId, Raw] = {}
        self.locks: defaultdict[PydanticObjectId, list[Raw]] = defaultdict(list)
        self.bookings: defaultdict[PydanticObjectId, list[Raw]] = defaultdict(list)
        self.payments: defaultdict[PydanticObjectId, list[Raw]] = defaultdict(list)
        self.refunds: defaultdict[PydanticObjectId, list[Raw]] = defaultdict(list)
        self.entries: defaultdict[PydanticObjectId, list[Raw]] = defaultdict(list)

    @classmethod
    async def read(cls) -> Stock:
        stock = cls()
        for event in await Event.get_pymongo_collection().find().to_list():
            stock.events[event["_id"]] = event
        for kind, where in (
            (SeatLock, stock.locks),
            (ArchivedSeatLock, stock.locks),
            (Booking, stock.bookings),
            (ArchivedBooking, stock.bookings),
            (Payment, stock.payments),
            (Refund, stock.refunds),
            (AuditEntry, stock.entries),
        ):
            async for raw in kind.get_pymongo_collection().find():
                where[raw.get("event_id")].append(raw)
        return stock

    def _of(self, event_id: PydanticObjectId | None) -> Iterable[PydanticObjectId]:
        return self.events if event_id is None else [event_id]

    def summary(
        self, event_id: PydanticObjectId | None, start: datetime | None, end: datetime | None, now: datetime
    ) -> Raw:
        statuses: Counter[str] = Counter()
        seats = capacity = 0
        money: dict[str, list[int]] = {}
        for each in self._of(event_id):
            event = self.events[each]
            capacity += sum(section["total"] for section in event["sections"])
            given_back = {refund["payment_id"]: refund for refund in self.refunds[each]}
            gross: Counter[Any] = Counter()
            refunded: Counter[Any] = Counter()
            for payment in self.payments[each]:
                refund = given_back.get(payment["_id"])
                if payment["status"] == "SUCCEEDED" or (payment["status"] == "FAILED" and refund):
                    gross[payment["booking_id"]] += payment["amount_minor"]
                if refund and refund["status"] in ("INITIATED", "PROCESSED"):
                    refunded[payment["booking_id"]] += refund["amount_minor"]
            sums = money.setdefault(event["currency"], [0, 0])
            for booking in self.bookings[each]:
                made = booking["created_at"]
                if (start is not None and made < start) or (end is not None and made >= end):
                    continue
                status = booking["status"]
                if status == "PAYMENT_PENDING" and booking["payment_expires_at"] <= now:
                    status = "EXPIRED"
                statuses[status] += 1
                if status == "CONFIRMED":
                    seats += sum(booking["quantities"].values())
                sums[0] += gross[booking["_id"]]
                sums[1] += refunded[booking["_id"]]
        return {
            **{status: statuses[status] for status in STATUSES},
            "seats": seats,
            "capacity": capacity,
            "utilization": percentage(seats, capacity),
            "revenue": [
                (currency, gross, refunded, gross - refunded)
                for currency, (gross, refunded) in sorted(money.items())
                if event_id is not None or gross or refunded
            ],
        }

    def health(self, event_id: PydanticObjectId | None, hours: int, now: datetime) -> Raw:
        since = now.replace(second=0, microsecond=0) - timedelta(hours=hours)
        locks: Counter[str] = Counter()
        payments: Counter[str] = Counter()
        for each in self._of(event_id):
            for lock in self.locks[each]:
                if lock["created_at"] >= since:
                    dead = lock["status"] == "ACTIVE" and lock["expires_at"] <= now
                    locks["EXPIRED" if dead else lock["status"]] += 1
            payments.update(payment["status"] for payment in self.payments[each] if payment["created_at"] >= since)
        of_locks, of_payments = locks.total(), payments.total()
        return {
            "since": since,
            "locks": (of_locks, locks["EXPIRED"], fraction(locks["EXPIRED"], of_locks)),
            "payments": (of_payments, *(payments[status] for status in ("SUCCEEDED", "FAILED", "TIMED_OUT"))),
            "rates": (fraction(payments["SUCCEEDED"], of_payments), fraction(payments["FAILED"], of_payments)),
        }

    def timeline(
        self, event_id: PydanticObjectId, start: datetime, end: datetime, unit: timedelta, now: datetime
    ) -> list[tuple[Any, ...]]:
        failed_with_money = {refund["payment_id"] for refund in self.refunds[event_id]}
        points = []
        begins = start.replace(minute=0, second=0, microsecond=0)
        if unit == DAY:
            begins = begins.replace(hour=0)
        while begins < end:
            ends = begins + unit

            def now_or_then(instant: datetime | None, begins: datetime = begins, ends: datetime = ends) -> bool:
                return instant is not None and begins <= instant < ends

            gross = sum(
                payment["amount_minor"]
                for payment in self.payments[event_id]
                if now_or_then(payment["settled_at"])
                and (
                    payment["status"] == "SUCCEEDED"
                    or (payment["status"] == "FAILED" and payment["_id"] in failed_with_money)
                )
            )
            refunded = sum(
                refund["amount_minor"]
                for refund in self.refunds[event_id]
                if now_or_then(refund["created_at"]) and refund["status"] != "FAILED"
            )
            made_at = min(entry["created_at"] for entry in self.entries[event_id])
            available = sum(
                counts[0]
                for entry in self.entries[event_id]
                if entry["created_at"] < ends
                for counts in (entry.get("effect") or {}).values()
            )
            if ends > now:
                available += sum(
                    sum(lock["quantities"].values())
                    for lock in self.locks[event_id]
                    if lock["status"] == "ACTIVE" and lock["expires_at"] <= now
                )
            points.append(
                (
                    begins,
                    sum(now_or_then(lock["created_at"]) for lock in self.locks[event_id]),
                    sum(now_or_then(booking["created_at"]) for booking in self.bookings[event_id]),
                    gross,
                    refunded,
                    gross - refunded,
                    available if begins <= now and made_at < ends else None,
                )
            )
            begins = ends
        return points


STATUSES = ("PAYMENT_PENDING", "CONFIRMED", "FAILED", "EXPIRED", "CANCELLED")


def percentage(part: int, whole: int) -> float:
    return float(rounded(Fraction(part * 100, whole), 2)) if whole else 0.0


def fraction(part: int, whole: int) -> float:
    return float(rounded(Fraction(part, whole), 4)) if whole else 0.0


def rounded(exact: Fraction, decimals: int) -> Decimal:
    scaled = exact * 10**decimals
    return Decimal((scaled + Fraction(1, 2)).__floor__()).scaleb(-decimals)


# ---------------------------------------------------------------- comparing


@dataclass
class Comparison:
    """Asks for reports, and counts how many figures were compared."""

    services: Services
    stock: Stock
    dice: random.Random
    figures: int = 0

    async def compare(self, event_id: PydanticObjectId | None) -> None:
        """Reports on one event or all, of any time, at any time."""
        _now.set(self._instant())
        now = own_time()
        instant, booked = self._instant(), self._booked(event_id)
        ranges = (None, None), (instant, None), (None, instant), self._range(), (booked, booked + MS)
        for start, end in ranges:
            found = await booking_summary(self.services, event_id, start, end)
            told = {
                **{status.value: count for status, count in found.bookings.items()},
                "seats": found.booked_seats,
                "capacity": found.capacity,
                "utilization": found.utilization_percentage,
                "revenue": [
                    (of.gross.currency, of.gross.minor, of.refunded.minor, of.net.minor) for of in found.revenue
                ],
            }
            self._equal(told, self.stock.summary(event_id, start, end, now), (event_id, start, end, now))

        hours = self.dice.choice([1, 2, 24, 8760, self.dice.randrange(1, 100)])
        health = await health_metrics(self.services, event_id, hours)
        statuses = (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.TIMED_OUT)
        expired = health.locks[SeatLockStatus.EXPIRED]
        told = {
            "since": health.since,
            "locks": (sum(health.locks.values()), expired, health.expiry_rate),
            "payments": (sum(health.payments.values()), *(health.payments[status] for status in statuses)),
            "rates": (health.success_rate, health.failure_rate),
        }
        self._equal(told, self.stock.health(event_id, hours, now), (event_id, hours, now))

        if event_id is None:
            return
        for bucket, unit in ((TimelineBucket.HOUR, HOUR), (TimelineBucket.DAY, DAY)):
            start, end = self._range()
            points = await sales_timeline(self.services, event_id, start, end, bucket)
            line = [
                (
                    point.start,
                    point.locks,
                    point.bookings,
                    point.revenue.gross.minor,
                    point.revenue.refunded.minor,
                    point.revenue.net.minor,
                    point.available_seats,
                )
                for point in points
            ]
            self._equal(line, self.stock.timeline(event_id, start, end, unit, now), (event_id, start, end, now))

    def _booked(self, event_id: PydanticObjectId | None) -> datetime:
        """When a booking was made, if there is one."""
        made: list[datetime] = [raw["created_at"] for raw in self.stock.bookings.get(event_id or new_id(), [])]
        return self.dice.choice(made or [OPENING])

    def _range(self) -> tuple[datetime, datetime]:
        start = self._instant()
        length = self.dice.choice([MS, 500 * MS, MINUTE, HOUR, DAY, MS * self.dice.randrange(1, 3 * 86_400_000)])
        return start, start + length

    def _instant(self) -> datetime:
        """Any, or exactly when something was made, or a boundary."""
        event_id = self.dice.choice([*self.stock.events])
        made: list[datetime] = [
            raw["created_at"] for raw in [*self.stock.bookings[event_id], *self.stock.locks[event_id]]
        ]
        anywhere = OPENING + MS * self.dice.randrange(5 * 86_400_000)
        step = self.dice.choice([MINUTE, HOUR, DAY])
        choices: list[datetime] = [anywhere, anywhere - (anywhere - OPENING) % step, *made[:2]]
        return self.dice.choice(choices)

    def _equal(self, told: Any, counted: Any, asked: object) -> None:
        assert told == counted, f"asked {asked}: told {told}, counted {counted}"
        self.figures += sum(map(len, told)) if isinstance(told, list) else len(told)


async def compare_reports(settings: Settings, count: int, seed: int) -> int:
    """Live through so many histories, and hold every report on them against brute force; how many figures."""
    began = time.monotonic()
    async with open_services(settings, own_time) as services:
        events = await live_through(services, count, seed)
        say(f"{count:,} histories lived in {time.monotonic() - began:.0f} s")
        assert await check_figures(services.mongo) == []
        say(f"recounted after {time.monotonic() - began:.0f} s")
        stock = await Stock.read()
        comparison = Comparison(services, stock, random.Random(seed))
        for event in events:
            await comparison.compare(event.id)
        for _ in range(20):
            await comparison.compare(None)
        statuses = Counter(raw["status"] for bookings in stock.bookings.values() for raw in bookings)
        assert set(statuses) == set(STATUSES), "there is every kind of booking"
        documents = sum(map(len, [*stock.locks.values(), *stock.bookings.values(), *stock.payments.values()]))
        say(f"{comparison.figures:,} figures of {documents:,} locks, bookings and payments compared, all equal")
        say(f"done after {time.monotonic() - began:.0f} s; bookings: {dict(statuses)}")
        await services.mongo.drop_database(settings.mongo_database)
    return comparison.figures


def say(line: str) -> None:
    if __name__ == "__main__":
        print(line, flush=True)  # noqa: T201  # for those who run this by hand


def main() -> None:
    """From the command line: how many histories, and a seed."""
    from ops.embedded import embedded_servers

    count, seed = (*map(int, sys.argv[1:]), *(200, 1)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as scratch, embedded_servers(Path(scratch) / "servers") as servers:
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            mongo_database="histories",
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
        )
        asyncio.run(compare_reports(settings, count, seed))


if __name__ == "__main__":
    main()
