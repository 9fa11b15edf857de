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
            "Where they are posted: https; without user name, password or fragment. Case of the host, a default port "
            "and an empty path make no difference. The server's own machine (there http, too) and private networks "
            "only if this server allows them."
        )
    )


@strawberry.type(description="What happens from now on is sent there, until the endpoint is removed.")
class RegisterWebhookSuccess:
    endpoint: WebhookEndpoint = strawberry.field(description="The endpoint.")
    secret: str | None = strawberry.field(
        description=(
            "What its messages are signed with, in the form of Standard Webhooks. It is never shown again: null when "
            "`replayed`. If you lost it, renewWebhookSecret makes another."
        )
    )
    replayed: bool = strawberry.field(description="Whether the URL was registered already, and this is its endpoint.")


RegisterWebhookResult = Annotated[
    RegisterWebhookSuccess | InvalidInput,
    strawberry.union(name="RegisterWebhookResult", description="What came of registerWebhook."),
]


@strawberry.mutation(
    description=(
        "Register an endpoint for signed webhooks (Standard Webhooks): bookings confirmed, cancelled, expired and "
        "failed, failed attempts to pay, refunds processed and failed. There is one endpoint a URL: a repeat answers "
        "with it. ADMIN only."
    )
)
async def register_webhook(
    info: Info,
    input: Annotated[RegisterWebhookInput, strawberry.argument(description="Where messages are to be sent.")],
) -> RegisterWebhookResult:
    caller = require_admin(info)
    registered = await endpoints.register_webhook(info.context.services, caller, input.url)
    return RegisterWebhookSuccess(
        endpoint=WebhookEndpoint.from_document(registered.endpoint),
        secret=registered.secret,
        replayed=registered.replayed,
    )
