"""Users who registered before addresses were verified."""

from __future__ import annotations

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase


async def take_as_verified(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Their addresses are taken as verified: they had letters so far, and nobody is to miss one who waits for it.

    Whoever registers from then on has the field. Any number of processes may do it at once, and be cut off anywhere.
    """
    await database["users"].update_many({"email_verified": {"$exists": False}}, {"$set": {"email_verified": True}})
