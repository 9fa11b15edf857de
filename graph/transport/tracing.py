"""Requests as spans of OpenTelemetry. Only imported where SEATLOCK_TRACING is on."""

from __future__ import annotations

from opentelemetry.context import Context, attach
from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from domain.process.metrics import INTERNAL
from domain.process.tracing import CORRELATION_ID, OUTCOME
from domain.services import Services
from graph.transport.timing import Measured

_traceparent = TraceContextTextMapPropagator()


class Traced(Measured):
    """A request in the trace that its `traceparent` header names, or in one of its own.

    All that is done for it in its task, and in tasks that begin there, belongs to its span. Of a WebSocket the header
    is that of the handshake, and each operation has a span.
    """

    __slots__ = ("_span",)

    def __init__(self, scope: Scope, correlation_id: str) -> None:
        super().__init__(scope, correlation_id)
        services: Services = scope["state"]["services"]
        assert services.tracing is not None, "this is only used where it is on"
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        # Not the context of this task: of pipelined requests the second one's begins as a copy of the first one's.
        parent = _traceparent.extract(carrier, Context())
        about = {CORRELATION_ID: correlation_id}
        self._span = services.tracing.tracer.start_span("graphql", parent, SpanKind.SERVER, about)
        attach(set_span_in_context(self._span))

    def answered(self, outcome: str) -> None:
        # An ended span takes no more: what comes after the first is not told here either.
        self._span.update_name(f"graphql {self.operation}")
        self._span.set_attributes({"seatlock.operation": self.operation, OUTCOME: outcome})
        if outcome == INTERNAL:
            self._span.set_status(StatusCode.ERROR, outcome)
        self._span.end()
        super().answered(outcome)
