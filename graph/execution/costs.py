"""What an operation costs, as clients are told: who asks for it by a header, and whoever asked for too much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

HEADER = b"graphql-cost"
"""With the value `report`: answers then say what they cost."""


class Cost(TypedDict):
    """`requested` is what the operation costs; None where the document was too long to be looked at.

    `limit` is what one may cost.
    """

    requested: int | None
    limit: int


def is_asked_for(value: bytes) -> bool:
    """Whether this value of the header asks to be told."""
    return value.strip().lower() == b"report"


def with_cost(answer: Mapping[str, Any], cost: Cost | None) -> dict[str, object]:
    """The answer, and what it costs: if that is given, or if one of its errors says it."""
    if cost is None:
        told = (error["extensions"].get("cost") for error in answer.get("errors", ()))
        cost = next((each for each in told if each is not None), None)
    return dict(answer) if cost is None else {**answer, "extensions": {"cost": cost}}
