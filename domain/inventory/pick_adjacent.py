"""Adjacent seats: the part of `pick.py`, where the words and the rules are, that finds them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

from domain.documents import SeatRow

ROWS_AT_ONCE = 50
"""Searched in one string: the front rows often have what is asked for, and the others are not looked at."""


def _walled(statuses: str) -> str:
    """The row as searches want it: with a wall at each end, and every seat that is not free the same."""
    return f"H{statuses}H".replace("B", "H")


class Cost(IntEnum):
    """What taking adjacent seats leaves, best first."""

    NOTHING_ALONE = 0
    ALONE_AT_END = 1
    ORPHAN = 2


class Blocks:
    """Where `count` adjacent seats can be taken, told by what is on either side of them.

    On a side with a taken seat, or with two free ones, no seat is left alone. Only a run of count + 1 seats cannot be
    cut without that: an exact fit leaves none, and a longer run can be cut at its end.
    """

    def __init__(self, count: int) -> None:
        block = "A" * count
        self.count = count
        self.block = block
        self.at_front, self.at_back = f"|H{block}AH", f"H{block}AH|"
        self.rows_with: dict[Cost, tuple[str, ...]] = {
            Cost.NOTHING_ALONE: (f"H{block}H", f"H{block}AA"),
            Cost.ALONE_AT_END: (self.at_front, self.at_back),
            Cost.ORPHAN: (block,),
        }
        """In all rows one after another: what one of these is found in has a block of that cost, none less."""
        self.clean = [(f"{before}{block}{after}", len(before)) for before in ("H", "AA") for after in ("H", "AA")]
        self.unclean = [(f"{before}{block}{after}", len(before)) for before, after in (("H", "AH"), ("HA", "H"))]

    def best(self, statuses: str, cost: Cost) -> tuple[int, int]:
        """Of the blocks in a row that cost this the nearest to its middle: twice how far, and where it starts."""
        least = len(statuses) - self.count
        return min((abs(2 * start - least), start) for start in self._starts(statuses, cost))

    def _starts(self, statuses: str, cost: Cost) -> Iterator[int]:
        """Positions in the row; among them the nearest one on either side of the middle."""
        walled = _walled(statuses)
        if cost is Cost.ALONE_AT_END:
            if f"|{walled}".startswith(self.at_front):
                yield 0 if f"{walled}|".endswith(self.at_front[1:] + "|") else 1
            else:
                yield len(statuses) - self.count - 1
            return
        for pattern, lead in self.clean if cost is Cost.NOTHING_ALONE else self.unclean:
            middle = max(0, (len(statuses) - self.count) // 2 + 1 - lead)
            # The pattern begins `lead` places before the block, and the wall takes one.
            for found in (walled.rfind(pattern, 0, middle + len(pattern) - 1), walled.find(pattern, middle)):
                if found >= 0:
                    yield found + lead - 1


def pick_adjacent(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    """The best `count` adjacent seats; None when there are none."""
    blocks = Blocks(count)
    best: tuple[SeatRow, int] | None = None
    lowest: tuple[int, int] = len(Cost), 0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        # Twice the distance of a block in the very middle of a row: no block further back is nearer.
        if lowest[0] is Cost.NOTHING_ALONE and 2 * rows[first].position >= lowest[1]:
            break
        part = rows[first : first + ROWS_AT_ONCE]
        searched = f"|{_walled('H|H'.join([row.statuses for row in part]))}|"
        if blocks.block not in searched:
            continue
        for cost, patterns in blocks.rows_with.items():
            if cost > lowest[0]:
                break
            for place in _places(searched, patterns):
                row = part[place]
                if (cost, 2 * row.position) >= lowest:
                    break
                off, start = blocks.best(row.statuses, cost)
                if (cost, 2 * row.position + off) < lowest:
                    best, lowest = (row, start), (cost, 2 * row.position + off)
    if best is None:
        return None
    row, start = best
    return [f"{row.label}-{number}" for number in range(start + 1, start + count + 1)]


def _places(searched: str, patterns: Sequence[str]) -> Iterator[int]:
    """The indexes of the rows that have one of these patterns, front first."""
    place, row_at = -1, 0
    next_at = {pattern: searched.find(pattern) for pattern in patterns}
    while found := [at for at in next_at.values() if at >= 0]:
        at = min(found)
        place += searched.count("|", row_at, at + 1)
        yield place
        row_at = searched.find("|", at + 1)
        next_at = {
            pattern: at if at < 0 or at >= row_at else searched.find(pattern, row_at) for pattern, at in next_at.items()
        }
