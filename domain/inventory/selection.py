"""Which seats a selection is: all of its parts, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.contradiction import required
from domain.documents import Seating, SeatRow, SeatStatus, Section
from domain.errors import InvalidInput, NotEnoughSeats, SeatsUnavailable
from domain.faults import Faults
from domain.inventory.again import MoreDue
from domain.inventory.parts import Counted, Part, labels_of
from domain.inventory.pick import pick_seats
from domain.inventory.pick_beside import pick_beside
from domain.inventory.row_names import by_name
from domain.inventory.state import Inventory


@dataclass(frozen=True, slots=True)
class Selection:
    """How many seats of which section, and the labels of the numbered ones."""

    quantities: dict[str, int]
    seats: list[str]


def select(inventory: Inventory, parts: Sequence[Part], *, beside: Sequence[str] = ()) -> Selection:
    """The available seats that these parts ask for together.

    Parts that count seats of the same section add up; none of them gets a seat that another part names. Seats that are
    counted come next to those `beside`, where these are free.
    Raises InvalidInput, SeatsUnavailable, NotEnoughSeats, MoreDue.
    """
    quantities, counted = count_parts(inventory, parts)
    seats = labels_of(parts)
    if taken := [label for label in seats if not inventory.is_available(label)]:
        if inventory.more_due:
            raise MoreDue
        raise SeatsUnavailable("Some of these seats are held or booked.", taken)
    for name, quantity in quantities.items():
        section = required(inventory.event.section(name), f"a section {name}")
        if section.available < quantity:
            if inventory.more_due:
                raise MoreDue
            raise NotEnoughSeats("Fewer seats are available than you asked for.", section.available)
    for name, count in counted.items():
        if required(inventory.event.section(name), f"a section {name}").seating is Seating.RESERVED:
            rows = without(inventory.rows_of(name), seats)
            picked = pick_beside(rows, beside, count) or pick_seats(rows, count)
            seats += required(picked, "counters and rows agree")
    return Selection(quantities, seats)


def count_parts(inventory: Inventory, parts: Iterable[Part]) -> tuple[dict[str, int], dict[str, int]]:
    """How many seats of each section the parts ask for, and how many of these they do not name.

    Raises InvalidInput for all seats and sections that there are not.
    """
    quantities: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    faults = Faults()
    for part in parts:
        if isinstance(part, Counted):
            with faults:
                name = chosen_section(inventory.event.sections, part).name
                counted[name] += part.count
                quantities[name] += part.count
            continue
        for index, label in enumerate(part.labels):
            place = inventory.seat_at(label)
            if place is None:
                faults.add(f"{part.path}.{index}", "This event has no seat with this label.")
            else:
                quantities[place[0].section] += 1
    faults.refuse()
    return dict(quantities), dict(counted)


def without(rows: Sequence[SeatRow], seats: Iterable[str]) -> Sequence[SeatRow]:
    """The rows, which are of one section, with these seats held."""
    positions: dict[str, set[int]] = {}
    for label in seats:
        row_label, _, number = label.rpartition("-")
        positions.setdefault(row_label, set()).add(int(number) - 1)
    changed = by_name(rows, positions)
    if not changed:
        return rows

    def statuses_of(row: SeatRow) -> str:
        held, letters = changed[row.name], enumerate(row.statuses)
        return "".join(SeatStatus.HELD.letter if position in held else letter for position, letter in letters)

    return [row.evolve(statuses=statuses_of(row)) if row.name in changed else row for row in rows]


def chosen_section(sections: Sequence[Section], part: Counted) -> Section:
    """The section that the part names, or the only one. Raises InvalidInput."""
    if part.section is None and len(sections) == 1:
        return sections[0]
    for section in sections:
        if section.name == part.section:
            return section
    known = ", ".join(section.name for section in sections[:20])
    raise InvalidInput(f"{part.path}.section", f"Name one of this event's sections: {known}.")
