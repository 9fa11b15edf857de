from __future__ import annotations

from typing import Annotated

import strawberry

from domain.outbox import deliveries
from graph.schema.context import Info, require_admin
from graph.schema.ids import parse_id
from graph.schema.types.delivery import Delivery
from graph.schema.types.errors import InvalidInput, NotFound


@strawberry.input(description="What is to be sent again.")
class ReplayDeliveryInput:
    delivery_id: strawberry.ID = strawberry.field(description="The delivery, DEAD or DELIVERED.")


@strawberry.type(description="It is PENDING again, and is tried for as long as a new one.")
class ReplayDeliverySuccess:
    delivery: Delivery = strawberry.field(description="The delivery as it is now, PENDING.")


ReplayDeliveryResult = Annotated[
    ReplayDeliverySuccess | InvalidInput | NotFound,
    strawberry.union(name="ReplayDeliveryResult", description="What came of replayDelivery."),
]


@strawberry.mutation(
    description=(
        "Send a message again that is DEAD or DELIVERED; its id stays the same. A PENDING one stays as it is. "
        "ADMIN only."
    )
)
async def replay_delivery(
    info: Info, input: Annotated[ReplayDeliveryInput, strawberry.argument(description="What is to be sent again.")]
) -> ReplayDeliveryResult:
    caller = require_admin(info)
    info.context.begin_change(info)
    delivery = await deliveries.replay_delivery(
        info.context.services, caller, parse_id("deliveryId", input.delivery_id, "Delivery")
    )
    return ReplayDeliverySuccess(delivery=Delivery.from_document(delivery))
