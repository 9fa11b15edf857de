"""The errors of HTTP itself."""

from __future__ import annotations

from collections.abc import Iterable

Header = tuple[bytes, bytes]

RETRY_AFTER_SECONDS = 5
"""When to ask again where nobody can tell."""


def with_retry_after(status: int, headers: Iterable[Header], seconds: int = RETRY_AFTER_SECONDS) -> tuple[Header, ...]:
    """These headers, and with a status that means "later", when that is."""
    return (*headers, (b"retry-after", b"%d" % seconds)) if status in (429, 503) else tuple(headers)


class HttpError(Exception):
    """A request that is not answered with a GraphQL result: malformed, too large, the wrong method."""

    def __init__(self, status: int, code: str, message: str, headers: Iterable[Header] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = with_retry_after(status, headers)

    @property
    def payload(self) -> dict[str, object]:
        """The body: the shape of a GraphQL answer, so that one piece of client code reads both."""
        return {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}
