"""Seats that are chosen by hand leave no single seat empty, where the event says so and it can be helped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from beanie import PydanticObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.documents import Event, LineItem, Seating, SeatRow, Section
from domain.errors import SeatsUnavailable
from domain.inventory.again import AskAgain, MoreDue, RowsNeeded
from domain.inventory.items import are_together
from domain.inventory.orphans import check_orphans
from domain.inventory.pick import pick_seats
from domain.inventory.state import Inventory
from tests.support.asking import ANN, locking
from tests.support.halls import OPENING, TERMS
from tests.support.hunting import many

EVENT_ID = PydanticObjectId()


def inventory_of(
    *drawn: str, forbid_orphans: bool = True, more_due: bool = False, total: int | None = None
) -> Inventory:
    """A section HALL of rows 1, 2 …; A is free, everything else taken."""
    seats = total or len("".join(drawn))
    section = Section.model_construct(
        name="HALL", seating=Seating.RESERVED, price_minor=1, total=seats, available=seats, held=0, booked=0
    )
    event = Event.model_construct(id=EVENT_ID, sections=[section], forbid_orphans=forbid_orphans, created_at=OPENING)
    inventory = Inventory(event, TERMS, more_due=more_due)
    inventory.add_rows(
        SeatRow.model_construct(
            id=f"{EVENT_ID}/HALL-{position + 1}",
            event_id=EVENT_ID,
            section="HALL",
            name=str(position + 1),
            position=position,
            statuses="".join("A" if seat in "AX" else "H" for seat in statuses),
            holders=[],
        )
        for position, statuses in enumerate(drawn)
    )
    return inventory


def marked(letters: str, drawn: tuple[str, ...]) -> Iterator[str]:
    for row, seats in enumerate(drawn, 1):
        yield from (f"HALL-{row}-{number}" for number, seat in enumerate(seats, 1) if seat in letters)


def orphans_of(*drawn: str) -> list[str]:
    """A free, H and B taken, X chosen by hand, K kept and G let go by the lock."""
    try:
        check_orphans(
            inventory_of(*drawn),
            chosen=list(marked("X", drawn)),
            after=list(marked("XK", drawn)),
            before=list(marked("KG", drawn)),
        )
    except SeatsUnavailable as refused:
        return [label.removeprefix("HALL-") for label in [*refused.seats, *refused.orphans]]
    return []


@pytest.mark.parametrize(
    ("hall", "orphans"),
    [
        pytest.param("HAXXAAAH AAAA", "1-2", id="one beside them"),
        pytest.param("HAXXAH AAAA", "1-2 1-5", id="one on either side"),
        pytest.param("HXXAXXH AAAAAA", "1-4", id="one between them"),
        pytest.param("HXAH BXAB AAAA", "1-3 2-3", id="in two rows"),
        pytest.param("AXXA AAAA", "", id="at the row's ends it is only unwelcome"),
        pytest.param("HAAXXAAH AAAA", "", id="two seats are nobody's orphan"),
        pytest.param("HXXAH", "", id="two can't be chosen otherwise in this section"),
        pytest.param("HAXAH HAH", "1-2 1-4", id="one can"),
        pytest.param("HXXAH HAAH", "1-4", id="two can, elsewhere in the section"),
        pytest.param("HXXAH AHAHA", "", id="together they can't, and apart nobody need sit"),
        pytest.param("HXAXHAAAAH", "1-3", id="in pieces, though the same row has two together"),
        pytest.param("HAHXXH AAAA", "", id="what was alone before is not the buyer's fault"),
        pytest.param("HAHXAAH HAHAAAH", "", id="nor is it for who sits elsewhere"),
        pytest.param("HXAKKH AAAA", "1-3", id="beside what the lock holds"),
        pytest.param("HKGKH AAAA", "1-3", id="let go between what is kept"),
        pytest.param("HKKGH AAAA", "1-4", id="let go beside a taken one"),
        pytest.param("HGHKKH AAAA", "", id="alone before the lock took it"),
        pytest.param("HKKGAH AAAA", "", id="let go beside a free one"),
        pytest.param("HKKGH", "", id="two can't be held otherwise"),
        pytest.param("HGGGGH HXXH", "", id="all of these let go for others"),
        pytest.param("HKAH AAGG", "", id="left by an earlier choice, not by this one"),
        pytest.param("AAAAHAX AAAA", "1-6", id="the last seat of a row is chosen"),
    ],
)  # fmt: skip
def test_named_choices(hall: str, orphans: str) -> None:
    assert orphans_of(*hall.split()) == orphans.split()


def test_off_unless_the_event_says_so() -> None:
    inventory = inventory_of("HAAAH", "AAAA", forbid_orphans=False)
    check_orphans(inventory, chosen=["HALL-1-2"], after=["HALL-1-2"])


def test_seats_that_the_server_picks_are_not_judged() -> None:
    inventory = inventory_of("HAAAH", "AAAA")
    check_orphans(inventory, chosen=[], after=["HALL-1-2", "HALL-1-3"])


def test_a_neighbour_whose_lock_may_be_dead_is_waited_for() -> None:
    with pytest.raises(MoreDue):
        check_orphans(inventory_of("HAAH", "AA", more_due=True), chosen=["HALL-1-2"], after=["HALL-1-2"])


def test_the_rest_of_the_section_is_asked_for_before_it_is_judged() -> None:
    command = locking(ANN, "HALL-1-2")
    with pytest.raises(RowsNeeded) as asked:
        check_orphans(inventory_of("HAAH", total=8), chosen=["HALL-1-2"], after=["HALL-1-2"])
    assert asked.value.again(command).whole_sections == {"HALL"}
    assert AskAgain().again(command) is command


@settings(max_examples=many(40, 400), deadline=None)
@given(st.lists(st.text("AAHX", min_size=1, max_size=6), min_size=1, max_size=3))
def test_whoever_is_refused_has_another_choice(drawn: list[str]) -> None:
    inventory = inventory_of(*drawn)
    chosen = list(marked("X", tuple(drawn)))
    if not chosen:
        return
    picked = pick_seats(inventory.rows_of("HALL"), len(chosen)) or []
    # What the server would pick is always allowed.
    check_orphans(inventory, chosen=picked, after=picked)
    alone = {
        (row, place)
        for row, seats in enumerate(drawn)
        for place in range(1, len(seats) - 1)
        if seats[place] == "A" and "A" not in seats[place - 1] + seats[place + 1]
    }
    before = {(row, place) for row, place in alone if drawn[row][place - 1] == "H" == drawn[row][place + 1]}
    orphans = orphans_of(*drawn)
    assert set(orphans) <= {f"{row + 1}-{place + 1}" for row, place in alone - before}
    if not orphans and alone - before:
        # Allowed all the same: so the pick can do no better.
        assert orphans_of(*_redrawn(drawn, picked)) == []
        assert any(_leaves_one_alone(_redrawn(drawn, picked), drawn))


def _redrawn(drawn: list[str], picked: list[str]) -> list[str]:
    return [
        "".join(
            "X" if f"HALL-{row}-{number}" in picked else "A" if seat == "X" else seat
            for number, seat in enumerate(seats, 1)
        )
        for row, seats in enumerate(drawn, 1)
    ]


def _leaves_one_alone(redrawn: list[str], drawn: list[str]) -> Iterator[bool]:
    for seats, before in zip(redrawn, drawn, strict=True):
        for place in range(1, len(seats) - 1):
            around, was = seats[place - 1] + seats[place + 1], before[place - 1] + before[place + 1]
            yield seats[place] == "A" and "A" not in around and was != "HH"


@pytest.mark.parametrize(
    ("seats", "together"),
    [
        (["S-A-9", "S-A-10", "S-A-11"], True),
        (["S-A-11", "S-A-10"], True),
        (["S-A-9", "S-A-11"], False),
        (["S-A-1", "S-B-2"], False),
        (["S-A-1"], True),
        (["S-A-1", "S-A-2", "T-A-7", "T-A-8"], True),
        (["S-A-1", "S-A-2", "T-A-7", "T-A-9"], False),
        ([], True),
    ],
)
def test_together_is_adjacent_in_one_row_of_each_section(seats: list[str], together: bool) -> None:
    items = [
        LineItem(section=label[0], quantity=1, seats=[label], price_minor=price) for price, label in enumerate(seats)
    ]
    floor = LineItem(section="FLOOR", quantity=7, seats=[], price_minor=1)
    assert are_together([*items, floor]) is together
