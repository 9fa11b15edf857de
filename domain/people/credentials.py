"""Whether somebody knows a password: fair between addresses, slower the more it is guessed, and written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit.sign_ins import failed_entry
from domain.documents import AuditAction, User
from domain.errors import BadCredentials
from domain.people.guesses import Guessing
from domain.people.passwords import password_matches, turn
from domain.process.fingerprints import network_of
from domain.process.metrics import sign_in_failed
from domain.text import spellings

if TYPE_CHECKING:
    from domain.services import Services


async def check_password(
    services: Services, user: User | None, *, email_key: str, password: str, address: str | None, correlation_id: str
) -> User:
    """The user, whose password this is; in the same time whether there is one or not.

    Who asks from one `address` waits behind others of it, and nobody else does. Raises BadCredentials; OverBudget,
    while the account's password is being guessed, except from where the user signed in before; Overloaded.
    """
    account = services.fingerprints.of_account(email_key)
    at = services.fingerprints.of_address(address) if address else None
    known = at if user is not None and at in user.signed_in_from else None
    guessing = Guessing(services.counts)
    await guessing.check(account, known)
    async with turn(network_of(address or "")):
        # Only now: of those that wait together, each is to know what came of the one before.
        await guessing.begin(account, known)
        matches = await password_matches(user.password_hash if user else None, spellings(password))
        if user is None or not matches:
            await guessing.failed(account, known)
            sign_in_failed()
            entry = failed_entry(services.clock(), account=account, address=at, correlation_id=correlation_id)
            services.journal.note_few((AuditAction.SIGN_IN_FAILED, account, at), entry)
            raise BadCredentials("No user has this e-mail address and password.")
        await guessing.succeeded(account, known)
    return user
