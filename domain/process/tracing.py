"""Traces by OpenTelemetry: requests, the batches that answer them, transactions, calls of the payment provider, jobs.

Only imported where SEATLOCK_TRACING is on, so that who has it off needs no library and waits for nothing: the classes
here take the place of those they trace. Where spans go, and which are sampled, its own OTEL_* variables say.
Of a failure a span says the kind: messages may quote what nobody outside should read.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, StatusCode, Tracer

from domain.documents import JobExecution

CLOSE_SECONDS = 2.0
"""How long what was not sent yet may take when the process ends."""

CORRELATION_ID = "seatlock.correlation_id"
OUTCOME = "seatlock.outcome"


class Tracing:
    """Makes this process's spans, and sends them in the background."""

    def __init__(self) -> None:
        # What is given here wins over the environment, so it is given only where that is silent.
        named = os.environ.get("OTEL_SERVICE_NAME") or SERVICE_NAME in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        self._spans = TracerProvider(resource=Resource.create({} if named else {SERVICE_NAME: "seatlock"}))
        self._exporter = OTLPSpanExporter()
        self._spans.add_span_processor(BatchSpanProcessor(self._exporter))
        # It says each attempt of a batch; that a batch is lost is enough.
        logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)
        self.tracer: Tracer = self._spans.get_tracer("seatlock")

    async def close(self) -> None:
        """Send what is left, if somebody takes it."""
        closing = asyncio.create_task(asyncio.to_thread(self._spans.shutdown))
        if not (await asyncio.wait([closing], timeout=CLOSE_SECONDS))[0]:
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # it tries no more
        await closing

    @contextmanager
    def span(self, name: str, **options: Any) -> Iterator[Span]:
        """Something that takes time."""
        with self.tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **options
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def job(self, execution: JobExecution) -> AbstractContextManager[Span]:
        """A run of a job."""
        about = {"seatlock.job": execution.job.value, CORRELATION_ID: execution.correlation_id}
        return self.span(f"job {execution.job.value}", attributes=about)
