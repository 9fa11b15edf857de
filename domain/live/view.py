"""What a watcher sees of an event: an immutable view, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.documents import Event, SeatRow, SeatStatus, Section, row_id
from domain.live.news import Counters


class SeatPlace(NamedTuple):
    """A numbered seat and its status, as a letter. `row` is the label of its row, seat 1 is position 0."""

    row: str
    position: int
    letter: str


class RowPlace(NamedTuple):
    """Where a row is: `position` is its place in the section, the front one's is 0."""

    section: str
    name: str
    position: int


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """An event as it was `at` that moment, dead locks counted as available, and whether it sold then.

    `facts` are what it was beside its inventory, `sections` the counters by name. `rows` is the map: the label of a
    row → a letter a seat; `places` says where the rows are. Views that follow one another share what is equal, so that
    keeping an old one costs little. `committed_at` is when the change that made it was committed, by the clock on the
    wall (`time.time`) of who did; None for one that time alone made, or that was read anew.
    """

    version: int
    facts: Event
    sections: Mapping[str, Counters]
    rows: Mapping[str, str]
    places: Mapping[str, RowPlace]
    at: datetime
    sales_open: bool = False
    committed_at: float | None = None

    def is_like(self, other: View) -> bool:
        """Whether the event is the same, its seats, and whether they are sold; versions may differ."""
        same_seats = self.sections == other.sections and self.rows == other.rows
        return self.sales_open is other.sales_open and same_seats and self.facts == other.facts

    @property
    def counters(self) -> Counters:
        """Those of the whole event."""
        return total_of(self.sections.values())

    def event(self) -> Event:
        """The event as a query that reads this version gives it."""
        return self.facts.evolve(
            version=self.version,
            sections=[_counted(section, self.sections[section.name]) for section in self.facts.sections],
        )

    def seat_rows(self) -> list[SeatRow]:
        """The rows of its RESERVED sections as a query gives them, in order: without holders."""
        event_id = self.facts.id
        return [
            SeatRow.model_construct(
                id=row_id(event_id, label),
                event_id=event_id,
                section=self.places[label].section,
                name=self.places[label].name,
                position=self.places[label].position,
                statuses=letters,
                holders=[],
            )
            for label, letters in self.rows.items()
        ]


def total_of(sections: Iterable[Counters]) -> Counters:
    """The counters of these sections together."""
    counters = list(sections)
    return Counters(
        sum(each.available for each in counters),
        sum(each.held for each in counters),
        sum(each.booked for each in counters),
    )


def _counted(section: Section, counters: Counters) -> Section:
    return Section.model_construct(
        **{
            **section.__dict__,
            "available": counters.available,
            "held": counters.held,
            "booked": counters.booked,
        }
    )


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
