from __future__ import annotations

from typing import Annotated

import strawberry

from domain.faults import Faults
from domain.inventory.items import are_together
from domain.sale import lock_changes
from graph.schema.choosing import SelectionItemInput, parts_of
from graph.schema.context import Info, require_actor
from graph.schema.ids import UNREAD, parse_routed_id
from graph.schema.types.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotEnoughSeats,
    NotFound,
    SalesClosed,
    SeatsUnavailable,
)
from graph.schema.types.seat_lock import SeatLock


@strawberry.input(
    description=(
        "What to add to a lock and what to remove; at least one of the two. It is one step: seats are given back only "
        "if all that is added could be had."
    )
)
class ChangeLockInput:
    lock_id: strawberry.ID = strawberry.field(description="The lock.")
    add: list[SelectionItemInput] | None = strawberry.field(
        default=None,
        description=(
            "Seats to add, at their present price. Where the server picks them, it takes seats next to those that the "
            "lock holds, if these are free."
        ),
    )
    remove: list[SelectionItemInput] | None = strawberry.field(
        default=None,
        description=(
            "Seats that it holds and gives back. Where you only say how many, the server picks: numbered seats so that "
            "the rest stays together and no single seat is left empty, where that can be. Otherwise it picks those "
            "that were added last. A section may be left out when the lock has only one."
        ),
    )
    idempotency_key: str = strawberry.field(
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "changes nothing more."
        )
    )


@strawberry.type(description="The lock is changed.")
class ChangeLockSuccess:
    lock: SeatLock = strawberry.field(description="The lock as it is now; its deadline is what it was.")
    together: bool = strawberry.field(
        description=(
            "Whether the seats it holds now are side by side: the numbered ones of each section adjacent, in one row. "
            "Always true for seats without numbers."
        )
    )
    replayed: bool = strawberry.field(description="Whether an earlier call with the same key had changed it.")


ChangeLockResult = Annotated[
    ChangeLockSuccess
    | InvalidInput
    | NotFound
    | NotEnoughSeats
    | SeatsUnavailable
    | SalesClosed
    | LimitExceeded
    | LockExpired
    | LockNotActive
    | LockAlreadyUsed
    | IdempotencyKeyReused,
    strawberry.union(name="ChangeLockResult", description="What came of changeLock."),
]


@strawberry.mutation(
    description=(
        "Add seats to a lock, remove some, or swap them, in one step: all of the change or nothing. Its deadline and "
        "the prices of what it held stay. Not for a lock that has become a booking. "
        "Idempotent by `idempotencyKey`; a refusal is not remembered, so a retry may succeed."
    )
)
async def change_lock(
    info: Info, input: Annotated[ChangeLockInput, strawberry.argument(description="What is to change.")]
) -> ChangeLockResult:
    caller = require_actor(info)
    faults = Faults()
    lock_id = event_id = UNREAD
    with faults:
        lock_id, event_id = parse_routed_id("lockId", input.lock_id, "SeatLock")
    changed = await lock_changes.change_lock(
        info.context.services,
        caller,
        event_id=event_id,
        lock_id=lock_id,
        add=None if input.add is None else parts_of("add", input.add),
        remove=None if input.remove is None else parts_of("remove", input.remove),
        idempotency_key=input.idempotency_key,
        faults=faults,
    )
    return ChangeLockSuccess(
        lock=SeatLock.from_document(changed.lock),
        together=are_together(changed.lock.items),
        replayed=changed.replayed,
    )
