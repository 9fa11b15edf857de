"""Sessions: begun by signing in, renewed by a refresh token, ended by signing out or by a token that comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo import DESCENDING, ReturnDocument

from domain.documents import Session, User, new_id
from domain.errors import BadCredentials
from domain.ids import api_id
from domain.people.accounts import AccessToken, access_token_ends, issue_token
from domain.people.refresh_tokens import RefreshClaims, new_refresh_token, read_refresh_token
from domain.people.session_ends import Ended, end_all, end_oldest, end_session
from domain.process.budgets import Budget
from domain.process.settings import Settings

if TYPE_CHECKING:
    from domain.services import Services

MOST_OF_USER = 100
"""How many sessions one user may have: who begins more ends the oldest."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What somebody gets who signs in, or renews a session."""

    user: User
    access: AccessToken
    refresh_token: str


async def begin_session(services: Services, user: User, correlation_id: str) -> SignedIn:
    """A session for the user, who has just proved to be that. Ended already, if all were since the user was read.

    Of more than MOST_OF_USER the oldest end, and so do their access tokens.
    """
    now = services.clock()
    session = new_session(services.settings, user, now)
    sessions = Session.get_pymongo_collection()
    await sessions.insert_one(session.to_bson())
    newest = [("created_at", DESCENDING), ("_id", DESCENDING)]
    too_many = await sessions.find({"user_id": user.id}, sort=newest, skip=MOST_OF_USER).to_list()
    for raw in too_many:
        await end_oldest(services, Session.from_bson(raw), session, now, correlation_id)
    if too_many:
        # Those that had ended before.
        await sessions.delete_many({"_id": {"$in": [raw["_id"] for raw in too_many]}})
        raw_session = await sessions.find_one({"_id": session.id}, {"sessions_ended": 1})
        if raw_session is not None and raw_session["sessions_ended"] != user.sessions_ended:
            user = user.model_copy(update={"sessions_ended": raw_session["sessions_ended"]})
    return signed_in(services.settings, user, session)


def new_session(settings: Settings, user: User, now: datetime) -> Session:
    """One that begins now, to be stored."""
    return Session.model_construct(
        id=new_id(),
        user_id=user.id,
        sessions_ended=user.sessions_ended,
        renewed_at=now,
        access_until=access_token_ends(settings, now),
        expires_at=now + timedelta(seconds=settings.session_ttl_seconds),
        created_at=now,
    )


def signed_in(settings: Settings, user: User, session: Session) -> SignedIn:
    """The tokens of a session as it is stored now: the same ones, however often they are made."""
    secret_key = settings.secret_key.get_secret_value()
    return SignedIn(
        user,
        issue_token(settings, user, session.renewed_at, session),
        new_refresh_token(secret_key, session.id, session.renewals),
    )


async def refresh_session(
    services: Services, *, refresh_token: str, address: str | None, correlation_id: str
) -> SignedIn:
    """The next tokens of the session that this one is of.

    A token is used once. Who sends it again soon after has not had the answer, and gets that again; later, somebody
    else has the token, and the session ends. Raises InvalidInput, BadCredentials, OverBudget.
    """
    settings, now = services.settings, services.clock()
    claims = read_refresh_token(settings.secret_key.get_secret_value(), refresh_token)
    # Only who has a token of ours comes so far: each session pays for itself.
    await services.budgets.spend(Budget.REFRESH, user_id=claims.session_id, address=address)
    session = await _renew(settings, claims, now)
    if session is None:
        session = await _renewed_before(services, claims, now, address, correlation_id)
    user = await User.find_one({"_id": session.user_id})
    if user is None or not user.standing.has_session(session.sessions_ended, session.id):
        raise _over()
    return signed_in(settings, user, session)


async def _renew(settings: Settings, claims: RefreshClaims, now: datetime) -> Session | None:
    """The session, renewed; None if this was not its newest token."""
    # Never more than is stored, unless that is a backup: then the token is the newer of the two.
    as_said = {"_id": claims.session_id, "renewals": {"$lte": claims.renewals}, "expires_at": {"$gt": now}}
    renewed = {
        "renewals": claims.renewals + 1,
        "renewed_at": now,
        "expires_at": now + timedelta(seconds=settings.session_ttl_seconds),
    }
    # Never earlier than before, by a shorter TOKEN_TTL or a clock that is behind: so long the session is named as
    # ended, and an access token that lasted longer would be good again.
    until = {"access_until": access_token_ends(settings, now)}
    raw = await Session.get_pymongo_collection().find_one_and_update(
        as_said, {"$set": renewed, "$max": until}, return_document=ReturnDocument.AFTER
    )
    return None if raw is None else Session.from_bson(raw)


async def _renewed_before(
    services: Services, claims: RefreshClaims, now: datetime, address: str | None, correlation_id: str
) -> Session:
    """The session that this token has renewed a moment ago; after longer, the session ends. Raises BadCredentials."""
    session = await _find(claims.session_id, now)
    if session is None:
        raise _over()
    repeats_until = session.renewed_at + timedelta(seconds=services.settings.session_repeat_seconds)
    if session.renewals == claims.renewals + 1 and now < repeats_until:
        return session
    told = {"userId": api_id("User", session.user_id)}
    if address:
        told["address"] = services.fingerprints.of_address(address)
    await end_session(services, session, Ended.REUSE, now, correlation_id, told)
    raise BadCredentials("This refresh token was used before, so the session has ended; sign in again.")


async def _find(session_id: PydanticObjectId, now: datetime) -> Session | None:
    raw = await Session.get_pymongo_collection().find_one({"_id": session_id, "expires_at": {"$gt": now}})
    return None if raw is None else Session.from_bson(raw)


def _over() -> BadCredentials:
    return BadCredentials("This session has ended; sign in again.")


async def logout(services: Services, *, refresh_token: str, everywhere: bool, correlation_id: str) -> int:
    """End the session that this token is of, or all sessions of its user; how many have ended, 0 if it had before.

    Any token of a session will do, also one that was used. Raises InvalidInput.
    """
    now = services.clock()
    try:
        claims = read_refresh_token(services.settings.secret_key.get_secret_value(), refresh_token)
    except BadCredentials:
        return 0
    session = await _find(claims.session_id, now)
    if session is None:
        return 0
    if everywhere:
        return await end_all(services, session, now, correlation_id)
    return await end_session(services, session, Ended.LOGOUT, now, correlation_id, actor_id=session.user_id)
