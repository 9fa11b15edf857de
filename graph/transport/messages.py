"""The messages of graphql-transport-ws as they come in, and the close codes for those that are none.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from typing import Any

import orjson

LONGEST_ID = 256
"""Characters of an operation's id, which every message about it repeats."""

LONGEST_REASON = 123
"""Bytes of a close frame's reason (RFC 6455 §5.5)."""


class Closed(Exception):
    """The protocol is broken, or the connection is at its end: close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


def malformed(reason: str) -> Closed:
    """Not a message of the protocol."""
    return Closed(4400, reason)


def internal() -> Closed:
    """A fault of ours. Not 1011, which says so, too, and after which npm's graphql-ws never connects again."""
    return Closed(1013, "Internal error; try again later")


def parse_message(text: str | None) -> dict[str, Any]:
    """The message in this frame. Raises Closed."""
    try:
        message = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        raise malformed("Invalid message") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise malformed("Invalid message")
    return message


def id_in(message: dict[str, Any]) -> str:
    """The id of the operation it is about. Raises Closed."""
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not 0 < len(operation_id) <= LONGEST_ID:
        raise malformed(f"`id` must be a string of 1 to {LONGEST_ID} characters")
    return operation_id


def payload_in(message: dict[str, Any]) -> dict[str, Any] | None:
    """Its payload, if it has one. Raises Closed."""
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise malformed("`payload` must be an object")
    return payload
