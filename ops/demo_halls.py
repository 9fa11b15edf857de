"""What `seatlock demo` puts on sale: halls of several kinds, which are worth looking at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.money import Money
from domain.sale.events import NewRow, NewSection


@dataclass(frozen=True, slots=True)
class Hall:
    """An event to be made. It has `sections`, or only `seats` of one kind."""

    name: str
    description: str
    price: Money
    seats: int | None = None
    sections: list[NewSection] | None = None
    venue: str | None = None
    time_zone: str = "UTC"
    most_each: int | None = None
    days: int = 0
    """It begins so many days from now, in the evening; with 0 in some hours."""
    opens_in: timedelta = timedelta()

    def begins_at(self, now: datetime) -> datetime:
        """When, if it is made now: whole, so that two who make it at once mean the same."""
        if not self.days:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4)
        day = now.astimezone(ZoneInfo(self.time_zone)) + timedelta(days=self.days)
        return day.replace(hour=19, minute=30, second=0, microsecond=0)

    def opens_at(self, now: datetime) -> datetime | None:
        """When its sale opens; None: at once."""
        return (now + self.opens_in).replace(microsecond=0) if self.opens_in else None


LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of rows: a theatre has no I and no O, which look like numbers."""


def _rows(count: int, seats: int, wider_by: int = 0, every: int = 1) -> list[NewRow]:
    """So many rows from A on. The first has so many `seats`; `every` so many rows they become wider."""
    return [NewRow(LETTERS[at], seats + at // every * wider_by) for at in range(count)]


def _stand(name: str, minor: int, rows: int, seats: int) -> NewSection:
    return NewSection(name, Money(minor, "EUR"), None, _rows(rows, seats, wider_by=2))


HALLS = (
    Hall(
        name="Warehouse Night",
        description="Standing room: one price, first come first served.",
        price=Money(50_000, "INR"),
        seats=500,
        days=30,
    ),
    Hall(
        name="The Cherry Orchard",
        description="Numbered seats in the stalls and on the balcony, and a standing area.",
        price=Money(3_500, "EUR"),
        sections=[
            NewSection("STALLS", Money(6_500, "EUR"), None, _rows(10, 20)),
            NewSection("BALCONY", None, None, _rows(4, 16)),
            NewSection("STANDING", Money(1_200, "EUR"), 60, None),
        ],
        days=45,
    ),
    Hall(
        name="A Midsummer Night's Dream",
        description="A theatre of 1,800 seats: stalls and a circle that widen to the back, and boxes of four.",
        venue="Theatre Royal",
        time_zone="Europe/London",
        price=Money(4_500, "GBP"),
        sections=[
            NewSection("STALLS", Money(7_500, "GBP"), None, _rows(24, 30, wider_by=2, every=2)),
            NewSection("CIRCLE", None, None, _rows(15, 34, wider_by=2)),
            NewSection("BOXES", Money(12_000, "GBP"), None, [NewRow(str(box), 4) for box in range(1, 25)]),
        ],
        most_each=8,
        days=60,
    ),
    Hall(
        name="The Northern Lights, live",
        description="An arena: stands on four sides, and 3,000 who stand on the floor.",
        venue="Harbour Arena",
        time_zone="Europe/Berlin",
        price=Money(6_900, "EUR"),
        sections=[
            NewSection("FLOOR", Money(7_900, "EUR"), 3_000, None),
            _stand("NORTH", 5_900, rows=12, seats=30),
            _stand("EAST", 8_900, rows=18, seats=44),
            _stand("SOUTH", 5_900, rows=12, seats=30),
            _stand("WEST", 9_900, rows=18, seats=44),
        ],
        most_each=6,
        days=90,
    ),
    Hall(
        name="Late Set",
        description="A small club: five rows at the stage, and the bar.",
        venue="The Cellar",
        time_zone="America/New_York",
        price=Money(2_500, "USD"),
        sections=[
            NewSection("STAGE", Money(4_000, "USD"), None, _rows(5, 8)),
            NewSection("BAR", None, 30, None),
        ],
        days=14,
    ),
    Hall(
        name="Secret Show",
        description="Its sale opens five minutes after it was made: watch it open by itself.",
        venue="To be announced",
        price=Money(3_000, "EUR"),
        sections=[
            NewSection("SEATS", None, None, _rows(8, 18)),
            NewSection("STANDING", Money(2_000, "EUR"), 120, None),
        ],
        most_each=4,
        opens_in=timedelta(minutes=5),
    ),
)
