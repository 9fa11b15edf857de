"""Texts that take long to parse, whichever way they come: bodies of requests, and messages on WebSockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

T = TypeVar("T")

LONG = 64 * 1024
"""Longer texts are parsed one after the other: it takes up to 15 ms, and at once each step of a sale waits for all."""

REST = 2.0
"""After a long text it takes so many times as long until the next one: a third of the time goes to them."""


class LongTexts:
    """They wait for their turn, and their address pays for the time they take."""

    def __init__(self, paid_by: Callable[[str | None], AbstractContextManager[None]]) -> None:
        self._turn = asyncio.Lock()
        self._paid_by = paid_by

    async def parsed(self, parse: Callable[[], T], address: str | None) -> T:
        """What this finds in it. Raises what it raises, and RequestError when this address sent too many."""
        async with self._turn:
            await asyncio.sleep(0)
            began = time.thread_time()
            try:
                with self._paid_by(address):
                    return parse()
            finally:
                await asyncio.sleep(REST * (time.thread_time() - began))
