from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import password_change
from domain.process.budgets import Budget
from graph.schema.budgets import spend
from graph.schema.context import Info, require_actor
from graph.schema.types.errors import BadCredentials, InvalidInput
from graph.schema.types.signed_in import SignedIn


@strawberry.input(description="The viewer's password, and the next one.")
class ChangePasswordInput:
    password: str = strawberry.field(description="The viewer's password.")
    new_password: str = strawberry.field(description="The new password, as in `register`.")


@strawberry.type(description="The viewer has the new password, and is signed in here and nowhere else.")
class ChangePasswordSuccess(SignedIn):
    pass


ChangePasswordResult = Annotated[
    ChangePasswordSuccess | InvalidInput | BadCredentials,
    strawberry.union(name="ChangePasswordResult", description="What came of changePassword."),
]


@strawberry.mutation(
    description=(
        "Give the viewer another password. All sessions of the viewer end, also the one that asks: go on with the "
        "tokens of the answer."
    )
)
async def change_password(
    info: Info,
    input: Annotated[ChangePasswordInput, strawberry.argument(description="The viewer's password, and the next one.")],
) -> ChangePasswordResult:
    context = info.context
    caller = require_actor(info)
    await spend(context, Budget.SIGN_IN)
    changed = await password_change.change_password(
        context.services,
        caller,
        password=input.password,
        new_password=input.new_password,
        address=context.address,
    )
    return ChangePasswordSuccess.of(changed)
