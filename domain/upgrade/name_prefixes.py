"""What names of events are searched by: the beginnings of their words, where there was one key of the whole name."""

from __future__ import annotations

from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from domain.text import name_prefixes

AT_ONCE = 1_000


async def fill_name_prefixes(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Give every event without them its `name_prefixes`, and take the `name_key` that nothing reads any more.

    Any number of processes may do it at once, and it may be cut off anywhere: each event is written only as long as it
    has the name that was read.
    """
    events = database["events"]
    changes: list[UpdateOne] = []
    async for raw in events.find({"name_prefixes": None}, {"name": 1}):
        change = {"$set": {"name_prefixes": name_prefixes(raw["name"])}, "$unset": {"name_key": ""}}
        changes.append(UpdateOne({"_id": raw["_id"], "name": raw["name"], "name_prefixes": None}, change))
        if len(changes) == AT_ONCE:
            await events.bulk_write(changes, ordered=False)
            changes = []
    if changes:
        await events.bulk_write(changes, ordered=False)
