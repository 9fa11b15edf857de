from __future__ import annotations

from decimal import Decimal
from typing import Self

import strawberry

from domain import money
from domain.errors import InvalidInput
from domain.faults import Faults
from graph.schema.enums import CurrencyCode


@strawberry.type(description="An amount of money, exact.")
class Money:
    amount: Decimal = strawberry.field(description="In major units, with exactly the currency's decimals.")
    # A plain string: serialising a member of so large an enum costs more than all the rest of the type.
    currency_code: str = strawberry.field(graphql_type=CurrencyCode, description="The currency of the amount.")

    @classmethod
    def from_money(cls, value: money.Money) -> Self:
        return cls(amount=value.to_decimal(), currency_code=value.currency)


@strawberry.input(description="An amount of money, exact; nothing is ever rounded.")
class MoneyInput:
    amount: Decimal = strawberry.field(
        description="In major units: not negative, and no more decimals than the currency has."
    )
    currency_code: str = strawberry.field(graphql_type=CurrencyCode, description="The currency of the amount.")

    def to_money(self, field: str) -> money.Money:
        """The amount; `field` is this input's path in the whole. Raises InvalidInput."""
        try:
            return money.Money.from_decimal(self.amount, str(self.currency_code))
        except money.MoneyError as error:
            raise InvalidInput(f"{field}.amount", f"The amount {error}.") from error

    def money_or_fault(self, field: str, faults: Faults) -> money.Money:
        """The amount; where it is a fault, nothing stands for it until the faults are told."""
        with faults:
            return self.to_money(field)
        return money.Money(0, str(self.currency_code))
