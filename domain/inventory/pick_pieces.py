"""Seats in pieces: the part of `pick.py`, where the words and the rules are, that finds them. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache, reduce
from itertools import accumulate
from operator import or_

from domain.contradiction import required
from domain.documents import SeatRow


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


@lru_cache(maxsize=16_384)
def _give(statuses: str) -> Give:
    """Remembered, because most rows are the same from one batch to the next."""
    if statuses[0] == "A" or statuses[-1] == "A" or "HAH" in statuses.replace("B", "H"):
        return Give.ANY
    return Give.NOT_ONE if "AAA" in statuses else Give.EVEN


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row with free seats; `place` is its index, front first."""

    place: int
    free: int
    give: Give


def pick_pieces(rows: Sequence[SeatRow], count: int) -> list[str] | None:
    """The best `count` seats in as few rows as can be; None when fewer are free."""
    drawn = [row.statuses for row in rows]
    frees = [statuses.count("A") for statuses in drawn]
    found = list(accumulate(sorted(filter(None, frees), reverse=True)))
    fewest = bisect_left(found, count) + 1
    if fewest > len(found):
        return None
    # With less than that, a row is in no choice of so few rows.
    least = count - (found[fewest - 2] if fewest > 1 else 0)
    candidates = _candidates(drawn, frees, fewest, least)
    ranked = sorted(candidates, key=lambda candidate: -candidate.free)
    choose = _most_free if _choose_rows(ranked, fewest, count) is None else _choose_rows

    def choice(size: int) -> list[Candidate] | None:
        """From the first `size` candidates."""
        last = candidates[size - 1].place
        return choose([candidate for candidate in ranked if candidate.place <= last], fewest, count)

    # What a front part of the hall can do, a larger one can: the shortest is found by halving.
    size = bisect_left(range(len(candidates)), True, lo=fewest, key=lambda size: bool(choice(size)))
    chosen = required(choice(size), "the whole hall has such rows")
    return _take(rows, sorted(candidate.place for candidate in chosen), count)


def _candidates(drawn: Sequence[str], frees: Sequence[int], fewest: int, least: int) -> list[Candidate]:
    """The rows to choose `fewest` from, front first. `drawn`: their statuses.

    Of those with the same number of free seats, at least `least`, only the front ones: a row has no place in the choice
    if as many before it give as much.
    """
    by_free: defaultdict[int, list[int]] = defaultdict(list)
    for place, free in enumerate(frees):
        if free >= least:
            by_free[free].append(place)
    candidates = []
    for free, places in by_free.items():
        # How many of them give that much, or more.
        giving = dict.fromkeys(Give, 0)
        for place in places:
            give = _give(drawn[place])
            if giving[give] < fewest:
                candidates.append(Candidate(place, free, give))
                for less in Give:
                    giving[less] += less <= give
                if giving[Give.ANY] == fewest:
                    break
    return sorted(candidates, key=lambda candidate: candidate.place)


def _most_free(ranked: Sequence[Candidate], fewest: int, count: int) -> list[Candidate] | None:
    """The `fewest` rows with the most free seats, if these are `count`; an orphan cannot be helped."""
    chosen = list(ranked[:fewest])
    return chosen if sum(candidate.free for candidate in chosen) >= count else None


def _choose_rows(ranked: Sequence[Candidate], fewest: int, count: int) -> list[Candidate] | None:
    """`fewest` rows from which `count` seats can be taken without an orphan, if there are such.

    `ranked` has the rows with the most free seats first. For each kind of giving it is enough to look at the first
    ones that have one of that kind among them; and where these would leave exactly one seat, at the same rows with one
    of them exchanged for a row with one seat less, which leaves none.
    """
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
    runs.sort(key=lambda placed: (-len(placed[1]), _distance(rows[placed[0]], placed[1])))
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


def _distance(row: SeatRow, run: Run) -> int:
    """Twice the distance of the whole run."""
    return 2 * row.position + abs(run.start + run.end - len(row.statuses))


def _leavable(run: Run) -> list[int]:
    """How many of its seats can stay free without a new orphan: a seat that was alone before is none."""
    return [left for left in range(len(run) + 1) if left != 1 or not run.walled or len(run) == 1]
