"""Whether somebody reads what is sent to their address: shown by a code that was sent there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    AuditAction,
    AuditEntry,
    Delivery,
    DeliveryStatus,
    LetterKind,
    Overtaken,
    User,
    entry_id,
)
from domain.errors import Unauthenticated
from domain.people.letters import check_mail, store_letter
from domain.process.budgets import Budget
from domain.proof import check_code, holder_of

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


async def send_verification(services: Services, caller: Caller) -> User:
    """Send the caller a letter with a code; the caller. To an address that is verified already, none.

    Raises MailDisabled, OverBudget, Unauthenticated.
    """
    check_mail(services.settings)
    user = await User.get(caller.user_id)
    if user is None:
        raise Unauthenticated("There is no such user any more.")
    if not user.email_verified:
        await services.budgets.spend(Budget.LETTERS, mailbox=user.email_key)
        await store_letter(user.id, LetterKind.VERIFICATION, caller.correlation_id, services.clock())
    return user


async def verify_email(services: Services, code: str, correlation_id: str) -> User:
    """Take the address as verified: letters that waited for it go out. Again it does nothing. Raises InvalidInput."""
    secret_key, now = services.settings.secret_key.get_secret_value(), services.clock()
    user = check_code(secret_key, LetterKind.VERIFICATION, code, await User.get(holder_of(code)), now)
    if user.email_verified:
        return user
    entry = AuditEntry.model_construct(
        id=entry_id(user.id, AuditAction.EMAIL_VERIFIED),
        action=AuditAction.EMAIL_VERIFIED,
        actor_id=user.id,
        correlation_id=correlation_id,
        metadata={},
        created_at=now,
    )

    async def verify(session: AsyncClientSession) -> None:
        as_read = {"_id": user.id, "email_key": user.email_key, "email_verified": {"$ne": True}}
        users = User.get_pymongo_collection()
        if not (await users.update_one(as_read, {"$set": {"email_verified": True}}, session=session)).matched_count:
            raise Overtaken
        await release_letters(user.id, now, session)

    try:
        await services.journal.write(entry, verify)
    except Overtaken:
        return await verify_email(services, code, correlation_id)
    return user.evolve(email_verified=True)


async def release_letters(user_id: PydanticObjectId, now: datetime, session: AsyncClientSession) -> None:
    """Have those sent that waited for the address to be verified: in the transaction that says it is."""
    waiting = {"user_id": user_id, "status": DeliveryStatus.HELD.value, "give_up_at": {"$gt": now}}
    change = {"$set": {"status": DeliveryStatus.PENDING.value, "next_attempt_at": now}}
    await Delivery.get_pymongo_collection().update_many(waiting, change, session=session)
