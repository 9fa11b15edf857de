from __future__ import annotations

from typing import Annotated

import strawberry

from domain.faults import Faults
from domain.inventory.items import are_together
from domain.sale import buying
from graph.schema.choosing import QuantityInput, SelectionItemInput, parts_of
from graph.schema.context import Info, require_actor
from graph.schema.ids import UNREAD, parse_id
from graph.schema.types.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
    NotEnoughSeats,
    NotFound,
    SalesClosed,
    SeatsUnavailable,
)
from graph.schema.types.seat_lock import SeatLock


@strawberry.input(one_of=True, description="Which seats: exactly one of the three.")
class SeatSelectionInput:
    # UNSET: no default is published, or it would count as given when the other one is.
    quantity: QuantityInput | None = strawberry.field(
        default=strawberry.UNSET, description="A number of seats of a section."
    )
    seats: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="These numbered seats, by their labels, as in STALLS-A-12: all of them or none.",
    )
    items: list[SelectionItemInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Seats of several sections, numbered and general, in one lock: all of them or none. At most as many parts "
            "as a lock may have seats."
        ),
    )


@strawberry.input(description="Which seats are to be held.")
class LockSeatsInput:
    event_id: strawberry.ID = strawberry.field(description="The event.")
    selection: SeatSelectionInput = strawberry.field(description="Which of its seats, and how many.")
    access_code: str | None = strawberry.field(
        default=None,
        description=(
            "The access code of a presale: see createAllocation. Only the seats kept for this code are taken then. The "
            "code may work before sales start. More than 20 wrong codes an hour (unless set) are RATE_LIMITED."
        ),
    )
    idempotency_key: str = strawberry.field(
        description=(
            "Your own name for this request, 1 to 128 characters. The same key and request again, within 24 hours, "
            "answers with the first lock; nothing is locked twice."
        )
    )


@strawberry.type(description="The seats are held.")
class LockSeatsSuccess:
    lock: SeatLock = strawberry.field(description="The lock that holds them.")
    together: bool = strawberry.field(
        description=(
            "Whether they are side by side: the numbered seats of each section adjacent, in one row. Always true for "
            "seats without numbers."
        )
    )
    replayed: bool = strawberry.field(description="Whether this is the outcome of an earlier call with the same key.")


LockSeatsResult = Annotated[
    LockSeatsSuccess
    | InvalidInput
    | NotFound
    | NotEnoughSeats
    | SeatsUnavailable
    | SalesClosed
    | LimitExceeded
    | IdempotencyKeyReused,
    strawberry.union(name="LockSeatsResult", description="What came of lockSeats."),
]


@strawberry.mutation(
    description=(
        "Hold seats for some minutes (300 seconds unless set), all of them or none: available → held. "
        "Idempotent by `idempotencyKey`; a refusal is not remembered, so a retry may succeed."
    )
)
async def lock_seats(
    info: Info, input: Annotated[LockSeatsInput, strawberry.argument(description="Which seats are to be held.")]
) -> LockSeatsResult:
    caller = require_actor(info)
    chosen = input.selection
    faults = Faults()
    event_id = UNREAD
    with faults:
        event_id = parse_id("eventId", input.event_id, "Event")
    locked = await buying.lock_seats(
        info.context.services,
        caller,
        event_id=event_id,
        quantity=chosen.quantity.count if chosen.quantity else None,
        section=chosen.quantity.section if chosen.quantity else None,
        seats=None if chosen.seats is strawberry.UNSET else chosen.seats,
        items=None if chosen.items is strawberry.UNSET else parts_of("selection.items", chosen.items or ()),
        access_code=input.access_code,
        address=info.context.address,
        idempotency_key=input.idempotency_key,
        faults=faults,
    )
    return LockSeatsSuccess(
        lock=SeatLock.from_document(locked.lock), together=are_together(locked.lock.items), replayed=locked.replayed
    )
