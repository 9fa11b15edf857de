"""Executions whose process died without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId

from domain.clock import Clock
from domain.documents import Job, JobExecution, JobStatus
from domain.jobs import lease

if TYPE_CHECKING:
    from domain.services import Services


async def bury(clock: Clock, execution_id: PydanticObjectId) -> None:
    """Close its record: whoever ran it is gone, or will find out that it has lost its lease."""
    end: dict[str, Any] = {
        "status": JobStatus.FAILED.value,
        "ended_at": clock(),
        "error": "The process that ran it is gone.",
    }
    await JobExecution.get_pymongo_collection().update_one(
        {"_id": execution_id, "status": JobStatus.RUNNING.value}, {"$set": end}
    )


async def bury_abandoned(services: Services) -> None:
    """Close the records of all of them."""
    running = await JobExecution.get_pymongo_collection().find({"status": JobStatus.RUNNING.value}).to_list()
    # Read second: one that is alive has taken its lease before it was recorded, and keeps it until its end is.
    holders = await lease.holders()
    for raw in running:
        if raw["_id"] not in holders:
            await lease.give_back(Job(raw["job"]), raw["_id"])
            await bury(services.clock, raw["_id"])
