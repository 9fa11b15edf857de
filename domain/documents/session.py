from __future__ import annotations

from datetime import datetime

from beanie import PydanticObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from domain.documents.stored import Stored


class Session(Stored):
    """Somebody is signed in on one device, until it is signed out there, or not renewed until `expires_at`.

    Its refresh token is made of its id and of `renewals`, and is stored nowhere: see domain/people/refresh_tokens.py.
    To use the token is to count `renewals` on, so of two uses at the same moment one finds it counted. Renewed at
    `renewed_at`, it gave an access token that is good until `access_until`, as no earlier one is.

    `sessions_ended` is the user's count of when it began: with another count it has ended, deleted or not.
    """

    user_id: PydanticObjectId
    sessions_ended: int
    renewals: int = 0
    renewed_at: datetime
    access_until: datetime
    expires_at: datetime
    created_at: datetime

    class Settings:
        name = "sessions"
        indexes = [
            IndexModel([("user_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
            # Nothing depends on it being deleted in time: whoever reads one looks at `expires_at`.
            IndexModel([("expires_at", ASCENDING)], name="run_out", expireAfterSeconds=0),
        ]
