"""Audit entries from before there were chains (docs/decisions/0011-audit-chain.md) are chained as they are found.

What happened to them before is not known; from here on it would be noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import bson
from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

OLD_JOURNAL = ObjectId("000000000000000000000001")
"""The chain of what is in no event's history: the processes that wrote it had no journals of their own."""

OLD_INDEX = "one_history_per_event"
INDEX_NOT_FOUND = 27
BATCH = 1_000


async def chain_old_entries(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Give every entry that is in no chain its place: in its event's by its number there, else in one journal.

    Before a chain has an end nobody adds to it, nor forgets of it. So if it has none after its entries were read, they
    were all there are, and whoever writes their places writes the same.
    """
    entries, events, journals = (database[name] for name in ("audit_entries", "events", "audit_journals"))
    async for event in events.find({"audit_hash": {"$exists": False}}, {"_id": 1}):
        without_end = {**event, "audit_hash": {"$exists": False}}
        history = {"event_id": event["_id"], "sequence": {"$exists": True}}
        found = await entries.find(history, sort=[("sequence", ASCENDING)]).to_list()
        if await events.find_one(without_end, {"_id": 1}) is not None:
            last = await _chain(entries, event["_id"], found)
            await events.update_one(without_end, {"$set": {"audit_hash": last}})
    others = {"$or": [{"chain_id": {"$exists": False}}, {"chain_id": OLD_JOURNAL}]}
    found = await entries.find(others, sort=[("created_at", ASCENDING), ("_id", ASCENDING)]).to_list()
    if found and await journals.find_one({"_id": OLD_JOURNAL}) is None:
        numbered = [{**entry, "sequence": number} for number, entry in enumerate(found, start=1)]
        last = await _chain(entries, OLD_JOURNAL, numbered)
        end = {"sequence": len(found), "hash": last, "started_at": found[0]["created_at"]}
        await journals.update_one({"_id": OLD_JOURNAL}, {"$setOnInsert": end}, upsert=True)
    if OLD_INDEX in await entries.index_information():  # that of the chains says the same
        try:
            await entries.drop_index(OLD_INDEX)
        except OperationFailure as error:
            if error.code != INDEX_NOT_FOUND:  # another server was quicker
                raise


async def _chain(
    entries: AsyncCollection[dict[str, Any]], chain_id: ObjectId, numbered: Iterable[Mapping[str, Any]]
) -> bytes:
    """Write them with their places in this chain; the hash of the last."""
    previous, writes = b"", list[ReplaceOne[Any]]()
    for entry in numbered:
        sequence = entry["sequence"]
        kept = {name: value for name, value in entry.items() if name not in ("chain_id", "sequence", "previous")}
        # As it will be stored: these bytes are hashed.
        stored = bson.encode({**kept, "chain_id": chain_id, "sequence": sequence, "previous": previous})
        writes.append(ReplaceOne({"_id": entry["_id"]}, RawBSONDocument(stored)))
        previous = sha256(stored).digest()
    for start in range(0, len(writes), BATCH):
        await entries.bulk_write(writes[start : start + BATCH])
    return previous
