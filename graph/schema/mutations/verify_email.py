from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import verification
from graph.schema.context import Info
from graph.schema.types.errors import InvalidInput


@strawberry.input(description="What the letter had.")
class VerifyEmailInput:
    token: str = strawberry.field(description="The code of the letter, or `token` of its link.")


@strawberry.type(description="The address is verified: letters go there.")
class VerifyEmailSuccess:
    email: str = strawberry.field(description="The address.")


VerifyEmailResult = Annotated[
    VerifyEmailSuccess | InvalidInput,
    strawberry.union(name="VerifyEmailResult", description="What came of verifyEmail."),
]


@strawberry.mutation(
    description=(
        "Say that one reads what is sent to one's address, by the code that was sent there; nobody needs to be signed "
        "in. The code is good for 24 hours, and as often as wanted."
    )
)
async def verify_email(
    info: Info, input: Annotated[VerifyEmailInput, strawberry.argument(description="What the letter had.")]
) -> VerifyEmailResult:
    context = info.context
    context.begin_change(info)
    user = await verification.verify_email(context.services, input.token, context.correlation_id)
    return VerifyEmailSuccess(email=user.email)
