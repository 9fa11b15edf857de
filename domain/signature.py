"""Signatures of webhooks, sent and taken, as Standard Webhooks says: base64 HMAC-SHA256 of `<id>.<unix time>.<body>`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import binascii
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

SECRET_PREFIX = "whsec_"  # noqa: S105  # the secret comes after it
SECRET_BYTES = 32
LEAST_BYTES, MOST_BYTES = 24, 64
"""How long a secret may be, by the specification."""

TOLERANCE_SECONDS = 300
"""How old, or how far ahead of our clock, a signature may be: a copy sent again later is refused."""

LONGEST = 4096


class BadSignature(Exception):
    """What came is not signed by who knows the secret, or too long ago; the text says which."""


def new_secret() -> str:
    """What an endpoint's messages are signed with."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether messages can be signed with this."""
    try:
        return text.startswith(SECRET_PREFIX) and LEAST_BYTES <= len(_key(text)) <= MOST_BYTES
    except (binascii.Error, ValueError):
        return False


def signed_headers(
    secret: str, message_id: str, body: bytes, now: datetime, *, former: Iterable[str] = ()
) -> dict[str, str]:
    """The headers that let a receiver verify this body, with the secret or one of the `former` ones."""
    at = str(int(now.timestamp()))
    signatures = [f"v1,{_digest(each, message_id, at, body)}" for each in (secret, *former)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raises BadSignature unless one of the signatures is good, and recent. Header names are in lower case."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if max(len(message_id), len(given)) > LONGEST:
        raise BadSignature("The signature is too long.")
    if not message_id or not (at.isascii() and at.isdigit() and len(at) <= 12):
        raise BadSignature("The signature is malformed.")
    expected = f"v1,{_digest(secret, message_id, at, body)}".encode()
    # All of them, so that the time it takes tells nothing.
    good = [hmac.compare_digest(expected, each.encode()) for each in given.split(" ")]
    if not any(good):
        raise BadSignature("The signature is wrong.")
    if abs(now.timestamp() - int(at)) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is too old.")


def _key(secret: str) -> bytes:
    return b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)


def _digest(secret: str, message_id: str, at: str, body: bytes) -> str:
    return b64encode(hmac.new(_key(secret), f"{message_id}.{at}.".encode() + body, sha256).digest()).decode()
