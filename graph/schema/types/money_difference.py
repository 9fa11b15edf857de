from __future__ import annotations

from typing import Self

import strawberry
from beanie import PydanticObjectId

from domain.integrity.money_differences import Difference
from graph.schema.context import Info
from graph.schema.enums import MoneyDifferenceKind
from graph.schema.types.booking import Booking
from graph.schema.types.money import Money
from graph.schema.types.payment import Payment, Refund


@strawberry.type(description="A difference about money: a bug, or one of the books was changed by hand.")
class MoneyDifference:
    kind: MoneyDifferenceKind = strawberry.field(description="What differs.")
    reference: str | None = strawberry.field(
        description="The provider's own name of the charge, refund or notice; null when there's none."
    )
    ours: Money | None = strawberry.field(description="What our book says; null for nothing.")
    theirs: Money | None = strawberry.field(
        description="What the provider's book says, or what other documents of ours make it; null for nothing."
    )
    booking_id: strawberry.Private[PydanticObjectId | None]
    payment_id: strawberry.Private[PydanticObjectId | None]
    refund_id: strawberry.Private[PydanticObjectId | None]

    @classmethod
    def from_difference(cls, difference: Difference) -> Self:
        return cls(
            kind=difference.kind,
            reference=difference.reference,
            ours=Money.from_money(difference.ours) if difference.ours else None,
            theirs=Money.from_money(difference.theirs) if difference.theirs else None,
            booking_id=difference.booking_id,
            payment_id=difference.payment_id,
            refund_id=difference.refund_id,
        )

    @strawberry.field(description="The booking concerned; null when none of ours is.")
    async def booking(self, info: Info) -> Booking | None:
        found = await info.context.loaders.bookings.load(self.booking_id) if self.booking_id else None
        return Booking.from_document(found) if found else None

    @strawberry.field(description="The payment concerned; null when none of ours is.")
    async def payment(self, info: Info) -> Payment | None:
        found = await info.context.loaders.payments.load(self.payment_id) if self.payment_id else None
        return Payment.from_document(found) if found else None

    @strawberry.field(description="The refund concerned; null when none of ours is.")
    async def refund(self, info: Info) -> Refund | None:
        found = await info.context.loaders.refunds.load(self.refund_id) if self.refund_id else None
        return Refund.from_document(found) if found else None
