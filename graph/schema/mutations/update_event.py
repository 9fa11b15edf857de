from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.documents import CancellationPolicy
from domain.faults import Faults
from domain.inventory.event_commands import UNCHANGED, SectionChange, Unchanged
from domain.sale import event_changes
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import UNREAD, parse_id
from graph.schema.mutations.create_event import CancellationPolicyInput
from graph.schema.types.errors import EventCancelled, InvalidInput, NotFound
from graph.schema.types.event import Event, event_of
from graph.schema.types.money import MoneyInput


@strawberry.input(description="Changes of a section. What is left out or null stays as it is.")
class SectionUpdateInput:
    name: str = strawberry.field(description="The section's name, which cannot change.")
    price: MoneyInput | None = strawberry.field(
        default=None, description="What one seat costs from now on; seats held or booked keep their price."
    )
    capacity: int | None = strawberry.field(
        default=None,
        description="How many seats it has. Only for a GENERAL section, and not below what is held or booked.",
    )

    def to_change(self, field: str, faults: Faults) -> SectionChange:
        """The same for the domain; `field` is this input's path in the whole."""
        price = self.price.money_or_fault(f"{field}.price", faults) if self.price else None
        return SectionChange(field=field, name=self.name, price=price, capacity=self.capacity)


@strawberry.input(description="Changes of an event. What is left out, or null unless it says otherwise, stays.")
class UpdateEventInput:
    event_id: strawberry.ID = strawberry.field(description="The event.")
    name: str | None = strawberry.field(default=None, description="What it is called, 1 to 200 characters.")
    # UNSET: null says something else here than nothing.
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="More about it, up to 5,000 characters; none when null."
    )
    venue: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where it takes place, up to 500 characters; not said when null."
    )
    time_zone: str | None = strawberry.field(
        default=None, description="The time zone it takes place in, by its IANA name, as Europe/Paris."
    )
    starts_at: datetime | None = strawberry.field(default=None, description="When it begins; in the future.")
    sales_start_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="When sales start; from when it was made if null. What is held or booked already stays so.",
    )
    sales_end_at: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "When sales end; when it begins if null. A time that is over ends them now. What is held then can still be "
            "confirmed and paid."
        ),
    )
    max_seats_per_buyer: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "How many seats one buyer can have from now on, held and booked together; 1 to all of them, or no limit if "
            "null. A lower one takes nothing from anybody."
        ),
    )
    forbid_orphans: bool | None = strawberry.field(
        default=None,
        description=(
            "Whether it forbids orphans from now on: see `Event.forbidOrphans`. What is held or booked stays so."
        ),
    )
    price: MoneyInput | None = strawberry.field(
        default=None,
        description=(
            "What a seat costs, also in the sections that have the event's price now; in the event's currency. Seats "
            "held or booked keep their price."
        ),
    )
    total_seats: int | None = strawberry.field(
        default=None, description="Of an event of one GENERAL section: its `capacity`."
    )
    sections: list[SectionUpdateInput] | None = strawberry.field(
        default=None, description="The sections to change; the others stay."
    )
    cancellation: CancellationPolicyInput | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "What cancelling gives back, also for bookings made before; the seller's general policy when null."
        ),
    )


@strawberry.type(description="The event has been changed.")
class UpdateEventSuccess:
    event_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(description="The event as it is now.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.event_id)


UpdateEventResult = Annotated[
    UpdateEventSuccess | InvalidInput | NotFound | EventCancelled,
    strawberry.union(name="UpdateEventResult", description="What came of updateEvent."),
]


@strawberry.mutation(
    description=(
        "Change an event: everything that is given or, if that is refused, nothing. Once it has started or is "
        "cancelled, only name, description, venue and time zone can change. ADMIN only."
    )
)
async def update_event(
    info: Info,
    input: Annotated[UpdateEventInput, strawberry.argument(description="What is to change.")],
) -> UpdateEventResult:
    caller = require_managing_admin(info)
    faults = Faults()
    event_id = UNREAD
    with faults:
        event_id = parse_id("eventId", input.event_id, "Event")
    await event_changes.update_event(
        info.context.services,
        caller,
        event_id=event_id,
        name=input.name,
        description=UNCHANGED if input.description is strawberry.UNSET else input.description,
        venue=UNCHANGED if input.venue is strawberry.UNSET else input.venue,
        time_zone=input.time_zone,
        starts_at=input.starts_at,
        sales_start_at=UNCHANGED if input.sales_start_at is strawberry.UNSET else input.sales_start_at,
        sales_end_at=UNCHANGED if input.sales_end_at is strawberry.UNSET else input.sales_end_at,
        max_seats_per_buyer=UNCHANGED if input.max_seats_per_buyer is strawberry.UNSET else input.max_seats_per_buyer,
        forbid_orphans=input.forbid_orphans,
        price=input.price.money_or_fault("price", faults) if input.price else None,
        total_seats=input.total_seats,
        sections=[section.to_change(f"sections.{index}", faults) for index, section in enumerate(input.sections or ())],
        cancellation=_policy(input),
        faults=faults,
    )
    return UpdateEventSuccess(event_id=event_id)


def _policy(input: UpdateEventInput) -> CancellationPolicy | Unchanged | None:
    if input.cancellation is strawberry.UNSET:
        return UNCHANGED
    return input.cancellation.to_policy() if input.cancellation else None
