"""Documents by their hash, as Apollo's and urql's links send them, and by their id, over every transport."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from domain.process.stored_texts import StoredTexts, digest_of
from domain.services import Services
from graph.app import assemble
from tests.graph.conftest import given, serving
from tests.support.sockets import listening

TYPENAME = "{ __typename }"
ANSWER = {"data": {"__typename": "Query"}}
EVENTS = "query Events($first: Int) { events(first: $first) { nodes { id } } }"
TELLING = "subscription ($event: ID!) { seatAvailability(eventId: $event) { version } }"
NOT_FOUND = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}


def hashed(text: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest_of(text)}}}


@asynccontextmanager
async def server(services: Services, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    changed = services.settings.model_copy(update=settings)
    async with serving(assemble(changed, given(services)), changed) as client:
        yield client


async def ask(api: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.post("/graphql", json=body)).json()
    return answer


def code(answer: dict[str, Any]) -> str:
    [error] = answer["errors"]
    return str(error["extensions"]["code"])


async def test_a_hash_is_known_once_its_text_was_sent(api: httpx.AsyncClient, services: Services) -> None:
    assert await ask(api, **hashed(EVENTS)) == {"errors": [NOT_FOUND]}
    whole = await ask(api, query=EVENTS, variables={"first": 1}, **hashed(EVENTS))
    assert whole == {"data": {"events": {"nodes": []}}}
    assert await ask(api, variables={"first": 1}, **hashed(EVENTS)) == whole
    # As Apollo's link asks, with useGETForHashedQueries; and another server of the same shop.
    services.texts = StoredTexts(
        services.redis, services.settings.mongo_database, seconds=60, patience_seconds=2, most_bytes=65_536
    )
    parameters = {"variables": '{"first": 1}', "extensions": json.dumps(hashed(EVENTS)["extensions"])}
    for accept in ("application/json", "text/html, */*;q=0.8"):
        response = await api.get("/graphql", params=parameters, headers={"Accept": accept})
        assert (response.status_code, response.json()) == (200, whole)


async def test_only_what_may_run_is_kept(api: httpx.AsyncClient, services: Services) -> None:
    deep = "{ viewer " + "{ a " * 20 + "}" * 20 + " }"
    for text in ("{ weather }", "{ events {", deep):
        await ask(api, query=text, **hashed(text))
        assert await ask(api, **hashed(text)) == {"errors": [NOT_FOUND]}
    assert not await services.redis.exists(f"{services.settings.mongo_database}:texts")


async def test_another_hash_than_the_texts_is_a_bad_request(api: httpx.AsyncClient) -> None:
    answer = await ask(api, query=TYPENAME, **hashed(EVENTS))
    message = "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`."
    assert answer == {"errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]}
    assert await ask(api, **hashed(EVENTS)) == {"errors": [NOT_FOUND]}


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}},
        {"extensions": {"persistedQuery": "a"}},
        {"extensions": {"persistedQuery": {}}, "query": TYPENAME},
        {"documentId": 5},
        {"documentId": ""},
        {"documentId": "a", "query": TYPENAME},
    ],
)
async def test_a_name_that_is_none_is_malformed(api: httpx.AsyncClient, body: dict[str, object]) -> None:
    response = await api.post("/graphql", json=body)
    assert (response.status_code, code(response.json())) == (422, "BAD_REQUEST")


async def test_subscriptions_are_named_too(api: httpx.AsyncClient) -> None:
    unknown = {"event": "nobody knows"}
    async with listening(api.base_url) as socket:
        named = {"query": None, "variables": unknown, **hashed(TELLING)}
        assert await (await socket.subscribe(**named)).errors() == [NOT_FOUND]
        assert await (await socket.subscribe(**(named | {"query": TELLING}))).code() == "INVALID_INPUT"
        assert await (await socket.subscribe(**named)).code() == "INVALID_INPUT"
    stream = {"Accept": "text/event-stream"}
    response = await api.post("/graphql", json={"variables": unknown, **hashed(TELLING)}, headers=stream)
    assert "INVALID_INPUT" in response.text


async def test_switched_off_clients_are_told(services: Services) -> None:
    async with server(services, persisted_queries=False) as api:
        error = {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}
        assert await ask(api, **hashed(TYPENAME)) == {"errors": [error]}
        assert await ask(api, query=TYPENAME, **hashed(TYPENAME)) == ANSWER
        assert await ask(api, **hashed(TYPENAME)) == {"errors": [error]}


async def test_without_redis_the_whole_text_is_asked_for(services: Services) -> None:
    async with Redis(host="127.0.0.1", port=1) as nobody:
        services.texts = StoredTexts(nobody, "none", seconds=60, patience_seconds=2, most_bytes=65_536)
        async with server(services) as api:
            assert await ask(api, **hashed(TYPENAME)) == {"errors": [NOT_FOUND]}
            assert await ask(api, query=TYPENAME, **hashed(TYPENAME)) == ANSWER
            assert await ask(api, **hashed(TYPENAME)) == ANSWER


# ---------------------------------------------------------------- trusted documents


MD5, SHA1 = "c4ca4238a0b923820dcc509a6f75849b", "356a192b7913b04c54574d18c28d46e6395428ab"


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """By ids as Relay makes them, as graphql-codegen does, and by a word."""
    file = tmp_path / "persisted-documents.json"
    file.write_text(json.dumps({MD5: TYPENAME, SHA1: EVENTS, "tell": TELLING}))
    return file


@pytest.mark.parametrize("trusted_only", [False, True])
async def test_a_trusted_document_is_run_by_its_id(services: Services, trusted: Path, trusted_only: bool) -> None:
    async with server(services, trusted_documents=trusted, trusted_only=trusted_only) as api:
        assert await ask(api, documentId=MD5) == ANSWER
        assert await ask(api, documentId=SHA1, variables={"first": 1}) == {"data": {"events": {"nodes": []}}}
        assert await ask(api, documentId=f"sha256:{digest_of(TYPENAME)}") == ANSWER
        assert (await api.get("/graphql", params={"documentId": MD5})).json() == ANSWER
        assert await ask(api, **hashed(TYPENAME)) == ANSWER, "Apollo's link sends ids as hashes"
        assert await ask(api, query=TYPENAME, **hashed(TYPENAME)) == ANSWER
        manifest = {"persistedQuery": {"version": 1, "sha256Hash": SHA1}}
        assert "data" in await ask(api, extensions=manifest)
        async with listening(api.base_url) as socket:
            assert await (await socket.subscribe(None, {"event": "x"}, documentId="tell")).code() == "INVALID_INPUT"
        answer = await ask(api, documentId="another")
        assert code(answer) == ("DOCUMENT_NOT_TRUSTED" if trusted_only else "DOCUMENT_NOT_FOUND")


async def test_without_trusted_documents_no_id_is_known(api: httpx.AsyncClient) -> None:
    assert code(await ask(api, documentId="another")) == "DOCUMENT_NOT_FOUND"


async def test_nothing_else_is_run_where_only_they_may(services: Services, trusted: Path) -> None:
    async with server(services, trusted_documents=trusted, trusted_only=True, graphql_ide=True) as api:
        other = "{ viewer { id } }"
        await services.texts.put(digest_of(other), other, "somebody")
        refused = [{"query": other}, hashed(other), {"query": other, **hashed(other)}, {"query": "{ __schema {"}]
        for body in refused:
            assert code(await ask(api, **body)) == "DOCUMENT_NOT_TRUSTED"
            response = await api.post("/graphql", json=body, headers={"Accept": "text/event-stream"})
            assert "DOCUMENT_NOT_TRUSTED" in response.text
        assert code((await api.get("/graphql", params={"query": other})).json()) == "DOCUMENT_NOT_TRUSTED"
        async with listening(api.base_url) as socket:
            for body in refused:
                assert await (await socket.subscribe(**{"query": None, **body})).code() == "DOCUMENT_NOT_TRUSTED"
        page = await api.get("/graphql", headers={"Accept": "text/html"})
        assert 'data-note="This server runs trusted documents only' in page.text


async def test_trusted_documents_cost_no_budget_for_new_ones(services: Services, trusted: Path) -> None:
    async with server(services, trusted_documents=trusted, new_documents_ms=1, budgets_times=1) as api:
        number, answer = 0, ANSWER
        while "errors" not in answer:
            number += 1
            answer = await ask(api, query=f"query A{number} {{ viewer {{ {' '.join(['id'] * 30)} }} }}")
        assert code(answer) == "RATE_LIMITED"
        assert code(await ask(api, query="{ viewer { name } }", **hashed("{ viewer { name } }"))) == "RATE_LIMITED"
        for _ in range(2):
            assert await ask(api, documentId=f"sha256:{digest_of(EVENTS)}") == {"data": {"events": {"nodes": []}}}
