"""Which prices an event may have: those that its buyers can pay."""

from __future__ import annotations

from domain.errors import InvalidInput
from domain.money import Money
from domain.providers.port import PaymentProvider


def check_price(provider: PaymentProvider, field: str, price: Money) -> None:
    """Raises InvalidInput for what the provider can't charge; `field` is the path of the price in the input."""
    if not price.minor:
        return
    amounts = provider.amounts(price.currency)
    if amounts is None:
        raise InvalidInput(
            f"{field}.currencyCode", f"The payment provider, {provider.name}, takes no {price.currency}."
        )
    if price.minor % amounts.step:
        step = Money(amounts.step, price.currency)
        raise InvalidInput(f"{field}.amount", f"The payment provider, {provider.name}, takes only multiples of {step}.")
    if price.minor < amounts.least:
        least = Money(amounts.least, price.currency)
        raise InvalidInput(
            f"{field}.amount", f"The payment provider, {provider.name}, takes no less than {least}; 0 is fine, too."
        )
