"""Demo events, so that there is something to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.caller import Caller
from domain.correlation import DEMO
from domain.documents import Event, Role, User
from domain.money import Money
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services


class DemoError(Exception):
    """There can be no demo events; the text is one line saying why."""


async def make_demo_events(services: Services) -> list[Event]:
    """Make the demo events that are not there, or have begun, and return those made. Raises DemoError."""
    admin = await User.find_one(User.role == Role.ADMIN)
    if admin is None:
        raise DemoError("events belong to an ADMIN and there is none: make one with `seatlock create-admin EMAIL`")
    caller = Caller(user_id=admin.id, role=admin.role, correlation_id=DEMO)
    made = [await make(services, caller) for make in (_general, _reserved)]
    return [event for event in made if event is not None]


async def _general(services: Services, caller: Caller) -> Event | None:
    name = "Warehouse Night"
    if await _is_on_sale(services, name):
        return None
    return await create_event(
        services,
        caller,
        name=name,
        description="Standing room: one price, first come first served.",
        starts_at=_evening(services, days=30),
        price=Money(50_000, "INR"),
        total_seats=500,
        sections=None,
    )


async def _reserved(services: Services, caller: Caller) -> Event | None:
    name = "The Cherry Orchard"
    if await _is_on_sale(services, name):
        return None
    return await create_event(
        services,
        caller,
        name=name,
        description="Numbered seats in the stalls and on the balcony, and a standing area.",
        starts_at=_evening(services, days=45),
        price=Money(3_500, "EUR"),
        total_seats=None,
        sections=[
            NewSection("STALLS", price=Money(6_500, "EUR"), capacity=None, rows=_rows("ABCDEFGHJK", seats=20)),
            NewSection("BALCONY", price=None, capacity=None, rows=_rows("ABCD", seats=16)),
            NewSection("STANDING", price=Money(1_200, "EUR"), capacity=60, rows=None),
        ],
    )


def _rows(names: str, seats: int) -> list[NewRow]:
    return [NewRow(name, seats) for name in names]


def _evening(services: Services, days: int) -> datetime:
    day = services.clock() + timedelta(days=days)
    return day.replace(hour=19, minute=30, second=0, microsecond=0)


async def _is_on_sale(services: Services, name: str) -> bool:
    return await Event.find_one(Event.name == name, Event.starts_at > services.clock()) is not None
