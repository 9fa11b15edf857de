"""docs/reference/metrics.md: every metric, its labels and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prometheus_client import Counter, Gauge, Histogram

from domain.process import metrics
from domain.reports.gauges import GAUGES
from ops.reference.markdown import code, described, page, table

LABELS = {
    "operation": (
        "The root field in the schema, `several` if a request selects more, or `unknown` if it was refused before that "
        "was known."
    ),
    "outcome": (
        "Of a request `ok` or its [error code](errors.md). Of a provider's call its answer, `NO_ANSWER` or "
        "`NEVER_HEARD`. Of a job `COMPLETED`, `FAILED`, `SKIPPED` or `IDLE`. Of a wait `held` or `without`."
    ),
    "budget": "By the name of its setting: `search` of `SEATLOCK_BUDGET_SEARCH`; `new_documents`.",
    "reason": "`conflict`, `stale`, or the class of MongoDB's error.",
    "cause": (
        "`full`, `address_full`, `made_room` for another; `silent`, `headers_slow`, `body_slow`, `unread`; "
        "`request_line`, `headers`, `malformed`; `waiting`: too much waited in all."
    ),
    "transport": "`websocket` or `event_stream`.",
    "call": "What the payment provider was asked: `charge`, `look_up` or `refund`.",
    "name": "The job, as in `EXPIRE_LOCKS`.",
    "what": "`everything`, `something` or `nothing`.",
    "part": "`mongodb`, `redis` or `worker`.",
    "kind": "`lock`, or `booking` for a lock that has become one.",
    "found_by": "Who looked at all inventories: the job (`recover`) or a check of everything (`check`).",
}

INTRODUCTION = """\
`GET /metrics` of the API is for Prometheus, and so is that of a worker with `SEATLOCK_WORKER_METRICS_PORT`.
`SEATLOCK_METRICS_TOKEN` closes both to others. A [dashboard and alert rules](../operations/README.md) go with them.

No label is a client's choice: names come from the schema and from the code. Nothing personal is in any.

A histogram is exposed as `…_bucket`, `…_sum` and `…_count`. All durations are seconds."""

COUNTED = """\
## What processes count

Each process counts for itself. Processes of one `seatlock serve --workers N` are summed, whichever is scraped.
Over machines take the sum."""

READ = """\
## How the sale stands

These are read from MongoDB and Redis when they are scraped, once a second at most. What does not answer within a
second is left out. They are the same whichever process is scraped: take the maximum, not the sum."""


class Described(NamedTuple):
    """A metric as Prometheus sees it."""

    name: str
    kind: str
    labels: Sequence[str]
    meaning: str


def metrics_page() -> str:
    """The page. Raises Undescribed."""
    counted, read = list(_counted()), list(_read())
    used = {label for metric in counted + read for label in metric.labels}
    described("label", used, LABELS, "ops/reference/metrics.py: LABELS")
    return page(
        "Metrics",
        INTRODUCTION,
        COUNTED,
        _table(counted),
        READ,
        _table(read),
        "## Labels",
        table(("Label", "Values"), ((code(label), text) for label, text in LABELS.items())),
    )


def _counted() -> Iterator[Described]:
    for metric in vars(metrics).values():
        if isinstance(metric, Counter | Gauge | Histogram):
            (family,) = metric.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Described(name, family.type, metric._labelnames, family.documentation)


def _read() -> Iterator[Described]:
    for name, (meaning, labels) in GAUGES.items():
        yield Described(name, "gauge", labels, meaning)


def _table(rows: Sequence[Described]) -> str:
    cells = ((code(each.name), each.kind, code(*each.labels), each.meaning) for each in rows)
    return table(("Metric", "Type", "Labels", "Meaning"), cells)
