from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import deletion
from domain.process.budgets import Budget
from graph.schema.budgets import spend
from graph.schema.context import Info, require_actor
from graph.schema.ids import encode_id
from graph.schema.types.errors import BadCredentials, LastAdmin


@strawberry.input(description="That the viewer means it.")
class DeleteAccountInput:
    password: str = strawberry.field(description="The viewer's password.")


@strawberry.type(
    description=(
        "The name, the e-mail address and the password are deleted, and every session has ended. Bookings stay, and "
        "paid ones stay paid: ADMINs see them, of a deleted user. Seats that were held unpaid lapse at their deadline."
    )
)
class DeleteAccountSuccess:
    user_id: strawberry.ID = strawberry.field(description="The id that bookings and audit entries go on naming.")


DeleteAccountResult = Annotated[
    DeleteAccountSuccess | BadCredentials | LastAdmin,
    strawberry.union(name="DeleteAccountResult", description="What came of deleteAccount."),
]


@strawberry.mutation(
    description=(
        "Delete the viewer's account, for good. Cancel bookings before, if they are to be refunded: nobody can "
        "afterwards but an ADMIN. One ADMIN always remains."
    )
)
async def delete_account(
    info: Info, input: Annotated[DeleteAccountInput, strawberry.argument(description="That the viewer means it.")]
) -> DeleteAccountResult:
    context = info.context
    caller = require_actor(info)
    await spend(context, Budget.SIGN_IN)
    user_id = await deletion.delete_account(context.services, caller, password=input.password, address=context.address)
    return DeleteAccountSuccess(user_id=encode_id("User", user_id))
