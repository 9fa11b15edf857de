from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain.people import sessions
from graph.schema.types.user import User


@strawberry.interface(description="Somebody is signed in, by any of the ways to be.")
class SignedIn:
    user: User = strawberry.field(description="The user.")
    access_token: str = strawberry.field(description="To be sent as `Authorization: Bearer`.")
    expires_at: datetime = strawberry.field(description="When the access token expires.")
    refresh_token: str = strawberry.field(
        description=(
            "For `refreshSession`, once: each use answers with the next one, and a second use of the same ends the "
            "whole session."
        )
    )

    @classmethod
    def of(cls, signed_in: sessions.SignedIn) -> Self:
        """What a client is to know."""
        return cls(
            user=User.from_document(signed_in.user, given_until=signed_in.access.expires_at),
            access_token=signed_in.access.token,
            expires_at=signed_in.access.expires_at,
            refresh_token=signed_in.refresh_token,
        )
