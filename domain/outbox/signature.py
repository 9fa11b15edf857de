"""Signatures of what we send, in the manner of Standard Webhooks: base64 HMAC-SHA256 of `<id>.<unix time>.<body>`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

SECRET_PREFIX = "whsec_"  # noqa: S105  # the secret comes after it
SECRET_BYTES = 32


def new_secret() -> str:
    """What an endpoint's messages are signed with."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that let a receiver verify this body."""
    at = str(int(now.timestamp()))
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{message_id}.{at}.".encode() + body, sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
