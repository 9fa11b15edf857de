"""Which seats a buyer gets who asks for a number of them in a RESERVED section. Pure.

Words: a *run* is a stretch of adjacent free seats, as long as can be. An *orphan* is a free seat that the choice
leaves with a taken seat on either side. A lone free seat at a row's end is no orphan, only unwelcome.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from itertools import accumulate
from operator import or_

from domain.contradiction import required
from domain.documents import SeatRow


def pick_seats(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    """The labels of the `count` (≥ 1) seats to take, in order; None when fewer are free.

    `rows` are those of one section, front first. The first of these rules that tells two choices apart decides:

    1. adjacent seats in one row, else seats in as few rows as can be;
    2. no orphan, where another choice by rule 1 has none;
    3. adjacent seats: no lone seat left at the row's end; then the front row; then the middle of the row.
       Seats in pieces: the shortest front part of the hall that has such a choice, there the rows with the most
       free seats, and in these the longest runs.

    Equal input gives equal seats.
    """
    return _pick_together(rows, count) or _pick_apart(rows, count)


@dataclass(frozen=True, slots=True)
class Run:
    """Free seats from position `start` up to, not including, `end`; `walled` by taken seats on both sides."""

    start: int
    end: int
    walled: bool

    def __len__(self) -> int:
        return self.end - self.start


def _runs(statuses: str) -> list[Run]:
    spans = (match.span() for match in re.finditer("A+", statuses))
    return [Run(start, end, start > 0 and end < len(statuses)) for start, end in spans]


# ---------------------------------------------------------------- adjacent seats


def _pick_together(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    # Only a run of count + 1 seats cannot be cut without leaving a seat alone: an exact fit leaves none, and a
    # longer run can be cut at its end. So one search in each row tells what the best block in it costs.
    block = "A" * count
    clean = re.compile(rf"(?<!A)A{{{count}}}(?:(?!A)|AA)")
    at_end = re.compile(rf"^A{{{count + 1}}}(?!A)|(?<!A)A{{{count + 1}}}$")
    best, lowest = None, 3
    for row in rows:
        if block in row.statuses:
            cost = 0 if clean.search(row.statuses) else 1 if at_end.search(row.statuses) else 2
            if cost < lowest:
                best, lowest = row, cost
            if cost == 0:
                break
    if best is None:
        return None
    start = _best_block(best.statuses, count)
    return [f"{best.label}-{number}" for number in range(start + 1, start + count + 1)]


def _best_block(statuses: str, count: int) -> int:
    """Where in the row the best `count` adjacent seats begin."""
    length = len(statuses)

    def cost(run: Run, start: int) -> tuple[int, int, int, int]:
        alone_before = start - run.start == 1
        alone_after = run.end - start - count == 1
        at_ends = (alone_before and run.start == 0) + (alone_after and run.end == length)
        return alone_before + alone_after - at_ends, at_ends, abs(2 * start + count - length), start

    return min(cost(run, start) for run in _runs(statuses) for start in range(run.start, run.end - count + 1))[-1]


# ---------------------------------------------------------------- seats in pieces


class Give(IntEnum):
    """How many seats a row, or rows together, can leave free without an orphan: it depends on their runs.

    A run between taken seats can leave any number but one. So two such seats stay both or neither, and runs of
    two leave even numbers only; with a longer one among them, everything but one is possible. A run at a row's
    end can leave one, and so can a seat that was alone before: with any of these, every number is possible.
    Rows together give as the one among them that gives most.
    """

    EVEN = 0
    NOT_ONE = 1
    ANY = 2

    def allows(self, left: int) -> bool:
        """Whether `left` seats, no more than there are, can be left."""
        return self is Give.ANY or (left != 1 if self is Give.NOT_ONE else left % 2 == 0)


_GIVES_ANY = re.compile(r"^A|A$|(?<!A)A(?!A)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row with free seats; `place` is its index, front first."""

    place: int
    free: int
    give: Give


def _candidate(place: int, statuses: str) -> Candidate:
    give = Give.ANY if _GIVES_ANY.search(statuses) else Give.NOT_ONE if "AAA" in statuses else Give.EVEN
    return Candidate(place, statuses.count("A"), give)


def _pick_apart(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    candidates = [_candidate(place, row.statuses) for place, row in enumerate(rows) if "A" in row.statuses]
    found = list(accumulate(sorted((candidate.free for candidate in candidates), reverse=True)))
    fewest = bisect_left(found, count) + 1
    if fewest > len(candidates):
        return None
    choose = _most_free if _choose_rows(candidates, fewest, count) is None else _choose_rows
    # What a front part of the hall can do, a larger one can: the shortest is found by halving.
    size = bisect_left(
        range(len(candidates)), True, lo=fewest, key=lambda n: bool(choose(candidates[:n], fewest, count))
    )
    chosen = choose(candidates[:size], fewest, count)
    return _take(rows, sorted(candidate.place for candidate in required(chosen, "the whole hall has such rows")), count)


def _most_free(candidates: Sequence[Candidate], fewest: int, count: int) -> list[Candidate] | None:
    """The `fewest` rows with the most free seats, if these are `count`; an orphan cannot be helped."""
    chosen = sorted(candidates, key=lambda candidate: -candidate.free)[:fewest]
    return chosen if sum(candidate.free for candidate in chosen) >= count else None


def _choose_rows(candidates: Sequence[Candidate], fewest: int, count: int) -> list[Candidate] | None:
    """`fewest` rows from which `count` seats can be taken without an orphan, if there are such.

    For each kind of giving it is enough to look at the rows with the most free seats that have one of that kind
    among them; and where these would leave exactly one seat, at the same rows with one of them exchanged for a row
    with one seat less, which leaves none.
    """
    ranked = sorted(candidates, key=lambda candidate: -candidate.free)
    for give in sorted(Give, reverse=True):
        ranked = [candidate for candidate in ranked if candidate.give <= give]
        giver = next((candidate for candidate in ranked if candidate.give is give), None)
        if giver is None or len(ranked) < fewest:
            continue
        others = [candidate for candidate in ranked if candidate is not giver]
        chosen, rest = [giver, *others[: fewest - 1]], others[fewest - 1 :]
        left = sum(candidate.free for candidate in chosen) - count
        if left >= 0 and give.allows(left):
            return chosen
        if left == 1:
            by_free = {candidate.free: candidate for candidate in reversed(rest)}
            for index, candidate in enumerate(chosen):
                if one_less := by_free.get(candidate.free - 1):
                    return [*chosen[:index], one_less, *chosen[index + 1 :]]
    return None


def _take(rows: Sequence[SeatRow], places: Sequence[int], count: int) -> list[str]:
    """`count` seats of these rows: the longest runs whole; what stays free, in the shortest that make no orphan."""
    runs = [(place, run) for place in places for run in _runs(rows[place].statuses)]
    runs.sort(key=lambda placed: -len(placed[1]))
    spare = sum(len(run) for _, run in runs) - count

    # reachable[i] has bit n set when the first i runs can leave n seats.
    reachable = [1]
    for _, run in runs:
        reachable.append(reduce(or_, (reachable[-1] << left for left in _leavable(run))))
    orphan = not reachable[-1] >> spare & 1
    taken: list[tuple[int, int]] = []
    for (place, run), before in zip(reversed(runs), reversed(reachable[:-1]), strict=True):
        most = min(len(run), spare)
        left = most if orphan else max(n for n in _leavable(run) if n <= most and before >> (spare - n) & 1)
        spare -= left
        # The end away from the row's middle stays free: of a run at the row's end, that end.
        start = run.start + left if run.start + run.end < len(rows[place].statuses) else run.start
        taken += [(place, position) for position in range(start, start + len(run) - left)]
    return [f"{rows[place].label}-{position + 1}" for place, position in sorted(taken)]


def _leavable(run: Run) -> list[int]:
    """How many of its seats can stay free without a new orphan: a seat that was alone before is none."""
    return [left for left in range(len(run) + 1) if left != 1 or not run.walled or len(run) == 1]
