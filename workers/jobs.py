"""The jobs of the clock: each one call into domain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from pymongo.errors import PyMongoError

from domain.documents import Job, JobStatus
from domain.errors import SeatlockError
from domain.jobs import run_if_due
from workers.outage import Outage

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

CLOCK = "worker"
"""The correlation id of what the clock asks for."""

PAUSE_SECONDS = 5.0
"""How long a job that failed is left alone: what it stumbled over will not be gone in half a second."""


class Clockwork:
    """Runs jobs when the clock says so, each once at a time; what goes wrong is told once, and tried again later."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._mongo = Outage("MongoDB")
        self._running: set[Job] = set()
        self._not_before: dict[Job, float] = {}

    async def tick(self, job: Job) -> None:
        """Run the job unless it is running here, just failed, or has nothing to do."""
        if job in self._running or time.monotonic() < self._not_before.get(job, 0.0):
            return
        self._running.add(job)
        try:
            execution = await run_if_due(self._services, job, CLOCK)
            if execution is not None and execution.status is JobStatus.FAILED:
                self._not_before[job] = time.monotonic() + PAUSE_SECONDS
            else:
                self._mongo.ended()
        except (PyMongoError, SeatlockError) as error:
            self._mongo.began(error)
        finally:
            self._running.discard(job)
