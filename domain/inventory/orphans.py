"""Single seats that a choice leaves empty, for events that forbid it. Pure.

An *orphan* is a free seat that the choice leaves with a taken seat on either side, as `pick.py` says; a seat that was
alone without the choice is none. The choice is all that a lock is to hold, and it is made from the seats that are free
or the lock's own. Only what was chosen by hand is judged: an orphan beside a seat that was chosen by its label, or one
that was let go. The seats of a section are allowed all the same where as many can't be chosen otherwise: where the
pick of that number in that section leaves an orphan, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from domain.contradiction import required
from domain.documents import SeatRow, SeatStatus
from domain.errors import SeatsUnavailable
from domain.inventory.again import MoreDue, RowsNeeded
from domain.inventory.pick import pick_seats
from domain.inventory.row_names import by_name
from domain.inventory.state import Inventory

FREE, TAKEN = SeatStatus.AVAILABLE.letter, SeatStatus.HELD.letter
_ALONE = re.compile(f"(?<=[^{FREE}]){FREE}(?=[^{FREE}])")


def check_orphans(
    inventory: Inventory, *, chosen: Collection[str], after: Collection[str], before: Collection[str] = ()
) -> None:
    """`chosen` by hand are some of the seats that the lock is to hold `after`; it holds those of `before` now.

    Raises SeatsUnavailable with the orphans, RowsNeeded, MoreDue.
    """
    if not inventory.event.forbid_orphans:
        return
    let_go = set(before) - set(after)
    own, taken = _by_row(before), _by_row(after)
    left: dict[str, list[str]] = {}
    for row in _rows_of(inventory, [*chosen, *let_go]):
        free = _marked(row.statuses, own[row.label], FREE)
        for number in _orphans(free, taken[row.label]):
            beside = {f"{row.label}-{number - 1}", f"{row.label}-{number + 1}"}
            if (label := f"{row.label}-{number}") in let_go or not beside.isdisjoint(chosen):
                left.setdefault(row.section, []).append(label)
    orphans = []
    for section, labels in left.items():
        if not inventory.has_all_rows(section):
            raise RowsNeeded(section)
        rows = inventory.rows_of(section)
        its, chosen_in = by_name(rows, own), by_name(rows, taken)
        count = sum(len(chosen_in[row.name]) for row in rows if row.name in chosen_in)
        if _can_do_without([_let_go(row, its[row.name]) if row.name in its else row for row in rows], count):
            orphans += labels
    if orphans:
        if inventory.more_due:
            raise MoreDue
        message = "This choice would leave single empty seats between taken seats. Take these, too, or choose others."
        raise SeatsUnavailable(message, [], orphans)


def _can_do_without(rows: Sequence[SeatRow], count: int) -> bool:
    """Whether as many seats of these rows can be chosen without an orphan."""
    picked = _by_row(required(pick_seats(rows, count), "what is chosen is free"))
    chosen = by_name(rows, picked)
    return not any(_orphans(row.statuses, chosen[row.name]) for row in rows if row.name in chosen)


def _let_go(row: SeatRow, numbers: Sequence[int]) -> SeatRow:
    """The row, with the seats of these numbers free."""
    return row.evolve(statuses=_marked(row.statuses, numbers, FREE))


def _rows_of(inventory: Inventory, labels: Iterable[str]) -> list[SeatRow]:
    """The rows that these seats are in, in their order."""
    places = (required(inventory.seat_at(label), f"{label} is not loaded") for label in labels)
    rows = {row.label: row for row, _ in places}
    return sorted(rows.values(), key=lambda row: (row.section, row.position))


def _by_row(labels: Iterable[str]) -> defaultdict[str, list[int]]:
    """The numbers of these seats, by the label of their row."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for label in labels:
        row_label, _, number = label.rpartition("-")
        numbers[row_label].append(int(number))
    return numbers


def _marked(statuses: str, numbers: Sequence[int], letter: str) -> str:
    if not numbers:
        return statuses
    letters = list(statuses)
    for number in numbers:
        letters[number - 1] = letter
    return "".join(letters)


def _orphans(free: str, numbers: Sequence[int]) -> list[int]:
    """The numbers of the seats that taking these leaves alone, in a row where they are free."""
    alone_before = {match.start() for match in _ALONE.finditer(free)}
    alone = (match.start() for match in _ALONE.finditer(_marked(free, numbers, TAKEN)))
    return [position + 1 for position in alone if position not in alone_before]
