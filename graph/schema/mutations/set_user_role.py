from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import users
from graph.schema.context import Info, require_managing_admin
from graph.schema.enums import Role
from graph.schema.ids import parse_id
from graph.schema.types.errors import InvalidInput, LastAdmin, NotFound
from graph.schema.types.user import User


@strawberry.input(description="What a user may do from now on.")
class SetUserRoleInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    role: Role = strawberry.field(description="What they may do.")


@strawberry.type(description="The user has that role.")
class SetUserRoleSuccess:
    user: User = strawberry.field(description="The user as they are now.")


SetUserRoleResult = Annotated[
    SetUserRoleSuccess | InvalidInput | NotFound | LastAdmin,
    strawberry.union(name="SetUserRoleResult", description="What came of setUserRole."),
]


@strawberry.mutation(
    description=(
        "Make a user an ADMIN, or a USER again. The role of an ADMIN begins when their session is renewed or they sign "
        "in again, and ends at once, also on open connections. One ADMIN always remains. ADMIN only."
    )
)
async def set_user_role(
    info: Info,
    input: Annotated[SetUserRoleInput, strawberry.argument(description="What a user may do from now on.")],
) -> SetUserRoleResult:
    caller = require_managing_admin(info)
    user_id = parse_id("userId", input.user_id, "User")
    user = await users.set_user_role(info.context.services, caller, user_id=user_id, role=input.role)
    return SetUserRoleSuccess(user=User.from_document(user))
