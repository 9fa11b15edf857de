"""Registering, signing in, and the access tokens that prove it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from domain.audit.sign_ins import admin_entry
from domain.clock import to_millisecond
from domain.correlation import CREATE_ADMIN, SET_PASSWORD
from domain.documents import AuditAction, AuditEntry, LetterKind, Role, Session, User, entry_id, new_id
from domain.errors import EmailTaken, InvalidInput, NotFound, Unauthenticated
from domain.faults import Faults
from domain.ids import api_id
from domain.people.credentials import check_password
from domain.people.letters import may_write_to, store_letter
from domain.people.passwords import hash_password
from domain.people.session_ends import ending_all, forget_sessions
from domain.process.fingerprints import network_of
from domain.process.settings import Settings
from domain.text import checked_email, checked_password, checked_text, folded

if TYPE_CHECKING:
    from domain.services import Services

ISSUER = AUDIENCE = "seatlock"
ALGORITHM = "HS256"

ADDRESSES = 10
"""How many addresses we remember that somebody signed in from."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid access token says."""

    user_id: PydanticObjectId
    role: Role
    expires_at: datetime
    sessions_ended: int
    session_id: PydanticObjectId | None = None
    """None of tokens from before sessions could be renewed."""


# ---------------------------------------------------------------- accounts


async def register(
    services: Services, *, name: str, email: str, password: str, correlation_id: str, address: str | None = None
) -> User:
    """Make a USER, who signs in from that address and gets a letter to verify the e-mail address.

    Raises InvalidInput, EmailTaken, Overloaded.
    """
    return await _create(services, name, email, password, Role.USER, correlation_id, address)


async def create_admin(services: Services, *, name: str, email: str, password: str) -> User:
    """Make an ADMIN, whose address is taken as verified: whoever runs this process says so.

    Raises InvalidInput, EmailTaken.
    """
    return await _create(services, name, email, password, Role.ADMIN, CREATE_ADMIN)


async def ensure_admin(services: Services) -> None:
    """Make the ADMIN that the settings name, unless somebody is registered with that e-mail."""
    email, password = services.settings.admin_email, services.settings.admin_password
    if email is None or password is None:
        return
    if await find_user(email) is None:
        with suppress(EmailTaken):  # another process, starting at the same time, was first
            await create_admin(services, name="Administrator", email=email, password=password.get_secret_value())


async def _create(
    services: Services,
    name: str,
    email: str,
    password: str,
    role: Role,
    correlation_id: str,
    address: str | None = None,
) -> User:
    faults = Faults()
    with faults:
        name = checked_text("name", name, longest=100)
    with faults:
        email = checked_email(email)
    with faults:
        password = checked_password(password)
    faults.refuse()
    now = services.clock()
    user = User.model_construct(
        id=new_id(),
        name=name,
        name_key=folded(name),
        email=email,
        email_key=email.casefold(),
        password_hash=await hash_password(password, network_of(address or "")),
        role=role,
        signed_in_from=[services.fingerprints.of_address(address)] if address else [],
        email_verified=role is Role.ADMIN,
        created_at=now,
    )
    entry = AuditEntry.model_construct(
        id=entry_id(user.id, AuditAction.USER_REGISTERED),
        action=AuditAction.USER_REGISTERED,
        actor_id=user.id,
        correlation_id=correlation_id,
        metadata={"role": role.value},
        created_at=now,
    )

    async def write(session: AsyncClientSession) -> None:
        await User.get_pymongo_collection().insert_one(user.to_bson(), session=session)

    try:
        await services.journal.write(entry, write)
    except DuplicateKeyError:
        raise EmailTaken("Somebody is registered with this e-mail address.") from None
    # Not before, or who is refused would use up what others' addresses may get.
    if not user.email_verified and await may_write_to(services, user.email_key):
        await store_letter(user.id, LetterKind.VERIFICATION, correlation_id, now)
    return user


async def login(
    services: Services, *, email: str, password: str, address: str | None = None, correlation_id: str = "sign-in"
) -> User:
    """The user with this e-mail and password, in the same time whether there is one or not.

    Who signs in from one `address` waits behind others of it, and nobody else does. Raises BadCredentials; OverBudget,
    while the account's password is being guessed, except from where the user signed in before; Overloaded.
    """
    user = await check_password(
        services,
        await find_user(email),
        # What is no address has a count of its own, too: who mistypes theirs must not hear that it is being guessed.
        email_key=_email_key(email) or f"none: {email}",
        password=password,
        address=address,
        correlation_id=correlation_id,
    )
    at = services.fingerprints.of_address(address) if address else None
    if at is not None and at not in user.signed_in_from:
        await _remember(user, at)
    if user.role is Role.ADMIN:
        entry = admin_entry(services.clock(), user_id=user.id, address=at, correlation_id=correlation_id)
        await services.journal.write(entry)
    return user


async def _remember(user: User, address: str) -> None:
    """Have this among the addresses that the user signed in from."""
    newest = {"$each": [address], "$slice": -ADDRESSES}
    await User.get_pymongo_collection().update_one(
        {"_id": user.id, "signed_in_from": {"$ne": address}}, {"$push": {"signed_in_from": newest}}
    )


async def find_user(email: str) -> User | None:
    """Who is registered with this e-mail, however it is spelled."""
    return await User.find_one({"email_key": _email_key(email)})


async def set_password(services: Services, user: User, password: str) -> None:
    """Give the user another password, and end all their sessions: their access tokens are worth nothing at once.

    On the word of whoever runs this process. Raises InvalidInput, NotFound, Overloaded.
    """
    password_hash = await hash_password(checked_password(password))
    # Whoever guessed the old one is no more at home than others where they did.
    change = ending_all(password_hash=password_hash, signed_in_from=[])
    entry = AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.PASSWORD_CHANGED,
        correlation_id=SET_PASSWORD,
        metadata={"userId": api_id("User", user.id)},
        created_at=services.clock(),
    )

    async def write(session: AsyncClientSession) -> None:
        changed = await User.get_pymongo_collection().update_one({"_id": user.id}, change, session=session)
        if not changed.matched_count:
            raise NotFound("There is no such user any more.")
        await forget_sessions(user.id, session)

    await services.journal.write(entry, write)


def _email_key(email: str) -> str:
    """What an e-mail is found by, however it is spelled; a malformed one is simply nobody's."""
    try:
        return checked_email(email).casefold()
    except InvalidInput:
        return ""


# ---------------------------------------------------------------- tokens


def access_token_ends(settings: Settings, now: datetime) -> datetime:
    """Until when an access token of now is good: TOKEN_TTL, to the second."""
    return now.replace(microsecond=0) + timedelta(seconds=settings.token_ttl_seconds)


def issue_token(settings: Settings, user: User, now: datetime, session: Session | None = None) -> AccessToken:
    """An access token for the user in that session, as long as this one says (RFC 7519; HS256)."""
    expires_at = session.access_until if session else access_token_ends(settings, now)
    claims: dict[str, Any] = {
        "sub": str(user.id),
        "role": user.role.value,
        "ended": user.sessions_ended,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    if session is not None:
        claims["sid"] = str(session.id)
    return AccessToken(jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM), expires_at)


def read_token(settings: Settings, token: str, now: datetime) -> Claims:
    """What the token says. Raises Unauthenticated: forged, malformed, meant for others, or expired at `now`."""
    claims = _decode(settings.secret_key.get_secret_value(), token)
    check_current(claims, now)
    return claims


def check_current(claims: Claims, now: datetime) -> None:
    """Whether what was good once still is. Raises Unauthenticated."""
    if claims.expires_at <= now:
        raise expired()


def expired() -> Unauthenticated:
    """What is said of a token that was good once."""
    return Unauthenticated("The access token has expired; sign in again.")


@lru_cache(maxsize=10_000)
def _decode(secret: str, token: str) -> Claims:
    # Only good tokens are remembered: an exception is not cached, so forgeries can't push them out.
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            # Expiry is checked on every use, against the clock passed in.
            options={"require": ["exp", "sub", "iss", "aud"], "verify_exp": False, "verify_iat": False},
        )
        return Claims(
            user_id=PydanticObjectId(claims["sub"]),
            role=Role(claims["role"]),
            expires_at=to_millisecond(datetime.fromtimestamp(claims["exp"], UTC)),
            sessions_ended=int(claims.get("ended", 0)),
            session_id=PydanticObjectId(claims["sid"]) if "sid" in claims else None,
        )
    except Exception:  # whatever is wrong with it, a token is good or it isn't
        raise Unauthenticated("The access token is not valid; sign in again.") from None
