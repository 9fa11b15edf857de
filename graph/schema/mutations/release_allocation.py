from __future__ import annotations

from typing import Annotated

import strawberry
from beanie import PydanticObjectId

from domain.sale import allocations
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import parse_id
from graph.schema.types.allocation import Allocation, allocation_of
from graph.schema.types.errors import InvalidInput, NotFound


@strawberry.input(description="Which allocation is to be released.")
class ReleaseAllocationInput:
    allocation_id: strawberry.ID = strawberry.field(description="The allocation.")


@strawberry.type(description="Nothing is kept back by it any more.")
class ReleaseAllocationSuccess:
    replayed: bool = strawberry.field(description="Whether it was released before, by hand or by time.")
    allocation_id: strawberry.Private[PydanticObjectId]

    @strawberry.field(description="The allocation as it is now.")
    async def allocation(self, info: Info) -> Allocation:
        return await allocation_of(info, self.allocation_id)


ReleaseAllocationResult = Annotated[
    ReleaseAllocationSuccess | InvalidInput | NotFound,
    strawberry.union(name="ReleaseAllocationResult", description="What came of releaseAllocation."),
]


@strawberry.mutation(
    description=(
        "Make what is left of an allocation available to everybody at once: held → available. What its buyers hold or "
        "have booked stays theirs. ADMIN only."
    )
)
async def release_allocation(
    info: Info,
    input: Annotated[ReleaseAllocationInput, strawberry.argument(description="Which allocation is to be released.")],
) -> ReleaseAllocationResult:
    caller = require_managing_admin(info)
    allocation_id = parse_id("allocationId", input.allocation_id, "Allocation")
    released = await allocations.release_allocation(info.context.services, caller, allocation_id=allocation_id)
    return ReleaseAllocationSuccess(allocation_id=allocation_id, replayed=released.replayed)
