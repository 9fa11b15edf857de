from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


class LineItem(BaseModel):
    """Seats of one section that were locked at one price: `price_minor` is that of a seat."""

    section: str
    quantity: int
    seats: list[str]
    price_minor: int


def items_of(raw: Mapping[str, Any]) -> list[LineItem]:
    """The items of a stored lock or booking.

    Those from before there were items have one if all their seats are in one section, where all cost the same; none
    otherwise, because only their sum is known.
    """
    if "items" in raw:
        return [LineItem.model_construct(**item) for item in raw["items"]]
    quantities, total = raw.get("quantities") or {}, raw.get("total_minor")
    if total is None or len(quantities) != 1:
        return []
    ((section, quantity),) = quantities.items()
    if not quantity:
        return []
    return [
        LineItem.model_construct(
            section=section, quantity=quantity, seats=raw.get("seats") or [], price_minor=total // quantity
        )
    ]
