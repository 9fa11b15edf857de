"""What both protocols share: how much a peer may leave unread and for how long, and how listeners are sent away."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from graph.subscriptions.audience import Audience

UNSENT_BYTES = 16 * 1024
"""What the system may keep of a connection before it is sent. More, and a listener on a slow line would be told
everything that was true meanwhile before what is true now."""


SLOWEST = 256
"""Bytes a second: what comes slower than that, on the whole, does not come. No telephone is that slow."""


class Since:
    """For how long a connection has been as it is, as far as who looks now and then can tell."""

    __slots__ = ("_began", "_state")

    def __init__(self) -> None:
        self._state: object = None
        self._began = 0.0

    def seconds(self, state: object, now: float) -> float:
        """How long it has been in this state."""
        if state != self._state:
            self._state, self._began = state, now
        return now - self._began


class Unread:
    """For how long a peer has read nothing of what waits for it."""

    __slots__ = ("_least", "_moved")

    def __init__(self) -> None:
        self._least = 0
        self._moved = 0.0

    def seconds(self, size: int, now: float) -> float:
        """So much waits now. That it became less once is enough: more may have come meanwhile."""
        if not size or not self._least or size < self._least:
            self._moved = now
        self._least = size
        return now - self._moved


def drain(app_state: dict[str, Any]) -> None:
    """Send away who listens."""
    audience = app_state.get("audience")
    if isinstance(audience, Audience):
        audience.drain()


def keep_little_unsent(transport: asyncio.Transport) -> None:
    """Have the system keep little of what is not sent yet."""
    connection = transport.get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
