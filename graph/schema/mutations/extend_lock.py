from __future__ import annotations

from typing import Annotated

import strawberry

from domain.sale import lock_changes
from graph.schema.context import Info, require_actor
from graph.schema.ids import parse_routed_id
from graph.schema.types.errors import (
    InvalidInput,
    LimitExceeded,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotFound,
)
from graph.schema.types.seat_lock import SeatLock


@strawberry.input(description="Which seats are to be held longer.")
class ExtendLockInput:
    lock_id: strawberry.ID = strawberry.field(description="The lock that holds them.")


@strawberry.type(description="The seats are held longer.")
class ExtendLockSuccess:
    lock: SeatLock = strawberry.field(description="The lock as it is now, with its new deadline.")


ExtendLockResult = Annotated[
    ExtendLockSuccess | InvalidInput | NotFound | LimitExceeded | LockExpired | LockNotActive | LockAlreadyUsed,
    strawberry.union(name="ExtendLockResult", description="What came of extendLock."),
]


@strawberry.mutation(
    description=(
        "Hold a lock's seats longer: until 300 seconds from now (unless set), but never past `extendableUntil`. "
        "LimitExceeded when it can't be later than it is. Not for a lock that has become a booking."
    )
)
async def extend_lock(
    info: Info,
    input: Annotated[ExtendLockInput, strawberry.argument(description="Which seats are to be held longer.")],
) -> ExtendLockResult:
    caller = require_actor(info)
    lock_id, event_id = parse_routed_id("lockId", input.lock_id, "SeatLock")
    extended = await lock_changes.extend_lock(info.context.services, caller, event_id=event_id, lock_id=lock_id)
    return ExtendLockSuccess(lock=SeatLock.from_document(extended.lock))
