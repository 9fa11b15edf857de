from __future__ import annotations

from typing import Self

import strawberry

from domain.integrity import findings
from graph.schema.context import Info
from graph.schema.types.event import Event, event_of


@strawberry.type(description="A number of an event's inventory that is not what the documents add up to: a bug.")
class InventoryDrift:
    field: str = strawberry.field(description="Which number, as in sections.STALLS.lockedSeats.")
    stored: int = strawberry.field(description="What the event says.")
    actual: int = strawberry.field(description="What its locks, bookings, seat rows and audit entries add up to.")

    document: strawberry.Private[findings.Drift]

    @classmethod
    def from_drift(cls, drift: findings.Drift) -> Self:
        return cls(field=drift.field, stored=drift.stored, actual=drift.actual, document=drift)

    @strawberry.field(description="Whose inventory it is.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.document.event.id)
