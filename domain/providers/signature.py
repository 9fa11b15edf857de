"""Signatures of webhooks in the manner of Stripe's: `t=<unix time>,v1=<hex HMAC-SHA256 of "<t>.<body>">`.

https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from domain.providers.port import BadNotice

TOLERANCE_SECONDS = 300
"""How old, or how far ahead of our clock, a signature may be: a copy sent again later is refused."""

LONGEST = 4096


def sign(secret: str, body: bytes, now: datetime) -> str:
    """The header's value."""
    at = int(now.timestamp())
    return f"t={at},v1={_digest(secret, at, body)}"


def verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    """Raises BadNotice unless one of the header's signatures is good and recent."""
    if len(header) > LONGEST:
        raise BadNotice("The signature is too long.")
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12) or not given:
        raise BadNotice("The signature is malformed.")
    at = int(times[0])
    expected = _digest(secret, at, body)
    # All of them, so that the time it takes tells nothing.
    good = [hmac.compare_digest(expected.encode(), each.encode()) for each in given]
    if not any(good):
        raise BadNotice("The signature is wrong.")
    if abs(now.timestamp() - at) > TOLERANCE_SECONDS:
        raise BadNotice("The signature is too old.")


def _digest(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), str(at).encode() + b"." + body, sha256).hexdigest()
