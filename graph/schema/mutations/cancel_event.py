from __future__ import annotations

from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.faults import Faults
from domain.sale import event_changes
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import UNREAD, parse_id
from graph.schema.types.errors import InvalidInput, NotFound
from graph.schema.types.event import Event, event_of


@strawberry.input(description="Which event is to be cancelled.")
class CancelEventInput:
    event_id: strawberry.ID = strawberry.field(description="The event, started or not.")
    reason: str = strawberry.field(description="Why, for everybody to read; 1 to 500 characters.")


@strawberry.type(description="The event is cancelled, for good.")
class CancelEventSuccess:
    replayed: bool = strawberry.field(description="Whether it had been cancelled before; then its reason stays.")
    event_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(
        description="The event as it is now. Its seats become free little by little, until `cancellationFinishedAt`."
    )
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.event_id)


CancelEventResult = Annotated[
    CancelEventSuccess | InvalidInput | NotFound,
    strawberry.union(name="CancelEventResult", description="What came of cancelEvent."),
]


@strawberry.mutation(
    description=(
        "Cancel an event for good. At once no seats of it are locked, booked or paid; within seconds the job "
        "CANCEL_EVENTS ends every lock and booking, and all that was paid goes back, whatever the cancellation "
        "policy. ADMIN only."
    )
)
async def cancel_event(
    info: Info,
    input: Annotated[CancelEventInput, strawberry.argument(description="Which event is to be cancelled.")],
) -> CancelEventResult:
    caller = require_managing_admin(info)
    faults = Faults()
    event_id = UNREAD
    with faults:
        event_id = parse_id("eventId", input.event_id, "Event")
    changed = await event_changes.cancel_event(
        info.context.services, caller, event_id=event_id, reason=input.reason, faults=faults
    )
    return CancelEventSuccess(event_id=event_id, replayed=changed.replayed)
