"""What this process counts for Prometheus. Callers say what happened; names, labels and buckets are settled here.

No label's value is a client's choice: operations are named by the schema's root fields, outcomes by our own codes. So
there are some hundreds of series however many clients there are, and nothing personal in any.

Several processes of one machine count together where PROMETHEUS_MULTIPROC_DIR names a directory when this is imported:
each writes there, and any of them can tell the sum (domain/reports/gauges.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from domain.documents import Job, JobStatus, RefundStatus

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
"""Where several processes count together; None where this one counts alone."""

REGISTRY = CollectorRegistry()
"""What this process counted, if it counts alone."""

UNKNOWN = "unknown"
"""The operation of a request that was refused before it was known what it asks."""

SEVERAL = "several"
"""The operation of a request that selects several root fields."""

OK, INTERNAL = "ok", "INTERNAL"
"""Outcomes beside the API's error codes: as asked, and a fault of ours (which has that code, too)."""

NO_ANSWER, NEVER_HEARD = "NO_ANSWER", "NEVER_HEARD"
"""Outcomes of a call beside the provider's own: none in time, and a charge that the provider does not know."""

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600)
"""Upper bounds of the buckets, in seconds: of what clients wait for, and of what may take its time."""

_requests = Histogram(
    "seatlock_request_duration_seconds",
    "GraphQL requests by root field and outcome, until their answer is made; subscriptions until they begin.",
    ["operation", "outcome"],
    buckets=QUICK,
    registry=REGISTRY,
)
_command_waits = Histogram(
    "seatlock_command_wait_seconds",
    "How long commands stood in line until a batch took them.",
    buckets=QUICK,
    registry=REGISTRY,
)
_batches = Histogram(
    "seatlock_batch_commands",
    "Commands that were decided together.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=REGISTRY,
)
_beginnings = Counter(
    "seatlock_batches_read",
    "Batches by what they had to read first: everything, something, or nothing that the last one had not left.",
    ["what"],
    registry=REGISTRY,
)
_batch_durations = Histogram(
    "seatlock_batch_duration_seconds",
    "From reading a batch's documents to its last commit, attempts that failed included.",
    buckets=QUICK,
    registry=REGISTRY,
)
_retries = Counter(
    "seatlock_write_retries",
    "Attempts to write a batch that failed and were made again: a conflict, what was remembered was not so any more "
    "(stale), or the kind of error MongoDB gave.",
    ["reason"],
    registry=REGISTRY,
)
_baton_waits = Histogram(
    "seatlock_baton_wait_seconds",
    "How long processes waited for their turn to write an event, by whether they got the baton or wrote without.",
    ["outcome"],
    buckets=QUICK,
    registry=REGISTRY,
)
_handed_over = Counter(
    "seatlock_commands_handed_over",
    "Commands that another process was given to carry out: it answered, or they were taken back.",
    ["outcome"],
    registry=REGISTRY,
)
_repairs = Counter(
    "seatlock_repaired_fields",
    "Fields of inventories that were wrong, and were repaired.",
    registry=REGISTRY,
)
_over_budget = Counter(
    "seatlock_over_budget",
    "Requests refused because an address or a user asked too often for what costs, by budget.",
    ["budget"],
    registry=REGISTRY,
)
_sign_in_failures = Counter(
    "seatlock_sign_in_failures",
    "Sign-ins with another password than the account's, or to no account.",
    registry=REGISTRY,
)
_listeners = Gauge(
    "seatlock_listeners",
    "Subscriptions under way.",
    ["transport"],
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_connections = Gauge(
    "seatlock_connections",
    "Connections that are open: HTTP, event streams and WebSockets.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_refused_connections = Counter(
    "seatlock_refused_connections",
    "Connections that were refused, or ended because they sent too much, took too long or read nothing.",
    ["cause"],
    registry=REGISTRY,
)
_feed_lags = Histogram(
    "seatlock_feed_lag_seconds",
    "From a commit until the listeners of one subscription are told, by the clocks of the two machines.",
    buckets=QUICK,
    registry=REGISTRY,
)
_provider_calls = Histogram(
    "seatlock_provider_call_duration_seconds",
    "Calls of the payment provider by what was asked and answered.",
    ["call", "outcome"],
    buckets=SLOW,
    registry=REGISTRY,
)
_jobs = Histogram(
    "seatlock_job_duration_seconds",
    "Runs of jobs by how they ended: IDLE, found nothing to do after all; SKIPPED, another run was under way.",
    ["name", "outcome"],  # not `job`, which is what Prometheus calls whom it scrapes
    buckets=SLOW,
    registry=REGISTRY,
)

# `labels` takes as long as everything else together; there are few, and they are asked for at every request.
_request_series: dict[tuple[str, str], Histogram] = {}


def request_ended(operation: str, outcome: str, seconds: float) -> None:
    """A request's answer is made. Both names must come from the schema and our codes, never from a client."""
    series = _request_series.get((operation, outcome))
    if series is None:
        series = _request_series[operation, outcome] = _requests.labels(operation, outcome)
        _requests.labels(operation, INTERNAL)
    series.observe(seconds)


def batch_taken(joined_at: Sequence[float]) -> None:
    """A batch of commands, by `time.perf_counter` in line since then, is decided now."""
    now = time.perf_counter()
    for joined in joined_at:
        _command_waits.observe(now - joined)
    _batches.observe(len(joined_at))


def batch_began(what: str) -> None:
    """A batch had to read everything, something or nothing before it was decided."""
    _beginnings.labels(what).inc()


def batch_written(seconds: float) -> None:
    """A batch has its answers."""
    _batch_durations.observe(seconds)


def write_retried(reason: str) -> None:
    """A batch is tried again: `conflict`, `stale`, or the class of PyMongo's error."""
    _retries.labels(reason).inc()


def baton_waited(seconds: float, *, held: bool) -> None:
    """A batch waited for its turn, and has the baton, or writes without."""
    _baton_waits.labels("held" if held else "without").observe(seconds)


def commands_handed_over(outcome: str, commands: int) -> None:
    """Another process had so many commands: `answered`, or `taken_back`."""
    _handed_over.labels(outcome).inc(commands)


def inventory_repaired(fields: int) -> None:
    """So many fields of an event were repaired."""
    _repairs.inc(fields)


def budget_used_up(budget: str) -> None:
    """A request was refused: somebody has used up this budget, by its name in the settings."""
    _over_budget.labels(budget).inc()


def sign_in_failed() -> None:
    """Somebody did not know a password."""
    _sign_in_failures.inc()


def listener_joined(transport: str) -> None:
    """Somebody listens from now on."""
    _listeners.labels(transport).inc()


def listener_left(transport: str) -> None:
    """Somebody listens no more."""
    _listeners.labels(transport).dec()


def connection_made() -> None:
    """Somebody is connected from now on."""
    _connections.inc()


def connection_closed() -> None:
    """Somebody is connected no more."""
    _connections.dec()


def connection_refused(cause: str) -> None:
    """Somebody was refused, or cut off; why is a word of ours."""
    _refused_connections.labels(cause).inc()


def listeners_told(committed_at: float) -> None:
    """Listeners were told of what was committed at that time, by the clock on the wall (`time.time`)."""
    _feed_lags.observe(max(time.time() - committed_at, 0.0))


def provider_called(call: str, outcome: str, seconds: float) -> None:
    """The payment provider answered, or did not."""
    _provider_calls.labels(call, outcome).observe(seconds)


def job_ended(job: str, outcome: str, seconds: float) -> None:
    """A job ran."""
    _jobs.labels(job, outcome).observe(seconds)


# Exposed as 0 from the start: Prometheus sees no increase in a series that begins at 1, and no alert would come.
for _transport in ("websocket", "event_stream"):
    _listeners.labels(_transport)
for _outcome in ("held", "without"):
    _baton_waits.labels(_outcome)
for _outcome in ("answered", "taken_back"):
    _handed_over.labels(_outcome)
_retries.labels("conflict")
_refused_connections.labels("full")
_over_budget.labels("sign_in")
for _call, _outcome in (("charge", NO_ANSWER), ("refund", NO_ANSWER), ("refund", RefundStatus.FAILED.value)):
    _provider_calls.labels(_call, _outcome)
for _job in Job:
    _jobs.labels(_job.value, JobStatus.FAILED.value)
