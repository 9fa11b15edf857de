"""Deleting an account: what the user gave is gone, and what was sold stays, naming nobody.

Bookings, payments and audit entries keep the user's id, which then means a deleted user. What the account holds
unpaid lapses at its deadline.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    AccountLetter,
    AuditAction,
    AuditEntry,
    Delivery,
    DeliveryStatus,
    OutboxMessage,
    Overtaken,
    Role,
    User,
    entry_id,
)
from domain.errors import BadCredentials, Unauthenticated
from domain.people.credentials import check_password
from domain.people.session_ends import forget_sessions
from domain.people.users import vouch

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

AT_ONCE = 1_000
"""Locks whose messages are looked through together."""

LOOKED_AGAIN_FOR = timedelta(days=31)
"""For so long messages that name the user may turn up: they are kept for 30 days."""


async def delete_account(services: Services, caller: Caller, *, password: str, address: str | None) -> PydanticObjectId:
    """Delete the caller, whose password this is; the id that their bookings go on naming.

    Raises BadCredentials, LastAdmin, Unauthenticated; OverBudget and Overloaded as signing in does.
    """
    while True:
        user = await User.get(caller.user_id)
        if user is None:
            raise Unauthenticated("There is no such user any more.")
        try:
            await check_password(
                services,
                user,
                email_key=user.email_key,
                password=password,
                address=address,
                correlation_id=caller.correlation_id,
            )
        except BadCredentials:
            raise BadCredentials("This is not your password.") from None
        try:
            await _delete(services, user, caller.correlation_id)
        except Overtaken:
            continue
        await forget_buyer(user.id)
        return user.id


async def _delete(services: Services, user: User, correlation_id: str) -> None:
    entry = AuditEntry.model_construct(
        id=entry_id(user.id, AuditAction.USER_DELETED),
        action=AuditAction.USER_DELETED,
        actor_id=user.id,
        correlation_id=correlation_id,
        metadata={"role": user.role.value},
        created_at=services.clock(),
    )

    async def delete(session: AsyncClientSession) -> None:
        if user.role is Role.ADMIN:
            await vouch(user.id, session)
        as_read = {"_id": user.id, "role": user.role.value, "password_hash": user.password_hash}
        if not (await User.get_pymongo_collection().delete_one(as_read, session=session)).deleted_count:
            raise Overtaken
        await forget_sessions(user.id, session)
        await AccountLetter.get_pymongo_collection().delete_many({"user_id": user.id}, session=session)
        unsent = {"$in": [DeliveryStatus.PENDING.value, DeliveryStatus.HELD.value]}
        letters = {"user_id": user.id, "status": unsent}
        await Delivery.get_pymongo_collection().delete_many(letters, session=session)

    await services.journal.write(entry, delete)


async def forget_buyer(user_id: PydanticObjectId) -> int:
    """Take the name and address out of the messages about the user's bookings; how many may have them. May be repeated.

    Messages have the ids of audit entries, which are found by lock: the user's own begin with locking.
    """
    entries, forgotten = AuditEntry.get_pymongo_collection(), 0
    locks = await entries.distinct("lock_id", {"actor_id": user_id, "lock_id": {"$ne": None}})
    for start in range(0, len(locks), AT_ONCE):
        told = entries.find({"lock_id": {"$in": locks[start : start + AT_ONCE]}}, {"_id": 1})
        # Also those that are about to be handed out, which then find nobody.
        unforgotten = {"user_id": user_id, "data.buyer": {"$not": {"$type": "null"}}}
        named = {"_id": {"$in": [raw["_id"] async for raw in told]}, **unforgotten}
        changed = await OutboxMessage.get_pymongo_collection().update_many(named, {"$set": {"data.buyer": None}})
        forgotten += changed.modified_count
    return forgotten


async def forget_deleted(now: datetime) -> int:
    """The same for everybody who was deleted lately: a process died before it did so, or sold at that moment."""
    lately = {"action": AuditAction.USER_DELETED.value, "created_at": {"$gte": now - LOOKED_AGAIN_FOR}}
    found = AuditEntry.get_pymongo_collection().find(lately, {"actor_id": 1})
    return sum([await forget_buyer(raw["actor_id"]) async for raw in found])
