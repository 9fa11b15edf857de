"""Reading the audit log, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from beanie import PydanticObjectId
from pymongo.errors import ExecutionTimeout

from domain.documents import BY_WORDS, LISTED_BY, AuditAction, AuditEntry, Listing, Order, Window
from domain.errors import InvalidInput
from domain.text import checked_text, words_of

LONGEST_MS = 10_000
"""How long MongoDB may look for a page. Each filter has its index; two that rarely meet may mean reading much."""

MOST_WORDS = 10
"""Words that can be searched for at a time."""

NEWEST = Order(LISTED_BY)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries; all conditions hold. `since` is inclusive, `until` exclusive.

    `booking_id` takes in what happened to the booking's lock, which has the same id. Of `words`, each is the beginning
    of a word of the entry's.
    """

    correlation_id: str | None = None
    booking_id: PydanticObjectId | None = None
    event_id: PydanticObjectId | None = None
    actor_id: PydanticObjectId | None = None
    action: AuditAction | None = None
    words: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def list_entries(wanted: EntryFilter) -> Listing[AuditEntry]:
    """Entries, newest first. Reading raises InvalidInput when it takes too long."""
    equal: dict[str, Any] = {
        "correlation_id": wanted.correlation_id,
        "lock_id": wanted.booking_id,
        "event_id": wanted.event_id,
        "actor_id": wanted.actor_id,
        "action": wanted.action and wanted.action.value,
    }
    query: dict[str, Any] = {name: value for name, value in equal.items() if value is not None}
    made: dict[str, datetime] = {}
    if wanted.since is not None:
        made["$gte"] = wanted.since
    if wanted.until is not None:
        made["$lt"] = wanted.until
    if made:
        query["created_at"] = made
    if wanted.words:
        # A beginning of exactly these letters is a stretch of the index.
        query["$and"] = [{"words": {"$regex": f"^{re.escape(word)}"}} for word in wanted.words]
    field, hint = ("search", BY_WORDS) if wanted.words else ("since", None)

    async def read(window: Window) -> list[AuditEntry]:
        try:
            return window.in_order(await _find({"$and": [query, *NEWEST.within(window)]}, window, hint))
        except ExecutionTimeout:
            message = "That takes too long to find: narrow the time, or leave out a filter."
            raise InvalidInput(field, message) from None

    return Listing(read, partial(AuditEntry.count_of, query))


async def _find(query: dict[str, Any], window: Window, hint: str | None, unreadable: int = 0) -> list[AuditEntry]:
    """The window's entries that can be read; `unreadable` of those before are known not to be.

    `hint` is the index to go by: of a rare word, looking through the newest entries would never end.
    """
    most = window.limit + unreadable
    cursor = AuditEntry.get_pymongo_collection().find(query, limit=most, max_time_ms=LONGEST_MS, hint=hint)
    raws = await cursor.sort(NEWEST.sort(window)).to_list()
    found = [entry for raw in raws if (entry := read_entry(raw)) is not None]
    if len(found) >= window.limit or len(raws) < most:
        return found[: window.limit]
    return await _find(query, window, hint, len(raws) - len(found))


def search_words(search: str) -> list[str]:
    """What to look for. Raises InvalidInput for nothing, or too much."""
    words = words_of(checked_text("search", search, longest=200))
    if not words:
        raise InvalidInput("search", "Must have a letter or a digit.")
    if len(words) > MOST_WORDS:
        raise InvalidInput("search", f"Must be at most {MOST_WORDS} words.")
    return words


def read_entry(raw: dict[str, Any]) -> AuditEntry | None:
    """The entry; None when somebody has made nonsense of it: that must not hide the others. A check names it."""
    is_whole = (
        isinstance(raw.get("action"), str)
        and raw["action"] in AuditAction.__members__
        and isinstance(raw.get("created_at"), datetime)
        and isinstance(raw.get("sequence"), int)
        and isinstance(raw.get("correlation_id"), str)
        and isinstance(raw.get("is_retry"), bool)
        and isinstance(raw.get("metadata"), dict)
    )
    return AuditEntry.from_bson(raw) if is_whole else None


async def entries_by_ids(ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, AuditEntry]:
    """The entries with these ids; unknown ids are left out."""
    cursor = AuditEntry.get_pymongo_collection().find({"_id": {"$in": list(ids)}})
    return {raw["_id"]: entry async for raw in cursor if (entry := read_entry(raw)) is not None}
