from __future__ import annotations

from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.sale import event_changes
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import parse_id
from graph.schema.types.errors import InvalidInput, NotFound
from graph.schema.types.event import Event, event_of


@strawberry.input(description="Which event's sales are to be closed.")
class CloseSalesInput:
    event_id: strawberry.ID = strawberry.field(description="The event.")


@strawberry.type(description="The event's sales are closed.")
class CloseSalesSuccess:
    replayed: bool = strawberry.field(description="Whether its sales were closed before.")
    event_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(description="The event as it is now.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.event_id)


CloseSalesResult = Annotated[
    CloseSalesSuccess | InvalidInput | NotFound,
    strawberry.union(name="CloseSalesResult", description="What came of closeSales."),
]


@strawberry.mutation(
    description=(
        "Close an event's sales until openSales: lockSeats answers SALES_CLOSED. Buyers who hold seats may still "
        "confirm and pay. ADMIN only."
    )
)
async def close_sales(
    info: Info,
    input: Annotated[CloseSalesInput, strawberry.argument(description="Which event's sales are to be closed.")],
) -> CloseSalesResult:
    caller = require_managing_admin(info)
    event_id = parse_id("eventId", input.event_id, "Event")
    changed = await event_changes.close_sales(info.context.services, caller, event_id=event_id)
    return CloseSalesSuccess(event_id=event_id, replayed=changed.replayed)
