"""What each request asked, what came of it, and how long that took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import structlog
from starlette.types import Scope

from domain.caller import Caller
from domain.people.accounts import Claims
from domain.process.metrics import UNKNOWN, request_ended
from domain.services import Services

_log = structlog.get_logger(__name__)


class Measured:
    """A request from its first byte until its answer is made; of a subscription, until it begins.

    Sending the answer is left out: how long that takes is the client's doing.
    """

    __slots__ = ("_answered", "_began", "_logged", "operation", "who")

    def __init__(self, scope: Scope, correlation_id: str) -> None:
        self.operation = UNKNOWN
        self.who: Caller | Claims | None = None
        self._answered = False
        services: Services = scope["state"]["services"]
        self._logged = services.settings.log_requests
        self._began = time.perf_counter()

    def answered(self, outcome: str) -> None:
        """The answer is made: `ok`, or an error's code. What comes after the first is not counted."""
        if not self._answered:
            self._answered = True
            seconds = time.perf_counter() - self._began
            request_ended(self.operation, outcome, seconds)
            if self._logged:
                self._tell(outcome, seconds)

    def _tell(self, outcome: str, seconds: float) -> None:
        """Nothing of it is a client's choice but the correlation id that every line has."""
        who = {} if self.who is None else {"user": str(self.who.user_id)}
        _log.info("request", operation=self.operation, outcome=outcome, seconds=round(seconds, 3), **who)


Measure: TypeAlias = Callable[[Scope, str], Measured]
"""Begins to measure a request that came with this scope and has this correlation id."""
