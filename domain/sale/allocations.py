"""Seats that the house keeps back: making allocations, releasing them, reading them, finding them by their codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId

from domain.documents import Allocation, Allotment, Event, SeatLock, SeatLockStatus, key_id, new_id, request_digest
from domain.errors import InvalidInput, NotFound
from domain.faults import Faults
from domain.inventory.allocation_commands import (
    AllocationMade,
    AllocationReleased,
    CreateAllocation,
    ReleaseAllocation,
)
from domain.inventory.parts import Part, checked_list
from domain.process.budgets import Budget, Budgets
from domain.sale.instant import Instant, Reading, read_at
from domain.sale.lapses import give_back_dead
from domain.text import checked_key, checked_text

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

MAX_SEATS = 10_000
"""Of one allocation."""

CODE_SHORTEST, CODE_LONGEST = 8, 128


# ---------------------------------------------------------------- making and releasing


async def create_allocation(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    name: str,
    selection: Sequence[Part],
    access_code: str | None = None,
    opens_at: datetime | None = None,
    releases_at: datetime | None = None,
    max_seats_per_buyer: int | None = None,
    idempotency_key: str,
    faults: Faults | None = None,
) -> AllocationMade:
    """Keep back all of the `selection`. With an `access_code` buyers take seats out of it from `opens_at` on.

    `faults` are those that the input was found to have already. Raises InvalidInput, NotFound, EventCancelled,
    NotEnoughSeats, SeatsUnavailable, IdempotencyKeyReused.
    """
    faults = Faults() if faults is None else faults
    asked = tuple(part.asked for part in selection)
    request = request_digest(
        event_id, name, asked, access_code, opens_at, releases_at, max_seats_per_buyer, "allocation"
    )
    with faults:
        name = checked_text("name", name, longest=200)
    parts: list[Part] = []
    with faults:
        if sum(part.seats for part in selection) > MAX_SEATS:
            raise InvalidInput("selection", f"An allocation has at most {MAX_SEATS:,} seats.")
        parts = checked_list("selection", selection, MAX_SEATS)
    if access_code is not None:
        with faults:
            access_code = _checked_code(access_code)
    else:
        for field, value in (("opensAt", opens_at), ("maxSeatsPerBuyer", max_seats_per_buyer)):
            if value is not None:
                faults.add(field, "Only with an `accessCode`: without one nobody takes seats out of it.")
    with faults:
        key = checked_key(idempotency_key)
    faults.refuse()
    return await services.writer.execute(
        CreateAllocation(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            allocation_id=new_id(),
            key_id=key_id(caller.user_id, "createAllocation", key),
            key=key,
            request=request,
            name=name,
            parts=tuple(parts),
            access_code=access_code,
            opens_at=opens_at,
            releases_at=releases_at,
            max_seats_per_buyer=max_seats_per_buyer,
        )
    )


async def release_allocation(
    services: Services, caller: Caller, *, allocation_id: PydanticObjectId
) -> AllocationReleased:
    """Make what the allocation still keeps available. Raises NotFound."""
    raw = await Allocation.get_pymongo_collection().find_one({"_id": allocation_id}, {"event_id": 1})
    if raw is None:
        raise NotFound("No such allocation.")
    return await services.writer.execute(
        ReleaseAllocation(
            event_id=raw["event_id"],
            caller=caller,
            correlation_id=caller.correlation_id,
            allocation_id=allocation_id,
        )
    )


# ---------------------------------------------------------------- access codes


async def allocation_of_code(
    budgets: Budgets, caller: Caller, *, event_id: PydanticObjectId, access_code: str, address: str | None
) -> PydanticObjectId:
    """The allocation that the code opens, released or not. Wrong ones are counted, by user and by `address`.

    Raises InvalidInput for a wrong one, without a word on whether there are others; NotFound, OverBudget.
    """
    await budgets.check(Budget.ACCESS_CODE, user_id=caller.user_id, address=address)
    try:
        found = await _find(event_id, _checked_code(access_code))
    except InvalidInput:
        await budgets.spend(Budget.ACCESS_CODE, user_id=caller.user_id, address=address)
        raise
    # Once more: of guesses that come all at once, none was counted when each was looked at first.
    await budgets.check(Budget.ACCESS_CODE, user_id=caller.user_id)
    return found


async def _find(event_id: PydanticObjectId, access_code: str) -> PydanticObjectId:
    query = {"event_id": event_id, "access_code": {"$gt": ""}}
    raws = await Allocation.get_pymongo_collection().find(query, {"access_code": 1}).to_list()
    wanted, found = _digest(access_code), None
    for raw in raws:
        # All of them, each in the same time: how long it takes tells nothing about any.
        if compare_digest(_digest(raw["access_code"]), wanted):
            found = raw["_id"]
    if found is not None:
        return PydanticObjectId(found)
    if await Event.get_pymongo_collection().find_one({"_id": event_id}, {"_id": 1}) is None:
        raise NotFound("No such event.")
    raise InvalidInput("accessCode", "This is not an access code of this event.")


def _digest(access_code: str) -> bytes:
    return blake2b(access_code.encode()).digest()


def _checked_code(access_code: str) -> str:
    """The code as it is stored, whichever way it was typed. Raises InvalidInput."""
    code = checked_text("accessCode", access_code, longest=CODE_LONGEST)
    if len(code) < CODE_SHORTEST:
        raise InvalidInput("accessCode", f"Must be at least {CODE_SHORTEST} characters long.")
    return code


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class AllocationNow:
    """An allocation as it is at an instant: `taken` are the seats that its buyers hold or have booked.

    From `released_at` on it is over, and `taken` stays what it was then.
    """

    document: Allocation
    taken: int
    released_at: datetime | None


async def allocations_of(
    services: Services, event_ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, list[AllocationNow]]:
    """Event id → its allocations, the oldest first, as they are at that instant."""
    by_event: dict[PydanticObjectId, list[AllocationNow]] = {event_id: [] for event_id in event_ids}
    query = {"event_id": {"$in": list(by_event)}}
    for allocation in await _as_of(services, query, instant):
        by_event[allocation.document.event_id].append(allocation)
    return by_event


async def allocations_by_ids(
    services: Services, ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, AllocationNow]:
    """The allocations with these ids, as they are at that instant; unknown ids are left out."""
    found = await _as_of(services, {"_id": {"$in": list(ids)}}, instant)
    return {allocation.document.id: allocation for allocation in found}


async def _as_of(services: Services, query: dict[str, Any], instant: Instant | None) -> list[AllocationNow]:
    async def ask(reading: Reading) -> list[AllocationNow]:
        cursor = Allocation.get_pymongo_collection().find(query, session=reading.session)
        raws = await cursor.sort([("event_id", 1), ("created_at", 1), ("_id", 1)]).to_list()
        allocations = [Allocation.from_bson(raw) for raw in raws]
        ids = list({allocation.event_id for allocation in allocations})
        cursor = Event.get_pymongo_collection().find({"_id": {"$in": ids}}, session=reading.session)
        events = [Event.from_bson(raw) for raw in await cursor.to_list()]
        over = [one for event in events for one in event.allotments if not one.lasts(reading.now)]
        left = Counter({one.id: one.left for one in over})
        for allotment in over:
            left[allotment.id] += await _returned(allotment, reading)
        await give_back_dead(events, reading.now, reading.session)
        left.update({one.id: one.left for event in events for one in event.allotments})
        return [_now(allocation, left, reading.now) for allocation in allocations]

    return await read_at(services, instant, ask)


async def _returned(allotment: Allotment, reading: Reading) -> int:
    """Seats of locks that died, unswept, before the allocation was over: it had them back."""
    dead = {
        "allocation_id": allotment.id,
        "status": SeatLockStatus.ACTIVE.value,
        "expires_at": {"$lt": allotment.releases_at},
    }
    locks = SeatLock.get_pymongo_collection().find(dead, {"quantities": 1}, session=reading.session)
    return sum([sum(lock["quantities"].values()) async for lock in locks])


def _now(allocation: Allocation, left: Counter[PydanticObjectId], now: datetime) -> AllocationNow:
    if allocation.released_at is not None:
        return AllocationNow(allocation, allocation.taken or 0, allocation.released_at)
    releases_at = allocation.releases_at
    is_over = releases_at is not None and releases_at <= now
    return AllocationNow(allocation, allocation.quantity - left[allocation.id], releases_at if is_over else None)
