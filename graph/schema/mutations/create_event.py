from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain import documents
from domain.faults import Faults
from domain.sale import events
from domain.sale.layout import NewRow, NewSection
from graph.schema.context import Info, require_managing_admin
from graph.schema.types.errors import IdempotencyKeyReused, InvalidInput
from graph.schema.types.event import Event
from graph.schema.types.money import MoneyInput


@strawberry.input(description="A row of numbered seats.")
class SeatRowInput:
    name: str = strawberry.field(description="Its name, unique in the section; 1 to 50 characters.")
    seat_count: int = strawberry.field(description="How many seats it has, numbered from 1; at most 1,000.")


@strawberry.input(
    description="A part of an event with one price: `capacity` for GENERAL, or `rows` for RESERVED, not both."
)
class SectionInput:
    name: str = strawberry.field(description="Its name, unique in the event; 1 to 50 characters.")
    price: MoneyInput | None = strawberry.field(
        default=None, description="What one seat costs here, in the event's currency; the event's price when null."
    )
    capacity: int | None = strawberry.field(default=None, description="How many seats it has, without numbers.")
    rows: list[SeatRowInput] | None = strawberry.field(
        default=None, description="Its rows of numbered seats, front to back."
    )

    def to_section(self, field: str, faults: Faults) -> NewSection:
        """The same for the domain; `field` is this input's path in the whole."""
        return NewSection(
            name=self.name,
            price=self.price.money_or_fault(f"{field}.price", faults) if self.price else None,
            capacity=self.capacity,
            rows=None if self.rows is None else [NewRow(row.name, row.seat_count) for row in self.rows],
        )


@strawberry.input(
    description="What cancelling a paid booking gives back: all of it, then a part; nothing once the event has started."
)
class CancellationPolicyInput:
    full_until: datetime | None = strawberry.field(
        default=None,
        description="Before this instant everything is given back; not after the start. Null: never everything.",
    )
    percentage: int = strawberry.field(
        description="The percentage given back from then until the start, 0 to 100; half a minor unit is rounded up."
    )

    def to_policy(self) -> documents.CancellationPolicy:
        """The same for the domain."""
        return documents.CancellationPolicy.model_construct(full_until=self.full_until, percentage=self.percentage)


@strawberry.input(description="What is to be sold: give either `totalSeats` or `sections`.")
class CreateEventInput:
    name: str = strawberry.field(description="What it is called, 1 to 200 characters.")
    description: str | None = strawberry.field(
        default=None, description="More about it, up to 5,000 characters; line breaks are kept."
    )
    venue: str | None = strawberry.field(
        default=None, description="Where it takes place, up to 500 characters; letters to buyers say it."
    )
    time_zone: str = strawberry.field(
        default="UTC",
        description=(
            "The time zone it takes place in, by its IANA name, as Europe/Paris: letters to buyers say when it "
            "begins there."
        ),
    )
    starts_at: datetime = strawberry.field(description="When it begins; in the future.")
    sales_start_at: datetime | None = strawberry.field(
        default=None, description="When sales start, to the millisecond; before the event begins. Null: at once."
    )
    sales_end_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When sales end: in the future, after `salesStartAt`, not after the event begins. Null: when it begins."
        ),
    )
    max_seats_per_buyer: int | None = strawberry.field(
        default=None,
        description=(
            "How many seats one buyer can have, held and booked together; 1 to all of them. Null: no limit of its own."
        ),
    )
    price: MoneyInput = strawberry.field(
        description="What a seat costs where its section has no price of its own; its currency is the event's."
    )
    total_seats: int | None = strawberry.field(
        default=None, description="A simple event: this many seats in one GENERAL section."
    )
    sections: list[SectionInput] | None = strawberry.field(
        default=None, description="Or the sections; exactly one of the two."
    )
    cancellation: CancellationPolicyInput | None = strawberry.field(
        default=None, description="What cancelling gives back; the seller's general policy when null."
    )
    forbid_orphans: bool = strawberry.field(
        default=False,
        description=(
            "Refuse a choice of seats by hand that leaves an orphan: a single empty seat between taken seats. The "
            "choice is allowed if the server's own pick of as many seats in that section would leave one, too."
        ),
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "answers with the same event. Without a key a repeat makes another event."
        ),
    )


@strawberry.type(description="The event is made, and on sale as its window says.")
class CreateEventSuccess:
    event: Event = strawberry.field(
        description="The new event, all its seats available; of a repeated request the event as it is now."
    )
    replayed: bool = strawberry.field(description="Whether an earlier call with the same key made it.")


CreateEventResult = Annotated[
    CreateEventSuccess | InvalidInput | IdempotencyKeyReused,
    strawberry.union(name="CreateEventResult", description="What came of createEvent."),
]


@strawberry.mutation(description="Put an event on sale. Idempotent by `idempotencyKey`, if it is given. ADMIN only.")
async def create_event(
    info: Info, input: Annotated[CreateEventInput, strawberry.argument(description="What is to be sold.")]
) -> CreateEventResult:
    caller = require_managing_admin(info)
    event_id = documents.new_id()
    faults = Faults()
    event = await events.create_event(
        info.context.services,
        caller,
        name=input.name,
        description=input.description,
        venue=input.venue,
        time_zone=input.time_zone,
        starts_at=input.starts_at,
        sales_start_at=input.sales_start_at,
        sales_end_at=input.sales_end_at,
        max_seats_per_buyer=input.max_seats_per_buyer,
        forbid_orphans=input.forbid_orphans,
        price=input.price.money_or_fault("price", faults),
        total_seats=input.total_seats,
        sections=None
        if input.sections is None
        else [section.to_section(f"sections.{index}", faults) for index, section in enumerate(input.sections)],
        cancellation=input.cancellation.to_policy() if input.cancellation else None,
        event_id=event_id,
        idempotency_key=input.idempotency_key,
        faults=faults,
    )
    return CreateEventSuccess(event=Event.from_document(event), replayed=event.id != event_id)
