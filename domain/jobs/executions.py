"""Reading what jobs have done."""

from __future__ import annotations

from typing import Any

from domain.documents import Job, JobExecution, JobStatus, Place


async def list_executions(
    *, job: Job | None, status: JobStatus | None, limit: int, after: Place | None
) -> list[JobExecution]:
    """Executions, newest first, at most `limit` of them after the place `after`."""
    query: dict[str, Any] = {}
    if job is not None:
        query["job"] = job.value
    if status is not None:
        query["status"] = status.value
    return await JobExecution.newest_first(query, limit=limit, after=after)
