from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import accounts, sessions
from domain.process.budgets import Budget
from graph.schema.budgets import spend_by_address
from graph.schema.context import Info
from graph.schema.types.errors import BadCredentials, InvalidInput
from graph.schema.types.signed_in import SignedIn


@strawberry.input(description="Who wants to sign in.")
class LoginInput:
    email: str = strawberry.field(description="Their e-mail address, in any case.")
    password: str = strawberry.field(description="Their password.")


@strawberry.type(description="The user is signed in.")
class LoginSuccess(SignedIn):
    pass


LoginResult = Annotated[
    LoginSuccess | InvalidInput | BadCredentials,
    strawberry.union(name="LoginResult", description="What came of login."),
]


@strawberry.mutation(description="Sign in. Takes as long whether there is such a user or not.")
async def login(
    info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who wants to sign in.")]
) -> LoginResult:
    services = info.context.services
    await spend_by_address(info.context, Budget.SIGN_IN)
    user = await accounts.login(
        services,
        email=input.email,
        password=input.password,
        address=info.context.address,
        correlation_id=info.context.correlation_id,
    )
    return LoginSuccess.of(await sessions.begin_session(services, user, info.context.correlation_id))
