"""Reading what jobs have done."""

from __future__ import annotations

from typing import Any

from domain.documents import Job, JobExecution, JobStatus, Listing


def list_executions(*, job: Job | None, status: JobStatus | None) -> Listing[JobExecution]:
    """Executions, newest first."""
    query: dict[str, Any] = {}
    if job is not None:
        query["job"] = job.value
    if status is not None:
        query["status"] = status.value
    return JobExecution.newest_first(query)
