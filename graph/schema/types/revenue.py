from __future__ import annotations

from typing import Self

import strawberry

from domain.reports import summary
from graph.schema.types.money import Money


@strawberry.type(description="Money of one currency. `gross` = `refunded` + `net`, always.")
class Revenue:
    gross: Money = strawberry.field(
        description="What was taken: by payments that SUCCEEDED, and by those that FAILED after the money was taken."
    )
    refunded: Money = strawberry.field(
        description="What was given back of it, or is to be: refunds that are INITIATED or PROCESSED."
    )
    net: Money = strawberry.field(description="What stays.")

    @classmethod
    def from_revenue(cls, revenue: summary.Revenue) -> Self:
        return cls(
            gross=Money.from_money(revenue.gross),
            refunded=Money.from_money(revenue.refunded),
            net=Money.from_money(revenue.net),
        )
