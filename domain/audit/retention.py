"""Forgetting audit entries when their time is up: those of events that are long over, and the beginnings of journals.

A chain is forgotten from its beginning on, in steps that each keep it whole: what is left begins with the hash that the
last forgotten entry had.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from beanie import PydanticObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from domain.audit.chain import hash_of, raw_entries
from domain.documents import AuditEntry, AuditJournal, Event, Stored
from domain.process.progress import Progress

Mongo: TypeAlias = AsyncMongoClient[dict[str, Any]]
Database: TypeAlias = AsyncDatabase[dict[str, Any]]

CHUNK = 1_000
"""Entries deleted in one transaction."""


async def forget_entries(mongo: Mongo, database: Database, progress: Progress, before: datetime) -> None:
    """Delete the entries made before then, those of an event only all together: once it has begun, and rested since.

    From then on nobody can say from its entries how the event's inventory came about: checks leave that out.
    """
    kept: dict[str, Any] = {"$expr": {"$lt": ["$forgotten", "$sequence"]}}
    async for raw in AuditJournal.get_pymongo_collection().find(kept, {"_id": 1}):
        await _forget(mongo, database, progress, AuditJournal, raw["_id"], before)
    kept = {"$expr": {"$lt": ["$audit_forgotten", "$audit_sequence"]}, "starts_at": {"$lt": before}}
    async for raw in Event.get_pymongo_collection().find(kept, {"_id": 1}):
        last = await AuditEntry.get_pymongo_collection().find_one({"chain_id": raw["_id"]}, sort=[("sequence", -1)])
        if last is not None and last["created_at"] < before:
            await _forget(mongo, database, progress, Event, raw["_id"], before)


async def _forget(
    mongo: Mongo,
    database: Database,
    progress: Progress,
    kind: type[Stored],
    chain_id: PydanticObjectId,
    before: datetime,
) -> None:
    entries = raw_entries(database)
    while True:
        first = await entries.find({"chain_id": chain_id}, sort=[("sequence", 1)], limit=CHUNK).to_list()
        old: list[RawBSONDocument] = []
        for raw in first:
            if raw["created_at"] >= before:
                break
            old.append(raw)
        if old:
            progress.did(await _delete(mongo, kind, chain_id, old[-1]["sequence"], hash_of(old[-1].raw)))
        if len(old) < CHUNK:
            return


async def _delete(mongo: Mongo, kind: type[Stored], chain_id: PydanticObjectId, sequence: int, its_hash: bytes) -> int:
    prefix = "audit_" if kind is Event else ""
    begins: dict[str, Any] = {f"{prefix}forgotten": sequence, f"{prefix}forgotten_hash": its_hash}

    async def write(session: AsyncClientSession) -> int:
        await kind.get_pymongo_collection().update_one({"_id": chain_id}, {"$set": begins}, session=session)
        deleted = await AuditEntry.get_pymongo_collection().delete_many(
            {"chain_id": chain_id, "sequence": {"$lte": sequence}}, session=session
        )
        return deleted.deleted_count

    async with mongo.start_session() as session:
        return await session.with_transaction(write, write_concern=WriteConcern("majority", j=True))
