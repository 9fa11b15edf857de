"""What was last found wrong, kept for who asks later: graphs and alerts."""

from __future__ import annotations

from typing import Literal

from domain.clock import Clock
from domain.documents import LastLook


async def note_look(clock: Clock, by: Literal["recover", "check"], drift: int) -> None:
    """All inventories were looked at just now, and so many fields were wrong, whatever was repaired since."""
    found = {"drift": drift, "at": clock()}
    await LastLook.get_pymongo_collection().update_one({"_id": by}, {"$set": found}, upsert=True)
