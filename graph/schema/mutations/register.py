from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import accounts, sessions
from domain.process.budgets import Budget
from graph.schema.budgets import spend_by_address
from graph.schema.context import Info
from graph.schema.types.errors import EmailTaken, InvalidInput
from graph.schema.types.signed_in import SignedIn


@strawberry.input(description="Who is to be registered.")
class RegisterInput:
    name: str = strawberry.field(description="What they want to be called, 1 to 100 characters.")
    email: str = strawberry.field(description="Their e-mail address; nobody else's, regardless of case.")
    password: str = strawberry.field(description="Their password, 8 to 200 characters; none of the most common ones.")


@strawberry.type(description="The user is registered and signed in.")
class RegisterSuccess(SignedIn):
    pass


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
    return RegisterSuccess.of(await sessions.begin_session(context.services, user, context.correlation_id))
