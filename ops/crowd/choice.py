"""How a buyer chooses seats: by hand, beside one another, or the best that the server has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from seatlock_client.api import QuantityInput, ReadEventEventSections, SelectionItemInput

AVAILABLE = "A"
BY_HAND = 0.6
"""Of those who see a map, who choose on it."""

PARTIES = {1: 15, 2: 45, 3: 13, 4: 20, 5: 4, 6: 3}
"""How many come together, and how often."""


def party(mind: Random, most: int | None) -> int:
    """How many seats somebody wants, who may have so many at `most`."""
    (count,) = mind.choices(list(PARTIES), list(PARTIES.values()))
    return count if most is None else min(count, most)


def choose(
    sections: Sequence[ReadEventEventSections], count: int, mind: Random, *, by_hand: bool
) -> SelectionItemInput | None:
    """Seats of one section that has so many left, the larger ones more often; None if there is none."""
    wide = [section for section in sections if section.available_seats >= count]
    if not wide:
        return None
    (section,) = mind.choices(wide, [section.available_seats for section in wide])
    labels = _together(section, count, mind) if by_hand else None
    if labels:
        return SelectionItemInput(seats=labels)
    return SelectionItemInput(quantity=QuantityInput(count=count, section=section.name))


def _together(section: ReadEventEventSections, count: int, mind: Random) -> list[str] | None:
    """Neighbours in some row, further to the front if possible; None where no row has so many, or there are no rows."""
    places = [(row.name, *run) for row in section.rows or () for run in _runs(row.statuses) if run[1] - run[0] >= count]
    if not places:
        return None
    # Of two, the nearer one: fronts fill first, but not row by row.
    row, begin, end = places[min(mind.randrange(len(places)), mind.randrange(len(places)))]
    # Beside those who sit already, or in the middle of an empty stretch: who leaves single seats is frowned upon.
    first = mind.choice((begin, end - count, begin + (end - begin - count) // 2))
    return [f"{section.name}-{row}-{number}" for number in range(first + 1, first + count + 1)]


def _runs(statuses: str) -> Iterator[tuple[int, int]]:
    """Where free seats that touch begin and end, by position."""
    begin = None
    for at, status in enumerate(statuses + " "):
        if status == AVAILABLE:
            begin = at if begin is None else begin
        elif begin is not None:
            yield begin, at
            begin = None
