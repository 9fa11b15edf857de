"""What each request asked, what came of it, and how long that took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from starlette.types import Scope

from domain.metrics import UNKNOWN, request_ended


class Measured:
    """A request from its first byte until its answer is made; of a subscription, until it begins.

    Sending the answer is left out: how long that takes is the client's doing.
    """

    __slots__ = ("_answered", "_began", "operation")

    def __init__(self, scope: Scope, correlation_id: str) -> None:
        self.operation = UNKNOWN
        self._answered = False
        self._began = time.perf_counter()

    def answered(self, outcome: str) -> None:
        """The answer is made: `ok`, or an error's code. What comes after the first is not counted."""
        if not self._answered:
            self._answered = True
            request_ended(self.operation, outcome, time.perf_counter() - self._began)


Measure: TypeAlias = Callable[[Scope, str], Measured]
"""Begins to measure a request that came with this scope and has this correlation id."""
