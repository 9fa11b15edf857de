"""`seatlock race`, against a server that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.documents import Event, SeatLock
from domain.process.settings import Settings
from domain.sale.events import NewRow
from domain.services import Services
from ops.embedded import Server
from ops.processes import free_port
from tests.support.api import api_server
from tests.support.commands import assert_one_line, seatlock
from tests.support.sale import new_event

pytestmark = pytest.mark.fresh_database
BUYERS = 8


@pytest.fixture
def api(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    server = api_server(settings, tmp_path / "log")
    server.start()
    yield server
    server.stop()


async def test_of_all_who_want_one_seat_one_gets_it(services: Services, api: Server) -> None:
    event = await new_event(services, rows=[NewRow("A", 3)])
    url = f"http://127.0.0.1:{api.port}/graphql"
    result = seatlock("race", str(event.id), "--buyers", str(BUYERS), "--seat", "STALLS-A-2", "--url", url, env={})
    assert (result.returncode, result.stderr) == (0, "")
    first, *lines, last = result.stdout.splitlines()
    assert first == f"{BUYERS} buyers want seat STALLS-A-2 of Concert"
    assert last == f"{BUYERS - 1} SEATS_UNAVAILABLE, 1 locked"
    assert sorted(re.sub(r"^buyer [0-9]+: (.*) \([0-9]+ ms\)$", r"\1", line) for line in lines) == [
        "locked STALLS-A-2, and gave it back",
        *["refused: SEATS_UNAVAILABLE"] * (BUYERS - 1),
    ]
    left = await Event.get(event.id)
    assert left is not None
    assert (left.available, await SeatLock.count_of({"event_id": event.id})) == (3, 1)

    unknown = seatlock("race", "6b0acc97d998e784d14beef7", "--url", url, env={})
    assert_one_line(unknown, 1, "there is no event")
    no_seat = seatlock("race", str(event.id), "--buyers", "2", "--seat", "STALLS-A-4", "--url", url, env={})
    assert (no_seat.returncode, no_seat.stderr) == (1, "seatlock: This event has no seat with this label.\n")


def test_where_no_api_is_is_one_line() -> None:
    url = f"http://127.0.0.1:{free_port()}/graphql"
    alone = seatlock("race", "6b0acc97d998e784d14beef7", "--url", url, env={})
    assert_one_line(alone, 1, f"no API answers at {url}; --url says where it is")
    told = seatlock("race", "6b0acc97d998e784d14beef7", env={"SEATLOCK_URL": url})
    assert_one_line(told, 1, f"no API answers at {url}; --url says where it is")
