"""Is every audit entry as it was written, and is none missing? Follows each chain of hashes from its end back.

Whoever can write to the database can also make a chain anew from the entry they altered on, up to its end, which is
kept with the event or journal. The lines of logs/audit.log carry the same hashes, and are out of their reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import bson
from beanie import PydanticObjectId
from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection

from domain.audit.chain import hash_of, raw_entries
from domain.documents import AuditJournal, Event

if TYPE_CHECKING:
    from domain.services import Services

CHUNK = 1_000
"""Entries verified without letting others run: a few milliseconds."""

MOST_MISSING = 100
"""So many numbers in a row that are missing are told one by one; the others are as gone as they."""


class FaultKind(StrEnum):
    ALTERED = "ALTERED"
    REMOVED = "REMOVED"
    INSERTED = "INSERTED"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """What was done to an entry since it was written, or who has no place among those that were.

    `chain_id` is an event's id or a journal's, `sequence` the number there. Of a REMOVED entry its id is not known;
    without a number it is the event or journal itself that is gone. An INSERTED one may claim no place at all.
    """

    kind: FaultKind
    chain_id: PydanticObjectId | None
    sequence: int | None
    entry_id: PydanticObjectId | None

    def __str__(self) -> str:
        if self.entry_id is None and self.sequence is None:
            return f"audit chain {self.chain_id}: the event or journal it belongs to was removed"
        named = f"audit entry {self.entry_id}" if self.entry_id else "an audit entry"
        return f"{named}, number {self.sequence} of chain {self.chain_id}, was {self.kind.value.lower()}"


async def check_chains(
    services: Services, event_id: PydanticObjectId | None = None
) -> AsyncGenerator[ChainFault, None]:
    """Every fault in the chain of one event, or in all chains; of each chain from its end back."""
    entries = raw_entries(services.database)
    if event_id is not None:
        async for fault in _check_chain(services, entries, event_id):
            yield fault
        return
    async for raw in entries.find({"chain_id": None}, {"_id": 1}):
        yield ChainFault(FaultKind.INSERTED, None, None, raw["_id"])
    chains: set[ObjectId] = {each for each in await entries.distinct("chain_id") if isinstance(each, ObjectId)}
    for kind in (Event, AuditJournal):
        chains |= {raw["_id"] async for raw in kind.get_pymongo_collection().find({}, {"_id": 1})}
    for chain_id in sorted(chains):
        async for fault in _check_chain(services, entries, PydanticObjectId(chain_id)):
            yield fault


@dataclass(frozen=True, slots=True)
class _End:
    """Where a chain ends, and where what is kept of it begins; `last` is the highest number there is."""

    sequence: int
    hash: bytes
    forgotten: int
    forgotten_hash: bytes
    last: int


async def _read_end(
    services: Services, entries: AsyncCollection[RawBSONDocument], chain_id: PydanticObjectId
) -> _End | None:
    """None when nothing keeps the chain's end. One snapshot: entries may be added all the time."""
    async with services.mongo.start_session(snapshot=True) as session:
        event = await Event.get_pymongo_collection().find_one({"_id": chain_id}, session=session)
        journal = await AuditJournal.get_pymongo_collection().find_one({"_id": chain_id}, session=session)
        last = await entries.find_one({"chain_id": chain_id}, sort=[("sequence", -1)], session=session)
    number = last["sequence"] if last else 0
    if event is not None:
        end = Event.from_bson(event)
        return _End(end.audit_sequence, end.audit_hash, end.audit_forgotten, end.audit_forgotten_hash, number)
    if journal is not None:
        kept = AuditJournal.from_bson(journal)
        return _End(kept.sequence, kept.hash, kept.forgotten, kept.forgotten_hash, number)
    return None


async def _check_chain(
    services: Services, entries: AsyncCollection[RawBSONDocument], chain_id: PydanticObjectId
) -> AsyncGenerator[ChainFault, None]:
    end = await _read_end(services, entries, chain_id)
    if end is None:
        yield ChainFault(FaultKind.REMOVED, chain_id, None, None)
        return
    beyond = {"chain_id": chain_id, "sequence": {"$gt": end.sequence, "$lte": end.last}}
    async for raw in entries.find(beyond, sort=[("sequence", -1)]):
        yield ChainFault(FaultKind.INSERTED, chain_id, raw["sequence"], raw["_id"])
    # Those that are there now are not written again: from here on it takes no snapshot, which would grow too old.
    links = _Links(chain_id, end)
    read = 0
    async for raw in entries.find(
        {"chain_id": chain_id, "sequence": {"$lte": end.sequence}}, sort=[("sequence", -1)], batch_size=CHUNK
    ):
        for fault in links.follow(raw):
            yield fault
        read += 1
        if read % CHUNK == 0:
            await asyncio.sleep(0)
    for fault in links.finish():
        yield fault


class _Links:
    """Goes along a chain from its end, entry by entry. Pure."""

    def __init__(self, chain_id: PydanticObjectId, end: _End) -> None:
        self._chain_id = chain_id
        self._end = end
        self._next = end.sequence
        # What the next entry's hash must be; None after a missing one, which alone knew.
        self._due: bytes | None = end.hash
        # The entry that was found altered just now, and what its hash had to be.
        self._altered: tuple[RawBSONDocument, bytes] | None = None

    def follow(self, raw: RawBSONDocument) -> Iterator[ChainFault]:
        sequence, stored = raw["sequence"], hash_of(raw.raw)
        if sequence <= self._end.forgotten:
            yield ChainFault(FaultKind.INSERTED, self._chain_id, sequence, raw["_id"])
            return
        yield from self._missing(sequence)
        self._next = sequence - 1
        altered = self._due is not None and stored != self._due and not self._only_link_altered(stored)
        if altered:
            yield ChainFault(FaultKind.ALTERED, self._chain_id, sequence, raw["_id"])
        self._altered = (raw, self._due) if altered and self._due is not None else None
        previous = raw.get("previous")
        self._due = previous if isinstance(previous, bytes) else None

    def finish(self) -> Iterator[ChainFault]:
        yield from self._missing(self._end.forgotten)
        # What the first entry that is kept says of the one before it.
        if self._altered is None and self._due not in (None, self._end.forgotten_hash):
            yield ChainFault(FaultKind.REMOVED, self._chain_id, self._end.forgotten, None)

    def _missing(self, reached: int) -> Iterator[ChainFault]:
        missing = range(self._next, reached, -1)
        for sequence in missing[:MOST_MISSING]:
            yield ChainFault(FaultKind.REMOVED, self._chain_id, sequence, None)
        if missing:
            self._due = self._altered = None

    def _only_link_altered(self, stored: bytes) -> bool:
        """Whether the entry after this one would be as it was, if only it carried this one's hash."""
        if self._altered is None:
            return False
        after, due = self._altered
        return hash_of(bson.encode({**after, "previous": stored})) == due
