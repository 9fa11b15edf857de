"""Running a job: one at a time, recorded, whoever asks for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

import structlog
from beanie import PydanticObjectId
from pymongo.errors import ConnectionFailure, DuplicateKeyError, PyMongoError, WaitQueueTimeoutError

from domain.audit.administration import administration_entry
from domain.documents import AuditAction, Job, JobExecution, JobStatus, new_id
from domain.jobs import lease
from domain.jobs.burial import bury
from domain.jobs.clean_up import clean_up
from domain.jobs.recovery import recover
from domain.outbox.deliver import deliver, is_anything_to_deliver
from domain.payments.reconcile import reconcile
from domain.payments.refund import are_refunds_due, send_refunds
from domain.process.metrics import job_ended
from domain.process.progress import Progress
from domain.process.tasks import cancel
from domain.sale.cancelled_events import are_cancellations_due, end_cancelled_events
from domain.sale.expiry import are_bookings_due, are_locks_due, expire_bookings, expire_locks

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

log = structlog.get_logger(__name__)

ANSWER_WITHIN_SECONDS = 8.0
"""How long whoever asks for a job waits for its end: less than a server that stops gives its requests."""

Work: TypeAlias = "Callable[[Services, Progress], Awaitable[None]]"


@dataclass(frozen=True, slots=True)
class JobPlan:
    """What a job does; `is_due`, where it can be told at once, whether there is anything to do."""

    work: Work
    is_due: Callable[[Services], Awaitable[bool]] | None = None


PLANS: Mapping[Job, JobPlan] = {
    Job.EXPIRE_LOCKS: JobPlan(expire_locks, are_locks_due),
    Job.EXPIRE_BOOKINGS: JobPlan(expire_bookings, are_bookings_due),
    Job.CANCEL_EVENTS: JobPlan(end_cancelled_events, are_cancellations_due),
    Job.SEND_REFUNDS: JobPlan(send_refunds, are_refunds_due),
    Job.RECONCILE: JobPlan(reconcile),
    Job.DELIVER: JobPlan(deliver, is_anything_to_deliver),
    Job.RECOVER: JobPlan(recover),
    Job.CLEAN_UP: JobPlan(clean_up),
}


async def run_if_due(services: Services, job: Job, correlation_id: str) -> JobExecution | None:
    """Run the job as `run_job` does; None, and no record, when there is nothing to do or nothing was found to do."""
    is_due = PLANS[job].is_due
    if is_due is None:
        return await run_job(services, job, correlation_id)
    if not await is_due(services):
        return None
    execution = await begin_job(services, job, correlation_id, skipped_once=True)
    if execution.status is JobStatus.SKIPPED:
        return execution
    execution = await finish_job(services, execution, forget_if_idle=True)
    return execution if execution.records_processed or execution.error else None


async def run_job(services: Services, job: Job, correlation_id: str) -> JobExecution:
    """Run the job to its end, or be SKIPPED because it is running. What goes wrong in the job is in the execution.

    However often one asker meets one run, it is recorded as SKIPPED once: the clock asks twice a second.
    Raises PyMongoError when not even that could be recorded.
    """
    execution = await begin_job(services, job, correlation_id, skipped_once=True)
    return execution if execution.status is JobStatus.SKIPPED else await finish_job(services, execution)


async def run_on_demand(services: Services, caller: Caller, job: Job) -> JobExecution:
    """Run the job because an ADMIN asks; the execution as it is when it ends or, of a longer one, still RUNNING."""
    entry = administration_entry(services.clock(), caller, AuditAction.JOB_REQUESTED, job=job.value)
    await services.journal.write(entry)
    execution = await begin_job(services, job, caller.correlation_id)
    if execution.status is JobStatus.SKIPPED:
        return execution
    running = services.tasks.keep_until_stopped(finish_job(services, execution))
    await asyncio.wait((running,), timeout=ANSWER_WITHIN_SECONDS)
    return running.result() if running.done() else execution


async def begin_job(services: Services, job: Job, correlation_id: str, *, skipped_once: bool = False) -> JobExecution:
    """A new execution: RUNNING, to be carried out by `finish_job`, or SKIPPED.

    With `skipped_once` all that one asker meets of one run is one record.
    """
    beginning = services.tasks.keep(_begin(services, job, correlation_id, skipped_once))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        # It takes its lease all the same, and nobody is left to give it back.
        services.tasks.keep(_undo(beginning))
        raise


async def _undo(beginning: asyncio.Task[JobExecution]) -> None:
    execution = await beginning
    if execution.status is JobStatus.RUNNING:
        await _record_end(execution, forget=True)


async def _begin(services: Services, job: Job, correlation_id: str, skipped_once: bool) -> JobExecution:
    now = services.clock()
    execution = JobExecution.model_construct(id=new_id(), job=job, correlation_id=correlation_id, started_at=now)
    taken = await lease.take(job, execution.id)
    if taken.by != execution.id:
        skip_id = _skip_id(correlation_id, taken.by) if skipped_once else execution.id
        execution = execution.evolve(id=skip_id, status=JobStatus.SKIPPED, ended_at=now)
    elif taken.abandoned is not None:
        await bury(services.clock, taken.abandoned)
    with suppress(DuplicateKeyError):
        await JobExecution.get_pymongo_collection().insert_one(execution.to_bson())
        if execution.status is JobStatus.SKIPPED:
            job_ended(job.value, JobStatus.SKIPPED.value, 0.0)
            log.info("job skipped", job=job.value, correlation_id=correlation_id, reason="it is running")
    return execution


def _skip_id(correlation_id: str, holder: PydanticObjectId) -> PydanticObjectId:
    """One id for all that one asker meets of one run."""
    digest = blake2b(holder.binary + correlation_id.encode(), digest_size=8).digest()
    return PydanticObjectId(holder.binary[:4] + digest)


async def finish_job(services: Services, execution: JobExecution, *, forget_if_idle: bool = False) -> JobExecution:
    """Do the work of an execution that has begun; how it ended. When cancelled it says so in the record first."""
    progress = Progress()
    began = time.monotonic()
    traced = nullcontext() if services.tracing is None else services.tracing.job(execution)
    with (
        structlog.contextvars.bound_contextvars(correlation_id=execution.correlation_id, job=execution.job.value),
        traced as span,
    ):
        error: str | None = None
        try:
            await _while_ours(execution, PLANS[execution.job].work(services, progress))
        except asyncio.CancelledError:
            error = "Stopped with its process; the next run does the rest."
            raise
        except LeaseLost:
            error = "Lost its lease: this process was held up. The next run does the rest."
            log.warning("job lost its lease")
        except Exception as fault:
            error = f"{type(fault).__name__}; the log has the details."
            _say_failed(fault)
        finally:
            ended = execution.evolve(
                status=JobStatus.FAILED if error else JobStatus.COMPLETED,
                records_processed=progress.done,
                ended_at=services.clock(),
                error=error,
            )
            forget = forget_if_idle and error is None and not progress.done
            if error is None and not forget:
                _say_done(progress, time.monotonic() - began)
            outcome = "IDLE" if forget else ended.status.value
            job_ended(execution.job.value, outcome, time.monotonic() - began)
            if span is not None:
                span.set_attribute("seatlock.outcome", outcome)
            await asyncio.shield(services.tasks.keep(_record_end(ended, forget)))
    return ended


class LeaseLost(Exception):
    """Somebody else may be running the job now."""


class WorkCancelled(Exception):
    """Something the job waited for was cancelled, as by a provider's client that gives up like this."""


async def _while_ours(execution: JobExecution, work: Awaitable[None]) -> None:
    """The work, cancelled when the lease turns out to be lost. Raises LeaseLost, WorkCancelled."""
    working = asyncio.ensure_future(work)
    heart = asyncio.create_task(_beat(execution))
    try:
        await asyncio.wait((working, heart), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise LeaseLost
        if working.cancelled():
            # By itself: nobody has cancelled us, and whoever waits for us must not think so.
            raise WorkCancelled
        await working
    finally:
        await cancel(working, heart)


async def _beat(execution: JobExecution) -> None:
    """Keep the lease; returns when it is lost."""
    while True:
        await asyncio.sleep(lease.HEARTBEAT_SECONDS)
        # While MongoDB elects a primary nobody else can take the lease either.
        with suppress(PyMongoError):
            if not await lease.keep(execution.job, execution.id):
                return


async def _record_end(execution: JobExecution, forget: bool) -> None:
    executions = JobExecution.get_pymongo_collection()
    mine = {"_id": execution.id, "status": JobStatus.RUNNING.value}  # unless it was thought dead, and buried
    try:
        if forget:
            await executions.delete_one(mine)
        else:
            await executions.update_one(mine, {"$set": execution.to_bson()})
        await lease.give_back(execution.job, execution.id)
    except PyMongoError as fault:
        log.warning("the end of a job is not recorded", job=execution.job.value, reason=type(fault).__name__)


def _say_done(progress: Progress, seconds: float) -> None:
    log.info(
        "job done",
        found=progress.found,
        done=progress.done,
        seconds=round(seconds, 3),
        oldest_overdue_seconds=round(progress.oldest_overdue / timedelta(seconds=1), 3),
    )


def _say_failed(fault: Exception) -> None:
    if isinstance(fault, ConnectionFailure | WaitQueueTimeoutError):
        log.warning("job failed", reason=type(fault).__name__)  # an outage, which has a line of its own
    else:
        log.exception("job failed")
