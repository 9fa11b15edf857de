"""When events and seat locks last changed, for those that were stored before they said so."""

from __future__ import annotations

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

EVENT_CHANGED = {"$max": ["$created_at", "$cancelled_at", "$cancellation_finished_at"]}
LOCK_CHANGED = {"$cond": [{"$eq": ["$status", "EXPIRED"]}, "$expires_at", "$created_at"]}


async def fill_updated_at(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Give every event and lock without one its `updated_at`, as far as its other fields tell; others keep theirs.

    MongoDB writes each only if it still has none. Any number of processes may do it at once, and be cut off anywhere.
    """
    for name, changed_at in (
        ("events", EVENT_CHANGED),
        ("seat_locks", LOCK_CHANGED),
        ("archived_seat_locks", LOCK_CHANGED),
    ):
        await database[name].update_many({"updated_at": None}, [{"$set": {"updated_at": changed_at}}])
