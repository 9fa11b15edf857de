"""Amounts as Stripe writes them, which is not always ISO 4217: https://docs.stripe.com/currencies

| Currencies | ISO 4217 decimals | Stripe's decimals | Stripe takes |
|---|---|---|---|
| BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF | 0 | 0 | any |
| MGA | 2 | 0 | whole ariary |
| ISK | 0 | 2 | whole krónur: multiples of 100 |
| BHD JOD KWD OMR TND | 3 | 3 | multiples of 10 |
| UGX | 0 | 0 on one list, 2 on another | never: one would be 100 times the other |
| HUF TWD, and all others | 2 | 2 | any; only payouts of HUF and TWD are whole |
| CLF IQD LYD UYI UYW | not 2 | not said | never |

What it takes at least depends on the currency that the account is paid out in. LEAST has what it says for accounts that
are paid out in the currency they charge in; of other currencies nobody can tell.
"""

from __future__ import annotations

from domain.money import MINOR_UNITS, Money
from domain.providers.port import Amounts

ZERO_DECIMAL = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMAL = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))

LEAST = {
    **dict.fromkeys(("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD"), 50),
    **dict.fromkeys(("AED", "MYR", "PLN", "RON"), 2_00),
    **dict.fromkeys(("NOK", "SEK"), 3_00),
    **dict.fromkeys(("MXN", "THB"), 10_00),
    "CZK": 15_00,
    "DKK": 2_50,
    "GBP": 30,
    "HKD": 4_00,
    "HUF": 175_00,
    "JPY": 50,
}
"""The least it charges, in minor units of ISO 4217."""


def amounts_in(currency: str) -> Amounts | None:
    """What it takes in this currency; None if nothing."""
    units = _units(currency)
    if units is None:
        return None
    decimals, multiple = units
    # The smallest amount that both of us can write, and that it takes.
    step = -(-multiple * 10 ** MINOR_UNITS[currency] // 10**decimals)
    return Amounts(step, LEAST.get(currency, step))


def to_stripe(money: Money) -> int | None:
    """Exactly this much in Stripe's units; None for what it doesn't take in this currency."""
    units = _units(money.currency)
    if units is None:
        return None
    decimals, multiple = units
    amount, rest = divmod(money.minor * 10**decimals, 10 ** MINOR_UNITS[money.currency])
    return None if rest or amount % multiple else amount


def from_stripe(amount: int, currency: str) -> Money:
    """What Stripe calls so much, of a currency it writes in small letters. One we never charge in stays as it is."""
    code = currency.upper()
    units = _units(code)
    if units is None:
        return Money(amount, code)
    return Money(amount * 10 ** MINOR_UNITS[code] // 10 ** units[0], code)


def _units(currency: str) -> tuple[int, int] | None:
    """Stripe's decimals of a currency, and what all amounts are multiples of."""
    if currency in ZERO_DECIMAL:
        return 0, 1
    if currency in THREE_DECIMAL:
        return 3, 10
    if currency == "ISK":
        return 2, 100
    return (2, 1) if MINOR_UNITS.get(currency) == 2 else None
