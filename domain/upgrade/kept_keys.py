"""Idempotency keys of locks and payments, which were documents of their own before those kept them."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

AT_ONCE = 1_000

MADE_BY = (("seat_locks", "lockSeats"), ("payments", "payBooking"))
"""Collections, and by which operation their documents are made."""


async def keep_keys(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Put the keys of the last day where what they made is; those of other operations stay.

    Each is written before it is taken away, and only where none is: any number of processes may do it at once, and be
    cut off anywhere.
    """
    batch: list[dict[str, Any]] = []
    async for key in database["idempotency_keys"].find({}):
        batch.append(key)
        if len(batch) == AT_ONCE:
            await _keep(database, batch)
            batch = []
    await _keep(database, batch)


async def _keep(database: AsyncDatabase[dict[str, Any]], keys: list[dict[str, Any]]) -> None:
    of_outcome = {(key["outcome_id"], key["_id"]): key for key in keys}
    outcomes = {"_id": {"$in": [key["outcome_id"] for key in keys]}}
    fields = {"user_id": 1, "idempotency_key": 1}
    for name, operation in MADE_BY:
        kept = []
        async for made in database[name].find(outcomes, fields):
            text = operation.encode() + b"\0" + made.get("idempotency_key", "").encode()
            key_id = blake2b(made["user_id"].binary + text, digest_size=20).digest()
            if (key := of_outcome.get((made["_id"], key_id))) is not None:
                kept.append(key)
        if kept:
            await database[name].bulk_write(
                [
                    UpdateOne(
                        {"_id": key["outcome_id"], "key_id": None},
                        {"$set": {"key_id": key["_id"], "request": key["request"]}},
                    )
                    for key in kept
                ],
                ordered=False,
            )
            await database["idempotency_keys"].bulk_write([DeleteOne({"_id": key["_id"]}) for key in kept])
