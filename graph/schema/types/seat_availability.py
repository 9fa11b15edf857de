from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Self

import strawberry

from domain.documents import STATUS_OF_LETTER, SeatStatus
from domain.live.view import View, changed_rows, changed_seats
from graph.schema.context import Info
from graph.schema.enums import SalesClosedReason
from graph.schema.ids import encode_id
from graph.schema.slices import Slices
from graph.schema.types.event import Event
from graph.schema.types.money import Money
from graph.schema.types.section import Seat, seats_of_viewer


@strawberry.type(description="A row of numbered seats in a compact form, of whichever section.")
class ChangedRow:
    section: str = strawberry.field(description="Name of its section.")
    name: str = strawberry.field(description="The row's name, as on its seats' labels.")
    statuses: str = strawberry.field(
        description="One letter a seat, seat 1 first: A for AVAILABLE, H for HELD, B for BOOKED."
    )


@strawberry.type(description="How many seats of an event are available, and which have changed.")
class SeatAvailability:
    event_id: strawberry.ID = strawberry.field(description="The event.")
    version: int = strawberry.field(
        description=(
            "Grows with every message. The same as `Event.version` of a query: what has the greater one is newer."
        )
    )
    snapshot: bool = strawberry.field(
        description="Whether this is the whole state (a listener's first message) rather than a change."
    )
    total_seats: int = strawberry.field(description="How many seats there are: available, locked and booked.")
    available_seats: int = strawberry.field(description="How many can be locked now.")
    locked_seats: int = strawberry.field(description="How many are HELD by seat locks.")
    booked_seats: int = strawberry.field(description="How many are sold.")
    sales_open: bool = strawberry.field(
        description=(
            "Whether seats can be locked now, if any are available: a message comes at the instant at which sales "
            "open or close."
        )
    )
    sales_closed_reason: SalesClosedReason | None = strawberry.field(
        description="Why `salesOpen` is false: of several reasons the one that lasts longest. Null while it is true."
    )
    as_of: datetime = strawberry.field(description="The time of this state.")
    before: strawberry.Private[View | None]
    view: strawberry.Private[View]

    @classmethod
    def of_views(cls, before: View | None, view: View) -> Self:
        """What to tell who was last told of `before`."""
        counters = view.counters
        return cls(
            event_id=encode_id("Event", view.facts.id),
            version=view.version,
            snapshot=before is None,
            total_seats=counters.available + counters.held + counters.booked,
            available_seats=counters.available,
            locked_seats=counters.held,
            booked_seats=counters.booked,
            sales_open=view.sales_open,
            sales_closed_reason=view.facts.sales_window.closed_because(view.at),
            as_of=view.at,
            before=before,
            view=view,
        )

    @strawberry.field(
        description=(
            "The same event as a query gives it, at this version: a normalising cache updates itself. What only ADMINs "
            "see is read at this moment; a subscription that asks for it ends when they are ADMINs no more."
        )
    )
    def event(self, info: Info) -> Event:
        info.context.loaders.show(self.view)
        return Event.from_document(self.view.event())

    @strawberry.field(
        description=(
            "The compact way: rows of RESERVED sections that changed since this listener's last message, as they are "
            "now; in the snapshot all rows with a seat that is not AVAILABLE."
        )
    )
    def changed_rows(self) -> list[ChangedRow]:
        places = self.view.places
        return [
            ChangedRow(section=places[row].section, name=places[row].name, statuses=letters)
            for row, _, letters in changed_rows(self.before, self.view)
        ]

    @strawberry.field(
        graphql_type=list[Seat],
        description=(
            "Numbered seats changed since this listener's last message, as they are now; in the snapshot, "
            "those not AVAILABLE."
        ),
    )
    async def changed_seats(self, info: Info) -> AsyncIterator[Seat]:
        changed = list(changed_seats(self.before, self.view))
        info.context.count_seats(len(changed))
        facts, places = self.view.facts, self.view.places
        prices = {section.name: Money.from_money(facts.price_of(section)) for section in facts.sections}
        mine = await seats_of_viewer(info, facts.id)
        slices = Slices()
        for seat in changed:
            await slices.one_more()
            place = places[seat.row]
            label, taken = f"{seat.row}-{seat.position + 1}", seat.letter != SeatStatus.AVAILABLE.letter
            yield Seat(
                label=label,
                section=place.section,
                row=place.name,
                number=seat.position + 1,
                status=STATUS_OF_LETTER[seat.letter],
                price=prices[place.section],
                mine=taken and label in mine,
                event_id=None,
            )
