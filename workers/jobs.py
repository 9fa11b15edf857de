"""The jobs of the clock: each one call into domain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog
from pymongo.errors import PyMongoError

from domain.correlation import SCHEDULE
from domain.documents import Job, JobExecution, JobStatus
from domain.jobs import run_if_due
from domain.process.outage import Outage
from domain.process.tasks import cancel

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 5.0
"""How long a job that failed is left alone: what it stumbled over will not be gone in half a second."""

LONGEST_PAUSE_SECONDS = 600.0

STOP_AGAIN_SECONDS = 1.0
"""A job that is told to stop may take so long to put things in order before it is told again."""


class Clockwork:
    """Runs jobs when the clock says so, each once at a time; what goes wrong is told once, and tried again later.

    A job that was started goes on until it ends or all are stopped, whatever becomes of who said when.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._mongo = Outage(log, "MongoDB does not answer", "MongoDB answers again")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopped = False
        self._running: set[Job] = set()
        self._not_before: dict[Job, float] = {}

    def start(self) -> None:
        """Recover from what the worker before us may have left, beside everything else."""
        self._begin(self._recover())

    def tick(self, job: Job) -> None:
        """Start the job, unless it is running here, just failed, or has nothing to do."""
        if not self._stopped:
            self._begin(self._run(job))

    async def stop(self) -> None:
        """Start no more jobs, and cut those running short; what the inventory writer has in hand it finishes."""
        self._stopped = True
        await cancel(*self._tasks, again_after=STOP_AGAIN_SECONDS)

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _recover(self) -> None:
        """Until it has run to its end: a worker that died of it just now still has its lease."""
        pause = PAUSE_SECONDS
        while True:
            execution = await self._run(Job.RECOVER)
            if execution is not None and execution.status is JobStatus.COMPLETED:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _run(self, job: Job) -> JobExecution | None:
        """What came of it; None when it was not run."""
        if job in self._running or time.monotonic() < self._not_before.get(job, 0.0):
            return None
        self._running.add(job)
        execution = None
        try:
            execution = await run_if_due(self._services, job, SCHEDULE)
        except PyMongoError as error:
            self._mongo.began(error)
        except Exception:
            log.exception("job not run", job=job.value)
            self._pause(job)
        else:
            if execution is not None and execution.status is JobStatus.FAILED:
                self._pause(job)
            else:
                self._mongo.ended()
        finally:
            self._running.discard(job)
        return execution

    def _pause(self, job: Job) -> None:
        self._not_before[job] = time.monotonic() + PAUSE_SECONDS
