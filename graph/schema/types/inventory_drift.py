from __future__ import annotations

from typing import Self

import strawberry

from domain.integrity.drift import Drift
from graph.schema.types.event import Event


@strawberry.type(description="A number of an event's inventory that is not what the documents add up to: a bug.")
class InventoryDrift:
    event: Event = strawberry.field(description="Whose inventory it is.")
    field: str = strawberry.field(description="Which number, as in sections.STALLS.lockedSeats.")
    stored: int = strawberry.field(description="What the event says.")
    actual: int = strawberry.field(description="What its locks, bookings, seat rows and audit entries add up to.")

    @classmethod
    def from_drift(cls, drift: Drift) -> Self:
        return cls(event=Event.from_document(drift.event), field=drift.field, stored=drift.stored, actual=drift.actual)
