"""Which seats a buyer gets: named halls, every small hall against brute force, and large ones for speed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from itertools import combinations, product
from types import FrameType
from typing import Any

import pytest
from beanie import PydanticObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.documents import SeatRow
from domain.inventory.pick import pick_seats
from tests.support.hunting import many

EVENT_ID = PydanticObjectId()


def hall(*rows: str) -> list[SeatRow]:
    """A section of rows STALLS-A, STALLS-B …, front first."""
    return [
        SeatRow.model_construct(
            id=f"{EVENT_ID}/STALLS-{name}",
            event_id=EVENT_ID,
            section="STALLS",
            name=name,
            position=position,
            statuses=statuses,
            holders=[],
        )
        for position, statuses in enumerate(rows)
        for name in [chr(ord("A") + position) if position < 26 else f"R{position}"]
    ]


def pick(count: int, *rows: str) -> str | None:
    """The hall with the picked seats as X."""
    seats = pick_seats(hall(*rows), count)
    if seats is None:
        return None
    drawn = {row.label: list(row.statuses) for row in hall(*rows)}
    for label in seats:
        row, _, number = label.rpartition("-")
        drawn[row][int(number) - 1] = "X"
    return " ".join("".join(row) for row in drawn.values())


@pytest.mark.parametrize(
    ("count", "rows", "picked"),
    [
        pytest.param(2, "AAAAAA AAAAAA", "AAXXAA AAAAAA", id="the middle of the front row"),
        pytest.param(2, "AAHHHHHH HHHHHHHH HHHAAHHH", "AAHHHHHH HHHHHHHH HHHXXHHH", id="further back, not at the end"),
        pytest.param(2, "HAAHHH HHHHHH HHAAHH", "HXXHHH HHHHHH HHAAHH", id="to the side before further back"),
        pytest.param(2, "HAAHHHHH HHHHHHHH HHHAAHHH", "HXXHHHHH HHHHHHHH HHHAAHHH", id="as far: the front row"),
        pytest.param(2, "HAAHAAH", "HXXHAAH", id="as far in one row: the lower numbers"),
        pytest.param(2, "AAAAHHAAAA AAAAHHAAAA AAAAAAAAAA", "AAXXHHAAAA AAAAHHAAAA AAAAAAAAAA", id="beside the middle"),
        pytest.param(2, "HAAAAAAAHHHHHHHH", "HAAAAAXXHHHHHHHH", id="of a run the end that is nearest to the middle"),
        pytest.param(1, "HAAAAHHH", "HAAAXHHH", id="not the nearest seat if that leaves one alone"),
        pytest.param(4, "HAAHHHHHHHHHAAHAAH", "HXXHHHHHHHHHXXHAAH", id="in pieces, those nearest to the middle"),
        pytest.param(2, "AHAHAH AAAAAA", "AHAHAH AAXXAA", id="together, though further back"),
        pytest.param(2, "HAAAH HAAAAH", "HAAAH HXXAAH", id="no seat alone between taken ones, though further back"),
        pytest.param(2, "HAAAAH", "HXXAAH", id="a run is cut at its end"),
        pytest.param(2, "HAAAH HAABBH", "HAAAH HXXBBH", id="an exact fit leaves nobody alone"),
        pytest.param(2, "AAAHHH HAAHHH", "AAAHHH HXXHHH", id="no lone seat at the row's end either, if that can be"),
        pytest.param(2, "HAAAH AAAHH", "HAAAH AXXHH", id="a lone seat at the row's end before one between taken ones"),
        pytest.param(2, "HAAAH", "HXXAH", id="together comes first, though a seat is left alone"),
        pytest.param(1, "HAAHAH", "HAAHXH", id="the seat that is alone already"),
        pytest.param(3, "AAHHH AAHAH", "AAHHH XXHXH", id="one row in pieces before two"),
        pytest.param(4, "AAHHH AHAHA AAHAA", "AAHHH AHAHA XXHXX", id="the row that has them all"),
        pytest.param(4, "HAAHA AAHHH HHAAH", "HXXHA XXHHH HHAAH", id="the fewest rows, front first"),
        pytest.param(3, "HAAHAAH HAAHAHH", "HAAHAAH HXXHXHH", id="in pieces, no seat left alone, though further back"),
        pytest.param(3, "HAAHAAH", "HXXHXAH", id="in pieces, a seat left alone where nothing else is"),
        pytest.param(5, "HAAAHAAH HAAAHAAH", "HXXXHXXH HAAAHAAH", id="all of a row"),
        pytest.param(4, "HAAAHAAH HAAHAAH", "HAAAHAAH HXXHXXH", id="a row that fits exactly, not one that leaves one"),
        pytest.param(2, "AH HA", "XH HX", id="one of each row when there is no other way"),
        pytest.param(3, "AH HA", None, id="too few"),
        pytest.param(1, "HB BH", None, id="none"),
        pytest.param(6, "AAA AAA", "XXX XXX", id="all there are"),
    ],
)  # fmt: skip
def test_named_halls(count: int, rows: str, picked: str | None) -> None:
    assert pick(count, *rows.split()) == picked


def test_no_rows() -> None:
    assert pick_seats([], 1) is None


def test_labels_come_in_order() -> None:
    assert pick_seats(hall("AHAA", "AAHA"), 6) == [
        "STALLS-A-1",
        "STALLS-A-3",
        "STALLS-A-4",
        "STALLS-B-1",
        "STALLS-B-2",
        "STALLS-B-4",
    ]


# ---------------------------------------------------------------- brute force


def alone(statuses: str) -> set[int]:
    """Free seats with a taken seat on either side."""
    return {
        position
        for position in range(1, len(statuses) - 1)
        if statuses[position] == "A" and "A" not in (statuses[position - 1], statuses[position + 1])
    }


def taking(statuses: str, positions: tuple[int, ...]) -> str:
    return "".join("X" if position in positions else status for position, status in enumerate(statuses))


def choices(statuses: str) -> Iterator[tuple[int, ...]]:
    """Every set of free seats of a row."""
    free = [position for position, status in enumerate(statuses) if status == "A"]
    for size in range(len(free) + 1):
        yield from combinations(free, size)


def orphans(statuses: str, positions: tuple[int, ...]) -> int:
    return len(alone(taking(statuses, positions)) - alone(statuses))


def best_block(rows: list[str], count: int) -> tuple[tuple[int, ...], int] | None:
    """What rule 3 says of every block of adjacent seats, and the best one's row and start."""
    blocks = []
    for index, statuses in enumerate(rows):
        for start in range(len(statuses) - count + 1):
            if statuses[start : start + count] == "A" * count:
                after = taking(statuses, tuple(range(start, start + count)))
                at_ends = (start == 1 and after[0] == "A") + (after[start + count :] == "A")
                distance = 2 * index + abs(2 * start + count - len(statuses))
                cost = (len(alone(after) - alone(statuses)), at_ends, distance, index, start)
                blocks.append((cost, start))
    return min(blocks, default=None)


def fewest_rows_and_orphans(rows: list[str], count: int) -> tuple[int, int] | None:
    """The least (rows, orphans) that any choice of `count` seats has."""
    by_row = []
    for statuses in rows:
        fewest: dict[int, int] = {}
        for positions in choices(statuses):
            made = orphans(statuses, positions)
            fewest[len(positions)] = min(made, fewest.get(len(positions), made))
        by_row.append(fewest.items())
    return min(
        (
            (sum(taken > 0 for taken, _ in parts), sum(made for _, made in parts))
            for parts in product(*by_row)
            if sum(taken for taken, _ in parts) == count
        ),
        default=None,
    )


@settings(max_examples=many(200, 2_000), deadline=None)
@given(st.lists(st.text("AAHB", min_size=1, max_size=7), min_size=1, max_size=3), st.integers(1, 12))
def test_every_small_hall(rows: list[str], count: int) -> None:
    seats = pick_seats(hall(*rows), count)
    if seats is None:
        assert "".join(rows).count("A") < count
        return
    taken: dict[str, tuple[int, ...]] = {f"STALLS-{name}": () for name in "ABC"[: len(rows)]}
    for label in seats:
        row, _, number = label.rpartition("-")
        taken[row] += (int(number) - 1,)
    parts = list(taken.values())
    assert len(seats) == len(set(seats)) == count
    assert all(rows[index][position] == "A" for index, part in enumerate(parts) for position in part)
    assert [part for part in parts if part] == [tuple(sorted(part)) for part in parts if part]

    block = best_block(rows, count)
    if block is not None:
        (_, _, _, index, start), _ = block
        assert parts[index] == tuple(range(start, start + count))
    else:
        made = sum(orphans(statuses, part) for statuses, part in zip(rows, parts, strict=True))
        assert (sum(part != () for part in parts), made) == fewest_rows_and_orphans(rows, count)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["H", "B", "AH", "AAH", "AAAH", "AAAAB"]), max_size=6), max_size=130),
    st.integers(1, 4),
)
def test_the_best_adjacent_seats_of_a_deep_hall(rows: list[list[str]], count: int) -> None:
    drawn = ["".join(["H", *row])[:-1] or "H" for row in rows]
    best = best_block(drawn, count)
    if best is not None:
        (_, _, _, index, start), _ = best
        row = hall(*drawn)[index].label
        assert pick_seats(hall(*drawn), count) == [f"{row}-{start + number}" for number in range(1, count + 1)]


# ---------------------------------------------------------------- large halls

HALLS = {
    "empty": ["A" * 100] * 500,
    "full": ["H" * 100] * 500,
    "every run one too long for one": ["HAA" * 33 + "H"] * 500,
    "every run one too long for three": ["HAAAA" * 20] * 500,
    "single seats": ["HA" * 50] * 500,
    "two seats a row": ["H" * 49 + "AHA" + "H" * 48] * 500,
    "mixed": [
        "".join(hall_maker.choices("AHB", (fill, 1, 1), k=100))
        for hall_maker in [random.Random(7)]
        for fill in [index % 5 for index in range(500)]
    ],
}


DEEP = {
    "single seats": ["HA" * 10] * 5_000,
    "every run one too long for two": ["HAAAHAAABAAAHAAABAAAH"] * 5_000,
    "runs of one to three": [
        "".join(maker.choices(["H", "B", "AH", "AAH", "AAAH"], k=8))
        for maker in [random.Random(13)]
        for _ in range(5_000)
    ],
    "free at the back": ["B" * 20] * 4_950 + ["A" * 20] * 50,
}


@pytest.mark.parametrize("name", DEEP)
def test_a_fragmented_section_of_5000_rows_costs_a_few_calls_a_row(name: str) -> None:
    """Calls are counted, those of built-in functions too: they are the same on every machine."""
    rows = hall(*DEEP[name])
    counts = [1, 2, 4, 10, 100]
    calls = 0

    def count_calls(_frame: FrameType, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what in ("call", "c_call")

    sys.setprofile(count_calls)
    try:
        for count in counts:
            pick_seats(rows, count)
    finally:
        sys.setprofile(None)
    assert calls < 4 * len(rows) * len(counts)


def test_rows_behind_better_ones_are_not_looked_at() -> None:
    class Watched(list[SeatRow]):
        looked_at = 0

        def __getitem__(self, key: Any) -> Any:
            if isinstance(key, slice):
                self.looked_at = key.stop
            return super().__getitem__(key)

    rows = Watched(hall(*["HAAAAHAAHAHAAAAAAHHH"] * 5_000))
    assert pick_seats(rows, 2) is not None
    assert rows.looked_at <= 50


@pytest.mark.parametrize("name", HALLS)
@pytest.mark.parametrize("count", [1, 2, 3, 10, 100, 999, 1000])
def test_large_halls_are_quick_and_repeatable(name: str, count: int) -> None:
    rows = hall(*HALLS[name])
    started = time.thread_time()
    seats = pick_seats(rows, count)
    elapsed = time.thread_time() - started
    assert seats == pick_seats(rows, count)
    if seats is not None:
        statuses = {row.label: row.statuses for row in rows}
        places = [label.rpartition("-") for label in seats]
        assert len(set(seats)) == count
        assert all(statuses[row][int(number) - 1] == "A" for row, _, number in places)
    # Some ms of the processor; the bound is for a slow one.
    assert elapsed < 0.2
