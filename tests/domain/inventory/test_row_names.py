"""Rows by their names."""

from __future__ import annotations

from domain.documents import SeatRow
from domain.inventory.pick_beside import pick_beside
from domain.inventory.row_names import by_name
from domain.inventory.selection import without


def row(section: str, name: str, statuses: str = "AAA") -> SeatRow:
    return SeatRow.model_construct(section=section, name=name, position=0, statuses=statuses)


def test_those_of_one_section_whose_names_may_begin_another_s() -> None:
    labels = {"HALL-A": 1, "HALL-A-B": 2, "HALLS-A": 3, "A": 4}
    assert by_name([row("HALL", "A")], labels) == {"A": 1, "A-B": 2}
    assert by_name([row("HALL-A", "B")], labels) == {"B": 2}
    assert by_name([], labels) == {}


def test_seats_of_a_section_that_is_called_like_a_row_are_others() -> None:
    rows = [row("HALL", "A")]
    assert without(rows, []) is rows, "which may be thousands"
    assert [each.statuses for each in without(rows, ["HALL-A-B-2"])] == ["AAA"]
    assert [each.statuses for each in without(rows, ["HALL-A-2"])] == ["AHA"]
    assert pick_beside(rows, ["HALL-A-B-2"], 1) is None
