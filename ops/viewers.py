"""How `seatlock watch` shows an event's seats: as lines, or drawn in a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from seatlock_client.api import ReadEventEvent, SeatStatus, WatchSeatsSeatAvailability

REDRAW_SECONDS = 0.05
MOST_CHANGES = 8
MOST_SEATS_A_CHANGE = 6
STYLES = {"AVAILABLE": "green", "HELD": "yellow", "BOOKED": "red"}
LETTERS = {"AVAILABLE": "·", "HELD": "H", "BOOKED": "B"}
COUNTERS = {"available": "AVAILABLE", "locked": "HELD", "booked": "BOOKED"}
UNKNOWN_STYLE, UNKNOWN_LETTER = "magenta", "?"
"""Of a status that is newer than this program."""


class Viewer(Protocol):
    """Shows what is heard."""

    def begin(self, event: ReadEventEvent) -> None:
        """A connection begins, and tells of the event as a whole."""

    def tell(self, seats: WatchSeatsSeatAvailability) -> None:
        """A message: what the seats are now."""

    def lose(self, reason: str, pause: float) -> None:
        """The connection is lost, and tried again after so many seconds."""


class Lines:
    """A line a message; what happens to the connection goes to standard error."""

    def begin(self, event: ReadEventEvent) -> None:
        pass

    def tell(self, seats: WatchSeatsSeatAvailability) -> None:
        counters = ", ".join(f"{_count(seats, name)} {name}" for name in COUNTERS)
        changed = ", ".join(f"{seat.label} {seat.status.value}" for seat in seats.changed_seats or ())
        as_of = seats.as_of.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        print(f"{as_of} version {seats.version}: {counters}{changed and '; ' + changed}", flush=True)

    def lose(self, reason: str, pause: float) -> None:
        print(f"seatlock: {_again(reason, pause)}", file=sys.stderr, flush=True)


def _again(reason: str, pause: float) -> str:
    return f"{reason}; trying again in {pause:g} s"


class _Change(NamedTuple):
    at: str
    what: Text


class Screen:
    """The event as a picture: counters with bars, the map if there is room for it, the last changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)
        self._redraw: asyncio.TimerHandle | None = None
        self._name = ""
        self._map: dict[str, dict[str, list[SeatStatus]]] = {}
        self._empty_map = self._map
        self._seats: WatchSeatsSeatAvailability | None = None
        self._trouble = ""
        self._changes: deque[_Change] = deque(maxlen=MOST_CHANGES)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def begin(self, event: ReadEventEvent) -> None:
        self._name = event.name
        # Only how long the rows are: the snapshot, which comes next, says what is not available.
        self._empty_map = {
            section.name: {row.name: [SeatStatus.AVAILABLE] * len(row.statuses) for row in section.rows or ()}
            for section in event.sections
        }
        if not any(self._empty_map.values()):
            self._empty_map = {}

    def tell(self, seats: WatchSeatsSeatAvailability) -> None:
        if seats.snapshot:
            self._map = self._empty_map
        for seat in seats.changed_seats or ():
            self._map[seat.section][seat.row][seat.number - 1] = seat.status
        if not seats.snapshot and self._seats and (what := _what_changed(self._seats, seats)):
            self._changes.appendleft(_Change(_time(seats.as_of), what))
        self._seats = seats
        self._trouble = ""
        self._draw_soon()

    def lose(self, reason: str, pause: float) -> None:
        self._trouble = _again(reason, pause)
        self._draw_soon()

    def _draw_soon(self) -> None:
        """Not at once: messages may come faster than a terminal draws, and only the newest counts."""
        if self._redraw is None:
            self._redraw = asyncio.get_running_loop().call_later(REDRAW_SECONDS, self._draw)

    def _draw(self) -> None:
        self._redraw = None
        if self._seats:
            self._live.update(self._picture(self._seats), refresh=True)

    def _picture(self, seats: WatchSeatsSeatAvailability) -> RenderableType:
        title = _line((self._name, "bold"), f"  version {seats.version}  {_time(seats.as_of)}")
        trouble = [_line((self._trouble, "red"))] if self._trouble else []
        parts: list[RenderableType] = [title, *trouble, _bars(seats)]
        # One line is the cursor's.
        room = self._console.height - 1 - len(trouble) - 1 - len(COUNTERS)
        seat_map = self._seat_map()
        if len(seat_map) < room and all(line.cell_len <= self._console.width for line in seat_map):
            parts += seat_map
            room -= len(seat_map)
        elif seat_map and room > 0:
            parts.append(_line(("The map needs a larger terminal.", "dim")))
            room -= 1
        for change in list(self._changes)[: max(room, 0)]:
            parts.append(_line((change.at, "dim"), "  ", change.what))
        return Group(*parts)

    def _seat_map(self) -> list[Text]:
        lines = []
        for section, rows in self._map.items():
            lines.append(Text(section, "bold") if rows else Text(f"{section}: not numbered", "bold"))
            margin = max(map(len, rows), default=0)
            for row, statuses in rows.items():
                alike = ((status, len(list(seats))) for status, seats in groupby(statuses))
                seats = [(_letter(status) * count, _style(status)) for status, count in alike]
                lines.append(Text.assemble(f"{row:>{margin}} ", *seats))
        return lines


def _line(*parts: Text | str | tuple[str, str]) -> Text:
    """One line, whatever the width."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def _time(instant: datetime) -> str:
    """As clocks here show it."""
    return f"{instant.astimezone():%H:%M:%S}"


def _bars(seats: WatchSeatsSeatAvailability) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(ratio=1)
    for name, status in COUNTERS.items():
        count = _count(seats, name)
        bar = ProgressBar(
            total=seats.total_seats,
            completed=count,
            complete_style=STYLES[status],
            finished_style=STYLES[status],
        )
        table.add_row(name, f"{count:,}", bar)
    return table


def _count(seats: WatchSeatsSeatAvailability, name: str) -> int:
    counts = {"available": seats.available_seats, "locked": seats.locked_seats, "booked": seats.booked_seats}
    return counts[name]


def _style(status: SeatStatus) -> str:
    return STYLES.get(status.value, UNKNOWN_STYLE)


def _letter(status: SeatStatus) -> str:
    return LETTERS.get(status.value, UNKNOWN_LETTER)


def _what_changed(before: WatchSeatsSeatAvailability, now: WatchSeatsSeatAvailability) -> Text:
    """Which seats, or how many; empty when none did, as when a lock becomes a booking."""
    changed = now.changed_seats or []
    if not changed:
        moved = {name: _count(now, name) - _count(before, name) for name in COUNTERS}
        return Text("  ").join(Text(f"{by:+,} {name}", STYLES[COUNTERS[name]]) for name, by in moved.items() if by)
    more = len(changed) - MOST_SEATS_A_CHANGE
    seats = [Text(f"{seat.label} {seat.status.value}", _style(seat.status)) for seat in changed[:MOST_SEATS_A_CHANGE]]
    return Text("  ").join([*seats, Text(f"and {more:,} more")] if more > 0 else seats)
