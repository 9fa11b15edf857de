"""Documents by hash or by id, as Apollo's and urql's own links send them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.services import Services
from graph.app import assemble
from tests.clients.box_office import BoxOffice
from tests.clients.client import Client, open_client
from tests.clients.conftest import Connect
from tests.graph.conftest import given, serving

EVENTS = "query Events { events(first: 1) { __typename nodes { __typename id } } }"
OTHERS = "query Others { events(first: 2) { __typename nodes { __typename id } } }"
WATCH = "subscription Watch($event: ID!) { seatAvailability(eventId: $event) { __typename version } }"
LOG_IN = 'mutation LogIn { login(input: {email: "ada@seatlock.test", password: "wrong"}) { __typename } }'
NONE = {"__typename": "EventConnection", "nodes": []}

BOTH = pytest.mark.parametrize("library", ["apollo", "urql"])


@asynccontextmanager
async def client_of(services: Services, scripts: Path, name: str, **settings: object) -> AsyncIterator[Client]:
    """A client of a server of our own with these settings."""
    changed = services.settings.model_copy(update=settings)
    async with (
        serving(assemble(changed, given(services)), changed) as http,
        open_client(scripts, name, str(http.base_url.join("/graphql")), None) as client,
    ):
        yield client


async def sent(client: Client) -> str:
    """The next request that it sends: its method, and what names or is its document."""
    return str((await client.hear("connection"))["sent"])


@pytest.mark.parametrize(("library", "again"), [("apollo", "POST extensions query"), ("urql", "GET extensions query")])
async def test_the_text_is_sent_once_and_then_its_hash(library: str, again: str, connect: Connect) -> None:
    client = await connect(f"{library} over hashes")
    text = EVENTS.replace("Events", f"Events{library}")
    for expected in (["GET extensions", again], ["GET extensions"]):
        answer = await client.ask(text)
        assert answer["__typename"] == "EventConnection"
        assert [await sent(client) for _ in expected] == expected


async def test_so_it_is_of_mutations_and_subscriptions(connect: Connect, office: BoxOffice) -> None:
    event = await office.event()
    one, other = await connect("urql over hashes"), await connect("urql over hashes")
    for client in (one, other):
        watching = await client.start(WATCH, event=event)
        assert (await watching.value())["version"] >= 1
        assert await sent(client) == "POST extensions"
    assert await sent(one) == "POST extensions query"
    for client, expected in ((one, ["POST extensions", "POST extensions query"]), (other, ["POST extensions"])):
        assert await client.ask(LOG_IN) == {"__typename": "BadCredentials"}
        while (first := await sent(client)) != expected[0]:
            assert first == "POST extensions query", "urql asks twice for a subscription that was not found"
        assert [first, *[await sent(client) for _ in expected[1:]]] == expected


@BOTH
async def test_switched_off_they_send_texts_from_then_on(library: str, services: Services, scripts: Path) -> None:
    async with client_of(services, scripts, f"{library} over hashes", persisted_queries=False) as client:
        assert await client.ask(EVENTS) == NONE
        assert (await sent(client)).endswith(" extensions")
        assert (await sent(client)).endswith(" query")
        assert await client.ask(OTHERS) == NONE
        assert (await sent(client)).endswith(" query")


@BOTH
async def test_ids_of_trusted_documents_are_enough(
    library: str, services: Services, scripts: Path, tmp_path: Path
) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({"id-of-Events": EVENTS}))
    trusted = {"trusted_documents": file, "trusted_only": True}
    async with client_of(services, scripts, f"{library} over ids", **trusted) as client:
        assert await client.ask(EVENTS) == NONE
        assert await sent(client) == "GET extensions"
        [error] = await (await client.start(OTHERS)).errors()
        assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
