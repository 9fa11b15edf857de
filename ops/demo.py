"""Demo events, so that there is something to look at."""

from __future__ import annotations

from domain.caller import Caller
from domain.correlation import DEMO
from domain.documents import Event, Role, User
from domain.errors import IdempotencyKeyReused
from domain.sale.events import create_event
from domain.services import Services
from ops.demo_halls import HALLS, Hall


class DemoError(Exception):
    """There can be no demo events; the text is one line saying why."""


async def make_demo_events(services: Services) -> list[Event]:
    """Make the demo events that are not there, or have begun, and return those made. Raises DemoError."""
    admin = await User.find(User.role == Role.ADMIN).sort("_id").first_or_none()
    if admin is None:
        raise DemoError("events belong to an ADMIN and there is none: make one with `seatlock create-admin EMAIL`")
    caller = Caller(user_id=admin.id, role=admin.role, correlation_id=DEMO)
    made = [await _make(services, caller, hall) for hall in HALLS]
    return [event for event in made if event is not None]


async def _make(services: Services, caller: Caller, hall: Hall) -> Event | None:
    """None if it is there already."""
    now = services.clock()
    if await Event.find_one(Event.name == hall.name, Event.starts_at > now) is not None:
        return None
    starts_at = hall.begins_at(now)
    try:
        return await create_event(
            services,
            caller,
            name=hall.name,
            description=hall.description,
            venue=hall.venue,
            time_zone=hall.time_zone,
            starts_at=starts_at,
            sales_start_at=hall.opens_at(now),
            price=hall.price,
            total_seats=hall.seats,
            sections=hall.sections,
            max_seats_per_buyer=hall.most_each,
            # Somebody else may make it at this moment.
            idempotency_key=f"demo {hall.name} {starts_at.isoformat()}",
        )
    except IdempotencyKeyReused:  # they were a second earlier or later, and their sale opens then
        return None
