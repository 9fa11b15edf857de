"""X-Correlation-ID: taken or made, and on everything a request leaves behind."""

from __future__ import annotations

import re

import httpx
import pytest

from domain.documents import AuditEntry
from domain.services import Services
from tests.graph.conftest import Client

HEADER = "X-Correlation-ID"
TYPENAME = {"query": "{ __typename }"}
REGISTER = """
mutation { register(input: {name: "Ada", email: "ada@seatlock.test", password: "correct horse"}) { __typename } }
"""


@pytest.mark.parametrize("given", ["a", "order-7 of 9", "x" * 128, "~!@#$%^&*()"])
async def test_an_id_is_taken(api: httpx.AsyncClient, given: str) -> None:
    assert (await api.post("/graphql", json=TYPENAME, headers={HEADER: given})).headers[HEADER] == given


@pytest.mark.parametrize("given", [None, b"", b"x" * 129, b"caf\xc3\xa9", b"a\tb"])
async def test_or_made(api: httpx.AsyncClient, given: bytes | None) -> None:
    headers = {} if given is None else {HEADER.encode(): given}
    made = (await api.post("/graphql", json=TYPENAME, headers=headers)).headers[HEADER]
    assert re.fullmatch("[0-9a-f]{32}", made)


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
