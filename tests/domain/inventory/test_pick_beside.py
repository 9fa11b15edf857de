"""Which seats come to those that somebody has, and which of them go."""

from __future__ import annotations

import pytest

from domain.documents import SeatRow
from domain.inventory.pick_beside import pick_beside, pick_to_drop


def rows(*letters: str) -> tuple[list[SeatRow], list[str]]:
    """Rows of S, front first, as letters; `*` is a seat of mine, which is held. And my seats."""
    found = [
        SeatRow.model_construct(section="S", name=str(place), position=place, statuses=each.replace("*", "H"))
        for place, each in enumerate(letters)
    ]
    mine = [
        f"S-{place}-{at + 1}" for place, each in enumerate(letters) for at, letter in enumerate(each) if letter == "*"
    ]
    return found, mine


@pytest.mark.parametrize(
    ("letters", "count", "expected"),
    [
        (["AAAA**HHHH"], 2, ["S-0-3", "S-0-4"]),
        (["HHA**AAAHH"], 1, ["S-0-3"]),  # on the other side, this one would stay alone
        (["HA**AAHH"], 2, ["S-0-5", "S-0-6"]),  # one stays alone either way: nearest to the middle
        (["A*A*AAAA"], 1, ["S-0-3"]),
        (["*AA*HHHH"], 2, ["S-0-2", "S-0-3"]),
        (["HHHHHH", "H*AAAH", "AAAAAA"], 3, ["S-1-3", "S-1-4", "S-1-5"]),
        (["*AAH", "**AA"], 2, ["S-1-3", "S-1-4"]),
        (["*AHA", "AAAA"], 2, None),
        (["AAAA"], 1, None),
        (["*HAA"], 1, None),
    ],
)
def test_seats_come_next_to_mine(letters: list[str], count: int, expected: list[str] | None) -> None:
    found, mine = rows(*letters)
    assert pick_beside(found, mine, count) == expected


@pytest.mark.parametrize(
    ("mine", "count", "expected"),
    [
        (["A-1", "A-2", "A-3"], 1, ["A-3"]),
        (["A-1", "A-2", "A-4"], 1, ["A-4"]),
        (["A-1", "A-3", "A-4"], 1, ["A-1"]),
        (["A-1", "B-1", "B-2", "A-5"], 2, ["A-1", "A-5"]),
        (["A-1", "B-1", "C-1", "C-2"], 1, ["B-1"]),  # three can't be together: two are
        (["A-1", "A-3", "A-5"], 2, ["A-3", "A-5"]),
        (["A-10", "A-9", "A-8"], 1, ["A-10"]),
        (["A-1"], 1, ["A-1"]),
    ],
)
def test_what_is_left_is_together_if_it_can_be(mine: list[str], count: int, expected: list[str]) -> None:
    assert pick_to_drop(mine, count, dict.fromkeys(mine, 0), {}) == expected


def test_of_equals_those_go_that_came_last() -> None:
    ages = {"A-1": 1, "A-2": 0, "A-3": 0}
    assert pick_to_drop(list(ages), 1, ages, {}) == ["A-1"]
    ages = {"A-1": 0, "A-3": 1, "A-5": 0}
    assert pick_to_drop(list(ages), 1, ages, {}) == ["A-3"]


@pytest.mark.parametrize(
    ("row", "count", "expected"),
    [
        ("***HAA", 1, ["S-0-1"]),  # the row's end; the last one would be alone
        ("A***HA", 1, ["S-0-2"]),
        ("H***HA", 1, ["S-0-4"]),  # alone either way
        ("H***AA", 1, ["S-0-4"]),
        ("H****H", 2, ["S-0-4", "S-0-5"]),
    ],
)
def test_those_that_go_leave_none_of_them_alone(row: str, count: int, expected: list[str]) -> None:
    found, mine = rows(row)
    held = {each.label: each.evolve(statuses=row.replace("*", "H")) for each in found}
    assert pick_to_drop(mine, count, dict(zip(mine, range(len(mine)), strict=True)), held) == expected
