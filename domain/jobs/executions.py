"""Reading what jobs have done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from beanie import PydanticObjectId

from domain.documents import Job, JobExecution, JobStatus


async def executions_by_ids(ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, JobExecution]:
    """The executions with these ids; unknown ids are left out."""
    return {execution.id: execution for execution in await _find({"_id": {"$in": list(ids)}})}


async def list_executions(
    *, job: Job | None, status: JobStatus | None, limit: int, after: PydanticObjectId | None
) -> list[JobExecution]:
    """Executions, newest first, at most `limit` of them after the one with id `after`."""
    query: dict[str, Any] = {}
    if job is not None:
        query["job"] = job.value
    if status is not None:
        query["status"] = status.value
    if after is not None:
        query["_id"] = {"$lt": after}
    return await _find(query, limit)


async def _find(query: dict[str, Any], limit: int = 0) -> list[JobExecution]:
    cursor = JobExecution.get_pymongo_collection().find(query, limit=limit).sort("_id", -1)
    return [JobExecution.from_bson(raw) for raw in await cursor.to_list()]
