"""Reading what a batch needs in one go, and writing what it decided in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from beanie import PydanticObjectId
from pymongo import UpdateMany, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.chain import chain_entries
from domain.documents import (
    Allocation,
    ArchivedBooking,
    AuditEntry,
    Booking,
    Event,
    IdempotencyKey,
    Payment,
    PaymentStatus,
    Refund,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    Stored,
    User,
    row_id,
)
from domain.inventory.allocation_commands import CreateAllocation, ReleaseAllocation
from domain.inventory.commands import (
    CancelBooking,
    CancelEvent,
    ChangeLock,
    Command,
    ConfirmBooking,
    EndLock,
    Expire,
    ExtendLock,
    LockSeats,
    MarkGivenBack,
    ReleaseLock,
    ResendRefund,
    SettlePayment,
    SettleRefund,
    StartPayment,
    Terms,
    UpdateEvent,
)
from domain.inventory.holdings import MEMORY
from domain.inventory.parts import Named, Part
from domain.inventory.state import Inventory
from domain.writer.observers import Recorder

DocumentT = TypeVar("DocumentT", bound=Stored)

DEAD_PER_BATCH = 50
"""How many dead locks a batch expires at most, so that the callers waiting for it don't wait for the rest."""

SWEPT_PER_BATCH = 500
"""How many of them a batch expires that is asked for nothing else."""


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


@dataclass(slots=True)
class _Needs:
    """What the rules of a batch will look at. A lock's booking has the lock's id."""

    locks: set[PydanticObjectId] = field(default_factory=set)
    money: set[PydanticObjectId] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    only_section: bool = False
    seats_of: set[PydanticObjectId] = field(default_factory=set)
    users: set[PydanticObjectId] = field(default_factory=set)
    buyers: set[PydanticObjectId] = field(default_factory=set)
    """Those who want seats, and whom limits may refuse them."""
    codes: set[str] = field(default_factory=set)
    released: set[PydanticObjectId] = field(default_factory=set)
    all_released: bool = False
    takers: set[tuple[PydanticObjectId, PydanticObjectId]] = field(default_factory=set)
    """Of allocations: each allocation and who takes seats out of it."""

    @classmethod
    def of(cls, commands: Iterable[Command[Any]]) -> _Needs:
        needs = cls()
        for command in commands:
            if command.caller is not None and not command.caller.is_known:
                needs.users.add(command.caller.user_id)
            if isinstance(command, LockSeats | ChangeLock):
                needs.buyers.add(command.caller.user_id)
            needs.sections |= command.whole_sections
            match command:
                case LockSeats():
                    needs.keys.add(command.key_id)
                    needs.add_parts(command.parts)
                    if command.allocation_id is not None:
                        needs.takers.add((command.allocation_id, command.caller.user_id))
                case ChangeLock():
                    needs.locks.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                    needs.keys.add(command.key_id)
                    needs.add_parts(command.add)
                case ExtendLock():
                    needs.locks.add(command.lock_id)
                case CreateAllocation():
                    needs.keys.add(command.key_id)
                    needs.add_parts(command.parts)
                    if command.access_code is not None:
                        needs.codes.add(command.access_code)
                case ReleaseAllocation():
                    needs.released.add(command.allocation_id)
                case CancelEvent():
                    needs.all_released = True
                case ReleaseLock():
                    needs.locks.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                case ConfirmBooking():
                    needs.locks.add(command.lock_id)
                    needs.references.add(command.reference)
                case StartPayment():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.keys.add(command.key_id)
                case SettlePayment() | CancelBooking():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
                    needs.seats_of.add(command.booking_id)
                case EndLock():
                    needs.locks.add(command.lock_id)
                    needs.money.add(command.lock_id)
                    needs.seats_of.add(command.lock_id)
                case SettleRefund() | ResendRefund() | MarkGivenBack():
                    needs.locks.add(command.booking_id)
                    needs.money.add(command.booking_id)
        return needs

    def add_parts(self, parts: Iterable[Part]) -> None:
        """The rows that a selection is made from."""
        for part in parts:
            if isinstance(part, Named):
                self.rows |= {label.rpartition("-")[0] for label in part.labels}
            elif part.section is None:
                self.only_section = True
            else:
                self.sections.add(part.section)


async def load(
    event_id: PydanticObjectId,
    commands: Sequence[Command[Any]],
    now: datetime,
    terms: Terms,
    snapshot: AsyncClientSession,
) -> Inventory | None:
    """The inventory as these commands need it, dead locks included; None when there is no such event."""
    needs = _Needs.of(commands)
    ours = {"event_id": event_id}
    ids, money = {"$in": list(needs.locks)}, {"$in": list(needs.money)}
    dead = ours | {"status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
    at_most, fields = DEAD_PER_BATCH, []
    if all(isinstance(command, Expire) for command in commands):
        kinds = {command.booked for command in commands if isinstance(command, Expire)}
        dead |= {"booked": {"$in": list(kinds)}}
        at_most, fields = SWEPT_PER_BATCH, [{"$project": SWEPT_FIELDS}]
    rows: list[dict[str, Any]] = []
    if needs.rows:
        rows.append({"_id": {"$in": [row_id(event_id, label) for label in needs.rows]}})
    if needs.sections:
        rows.append(ours | {"section": {"$in": list(needs.sections)}})
    found = await _read(
        snapshot,
        _Query(Event, {"_id": event_id}),
        _Query(SeatLock, dead, [{"$sort": {"expires_at": 1}}, {"$limit": at_most}, *fields]),
        _Query(SeatLock, ours | {"_id": ids}, unless=not needs.locks),
        _Query(Booking, ours | {"_id": ids}, unless=not needs.locks),
        _Query(Payment, ours | {"booking_id": money}, unless=not needs.money),
        _Query(Refund, ours | {"booking_id": money}, unless=not needs.money),
        _Query(IdempotencyKey, {"_id": {"$in": list(needs.keys)}}, unless=not needs.keys),
        _Query(SeatRow, {"$or": rows}, [] if needs.takers else WITHOUT_HOLDERS, unless=not rows),
        _Query(
            Allocation, ours | {"access_code": {"$in": list(needs.codes)}}, CODE, unless=not needs.codes, aside=CODES
        ),
        *(_named(kind, needs.references) for kind in (Booking, ArchivedBooking)),
        *_counted(event_id, needs.buyers, now, commands),
        _Query(User, {"_id": {"$in": list(needs.users)}}, SESSION, unless=not needs.users),
    )
    (event,), (dead_locks, locks) = found.of(Event) or (None,), found.lists(SeatLock)
    if event is None:
        return None
    inventory = Inventory(event, terms, more_due=len(dead_locks) == at_most)
    inventory.taken_references = frozenset(raw["reference"] for raw in found.aside[REFERENCES])
    inventory.taken_codes = frozenset(raw["access_code"] for raw in found.aside[CODES])
    inventory.sessions_ended = {user.id: user.sessions_ended for user in found.of(User)}
    _fill(inventory, found)
    _fill_holdings(inventory, needs.buyers, found)

    # What only the first answers tell: the bookings and seats of dead locks, the seats of the locks that commands
    # name, what repeated keys made, the rows of an event's only section, whose these locks are, who pays late for what,
    # and of allocations what they still keep and what their buyers have.
    booked = [lock.id for lock in dead_locks if lock.booked and inventory.bookings.get(lock.id) is None]
    replayed = [key.outcome_id for key in inventory.keys if inventory.payments.get(key.outcome_id) is None]
    touched = dead_locks + [lock for lock in locks if lock.id in needs.seats_of or lock.is_dead(now)]
    labels = {label.rpartition("-")[0] for lock in touched for label in lock.seats}
    if not event.allotments:
        labels -= inventory.rows.keys()
    first_rows, rows = rows, [{"_id": {"$in": [row_id(event_id, label) for label in labels]}}] if labels else []
    if needs.only_section and len(event.sections) == 1 and event.sections[0].seating is Seating.RESERVED:
        rows.append(ours)
    late = _late_buyers(inventory, commands, now)
    others = (late | _owners(inventory, commands)) - needs.buyers
    if event.allotments and any(lock.allocation_id is not None for lock in locks):
        rows += first_rows  # with their holders: some of these locks may take more out of their allocation
    released = [one.id for one in event.allotments if needs.all_released or one.id in needs.released]
    released += [one.id for one in event.allotments if not one.lasts(now) and one.id not in released]
    if released:
        rows.append(ours | {"holders": {"$in": released}})
    allocations = [*{*released, *needs.released, *replayed}]
    takers = _limited_takers(inventory, needs) if event.allotments else []
    if booked or allocations or rows or others or takers:
        found = await _read(
            snapshot,
            _Query(Booking, {"_id": {"$in": booked}}),
            # A dead one among them waits for its turn: to expire it takes its booking and rows, not read here.
            _Query(SeatLock, ours | {"_id": {"$in": replayed}, "$nor": [dead]}, unless=not replayed),
            _Query(SeatLock, {"$or": takers, "status": HAVING, "$nor": [dead]}, unless=not takers),
            _Query(Allocation, ours | {"_id": {"$in": allocations}}, unless=not allocations),
            _Query(SeatRow, {"$or": rows}, [] if event.allotments else WITHOUT_HOLDERS, unless=not rows),
            *_counted(event_id, others, now, commands),
        )
        _fill(inventory, found)
        _fill_holdings(inventory, others, found)
    return inventory


def _owners(inventory: Inventory, commands: Iterable[Command[Any]]) -> set[PydanticObjectId]:
    """Whose locks are to be changed: an ADMIN may ask for it, and their owner have the seats."""
    changed = (inventory.locks.get(command.lock_id) for command in commands if isinstance(command, ChangeLock))
    return {lock.user_id for lock in changed if lock is not None}


def _limited_takers(inventory: Inventory, needs: _Needs) -> list[dict[str, Any]]:
    """What finds the locks of those who take seats out of allocations that give each buyer only so many."""
    named = needs.money | needs.seats_of
    again = {(lock.allocation_id, lock.user_id) for lock in inventory.locks if lock.id in named}
    limited = {one.id for one in inventory.event.allotments if one.max_seats_per_buyer is not None}
    takers = {taker for taker in {*needs.takers, *again} if taker[0] in limited}
    return [{"allocation_id": allocation_id, "user_id": user_id} for allocation_id, user_id in takers]


def _late_buyers(inventory: Inventory, commands: Sequence[Command[Any]], now: datetime) -> set[PydanticObjectId]:
    """Whose payments have succeeded too late, so that they want their seats again."""
    paid = {
        command.booking_id
        for command in commands
        if isinstance(command, SettlePayment) and command.status is PaymentStatus.SUCCEEDED
    }
    locks = [lock for lock in inventory.locks if lock.id in paid]
    return {lock.user_id for lock in locks if lock.status is SeatLockStatus.EXPIRED or lock.is_dead(now)}


def _fill(inventory: Inventory, found: _Found) -> None:
    for kind, shelf in inventory.shelves.items():
        shelf.load(found.of(kind))
    inventory.add_rows(found.of(SeatRow))


def _fill_holdings(inventory: Inventory, buyers: Iterable[PydanticObjectId], found: _Found) -> None:
    inventory.holdings.load(buyers)
    for raw in found.aside[HOLDINGS]:
        count = inventory.holdings.count_read(raw["_id"])
        count.held += raw.get("held", 0)
        count.booked += raw.get("booked", 0)
        count.lapses += raw.get("lapses", ())


SWEPT_FIELDS = dict.fromkeys(
    (
        "event_id",
        "quantities",
        "seats",
        "status",
        "expires_at",
        "booked",
        "allocation_id",
        "correlation_id",
        "created_at",
    ),
    1,
)
"""What expiring a lock takes. Reading the rest, of thousands at once, would be half the work."""

SESSION = [{"$project": {"role": 1, "sessions_ended": 1}}]
"""What there is to know of who asks."""

REFERENCES, HOLDINGS, CODES = "references", "holdings", "codes"
"""What is only looked at: taken references of bookings, what buyers have, and taken access codes."""

WITHOUT_HOLDERS = [{"$project": {"holders": 0}}]
"""Rules read who holds a seat only of allocations: locks and bookings know their seats."""

HAVING = {"$in": [SeatLockStatus.ACTIVE.value, SeatLockStatus.CONSUMED.value]}
"""Locks that have seats."""

CODE = [{"$project": {"access_code": 1}}]


@dataclass(frozen=True, slots=True)
class _Query:
    """Documents of one collection: a filter, and stages after it. The `unless` ones are not asked for.

    What is only looked at stays `aside`, under that name, and is no document of the inventory.
    """

    kind: type[Stored]
    matching: dict[str, Any]
    stages: list[dict[str, Any]] = field(default_factory=list)
    unless: bool = False
    aside: str = ""

    def pipeline(self, tag: int) -> list[dict[str, Any]]:
        return [{"$match": self.matching}, *self.stages, {"$set": {"_query": tag}}]


def _named(kind: type[Stored], references: set[str]) -> _Query:
    """The bookings that have these references."""
    matching = {"reference": {"$in": list(references)}}
    return _Query(kind, matching, [{"$project": {"reference": 1}}], unless=not references, aside=REFERENCES)


def _counted(
    event_id: PydanticObjectId, buyers: set[PydanticObjectId], now: datetime, commands: Sequence[Command[Any]]
) -> list[_Query]:
    """What each of these buyers has of the event, by the index `counted_by_buyer`, added up where it is.

    What was released, or lapsed long ago, is not looked at. What is booked counts only where the event has a limit, or
    gets one in this batch. So the limits bound what there is to read, however often a buyer has come before.
    """
    of_buyers = {"event_id": event_id, "user_id": {"$in": list(buyers)}}
    unpaid = {"status": {"$in": [SeatLockStatus.ACTIVE.value, SeatLockStatus.EXPIRED.value]}}
    since = {"expires_at": {"$gt": now - MEMORY}}
    seats = {"$sum": {"$map": {"input": {"$objectToArray": "$quantities"}, "in": "$$this.v"}}}
    is_held = {"$and": [{"$eq": ["$status", SeatLockStatus.ACTIVE.value]}, {"$gt": ["$expires_at", now]}]}
    held = {
        "_id": "$user_id",
        "held": {"$sum": {"$cond": [is_held, seats, 0]}},
        "lapses": {"$push": {"$cond": [is_held, "$$REMOVE", "$expires_at"]}},
    }
    of_event: dict[str, Any] = {"_id": event_id}
    if not any(isinstance(command, UpdateEvent) for command in commands):
        of_event |= {"max_seats_per_buyer": {"$type": "number"}}
    booked = [
        {"$match": of_buyers | {"status": SeatLockStatus.CONSUMED.value}},
        {"$group": {"_id": "$user_id", "booked": {"$sum": seats}}},
    ]
    looked_up: list[dict[str, Any]] = [
        {"$lookup": {"from": SeatLock.get_collection_name(), "pipeline": booked, "as": "count"}},
        {"$unwind": "$count"},
        {"$replaceRoot": {"newRoot": "$count"}},
    ]
    return [
        _Query(SeatLock, of_buyers | unpaid | since, [{"$group": held}], unless=not buyers, aside=HOLDINGS),
        _Query(Event, of_event, looked_up, unless=not buyers, aside=HOLDINGS),
    ]


class _Found:
    """The answers to several queries; `aside` is what is only looked at, by what it is."""

    def __init__(self, queries: Sequence[_Query]) -> None:
        self._queries = queries
        self._lists: list[tuple[type[Stored], list[Any]]] = [(query.kind, []) for query in queries]
        self.aside: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, raw: dict[str, Any]) -> None:
        tag = raw.pop("_query")
        if aside := self._queries[tag].aside:
            self.aside[aside].append(raw)
            return
        kind, documents = self._lists[tag]
        documents.append(kind.from_bson(raw))

    def lists(self, kind: type[DocumentT]) -> list[list[DocumentT]]:
        """One list for each query of this collection."""
        answers = zip(self._queries, self._lists, strict=True)
        return [documents for query, (of, documents) in answers if of is kind and not query.aside]

    def of(self, kind: type[DocumentT]) -> list[DocumentT]:
        """All documents of this collection."""
        return [document for documents in self.lists(kind) for document in documents]


async def _read(snapshot: AsyncClientSession, first: _Query, *others: _Query) -> _Found:
    """Ask everything in one round trip: each costs as much as deciding a dozen commands."""
    queries = (first, *others)
    pipeline = first.pipeline(0)
    for tag, query in enumerate(others, start=1):
        if not query.unless:
            union = {"coll": query.kind.get_collection_name(), "pipeline": query.pipeline(tag)}
            pipeline.append({"$unionWith": union})
    found = _Found(queries)
    async for raw in await first.kind.get_pymongo_collection().aggregate(pipeline, session=snapshot):
        found.add(raw)
    return found


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
