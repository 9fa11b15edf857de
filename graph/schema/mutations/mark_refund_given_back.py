from __future__ import annotations

from typing import Annotated

import strawberry

from domain.faults import Faults
from domain.payments import failed_refunds
from graph.schema.context import Info, require_admin
from graph.schema.ids import UNREAD, parse_id
from graph.schema.types.errors import InvalidInput, NotFound, RefundNotFailed
from graph.schema.types.payment import Refund


@strawberry.input(description="Which refund was given back by hand, and how.")
class MarkRefundGivenBackInput:
    refund_id: strawberry.ID = strawberry.field(description="The refund, FAILED.")
    note: str = strawberry.field(description="How and why, for the audit log; 1 to 500 characters.")
    reference: str | None = strawberry.field(
        default=None,
        description="What the bank or till calls it: the refund's `providerReference`; up to 200 characters.",
    )


@strawberry.type(description="The money counts as given back.")
class MarkRefundGivenBackSuccess:
    refund: Refund = strawberry.field(description="The refund as it is now, PROCESSED and `byHand`.")
    replayed: bool = strawberry.field(description="Whether this had been said before; the first reference stays.")


MarkRefundGivenBackResult = Annotated[
    MarkRefundGivenBackSuccess | InvalidInput | NotFound | RefundNotFailed,
    strawberry.union(name="MarkRefundGivenBackResult", description="What came of markRefundGivenBack."),
]


@strawberry.mutation(
    description=(
        "Say that the money of a FAILED refund was given back by another way than the payment provider: by bank "
        "transfer, in cash. The buyer is told that it is given back. Nothing changes such a refund any more. "
        "ADMIN only."
    )
)
async def mark_refund_given_back(
    info: Info, input: Annotated[MarkRefundGivenBackInput, strawberry.argument(description="Which refund, and how.")]
) -> MarkRefundGivenBackResult:
    caller = require_admin(info)
    info.context.begin_change(info)
    faults = Faults()
    refund_id = UNREAD
    with faults:
        refund_id = parse_id("refundId", input.refund_id, "Refund")
    marked = await failed_refunds.mark_given_back(
        info.context.services,
        caller,
        refund_id=refund_id,
        note=input.note,
        reference=input.reference,
        faults=faults,
    )
    return MarkRefundGivenBackSuccess(refund=Refund.from_document(marked.refund), replayed=marked.replayed)
