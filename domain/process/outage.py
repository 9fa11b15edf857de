"""A server that may be away: one line when it goes and one when it is back, and a pause before it is asked again."""

from __future__ import annotations

import time
from typing import Any


class Outage:
    """Whether something answers, as far as this process knows."""

    def __init__(self, log: Any, away: str, back: str, pause_seconds: float = 0) -> None:
        """`log` gets the line `away` at the first failure and `back` at the first success after one."""
        self._log = log
        self._lines = away, back
        self._pause_seconds = pause_seconds
        self._ask_again_at = 0.0
        self._is_away = False

    @property
    def is_pausing(self) -> bool:
        """Whether it failed so lately that asking would only cost time."""
        return time.monotonic() < self._ask_again_at

    def began(self, error: BaseException) -> None:
        """It did not answer."""
        self._ask_again_at = time.monotonic() + self._pause_seconds
        if not self._is_away:
            self._is_away = True
            self._log.warning(self._lines[0], reason=type(error).__name__)

    def ended(self) -> None:
        """It answered."""
        if self._is_away:
            self._is_away = False
            self._log.info(self._lines[1])
