"""Spans of what a payment provider is asked. Imported only where SEATLOCK_TRACING is on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, TypeVar

from opentelemetry.trace import Span, SpanKind
from structlog.contextvars import get_contextvars

from domain.documents import Payment, Refund
from domain.process.tracing import CORRELATION_ID, OUTCOME, Tracing
from domain.providers.port import Charge, PaymentProvider, Refunded


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

    async def cancel(self, payment: Payment) -> Charge | None:
        with self._call("cancel", payment) as span:
            return _said(span, await self._provider.cancel(payment))

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        with self._call("refund", payment) as span:
            return _said(span, await self._provider.refund(refund, payment))

    async def look_up_refund(self, refund: Refund, payment: Payment) -> Refunded | None:
        with self._call("look_up_refund", payment) as span:
            return _said(span, await self._provider.look_up_refund(refund, payment))

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
