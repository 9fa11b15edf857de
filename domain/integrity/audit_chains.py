"""Is every audit entry as it was written, and is none missing? Follows each chain of hashes from its end back.

Whoever can write to the database can also make a chain anew from the entry they altered on, up to its end, which is
kept with the event or journal. The lines of logs/audit.log carry the same hashes, and are out of their reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import bson
from beanie import PydanticObjectId
from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from domain.audit.chain import hash_of, raw_entries
from domain.documents import AuditJournal, Event
from domain.errors import NotFound
from domain.ids import api_id

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
        return self.said(f"chain {self.chain_id}")

    def said(self, chain: str) -> str:
        """The same in a sentence, in which the chain is called so."""
        if self.entry_id is None and self.sequence is None:
            return f"audit {chain}: the event or journal it belongs to was removed"
        named = f"audit entry {api_id('AuditEntry', self.entry_id)}" if self.entry_id else "an audit entry"
        return f"{named}, number {self.sequence} of {chain}, was {self.kind.value.lower()}"


async def check_chains(
    services: Services, event_id: PydanticObjectId | None = None
) -> AsyncGenerator[ChainFault, None]:
    """Every fault in the chain of one event, or in all chains; of each chain from its end back. Raises NotFound."""
    entries = raw_entries(services.database)
    # By the index alone: of the entries in their places none is read here.
    places = {"_id": 1, "chain_id": 1, "sequence": 1}
    misplaced: dict[str, Any] = {"sequence": {"$not": {"$type": "number"}}}
    if event_id is not None:
        misplaced["chain_id"] = event_id
    else:
        misplaced = {"$or": [misplaced, {"chain_id": {"$not": {"$type": "objectId"}}}]}
    async for raw in entries.find(misplaced, places, hint="one_place_in_a_chain"):
        chain_id = raw.get("chain_id")
        claimed = PydanticObjectId(chain_id) if isinstance(chain_id, ObjectId) else None
        yield ChainFault(FaultKind.INSERTED, claimed, number_of(raw), raw["_id"])
    if event_id is not None:
        event = await Event.get_pymongo_collection().find_one({"_id": event_id}, {"_id": 1})
        if event is None and await entries.find_one({"chain_id": event_id}) is None:
            raise NotFound("No such event.")
        for fault in await _check_chain(services, entries, event_id):
            yield fault
        return
    chains: set[ObjectId] = {each for each in await entries.distinct("chain_id") if isinstance(each, ObjectId)}
    for kind in (Event, AuditJournal):
        chains |= {raw["_id"] async for raw in kind.get_pymongo_collection().find({}, {"_id": 1})}
    for each in sorted(chains):
        for fault in await _check_chain(services, entries, PydanticObjectId(each)):
            yield fault


def number_of(raw: RawBSONDocument) -> int | None:
    """The entry's number, if what is stored as such is one."""
    sequence = raw.get("sequence")
    if isinstance(sequence, int | float) and not isinstance(sequence, bool) and sequence == sequence // 1:
        return int(sequence)
    return None


@dataclass(frozen=True, slots=True)
class _End:
    """Where a chain ends, and where what is kept of it begins."""

    sequence: int
    hash: bytes
    forgotten: int
    forgotten_hash: bytes


async def _check_chain(
    services: Services, entries: AsyncCollection[RawBSONDocument], chain_id: PydanticObjectId
) -> list[ChainFault]:
    while True:
        end, beyond = await _read_end(services.mongo, entries, chain_id)
        if end is None:
            return [ChainFault(FaultKind.REMOVED, chain_id, None, None)]
        faults = beyond + await _follow(entries, chain_id, end)
        now, _ = await _read_end(services.mongo, entries, chain_id)
        if now is None or now.forgotten == end.forgotten:
            return faults
        # Its beginning was forgotten meanwhile, and is not missing.


async def _read_end(
    mongo: AsyncMongoClient[dict[str, Any]], entries: AsyncCollection[RawBSONDocument], chain_id: PydanticObjectId
) -> tuple[_End | None, list[ChainFault]]:
    """The end, None when nothing keeps it, and what is beyond. One snapshot: entries may be added all the time."""
    async with mongo.start_session(snapshot=True) as session:
        event = await Event.get_pymongo_collection().find_one({"_id": chain_id}, session=session)
        journal = await AuditJournal.get_pymongo_collection().find_one({"_id": chain_id}, session=session)
        if event is not None:
            kept = Event.from_bson(event)
            end = _End(kept.audit_sequence, kept.audit_hash, kept.audit_forgotten, kept.audit_forgotten_hash)
        elif journal is not None:
            own = AuditJournal.from_bson(journal)
            end = _End(own.sequence, own.hash, own.forgotten, own.forgotten_hash)
        else:
            return None, []
        beyond = {"chain_id": chain_id, "sequence": {"$gt": end.sequence}}
        found = await entries.find(beyond, sort=[("sequence", -1)], session=session).to_list()
    return end, [ChainFault(FaultKind.INSERTED, chain_id, number_of(raw), raw["_id"]) for raw in found]


async def _follow(entries: AsyncCollection[RawBSONDocument], chain_id: PydanticObjectId, end: _End) -> list[ChainFault]:
    """Along the entries up to the end. They are not written again: it takes no snapshot, which would grow too old."""
    links, faults, read = _Links(chain_id, end), list[ChainFault](), 0
    theirs = {"chain_id": chain_id, "sequence": {"$lte": end.sequence}}
    async for raw in entries.find(theirs, sort=[("sequence", -1)], batch_size=CHUNK):
        faults += links.follow(raw)
        read += 1
        if read % CHUNK == 0:
            await asyncio.sleep(0)
    return faults + list(links.finish())


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
        sequence, stored = number_of(raw), hash_of(raw.raw)
        if sequence is None or sequence <= self._end.forgotten:
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
