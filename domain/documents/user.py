from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from beanie import PydanticObjectId
from pymongo import DESCENDING, IndexModel

from domain.documents.stored import Stored


class Role(StrEnum):
    USER = "USER"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may do at this moment, and which of their sessions have ended."""

    role: Role
    sessions_ended: int
    ended_sessions: Sequence[PydanticObjectId] = ()

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Standing:
        """As STANDING_FIELDS tell it: each request that needs somebody reads one, and a whole user takes longer."""
        ended = raw.get("ended_sessions")
        ids = [session["id"] for session in ended] if ended else ()
        return cls(Role(raw["role"]), raw.get("sessions_ended", 0), ids)

    def has_session(self, sessions_ended: int, session_id: PydanticObjectId | None) -> bool:
        """Whether this session lasts, begun when all had been ended so often; None is one that has no name."""
        return sessions_ended == self.sessions_ended and session_id not in self.ended_sessions


STANDING_FIELDS = {"role": 1, "sessions_ended": 1, "ended_sessions.id": 1}
"""What a user's standing is read from."""


class User(Stored):
    """Someone who can sign in.

    `email` is as typed; `email_key` is its case-folded form and unique, so nobody registers twice.
    `password_hash` is argon2id in PHC form and never leaves `people/accounts.py`. Once there was an ADMIN there always
    is one: `vouched` counts the demotions of others for which this one was the ADMIN who stays.
    `name_key` is what searches read of the name. `sessions_ended` counts how often all sessions were ended: an access
    token says the count of its time, and is worth nothing with another. `ended_sessions` names, as `id`, each session
    that was ended by itself, `until` its last access token has run out. `signed_in_from` are the last addresses that
    the user signed in from, as fingerprints, the newest last.
    `email_verified`: whoever has the account has shown that they read what is sent to `email`; before that no letter
    about a booking goes there. `letters_held` counts those that wait for it: to hold one back and to verify the address
    write the same document, so one of two at the same moment sees the other.
    """

    name: str
    name_key: str = ""
    email: str
    email_key: str
    password_hash: str
    role: Role = Role.USER
    vouched: int = 0
    sessions_ended: int = 0
    ended_sessions: list[dict[str, Any]] = []
    signed_in_from: list[str] = []
    email_verified: bool = False
    letters_held: int = 0
    created_at: datetime

    @property
    def standing(self) -> Standing:
        return Standing.from_bson(self.__dict__)

    class Settings:
        name = "users"
        indexes = [
            IndexModel("email_key", unique=True, name="one_per_email"),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
            IndexModel([("role", DESCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_role"),
        ]
