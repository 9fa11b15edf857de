"""Single questions about what is not loaded: what there is of it is only looked at.

`load.py` asks them in the snapshot that a batch is decided on, `presumed.py` in the transaction that writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from beanie import PydanticObjectId

from domain.documents import (
    STANDING_FIELDS,
    Event,
    Remembered,
    SeatLock,
    SeatLockStatus,
    Standing,
    Stored,
    User,
)
from domain.inventory.commands import Command
from domain.inventory.event_commands import UpdateEvent
from domain.inventory.holdings import MEMORY
from domain.inventory.state import Inventory
from domain.writer.query import Query

REFERENCES, HOLDINGS, CODES, UNSWEPT, KEYS = "references", "holdings", "codes", "unswept", "keys"
STANDINGS, EVENT, DUE = "standings", "event", "due"
"""What is only looked at: taken references of bookings, what buyers have, taken access codes, locks that died before
their allocation was released, what keys that locks and payments keep have made, of whichever event, who still is
somebody, the event as it is stored, and when its next lock falls due."""


def kept(kind: type[Stored], keys: set[bytes]) -> Query:
    """What these keys have made, by the index `one_per_key`."""
    matching = {"key_id": {"$in": list(keys), "$type": "binData"}}
    fields = {"key_id": 1, "request": 1, "created_at": 1}
    return Query(kind, matching, fields=fields, unless=not keys, aside=KEYS)


def fill_keys(inventory: Inventory, raws: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """What locks and payments keep of the requests that made them, each as it is stored."""
    for raw in raws:
        # One without a request was edited by hand, and tells nothing of a repeat.
        is_over = "request" not in raw or raw["created_at"] + inventory.terms.key_ttl <= now
        inventory.load_key(raw["key_id"], Remembered(raw.get("request", b""), raw["_id"]), is_over=is_over)


def standing(users: set[PydanticObjectId]) -> Query:
    """What there is to know of who asks."""
    return Query(User, {"_id": {"$in": list(users)}}, fields=STANDING_FIELDS, unless=not users, aside=STANDINGS)


def standings_in(raws: Iterable[Mapping[str, Any]]) -> dict[PydanticObjectId, Standing]:
    """Who is whom, by what was asked."""
    return {raw["_id"]: Standing.from_bson(raw) for raw in raws}


def named(kind: type[Stored], references: set[str]) -> Query:
    """The bookings that have these references."""
    matching = {"reference": {"$in": list(references)}}
    return Query(kind, matching, fields={"reference": 1}, unless=not references, aside=REFERENCES)


def counted(
    event_id: PydanticObjectId, buyers: set[PydanticObjectId], now: datetime, commands: Sequence[Command[Any]]
) -> list[Query]:
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
        "lasts_until": {"$min": {"$cond": [is_held, "$expires_at", None]}},
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
        Query(SeatLock, of_buyers | unpaid | since, [{"$group": held}], unless=not buyers, aside=HOLDINGS),
        Query(Event, of_event, looked_up, unless=not buyers, aside=HOLDINGS),
    ]


def anything_of(event: Event, buyers: set[PydanticObjectId], now: datetime) -> Query:
    """What any of these buyers has of the event that `counted` would count, by the same index."""
    of_buyers = {"event_id": event.id, "user_id": {"$in": list(buyers)}}
    unpaid = {"status": {"$in": [SeatLockStatus.ACTIVE.value, SeatLockStatus.EXPIRED.value]}}
    having: dict[str, Any] = unpaid | {"expires_at": {"$gt": now - MEMORY}}
    if event.max_seats_per_buyer is not None:
        having = {"$or": [having, {"status": SeatLockStatus.CONSUMED.value}]}
    return Query(SeatLock, of_buyers | having, fields={"_id": 1}, unless=not buyers, aside=HOLDINGS)
