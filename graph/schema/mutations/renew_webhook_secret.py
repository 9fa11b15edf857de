from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.outbox import endpoints
from graph.schema.context import Info, require_managing_admin
from graph.schema.ids import parse_id
from graph.schema.types.errors import InvalidInput, NotFound
from graph.schema.types.webhook_endpoint import WebhookEndpoint


@strawberry.input(description="Which endpoint is to have a new secret.")
class RenewWebhookSecretInput:
    endpoint_id: strawberry.ID = strawberry.field(description="The endpoint.")


@strawberry.type(description="Its messages are signed with the new secret and, for a day, with the former ones, too.")
class RenewWebhookSecretSuccess:
    endpoint: WebhookEndpoint = strawberry.field(description="The endpoint.")
    secret: str = strawberry.field(
        description="The new secret, in the form of Standard Webhooks. It is never shown again."
    )
    former_until: datetime = strawberry.field(
        description="Until then each message has a signature by the former secret, too."
    )


RenewWebhookSecretResult = Annotated[
    RenewWebhookSecretSuccess | InvalidInput | NotFound,
    strawberry.union(name="RenewWebhookSecretResult", description="What came of renewWebhookSecret."),
]


@strawberry.mutation(
    description=(
        "Give an endpoint a new secret. For a day messages carry a signature by each secret, so that receivers lose "
        "none. A repeat makes another one; there are at most 5 at a time. ADMIN only."
    )
)
async def renew_webhook_secret(
    info: Info,
    input: Annotated[
        RenewWebhookSecretInput, strawberry.argument(description="Which endpoint is to have a new secret.")
    ],
) -> RenewWebhookSecretResult:
    caller = require_managing_admin(info)
    endpoint_id = parse_id("endpointId", input.endpoint_id, "WebhookEndpoint")
    renewed = await endpoints.renew_secret(info.context.services, caller, endpoint_id)
    return RenewWebhookSecretSuccess(
        endpoint=WebhookEndpoint.from_document(renewed.endpoint),
        secret=renewed.secret,
        former_until=renewed.former_until,
    )
