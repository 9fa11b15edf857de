from __future__ import annotations

from typing import Annotated

import strawberry

from domain.sale import event_changes
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import parse_id
from graph.schema.loaders import existing
from graph.schema.types.errors import EventCancelled, InvalidInput, NotFound, SalesClosed
from graph.schema.types.event import Event


@strawberry.input(description="Which event's sales are to be opened again.")
class OpenSalesInput:
    event_id: strawberry.ID = strawberry.field(description="The event.")


@strawberry.type(description="The event's seats can be locked.")
class OpenSalesSuccess:
    event: Event = strawberry.field(description="The event as it is now.")
    replayed: bool = strawberry.field(description="Whether its sales were open before.")


OpenSalesResult = Annotated[
    OpenSalesSuccess | InvalidInput | NotFound | SalesClosed | EventCancelled,
    strawberry.union(name="OpenSalesResult", description="What came of openSales."),
]


@strawberry.mutation(
    description=(
        "Sell an event's seats again after closeSales. Not once it has started (SALES_CLOSED) or is cancelled. "
        "ADMIN only."
    )
)
async def open_sales(
    info: Info,
    input: Annotated[OpenSalesInput, strawberry.argument(description="Which event's sales are to be opened again.")],
) -> OpenSalesResult:
    caller = require_managing_admin(info)
    event_id = parse_id("eventId", input.event_id, "Event")
    changed = await event_changes.open_sales(info.context.services, caller, event_id=event_id)
    event = await existing(info.context.loaders.events, event_id)
    return OpenSalesSuccess(event=Event.from_document(event), replayed=changed.replayed)
