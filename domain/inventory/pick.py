"""Which seats a buyer gets who asks for a number of them in a RESERVED section. Pure.

Words: a *run* is a stretch of adjacent free seats, as long as can be. An *orphan* is a free seat that the choice
leaves with a taken seat on either side. A lone free seat at a row's end is no orphan, only unwelcome.

The *distance* of adjacent seats is how many rows are in front of them, plus how many seats their middle is from the
middle of their row. So a row further back is as far as a seat further to the side, and of the best seats left the
third row's middle comes before the first row's end. Rows are judged within their section, and taken to be centred.

A section may have thousands of rows. So what is asked of every row is asked of many at once, by searching one string,
or costs some ten nanoseconds. Only of rows that may have the best seats is more computed.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.documents import SeatRow
from domain.inventory.pick_adjacent import pick_adjacent
from domain.inventory.pick_pieces import pick_pieces


def pick_seats(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    """The labels of the `count` (≥ 1) seats to take, in order; None when fewer are free.

    `rows` are those of one section, front first. The first of these rules that tells two choices apart decides:

    1. adjacent seats in one row, else seats in as few rows as can be;
    2. no orphan, where another choice by rule 1 has none;
    3. adjacent seats: no lone seat left at the row's end; then the shortest distance; then the front row; then the
       lowest numbers. Seats in pieces: the shortest front part of the hall that has such a choice, there the rows
       with the most free seats, and in these the longest runs, of equal ones those of the shortest distance.

    Equal input gives equal seats.
    """
    return pick_adjacent(rows, count) or pick_pieces(rows, count)
