"""One correlation id through everything a request causes: the audit page, log lines, the file, messages, jobs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.caller import Caller
from domain.documents import AuditEntry, JobExecution, OutboxMessage, Refund, RefundStatus
from domain.outbox.payload import body_of
from domain.payments.refund import send_refunds
from domain.people import accounts
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_id
from tests.support.api import api_server
from tests.support.sale import Sale, new_event, open_sale, somebody
from tests.support.scenes import CONFIRM_BOOKING, LOCK_SEATS, PAY_BOOKING
from tests.support.sockets import listening
from tests.support.sweeping import sweep_due
from tests.support.waiting import until

CANCEL_BOOKING = """
mutation ($input: CancelBookingInput!) {
  cancelBooking(input: $input) { ... on CancelBookingSuccess { refund { id } } ... on Error { code message } }
}
"""
RELEASE_LOCK = """
mutation ($input: ReleaseLockInput!) { releaseLock(input: $input) { __typename ... on Error { code } } }
"""
RUN_JOB = "mutation { runJob(input: {job: SEND_REFUNDS}) { __typename } }"
AUDIT_LOG = """
query ($id: String!) { auditLog(correlationId: $id, first: 100) { nodes { id action isRetry metadata } } }
"""


class Browser:
    """Asks a server, each time with one correlation id."""

    def __init__(self, http: httpx.AsyncClient, token: str, admin_token: str) -> None:
        self._http, self._token, self._admin_token = http, token, admin_token

    async def ask(self, query: str, correlation_id: str, *, by_admin: bool = False, **variables: Any) -> Any:
        """The one field's answer."""
        token = self._admin_token if by_admin else self._token
        headers = {"Authorization": f"Bearer {token}", "X-Correlation-ID": correlation_id}
        payload = {"query": query, "variables": variables}
        response = await self._http.post("/graphql", json=payload, headers=headers)
        assert response.headers.get_list("X-Correlation-ID") == [correlation_id]
        assert "data" in response.json(), response.text
        [answer] = response.json()["data"].values()
        return answer

    async def told(self, correlation_id: str) -> list[dict[str, Any]]:
        """What auditLog shows of it, oldest first."""
        asked = await self.ask(AUDIT_LOG, "the-admin", by_admin=True, id=correlation_id)
        nodes: list[dict[str, Any]] = asked["nodes"]
        return nodes[::-1]


@pytest.fixture
async def tokens(services: Services) -> list[str]:
    """Of a user and an ADMIN."""
    people = [
        await accounts.register(
            services, name="Ada", email="ada@seatlock.test", password="correct horse", correlation_id="test"
        ),
        await accounts.create_admin(services, name="Grace", email="grace@seatlock.test", password="correct horse"),
    ]
    return [accounts.issue_token(services.settings, user, services.clock()).token for user in people]


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


async def test_one_id_through_a_purchase(services: Services, tokens: list[str], tmp_path: Path) -> None:
    """A real server: its audit page, its log, its file, and the messages that go out."""
    file, log = tmp_path / "audit.log", tmp_path / "server.log"
    settings = services.settings.model_copy(
        update={"audit_log": file, "log_format": "json", "payment_timeout_seconds": 1}
    )
    settings.model_fields_set.update({"audit_log", "log_format", "payment_timeout_seconds"})
    event = encode_id("Event", (await new_event(services, seats=3)).id)
    server = api_server(settings, log)
    server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30, verify=False) as http:
            caller, mine = Browser(http, *tokens), "order-7-of-9"
            lock = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "k1"}
            locked = await caller.ask(LOCK_SEATS, mine, input=lock)
            await caller.ask(LOCK_SEATS, mine, input=lock)
            confirmed = await caller.ask(CONFIRM_BOOKING, mine, input={"lockId": locked["lock"]["id"]})
            booking = confirmed["booking"]["id"]
            pay = {"bookingId": booking, "paymentToken": "sim_timeout", "idempotencyKey": "k2"}
            await caller.ask(PAY_BOOKING, "slow", input=pay)
            other = await caller.ask(LOCK_SEATS, mine, input={**lock, "idempotencyKey": "k3"})
            other = await caller.ask(CONFIRM_BOOKING, mine, input={"lockId": other["lock"]["id"]})
            pay = {"bookingId": other["booking"]["id"], "paymentToken": "sim_success", "idempotencyKey": "k4"}
            await caller.ask(PAY_BOOKING, mine, input=pay)
            refused = await caller.ask(RELEASE_LOCK, mine, input={"lockId": locked["lock"]["id"]})
            assert refused["code"] == "LOCK_ALREADY_USED"

            async def is_noted() -> bool:
                return "REQUEST_REJECTED" in [entry["action"] for entry in await caller.told(mine)]

            await until(is_noted)
            told = await caller.told(mine)
            assert {entry["action"] for entry in told} == {
                "SEATS_LOCKED",
                "BOOKING_CREATED",
                "PAYMENT_INITIATED",
                "PAYMENT_SUCCEEDED",
                "BOOKING_CONFIRMED",
                "REQUEST_REJECTED",
            }
            assert [entry["action"] for entry in told if entry["isRetry"]] == ["SEATS_LOCKED"]
            await caller.ask(RUN_JOB, "by-hand", by_admin=True)

            async def is_written() -> bool:
                written = {line["id"] for line in read_lines(file) if line["correlationId"] == mine}
                return written == {entry["id"] for entry in told}

            await until(is_written)
    finally:
        server.stop()
    assert {message.correlation_id for message in await OutboxMessage.find_all().to_list()} == {mine}
    assert [job.correlation_id for job in await JobExecution.find_all().to_list()] == ["by-hand"]
    # The server has little to say of what goes well; what it says of the job has the id.
    said = {line.get("correlation_id") for line in read_lines(log) if line["event"] == "job done"}
    assert said == {"by-hand"}


async def test_over_a_websocket_each_operation_has_its_own(
    services: Services, tokens: list[str], tmp_path: Path
) -> None:
    server = api_server(services.settings, tmp_path / "server.log")
    server.start()
    try:
        event = encode_id("Event", (await new_event(services, seats=3)).id)
        url = f"http://127.0.0.1:{server.port}"
        async with listening(url, tokens[0], headers={"X-Correlation-ID": "my-socket"}) as socket:
            for number in range(3):
                lock = {
                    "eventId": event,
                    "selection": {"quantity": {"count": 1}},
                    "idempotencyKey": f"k{number}",
                }
                await socket.execute(LOCK_SEATS, {"input": lock})
    finally:
        server.stop()
    entries = await AuditEntry.find({"action": "SEATS_LOCKED"}).sort("sequence").to_list()
    assert [entry.correlation_id for entry in entries] == ["my-socket-1", "my-socket-2", "my-socket-3"]


# ---------------------------------------------------------------- what happens later


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, 1) as opened:
        yield opened


def caller_with(correlation_id: str, who: Caller | None = None) -> Caller:
    """Somebody, new or not, whose request has this id."""
    return replace(who or somebody(), correlation_id=correlation_id)


async def ids_of(action: str) -> list[str]:
    return [entry.correlation_id for entry in await AuditEntry.find({"action": action}).to_list()]


async def test_what_expires_has_the_id_of_who_made_it(sale: Sale) -> None:
    event = await sale.event(5)
    await sale.lock(event, caller_with("one who locks"))
    await sale.book(event, caller_with("one who books"))
    sale.time.now += timedelta(hours=1)
    await sweep_due(sale.services)
    assert await ids_of("LOCK_EXPIRED") == ["one who locks"]
    assert await ids_of("BOOKING_EXPIRED") == ["one who books"]


async def test_a_refund_sent_later_has_the_id_of_the_cancellation(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer = caller_with("the purchase")
    booking = await sale.book(await sale.event(5), buyer)
    await sale.pay(booking, buyer)

    async def unreachable(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as while_down:
        while_down.setattr(sale.services.provider, "refund", unreachable)
        await sale.cancel(booking, caller_with("the cancellation", buyer))
    assert [refund.status for refund in await Refund.find_all().to_list()] != [RefundStatus.PROCESSED]
    sale.time.now += timedelta(minutes=10)
    await send_refunds(sale.services, Progress())
    for action in ("BOOKING_CANCELLED", "REFUND_INITIATED", "REFUND_PROCESSED"):
        assert await ids_of(action) == ["the cancellation"], action
    messages = await OutboxMessage.find_all().sort("_id").to_list()
    payloads = {(told := json.loads(body_of(message)))["type"]: told["correlationId"] for message in messages}
    assert payloads == {
        "booking.confirmed": "the purchase",
        "booking.cancelled": "the cancellation",
        "refund.processed": "the cancellation",
    }
