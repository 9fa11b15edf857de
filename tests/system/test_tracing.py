"""Traces, as a collector of OpenTelemetry is sent them."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from domain.process.settings import Settings
from domain.providers.simulated import SimulatedProvider
from domain.services import Services
from domain.writer.writer import InventoryWriter
from graph.schema.ids import encode_id
from ops.embedded import Server
from ops.processes import free_port
from tests.support import scenes
from tests.support.api import SEATLOCK, command
from tests.support.load import CONFIRM_BOOKING, LOCK_SEATS, PAY_BOOKING
from tests.support.receiver import Receiver, receiving
from tests.support.sale import new_event
from tests.support.waiting import until

TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
RUN_JOB = "mutation { runJob(input: {job: RECONCILE}) { __typename } }"


@dataclass
class Collector:
    """What was sent so far."""

    receiver: Receiver

    def spans(self) -> list[Span]:
        requests = [ExportTraceServiceRequest.FromString(each.body) for each in self.receiver.taken]
        return [
            span
            for request in requests
            for of_resource in request.resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]

    def services(self) -> set[str]:
        """Who sent them, as they call themselves."""
        requests = [ExportTraceServiceRequest.FromString(each.body) for each in self.receiver.taken]
        resources = [of_resource.resource for request in requests for of_resource in request.resource_spans]
        return {one.value.string_value for each in resources for one in each.attributes if one.key == "service.name"}

    async def named(self, name: str) -> list[Span]:
        """The spans of this name, once there are any."""

        async def there_are() -> bool:
            return any(span.name == name for span in self.spans())

        await until(there_are)
        return [span for span in self.spans() if span.name == name]


def attributes(span: Span | Span.Link) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "") for one in span.attributes}


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with receiving() as receiver:
        yield Collector(receiver)


@pytest.fixture
async def api(settings: Settings, services: Services, collector: Collector, tmp_path: Path) -> AsyncIterator[Server]:
    """`seatlock serve` that sends its spans there, ten times a second."""
    port = free_port()
    otel = [f"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={collector.receiver.url}", "OTEL_BSP_SCHEDULE_DELAY=100"]
    traced = Settings(**settings.model_dump(exclude_unset=True) | {"tracing": True})
    server = Server("API", command(traced, *otel, SEATLOCK, "serve", "--port", str(port)), port, tmp_path / "log")
    try:
        await asyncio.to_thread(server.start)
        yield server
    finally:
        server.kill()


async def test_a_purchase_is_one_trace_with_its_batches_linked(
    services: Services, api: Server, collector: Collector
) -> None:
    event = await new_event(services, seats=10)
    headers = {
        "authorization": f"Bearer {scenes.token_of(services, await scenes.admin(services))}",
        "traceparent": f"00-{TRACE_ID}-{PARENT_ID}-01",
        "x-correlation-id": "the-purchase",
    }
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", headers=headers, verify=False) as client:

        async def ask(query: str, **variables: Any) -> dict[str, Any]:
            answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
            (outcome,) = answer["data"].values()
            result: dict[str, Any] = outcome
            return result

        lock = await ask(LOCK_SEATS, event=encode_id("Event", event.id), key=secrets.token_hex(8))
        booking = await ask(CONFIRM_BOOKING, lock=lock["lock"]["id"])
        await ask(PAY_BOOKING, booking=booking["booking"]["id"], key=secrets.token_hex(8))
        await ask(RUN_JOB)

    (locking,) = await collector.named("graphql lockSeats")
    assert (locking.trace_id.hex(), locking.parent_span_id.hex()) == (TRACE_ID, PARENT_ID)
    assert attributes(locking) == {
        "seatlock.correlation_id": "the-purchase", "seatlock.operation": "lockSeats", "seatlock.outcome": "ok"
    }  # fmt: skip

    linked = [span for span in await collector.named("batch") if span.links[0].span_id == locking.span_id]
    (batch,) = linked
    assert batch.trace_id != locking.trace_id, "it may answer many requests, and belongs to none"
    assert not batch.parent_span_id
    assert attributes(batch) == {"seatlock.event_id": str(event.id), "seatlock.commands": 1}
    assert attributes(batch.links[0]) == {"seatlock.correlation_id": "the-purchase"}
    (transaction,) = [s for s in await collector.named("transaction") if s.trace_id == batch.trace_id]
    assert transaction.parent_span_id == batch.span_id

    (paying,) = await collector.named("graphql payBooking")
    (charge,) = await collector.named("provider charge")
    assert (charge.trace_id, charge.parent_span_id) == (paying.trace_id, paying.span_id)
    assert attributes(charge).items() >= {
        "seatlock.provider": "simulated", "seatlock.outcome": "SUCCEEDED", "seatlock.correlation_id": "the-purchase"
    }.items()  # fmt: skip

    (asking,) = await collector.named("graphql runJob")
    (job,) = await collector.named("job RECONCILE")
    assert (job.trace_id, job.parent_span_id) == (asking.trace_id, asking.span_id)
    assert attributes(job)["seatlock.outcome"] == "COMPLETED"
    assert collector.services() == {"seatlock"}

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", verify=False) as client:
        for query in ("{ viewer { id } }", "{ viewer { id } }", "{ wiever { id } }"):
            await client.post("/graphql", json={"query": query})
    (unknown,) = await collector.named("graphql unknown")
    assert attributes(unknown)["seatlock.outcome"] == "GRAPHQL_VALIDATION_FAILED"
    without_header = [*await collector.named("graphql viewer"), unknown]
    assert len({span.trace_id for span in without_header}) == 3
    assert not any(span.parent_span_id for span in without_header)


async def test_switched_off_nothing_is_imported_or_wrapped(services: Services) -> None:
    assert services.tracing is None
    assert type(services.writer) is InventoryWriter
    assert type(services.provider) is SimulatedProvider
    program = "import graph.app, workers.main, sys; print([name for name in sys.modules if 'opentelemetry' in name])"
    imported = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert imported.stdout == "[]\n"
