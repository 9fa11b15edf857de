"""Reading what a batch needs in one go, as far as it is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    Allocation,
    ArchivedBooking,
    Booking,
    BookingStatus,
    Event,
    IdempotencyKey,
    Payment,
    PaymentStatus,
    Refund,
    Seating,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    row_id,
)
from domain.inventory.commands import ChangeLock, Command, Expire
from domain.inventory.payment_commands import SettlePayment
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.writer.memory import Known, Left
from domain.writer.needs import Needs
from domain.writer.query import Found, Query, read
from domain.writer.questions import (
    CODES,
    DUE,
    EVENT,
    HOLDINGS,
    KEYS,
    REFERENCES,
    STANDINGS,
    UNSWEPT,
    counted,
    fill_keys,
    kept,
    named,
    standing,
    standings_in,
)
from domain.writer.stored_event import as_stored, looked_at

DEAD_PER_BATCH = 2
"""How many dead locks a batch expires at most, or as many as it has commands: its callers don't wait for the rest, and
locks are expired as fast as they are made, even if nobody sweeps."""


WANTED_PER_BATCH = 50
"""How many of them a batch expires that has a command whose rule wants their seats."""


SWEPT_FIELDS = dict.fromkeys(
    (
        "event_id",
        "user_id",
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


BY_DEADLINE: dict[str, Any] = {"$sort": {"expires_at": 1}}

WITHOUT_HOLDERS = {"holders": 0}
"""Rules read who holds a seat only of allocations: locks and bookings know their seats."""


HAVING = {"$in": [SeatLockStatus.ACTIVE.value, SeatLockStatus.CONSUMED.value]}
"""Locks that have seats."""


NEVER = datetime.max.replace(tzinfo=UTC)
"""When something falls due if nothing does."""


class Stale(Exception):
    """The event is not as it is remembered: read it again."""


async def load(
    event_id: PydanticObjectId,
    commands: Sequence[Command[Any]],
    now: datetime,
    terms: Terms,
    snapshot: AsyncClientSession,
    left: Left | None = None,
) -> Inventory | None:
    """The inventory as these commands need it, dead locks included; None when there is no such event.

    What was `left` is not read again if the event is still as it was then. Raises Stale when it is not.
    """
    needs = Needs.of(commands)
    ours = {"event_id": event_id}
    ids, money = {"$in": list(needs.locks)}, {"$in": list(needs.money)}
    active: dict[str, Any] = ours | {"status": SeatLockStatus.ACTIVE.value}
    dead = active | {"expires_at": {"$lte": now}}
    at_most, fields = max(DEAD_PER_BATCH, len(commands)), dict[str, int]()
    if any(command.wants_dead for command in commands):
        at_most = max(at_most, WANTED_PER_BATCH)
    is_sweep = all(isinstance(command, Expire) for command in commands)
    if is_sweep:
        sweeps = [command for command in commands if isinstance(command, Expire)]
        dead |= {"booked": {"$in": list({command.booked for command in sweeps})}}
        at_most, fields = max(command.at_most for command in sweeps), SWEPT_FIELDS
    # Where there are allocations, rules look at who holds a seat, which is not remembered.
    known = Known(left, now, with_rows=left is not None and not left.event.allotments)
    # A sweep has been told of dead locks, and looks for itself.
    nothing_is_due = known.nothing_is_due() and not is_sweep
    rows: list[dict[str, Any]] = []
    if labels := known.rows(needs.rows):
        rows.append(ours | {"_id": {"$in": [row_id(event_id, label) for label in labels]}})
    if sections := known.sections(needs.sections):
        rows.append(ours | {"section": {"$in": list(sections)}})
    buyers = known.buyers(needs.buyers)
    found = await read(
        snapshot,
        _event(event_id, left),
        Query(SeatLock, dead, [BY_DEADLINE, {"$limit": at_most}], fields, unless=nothing_is_due),
        Query(
            SeatLock,
            active | {"expires_at": {"$gt": now}},
            [BY_DEADLINE, {"$limit": 1}],
            {"expires_at": 1},
            unless=is_sweep or nothing_is_due,
            aside=DUE,
        ),
        Query(SeatLock, ours | {"_id": ids}, unless=not needs.locks),
        Query(Booking, ours | {"_id": ids}, unless=not needs.locks),
        Query(Payment, ours | {"booking_id": money}, unless=not needs.money),
        Query(Refund, ours | {"booking_id": money}, unless=not needs.money),
        Query(IdempotencyKey, {"_id": {"$in": list(needs.keys)}}, unless=not needs.keys),
        Query(SeatRow, {"$or": rows}, fields={} if needs.takers else WITHOUT_HOLDERS, unless=not rows),
        Query(
            Allocation,
            ours | {"access_code": {"$in": list(needs.codes)}},
            fields={"access_code": 1},
            unless=not needs.codes,
            aside=CODES,
        ),
        kept(SeatLock, needs.lock_keys),
        kept(Payment, needs.payment_keys),
        *(named(kind, needs.references) for kind in (Booking, ArchivedBooking)),
        *counted(event_id, buyers, now, commands),
        standing(needs.users),
    )
    if not found.aside[EVENT]:
        if left is not None:
            raise Stale
        return None
    (raw,), (dead_locks, locks) = found.aside[EVENT], found.lists(SeatLock)
    event = Event.from_bson(raw) if left is None else left.event_to_change()
    inventory = Inventory(event, terms, more_due=len(dead_locks) == at_most)
    inventory.stored = looked_at(raw) if left is None else left.stored
    if left is not None and nothing_is_due:
        inventory.due = left.due
    else:
        # Of what a sweep does not ask for there may be more.
        inventory.due = now if is_sweep else next((each["expires_at"] for each in found.aside[DUE]), NEVER)
    inventory.taken_references = frozenset(raw["reference"] for raw in found.aside[REFERENCES])
    inventory.taken_codes = frozenset(raw["access_code"] for raw in found.aside[CODES])
    inventory.standings = standings_in(found.aside[STANDINGS])
    inventory.add_rows(known.recalled_rows())
    _fill(inventory, found)
    fill_keys(inventory, found.aside[KEYS], now)
    _fill_holdings(inventory, buyers, found)
    # Where there is no booking there is nothing to pay.
    unbooked = {lock.id for lock in locks if inventory.bookings.get(lock.id) is None}
    inventory.whole = frozenset(needs.money | unbooked)

    # What only the first answers tell: the bookings and seats of dead locks, the seats of the locks that commands
    # name, what repeated keys made, the rows of an event's only section, whose these locks are, who pays late for what,
    # and of allocations what they still keep and what their buyers have.
    booked = [lock.id for lock in dead_locks if lock.booked and inventory.bookings.get(lock.id) is None]
    replayed = [one for one in inventory.remembered_outcomes() if inventory.payments.get(one) is None]
    touched = dead_locks + [lock for lock in locks if lock.id in needs.seats_of or lock.is_dead(now)]
    labels = {label.rpartition("-")[0] for lock in touched for label in lock.seats}
    if not event.allotments:
        labels = known.rows(labels - inventory.rows.keys())
    of_labels = {"_id": {"$in": [row_id(event_id, label) for label in labels]}}
    first_rows, rows = rows, [ours | of_labels] if labels else []
    if (only := only_section(event, needs)) and known.sections(only):
        rows.append(ours)
    late = _late_buyers(inventory, commands, now)
    others = known.buyers((late | _owners(inventory, commands)) - needs.buyers)
    if event.allotments and any(lock.allocation_id is not None for lock in locks):
        rows += first_rows  # with their holders: some of these locks may take more out of their allocation
    released = [one.id for one in event.allotments if needs.all_released or one.id in needs.released]
    released += [one.id for one in event.allotments if not one.lasts(now) and one.id not in released]
    if released:
        rows.append(ours | {"holders": {"$in": released}})
    allocations = [*{*released, *needs.released, *replayed}]
    takers = _limited_takers(inventory, needs) if event.allotments else []
    inventory.add_rows(known.recalled_rows())
    known.buyers(lock.user_id for lock in (*dead_locks, *locks))  # of whom it is known is to be known afterwards
    inventory.holdings.recall(known.counts)
    if booked or allocations or rows or others or takers:
        found = await read(
            snapshot,
            Query(Booking, ours | {"_id": {"$in": booked}}),
            # A dead one among them waits for its turn: to expire it takes its booking and rows, not read here.
            Query(SeatLock, ours | {"_id": {"$in": replayed}, "$nor": [dead]}, unless=not replayed),
            Query(SeatLock, {"$or": takers, "status": HAVING, "$nor": [dead]}, unless=not takers),
            Query(Allocation, ours | {"_id": {"$in": allocations}}, unless=not allocations),
            _unswept(event_id, released, now),
            Query(SeatRow, {"$or": rows}, fields={} if event.allotments else WITHOUT_HOLDERS, unless=not rows),
            *counted(event_id, others, now, commands),
        )
        _fill(inventory, found)
        _fill_holdings(inventory, others, found)
        _fill_unswept(inventory, found)
    return inventory


def only_section(event: Event, needs: Needs) -> list[str]:
    """The event's only section, where a command asks for seats there without naming it, and these are numbered."""
    sections = event.sections
    is_asked = needs.only_section and len(sections) == 1 and sections[0].seating is Seating.RESERVED
    return [sections[0].name] if is_asked else []


def _event(event_id: PydanticObjectId, left: Left | None) -> Query:
    """The event or, if it is known, whether it still is so."""
    if left is None:
        return Query(Event, {"_id": event_id}, aside=EVENT)
    return Query(Event, as_stored(event_id, left.stored), fields={"_id": 1}, aside=EVENT)


def _unswept(event_id: PydanticObjectId, released: Sequence[PydanticObjectId], now: datetime) -> Query:
    """Dead locks out of these allocations of the event."""
    dead = {"event_id": event_id, "status": SeatLockStatus.ACTIVE.value, "expires_at": {"$lte": now}}
    fields = {"allocation_id": 1, "quantities": 1, "expires_at": 1}
    return Query(
        SeatLock, {"allocation_id": {"$in": released}} | dead, fields=fields, unless=not released, aside=UNSWEPT
    )


def _fill_unswept(inventory: Inventory, found: Found) -> None:
    for raw in found.aside[UNSWEPT]:
        allotment = inventory.event.allotment(raw["allocation_id"])
        is_swept = inventory.locks.get(raw["_id"]) is not None  # by this batch
        if allotment is not None and not is_swept and allotment.lasts(raw["expires_at"]):
            inventory.unswept[allotment.id] += sum(raw["quantities"].values())


def _owners(inventory: Inventory, commands: Iterable[Command[Any]]) -> set[PydanticObjectId]:
    """Whose locks are to be changed: an ADMIN may ask for it, and their owner have the seats."""
    changed = (inventory.locks.get(command.lock_id) for command in commands if isinstance(command, ChangeLock))
    return {lock.user_id for lock in changed if lock is not None}


def _limited_takers(inventory: Inventory, needs: Needs) -> list[dict[str, Any]]:
    """What finds the locks of those who take seats out of allocations that give each buyer only so many."""
    named = needs.money | needs.seats_of
    again = {(lock.allocation_id, lock.user_id) for lock in inventory.locks if lock.id in named}
    limited = {one.id for one in inventory.event.allotments if one.max_seats_per_buyer is not None}
    takers = {taker for taker in {*needs.takers, *again} if taker[0] in limited}
    of_event = {"event_id": inventory.event.id}
    return [of_event | {"allocation_id": allocation_id, "user_id": user_id} for allocation_id, user_id in takers]


def _late_buyers(inventory: Inventory, commands: Sequence[Command[Any]], now: datetime) -> set[PydanticObjectId]:
    """Whose payments have succeeded too late, so that they want their seats again."""
    paid = {
        command.booking_id
        for command in commands
        if isinstance(command, SettlePayment) and command.status is PaymentStatus.SUCCEEDED
    }
    # As the rule asks it: the booking decides, whatever somebody has made of its lock by hand.
    ended = (BookingStatus.EXPIRED, BookingStatus.FAILED)
    late = {booking.user_id for booking in inventory.bookings if booking.id in paid and booking.status in ended}
    return late | {lock.user_id for lock in inventory.locks if lock.id in paid and lock.is_dead(now)}


def _fill(inventory: Inventory, found: Found) -> None:
    for kind, shelf in inventory.shelves.items():
        shelf.load(found.of(kind))
    inventory.add_rows(found.of(SeatRow))


def _fill_holdings(inventory: Inventory, buyers: Iterable[PydanticObjectId], found: Found) -> None:
    inventory.holdings.load(buyers)
    for raw in found.aside[HOLDINGS]:
        count = inventory.holdings.count_read(raw["_id"])
        count.held += raw.get("held", 0)
        count.booked += raw.get("booked", 0)
        count.lapses += raw.get("lapses", ())
        count.lasts_until = raw.get("lasts_until") or count.lasts_until
