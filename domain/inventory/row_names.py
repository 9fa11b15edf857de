"""Rows by their names. A label is a name with its section's: making those of thousands of rows takes milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from domain.documents import SeatRow

ValueT = TypeVar("ValueT")


def by_name(rows: Sequence[SeatRow], by_label: Mapping[str, ValueT]) -> dict[str, ValueT]:
    """What is kept by the labels of rows, by the names of those that are in the section of these `rows`."""
    if not rows:
        return {}
    section = f"{rows[0].section}-"
    return {label[len(section) :]: value for label, value in by_label.items() if label.startswith(section)}
