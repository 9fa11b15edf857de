"""An event's inventory as it was: its audit entries, replayed up to a moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pymongo import AsyncMongoClient

from domain.documents import AuditEntry, Event, Seating, SeatRow, SeatStatus
from domain.errors import InvalidInput
from domain.integrity.history import ENTRY_FIELDS, UNREADABLE, History
from domain.inventory.change import COUNTERS

if TYPE_CHECKING:
    from beanie import PydanticObjectId


LETTERS = {place: status.letter for status, place in COUNTERS.items()}

CHUNK = 1_000
"""Entries replayed without letting others run: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class PastSection:
    """A section's counters; of a RESERVED one its rows, each a name and a letter a seat."""

    name: str
    seating: Seating
    available: int
    held: int
    booked: int
    rows: list[tuple[str, str]]

    @property
    def total(self) -> int:
        return self.available + self.held + self.booked


@dataclass(frozen=True, slots=True)
class PastInventory:
    """The inventory at that moment, after so many audit entries."""

    at: datetime
    entries: int
    sections: list[PastSection]


async def inventory_at(
    mongo: AsyncMongoClient[dict[str, Any]], event_id: PydanticObjectId, at: datetime
) -> PastInventory | None:
    """The inventory as it was written down at that moment; None when there was no such event yet.

    That is after all entries before the first one that is later. What was dead but not swept yet, for half a second as
    a rule, was held. Raises InvalidInput when the history of that time is forgotten.
    """
    async with mongo.start_session(snapshot=True) as session:
        raw = await Event.get_pymongo_collection().find_one({"_id": event_id}, session=session)
        cursor = SeatRow.get_pymongo_collection().find({"event_id": event_id}, {"holders": 0}, session=session)
        rows = [SeatRow.from_bson(row) async for row in cursor.sort([("section", 1), ("position", 1)])]
    if raw is None or raw["created_at"] > at:
        return None
    event = Event.from_bson(raw)
    if event.audit_forgotten:
        raise InvalidInput("at", "The audit entries of that time were deleted, because they were too old.")
    history = History()
    found = AuditEntry.get_pymongo_collection().find(
        {"chain_id": event_id, "sequence": {"$lte": event.audit_sequence}},
        ENTRY_FIELDS | {"created_at": 1},
        sort=[("sequence", 1)],
        batch_size=CHUNK,
    )
    async for entry in found:
        with suppress(*UNREADABLE):
            if entry["created_at"] > at:
                break
            history.replay(entry)
        if history.entries % CHUNK == 0:
            await asyncio.sleep(0)
    return PastInventory(
        at, history.last, [_section(section.name, section.seating, history, rows) for section in event.sections]
    )


def _section(name: str, seating: Seating, history: History, rows: list[SeatRow]) -> PastSection:
    available, held, booked = history.counters.get(name, (0, 0, 0))
    return PastSection(
        name,
        seating,
        available,
        held,
        booked,
        [(row.name, _letters(row, history)) for row in rows if row.section == name],
    )


def _letters(row: SeatRow, history: History) -> str:
    nobody = COUNTERS[SeatStatus.AVAILABLE], None
    labels = (f"{row.label}-{number}" for number in range(1, len(row.statuses) + 1))
    return "".join(LETTERS[history.seats.get(label, nobody)[0]] for label in labels)
