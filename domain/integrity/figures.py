"""Counting an event's figures anew from its documents: to hold them against those that are kept, and to mend these.

A drift's `field` is `figures.<span>.<figure>`: `figures.ALL.gross`, `figures.DAY.2030-01-31.locks_EXPIRED`,
`figures.HOUR.2030-01-31T19.taken`, `figures.MINUTE.2030-01-31T19:30.taken`; `stored` is what is kept, `actual` what the
documents add up to, both as far as GraphQL's Int goes. `figures.ALL.builds` is 0 against 1 where an event has not been
counted yet: it was made before there were figures.

Whatever is sold meanwhile moves what is kept and what is true alike, in one transaction. So figures are mended by the
difference, as of one instant, and nobody who sells has to wait.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import structlog
from beanie import PydanticObjectId
from bson import ObjectId
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

from domain.documents import (
    ArchivedBooking,
    ArchivedSeatLock,
    AuditEntry,
    Booking,
    Event,
    Overtaken,
    Payment,
    Refund,
    SalesFigures,
    SeatLock,
    SeatLockStatus,
    Span,
    figures_id,
)
from domain.integrity.findings import INT32, Drift
from domain.integrity.history import UNREADABLE
from domain.reports.figures import AVAILABLE, LOCKS, Counted, Tally
from domain.reports.ledger import Key, Sums, add_figures, increments, sums_of
from domain.writer.retry import may_pass

log = structlog.get_logger(__name__)

CHUNK = 2_000
"""Documents handled without letting others run: some milliseconds."""

ATTEMPTS = 10


@dataclass(slots=True)
class Count:
    """An event's figures: as kept, as its documents add up, and what is missing from the former."""

    event: Event
    builds: int | None
    kept: Sums
    missing: dict[Key, dict[str, int]] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        return bool(self.builds) and not self.missing

    def drift(self) -> list[Drift]:
        drift = [] if self.builds else [Drift(self.event, "figures.ALL.builds", 0, 1)]
        for key, gains in sorted(self.missing.items(), key=str):
            for path, gain in sorted(gains.items()):
                kept = self.kept.get(key, {}).get(path, 0)
                drift.append(Drift(self.event, _field(key, path), _shown(kept), _shown(kept + gain)))
        return drift


def _field(key: Key, path: str) -> str:
    span, start = key
    _, *minute, name = path.split(".")
    if start is None:
        return f"figures.{span}.{name}"
    if minute:
        return f"figures.MINUTE.{start.isoformat()[:13]}:{minute[0]}.{name}"
    return f"figures.{figures_id(PydanticObjectId(), span, start).partition('/')[2].replace('/', '.')}.{name}"


def _shown(figure: int) -> int:
    return max(-INT32, min(figure, INT32))


async def check_figures(
    mongo: AsyncMongoClient[dict[str, Any]], event_id: PydanticObjectId | None = None
) -> list[Drift]:
    """Every figure of one event, or of all, that is not what its documents add up to. Reads all history."""
    drift: list[Drift] = []
    async for each in _event_ids(event_id):
        if counted := await _count(mongo, each):
            drift += counted.drift()
    return drift


async def mend_all(mongo: AsyncMongoClient[dict[str, Any]]) -> AsyncIterator[list[Drift]]:
    """Count all events anew, and mend what is wrong with their figures, which is yielded event by event."""
    async for event_id in _event_ids(None):
        if mended := await mend_figures(mongo, event_id):
            yield mended


async def build_figures(mongo: AsyncMongoClient[dict[str, Any]]) -> int:
    """Count the events that have no figures yet, because they were made before there were any; how many."""
    built = SalesFigures.get_pymongo_collection().find({"span": Span.ALL.value, "builds": {"$gt": 0}}, {"event_id": 1})
    done = {raw["event_id"] async for raw in built}
    missing = [event_id async for event_id in _event_ids(None) if event_id not in done]
    for event_id in missing:
        await mend_figures(mongo, event_id)
    return len(missing)


async def mend_figures(mongo: AsyncMongoClient[dict[str, Any]], event_id: PydanticObjectId) -> list[Drift]:
    """Make the event's figures what its documents add up to; what was wrong. Raises Overtaken, PyMongoError."""
    for attempt in range(ATTEMPTS):
        counted = await _count(mongo, event_id)
        if counted is None or counted.is_right:
            return []
        try:
            await _write(mongo, counted)
        except Overtaken:
            pass
        except PyMongoError as error:
            if not may_pass(error):
                raise
        else:
            drift = counted.drift()
            log.warning("figures mended", event_id=str(event_id), figures=len(drift))
            return drift
        await asyncio.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311
    raise Overtaken


async def _event_ids(event_id: PydanticObjectId | None) -> AsyncIterator[PydanticObjectId]:
    query = {} if event_id is None else {"_id": event_id}
    for raw in await Event.get_pymongo_collection().find(query, {"_id": 1}, sort=[("_id", 1)]).to_list():
        yield raw["_id"]


async def _write(mongo: AsyncMongoClient[dict[str, Any]], counted: Count) -> None:
    event = counted.event
    collection = SalesFigures.get_pymongo_collection()
    updates = increments(event.id, event.currency, {(Span.ALL, None): {}, **counted.missing}, built=True)

    async def write(session: AsyncClientSession) -> None:
        # The same difference twice would be one too many.
        of_all = await collection.find_one({"_id": figures_id(event.id, Span.ALL)}, {"builds": 1}, session=session)
        if (of_all or {}).get("builds") != counted.builds:
            raise Overtaken
        for some in _chunks(updates):
            await add_figures(some, session)

    async with mongo.start_session() as session:
        await session.with_transaction(write, write_concern=WriteConcern("majority", j=True))


# ---------------------------------------------------------------- counting


async def _count(mongo: AsyncMongoClient[dict[str, Any]], event_id: PydanticObjectId) -> Count | None:
    """As of one instant; None when there is no such event."""
    async with mongo.start_session(snapshot=True) as session:
        raw = await Event.get_pymongo_collection().find_one({"_id": event_id}, session=session)
        if raw is None:
            return None
        counted = Count(Event.from_bson(raw), *await _read_kept(event_id, session))
        tally, knows_all = await _recount(event_id, session)
    due = sums_of(tally)
    for key in {**due, **counted.kept}:
        was, is_due = counted.kept.get(key, {}), due.get(key, {})
        gains = {
            path: gain
            for path in {**was, **is_due}
            if (gain := is_due.get(path, 0) - was.get(path, 0)) and (knows_all or not _takes_all_entries(path))
        }
        if gains:
            counted.missing[key] = gains
    return counted


def _takes_all_entries(path: str) -> bool:
    name = path.rpartition(".")[2]
    return name == AVAILABLE or name in LOCKS.values()


async def _read_kept(event_id: PydanticObjectId, session: AsyncClientSession) -> tuple[int | None, Sums]:
    builds, kept = None, {}
    theirs = {"_id": {"$gte": f"{event_id}/", "$lt": f"{event_id}0"}}
    async for raw in SalesFigures.get_pymongo_collection().find(theirs, session=session):
        paths = {f"figures.{name}": amount for name, amount in raw.get("figures", {}).items()}
        for minute, figures in raw.get("minutes", {}).items():
            paths |= {f"minutes.{minute}.{name}": amount for name, amount in figures.items()}
        kept[Span(raw["span"]), raw["start"]] = paths
        builds = raw.get("builds", builds)
    return builds, kept


async def _recount(event_id: PydanticObjectId, session: AsyncClientSession) -> tuple[Tally, bool]:
    """What the event's documents add up to, and whether its audit entries are all there.

    They tell which locks it had, because no index does: those that are not ACTIVE are found by their ids only.
    """
    tally, locks, first = Tally(), set[ObjectId](), None
    entries = {"chain_id": event_id}
    fields = dict.fromkeys(("action", "sequence", "lock_id", "effect", "created_at", "repaired.statuses"), 1)
    async for raw in _find(AuditEntry, entries, fields, session, sort=[("chain_id", 1), ("sequence", 1)]):
        first = first or raw.get("sequence")
        with suppress(*UNREADABLE):
            if "lock_id" in raw:
                locks.add(raw["lock_id"])
            for kind, key, _ in raw.get("repaired", {}).get("statuses", ()):
                if kind in ("locks", "bookings"):
                    locks.add(key)
        _add(tally, AuditEntry, raw)

    found: set[ObjectId] = set()
    fields = {"status": 1, "created_at": 1}
    active = {"event_id": event_id, "status": SeatLockStatus.ACTIVE.value}
    async for raw in _find(SeatLock, active, {"_id": 1}, session):
        locks.add(raw["_id"])
    for lock_kind in (SeatLock, ArchivedSeatLock):
        async for raw in _find_by(lock_kind, "_id", locks - found, fields, session):
            found.add(raw["_id"])
            _add(tally, lock_kind, raw)

    booked_at: dict[ObjectId, datetime | None] = {}
    fields = {"status": 1, "created_at": 1, "quantities": 1}
    for booking_kind in (Booking, ArchivedBooking):
        async for raw in _find(booking_kind, {"event_id": event_id}, fields, session):
            if raw["_id"] not in booked_at:  # should one be in both places, the live one counts
                booked_at[raw["_id"]] = raw.get("created_at")
                _add(tally, booking_kind, raw)

    for money, more in ((Payment, {"amount_minor": 1, "settled_at": 1}), (Refund, REFUNDS)):
        fields = {"booking_id": 1, "status": 1, "created_at": 1, **more}
        async for raw in _find_by(money, "booking_id", locks | booked_at.keys(), fields, session):
            _add(tally, money, raw, booked_at.get(raw["booking_id"]))
    return tally, first == 1


REFUNDS = dict.fromkeys(("amount_minor", "original_minor", "reason", "type"), 1)


def _add(tally: Tally, kind: type[Any], raw: Mapping[str, Any], booked_at: datetime | None = None) -> None:
    with suppress(*UNREADABLE):  # as in Tally.add
        document: Counted = kind.from_bson(raw)
        tally.add(document, booked_at)


async def _find(
    kind: type[Any], query: dict[str, Any], fields: dict[str, int], session: AsyncClientSession, sort: Any = None
) -> AsyncIterator[dict[str, Any]]:
    cursor = kind.get_pymongo_collection().find(query, fields, session=session, sort=sort, batch_size=CHUNK)
    while chunk := await cursor.to_list(CHUNK):
        for raw in chunk:
            yield raw
        await asyncio.sleep(0)


async def _find_by(
    kind: type[Any], name: str, ids: Iterable[ObjectId], fields: dict[str, int], session: AsyncClientSession
) -> AsyncIterator[dict[str, Any]]:
    for some in _chunks(ids):
        async for raw in _find(kind, {name: {"$in": some}}, fields, session):
            yield raw


def _chunks(items: Iterable[Any]) -> Iterable[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, CHUNK)):
        yield some
