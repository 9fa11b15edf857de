"""No one visitor takes the server: not its memory, not its connections, not the buyers' time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.__main__ import FULL
from tests.attacks.asking import QUESTIONS
from tests.attacks.starving import add_events, build_hall, starved
from tests.attacks.target import Target, attacked, served
from tests.conftest import Servers
from tests.support.hunting import HUNTING

TREE = Path(__file__).parents[2]
SHORT = {
    "pipelined": 20,
    "headers": 16,
    "request_line": 16,
    "bodies": 100,
    "unread": 60,
    "subscriptions": 1,
    "silent": 300,
}
QUICK = {
    "SEATLOCK_FIRST_BYTE_SECONDS": "1",
    "SEATLOCK_HEADERS_SECONDS": "1",
    "SEATLOCK_BODY_SECONDS": "1",
    "SEATLOCK_WRITE_SECONDS": "1",
}
HOLD_SECONDS = 180.0
"""How long an attacker may stay, at most: what it has open is closed before."""

STAY = {"subscriptions": FULL["subscriptions"], "pipelined": 4}
"""Who may stay, with so many connections: who listens, and whose answers the system has taken for them."""

MOST_MIB = 200
"""What one attacker may cost; a short attack, with a short breath, less."""


@pytest.fixture(scope="module")
def target(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One server for all attacks, with few files."""
    with served(servers, tmp_path_factory.mktemp("attacked"), TREE, files=400, **({} if HUNTING else QUICK)) as running:
        yield running


@pytest.mark.parametrize("name", SHORT)
def test_one_visitor_does_not_take_the_server(target: Target, name: str) -> None:
    size, rest = (FULL[name], 1.0) if HUNTING else (SHORT[name], 0.2)
    report = attacked(target, name, size, HOLD_SECONDS, rest, enough=STAY.get(name, 0))
    assert report.alive, report.line()
    assert not report.failed, report.line()
    # In short there is less to take; but bodies that wait for their turn may be 64 MiB, and are copied once.
    share = 1.0 if HUNTING else 0.75 if name == "bodies" else 0.5
    assert report.took < share * MOST_MIB, report.line()
    assert report.left <= STAY.get(name, 0), report.line()


STARVING = list(QUESTIONS) if HUNTING else ["search", "new", "metrics", "listening"]


@pytest.mark.parametrize("name", STARVING)
def test_nobody_has_the_time_of_buyers(target: Target, servers: Servers, name: str) -> None:
    hall = build_hall(target) if HUNTING else target.event
    add_events(servers, target, 5_000 if HUNTING else 100)
    told = starved(target, hall, name, *((3.0, 1.0) if HUNTING else (0.3, 0.1, 1)))
    assert not told.meanwhile.failed, told.line()
    assert told.answers.total() > told.answers["101"], told.line()
    assert told.meanwhile.p99() < 2_000, "it was 3 to 15 seconds"
