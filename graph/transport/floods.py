"""Who sends messages without end gets a part of the process's time, together with all others who do."""

from __future__ import annotations

import asyncio

MESSAGE_SECONDS, CHARACTER_SECONDS = 20e-6, 10e-9
"""What a message takes, and each of its characters. Reckoned, not measured: while somebody waits, others work."""

BURST_SECONDS = 0.005
"""So much of one connection is taken as it comes: 250 short messages, or eight of 64 kB."""

REST = 2.0
"""Afterwards it takes so many times as long until the next message: a third of the time goes to them."""


class Floods:
    """Those of one process. Belongs to one event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def rest(self, worked: float) -> None:
        """Wait as long as one has to who had the process work for so many seconds, one after the other."""
        async with self._turn:
            await asyncio.sleep(REST * worked)


class Flow:
    """The messages of one connection."""

    __slots__ = ("_floods", "_worked")

    def __init__(self, floods: Floods) -> None:
        self._floods = floods
        self._worked = 0.0

    async def came(self, length: int) -> None:
        """A message of so many characters was seen to."""
        self._worked += MESSAGE_SECONDS + length * CHARACTER_SECONDS
        if self._worked > BURST_SECONDS:
            worked, self._worked = self._worked, 0.0
            await self._floods.rest(worked)
