"""Traces by OpenTelemetry: requests, the batches that answer them, transactions, calls of the payment provider, jobs.

Only imported where SEATLOCK_TRACING is on, so that who has it off needs no library and waits for nothing: the classes
here take the place of those they trace. Where spans go, and which are sampled, its own OTEL_* variables say.
Of a failure a span says the kind: messages may quote what nobody outside should read.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from beanie import PydanticObjectId
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, StatusCode, Tracer, get_current_span
from structlog.contextvars import get_contextvars

from domain.documents import JobExecution, Payment, Refund
from domain.inventory.commands import Command
from domain.inventory.state import Inventory
from domain.providers.port import Charge, PaymentProvider, Refunded
from domain.writer.writer import InventoryWriter

OutcomeT = TypeVar("OutcomeT")

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


class TracedWriter(InventoryWriter):
    """A batch belongs to no one request: it is a trace of its own, linked to all that it answers."""

    def __init__(self, tracing: Tracing, plain: InventoryWriter) -> None:
        super().__init__(plain._mongo, plain._baton, plain._publisher, plain._audit_file, plain._terms, plain._clock)
        self._tracing = tracing
        self._asked_in: dict[int, SpanContext] = {}

    async def execute(self, command: Command[OutcomeT]) -> OutcomeT:
        self._asked_in[id(command)] = get_current_span().get_span_context()
        try:
            return await super().execute(command)
        finally:
            del self._asked_in[id(command)]

    async def _commit(
        self, event_id: PydanticObjectId, commands: Sequence[Command[Any]], *, trusting: bool
    ) -> list[Any]:
        links = [
            Link(asked_in, {CORRELATION_ID: command.correlation_id})
            for command in commands
            if (asked_in := self._asked_in.get(id(command))) is not None and asked_in.is_valid
        ]
        about = {"seatlock.event_id": str(event_id), "seatlock.commands": len(commands)}
        with self._tracing.span("batch", context=Context(), links=links, attributes=about):
            return await super()._commit(event_id, commands, trusting=trusting)

    async def _save(self, inventory: Inventory) -> None:
        about = {"db.system.name": "mongodb"}
        with self._tracing.span("transaction", kind=SpanKind.CLIENT, attributes=about):
            await super()._save(inventory)


class TracedProvider:
    """A payment provider whose calls are spans."""

    def __init__(self, tracing: Tracing, provider: PaymentProvider) -> None:
        self._tracing = tracing
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    async def charge(self, payment: Payment, token: str) -> Charge:
        with self._call("charge", payment) as span:
            return _said(span, await self._provider.charge(payment, token))

    async def look_up(self, payment: Payment) -> Charge | None:
        with self._call("look_up", payment) as span:
            return _said(span, await self._provider.look_up(payment))

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        with self._call("refund", payment) as span:
            return _said(span, await self._provider.refund(refund, payment))

    def _call(self, name: str, payment: Payment) -> AbstractContextManager[Span]:
        about = {"seatlock.provider": self._provider.name, "seatlock.payment_id": str(payment.id)}
        if correlation_id := get_contextvars().get("correlation_id"):
            about[CORRELATION_ID] = correlation_id
        return self._tracing.span(f"provider {name}", kind=SpanKind.CLIENT, attributes=about)


AnswerT = TypeVar("AnswerT", bound=Charge | Refunded | None)


def _said(span: Span, answer: AnswerT) -> AnswerT:
    if answer is not None:
        span.set_attribute(OUTCOME, answer.status.value)
    return answer
