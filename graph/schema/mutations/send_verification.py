from __future__ import annotations

from typing import Annotated

import strawberry

from domain.people import verification
from domain.process.budgets import Budget
from graph.schema.budgets import spend
from graph.schema.context import Info, require_actor
from graph.schema.types.errors import MailDisabled
from graph.schema.types.user import User


@strawberry.type(description="The letter is on its way, unless the address is verified already.")
class SendVerificationSuccess:
    user: User = strawberry.field(description="The viewer; `emailVerified` says whether there is anything to do.")


SendVerificationResult = Annotated[
    SendVerificationSuccess | MailDisabled,
    strawberry.union(name="SendVerificationResult", description="What came of sendVerification."),
]


@strawberry.mutation(
    description=(
        "Have a letter sent to the viewer's address, with a code for `verifyEmail`; `register` does so by itself. "
        "RATE_LIMITED when too many were sent there, or asked for."
    )
)
async def send_verification(info: Info) -> SendVerificationResult:
    caller = require_actor(info)
    await spend(info.context, Budget.ASK_LETTERS)
    return SendVerificationSuccess(
        user=User.from_document(await verification.send_verification(info.context.services, caller))
    )
