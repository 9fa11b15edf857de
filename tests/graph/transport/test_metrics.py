"""What requests are counted as, and who may read it."""

from __future__ import annotations

import asyncio
import secrets

import httpx
import pytest
from pydantic import SecretStr

from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from graph.transport import metrics
from tests.graph.conftest import given, serving
from tests.support import scenes
from tests.support.load import LOCK_SEATS
from tests.support.sale import new_event
from tests.support.scraping import scrape
from tests.support.sockets import listening

Counted = dict[tuple[str, str], int]


async def counted(api: httpx.AsyncClient) -> Counted:
    return (await scrape(str(api.base_url))).requests()


def more(after: Counted, before: Counted) -> Counted:
    return {key: number - before.get(key, 0) for key, number in after.items() if number != before.get(key, 0)}


async def test_operations_are_counted_by_root_field_and_code(services: Services, api: httpx.AsyncClient) -> None:
    event_id = encode_id("Event", (await new_event(services, seats=1)).id)
    token = scenes.token_of(services, await scenes.user(services))
    before = await counted(api)

    async def ask(query: str, token: str = "", **variables: str) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        await api.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    await ask("query secret { mine: viewer { id } }", token)
    for _ in range(2):
        await ask(LOCK_SEATS, token, event=event_id, key=secrets.token_hex(8))
    await ask(LOCK_SEATS, event=event_id, key="1")
    await ask("{ viewer { id } events { nodes { id } } }", token)
    await ask("{ viewer { id } }", "nonsense")
    await ask("{ vewer { id } }")
    await ask("{")
    await api.post("/graphql", content="{", headers={"content-type": "application/json"})
    await ask("subscription ($id: ID!) { seatAvailability(eventId: $id) { version } }", id=event_id)
    async with listening(str(api.base_url), token) as socket:
        await socket.execute("{ viewer { id } }")
        await socket.execute("{ bookings { nodes { id } } }")
        subscription = await socket.subscribe(
            "subscription ($id: ID!) { seatAvailability(eventId: $id) { version } }", {"id": event_id}
        )
        await subscription.next()
        assert (await scrape(str(api.base_url))).values("seatlock_listeners", transport="websocket") == [1]

    assert more(await counted(api), before) == {
        ("viewer", "ok"): 2,
        ("lockSeats", "ok"): 1,
        ("lockSeats", "NOT_ENOUGH_SEATS"): 1,
        ("lockSeats", "UNAUTHENTICATED"): 1,
        ("several", "ok"): 1,
        ("viewer", "UNAUTHENTICATED"): 1,
        ("unknown", "GRAPHQL_VALIDATION_FAILED"): 1,
        ("unknown", "GRAPHQL_PARSE_FAILED"): 1,
        ("unknown", "BAD_REQUEST"): 1,
        ("seatAvailability", "NOT_ACCEPTABLE"): 1,
        ("bookings", "FORBIDDEN"): 1,
        ("seatAvailability", "ok"): 1,
    }


async def test_a_client_makes_no_labels(services: Services, api: httpx.AsyncClient) -> None:
    word = f"w{secrets.token_hex(8)}"
    headers = {"x-correlation-id": word, "user-agent": word}
    for query in (f"query {word} {{ {word}: viewer {{ {word}: id }} }}", f"{{ {word} }}", f"@{word}"):
        body = {"query": query, "operationName": word, "variables": {word: word}}
        await api.post("/graphql", json=body, headers=headers)
    await api.get(f"/{word}")
    await api.post(f"/webhooks/payments/{word}")
    assert word not in (await scrape(str(api.base_url))).text


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer another-token-altogether", "the-metrics-token"])
async def test_with_a_token_set_only_who_sends_it_may_read(services: Services, sent: str) -> None:
    token = "the-metrics-token"
    services.settings = services.settings.model_copy(update={"metrics_token": SecretStr(token)})
    async with serving(assemble(services.settings, given(services))) as api:
        refused = await api.get("/metrics", headers={"authorization": sent} if sent else {})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert "seatlock_" not in refused.text
        assert (await scrape(str(api.base_url), token)).values("seatlock_up", part="mongodb") == [1]


async def test_who_asks_without_end_waits_behind_themselves(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody else does: the budget of one is no other's."""
    monkeypatch.setattr(metrics, "LINE", 3)
    async with serving(assemble(services.settings, given(services))) as api:
        elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.9")
        async with httpx.AsyncClient(base_url=api.base_url, transport=elsewhere) as prometheus:
            flood = [asyncio.create_task(api.get("/metrics")) for _ in range(20)]
            answers = await asyncio.gather(*flood, prometheus.get("/metrics"))
    statuses = [answer.status_code for answer in answers[:-1]]
    assert answers[-1].status_code == 200
    assert set(statuses) == {200, 429}
    assert statuses.count(429) >= 20 - 2 * (1 + 3)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
    assert int(refused.headers["retry-after"]) >= 1
