from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from domain.documents.stored import Stored

KEPT = timedelta(hours=24)
"""How long an execution is remembered."""


class Job(StrEnum):
    EXPIRE_LOCKS = "EXPIRE_LOCKS"
    EXPIRE_BOOKINGS = "EXPIRE_BOOKINGS"
    CANCEL_EVENTS = "CANCEL_EVENTS"
    SEND_REFUNDS = "SEND_REFUNDS"
    RECONCILE = "RECONCILE"
    DELIVER = "DELIVER"
    RECOVER = "RECOVER"
    CLEAN_UP = "CLEAN_UP"


class JobStatus(StrEnum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


class JobExecution(Stored):
    """One run of a job: RUNNING → COMPLETED or FAILED; or SKIPPED, because another run was under way.

    Runs of the clock that found nothing to do leave none. MongoDB forgets an execution 24 hours after it started.
    """

    made_at = "started_at"

    job: Job
    status: JobStatus = JobStatus.RUNNING
    records_processed: int = 0
    correlation_id: str
    started_at: datetime
    ended_at: datetime | None = None
    error: str | None = None

    class Settings:
        name = "job_executions"
        indexes = [
            IndexModel([("started_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
            IndexModel([("job", ASCENDING), ("started_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_job"),
            IndexModel(
                [("status", ASCENDING), ("started_at", DESCENDING), ("_id", DESCENDING)], name="newest_by_status"
            ),
            IndexModel(
                [("started_at", ASCENDING)], name="forget", expireAfterSeconds=int(KEPT.total_seconds())
            ),  # it holds no seats
        ]


class JobLease(Stored):
    """Who may run a job: the execution `execution_id`, until `expires_at` by MongoDB's clock. The id is the job's name.

    The holder puts `expires_at` off while it lives and sets both to nothing when it is done. `previous_id` is what
    `execution_id` was when the lease was last taken: an execution that never gave it back, or nothing.
    """

    id: str  # type: ignore[assignment]
    execution_id: PydanticObjectId | None = None
    previous_id: PydanticObjectId | None = None
    expires_at: datetime | None = None

    class Settings:
        name = "job_leases"
