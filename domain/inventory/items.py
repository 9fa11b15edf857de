"""What seats cost when they are locked, a line a section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from domain.contradiction import required
from domain.documents import LineItem
from domain.inventory.state import Inventory


def items_at_present_prices(
    inventory: Inventory, quantities: Mapping[str, int], seats: Iterable[str]
) -> list[LineItem]:
    """These seats, at what their sections cost now."""
    labels: defaultdict[str, list[str]] = defaultdict(list)
    for label in seats:
        row, _ = required(inventory.seat_at(label), f"{label} is not loaded")
        labels[row.section].append(label)
    return [
        LineItem.model_construct(
            section=name,
            quantity=quantity,
            seats=labels[name],
            price_minor=required(inventory.event.section(name), f"a section {name}").price_minor,
        )
        for name, quantity in quantities.items()
    ]


def total_of(items: Iterable[LineItem]) -> int:
    """What they cost together, in minor units."""
    return sum(item.price_minor * item.quantity for item in items)
