"""Executions whose process died without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId

from domain.documents import Job, JobExecution, JobStatus, new_id
from domain.jobs import lease

if TYPE_CHECKING:
    from domain.services import Services


async def bury(services: Services, execution_id: PydanticObjectId) -> None:
    """Close its record: whoever ran it is gone, or will find out that it has lost its lease."""
    end: dict[str, Any] = {
        "status": JobStatus.FAILED.value,
        "ended_at": services.clock(),
        "error": "The process that ran it is gone.",
    }
    await JobExecution.get_pymongo_collection().update_one(
        {"_id": execution_id, "status": JobStatus.RUNNING.value}, {"$set": end}
    )


async def bury_abandoned(services: Services) -> None:
    """Close the records of all of them. A job that is running keeps its lease."""
    for job in Job:
        probe = new_id()
        taken = await lease.take(job, probe)
        if taken.by == probe:
            if taken.abandoned is not None:
                await bury(services, taken.abandoned)
            await lease.give_back(job, probe)
