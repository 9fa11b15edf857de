"""Who holds or has booked the numbered seats of an event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import SeatLock, SeatLockStatus, SeatRow
from domain.sale.instant import Instant, Reading, read_at

if TYPE_CHECKING:
    from domain.services import Services


async def seats_of_users(
    services: Services, places: Iterable[tuple[PydanticObjectId, PydanticObjectId]], instant: Instant | None = None
) -> dict[tuple[PydanticObjectId, PydanticObjectId], frozenset[str]]:
    """(user id, event id) → labels of the seats that the user holds or has booked there at that instant."""
    wanted = set(places)

    async def ask(reading: Reading) -> dict[tuple[PydanticObjectId, PydanticObjectId], frozenset[str]]:
        holds = [
            {"status": SeatLockStatus.CONSUMED.value},
            {"status": SeatLockStatus.ACTIVE.value, "expires_at": {"$gt": reading.now}},
        ]
        theirs = {
            "user_id": {"$in": list({user_id for user_id, _ in wanted})},
            "event_id": {"$in": list({event_id for _, event_id in wanted})},
            "$or": holds,
        }
        fields = {"user_id": 1, "event_id": 1, "seats": 1}
        seats: defaultdict[tuple[PydanticObjectId, PydanticObjectId], set[str]] = defaultdict(set)
        async for lock in SeatLock.get_pymongo_collection().find(
            theirs, fields, session=reading.session, hint="newest_by_user"
        ):
            seats[lock["user_id"], lock["event_id"]].update(lock["seats"])
        return {place: frozenset(seats[place]) for place in wanted}

    return await read_at(services, instant, ask)


async def holders_of_seats(
    services: Services, event_ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, dict[str, PydanticObjectId]]:
    """Event id → label → the lock, and so the booking, whose the seat is. Dead locks are among them until swept."""
    by_event: dict[PydanticObjectId, dict[str, PydanticObjectId]] = {event_id: {} for event_id in event_ids}

    async def ask(reading: Reading) -> list[SeatRow]:
        query = {"event_id": {"$in": list(by_event)}}
        raws = await SeatRow.get_pymongo_collection().find(query, session=reading.session).to_list()
        return [SeatRow.from_bson(raw) for raw in raws]

    for row in await read_at(services, instant, ask):
        by_event[row.event_id] |= {
            f"{row.label}-{number}": holder for number, holder in enumerate(row.holders, start=1) if holder is not None
        }
    return by_event
