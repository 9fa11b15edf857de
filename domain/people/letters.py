"""Letters that somebody asks for about their account. They are stored here, and sent by the job DELIVER.

Who can have letters sent to an address that is perhaps somebody else's is bounded three ways: by user, by the address
that asks, and by the address that is written to, whatever account it belongs to at the time.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.errors import DuplicateKeyError

from domain.documents import AccountLetter, LetterKind, new_id
from domain.errors import MailDisabled, OverBudget
from domain.process.budgets import Budget
from domain.process.settings import Settings

if TYPE_CHECKING:
    from domain.services import Services

GIVEN_UP_AFTER = timedelta(hours=1)
"""Who asked has asked again by then."""


def check_mail(settings: Settings) -> None:
    """Raises MailDisabled where no letters are sent."""
    if settings.smtp_url is None:
        raise MailDisabled("This server sends no e-mail.")


async def may_write_to(services: Services, email_key: str) -> bool:
    """Whether another letter may go to this address, which is counted."""
    if services.settings.smtp_url is None:
        return False
    try:
        await services.budgets.spend(Budget.LETTERS, mailbox=email_key)
    except OverBudget:
        return False
    return True


async def store_letter(user_id: PydanticObjectId, kind: LetterKind, correlation_id: str, now: datetime) -> None:
    """Have it sent, unless one like it is about to be."""
    letter = AccountLetter.model_construct(
        id=new_id(),
        user_id=user_id,
        kind=kind,
        correlation_id=correlation_id,
        next_attempt_at=now,
        give_up_at=now + GIVEN_UP_AFTER,
        created_at=now,
    ).to_bson()
    of_a_kind = {"user_id": user_id, "kind": kind.value}
    letters = AccountLetter.get_pymongo_collection()
    with suppress(DuplicateKeyError):  # somebody asks for it at this moment
        await letters.update_one(of_a_kind, {"$setOnInsert": letter}, upsert=True)
