"""What is compressed for whom, and what never is."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import brotli
import httpx
import pytest

from domain.services import Services
from graph.app import assemble
from graph.transport.compression import LEAST, LONG, Compression, _best_coding
from tests.graph.conftest import given, serving

SCHEMA = "{ __schema { types { name description } } }"
LOGIN = """
mutation ($email: String!) {
  login(input: {email: $email, password: "wrong"}) { __typename ... on Error { message } }
}
"""


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (b"gzip, deflate, br, zstd", b"br"),
        (b"gzip, deflate", b"gzip"),
        (b"GZIP", b"gzip"),
        (b"br;q=0.5, gzip", b"gzip"),
        (b"br;q=0, gzip;q=0.1", b"gzip"),
        (b"br;q=0, gzip;q=0", None),
        (b"*", b"br"),
        (b"br;q=0, *", b"gzip"),
        (b"identity", None),
        (b"gzip;q=often", None),
        (b"", None),
    ],
)
def test_the_client_chooses_the_coding(accept_encoding: bytes, coding: bytes | None) -> None:
    assert _best_coding(accept_encoding) == coding


async def test_short_answers_are_left_and_long_ones_are_whole() -> None:
    compression = Compression(is_on=True)
    for length in (LEAST - 1, LEAST, LONG, 5 * LONG):
        body = b"seat " * (length // 5) + b"s" * (length % 5)
        for accepted, read in ((b"br", brotli.decompress), (b"gzip", gzip.decompress)):
            sent, coding = await compression.smaller(body, accepted)
            if length < LEAST:
                assert (sent, coding) == (body, None)
            else:
                assert (read(sent), coding) == (body, accepted)
                assert len(sent) < length / 10


@pytest.fixture
async def compressing(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    changed = services.settings.model_copy(update={"compression": True})
    async with serving(assemble(changed, given(services)), changed) as client:
        yield client


async def post(api: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    return await api.post("/graphql", json={"query": query, "variables": {"email": "a@b.c"}}, headers=headers)


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_a_long_answer_to_a_query_is_compressed(compressing: httpx.AsyncClient, coding: str) -> None:
    plain = await post(compressing, SCHEMA, **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    small = await post(compressing, SCHEMA, **{"Accept-Encoding": coding})
    assert small.headers["content-encoding"] == coding
    assert small.headers["vary"] == "Accept-Encoding"
    assert small.json() == plain.json()
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 3


async def test_so_is_one_of_which_a_part_was_refused(compressing: httpx.AsyncClient) -> None:
    accept = {"Accept": "application/graphql-response+json", "Accept-Encoding": "gzip"}
    partly = await post(compressing, SCHEMA.replace("{ __schema", "{ bookings { totalCount } __schema", 1), **accept)
    assert (partly.status_code, partly.headers["content-encoding"]) == (294, "gzip")
    assert partly.json()["data"]["bookings"] is None


async def test_nothing_else_is(compressing: httpx.AsyncClient) -> None:
    stream = {"Accept": "text/event-stream"}
    wrong = " ".join(f"{'x' * 30}{number}" for number in range(20))
    for query, headers in ((LOGIN, {}), ("{ __typename }", {}), (f"{{ {wrong} }}", {}), (SCHEMA, stream)):
        response = await post(compressing, query, **{"Accept-Encoding": "gzip", **headers})
        assert "content-encoding" not in response.headers, query


async def test_off_unless_set(api: httpx.AsyncClient) -> None:
    response = await post(api, SCHEMA, **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers
