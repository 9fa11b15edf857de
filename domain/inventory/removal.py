"""Which of its seats a lock gives back: all parts that are to go, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.documents import LineItem, SeatRow
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.inventory.parts import Counted, Named, Part
from domain.inventory.pick_beside import pick_to_drop


def remove(
    items: Sequence[LineItem], parts: Sequence[Part], rows: Mapping[str, SeatRow]
) -> tuple[list[LineItem], dict[str, int], list[str]]:
    """What is left of the lines, and what goes: how many seats of which section, and the labels of numbered ones.

    Where only a number of a section's seats is said, numbered ones go so that what is left is together, and of others,
    or of equals, those of the line that came last. `rows`, by their labels, tell who sits beside them.
    Raises InvalidInput for all that the lines do not have.
    """
    named: dict[str, None] = {}
    sections = {label: item.section for item in items for label in item.seats}
    gone: Counter[str] = Counter()
    faults = Faults()
    for part in parts:
        for index, label in enumerate(part.labels if isinstance(part, Named) else ()):
            if label not in sections:
                faults.add(f"{part.path}.{index}", "This lock does not hold this seat.")
                continue
            named[label] = None
            gone[sections[label]] += 1
    counted: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, Counted):
            with faults:
                section = _section_of(items, part)
                counted[section] += part.count
                gone[section] += part.count
                held = sum(item.quantity for item in items if item.section == section)
                if gone[section] > held:
                    holds = "1 seat" if held == 1 else f"{held:,} seats"
                    raise InvalidInput(f"{part.path}.count", f"This lock holds only {holds} of this section.")
    faults.refuse()
    seats = list(named)
    for section, count in counted.items():
        seats += _dropped(items, section, count, named, rows)
    return _without(items, gone, set(seats)), dict(gone), seats


def _section_of(items: Sequence[LineItem], part: Counted) -> str:
    held = list(dict.fromkeys(item.section for item in items))
    if part.section is None and len(held) == 1:
        return held[0]
    if part.section not in held or part.section is None:
        raise InvalidInput(f"{part.path}.section", f"Name one of the sections that this lock holds: {', '.join(held)}.")
    return part.section


def _dropped(
    items: Sequence[LineItem], section: str, count: int, named: dict[str, None], rows: Mapping[str, SeatRow]
) -> list[str]:
    """Labels of the numbered seats that go beside the named ones; none where the section's have no numbers."""
    ages = {
        label: age
        for age, item in enumerate(items)
        if item.section == section
        for label in item.seats
        if label not in named
    }
    return pick_to_drop(list(ages), count, ages, rows) if ages else []


def _without(items: Sequence[LineItem], gone: Counter[str], seats: set[str]) -> list[LineItem]:
    """The lines without these seats; seats without numbers leave the last lines first."""
    left: list[LineItem] = []
    going = Counter(gone)
    for item in reversed(items):
        if item.seats:
            kept = [label for label in item.seats if label not in seats]
            quantity = len(kept)
        else:
            kept, quantity = [], max(item.quantity - going[item.section], 0)
            going[item.section] -= item.quantity - quantity
        if quantity:
            left.append(item.model_copy(update={"quantity": quantity, "seats": kept}))
    return left[::-1]
