"""Money: integer minor units and an ISO 4217 currency; decimal strings only at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from iso4217 import Currency

MINOR_UNITS: dict[str, int] = {c.code: c.exponent for c in Currency if c.exponent is not None}
"""How many decimals each ISO 4217 currency has. Units of account without one (gold, SDRs) cannot be charged."""

MAX_MINOR = 10**15
"""Above any price."""

MAX_WORTH = 10**16
"""What all seats of an event may cost together: it could be sold, given back and sold again some hundred times before
what was taken no longer fits the 64 bits that figures have."""


class MoneyError(ValueError):
    """The amount is not one this currency can have."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of a currency: `Money(50000, "INR")` is ₹500.00."""

    minor: int
    currency: str

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Money:
        """The amount exactly, never rounded. Raises MoneyError: negative, too precise, too large, no such currency."""
        decimals = MINOR_UNITS.get(currency)
        if decimals is None:
            raise MoneyError(f"{currency} is not an ISO 4217 currency one can pay in")
        if not amount.is_finite():
            raise MoneyError("not a finite amount")
        if amount < 0:
            raise MoneyError("must not be negative")
        if amount > MAX_MINOR:
            raise MoneyError("is too large")
        if -int(amount.as_tuple().exponent) > decimals:
            raise MoneyError(f"has more than the {decimals} decimals of {currency}")
        minor = int(amount.scaleb(decimals))
        if minor > MAX_MINOR:
            raise MoneyError("is too large")
        return cls(minor, currency)

    def to_decimal(self) -> Decimal:
        """The amount in major units with exactly the currency's decimals: 500.00."""
        return Decimal(self.minor).scaleb(-MINOR_UNITS[self.currency])

    def share(self, percentage: int, step: int = 1) -> Money:
        """That percentage of the amount in multiples of `step` minor units, half a step rounded up.

        It is never more than all of it, and 100 per cent is all of it. The rest is what `self - share` leaves.
        """
        if percentage == 100:
            return self
        share = (self.minor * percentage * 2 + 100 * step) // (200 * step) * step
        return Money(min(share, self.minor), self.currency)

    def in_currency(self, currency: str) -> int:
        """Its minor units. Raises MoneyError when it is in another currency: currencies are never mixed."""
        if self.currency != currency:
            raise MoneyError(f"is in {self.currency}, not in {currency}")
        return self.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + other.in_currency(self.currency), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - other.in_currency(self.currency), self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __str__(self) -> str:
        return f"{self.to_decimal()} {self.currency}"
