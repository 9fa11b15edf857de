"""bookingSummary: how the bookings of a time are, and what they brought in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import BookingStatus, Event
from domain.errors import InvalidInput, NotFound
from domain.money import Money
from domain.reports.allotments import Allotted, add_up_allotted
from domain.reports.figures import BOOKINGS, GROSS, REFUNDED, SEATS
from domain.reports.sums import Question, add_up_bookings

if TYPE_CHECKING:
    from domain.services import Services


@dataclass(frozen=True, slots=True)
class Revenue:
    """What was taken and what was given back of it, or is to be, in one currency."""

    gross: Money
    refunded: Money

    @property
    def net(self) -> Money:
        return self.gross - self.refunded


@dataclass(frozen=True, slots=True)
class BookingSummary:
    """Bookings by status; seats of CONFIRMED ones and of the events; revenue by currency code, in that order.

    `allotted` are seats that the events keep back now.
    """

    bookings: dict[BookingStatus, int]
    booked_seats: int
    capacity: int
    revenue: list[Revenue]
    allotted: Allotted

    @property
    def utilization_percentage(self) -> float:
        """Booked seats of a hundred, half a hundredth rounded up; 0 of none."""
        return ratio(self.booked_seats * 100, self.capacity, decimals=2)


def ratio(part: int, whole: int, *, decimals: int) -> float:
    """part / whole to so many decimals, half a unit rounded up; 0 of nothing."""
    scale: int = 10**decimals
    return (part * scale * 2 + whole) // (whole * 2) / scale if whole else 0.0


async def booking_summary(
    services: Services, event_id: PydanticObjectId | None, start: datetime | None, end: datetime | None
) -> BookingSummary:
    """The bookings made in [start, end), of one event or all, as they are now. Raises InvalidInput, NotFound."""
    if start is not None and end is not None and end <= start:
        raise InvalidInput("endDate", "Must be after startDate.")
    async with services.mongo.start_session(snapshot=True) as session:
        capacity, currency = await _capacity(event_id, session)
        now = services.clock()
        found = await add_up_bookings(Question(event_id, start, end), now, session)
        allotted = await add_up_allotted({} if event_id is None else {"_id": event_id}, now, session)
    if currency is not None:
        found[currency]  # also of an event that has sold nothing
    figures = sum(found.values(), Counter[str]())
    return BookingSummary(
        {status: figures[BOOKINGS[status]] for status in BookingStatus},
        figures[SEATS],
        capacity,
        [
            revenue_of(code, sums[GROSS], sums[REFUNDED])
            for code, sums in sorted(found.items())
            if code == currency or sums[GROSS] or sums[REFUNDED]
        ],
        Allotted(sum(one.seats for one in allotted.values()), sum(one.kept for one in allotted.values())),
    )


def revenue_of(currency: str, gross: int, refunded: int) -> Revenue:
    return Revenue(Money(gross, currency), Money(refunded, currency))


async def _capacity(event_id: PydanticObjectId | None, session: AsyncClientSession) -> tuple[int, str | None]:
    """The seats of all events; or of one, and its currency. Raises NotFound."""
    theirs = {} if event_id is None else {"_id": event_id}
    seats = {"$sum": {"$sum": "$sections.total"}}
    groups = await Event.get_pymongo_collection().aggregate(
        [{"$match": theirs}, {"$group": {"_id": None, "seats": seats, "currency": {"$first": "$currency"}}}],
        session=session,
    )
    for group in await groups.to_list():
        return group["seats"], None if event_id is None else group["currency"]
    if event_id is not None:
        raise NotFound("No such event.")
    return 0, None
