"""Being called when a moment has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from domain.clock import Clock


class Alarm:
    """Calls back once, when the clock has reached the moment; never if it is None."""

    def __init__(self, clock: Clock, moment: datetime | None, call: Callable[[], None]) -> None:
        self._clock = clock
        self._moment = moment
        self._call = call
        self._timer: asyncio.TimerHandle | None = None
        self._set()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _set(self) -> None:
        if self._moment is None:
            return
        wait = (self._moment - self._clock()).total_seconds()
        if wait <= 0:
            self._call()
        else:
            self._timer = asyncio.get_running_loop().call_later(wait, self._set)
