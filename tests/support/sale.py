"""An event on sale, and people who want the same seats at the same moment."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, TypeVar

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Booking, Event, Role, SeatLock
from domain.errors import Refusal
from domain.inventory.commands import Cancelled, Confirmed, Locked, Released
from domain.money import Money
from domain.opening import open_services
from domain.payments import Paid, pay_booking
from domain.process.settings import Settings
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services
from tests.support.servers import another_server, close_server

ResultT = TypeVar("ResultT")


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def somebody(role: Role = Role.USER) -> Caller:
    """Somebody new."""
    return Caller(PydanticObjectId(), role, "test")


async def new_event(services: Services, *, seats: int | None = None, rows: list[NewRow] | None = None) -> Event:
    """An event with as many seats, or with these rows in a section STALLS: INR 500.00 each, a month from now."""
    return await create_event(
        services,
        somebody(Role.ADMIN),
        name="Concert",
        description=None,
        starts_at=services.clock() + timedelta(days=30),
        price=Money(50_000, "INR"),
        total_seats=seats,
        sections=[NewSection("STALLS", None, None, rows)] if rows else None,
    )


async def race(*contenders: Awaitable[ResultT]) -> list[ResultT | Refusal]:
    """All at once: what each of them got, which may be a refusal."""
    results = await asyncio.gather(*contenders, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return results  # type: ignore[return-value]  # any other exception has been raised


def tally(results: Iterable[object]) -> dict[str, int]:
    """How often each result came: `Locked`, `Locked again` for a replay, or the refusal's name."""
    return dict(
        Counter(type(result).__name__ + (" again" if getattr(result, "replayed", False) else "") for result in results)
    )


@dataclass
class Sale:
    """Sells through one writer, or through several in turn, as several processes would."""

    servers: list[Services]
    time: Time
    _turns: Any = field(init=False)

    def __post_init__(self) -> None:
        self._turns = cycle(self.servers)

    @property
    def services(self) -> Services:
        """Those of the first server."""
        return self.servers[0]

    async def event(self, seats: int) -> Event:
        """An event with that many seats, all one price."""
        return await new_event(self.services, seats=seats)

    async def numbered_event(self, seats: int) -> Event:
        """An event with one row, of seats STALLS-A-1 and so on."""
        return await new_event(self.services, rows=[NewRow("A", seats)])

    async def lock(self, event: Event, buyer: Caller, *seats: str, quantity: int = 1, key: str | None = None) -> Locked:
        """Lock as many seats, or the ones named."""
        return await lock_seats(
            next(self._turns),
            buyer,
            event_id=event.id,
            quantity=None if seats else quantity,
            section=None,
            seats=seats or None,
            idempotency_key=key or secrets.token_hex(8),
        )

    async def release(self, lock: SeatLock, buyer: Caller) -> Released:
        return await release_lock(next(self._turns), buyer, event_id=lock.event_id, lock_id=lock.id)

    async def confirm(self, lock: SeatLock, buyer: Caller) -> Confirmed:
        return await confirm_booking(next(self._turns), buyer, event_id=lock.event_id, lock_id=lock.id)

    async def pay(self, booking: Booking, buyer: Caller, *, key: str | None = None) -> Paid:
        paid = await pay_booking(
            next(self._turns),
            buyer,
            event_id=booking.event_id,
            booking_id=booking.id,
            token="sim_success",
            amount=None,
            idempotency_key=key or secrets.token_hex(8),
        )
        assert isinstance(paid, Paid)
        return paid

    async def cancel(self, booking: Booking, buyer: Caller) -> Cancelled:
        return await cancel_booking(
            next(self._turns), buyer, event_id=booking.event_id, booking_id=booking.id, reason=None
        )

    async def book(self, event: Event, buyer: Caller, quantity: int = 1) -> Booking:
        """A booking that waits for its payment."""
        locked = await self.lock(event, buyer, quantity=quantity)
        return (await self.confirm(locked.lock, buyer)).booking


@asynccontextmanager
async def open_sale(settings: Settings, writers: int) -> AsyncIterator[Sale]:
    """A sale through that many writers on one database."""
    time = Time()
    async with open_services(settings, time) as services:
        others = [another_server(services) for _ in range(writers - 1)]
        yield Sale([services, *others], time)
        for other in others:
            await close_server(other)
