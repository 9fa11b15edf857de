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


def are_together(items: Iterable[LineItem]) -> bool:
    """Whether the numbered seats of each section are adjacent, in one row. Seats without numbers are together."""
    seats: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for item in items:
        for label in item.seats:
            row, _, number = label.rpartition("-")
            seats[item.section].append((row, int(number)))
    for places in seats.values():
        (first_row, first), (last_row, last) = min(places), max(places)
        if first_row != last_row or last - first != len(places) - 1:
            return False
    return True


def total_of(items: Iterable[LineItem]) -> int:
    """What they cost together, in minor units."""
    return sum(item.price_minor * item.quantity for item in items)
