"""Another password for whoever forgot theirs, on the word of a letter to their verified address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

from domain.documents import AuditAction, AuditEntry, LetterKind, User, new_id
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.ids import api_id
from domain.people.letters import check_mail, may_write_to, store_letter
from domain.people.passwords import hash_password
from domain.people.session_ends import ending_all, forget_sessions
from domain.people.verification import release_letters
from domain.process.fingerprints import network_of
from domain.proof import check_code, holder_of
from domain.text import checked_email, checked_password

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)


def request_password_reset(services: Services, *, email: str, correlation_id: str) -> None:
    """Have a code sent to this address, if somebody is registered with it.

    An address that was never verified gets the letter that verifies it. Otherwise nobody could sign in again who forgot
    both, and whoever registers with somebody else's address would keep its owner out.

    Whoever asks learns nothing of that, not by the time it takes either: all the work is done afterwards. Too many
    letters to one address are not sent, without a word. Raises MailDisabled, InvalidInput.
    """
    check_mail(services.settings)
    services.tasks.keep(_write_to(services, checked_email(email).casefold(), correlation_id))


async def _write_to(services: Services, email_key: str, correlation_id: str) -> None:
    try:
        user = await User.find_one({"email_key": email_key})
        if user is not None and await may_write_to(services, email_key):
            kind = LetterKind.PASSWORD_RESET if user.email_verified else LetterKind.VERIFICATION
            await store_letter(user.id, kind, correlation_id, services.clock())
    except PyMongoError as error:
        log.warning("a letter that was asked for is not written", reason=type(error).__name__)


async def reset_password(
    services: Services, *, code: str, password: str, address: str | None, correlation_id: str
) -> User:
    """Give the code's user this password, and end all their sessions. A code works once.

    `address` is where from: signing in there is not held up by others who guess the password. Raises InvalidInput,
    Overloaded.
    """
    secret_key, now = services.settings.secret_key.get_secret_value(), services.clock()
    faults = Faults()
    with faults:
        user = check_code(secret_key, LetterKind.PASSWORD_RESET, code, await User.get(holder_of(code)), now)
    with faults:
        password = checked_password(password)
    faults.refuse()
    password_hash = await hash_password(password, network_of(address or ""))
    fields = {
        "password_hash": password_hash,
        "signed_in_from": [services.fingerprints.of_address(address)] if address else [],
        "email_verified": True,
    }
    entry = AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.PASSWORD_CHANGED,
        actor_id=user.id,
        correlation_id=correlation_id,
        metadata={"userId": api_id("User", user.id), "by": "letter"},
        created_at=now,
    )

    async def change(session: AsyncClientSession) -> None:
        # The password of when the code was made: of two uses at once one finds another.
        as_read = {"_id": user.id, "password_hash": user.password_hash, "email_key": user.email_key}
        update = ending_all(**fields)
        if not (await User.get_pymongo_collection().update_one(as_read, update, session=session)).matched_count:
            raise InvalidInput("token", "This code was used, or the password was changed; ask for another letter.")
        await forget_sessions(user.id, session)
        await release_letters(user.id, now, session)

    await services.journal.write(entry, change)
    return user
