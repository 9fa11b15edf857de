from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class LetterKind(StrEnum):
    VERIFICATION = "VERIFICATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105


class AccountLetter(Stored):
    """A letter that somebody asked for about their account, until it is sent or given up; then it is deleted.

    A user has one of a kind at a time: who asks again before it is sent gets that one. Its code is made when it is
    sent, and stored nowhere. It is not attempted before `next_attempt_at`; an attempt puts that off past its own end.
    """

    user_id: PydanticObjectId
    kind: LetterKind
    correlation_id: str
    attempts: int = 0
    next_attempt_at: datetime
    give_up_at: datetime
    created_at: datetime

    class Settings:
        name = "account_letters"
        indexes = [
            IndexModel([("user_id", ASCENDING), ("kind", ASCENDING)], name="one_of_a_kind", unique=True),
            IndexModel([("next_attempt_at", ASCENDING)], name="due"),
        ]
