"""Locking seats in one transaction: the driver repeats it as long as it collides with others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

LOCK_TTL = timedelta(seconds=300)


class Refused(Exception):
    """The lock can't be had: a code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Locked:
    lock_id: str
    expires_at: datetime


class Locks:
    """Events and the locks on them."""

    def __init__(self, mongo: AsyncMongoClient[dict[str, Any]], database: AsyncDatabase[dict[str, Any]]) -> None:
        self._mongo = mongo
        self._events = database["events"]
        self._locks = database["locks"]
        self._audit = database["audit"]
        self._keys = database["keys"]
        self._under_way: set[asyncio.Task[Locked]] = set()

    async def prepare(self) -> None:
        """Make sure of the indexes."""
        await self._locks.create_index([("event_id", 1), ("status", 1), ("expires_at", 1)])
        await self._locks.create_index([("user_id", 1), ("created_at", -1)])
        await self._audit.create_index([("event_id", 1), ("created_at", -1)])
        await self._keys.create_index("created_at", expireAfterSeconds=24 * 3600)

    async def create_event(self, seats: int) -> str:
        event = {"name": "Bench", "on_sale": True, "total": seats, "available": seats, "held": 0}
        return str((await self._events.insert_one(event)).inserted_id)

    async def lock(self, user_id: ObjectId, event_id: str, count: int, key: str) -> Locked:
        """Hold seats for the user. The same key again gives the same lock. Raises Refused."""
        trying = asyncio.create_task(self._try(user_id, ObjectId(event_id), count, key))
        self._under_way.add(trying)
        trying.add_done_callback(self._under_way.discard)
        try:
            return await trying
        except asyncio.CancelledError:
            raise Refused("UNAVAILABLE", "The server was told to stop trying.") from None

    async def stop(self) -> None:
        """Give up all that is under way, of callers who went away, too: the driver would repeat it for two minutes."""
        trying = set(self._under_way)
        for each in trying:
            each.cancel()
        await asyncio.gather(*trying, return_exceptions=True)

    async def _try(self, user_id: ObjectId, event_id: ObjectId, count: int, key: str) -> Locked:
        async def once(session: AsyncClientSession) -> Locked:
            return await self._lock(session, user_id, event_id, count, key)

        async with self._mongo.start_session() as session:
            while True:
                try:
                    return await session.with_transaction(once, write_concern=WriteConcern("majority", j=True))
                except DuplicateKeyError:
                    continue  # the same key at the same moment: the next try finds it

    async def _lock(
        self, session: AsyncClientSession, user_id: ObjectId, event_id: ObjectId, count: int, key: str
    ) -> Locked:
        key_id = f"{user_id}/{key}"
        known = await self._keys.find_one({"_id": key_id}, session=session)
        if known is not None:
            if (known["event_id"], known["count"]) != (event_id, count):
                raise Refused("IDEMPOTENCY_KEY_REUSED", "This key was used for something else.")
            return Locked(str(known["lock_id"]), known["lock_expires_at"])
        event = await self._events.find_one({"_id": event_id}, session=session)
        if event is None:
            raise Refused("NOT_FOUND", "No such event.")
        if not event["on_sale"]:
            raise Refused("SALES_CLOSED", "This event is not on sale.")
        taken = await self._events.update_one(
            {"_id": event_id, "available": {"$gte": count}},
            {"$inc": {"available": -count, "held": count}},
            session=session,
        )
        if taken.matched_count != 1:
            raise Refused("NOT_ENOUGH_SEATS", "There are not so many seats left.")
        now = datetime.now(UTC)
        expires_at = now + LOCK_TTL
        about = {"event_id": event_id, "user_id": user_id, "count": count, "created_at": now}
        lock = await self._locks.insert_one(about | {"status": "ACTIVE", "expires_at": expires_at}, session=session)
        lock_id = lock.inserted_id
        await self._audit.insert_one(about | {"action": "SEATS_LOCKED", "lock_id": lock_id}, session=session)
        remembered = about | {"_id": key_id, "lock_id": lock_id, "lock_expires_at": expires_at}
        await self._keys.insert_one(remembered, session=session)
        return Locked(str(lock_id), expires_at)
