"""What names of events and people are searched by, for documents that were stored before there was such a field."""

from __future__ import annotations

from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from domain.text import folded

AT_ONCE = 1_000


async def fill_name_keys(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Give every event and user without one its `name_key`; nothing where all have one.

    Any number of processes may do it at once, and it may be cut off anywhere: a name that is changed meanwhile has its
    key already, and each document is written only as long as it has the name that was read.
    """
    for collection in (database["events"], database["users"]):
        changes: list[UpdateOne] = []
        async for raw in collection.find({"name_key": None}, {"name": 1}):
            change = {"$set": {"name_key": folded(raw["name"])}, "$unset": {"search_key": ""}}
            changes.append(UpdateOne({"_id": raw["_id"], "name": raw["name"], "name_key": None}, change))
            if len(changes) == AT_ONCE:
                await collection.bulk_write(changes, ordered=False)
                changes = []
        if changes:
            await collection.bulk_write(changes, ordered=False)
