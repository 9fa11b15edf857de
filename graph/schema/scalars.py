"""Strict scalars: what they accept has one meaning, and what they print can be read back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.clock import to_millisecond

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"  # a date
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"  # a time: neither 24:00 nor a leap second
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"  # and an offset, always
)
_DECIMAL = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,10})?")
"""So short that arithmetic on it is exact within the 28 digits of Python's default context."""


def parse_instant(value: object) -> datetime:
    """A UTC instant to the millisecond, from RFC 3339 with an offset. Raises GraphQLError."""
    if not isinstance(value, str) or len(value) > 40 or not _INSTANT.fullmatch(value):
        raise GraphQLError("DateTime must be an RFC 3339 instant with an offset, as in 2030-01-31T19:30:00+05:30.")
    try:
        return to_millisecond(datetime.fromisoformat(value.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime is not a date of the calendar between the years 1 and 9999.") from None


def format_instant(value: datetime) -> str:
    """The instant in UTC, to the millisecond, with a trailing Z."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_decimal(value: object) -> Decimal:
    """An exact decimal from a string or a JSON integer. Raises GraphQLError."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        return Decimal(value)
    if isinstance(value, str) and len(value) < 40 and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise GraphQLError(
        'Decimal must be a string of at most 20 digits, a point and 10 more, as in "500.00"; no exponent.'
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An RFC 3339 instant. Input must carry an offset, as in `2030-01-31T19:30:00+05:30`; "
            "output is UTC with a trailing Z, to the millisecond: `2030-01-31T14:00:00.000Z`."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=format_instant,
        parse_value=parse_instant,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description=(
            'An exact decimal number, as a string: `"500.00"`. Floating point numbers are refused: '
            "they cannot say what was meant. No exponent."
        ),
        serialize=str,
        parse_value=parse_decimal,
    ),
}
"""How Python's types are written in GraphQL."""
