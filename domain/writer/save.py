"""Writing what a batch decided in one transaction."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.chain import chain_entries
from domain.documents import (
    AuditEntry,
    Event,
    SeatRow,
    Stored,
)
from domain.inventory.state import Inventory
from domain.writer.observers import Recorder


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


async def save(inventory: Inventory, recorders: Iterable[Recorder], session: AsyncClientSession) -> None:
    """Write all of it in the session's transaction, and what recorders add; the event, which all contend for, last.

    Raises Conflict when anything is no longer as it was read.
    """
    for kind, shelf in inventory.shelves.items():
        collection = kind.get_pymongo_collection()
        # First what is given up, then what takes its place: unique indexes hold within a transaction, too.
        if changed := shelf.changed():
            await _update(kind, _differences(changed), len(changed), session)
        if new := shelf.new():
            await _give_up_keys(inventory, kind, new, session)
            await collection.insert_many([document.to_bson() for document in new], session=session)
    if inventory.new_holders:
        rows = [_row_difference(inventory, label) for label in inventory.new_holders]
        await _update(SeatRow, rows, len(rows), session)
    for record in recorders:
        await record(inventory, session)
    event = inventory.event
    chained, event.audit_hash = chain_entries(event.id, event.audit_hash, inventory.entries)
    await AuditEntry.get_pymongo_collection().insert_many(chained, session=session)
    raw = event.to_bson()
    written = await Event.get_pymongo_collection().update_one(
        {"_id": event.id, "version": event.version},
        {
            "$set": {name: raw[name] for name in ("sections", "audit_sequence", "audit_hash", *inventory.event_fields)},
            "$inc": {"version": inventory.changes},
        },
        session=session,
    )
    if written.matched_count != 1:
        raise Conflict
    event.version += inventory.changes


async def _give_up_keys(
    inventory: Inventory, kind: type[Stored], new: Iterable[Stored], session: AsyncClientSession
) -> None:
    """Take keys whose time is over from what keeps them, for what is new and has them again."""
    over = [
        UpdateOne({"_id": inventory.keys_over[key_id], "key_id": key_id}, {"$unset": {"key_id": "", "request": ""}})
        for document in new
        if (key_id := getattr(document, "key_id", None)) is not None and key_id in inventory.keys_over
    ]
    if over:
        await _update(kind, over, len(over), session)


async def _update(
    kind: type[Stored], updates: Sequence[UpdateMany | UpdateOne], documents: int, session: AsyncClientSession
) -> None:
    written = await kind.get_pymongo_collection().bulk_write(updates, ordered=False, session=session)
    if written.matched_count != documents:
        raise Conflict


def _differences(changed: Iterable[tuple[Stored, Stored]]) -> list[UpdateMany]:
    """The fields that changed, written only where the status (of a key: its outcome) is still what it was.

    One update for all documents that change alike: hundreds of locks may fall due together.
    """
    alike: dict[Hashable, tuple[list[Any], dict[str, Any], dict[str, Any]]] = {}
    for before, now in changed:
        old, new = before.to_bson(), now.to_bson()
        guard = "status" if "status" in old else "outcome_id"
        fields = {name: value for name, value in new.items() if old[name] != value}
        sort = (old[guard], *((name, repr(value)) for name, value in fields.items()))
        alike.setdefault(sort, ([], {guard: old[guard]}, fields))[0].append(old["_id"])
    # The hint: an index by status must not tempt MongoDB, however few have that status when it makes its plan.
    return [
        UpdateMany({"_id": {"$in": ids}, **guards}, {"$set": fields}, hint="_id_")
        for ids, guards, fields in alike.values()
    ]


def _row_difference(inventory: Inventory, label: str) -> UpdateOne:
    row = inventory.rows[label]
    holders = {f"holders.{position}": holder for position, holder in inventory.new_holders[label].items()}
    return UpdateOne(
        {"_id": row.id, "statuses": inventory.loaded_statuses[label]}, {"$set": {"statuses": row.statuses, **holders}}
    )
