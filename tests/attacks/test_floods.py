"""The attacks of this folder, in short: what they got before, they get no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.audit.repeats import FEW
from domain.documents import AuditAction, AuditEntry
from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from tests.attacks import replay_flood, sign_in_flood
from tests.graph.conftest import given, serving
from tests.support.api import api_server
from tests.support.scenes import admin, token_of


@pytest.fixture
def url(settings: Settings, services: Services, tmp_path: Path) -> Iterator[str]:
    """A server in a process of its own, as an operator runs it."""
    server = api_server(settings, tmp_path / "api.log")
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}/graphql"
    finally:
        server.kill()  # fifty are still in line


async def test_a_flood_of_sign_ins_keeps_nobody_else_out(url: str) -> None:
    got = await sign_in_flood.attack(url, clients=50, tries=1)
    assert got.accepted == got.tries


async def test_replays_are_counted_and_not_written_one_by_one(services: Services) -> None:
    token = token_of(services, await admin(services))
    async with serving(assemble(services.settings, given(services))) as api:
        got = await replay_flood.attack(str(api.base_url), token, clients=8, seconds=0.3, at_least=4 * FEW)
    assert got.entries == FEW < got.replays
    # Nothing was written for them but, in the end, their number.
    await services.journal.close()
    *few, rest = await AuditEntry.find({"is_retry": True, "action": AuditAction.SEATS_LOCKED.value}).to_list()
    assert [entry.metadata for entry in few] == [{}] * FEW
    assert rest.metadata["count"] >= got.replays - FEW
    assert rest.original_entry_id == few[0].original_entry_id
