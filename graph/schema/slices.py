"""Long lists are made a slice at a time, and whoever has something to do meanwhile goes first."""

from __future__ import annotations

import asyncio
import time

SEATS_AT_A_TIME = 200
"""How many seats are listed before others get their turn: a large map takes a second of work."""

REST = 2.0
"""Where others had something to do, it takes so many times as long as the slice took until the next one."""

IDLE_SECONDS = 0.0005
"""Nobody else had anything to do if giving way takes no longer."""


class Slices:
    """The slices of one list. Without a rest, each step of a sale would wait for the next slice again."""

    def __init__(self) -> None:
        self._listed = 0
        self._began = time.perf_counter()

    async def one_more(self) -> None:
        """Before each seat: gives way after so many."""
        self._listed += 1
        if self._listed % SEATS_AT_A_TIME == 0:
            ended = time.perf_counter()
            await asyncio.sleep(0)
            if time.perf_counter() - ended > IDLE_SECONDS:
                await asyncio.sleep(REST * (ended - self._began))
            self._began = time.perf_counter()
