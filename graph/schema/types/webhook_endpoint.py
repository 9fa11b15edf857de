from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import documents
from graph.schema.ids import encode_id
from graph.schema.types.node import Node


@strawberry.type(description="Where messages are sent as signed webhooks. Seen by ADMINs; its secret by nobody.")
class WebhookEndpoint(Node):
    url: str = strawberry.field(description="Where they are posted.")
    created_at: datetime = strawberry.field(description="When it was registered.")
    disabled_at: datetime | None = strawberry.field(
        description="Since when nothing is sent there, because it answered 410 (Gone); null while it is in use."
    )

    @classmethod
    def from_document(cls, endpoint: documents.WebhookEndpoint) -> Self:
        return cls(
            id=encode_id("WebhookEndpoint", endpoint.id),
            url=endpoint.url,
            created_at=endpoint.created_at,
            disabled_at=endpoint.disabled_at,
        )
