"""No one visitor takes the server: not its memory, not its connections, not the buyers' time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.__main__ import FULL
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
HOLD_SECONDS = {"silent": 5.0, "bodies": 5.0, "unread": 4.0}
MOST_MIB = 200
"""What one attacker may cost; a short attack, with a short breath, less."""


@pytest.fixture(scope="module")
def target(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One server for all attacks, with few files."""
    with served(servers, tmp_path_factory.mktemp("attacked"), TREE, files=400, **({} if HUNTING else QUICK)) as running:
        yield running


@pytest.mark.parametrize("name", SHORT)
def test_one_visitor_does_not_take_the_server(target: Target, name: str) -> None:
    size = FULL[name] if HUNTING else SHORT[name]
    report = attacked(
        target, name, size, hold=45.0 if HUNTING else HOLD_SECONDS.get(name, 1.0), rest_seconds=1.0 if HUNTING else 0.2
    )
    assert report.alive, report.line()
    assert not report.failed, report.line()
    assert report.took < (MOST_MIB if HUNTING else MOST_MIB / 2), report.line()
    # Attackers that keep something keep no more than one address may.
    assert report.left <= (50 if name in ("unread", "silent", "bodies") else 10), report.line()
    assert target.is_alive()
