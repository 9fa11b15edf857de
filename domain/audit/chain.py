"""Chaining entries: each carries the hash of the one before, so that none can be changed unseen.

See docs/decisions/0011-audit-chain.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import bson
from beanie import PydanticObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from domain.documents import AuditEntry
from domain.text import words_of

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument, tz_aware=True)

SEARCHED = ("name", "reason", "note", "reference")
"""What a search of the audit log looks at in an entry's metadata; and it knows the idempotency key."""


def chain_entries(
    chain_id: PydanticObjectId, previous: bytes, entries: Iterable[AuditEntry]
) -> tuple[list[RawBSONDocument], bytes]:
    """Give numbered entries their places after the one with the hash `previous`: what to insert, the last's hash."""
    chained = []
    for entry in entries:
        entry.chain_id, entry.previous = chain_id, previous
        if entry.metadata:
            entry.words = _words_in(entry)
        # Encoded once, for the hash and for the wire.
        stored = bson.encode(entry.to_bson())
        chained.append(RawBSONDocument(stored))
        previous = hash_of(stored)
    return chained, previous


def _words_in(entry: AuditEntry) -> list[str] | None:
    """What a search finds the entry by; None if there is nothing."""
    found = dict.fromkeys(entry.words or ())
    for name in SEARCHED:
        told = entry.metadata.get(name)
        # Of what was changed there is what it was, and what it is.
        for text in told if isinstance(told, list) else (told,):
            if isinstance(text, str):
                found |= dict.fromkeys(words_of(text))
    return [*found] or None


def hash_of(stored: bytes | memoryview[int]) -> bytes:
    """The hash of an entry as it is stored."""
    return sha256(stored).digest()


def raw_entries(database: AsyncDatabase[dict[str, Any]]) -> AsyncCollection[RawBSONDocument]:
    """All entries, each as it is stored."""
    name = AuditEntry.get_collection_name()
    return database.get_collection(name, codec_options=RAW)  # type: ignore[return-value]


async def hashes_of(
    database: AsyncDatabase[dict[str, Any]], ids: Iterable[PydanticObjectId]
) -> dict[PydanticObjectId, bytes]:
    """The hashes of the entries with these ids, as they are stored."""
    return {raw["_id"]: hash_of(raw.raw) async for raw in raw_entries(database).find({"_id": {"$in": list(ids)}})}
