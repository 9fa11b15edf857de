"""Money: exact, in minor units, never rounded on the way in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_MINOR, MINOR_UNITS, Money, MoneyError


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "text"),
    [
        ("500.00", "INR", 50_000, "500.00 INR"),
        ("500", "INR", 50_000, "500.00 INR"),
        ("0", "EUR", 0, "0.00 EUR"),
        ("0.01", "USD", 1, "0.01 USD"),
        ("1E+2", "GBP", 10_000, "100.00 GBP"),
        ("500", "JPY", 500, "500 JPY"),
        ("1.234", "KWD", 1_234, "1.234 KWD"),
        ("10000000000000.00", "INR", MAX_MINOR, "10000000000000.00 INR"),
    ],
)
def test_an_amount_is_kept_in_its_currencys_minor_units(amount: str, currency: str, minor: int, text: str) -> None:
    money = Money.from_decimal(Decimal(amount), currency)
    assert money == Money(minor, currency)
    assert str(money) == text


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("-0.01", "INR"),
        ("0.001", "INR"),
        ("0.5", "JPY"),
        ("1.2345", "KWD"),
        ("10000000000000.01", "INR"),
        ("1E+1000000", "INR"),
        ("1E-1000000", "INR"),
        ("1." + "0" * 60 + "1", "INR"),
        ("NaN", "INR"),
        ("Infinity", "INR"),
        ("-Infinity", "INR"),
        ("1", "XAU"),
        ("1", "ABC"),
        ("1", "inr"),
        ("1", ""),
    ],
)
def test_an_amount_its_currency_cannot_have_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(MoneyError):
        Money.from_decimal(Decimal(amount), currency)


@given(st.integers(0, MAX_MINOR), st.sampled_from(sorted(MINOR_UNITS)))
def test_there_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money
    assert money.to_decimal().as_tuple().exponent == -MINOR_UNITS[currency]


@pytest.mark.parametrize(
    ("minor", "percentage", "share"),
    [(100_000, 50, 50_000), (101, 50, 51), (1, 50, 1), (1, 49, 0), (999, 0, 0), (999, 100, 999)],
)
def test_a_share_rounds_half_up(minor: int, percentage: int, share: int) -> None:
    assert Money(minor, "INR").share(percentage) == Money(share, "INR")


@given(st.integers(0, MAX_MINOR), st.integers(0, 100))
def test_a_share_and_what_is_kept_are_the_whole(minor: int, percentage: int) -> None:
    original = Money(minor, "INR")
    refunded = original.share(percentage)
    assert refunded + (original - refunded) == original
    assert 0 <= refunded.minor <= minor
    assert abs(refunded.minor * 100 - minor * percentage) <= 50


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(MoneyError):
        Money(1, "INR") + Money(1, "USD")
    with pytest.raises(MoneyError):
        Money(1, "INR") - Money(1, "USD")


def test_a_price_times_seats() -> None:
    assert Money(50_000, "INR") * 3 == Money(150_000, "INR")
