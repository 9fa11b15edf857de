from __future__ import annotations

from typing import Annotated

import strawberry

from domain import jobs
from graph.schema.context import Info, require_admin
from graph.schema.enums import Job
from graph.schema.types.errors import InvalidInput
from graph.schema.types.job_execution import JobExecution


@strawberry.input(description="What is to be done now.")
class RunJobInput:
    job: Job = strawberry.field(description="The job to run.")


@strawberry.type(description="The job was asked for; whether it was done is in the execution's status.")
class RunJobSuccess:
    execution: JobExecution = strawberry.field(
        description="The run as it ended; RUNNING if it takes longer than eight seconds, SKIPPED if one was under way."
    )


RunJobResult = Annotated[
    RunJobSuccess | InvalidInput,
    strawberry.union(name="RunJobResult", description="What came of runJob."),
]


@strawberry.mutation(description="Run a job now. It is SKIPPED while another run of it is under way. ADMIN only.")
async def run_job(
    info: Info, input: Annotated[RunJobInput, strawberry.argument(description="What is to be done now.")]
) -> RunJobResult:
    caller = require_admin(info)
    execution = await jobs.run_on_demand(info.context.services, caller, input.job)
    return RunJobSuccess(execution=JobExecution.from_document(execution))
