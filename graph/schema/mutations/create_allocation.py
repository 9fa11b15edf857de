from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.faults import Faults
from domain.sale import allocations
from graph.schema.choosing import SelectionItemInput, parts_of
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import UNREAD, parse_id
from graph.schema.types.allocation import Allocation, allocation_of
from graph.schema.types.errors import (
    EventCancelled,
    IdempotencyKeyReused,
    InvalidInput,
    NotEnoughSeats,
    NotFound,
    SeatsUnavailable,
)


@strawberry.input(description="Which seats the house keeps back, and for whom.")
class CreateAllocationInput:
    event_id: strawberry.ID = strawberry.field(description="The event. It has at most 100 allocations.")
    name: str = strawberry.field(description="What the house calls it, 1 to 200 characters.")
    selection: list[SelectionItemInput] = strawberry.field(
        description=(
            "Seats that are available now, numbered and general, all of them or none; at most 10,000. Of a `quantity` "
            "in a RESERVED section the server picks the best."
        )
    )
    access_code: str | None = strawberry.field(
        default=None,
        description=(
            "The code with which buyers take these seats: 8 to 128 characters, and not the code of another allocation "
            "of this event. Null: nobody can buy them."
        ),
    )
    opens_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When the code begins to work. That may be before `salesStartAt`, but must be before `releasesAt`, "
            "`salesEndAt` and the start of the event. Null: at once."
        ),
    )
    releases_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When what is left is available to everybody, to the millisecond: in the future, not after the start of "
            "the event. Null: not before releaseAllocation."
        ),
    )
    max_seats_per_buyer: int | None = strawberry.field(
        default=None,
        description=(
            "How many of these seats one buyer can have, held and booked; at most as many as there are. They count "
            "for the event's own limit, too. Null: no limit but that."
        ),
    )
    idempotency_key: str = strawberry.field(
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "answers with the same allocation."
        )
    )


@strawberry.type(description="The seats are kept back.")
class CreateAllocationSuccess:
    replayed: bool = strawberry.field(description="Whether an earlier call with the same key made it.")
    allocation_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(description="The allocation as it is now.")
    async def allocation(self, info: Info) -> Allocation:
        return await allocation_of(info, self.allocation_id)


CreateAllocationResult = Annotated[
    CreateAllocationSuccess
    | InvalidInput
    | NotFound
    | NotEnoughSeats
    | SeatsUnavailable
    | EventCancelled
    | IdempotencyKeyReused,
    strawberry.union(name="CreateAllocationResult", description="What came of createAllocation."),
]


@strawberry.mutation(
    description=(
        "Keep seats back for the house or for a presale, all of them or none: available → held. Idempotent by "
        "`idempotencyKey`. ADMIN only."
    )
)
async def create_allocation(
    info: Info,
    input: Annotated[CreateAllocationInput, strawberry.argument(description="Which seats, and for whom.")],
) -> CreateAllocationResult:
    caller = require_managing_admin(info)
    faults = Faults()
    event_id = UNREAD
    with faults:
        event_id = parse_id("eventId", input.event_id, "Event")
    made = await allocations.create_allocation(
        info.context.services,
        caller,
        event_id=event_id,
        name=input.name,
        selection=parts_of("selection", input.selection),
        access_code=input.access_code,
        opens_at=input.opens_at,
        releases_at=input.releases_at,
        max_seats_per_buyer=input.max_seats_per_buyer,
        idempotency_key=input.idempotency_key,
        faults=faults,
    )
    return CreateAllocationSuccess(allocation_id=made.allocation.id, replayed=made.replayed)
