from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pymongo import IndexModel

from domain.documents.stored import Stored


class Role(StrEnum):
    USER = "USER"
    ADMIN = "ADMIN"


class User(Stored):
    """Someone who can sign in.

    `email` is as typed; `email_key` is its case-folded form and unique, so nobody registers twice.
    `password_hash` is argon2id in PHC form and never leaves `domain/accounts.py`.
    """

    name: str
    email: str
    email_key: str
    password_hash: str
    role: Role = Role.USER
    created_at: datetime

    class Settings:
        name = "users"
        indexes = [IndexModel("email_key", unique=True, name="one_per_email")]
