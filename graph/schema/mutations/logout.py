from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import sessions
from graph.schema.context import Info
from graph.schema.types.errors import InvalidInput


@strawberry.input(description="Which session is to end.")
class LogoutInput:
    refresh_token: str = strawberry.field(description="A refresh token of the session, used or not.")
    everywhere: bool | None = strawberry.field(
        default=False, description="Whether all of the user's sessions are to end, not only this one."
    )


@strawberry.type(description="The session has ended: its tokens are worth nothing, and its connections are closed.")
class LogoutSuccess:
    sessions_ended: int = strawberry.field(
        description="How many sessions have ended; 0 if this one had ended before, or never was."
    )


LogoutResult = Annotated[
    LogoutSuccess | InvalidInput,
    strawberry.union(name="LogoutResult", description="What came of logout."),
]


@strawberry.mutation(description="Sign out, on this device or everywhere. No access token is needed.")
async def logout(
    info: Info, input: Annotated[LogoutInput, strawberry.argument(description="Which session is to end.")]
) -> LogoutResult:
    context = info.context
    context.begin_change(info)
    ended = await sessions.logout(
        context.services,
        refresh_token=input.refresh_token,
        everywhere=bool(input.everywhere),
        correlation_id=context.correlation_id,
    )
    return LogoutSuccess(sessions_ended=ended)
