"""What a batch decided, written in one transaction."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import Any

from pymongo import AsyncMongoClient

from domain.audit.chain import chain_entries
from domain.contradiction import reading_documents
from domain.documents import (
    AuditEntry,
    Event,
    SeatRow,
    Stored,
)
from domain.inventory.state import Inventory
from domain.writer.observers import Recorder
from domain.writer.statements import Ask, CompareAndSet, Edit, Insert, Statement, Update, all_of, exactly
from domain.writer.stored_event import UNSEEN, is_still, looked_at
from domain.writer.transaction import carry_out


async def statements_of(inventory: Inventory, recorders: Iterable[Recorder]) -> list[Statement]:
    """What a batch writes, and what recorders add; the event, which all contend for, last.

    Each statement says how documents were read. If one is not so any more, nothing of the batch is written.
    """
    event = inventory.event
    statements: list[Statement] = []
    for kind, shelf in inventory.shelves.items():
        # First what is given up, then what takes its place: unique indexes hold within a transaction, too.
        if changed := shelf.changed():
            statements.append(Update(kind, _differences(changed)))
        if new := shelf.new():
            if given_up := _given_up_keys(inventory, new):
                statements.append(Update(kind, given_up))
            statements.append(Insert(kind, [document.to_bson() for document in new]))
    if inventory.new_holders:
        statements.append(Update(SeatRow, [_row_difference(inventory, label) for label in inventory.new_holders]))
    for record in recorders:
        statements += await record(inventory)
    chained, event.audit_hash = chain_entries(event.id, event.audit_hash, inventory.entries)
    statements.append(Insert(AuditEntry, chained))
    with reading_documents():
        change = {"$set": written_of(inventory)}
    statements.append(CompareAndSet(Event, event.id, change, partial(is_still, inventory.stored), UNSEEN))
    return statements


async def save(
    inventory: Inventory, recorders: Iterable[Recorder], mongo: AsyncMongoClient[Any], presumed: Sequence[Ask] = ()
) -> None:
    """Write a batch in one transaction. Raises Conflict when anything is no longer as it was read, or `presumed`."""
    await carry_out(mongo, [*presumed, *await statements_of(inventory, recorders)])
    now = written_of(inventory)
    inventory.event.version = now["version"]
    inventory.stored = inventory.stored | looked_at(now)


def written_of(inventory: Inventory) -> dict[str, Any]:
    """The fields of the event that a batch writes, and the version that it has then."""
    raw = inventory.event.to_bson()
    fields = {name: raw[name] for name in ("sections", "audit_sequence", "audit_hash", *inventory.event_fields)}
    return fields | {"version": raw["version"] + inventory.changes}


def _given_up_keys(inventory: Inventory, new: Iterable[Stored]) -> list[Edit]:
    """Take keys whose time is over from what keeps them, for what is new and has them again."""
    return [
        exactly({"_id": inventory.keys_over[key_id], "key_id": key_id}, {"$unset": {"key_id": "", "request": ""}})
        for document in new
        if (key_id := getattr(document, "key_id", None)) is not None and key_id in inventory.keys_over
    ]


def _differences(changed: Iterable[tuple[Stored, Stored]]) -> list[Edit]:
    """The fields that changed, written only where the status (of a key: its outcome) is still what it was.

    One update for all documents that change alike: hundreds of locks may fall due together.
    """
    alike: dict[Hashable, tuple[list[Any], dict[str, Any], dict[str, Any]]] = {}
    for before, now in changed:
        old, new = before.to_bson(), now.to_bson()
        guard = "status" if "status" in old else "outcome_id"
        fields = {name: value for name, value in new.items() if old[name] != value}
        read = {name: old[name] for name in ("event_id", guard) if name in old}
        sort = (old[guard], *((name, repr(value)) for name, value in fields.items()))
        alike.setdefault(sort, ([], read, fields))[0].append(old["_id"])
    return [all_of(ids, guards, {"$set": fields}) for ids, guards, fields in alike.values()]


def _row_difference(inventory: Inventory, label: str) -> Edit:
    row = inventory.rows[label]
    holders = {f"holders.{position}": holder for position, holder in inventory.new_holders[label].items()}
    read = {"_id": row.id, "event_id": row.event_id, "statuses": inventory.loaded_statuses[label]}
    return exactly(read, {"$set": {"statuses": row.statuses, **holders}})
