"""DateTime and Decimal: what they read has one meaning, and what they print they can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis.strategies import datetimes, decimals, timedeltas

from domain.clock import to_millisecond
from graph.schema.scalars import format_instant, parse_decimal, parse_instant

offsets = timedeltas(min_value=timedelta(hours=-23), max_value=timedelta(hours=23)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


@given(datetimes(timezones=offsets, min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)))  # noqa: DTZ001
def test_instants(instant: datetime) -> None:
    assert parse_instant(instant.isoformat()) == to_millisecond(instant.astimezone(UTC))
    assert parse_instant(format_instant(instant)) == to_millisecond(instant.astimezone(UTC))


def test_instants_are_printed_in_utc_to_the_millisecond() -> None:
    assert format_instant(datetime(2030, 1, 31, 19, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))) == (
        "2030-01-31T14:00:00.000Z"
    )


@given(decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**19), max_value=10**19))
def test_decimals(value: Decimal) -> None:
    assert parse_decimal(f"{value:f}") == value


@pytest.mark.parametrize("value", [1.0, True, None, [], "", "+1", "1.", ".5", "1_0", "1e3", "NaN", " 1", "١", "1" * 21])
def test_what_is_no_decimal(value: object) -> None:
    with pytest.raises(GraphQLError):
        parse_decimal(value)


def test_integers_are_exact_too() -> None:
    assert parse_decimal(500) == Decimal("500")
