from __future__ import annotations

from typing import Annotated

import strawberry

from domain.outbox import endpoints
from graph.schema.context import Info, require_admin
from graph.schema.ids import parse_id
from graph.schema.types.errors import InvalidInput, NotFound
from graph.schema.types.webhook_endpoint import WebhookEndpoint


@strawberry.input(description="Where nothing is to be sent any more.")
class RemoveWebhookInput:
    endpoint_id: strawberry.ID = strawberry.field(description="The endpoint.")


@strawberry.type(description="Nothing is sent there any more, and its secret is forgotten.")
class RemoveWebhookSuccess:
    endpoint: WebhookEndpoint = strawberry.field(description="The endpoint as it was.")


RemoveWebhookResult = Annotated[
    RemoveWebhookSuccess | InvalidInput | NotFound,
    strawberry.union(name="RemoveWebhookResult", description="What came of removeWebhook."),
]


@strawberry.mutation(
    description="Remove an endpoint: nothing is sent there any more. Its PENDING deliveries become DEAD. ADMIN only."
)
async def remove_webhook(
    info: Info,
    input: Annotated[RemoveWebhookInput, strawberry.argument(description="Where nothing is to be sent any more.")],
) -> RemoveWebhookResult:
    caller = require_admin(info)
    info.context.begin_change(info)
    endpoint_id = parse_id("endpointId", input.endpoint_id, "WebhookEndpoint")
    endpoint = await endpoints.remove_webhook(info.context.services, caller, endpoint_id)
    return RemoveWebhookSuccess(endpoint=WebhookEndpoint.from_document(endpoint))
