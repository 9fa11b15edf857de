"""X-Correlation-ID: taken or made, and on everything a request leaves behind."""

from __future__ import annotations

import re

import httpx
import pytest
from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from domain.correlation import OURS, may_be_given
from domain.documents import AuditEntry, Refund, RefundStatus
from domain.payments.refund import record_refunded, send_refunds
from domain.process.progress import Progress
from domain.providers.port import Refunded
from domain.services import Services
from tests.graph.conftest import Client
from tests.support import scenes

HEADER = "X-Correlation-ID"
TYPENAME = {"query": "{ __typename }"}
REGISTER = """
mutation { register(input: {name: "Ada", email: "ada@seatlock.test", password: "correct horse"}) { __typename } }
"""
CANCEL = """
mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename ... on Error { code } } }
"""


@pytest.mark.parametrize(
    "given", ["a", "order-7:of/9", "x" * 128, "7f3c@shop.example", "00-4bf92f3577b34da6-01", "repairs"]
)
async def test_an_id_is_taken(api: httpx.AsyncClient, given: str) -> None:
    assert (await api.post("/graphql", json=TYPENAME, headers={HEADER: given})).headers[HEADER] == given


@pytest.mark.parametrize(
    "given", [None, b"", b"x" * 129, b"caf\xc3\xa9", b"a\tb", b"a b", b"<a>", b"-a", b'a"b', b"a;b"]
)
async def test_or_made(api: httpx.AsyncClient, given: bytes | None) -> None:
    headers = {} if given is None else {HEADER.encode(): given}
    made = (await api.post("/graphql", json=TYPENAME, headers=headers)).headers[HEADER]
    assert re.fullmatch("[0-9a-f]{32}", made)


@pytest.mark.parametrize("ours", sorted(OURS))
def test_none_passes_for_one_of_our_own(ours: str) -> None:
    for given in (ours, ours.upper(), f"{ours}-2", f"{ours}:again", f"{ours}/7"):
        assert not may_be_given(given), given
    assert may_be_given(f"my-{ours}")


async def test_a_request_does_not_pass_for_a_repair(client: Client, services: Services) -> None:
    response = await client.http.post("/graphql", json={"query": REGISTER}, headers={HEADER: "repair"})
    [entry] = await AuditEntry.find_all().to_list()
    assert entry.correlation_id == response.headers[HEADER] != "repair"


async def test_each_request_has_its_own(api: httpx.AsyncClient) -> None:
    ids = {(await api.post("/graphql", json=TYPENAME)).headers[HEADER] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/ready", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/graphql", 405),
        ("POST", "/graphql", 415),
    ],
)
async def test_every_answer_bears_it(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    response = await api.request(method, path, headers={HEADER: "request-1"})
    assert (response.status_code, response.headers.get_list(HEADER)) == (status, ["request-1"])


async def test_so_does_the_audit_entry(client: Client, services: Services) -> None:
    response = await client.http.post("/graphql", json={"query": REGISTER}, headers={HEADER: "request-2"})
    assert response.json() == {"data": {"register": {"__typename": "RegisterSuccess"}}}
    assert [entry.correlation_id for entry in await AuditEntry.find_all().to_list()] == ["request-2"]


async def test_so_does_the_line_about_a_refund_however_late(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = scenes.token_of(services, await scenes.user(services))
    scene = scenes.Scene(services, client, scenes.token_of(services, await scenes.admin(services)), buyer)
    event = await scene.event()
    answer = Refunded(RefundStatus.INITIATED)

    async def refund(*_: object) -> Refunded:
        return answer

    monkeypatch.setattr(services.provider, "refund", refund)
    with capture_logs() as lines:
        for correlation_id in ("request-3", "request-4"):
            booking = await scene.booking(event)
            await scene.pay(booking)
            headers = {HEADER: correlation_id, "authorization": f"Bearer {buyer}"}
            cancel = {"query": CANCEL, "variables": {"id": booking}}
            cancelled = (await client.http.post("/graphql", json=cancel, headers=headers)).json()
            assert cancelled == {"data": {"cancelBooking": {"__typename": "CancelBookingSuccess"}}}
            answer = Refunded(RefundStatus.PROCESSED)
        later, at_once = await Refund.find_all().sort("_id").to_list()
        due = {"$set": {"next_attempt_at": services.clock()}}
        await Refund.get_pymongo_collection().update_one({"_id": later.id}, due)
        with bound_contextvars(correlation_id="a job"):
            await send_refunds(services, Progress())
            for settled in await Refund.find_all().to_list():
                assert settled.status is RefundStatus.PROCESSED
                await record_refunded(services.writer, settled, answer)
    said = [(line["refund"], line["correlation_id"]) for line in lines if line["event"] == "refund processed"]
    assert said == [(str(at_once.id), "request-4"), (str(later.id), "request-3")]
