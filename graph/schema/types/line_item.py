from __future__ import annotations

from typing import Self

import strawberry

from domain import documents, money
from graph.schema.types.money import Money


@strawberry.type(description="Seats of one section, and what one of them costs.")
class LineItem:
    section: str = strawberry.field(description="Name of the section.")
    quantity: int = strawberry.field(description="How many seats.")
    seats: list[str] = strawberry.field(description="Labels of its numbered seats; empty in a GENERAL section.")
    price: Money = strawberry.field(description="What one seat costs, as when it was locked.")

    @classmethod
    def from_item(cls, item: documents.LineItem, currency: str) -> Self:
        price = Money.from_money(money.Money(item.price_minor, currency))
        return cls(section=item.section, quantity=item.quantity, seats=item.seats, price=price)
