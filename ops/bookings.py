"""How commands name a booking: by the id that the API takes, and by its reference, which is for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.database import AsyncDatabase

from domain.documents import ArchivedBooking, Booking
from graph.schema.ids import encode_routed_id


async def name_bookings(
    database: AsyncDatabase[dict[str, Any]], ids: Iterable[PydanticObjectId]
) -> dict[PydanticObjectId, str]:
    """The names of those that there are. Others are of locks that nobody confirmed, or are gone."""
    wanted = {"_id": {"$in": list(ids)}}
    names: dict[PydanticObjectId, str] = {}
    for kind in (ArchivedBooking, Booking):
        async for raw in database[kind.Settings.name].find(wanted, {"event_id": 1, "reference": 1}):
            reference = raw.get("reference")
            name = encode_routed_id("Booking", raw["_id"], raw["event_id"])
            names[raw["_id"]] = f"{name} ({reference})" if reference else name
    return names
