"""One lock of several parts: all of them or nothing, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.errors import InvalidInput, LimitExceeded, NotEnoughSeats, Refusal, SeatsUnavailable
from domain.inventory.parts import Counted, Named, Part, checked_list
from tests.support.asking import ANN, BOB, locking
from tests.support.halls import Hall


def test_numbered_and_general_seats_are_held_by_one_lock_at_their_prices() -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(2, "FLOOR"), Named(("STALLS-B-1",)), Named(("BALCONY-A-2", "STALLS-A-1"))])
    assert lock.quantities == {"FLOOR": 2, "STALLS": 2, "BALCONY": 1}
    assert lock.seats == ["STALLS-B-1", "BALCONY-A-2", "STALLS-A-1"]
    assert [(item.section, item.quantity, item.seats, item.price_minor) for item in lock.items] == [
        ("FLOOR", 2, [], 501),
        ("STALLS", 2, ["STALLS-B-1", "STALLS-A-1"], 2_000),
        ("BALCONY", 1, ["BALCONY-A-2"], 999),
    ]
    assert lock.total_minor == 2 * 501 + 2 * 2_000 + 999
    assert hall.counts == {"FLOOR": (2, 2, 0), "STALLS": (5, 2, 0), "BALCONY": (1, 1, 0)}
    assert hall.map == {"STALLS-A": "HAAA", "STALLS-B": "HAA", "BALCONY-A": "AH"}


def test_parts_of_one_section_add_up() -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(1, "FLOOR"), Counted(2, "STALLS"), Counted(2, "FLOOR"), Counted(2, "STALLS")])
    assert lock.quantities == {"FLOOR": 3, "STALLS": 4}
    assert lock.seats == ["STALLS-A-1", "STALLS-A-2", "STALLS-A-3", "STALLS-A-4"], "together, as if asked for at once"


def test_the_best_seats_are_never_those_that_another_part_names() -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(2, "STALLS"), Named(("STALLS-A-2",))])
    assert lock.quantities == {"STALLS": 3}
    assert lock.seats == ["STALLS-A-2", "STALLS-A-3", "STALLS-A-4"]


def test_all_seats_of_a_section_some_by_name() -> None:
    hall = Hall()
    lock = hall.lock(ANN, items=[Counted(5, "STALLS"), Named(("STALLS-A-2", "STALLS-B-2"))])
    assert sorted(lock.seats) == [f"STALLS-{row}-{n}" for row, size in (("A", 4), ("B", 3)) for n in range(1, size + 1)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([Counted(1, "FLOOR"), Named(("STALLS-A-1", "STALLS-B-3"))], SeatsUnavailable("", ["STALLS-B-3"])),
        ([Counted(1, "STALLS"), Counted(5, "FLOOR")], NotEnoughSeats("", 4)),
        ([Counted(3, "FLOOR"), Counted(2, "FLOOR")], NotEnoughSeats("", 4)),
        ([Counted(6, "STALLS"), Named(("STALLS-A-1",))], NotEnoughSeats("", 6)),
        (
            [Counted(1, "FLOOR"), Counted(1, "PIT", "selection.items.1.quantity")],
            InvalidInput("selection.items.1.quantity.section", ""),
        ),
        ([Counted(1, None, "selection.items.0.quantity")], InvalidInput("selection.items.0.quantity.section", "")),
        (
            [Named(("STALLS-A-1", "FLOOR-A-1"), "selection.items.0.seats")],
            InvalidInput("selection.items.0.seats.1", ""),
        ),
    ],
)
def test_if_one_part_cannot_be_had_none_is_taken(parts: list[Part], expected: Refusal) -> None:
    hall = Hall()
    hall.lock(BOB, "STALLS-B-3")
    before = hall.snapshot()
    (answer,) = hall.decide(locking(ANN, items=parts))
    assert type(answer) is type(expected)
    assert vars(answer) == vars(expected) | {"message": answer.message}
    assert hall.snapshot() == before


def named(*lists: Sequence[str]) -> list[Part]:
    return [Named(tuple(labels), f"selection.items.{index}.seats") for index, labels in enumerate(lists)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], InvalidInput("selection.items", "")),
        ([Counted(1, "FLOOR")] * 1_000, InvalidInput("selection.items", "")),
        ([Counted(4, "FLOOR"), *named(["A-1"])], LimitExceeded("selection.items", "", 4)),
        (named(["A-1", "A-2"], ["A-3"], []), InvalidInput("selection.items.2.seats", "")),
        (named(["A-1"], ["A-2", "A-1"]), InvalidInput("selection.items.1.seats.1", "")),
        (named(["A-1", "A-1"]), InvalidInput("selection.items.0.seats.1", "")),
        (named(["A-1"], ["A-\x00"]), InvalidInput("selection.items.1.seats.0", "")),
        ([Counted(0, None, "selection.items.0.quantity")], InvalidInput("selection.items.0.quantity.count", "")),
        ([Counted(1, "", "selection.items.0.quantity")], InvalidInput("selection.items.0.quantity.section", "")),
    ],
)
def test_what_nobody_can_mean_is_refused_with_its_path(parts: list[Part], expected: Refusal) -> None:
    with pytest.raises(type(expected)) as refused:
        checked_list("selection.items", parts, 4)
    assert vars(refused.value) == vars(expected) | {"message": refused.value.message}
