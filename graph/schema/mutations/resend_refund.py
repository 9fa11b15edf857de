from __future__ import annotations

from typing import Annotated

import strawberry

from domain.faults import Faults
from domain.payments import failed_refunds
from graph.schema.context import Info, require_admin
from graph.schema.ids import UNREAD, parse_id
from graph.schema.types.errors import InvalidInput, NotFound, RefundNotFailed
from graph.schema.types.payment import Refund


@strawberry.input(description="Which refund is to be sent once more, and why.")
class ResendRefundInput:
    refund_id: strawberry.ID = strawberry.field(description="The refund, FAILED.")
    note: str = strawberry.field(description="Why, for the audit log; 1 to 500 characters.")


@strawberry.type(description="The provider was asked once more to give the money back.")
class ResendRefundSuccess:
    refund: Refund = strawberry.field(
        description="The refund as it is now: INITIATED until the provider has answered. It may fail again."
    )
    replayed: bool = strawberry.field(
        description="Whether it had been sent once more before, and has not failed since."
    )


ResendRefundResult = Annotated[
    ResendRefundSuccess | InvalidInput | NotFound | RefundNotFailed,
    strawberry.union(name="ResendRefundResult", description="What came of resendRefund."),
]


@strawberry.mutation(
    description=(
        "Have a FAILED refund sent once more. The money is never given back twice: what the provider turns out to have "
        "given back is PROCESSED. The provider is asked about a PROCESSED one first: its notice may have been lost. "
        "ADMIN only."
    )
)
async def resend_refund(
    info: Info, input: Annotated[ResendRefundInput, strawberry.argument(description="Which refund, and why.")]
) -> ResendRefundResult:
    caller = require_admin(info)
    info.context.begin_change(info)
    faults = Faults()
    refund_id = UNREAD
    with faults:
        refund_id = parse_id("refundId", input.refund_id, "Refund")
    resent = await failed_refunds.resend_refund(
        info.context.services, caller, refund_id=refund_id, note=input.note, faults=faults
    )
    return ResendRefundSuccess(refund=Refund.from_document(resent.refund), replayed=resent.replayed)
