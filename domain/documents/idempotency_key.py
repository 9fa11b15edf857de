from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from beanie import PydanticObjectId
from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored

ONE_PER_KEY = IndexModel(
    [("key_id", ASCENDING)], name="one_per_key", unique=True, partialFilterExpression={"key_id": {"$type": "binData"}}
)
"""Of what keeps the key of the request that made it: no two are made by one request, whichever event they are of."""


class Remembered(NamedTuple):
    """A request that carried a key, as a digest of what was asked, and what it made."""

    request: bytes
    outcome_id: PydanticObjectId


class IdempotencyKey(Stored):
    """The first outcome of a request that carried a key: which lock, payment, event or allocation it was.

    A request that made a lock or a payment is kept with that, as `key_id` and `request`: one document less. This is for
    all others. What is kept so counts as long as this would, from when it was made.

    The id is derived from (user, operation, key), so the primary key decides races; `request` is a digest of what
    was asked. Past `expires_at` it counts for nothing; MongoDB deletes it some time later (it holds no seats).
    """

    id: bytes  # type: ignore[assignment]
    request: bytes
    outcome_id: PydanticObjectId
    expires_at: datetime

    class Settings:
        name = "idempotency_keys"
        indexes = [IndexModel([("expires_at", ASCENDING)], name="forget", expireAfterSeconds=0)]


def key_id(user_id: ObjectId, operation: str, key: str) -> bytes:
    """The id of the record for this user's key; operations do not share keys."""
    return blake2b(user_id.binary + operation.encode() + b"\0" + key.encode(), digest_size=20).digest()


def request_digest(*parts: object) -> bytes:
    """A digest of what was asked: equal for equal requests."""
    return blake2b(repr(parts).encode(), digest_size=16).digest()
