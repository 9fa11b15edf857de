from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain import documents
from domain.sale.allocations import AllocationNow
from graph.schema.context import Info
from graph.schema.ids import encode_id
from graph.schema.loaders import existing
from graph.schema.types.node import Node

if TYPE_CHECKING:
    from graph.schema.types.event import Event


@strawberry.type(
    description=(
        "Seats the house keeps back: HELD, by no buyer, until `releasesAt` or releaseAllocation. With an access code "
        "buyers take them by lockSeats(accessCode); without one they wait for their release. Seen by ADMINs."
    )
)
class Allocation(Node):
    name: str = strawberry.field(description="What the house calls it.")
    quantity: int = strawberry.field(description="How many seats it was made of.")
    taken: int = strawberry.field(
        description="How many of them its buyers hold or have booked; of a released one, how many they had then."
    )
    seats: list[str] = strawberry.field(description="The numbered seats it was made of, by their labels.")
    access_code: str | None = strawberry.field(
        description="The code with which buyers take its seats; null: nobody can buy them."
    )
    opens_at: datetime | None = strawberry.field(description="When the code begins to work; null: when it was made.")
    releases_at: datetime | None = strawberry.field(
        description="When what is left of it is available to everybody; null: not before releaseAllocation."
    )
    max_seats_per_buyer: int | None = strawberry.field(
        description="How many of its seats one buyer can have; null: as many as the event allows."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    released_at: datetime | None = strawberry.field(description="When it was released; null while it lasts.")
    document: strawberry.Private[documents.Allocation]

    @classmethod
    def from_now(cls, now: AllocationNow) -> Self:
        allocation = now.document
        return cls(
            id=encode_id("Allocation", allocation.id),
            name=allocation.name,
            quantity=allocation.quantity,
            taken=now.taken,
            seats=allocation.seats,
            access_code=allocation.access_code,
            opens_at=allocation.opens_at,
            releases_at=allocation.releases_at,
            max_seats_per_buyer=allocation.max_seats_per_buyer,
            created_at=allocation.created_at,
            released_at=now.released_at,
            document=allocation,
        )

    @strawberry.field(description="The event whose seats they are.")
    async def event(self, info: Info) -> Annotated[Event, strawberry.lazy("graph.schema.types.event")]:
        from graph.schema.types.event import event_of

        return await event_of(info, self.document.event_id)


async def allocation_of(info: Info, allocation_id: documents.PydanticObjectId) -> Allocation:
    """The allocation that something is about, as it is now."""
    return Allocation.from_now(await existing(info.context.loaders.allocations, allocation_id))
