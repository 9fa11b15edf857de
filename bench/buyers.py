"""Hundreds of buyers, as an event has them: limits let none of them have everything."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from domain.documents import User, new_id
from domain.people.accounts import issue_token
from domain.process.settings import Settings

BUYERS = 1_000
"""Each may hold 100 unpaid seats of an event: enough for 10 s, however quick the server is."""


def sign_up(settings: Settings) -> tuple[str, ...]:
    """Their access tokens. They are put into the database as they are: a thousand hashed passwords take a minute."""
    now = datetime.now(UTC)
    addresses = [f"{secrets.token_hex(8)}@seatlock.example" for _ in range(BUYERS)]
    users = [
        User.model_construct(
            id=new_id(), name="Buyer", email=address, email_key=address, password_hash="", created_at=now
        )
        for address in addresses
    ]
    with MongoClient[dict[str, Any]](settings.mongo_uri) as mongo:
        mongo[settings.mongo_database][User.Settings.name].insert_many([user.to_bson() for user in users])
    return tuple(issue_token(settings, user, now).token for user in users)
