"""Who still is who their token says, and what they may do now."""

from __future__ import annotations

from collections.abc import Sequence

from beanie import PydanticObjectId
from pymongo.errors import ConnectionFailure, WaitQueueTimeoutError

from domain.documents import STANDING_FIELDS, Role, Standing, User
from domain.errors import Unauthenticated, Unavailable
from domain.process.joint_reads import Gathered


async def role_now(
    standings: Gathered[PydanticObjectId, Standing],
    user_id: PydanticObjectId,
    sessions_ended: int,
    session_id: PydanticObjectId | None = None,
) -> Role:
    """What the user of a session may do at this moment, whatever tokens say.

    Raises Unauthenticated when there is no such user or when the session was ended, Unavailable when nobody can tell.
    """
    return check_standing(await standings.get(user_id), sessions_ended, session_id).role


def check_standing(
    standing: Standing | None, sessions_ended: int, session_id: PydanticObjectId | None = None
) -> Standing:
    """The standing of who there is, in a session that lasts. Raises Unauthenticated."""
    if standing is None:
        raise Unauthenticated("There is no such user any more.")
    if not standing.has_session(sessions_ended, session_id):
        raise Unauthenticated("This session was ended; sign in again.")
    return standing


async def read_standings(user_ids: Sequence[PydanticObjectId]) -> dict[PydanticObjectId, Standing]:
    """What these users may do now; those that do not exist are left out. Raises Unavailable."""
    users = User.get_pymongo_collection()
    try:
        found = await users.find({"_id": {"$in": user_ids}}, STANDING_FIELDS).to_list()
    except (ConnectionFailure, WaitQueueTimeoutError):
        raise Unavailable("The database did not answer in time; try again.") from None
    return {raw["_id"]: Standing.from_bson(raw) for raw in found}
