from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import password_reset
from domain.process.budgets import Budget
from graph.schema.budgets import spend
from graph.schema.context import Info
from graph.schema.types.errors import InvalidInput, MailDisabled


@strawberry.input(description="Whose password is forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The e-mail address that they registered with.")


@strawberry.type(description="If somebody is registered with the address, a letter is on its way.")
class RequestPasswordResetSuccess:
    email: str = strawberry.field(description="The address as it was given.")


RequestPasswordResetResult = Annotated[
    RequestPasswordResetSuccess | InvalidInput | MailDisabled,
    strawberry.union(name="RequestPasswordResetResult", description="What came of requestPasswordReset."),
]


@strawberry.mutation(
    description=(
        "Have a letter sent with a code for `resetPassword`, good for an hour. An address that was never verified gets "
        "the code for `verifyEmail` instead: use that, and ask again. The answer, and the time it takes, are the same "
        "whether there is such a user or not. RATE_LIMITED when too many letters were asked for."
    )
)
async def request_password_reset(
    info: Info,
    input: Annotated[RequestPasswordResetInput, strawberry.argument(description="Whose password is forgotten.")],
) -> RequestPasswordResetResult:
    context = info.context
    await spend(context, Budget.ASK_LETTERS)
    password_reset.request_password_reset(context.services, email=input.email, correlation_id=context.correlation_id)
    return RequestPasswordResetSuccess(email=input.email)
