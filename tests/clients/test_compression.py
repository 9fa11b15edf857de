"""Large messages, compressed, as the sockets of Node read them: its own, which browsers' is like, and npm's ws."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.sale.layout import NewRow
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from tests.clients.client import open_client
from tests.graph.conftest import given, serving
from tests.support.sale import new_event

MAP = "query ($event: ID!) { event(id: $event) { seats { label section row number status } } }"
NAME = "query ($event: ID!) { event(id: $event) { name } }"


@pytest.mark.parametrize("name", ["graphql-ws", "apollo"])
async def test_large_and_small_answers_are_read(name: str, services: Services, scripts: Path) -> None:
    services.settings = services.settings.model_copy(update={"compression": True})
    event = await new_event(services, rows=[NewRow(f"R{row}", 100) for row in range(5)])
    async with (
        serving(assemble(services.settings, given(services)), services.settings) as http,
        open_client(scripts, name, str(http.base_url.join("/graphql")), None) as client,
    ):
        for _ in range(2):
            answer = await client.ask(MAP, event=encode_id("Event", event.id))
            assert len(answer["seats"]) == 500
            assert (await client.ask(NAME, event=encode_id("Event", event.id)))["name"] == "Concert"
