"""One line when something goes away and one when it is back, however often it is asked for in between."""

from __future__ import annotations

import structlog

log = structlog.get_logger(__name__)


class Outage:
    """Whether a server answers, as far as this process knows."""

    def __init__(self, of: str) -> None:
        self._of = of
        self._away = False

    def began(self, error: BaseException) -> None:
        """It did not answer."""
        if not self._away:
            self._away = True
            log.warning(f"{self._of} does not answer", reason=type(error).__name__)

    def ended(self) -> None:
        """It answered."""
        if self._away:
            self._away = False
            log.info(f"{self._of} answers again")
