"""A client of Seatlock: sessions, retries that do nothing twice, and subscriptions that come back.

`Seatlock` is the API as one person sees it. The types of its answers are in `seatlock_client.api`, which is generated.
"""

from .client import Seatlock, new_key
from .errors import ConnectionEnded, Refused, RequestFailed, SeatlockError, SessionEnded
from .selection import Choice, Selection
from .session import Tokens

__all__ = [
    "Choice",
    "ConnectionEnded",
    "Refused",
    "RequestFailed",
    "Seatlock",
    "SeatlockError",
    "Selection",
    "SessionEnded",
    "Tokens",
    "new_key",
]
