"""How a program says which seats it means."""

from __future__ import annotations

from collections.abc import Sequence

from .api import QuantityInput, SeatSelectionInput, SelectionItemInput

Choice = int | str | Sequence[str] | SelectionItemInput
"""A number of seats that the server picks, one label or several, or a part of a selection as the API has it."""

Selection = Choice | SeatSelectionInput
"""The same, or seats of several sections at once."""


def selected(seats: Selection) -> SeatSelectionInput:
    """As lockSeats takes it."""
    if isinstance(seats, SeatSelectionInput):
        return seats
    if isinstance(seats, SelectionItemInput):
        return SeatSelectionInput(items=[seats])
    if isinstance(seats, int):
        return SeatSelectionInput(quantity=QuantityInput(count=seats))
    return SeatSelectionInput(seats=_labels(seats))


def chosen(seats: Choice) -> list[SelectionItemInput]:
    """As changeLock takes it."""
    if isinstance(seats, SelectionItemInput):
        return [seats]
    if isinstance(seats, int):
        return [SelectionItemInput(quantity=QuantityInput(count=seats))]
    return [SelectionItemInput(seats=_labels(seats))]


def _labels(seats: str | Sequence[str]) -> list[str]:
    return [seats] if isinstance(seats, str) else list(seats)
