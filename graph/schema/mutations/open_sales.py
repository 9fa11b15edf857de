from __future__ import annotations

from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.sale import event_changes
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import parse_id
from graph.schema.types.errors import EventCancelled, InvalidInput, NotFound, SalesClosed
from graph.schema.types.event import Event, event_of


@strawberry.input(description="Which event's sales are to be opened again.")
class OpenSalesInput:
    event_id: strawberry.ID = strawberry.field(description="The event.")


@strawberry.type(description="The event's seats can be locked.")
class OpenSalesSuccess:
    replayed: bool = strawberry.field(description="Whether its sales were open before.")
    event_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(description="The event as it is now.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.event_id)


OpenSalesResult = Annotated[
    OpenSalesSuccess | InvalidInput | NotFound | SalesClosed | EventCancelled,
    strawberry.union(name="OpenSalesResult", description="What came of openSales."),
]


@strawberry.mutation(
    description=(
        "Sell an event's seats again after closeSales, from `salesStartAt` until `salesEndAt`. Not once sales have "
        "ended or it has started (SALES_CLOSED), or it is cancelled. ADMIN only."
    )
)
async def open_sales(
    info: Info,
    input: Annotated[OpenSalesInput, strawberry.argument(description="Which event's sales are to be opened again.")],
) -> OpenSalesResult:
    caller = require_managing_admin(info)
    event_id = parse_id("eventId", input.event_id, "Event")
    changed = await event_changes.open_sales(info.context.services, caller, event_id=event_id)
    return OpenSalesSuccess(event_id=event_id, replayed=changed.replayed)
