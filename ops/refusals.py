"""What a connection is told, or cut off for, below the application. Answers are made once: floods ask for many."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from graph.transport.middleware import make_id


class ConnectionRefusal(NamedTuple):
    """Why, as `seatlock_refused_connections_total` counts it, and what is answered."""

    reason: str
    head: bytes
    body: bytes

    def answer(self) -> bytes:
        """The whole answer, with a correlation id as all have."""
        return b"%bx-correlation-id: %b\r\n\r\n%b" % (self.head, make_id(), self.body)


def _refusal(reason: str, status: str, code: str, message: str, *more: str) -> ConnectionRefusal:
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
    head = [
        f"HTTP/1.1 {status}",
        "content-type: application/json; charset=utf-8",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
        *more,
    ]
    return ConnectionRefusal(reason, "\r\n".join([*head, ""]).encode(), body)


MALFORMED = _refusal("malformed", "400 Bad Request", "BAD_REQUEST", "This is not HTTP.")
TOO_SLOW = "The request took too long to arrive."
HEADERS_SLOW = _refusal("headers_slow", "408 Request Timeout", "REQUEST_TIMEOUT", TOO_SLOW)
BODY_SLOW = _refusal("body_slow", "408 Request Timeout", "REQUEST_TIMEOUT", TOO_SLOW)
LINE_TOO_LONG = _refusal(
    "request_line", "414 URI Too Long", "URI_TOO_LONG", "The first line of the request is too long."
)
HEADERS_TOO_LARGE = _refusal(
    "headers", "431 Request Header Fields Too Large", "HEADERS_TOO_LARGE", "The headers are too many, or too large."
)
TOO_MANY = _refusal(
    "address_full",
    "429 Too Many Requests",
    "TOO_MANY_CONNECTIONS",
    "This address has too many connections.",
    "retry-after: 5",
)
FULL = _refusal(
    "full", "503 Service Unavailable", "UNAVAILABLE", "This server has too many connections.", "retry-after: 5"
)
TOO_MUCH_WAITS = _refusal(
    "waiting", "503 Service Unavailable", "UNAVAILABLE", "Too much of what you sent waits.", "retry-after: 5"
)

SILENT, UNREAD, MADE_ROOM = "silent", "unread", "made_room"
"""Why one is cut off without an answer: nothing came; nothing was taken; another needed its place."""
