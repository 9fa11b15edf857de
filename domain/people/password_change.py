"""Another password for whoever is signed in and knows the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import AuditAction, AuditEntry, Session, User, new_id
from domain.errors import BadCredentials, Unauthenticated
from domain.ids import api_id
from domain.people.credentials import check_password
from domain.people.passwords import hash_password
from domain.people.session_ends import ending_all, forget_sessions
from domain.people.sessions import SignedIn, new_session, signed_in
from domain.process.fingerprints import network_of
from domain.text import checked_password

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


async def change_password(
    services: Services, caller: Caller, *, password: str, new_password: str, address: str | None
) -> SignedIn:
    """Give the caller, whose password this is, another one. All their sessions end, and a new one begins.

    Raises InvalidInput; BadCredentials; OverBudget, while the password is being guessed; Overloaded; Unauthenticated,
    if the caller is deleted meanwhile.
    """
    new_password = checked_password(new_password, "newPassword")
    raw = await User.get_pymongo_collection().find_one({"_id": caller.user_id})
    if raw is None:
        raise Unauthenticated("There is no such user any more.")
    user = User.from_bson(raw)
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
    fields = {
        "password_hash": await hash_password(new_password, network_of(address or "")),
        # Whoever guessed the old one is no more at home than others where they did.
        "signed_in_from": [services.fingerprints.of_address(address)] if address else [],
    }
    now = services.clock()
    user = user.evolve(sessions_ended=user.sessions_ended + 1, ended_sessions=[], **fields)
    begun = new_session(services.settings, user, now)
    entry = AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.PASSWORD_CHANGED,
        actor_id=user.id,
        correlation_id=caller.correlation_id,
        metadata={"userId": api_id("User", user.id), "by": "viewer"},
        created_at=now,
    )

    async def change(session: AsyncClientSession) -> None:
        # The password and the sessions of when it was checked: of two changes at once one finds others.
        count = caller.sessions_ended or {"$in": [0, None]}
        as_read = {"_id": user.id, "password_hash": raw["password_hash"], "sessions_ended": count}
        changed = await User.get_pymongo_collection().update_one(as_read, ending_all(**fields), session=session)
        if not changed.matched_count:
            raise Unauthenticated("This session was ended; sign in again.")
        await forget_sessions(user.id, session)
        await Session.get_pymongo_collection().insert_one(begun.to_bson(), session=session)

    await services.journal.write(entry, change)
    return signed_in(services.settings, user, begun)
