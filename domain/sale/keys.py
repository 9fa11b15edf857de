"""Idempotency keys of requests that no inventory's writer decides: the primary key decides who was first."""

from __future__ import annotations

from datetime import datetime

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.clock import Clock
from domain.documents import IdempotencyKey
from domain.errors import IdempotencyKeyReused


async def outcome_of(
    clock: Clock, key_id: bytes, request: bytes, session: AsyncClientSession | None = None
) -> PydanticObjectId | None:
    """What this request made when it came first, with this key; None when it did not. Raises IdempotencyKeyReused.

    With the session of a transaction that `remember` made fail, the answer is never None for want of news.
    """
    raw = await IdempotencyKey.get_pymongo_collection().find_one({"_id": key_id}, session=session)
    if raw is None or raw["expires_at"] <= clock():
        return None
    if raw["request"] != request:
        raise IdempotencyKeyReused("This idempotency key was used for another request.")
    return PydanticObjectId(raw["outcome_id"])


async def remember(key: IdempotencyKey, now: datetime, session: AsyncClientSession) -> None:
    """Keep the key in the transaction that makes its outcome.

    Raises DuplicateKeyError when somebody else used it meanwhile. One whose time is up counts for nothing.
    """
    forgotten = {"_id": key.id, "expires_at": {"$lte": now}}
    await IdempotencyKey.get_pymongo_collection().replace_one(forgotten, key.to_bson(), upsert=True, session=session)
