from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import sessions
from graph.schema.context import Info
from graph.schema.types.errors import BadCredentials, InvalidInput
from graph.schema.types.signed_in import SignedIn


@strawberry.input(description="Which session is to be renewed.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(description="The newest refresh token of the session.")


@strawberry.type(description="The session goes on.")
class RefreshSessionSuccess(SignedIn):
    pass


RefreshSessionResult = Annotated[
    RefreshSessionSuccess | InvalidInput | BadCredentials,
    strawberry.union(name="RefreshSessionResult", description="What came of refreshSession."),
]


@strawberry.mutation(
    description=(
        "Get another access token without the password, and the next refresh token. Who lost the answer may send the "
        "same token again for some seconds, and gets the same. After that a second use ends the session: somebody else "
        "has the token. After BadCredentials, sign in. No access token is needed."
    )
)
async def refresh_session(
    info: Info,
    input: Annotated[RefreshSessionInput, strawberry.argument(description="Which session is to be renewed.")],
) -> RefreshSessionResult:
    context = info.context
    context.begin_change(info)
    renewed = await sessions.refresh_session(
        context.services,
        refresh_token=input.refresh_token,
        address=context.address,
        correlation_id=context.correlation_id,
    )
    return RefreshSessionSuccess.of(renewed)
