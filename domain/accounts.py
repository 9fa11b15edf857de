"""Registering, signing in, and the access tokens that prove it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from beanie import PydanticObjectId
from email_validator import EmailNotValidError, validate_email
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from domain.clock import to_millisecond
from domain.documents import AuditAction, AuditEntry, Role, User, entry_id, new_id
from domain.errors import BadCredentials, EmailTaken, InvalidInput, Unauthenticated
from domain.settings import PREFIX, Settings, SettingsError
from domain.text import checked_text

if TYPE_CHECKING:
    from domain.services import Services

ISSUER = AUDIENCE = "seatlock"
ALGORITHM = "HS256"
PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 200

# argon2id with the library's parameters (RFC 9106, low-memory profile): some 50 ms and 64 MiB a time, so two at once.
_hasher = PasswordHasher()
_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


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


# ---------------------------------------------------------------- accounts


async def register(services: Services, *, name: str, email: str, password: str, correlation_id: str) -> User:
    """Make a USER. Raises InvalidInput, EmailTaken."""
    return await _create(services, name, email, password, Role.USER, correlation_id)


async def create_admin(services: Services, *, name: str, email: str, password: str) -> User:
    """Make an ADMIN. Raises InvalidInput, EmailTaken."""
    return await _create(services, name, email, password, Role.ADMIN, "create-admin")


async def ensure_admin(services: Services) -> None:
    """Make the ADMIN that the settings name, unless somebody is registered with that e-mail. Raises SettingsError."""
    email, password = services.settings.admin_email, services.settings.admin_password
    if email is None or password is None:
        return
    try:
        if await User.find_one({"email_key": _checked_email(email).casefold()}) is None:
            await create_admin(services, name="Administrator", email=email, password=password.get_secret_value())
    except EmailTaken:
        return  # another process, starting at the same time, was first
    except InvalidInput as error:
        raise SettingsError(f"bad settings: {PREFIX}ADMIN_{error.field.upper()} {error.message}") from None


async def _create(services: Services, name: str, email: str, password: str, role: Role, correlation_id: str) -> User:
    name = checked_text("name", name, longest=100)
    email = _checked_email(email)
    if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST:
        raise InvalidInput("password", f"Must be {PASSWORD_SHORTEST} to {PASSWORD_LONGEST} characters long.")
    now = services.clock()
    user = User.model_construct(
        id=new_id(),
        name=name,
        email=email,
        email_key=email.casefold(),
        password_hash=await _in_hashing_thread(_hasher.hash, password),
        role=role,
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
        await AuditEntry.get_pymongo_collection().insert_one(entry.to_bson(), session=session)

    try:
        async with services.mongo.start_session() as session:
            await session.with_transaction(write)
    except DuplicateKeyError:
        raise EmailTaken("Somebody is registered with this e-mail address.") from None
    return user


async def login(services: Services, *, email: str, password: str) -> User:
    """The user with this e-mail and password, in the same time whether there is one or not. Raises BadCredentials."""
    # Nothing but a look-up: a malformed address or an absurd password is simply nobody's.
    user = await User.find_one({"email_key": email[:320].strip().casefold()})
    password_hash = user.password_hash if user else await _in_hashing_thread(_nobodys_hash)
    matches = await _in_hashing_thread(_verify, password_hash, password[: PASSWORD_LONGEST + 1])
    if user is None or not matches:
        raise BadCredentials("No user has this e-mail address and password.")
    return user


async def users_by_ids(ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, User]:
    """The users with these ids; unknown ids are left out."""
    return {user.id: user for user in await User.find({"_id": {"$in": list(ids)}}).to_list()}


def _checked_email(email: str) -> str:
    try:
        # Whether mail arrives there is not asked: no look-ups, and .test is as good as any.
        return validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise InvalidInput("email", str(error)[:200]) from None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


async def _in_hashing_thread(function: Any, *args: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_hashing, function, *args)


# ---------------------------------------------------------------- tokens


def issue_token(settings: Settings, user: User, now: datetime) -> AccessToken:
    """An access token for the user, good for TOKEN_TTL (RFC 7519; HS256)."""
    expires_at = now.replace(microsecond=0) + timedelta(seconds=settings.token_ttl_seconds)
    claims = {
        "sub": str(user.id),
        "role": user.role.value,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    return AccessToken(jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM), expires_at)


def read_token(settings: Settings, token: str, now: datetime) -> Claims:
    """What the token says. Raises Unauthenticated: forged, malformed, meant for others, or expired at `now`."""
    claims = _decode(settings.secret_key.get_secret_value(), token)
    if claims.expires_at <= now:
        raise Unauthenticated("The access token has expired; sign in again.")
    return claims


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
        )
    except Exception:  # whatever is wrong with it, a token is good or it isn't
        raise Unauthenticated("The access token is not valid; sign in again.") from None
