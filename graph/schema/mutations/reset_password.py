from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import password_reset
from graph.schema.context import Info
from graph.schema.types.errors import InvalidInput


@strawberry.input(description="What the letter had, and the new password.")
class ResetPasswordInput:
    token: str = strawberry.field(description="The code of the letter, or `token` of its link.")
    password: str = strawberry.field(description="The new password, as in `register`.")


@strawberry.type(description="The user has that password, and is signed out everywhere.")
class ResetPasswordSuccess:
    email: str = strawberry.field(description="The address to sign in with.")


ResetPasswordResult = Annotated[
    ResetPasswordSuccess | InvalidInput,
    strawberry.union(name="ResetPasswordResult", description="What came of resetPassword."),
]


@strawberry.mutation(
    description=(
        "Set another password, by the code that `requestPasswordReset` had sent. A code works once, and ends with the "
        "password that was forgotten. All sessions of the user end; the address counts as verified."
    )
)
async def reset_password(
    info: Info,
    input: Annotated[ResetPasswordInput, strawberry.argument(description="What the letter had, and the new password.")],
) -> ResetPasswordResult:
    context = info.context
    context.begin_change(info)
    user = await password_reset.reset_password(
        context.services,
        code=input.token,
        password=input.password,
        address=context.address,
        correlation_id=context.correlation_id,
    )
    return ResetPasswordSuccess(email=user.email)
