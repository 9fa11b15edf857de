"""References of bookings that were made before there were any."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from domain.reference import new_reference

AT_ONCE = 1_000
TAKEN = 11_000
"""MongoDB's code for a duplicate key."""


async def give_references(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Give every booking without one its `reference`, archived or not; nothing where all have one.

    Whoever is first decides, and the indexes that no two get the same.
    """
    bookings, archived = database["bookings"], database["archived_bookings"]
    for collection in (bookings, archived):
        await collection.create_index(
            [("reference", ASCENDING)],
            name="one_a_reference",
            unique=True,
            partialFilterExpression={"reference": {"$gt": ""}},
        )
    for collection, other in ((bookings, archived), (archived, bookings)):
        while ids := [raw["_id"] async for raw in collection.find({"reference": None}, {"_id": 1}, limit=AT_ONCE)]:
            chosen = {new_reference() for _ in ids}
            taken = {raw["reference"] async for raw in other.find({"reference": {"$in": list(chosen)}})}
            # Who gets none, or one that is taken here, gets one the next time round.
            await _give(collection, dict(zip(ids, chosen - taken, strict=False)))


async def _give(collection: AsyncCollection[dict[str, Any]], references: dict[Any, str]) -> None:
    writes = [
        UpdateOne({"_id": booking_id, "reference": None}, {"$set": {"reference": reference}})
        for booking_id, reference in references.items()
    ]
    try:
        await collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if any(failed["code"] != TAKEN for failed in error.details["writeErrors"]):
            raise
