from __future__ import annotations

from typing import Annotated

import strawberry

from domain.outbox import endpoints
from graph.schema.context import Info, require_admin
from graph.schema.types.errors import InvalidInput
from graph.schema.types.webhook_endpoint import WebhookEndpoint


@strawberry.input(description="Where messages are to be sent.")
class RegisterWebhookInput:
    url: str = strawberry.field(
        description=(
            "Where they are posted: https, or http on the server's own machine; without user name, password or "
            "fragment."
        )
    )


@strawberry.type(description="What happens from now on is sent there, until the endpoint is removed.")
class RegisterWebhookSuccess:
    endpoint: WebhookEndpoint = strawberry.field(description="The endpoint.")
    secret: str = strawberry.field(
        description="What its messages are signed with, in the form of Standard Webhooks. It is never shown again."
    )


RegisterWebhookResult = Annotated[
    RegisterWebhookSuccess | InvalidInput,
    strawberry.union(name="RegisterWebhookResult", description="What came of registerWebhook."),
]


@strawberry.mutation(
    description=(
        "Register an endpoint for signed webhooks (Standard Webhooks): bookings confirmed, cancelled, expired and "
        "failed, refunds processed and failed. ADMIN only."
    )
)
async def register_webhook(
    info: Info,
    input: Annotated[RegisterWebhookInput, strawberry.argument(description="Where messages are to be sent.")],
) -> RegisterWebhookResult:
    require_admin(info)
    registered = await endpoints.register_webhook(info.context.services, input.url)
    return RegisterWebhookSuccess(endpoint=WebhookEndpoint.from_document(registered.endpoint), secret=registered.secret)
