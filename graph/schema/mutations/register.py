from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.people import accounts
from domain.process.budgets import Budget
from graph.schema.budgets import spend_by_address
from graph.schema.context import Info
from graph.schema.types.errors import EmailTaken, InvalidInput
from graph.schema.types.user import User


@strawberry.input(description="Who is to be registered.")
class RegisterInput:
    name: str = strawberry.field(description="What they want to be called, 1 to 100 characters.")
    email: str = strawberry.field(description="Their e-mail address; nobody else's, regardless of case.")
    password: str = strawberry.field(description="Their password, 8 to 200 characters; none of the most common ones.")


@strawberry.type(description="The user is registered and signed in.")
class RegisterSuccess:
    user: User = strawberry.field(description="The new user, a USER.")
    access_token: str = strawberry.field(description="To be sent as `Authorization: Bearer`.")
    expires_at: datetime = strawberry.field(description="When the access token expires.")


RegisterResult = Annotated[
    RegisterSuccess | InvalidInput | EmailTaken,
    strawberry.union(name="RegisterResult", description="What came of register."),
]


@strawberry.mutation(description="Register a USER and sign them in.")
async def register(
    info: Info, input: Annotated[RegisterInput, strawberry.argument(description="Who is to be registered.")]
) -> RegisterResult:
    context = info.context
    await spend_by_address(context, Budget.REGISTER)
    user = await accounts.register(
        context.services,
        name=input.name,
        email=input.email,
        password=input.password,
        correlation_id=context.correlation_id,
        address=context.address,
    )
    issued = accounts.issue_token(context.services.settings, user, context.services.clock())
    return RegisterSuccess(user=User.from_document(user), access_token=issued.token, expires_at=issued.expires_at)
