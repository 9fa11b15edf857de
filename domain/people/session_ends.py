"""How sessions end: one of them, or all of a user's.

A session that has ended is refused at once, whatever access tokens it gave. The user's document names it for as long as
they would last, and whoever lets a user do something reads that document anyway. See docs/decisions/0016-sessions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from beanie import PydanticObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.journal import Journal, Work
from domain.documents import AuditAction, AuditEntry, Session, User, new_id

if TYPE_CHECKING:
    from domain.services import Services

Update: TypeAlias = dict[str, Any] | list[dict[str, Any]]

MOST_NAMED = 100
"""How many sessions that have ended a user's document names at a time. One more, and all end."""


class Ended(StrEnum):
    """Why a session has ended, as the audit log says it."""

    LOGOUT = "logout"
    EVERYWHERE = "everywhere"
    REUSE = "reuse"
    TOO_MANY = "tooMany"


def ending_all(**fields: object) -> dict[str, Any]:
    """The change of a user's document that ends all their sessions, and sets these fields."""
    return {"$inc": {"sessions_ended": 1}, "$set": {"ended_sessions": [], **fields}}


async def forget_sessions(user_id: PydanticObjectId, session: AsyncClientSession) -> None:
    """Delete what is stored of the user's sessions, once they have ended."""
    await Session.get_pymongo_collection().delete_many({"user_id": user_id}, session=session)


class _EndedBeforeError(Exception):
    """The session had ended before."""


async def end_session(
    services: Services,
    ended: Session,
    why: Ended,
    now: datetime,
    correlation_id: str,
    told: Mapping[str, str] = MappingProxyType({}),
    actor_id: PydanticObjectId | None = None,
) -> int:
    """End this session: 1, or 0 if it had ended before. `told` is what the audit log is to say besides."""

    async def change(session: AsyncClientSession) -> None:
        raw = await Session.get_pymongo_collection().find_one_and_delete({"_id": ended.id}, session=session)
        if raw is None:
            raise _EndedBeforeError
        # As it was when it ended: it may have been renewed since it was read.
        naming = _naming(ended.id, raw["access_until"], now)
        await _change_user(ended, naming, session)

    return await _write(services.journal, _entry(why, now, correlation_id, told, actor_id), change)


async def end_oldest(services: Services, oldest: Session, newest: Session, now: datetime, correlation_id: str) -> None:
    """End a session of a user who has begun too many since. The newest goes on, even if that is when all others end."""

    async def change(session: AsyncClientSession) -> None:
        sessions = Session.get_pymongo_collection()
        raw = await sessions.find_one_and_delete({"_id": oldest.id}, session=session)
        if raw is None:
            raise _EndedBeforeError
        if raw["access_until"] <= now:
            return
        count = await _change_user(oldest, _naming(oldest.id, raw["access_until"], now), session)
        # More than may be named, so that all have ended. Not this one: the count that it has was right until now.
        if count > oldest.sessions_ended == newest.sessions_ended:
            await sessions.update_one({"_id": newest.id}, {"$set": {"sessions_ended": count}}, session=session)

    await _write(services.journal, _entry(Ended.TOO_MANY, now, correlation_id, {}, oldest.user_id), change)


async def end_all(services: Services, ended: Session, now: datetime, correlation_id: str) -> int:
    """End all sessions of the user of this one, unless it has ended itself; how many could still be renewed."""
    count = 0

    async def change(session: AsyncClientSession) -> None:
        nonlocal count
        await _change_user(ended, ending_all(), session)
        lasting = {"user_id": ended.user_id, "sessions_ended": ended.sessions_ended, "expires_at": {"$gt": now}}
        count = (await Session.get_pymongo_collection().delete_many(lasting, session=session)).deleted_count

    entry = _entry(Ended.EVERYWHERE, now, correlation_id, {}, ended.user_id)
    return count if await _write(services.journal, entry, change) else 0


async def _change_user(ended: Session, change: Update, session: AsyncClientSession) -> int:
    """Change the user's document, if this session is one of those that have not ended; how often all have, now."""
    # Users from before sessions could be ended have no count.
    count = ended.sessions_ended or {"$in": [0, None]}
    standing = {"_id": ended.user_id, "sessions_ended": count, "ended_sessions.id": {"$ne": ended.id}}
    raw = await User.get_pymongo_collection().find_one_and_update(
        standing, change, {"sessions_ended": 1}, return_document=ReturnDocument.AFTER, session=session
    )
    if raw is None:
        raise _EndedBeforeError
    return int(raw["sessions_ended"])


def _naming(session_id: PydanticObjectId, until: datetime, now: datetime) -> list[dict[str, Any]]:
    """The change that has the user's document name this session as ended, until its access tokens have run out.

    Those of others that have are named no more. Of more than MOST_NAMED none is named: all sessions end instead.
    """
    named, count = {"$ifNull": ["$ended_sessions", []]}, {"$ifNull": ["$sessions_ended", 0]}
    lasting = {"$filter": {"input": named, "cond": {"$gt": ["$$this.until", now]}}}
    too_many = {"$gt": [{"$size": "$ended_sessions"}, MOST_NAMED]}
    return [
        {"$set": {"ended_sessions": {"$concatArrays": [lasting, [{"id": session_id, "until": until}]]}}},
        {
            "$set": {
                "sessions_ended": {"$add": [count, {"$cond": [too_many, 1, 0]}]},
                "ended_sessions": {"$cond": [too_many, [], "$ended_sessions"]},
            }
        },
    ]


def _entry(
    why: Ended, now: datetime, correlation_id: str, told: Mapping[str, str], actor_id: PydanticObjectId | None
) -> AuditEntry:
    return AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.SESSION_ENDED,
        actor_id=actor_id,
        correlation_id=correlation_id,
        metadata={"by": why.value, **told},
        created_at=now,
    )


async def _write(journal: Journal, entry: AuditEntry, change: Work) -> int:
    """1 if it was done, 0 if the session had ended before."""
    try:
        await journal.write(entry, change)
    except _EndedBeforeError:
        return 0
    return 1
