"""Spans of what the writer does. Imported only where SEATLOCK_TRACING is on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from beanie import PydanticObjectId
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, get_current_span

from domain.inventory.commands import Command
from domain.process.tracing import CORRELATION_ID, Tracing


class WriterSpans:
    """A batch belongs to no one request: it is a trace of its own, linked to all that it answers."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        self._asked_in: dict[int, SpanContext] = {}

    @contextmanager
    def command(self, command: Command[Any]) -> Iterator[None]:
        """Remember in which span the command was given."""
        self._asked_in[id(command)] = get_current_span().get_span_context()
        try:
            yield
        finally:
            del self._asked_in[id(command)]

    def batch(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]]) -> AbstractContextManager[Span]:
        """The span of a batch."""
        links = [
            Link(asked_in, {CORRELATION_ID: command.correlation_id})
            for command in commands
            if (asked_in := self._asked_in.get(id(command))) is not None and asked_in.is_valid
        ]
        about = {"seatlock.event_id": str(event_id), "seatlock.commands": len(commands)}
        return self._tracing.span("batch", context=Context(), links=links, attributes=about)

    def transaction(self) -> AbstractContextManager[Span]:
        """The span of what MongoDB writes."""
        return self._tracing.span("transaction", kind=SpanKind.CLIENT, attributes={"db.system.name": "mongodb"})
