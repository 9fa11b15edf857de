from __future__ import annotations

from typing import Annotated

import strawberry

from domain.sale import buying
from graph.schema.context import Info, require_actor
from graph.schema.ids import parse_routed_id
from graph.schema.types.errors import InvalidInput, LockAlreadyUsed, LockExpired, NotFound
from graph.schema.types.seat_lock import SeatLock


@strawberry.input(description="Which seats are to be given back.")
class ReleaseLockInput:
    lock_id: strawberry.ID = strawberry.field(description="The lock that holds them.")


@strawberry.type(description="The seats are available again.")
class ReleaseLockSuccess:
    lock: SeatLock = strawberry.field(description="The lock as it is now, RELEASED.")
    replayed: bool = strawberry.field(description="Whether it had been released before.")


ReleaseLockResult = Annotated[
    ReleaseLockSuccess | InvalidInput | NotFound | LockAlreadyUsed | LockExpired,
    strawberry.union(name="ReleaseLockResult", description="What came of releaseLock."),
]


@strawberry.mutation(description="Give a lock's seats back: held → available. A repeat answers with the first result.")
async def release_lock(
    info: Info,
    input: Annotated[ReleaseLockInput, strawberry.argument(description="Which seats are to be given back.")],
) -> ReleaseLockResult:
    caller = require_actor(info)
    lock_id, event_id = parse_routed_id("lockId", input.lock_id, "SeatLock")
    released = await buying.release_lock(info.context.services, caller, event_id=event_id, lock_id=lock_id)
    return ReleaseLockSuccess(lock=SeatLock.from_document(released.lock), replayed=released.replayed)
