"""Which answers caches may keep, and for whom."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from domain.documents import new_id
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id, encode_routed_id
from tests.graph.conftest import given, serving
from tests.support.sale import new_event

EVENTS = "{ events(first: 1) { nodes { name availableSeats } } }"
PUBLIC = "public, max-age=1"


async def get(api: httpx.AsyncClient, query: str = EVENTS, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.get("/graphql", params={"query": query}, headers=named)


async def test_what_anybody_is_told_may_be_kept_for_a_moment(api: httpx.AsyncClient, services: Services) -> None:
    first = await get(api)
    assert (first.status_code, first.headers["cache-control"]) == (200, PUBLIC)
    assert first.headers["vary"] == "Accept, Accept-Encoding, Authorization, GraphQL-Cost, Origin"
    tag = first.headers["etag"]
    for known in (tag, f'"x", {tag}', "*", tag.removeprefix("W/")):
        again = await get(api, If_None_Match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (again.headers["cache-control"], again.headers["vary"]) == (PUBLIC, first.headers["vary"])
        assert "content-length" not in again.headers or again.headers["content-length"] == "0"
    await new_event(services, seats=10)
    changed = await get(api, If_None_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert changed.json() == {"data": {"events": {"nodes": [{"name": "Concert", "availableSeats": 10}]}}}


async def test_what_depends_on_somebody_is_kept_by_nobody(
    api: httpx.AsyncClient, services: Services, token: str
) -> None:
    sold = (await new_event(services, seats=10)).id
    event, lock = encode_id("Event", sold), encode_routed_id("SeatLock", new_id(), sold)
    answers = [
        await get(api, Authorization=f"Bearer {token}"),
        await get(api, Authorization="Bearer of bad news"),
        await get(api, "{ viewer { id } events { nodes { id } } }"),
        await get(api, "query A { events { nodes { id } } } query B { viewer { id } }"),
        await get(api, f'{{ event(id: "{event}") {{ seats {{ mine }} }} }}'),
        await get(api, "{ users { nodes { id } } events { nodes { id } } }"),
        await get(api, "{ weather }"),
        # The owner, asking the same, is told more.
        await get(api, f'{{ nodes(ids: ["{event}", "{lock}"]) {{ id }} }}'),
        await api.post("/graphql", json={"query": EVENTS}),
    ]
    for answer in answers:
        assert "no-store" in answer.headers["cache-control"], answer.text
        assert "etag" not in answer.headers


async def test_a_head_is_the_head_of_a_get(api: httpx.AsyncClient) -> None:
    whole = await get(api)
    head = await api.head("/graphql", params={"query": EVENTS})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "cache-control", "etag", "vary"):
        assert head.headers[name] == whole.headers[name]
    unchanged = await api.head("/graphql", params={"query": EVENTS}, headers={"If-None-Match": whole.headers["etag"]})
    assert unchanged.status_code == 304
    assert (await api.head("/graphql", params={"query": "mutation { logOut { __typename } }"})).status_code >= 400
    subscription = 'subscription { seatAvailability(eventId: "x") { version } }'
    stream = {"Accept": "text/event-stream"}
    listening = await api.head("/graphql", params={"query": subscription}, headers=stream)
    assert (listening.status_code, listening.headers["allow"]) == (405, "GET, POST")


@pytest.fixture
async def patient(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A server whose answers may get old, and which compresses."""
    changed = services.settings.model_copy(update={"public_max_age_seconds": 30, "compression": True})
    async with serving(assemble(changed, given(services)), changed) as client:
        yield client


async def test_a_compressed_answer_is_the_same_to_a_cache(patient: httpx.AsyncClient) -> None:
    schema = "{ __schema { types { name description } } }"
    small, plain = [await get(patient, schema, Accept_Encoding=coding) for coding in ("br", "identity")]
    assert (small.headers["content-encoding"], "content-encoding" in plain.headers) == ("br", False)
    assert small.headers["cache-control"] == plain.headers["cache-control"] == "public, max-age=30"
    assert small.headers["etag"] == plain.headers["etag"]
    assert small.headers["etag"].startswith("W/")
    assert (await get(patient, schema, If_None_Match=small.headers["etag"])).status_code == 304
