"""What an event that is made consists of: its sections, and the rows of those with numbered seats. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from beanie import PydanticObjectId

from domain.documents import Seating, SeatRow, SeatStatus, Section, row_id
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.inventory.limits import check_count
from domain.money import Money
from domain.text import checked_text, seen

MAX_SECTIONS = 100
MAX_ROWS = 5_000
MAX_SEATS_PER_ROW = 1_000


@dataclass(frozen=True, slots=True)
class NewRow:
    name: str
    seat_count: int


@dataclass(frozen=True, slots=True)
class NewSection:
    """`capacity` for GENERAL, or `rows` for RESERVED; without a price the event's."""

    name: str
    price: Money | None
    capacity: int | None
    rows: list[NewRow] | None


@dataclass(slots=True)
class Layout:
    """All seats are available."""

    sections: list[Section] = field(default_factory=list)
    rows: list[SeatRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many seats there are."""
        return sum(section.total for section in self.sections)


def lay_out(event_id: PydanticObjectId, price: Money, new_sections: list[NewSection], max_seats: int) -> Layout:
    """The sections, which have the event's price where they have none of their own.

    Raises InvalidInput with all that is wrong.
    """
    check_count("sections", len(new_sections), MAX_SECTIONS, " sections")
    faults = Faults()
    layout = Layout()
    names: set[str] = set()
    labels: set[str] = set()
    for index, new in enumerate(new_sections):
        path = f"sections.{index}"
        name = new.name
        with faults:
            name = _checked_name(f"{path}.name", new.name, names)
        if new.price is not None and new.price.currency != price.currency:
            faults.add(f"{path}.price.currencyCode", "All prices of an event are in one currency.")
        seating, total = Seating.GENERAL, 0
        with faults:
            if (new.capacity is None) == (new.rows is None):
                raise InvalidInput(f"{path}.capacity", "Give either capacity or rows: exactly one of the two.")
            if new.capacity is not None:
                check_count(f"{path}.capacity", new.capacity, max_seats)
                total = new.capacity
            else:
                laid = _lay_out_rows(event_id, path, name, new.rows or [], labels)
                layout.rows += laid
                seating, total = Seating.RESERVED, sum(len(row.statuses) for row in laid)
        layout.sections.append(
            Section.model_construct(
                name=name,
                seating=seating,
                price_minor=(new.price or price).minor,
                total=total,
                available=total,
                held=0,
                booked=0,
            )
        )
        if layout.total > max_seats:
            faults.add("sections", f"An event has at most {max_seats:,} seats.")
            faults.refuse()  # before more of them are made
        if len(layout.rows) > MAX_ROWS:
            faults.add("sections", f"An event has at most {MAX_ROWS:,} rows.")
            faults.refuse()
    faults.refuse()
    return layout


def _checked_name(field: str, name: str, names: set[str]) -> str:
    """A section's name, which joins those that are taken. Raises InvalidInput."""
    name = checked_text(field, name, longest=50)
    if seen(name) in names:
        raise InvalidInput(field, "Another section has this name.")
    names.add(seen(name))
    return name


def _lay_out_rows(
    event_id: PydanticObjectId, field: str, section: str, new_rows: list[NewRow], labels: set[str]
) -> list[SeatRow]:
    """The rows of one section. `labels` are those of all rows so far. Raises InvalidInput with all that is wrong."""
    check_count(f"{field}.rows", len(new_rows), MAX_ROWS, " rows")
    faults = Faults()
    rows: list[SeatRow] = []
    for position, new in enumerate(new_rows):
        row_field = f"{field}.rows.{position}"
        row_name, seat_count = new.name, 0
        with faults:
            row_name = checked_text(f"{row_field}.name", new.name, longest=50)
            label = f"{section}-{row_name}"
            if seen(label) in labels:
                # The same row name twice, or sections and rows that would give two seats one label.
                raise InvalidInput(f"{row_field}.name", "Another row gives its seats the same labels.")
            labels.add(seen(label))
        with faults:
            check_count(f"{row_field}.seatCount", new.seat_count, MAX_SEATS_PER_ROW)
            seat_count = new.seat_count
        rows.append(
            SeatRow.model_construct(
                id=row_id(event_id, f"{section}-{row_name}"),
                event_id=event_id,
                section=section,
                name=row_name,
                position=position,
                statuses=SeatStatus.AVAILABLE.letter * seat_count,
                holders=[None] * seat_count,
            )
        )
    faults.refuse()
    return rows
