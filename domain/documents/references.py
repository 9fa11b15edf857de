"""References of bookings that have none: a server of an earlier version made them, during an upgrade."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from domain.contradiction import Contradiction
from domain.documents.archived import ArchivedBooking
from domain.documents.booking import Booking
from domain.reference import new_reference


async def reference_of(booking: Booking) -> str:
    """The booking's reference, given now if it has none: whoever is first decides. Raises Contradiction."""
    if booking.reference is not None:
        return booking.reference
    # Twice, for it may be archived, or brought back, meanwhile.
    for kind in (Booking, ArchivedBooking) * 2:
        collection = kind.get_pymongo_collection()
        while (raw := await collection.find_one({"_id": booking.id}, {"reference": 1})) is not None:
            if raw.get("reference") is not None:
                return str(raw["reference"])
            reference = new_reference()
            if await taken_references([reference]):
                continue
            try:
                await collection.update_one({"_id": booking.id, "reference": None}, {"$set": {"reference": reference}})
            except DuplicateKeyError:
                continue
    raise Contradiction(f"there is no booking {booking.id}")


async def taken_references(references: Iterable[str], session: AsyncClientSession | None = None) -> set[str]:
    """Those among these that some booking has, archived or not."""
    theirs: list[dict[str, Any]] = [
        {"$match": {"reference": {"$in": list(references)}}},
        {"$project": {"reference": 1}},
    ]
    archived = {"coll": ArchivedBooking.get_collection_name(), "pipeline": theirs}
    found = await Booking.get_pymongo_collection().aggregate([*theirs, {"$unionWith": archived}], session=session)
    return {raw["reference"] async for raw in found}
