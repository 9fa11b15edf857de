"""Who may run a job: one at a time, across all processes.

A lease with a heartbeat, not a flag: a process that dies without a word blocks its job for LEASE_SECONDS. All instants
here are MongoDB's own (`$$NOW`), so clocks that disagree do no harm. Nor does a holder that was asleep while its lease
ran out: jobs only do through the inventory writer what is right at any time. The lease spares double work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from beanie import PydanticObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.contradiction import required
from domain.documents import Job, JobLease

LEASE_SECONDS = 6
HEARTBEAT_SECONDS = 1.5

Stages = list[dict[str, Any]]

_EXTENDED = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
_IS_FREE = {"$lte": [{"$ifNull": ["$expires_at", None]}, "$$NOW"]}  # null comes before every instant


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has the lease now, and the execution that had it before and never gave it back."""

    by: PydanticObjectId
    abandoned: PydanticObjectId | None


async def take(job: Job, execution_id: PydanticObjectId) -> Taken:
    """The lease, for this execution unless another one has it."""
    stages: Stages = [
        {"$set": {"free": _IS_FREE}},
        {
            "$set": {
                "execution_id": {"$cond": ["$free", execution_id, "$execution_id"]},
                "previous_id": {"$cond": ["$free", {"$ifNull": ["$execution_id", None]}, "$previous_id"]},
                "expires_at": {"$cond": ["$free", _EXTENDED, "$expires_at"]},
            }
        },
        {"$unset": "free"},
    ]
    try:
        lease = await _update({"_id": job.value}, stages, upsert=True)
    except DuplicateKeyError:  # the very first one, made twice at once
        lease = await _update({"_id": job.value}, stages)
    lease = required(lease, "a lease is never deleted")
    return Taken(lease["execution_id"], lease["previous_id"])


async def holders() -> set[PydanticObjectId]:
    """The executions that have a lease now."""
    taken = JobLease.get_pymongo_collection().find({"$expr": {"$gt": ["$expires_at", "$$NOW"]}})
    return {raw["execution_id"] async for raw in taken}


async def keep(job: Job, execution_id: PydanticObjectId) -> bool:
    """Put the end of one's lease off; False when it is one's own no longer."""
    return (
        await _update({"_id": job.value, "execution_id": execution_id}, [{"$set": {"expires_at": _EXTENDED}}])
        is not None
    )


async def give_back(job: Job, execution_id: PydanticObjectId) -> None:
    """Let the next one have it."""
    nobody: Stages = [{"$set": {"execution_id": None, "expires_at": None}}]
    await _update({"_id": job.value, "execution_id": execution_id}, nobody)


async def _update(query: dict[str, Any], stages: Stages, *, upsert: bool = False) -> dict[str, Any] | None:
    return await JobLease.get_pymongo_collection().find_one_and_update(
        query, stages, upsert=upsert, return_document=ReturnDocument.AFTER
    )
