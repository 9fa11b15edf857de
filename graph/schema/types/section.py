"""Sections of an event, their rows and seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

import strawberry
from beanie import PydanticObjectId

from domain import documents
from graph.schema.context import Info
from graph.schema.enums import Seating, SeatStatus
from graph.schema.ids import encode_part_id
from graph.schema.types.money import Money

if TYPE_CHECKING:
    from graph.schema.types.booking import Booking


@strawberry.type(description="A row of numbered seats in a compact form.")
class SeatRow:
    name: str = strawberry.field(description="The row's name, as on its seats' labels.")
    statuses: str = strawberry.field(
        description="One letter a seat, seat 1 first: A for AVAILABLE, H for HELD, B for BOOKED."
    )


async def seats_of_viewer(info: Info, event_id: PydanticObjectId) -> frozenset[str]:
    """Labels of the event's seats that the viewer holds or has booked; none of who is not signed in."""
    caller = info.context.caller
    return await info.context.loaders.seats_of_user.load((caller.user_id, event_id)) if caller else frozenset()


@strawberry.type(description="A numbered seat of a RESERVED section.")
class Seat:
    label: str = strawberry.field(description="Section, row and number, as in STALLS-A-12; lockSeats takes it.")
    section: str = strawberry.field(description="Name of its section.")
    row: str = strawberry.field(description="Name of its row.")
    number: int = strawberry.field(description="Its number in the row, from 1.")
    status: SeatStatus = strawberry.field(description="What may be done with it now.")
    price: Money = strawberry.field(description="What it costs.")
    mine: bool = strawberry.field(
        description=(
            "Whether the viewer holds it or has booked it; false when not signed in. A subscription that asks for this "
            "is shared by nobody but the viewer's own listeners."
        )
    )
    event_id: strawberry.Private[PydanticObjectId | None]
    """None where many listeners are told the same: there nobody is told whose it is."""

    @strawberry.field(
        description=(
            "Who sits there, or has confirmed and not paid yet. For ADMINs; null for others, and in `changedSeats`."
        )
    )
    async def booking(self, info: Info) -> Annotated[Booking, strawberry.lazy("graph.schema.types.booking")] | None:
        from graph.schema.types.booking import Booking

        caller, loaders = info.context.caller, info.context.loaders
        if caller is None or not caller.is_admin or self.event_id is None or self.status is SeatStatus.AVAILABLE:
            return None
        holder = (await loaders.seat_holders.load(self.event_id)).get(self.label)
        # A booking keeps its lock's id.
        booking = await loaders.bookings.load(holder) if holder else None
        return Booking.from_document(booking) if booking else None


@strawberry.type(
    description="A part of an event with one price and one way of seating. A simple event has exactly one section."
)
class Section:
    id: strawberry.ID = strawberry.field(
        description="Opaque global id, by which caches tell sections apart; `node` finds nothing by it."
    )
    name: str = strawberry.field(description="Its name, unique in the event.")
    seating: Seating = strawberry.field(description="Whether it has a capacity or numbered seats.")
    price: Money = strawberry.field(description="What one seat costs here.")
    total_seats: int = strawberry.field(description="How many seats there are: available, locked and booked.")
    available_seats: int = strawberry.field(description="How many can be locked now.")
    locked_seats: int = strawberry.field(description="How many are HELD, by seat locks or by the house.")
    booked_seats: int = strawberry.field(description="How many are sold.")
    event_id: strawberry.Private[PydanticObjectId]

    @classmethod
    def of_event(cls, event: documents.Event, place: int) -> Self:
        """The section that is at this place."""
        section = event.sections[place]
        return cls(
            id=encode_part_id("Section", event.id, place),
            name=section.name,
            seating=section.seating,
            price=Money.from_money(event.price_of(section)),
            total_seats=section.total,
            available_seats=section.available,
            locked_seats=section.held,
            booked_seats=section.booked,
            event_id=event.id,
        )

    @strawberry.field(
        description=(
            "Compact seat map: one string per row, one letter per seat (A available, H held, B booked). "
            "Empty for GENERAL."
        )
    )
    async def rows(self, info: Info) -> list[SeatRow]:
        if self.seating is Seating.GENERAL:
            return []
        rows = await info.context.loaders.seat_rows.load(self.event_id)
        return [SeatRow(name=row.name, statuses=row.statuses) for row in rows if row.section == self.name]
