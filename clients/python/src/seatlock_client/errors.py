"""What can go wrong.

SeatlockError
├── Refused           the API says no, for a reason that a program or a buyer can act on
├── RequestFailed     the request failed as a whole, or nobody answered it in time
├── SessionEnded      somebody has to sign in again
└── ConnectionEnded   a subscription was ended in a way that would come again
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNAVAILABLE = "UNAVAILABLE"


class SeatlockError(Exception):
    """Anything that this client raises."""


class Refused(SeatlockError):
    """An `Error` of a result union. `outcome` has what more it tells, and is None where that is nothing.

    `code` is the API's ErrorCode as text: new ones may join in time. `message` is for people.
    """

    def __init__(self, code: str, message: str, outcome: object | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.outcome = outcome


class RequestFailed(SeatlockError):
    """A top-level error. With the code UNAVAILABLE a mutation may be done or not: the same call and key can tell."""

    def __init__(self, code: str, message: str, extensions: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.extensions = dict(extensions or {})


class SessionEnded(SeatlockError):
    """The session can't be renewed: it was ended, or nobody renewed it for too long."""


class ConnectionEnded(SeatlockError):
    """The server has ended a subscription's connection, and another one would end in the same way."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the connection was closed: {code} {reason}".rstrip())
        self.code = code
        self.reason = reason
