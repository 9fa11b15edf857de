"""Refresh tokens: what renews a session. Nothing of them is stored.

One is the session's id, how often the session was renewed before, and a signature. So the token that comes after
another is always the same one: who repeats a request whose answer was lost is given it again.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from beanie import PydanticObjectId

from domain.errors import BadCredentials, InvalidInput

ID_BYTES, COUNT_BYTES, SIGNATURE_BYTES = 12, 4, 32
BYTES = ID_BYTES + COUNT_BYTES + SIGNATURE_BYTES
"""A multiple of three: as text it needs no padding."""

LENGTH = BYTES // 3 * 4
LONGEST = 1_000
"""How long a text may be that is looked at at all."""


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a refresh token that we made says: whose session, and how often that had been renewed."""

    session_id: PydanticObjectId
    renewals: int


def new_refresh_token(secret_key: str, session_id: PydanticObjectId, renewals: int) -> str:
    """The token of this session after so many renewals: 64 letters, digits, - and _."""
    said = session_id.binary + renewals.to_bytes(COUNT_BYTES, "big")
    return urlsafe_b64encode(said + _signature(secret_key, said)).decode()


def read_refresh_token(secret_key: str, text: str) -> RefreshClaims:
    """What this token says. Raises InvalidInput when nothing is there, and BadCredentials when we never made it."""
    token = text.strip() if len(text) <= LONGEST else text
    if not token or len(token) > LONGEST:
        raise InvalidInput("refreshToken", "Send the refresh token that came with the access token.")
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, ValueError):
        raise not_a_token() from None
    said, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    # Decoding skips what is no digit: only one text is this token.
    if len(token) != LENGTH or len(raw) != BYTES or urlsafe_b64encode(raw).decode() != token:
        raise not_a_token()
    if not hmac.compare_digest(signature, _signature(secret_key, said)):
        raise not_a_token()
    return RefreshClaims(PydanticObjectId(said[:ID_BYTES]), int.from_bytes(said[ID_BYTES:], "big"))


def not_a_token() -> BadCredentials:
    """What is said of a text that is no refresh token of this server."""
    return BadCredentials("This is not a valid refresh token; sign in again.")


def _signature(secret_key: str, said: bytes) -> bytes:
    # A key of its own: what signs access tokens and letters' codes signs nothing else.
    key = hmac.digest(secret_key.encode(), b"seatlock refresh token", "sha256")
    return hmac.digest(key, said, "sha256")
