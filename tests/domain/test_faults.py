"""All that is wrong with an input, told at once, and nothing else swallowed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.documents import new_id
from domain.errors import InvalidInput, Issue, NotFound
from domain.faults import MOST, Faults
from domain.inventory.limits import check_window
from domain.inventory.parts import Counted, Named, Part, checked_parts
from domain.money import Money
from domain.sale.layout import NewRow, NewSection, lay_out

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def told(refused: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [issue.field for issue in refused.value.issues]


def test_nothing_wrong_is_no_refusal() -> None:
    faults = Faults()
    with faults:
        pass
    faults.refuse()


def test_all_are_told_in_order_and_the_first_is_the_refusal_itself() -> None:
    faults = Faults()
    for field in ("name", "sections.0.name", "price.amount"):
        with faults:
            raise InvalidInput(field, f"no {field}")
    with pytest.raises(InvalidInput) as refused:
        faults.refuse()
    assert (refused.value.field, refused.value.message) == ("name", "no name")
    assert [(issue.path, issue.message) for issue in refused.value.issues] == [
        (["name"], "no name"),
        (["sections", "0", "name"], "no sections.0.name"),
        (["price", "amount"], "no price.amount"),
    ]


def test_what_others_gathered_is_taken_over() -> None:
    inner, outer = Faults(), Faults()
    inner.add("a", "")
    inner.add("b", "")
    with outer:
        inner.refuse()
    outer.add("c", "")
    with pytest.raises(InvalidInput) as refused:
        outer.refuse()
    assert told(refused) == ["a", "b", "c"]


def test_another_error_is_not_a_fault() -> None:
    with pytest.raises(NotFound), Faults():
        raise NotFound("")


def test_nobody_is_told_thousands() -> None:
    faults = Faults()
    for number in range(MOST - 1):
        faults.add(str(number), "")
    with pytest.raises(InvalidInput) as refused:
        faults.add("the last", "")
    assert told(refused)[-2:] == [str(MOST - 2), "the last"]
    many = [Issue(str(number), "") for number in range(10_000)]
    with pytest.raises(InvalidInput) as refused, Faults():
        raise InvalidInput("first", "", many)
    assert len(told(refused)) == MOST


# ---------------------------------------------------------------- checks that gather


def test_every_part_of_a_selection_is_looked_at() -> None:
    parts: list[Part] = [Counted(0, "", "items.0.quantity"), Named(("A-1", " ", "A-1"), "items.1.seats")]
    with pytest.raises(InvalidInput) as refused:
        checked_parts("items", parts, 10)
    assert told(refused) == ["items.0.quantity.count", "items.0.quantity.section", "items.1.seats.1", "items.1.seats.2"]


def test_every_section_and_row_is_looked_at() -> None:
    sections = [
        NewSection("A", Money(1, "USD"), 0, None),
        NewSection("A", None, None, None),
        NewSection("B", None, None, [NewRow("1", 0), NewRow("1", 5), NewRow("", 1_001)]),
    ]
    with pytest.raises(InvalidInput) as refused:
        lay_out(new_id(), Money(1, "EUR"), sections, 100)
    assert told(refused) == [
        "sections.0.price.currencyCode",
        "sections.0.capacity",
        "sections.1.name",
        "sections.1.capacity",
        "sections.2.rows.0.seatCount",
        "sections.2.rows.1.name",
        "sections.2.rows.2.name",
        "sections.2.rows.2.seatCount",
    ]


def test_every_time_of_a_window_is_looked_at() -> None:
    day = timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        check_window(
            {"sales_start_at", "sales_end_at"}, opens_at=NOW + 3 * day, ends_at=NOW + 2 * day, starts_at=NOW + day
        )
    assert told(refused) == ["salesEndAt", "salesEndAt", "salesStartAt"]
