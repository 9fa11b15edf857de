"""Which seats somebody means: inputs that several mutations take."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from domain.inventory.parts import Counted, Named, Part


@strawberry.input(
    description="A number of seats. In a RESERVED section the server picks them: together in one row when it can."
)
class QuantityInput:
    count: int = strawberry.field(description="How many seats, from 1 to the limit of one lock (100 unless set).")
    section: str | None = strawberry.field(
        default=None, description="The section's name; may be left out when the event has only one."
    )


@strawberry.input(one_of=True, description="A part of a selection: exactly one of the two.")
class SelectionItemInput:
    # UNSET: no default is published, or it would count as given when the other one is.
    quantity: QuantityInput | None = strawberry.field(
        default=strawberry.UNSET, description="A number of seats of a section. Several parts of one section add up."
    )
    seats: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="These numbered seats, by their labels, as in STALLS-A-12."
    )


def parts_of(path: str, items: Sequence[SelectionItemInput]) -> list[Part]:
    """The parts of a selection that the input has at `path`; errors name theirs."""
    parts: list[Part] = []
    for index, item in enumerate(items):
        if item.quantity:
            parts.append(Counted(item.quantity.count, item.quantity.section, f"{path}.{index}.quantity"))
        else:
            parts.append(Named(tuple(item.seats or ()), f"{path}.{index}.seats"))
    return parts
