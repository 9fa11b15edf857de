from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Self

import strawberry
from beanie import PydanticObjectId

from domain import documents
from domain.documents import STATUS_OF_LETTER
from domain.integrity import past
from domain.inventory.rules.cancellation import policy_of
from domain.process.budgets import Budget
from domain.text import normal
from graph.schema.budgets import spend
from graph.schema.context import MAX_SEATS, MAX_SEATS_OF_QUERY, Info, require_admin
from graph.schema.enums import SalesClosedReason, Seating, SeatStatus
from graph.schema.ids import encode_id
from graph.schema.loaders import existing
from graph.schema.slices import Slices
from graph.schema.types.allocation import Allocation
from graph.schema.types.money import Money
from graph.schema.types.node import Node
from graph.schema.types.section import Seat, SeatRow, Section, seats_of_viewer


@strawberry.type(
    description="What cancelling a paid booking gives back: all of it, then a part; nothing once the event has started."
)
class CancellationPolicy:
    full_until: datetime | None = strawberry.field(
        description="Before this instant everything is given back; null when there is no such time."
    )
    percentage: int = strawberry.field(
        description="The percentage that is given back from then until the event starts."
    )


@strawberry.type(description="A section's seats as they were.")
class PastSection:
    name: str = strawberry.field(description="Its name.")
    seating: Seating = strawberry.field(description="Whether it has a capacity or numbered seats.")
    total_seats: int = strawberry.field(description="How many seats there were: available, locked and booked.")
    available_seats: int = strawberry.field(description="How many could be locked then.")
    locked_seats: int = strawberry.field(description="How many were HELD, by seat locks or by the house.")
    booked_seats: int = strawberry.field(description="How many were sold.")
    rows: list[SeatRow] = strawberry.field(description="Its seat map; empty for GENERAL.")

    @classmethod
    def from_past(cls, section: past.PastSection) -> Self:
        return cls(
            name=section.name,
            seating=section.seating,
            total_seats=section.total,
            available_seats=section.available,
            locked_seats=section.held,
            booked_seats=section.booked,
            rows=[SeatRow(name=name, statuses=statuses) for name, statuses in section.rows],
        )


@strawberry.type(description="An event's inventory as it was, by its audit entries.")
class PastInventory:
    at: datetime = strawberry.field(description="The time of this state.")
    entries: int = strawberry.field(description="How many audit entries there were: the `sequence` of the last one.")
    total_seats: int = strawberry.field(description="How many seats there were: available, locked and booked.")
    available_seats: int = strawberry.field(description="How many could be locked then.")
    locked_seats: int = strawberry.field(description="How many were HELD, by seat locks or by the house.")
    booked_seats: int = strawberry.field(description="How many were sold.")
    sections: list[PastSection] = strawberry.field(description="Its parts.")

    @classmethod
    def from_past(cls, inventory: past.PastInventory) -> Self:
        sections = [PastSection.from_past(section) for section in inventory.sections]
        return cls(
            at=inventory.at,
            entries=inventory.entries,
            total_seats=sum(section.total_seats for section in sections),
            available_seats=sum(section.available_seats for section in sections),
            locked_seats=sum(section.locked_seats for section in sections),
            booked_seats=sum(section.booked_seats for section in sections),
            sections=sections,
        )


@strawberry.type(description="What is sold: a happening with a start, a price and seats. Public.")
class Event(Node):
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="More about it; null when there's nothing to say.")
    venue: str | None = strawberry.field(description="Where it takes place; null when that's not said.")
    time_zone: str = strawberry.field(
        description="The time zone it takes place in, by its IANA name: show people `startsAt` there."
    )
    starts_at: datetime = strawberry.field(description="When it begins; from then on no seats are sold.")
    sales_start_at: datetime | None = strawberry.field(description="When sales start; null: when it was made.")
    sales_end_at: datetime | None = strawberry.field(description="When sales end; null: when it begins.")
    max_seats_per_buyer: int | None = strawberry.field(
        description="How many of its seats one buyer can have, held and booked together; null: no limit of its own."
    )
    forbid_orphans: bool = strawberry.field(
        description=(
            "Whether it forbids orphans: single empty seats between taken seats. Then a choice of seats by hand that "
            "leaves an orphan is refused, and `SeatsUnavailable.orphans` names it. The choice is allowed if the "
            "server's own pick of as many seats in that section would leave one, too."
        )
    )
    cancelled_at: datetime | None = strawberry.field(description="When it was cancelled; null when it's not.")
    cancellation_reason: str | None = strawberry.field(description="Why it was cancelled; null when it's not.")
    cancellation_finished_at: datetime | None = strawberry.field(
        description="When everything it had sold was ended, all refunds decided; null until then."
    )
    price: Money = strawberry.field(description="What a seat costs, where its section has no price of its own.")
    total_seats: int = strawberry.field(description="How many seats there are: available, locked and booked.")
    available_seats: int = strawberry.field(description="How many can be locked now.")
    locked_seats: int = strawberry.field(description="How many are HELD, by seat locks or by the house.")
    booked_seats: int = strawberry.field(description="How many are sold.")
    version: int = strawberry.field(
        description="Increases by at least one with every change of this event's inventory."
    )
    sections: list[Section] = strawberry.field(description="Its parts, each with its price and seats.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(
        description="When it last changed: what it says, its sales, its being cancelled. Of its seats `version` tells."
    )
    document: strawberry.Private[documents.Event]

    @classmethod
    def from_document(cls, event: documents.Event) -> Self:
        return cls(
            id=encode_id("Event", event.id),
            name=event.name,
            description=event.description,
            venue=event.venue,
            time_zone=event.time_zone,
            starts_at=event.starts_at,
            sales_start_at=event.sales_start_at,
            sales_end_at=event.sales_end_at,
            max_seats_per_buyer=event.max_seats_per_buyer,
            forbid_orphans=event.forbid_orphans,
            cancelled_at=event.cancelled_at,
            cancellation_reason=event.cancellation_reason,
            cancellation_finished_at=event.cancellation_finished_at,
            price=Money.from_money(event.price),
            total_seats=event.total,
            available_seats=event.available,
            locked_seats=event.held,
            booked_seats=event.booked,
            version=event.version,
            sections=[Section.of_event(event, place) for place in range(len(event.sections))],
            created_at=event.created_at,
            updated_at=event.updated_at,
            document=event,
        )

    @strawberry.field(
        description=(
            "Whether seats can be locked, if any are available. False before `salesStartAt` and from `salesEndAt` on, "
            "once it has started or is cancelled, and while an ADMIN has closed its sales."
        )
    )
    def sales_open(self, info: Info) -> bool:
        return self.document.is_on_sale(info.context.loaders.time_of(self.document.id))

    @strawberry.field(
        description="Why `salesOpen` is false: of several reasons the one that lasts longest. Null while it is true."
    )
    def sales_closed_reason(self, info: Info) -> SalesClosedReason | None:
        return self.document.sales_window.closed_because(info.context.loaders.time_of(self.document.id))

    @strawberry.field(
        description="Seats the house keeps or kept back here, the oldest first, released ones included. ADMIN only."
    )
    async def allocations(self, info: Info) -> list[Allocation]:
        require_admin(info)
        found = await info.context.loaders.allocations_of_event.load(self.document.id)
        return [Allocation.from_now(allocation) for allocation in found]

    @strawberry.field(description="What cancelling gives back here: the event's own policy, or else the seller's.")
    def cancellation(self, info: Info) -> CancellationPolicy:
        policy = policy_of(self.document, info.context.services.settings.cancellation_refund_percent)
        return CancellationPolicy(full_until=policy.full_until, percentage=policy.percentage)

    @strawberry.field(
        graphql_type=list[Seat],
        description=(
            "The numbered seats of one section, or of all RESERVED sections, in the order of the map. "
            "For a large map `sections { rows }` says the same in a hundredth of the time. One request lists "
            f"{MAX_SEATS_OF_QUERY:,} seats at most, for ADMINs {MAX_SEATS:,}: QUERY_TOO_COMPLEX."
        ),
    )
    async def seats(
        self,
        info: Info,
        section: Annotated[
            str | None,
            strawberry.argument(description="Only this section's, by its name; none if it has no numbered seats."),
        ] = None,
        status: Annotated[
            SeatStatus | None, strawberry.argument(description="Only seats with this status now.")
        ] = None,
    ) -> AsyncIterator[Seat]:
        await spend(info.context, Budget.SEAT_MAPS)
        loaded = await info.context.loaders.seat_rows.load(self.document.id)
        rows = [
            (each, row)
            for each in self.sections
            if section is None or each.name == normal(section)
            for row in loaded
            if row.section == each.name
        ]
        caller = info.context.caller
        info.context.count_seats(
            sum(row.statuses.count(status.letter) if status else len(row.statuses) for _, row in rows),
            MAX_SEATS if caller is not None and caller.is_admin else MAX_SEATS_OF_QUERY,
        )
        mine = await seats_of_viewer(info, self.document.id)
        slices = Slices()
        for each, row in rows:
            for number, letter in enumerate(row.statuses, start=1):
                if status is not None and letter != status.letter:
                    continue
                await slices.one_more()
                label, taken = f"{row.label}-{number}", letter != SeatStatus.AVAILABLE.letter
                yield Seat(
                    label=label,
                    section=each.name,
                    row=row.name,
                    number=number,
                    status=STATUS_OF_LETTER[letter],
                    price=each.price,
                    mine=taken and label in mine,
                    event_id=self.document.id,
                )

    @strawberry.field(
        description=(
            "The counters and seat map as they were at a moment, from the audit entries; null before the event was "
            "made. Seats that had expired and were not swept yet, usually for half a second, count as locked. Takes "
            "about a second for 50,000 entries. ADMIN only."
        )
    )
    async def inventory_at(
        self, info: Info, at: Annotated[datetime, strawberry.argument(description="The moment.")]
    ) -> PastInventory | None:
        require_admin(info)
        services = info.context.services
        async with services.long_reads:
            inventory = await past.inventory_at(services.mongo, self.document.id, at)
        return PastInventory.from_past(inventory) if inventory else None


async def event_of(info: Info, event_id: PydanticObjectId) -> Event:
    """The event that something is about."""
    return Event.from_document(await existing(info.context.loaders.events, event_id))
