"""Who there is, and what they may do."""

from __future__ import annotations

from re import escape
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.correlation import CREATE_ADMIN
from domain.documents import AuditAction, AuditEntry, Listing, Overtaken, Role, User, new_id
from domain.errors import LastAdmin, NotFound
from domain.ids import api_id
from domain.people.verification import release_letters
from domain.text import checked_text, folded

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


def list_users(*, search: str | None, role: Role | None) -> Listing[User]:
    """Users, newest first.

    `search` is part of the name or of the e-mail address, in any case. Raises InvalidInput.
    """
    query: dict[str, Any] = {}
    if search is not None:
        text = checked_text("search", search, longest=254)
        query["$or"] = [
            {"name_key": {"$regex": escape(folded(text))}},
            {"email_key": {"$regex": escape(text.casefold())}},
        ]
    if role is not None:
        query["role"] = role.value
    return User.newest_first(query)


async def set_user_role(services: Services, caller: Caller, *, user_id: PydanticObjectId, role: Role) -> User:
    """Make the user an ADMIN, or one no more: that at once, whatever access tokens say. Raises NotFound, LastAdmin."""
    return await _change_role(services, user_id, role, caller.user_id, caller.correlation_id)


async def make_admin(services: Services, user: User) -> User:
    """Make who is registered an ADMIN, and take their address as verified, on the word of whoever runs this process.

    Raises NotFound.
    """
    return await _change_role(services, user.id, Role.ADMIN, None, CREATE_ADMIN)


async def _change_role(
    services: Services,
    user_id: PydanticObjectId,
    role: Role,
    actor_id: PydanticObjectId | None,
    correlation_id: str,
) -> User:
    users = User.get_pymongo_collection()
    raw = await users.find_one({"_id": user_id})
    if raw is None:
        raise NotFound("No such user.")
    user = User.from_bson(raw)
    if user.role is role:
        return user
    entry = AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.USER_ROLE_CHANGED,
        actor_id=actor_id,
        from_status=user.role.value,
        to_status=role.value,
        correlation_id=correlation_id,
        metadata={"userId": api_id("User", user_id)},
        created_at=services.clock(),
    )

    async def change(session: AsyncClientSession) -> None:
        if user.role is Role.ADMIN:
            await vouch(user_id, session)
        as_read = {"_id": user_id, "role": user.role.value}
        fields = {"role": role.value} | ({} if actor_id else {"email_verified": True})
        changed = await users.update_one(as_read, {"$set": fields}, session=session)
        if not changed.matched_count:
            raise Overtaken
        if not actor_id:
            await release_letters(user_id, entry.created_at, session)

    try:
        await services.journal.write(entry, change)
    except Overtaken:
        return await _change_role(services, user_id, role, actor_id, correlation_id)
    return user.evolve(role=role, email_verified=user.email_verified or not actor_id)


async def vouch(user_id: PydanticObjectId, session: AsyncClientSession) -> None:
    """Make sure that another ADMIN stays. Raises LastAdmin.

    Whoever stays is written to: somebody who demotes that one at this moment makes a conflict, and looks again.
    """
    others = {"role": Role.ADMIN.value, "_id": {"$ne": user_id}}
    vouching = await User.get_pymongo_collection().update_one(others, {"$inc": {"vouched": 1}}, session=session)
    if not vouching.matched_count:
        raise LastAdmin("This is the last ADMIN. First make another user an ADMIN.")
