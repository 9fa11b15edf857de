from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import documents
from graph.schema.enums import Job, JobStatus
from graph.schema.ids import encode_id
from graph.schema.types.node import Node


@strawberry.type(description="One run of a job. Seen by ADMINs, for 24 hours.")
class JobExecution(Node):
    job: Job = strawberry.field(description="What was to be done.")
    status: JobStatus = strawberry.field(description="What became of it.")
    records_processed: int = strawberry.field(
        description="How many things were expired, settled, repaired or forgotten; 0 while it is RUNNING."
    )
    correlation_id: str = strawberry.field(
        description="The `X-Correlation-ID` of the request that asked for it; `worker` when it was the clock."
    )
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it is RUNNING.")
    error: str | None = strawberry.field(description="Why it FAILED; null when it has not.")

    @classmethod
    def from_document(cls, execution: documents.JobExecution) -> Self:
        return cls(
            id=encode_id("JobExecution", execution.id),
            job=execution.job,
            status=execution.status,
            records_processed=execution.records_processed,
            correlation_id=execution.correlation_id,
            started_at=execution.started_at,
            ended_at=execution.ended_at,
            error=execution.error,
        )
