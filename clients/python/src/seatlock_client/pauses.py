"""The pauses between attempts."""

from __future__ import annotations

import random

FIRST = 0.3
LONGEST = 15.0


class Pauses:
    """Each one longer, up to a bound, and random: clients should not all come back at once. In seconds."""

    def __init__(self) -> None:
        self._longest = FIRST

    def next(self, at_least: float = 0) -> float:
        """How long the next one is. `at_least` is what the server asks for."""
        pause = at_least + random.uniform(self._longest / 2, self._longest)  # noqa: S311 - no secret
        self._longest = min(2 * self._longest, LONGEST)
        return pause
