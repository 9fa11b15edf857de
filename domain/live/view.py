"""What a watcher sees of an event: an immutable view, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.documents import SeatStatus
from domain.live.news import Counters
from domain.money import Money


class SeatPlace(NamedTuple):
    """A numbered seat and its status, as a letter. `row` is the label of its row, seat 1 is position 0."""

    row: str
    position: int
    letter: str


class RowPlace(NamedTuple):
    """Where a row is, and what a seat costs there."""

    section: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """An event's inventory as it was `at` that moment, dead locks counted as available, and whether it sold then.

    `rows` is the map: the label of a row → a letter a seat. Views that follow one another share the rows that are
    equal, so that keeping an old one costs little. `committed_at` is when the change that made it was committed, by the
    clock on the wall (`time.time`) of who did; None for one that time alone made, or that was read anew.
    """

    version: int
    counters: Counters
    rows: Mapping[str, str]
    at: datetime
    sales_open: bool = False
    committed_at: float | None = None

    def is_like(self, other: View) -> bool:
        """Whether the seats are the same, and whether they are sold; versions may differ."""
        same_sales = self.sales_open is other.sales_open
        return same_sales and self.counters == other.counters and self.rows == other.rows


def changed_seats(before: View | None, now: View) -> Iterator[SeatPlace]:
    """The seats that differ, in the order of the map; from nothing, those that are not available."""
    for row, old, letters in changed_rows(before, now):
        for position, letter in enumerate(letters):
            if position >= len(old) or letter != old[position]:
                yield SeatPlace(row, position, letter)


def changed_rows(before: View | None, now: View) -> Iterator[tuple[str, str, str]]:
    """The rows in which a seat differs, in the order of the map: label, letters before and now.

    From nothing, those with a seat that is not available, as if all of it had been.
    """
    available = SeatStatus.AVAILABLE.letter
    for row, letters in now.rows.items():
        old = available * len(letters) if before is None else before.rows.get(row, "")
        if letters is not old and letters != old:
            yield row, old, letters
