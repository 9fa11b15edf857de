"""Reading events as they are at an instant: dead locks free their seats, swept or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId
from pymongo.asynchronous.cursor import AsyncCursor

from domain.documents import (
    BY_NAME,
    Event,
    Listing,
    Order,
    SeatRow,
    Window,
)
from domain.sale.instant import Instant, Reading, read_at
from domain.sale.lapses import free_dead_seats, give_back_dead
from domain.text import checked_text, name_words

if TYPE_CHECKING:
    from domain.services import Services


BY_START = Order(("starts_at", "_id"), descending=False)


def list_events(
    services: Services,
    *,
    starts_after: datetime | None,
    starts_before: datetime | None,
    search: str | None,
    instant: Instant | None = None,
) -> Listing[Event]:
    """Events by start and id.

    `starts_after` is inclusive, `starts_before` exclusive. Of `search` each word is one of the name, or begins one, in
    any case and order. Raises InvalidInput.
    """
    conditions: list[dict[str, Any]] = []
    if starts_after is not None:
        conditions.append({"starts_at": {"$gte": starts_after}})
    if starts_before is not None:
        conditions.append({"starts_at": {"$lt": starts_before}})
    if search is not None:
        text = checked_text("search", search, longest=200)
        # The longest first: usually the rarest.
        conditions.append({"name_prefixes": {"$all": sorted(name_words(text), key=len, reverse=True)}})
    wanted = {"$and": conditions} if conditions else {}
    # Without being told, MongoDB sometimes walks over all events in their order.
    hint = BY_NAME if search is not None else None

    async def read(window: Window) -> list[Event]:
        query = {"$and": [wanted, *BY_START.within(window)]}

        async def ask(reading: Reading) -> list[Event]:
            cursor = Event.get_pymongo_collection().find(query, session=reading.session, limit=window.limit, hint=hint)
            return await _as_of(reading, cursor.sort(BY_START.sort(window)))

        return window.in_order(await read_at(services, instant, ask))

    async def count() -> int:
        # At the same instant as the page, and so never several at once of one request.
        return await read_at(services, instant, lambda reading: Event.count_of(wanted, hint, reading.session))

    return Listing(read, count)


async def events_by_ids(
    services: Services, ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, Event]:
    """The events with these ids, counters true at that instant; unknown ids are left out."""
    wanted = list(ids)

    async def ask(reading: Reading) -> list[Event]:
        cursor = Event.get_pymongo_collection().find({"_id": {"$in": wanted}}, session=reading.session)
        return await _as_of(reading, cursor)

    return {event.id: event for event in await read_at(services, instant, ask)}


async def _as_of(reading: Reading, found: AsyncCursor[dict[str, Any]]) -> list[Event]:
    """What was found, with counters true then."""
    events = [Event.from_bson(raw) for raw in await found.to_list()]
    reading.require_newest(events)
    await give_back_dead(events, reading.now, reading.session)
    return events


async def seat_rows(
    services: Services, event_ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, list[SeatRow]]:
    """Event id → the rows of its RESERVED sections, in order; statuses true at that instant. Without holders."""
    by_event: dict[PydanticObjectId, list[SeatRow]] = {event_id: [] for event_id in event_ids}

    async def ask(reading: Reading) -> list[SeatRow]:
        query = {"event_id": {"$in": list(by_event)}}
        cursor = SeatRow.get_pymongo_collection().find(query, {"holders": 0}, session=reading.session)
        raws = await cursor.sort([("event_id", 1), ("section", 1), ("position", 1)]).to_list()
        rows = [SeatRow.from_bson(raw) for raw in raws]
        await free_dead_seats(rows, reading.now, reading.session)
        return rows

    for row in await read_at(services, instant, ask):
        by_event[row.event_id].append(row)
    return by_event
