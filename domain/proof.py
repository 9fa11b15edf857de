"""Codes that letters carry: who has one reads what is sent to the address of its user.

Nothing of a code is stored. It is the user's id, when it ends, and a signature that also covers what the code must not
outlive: the address and, of one that sets a password, the password of the moment. So it ends with either.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from beanie import PydanticObjectId

from domain.documents import LetterKind, User
from domain.errors import InvalidInput

GOOD_FOR: Mapping[LetterKind, timedelta] = {
    LetterKind.VERIFICATION: timedelta(hours=24),
    LetterKind.PASSWORD_RESET: timedelta(hours=1),
}
"""How long the code of such a letter can be used, from when it is sent."""

ID_BYTES, TIME_BYTES, SIGNATURE_BYTES = 12, 5, 19
BYTES = ID_BYTES + TIME_BYTES + SIGNATURE_BYTES
"""A multiple of three: as text it needs no padding, which a mail program might take for no part of a link."""


def new_code(secret_key: str, kind: LetterKind, user: User, now: datetime) -> str:
    """A code for this user, 48 letters, digits, - and _."""
    ends = int((now + GOOD_FOR[kind]).timestamp()).to_bytes(TIME_BYTES, "big")
    signature = _signature(secret_key, kind, user, ends)
    return urlsafe_b64encode(user.id.binary + ends + signature).decode()


def holder_of(code: str) -> PydanticObjectId:
    """Whose code it says it is. Raises InvalidInput when it is none."""
    return PydanticObjectId(_parts(code)[0])


def check_code(secret_key: str, kind: LetterKind, code: str, user: User | None, now: datetime) -> User:
    """The user, whose code for this it is, and who still can use it. Raises InvalidInput."""
    holder, ends, signature = _parts(code)
    if (
        user is None
        or user.id.binary != holder
        or not hmac.compare_digest(signature, _signature(secret_key, kind, user, ends))
    ):
        raise _no_code()
    if int.from_bytes(ends, "big") <= now.timestamp():
        raise InvalidInput("token", "This code can't be used any more; ask for another letter.")
    return user


def _parts(code: str) -> tuple[bytes, bytes, bytes]:
    text = code[: 2 * BYTES].strip()
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, ValueError):
        raise _no_code() from None
    # Decoding skips what is no digit: only one text is this code.
    if len(raw) != BYTES or urlsafe_b64encode(raw).decode() != text:
        raise _no_code()
    return raw[:ID_BYTES], raw[ID_BYTES:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]


def _no_code() -> InvalidInput:
    return InvalidInput("token", "This code is wrong or used, or it was for another address. Ask for another letter.")


def _signature(secret_key: str, kind: LetterKind, user: User, ends: bytes) -> bytes:
    bound = [user.email_key]
    if kind is LetterKind.PASSWORD_RESET:
        bound += [user.password_hash, str(user.sessions_ended)]
    # A key of its own for each kind: what signs access tokens signs nothing else, nor does a code pass for another.
    key = hmac.digest(secret_key.encode(), f"seatlock letter {kind.value}".encode(), "sha256")
    signed = user.id.binary + ends + b"".join(sha256(text.encode()).digest() for text in bound)
    return hmac.digest(key, signed, "sha256")[:SIGNATURE_BYTES]
