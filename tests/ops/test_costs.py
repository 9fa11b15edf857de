"""`python -m bench costs` runs: a server of its own, its processes told apart, and a table of what a request took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from bench import costs
from bench.costs import measure_costs
from bench.load import Measured
from bench.server import Api
from ops.embedded import Servers

LOCK = """mutation ($event: ID!, $key: String!) {
  lockSeats(input: {eventId: $event, selection: {quantity: {count: 1}}, idempotencyKey: $key}) { __typename }
}"""


def buy(api: Api, _scenario: str, _connections: int, seconds: int, event: str) -> Measured:
    """In place of wrk, which not every machine has: ten locks, one after the other."""
    began = time.monotonic()
    with httpx.Client(timeout=60) as http:
        for number in range(10):
            asked = {"query": LOCK, "variables": {"event": event, "key": f"{began} {number}"}}
            answer = http.post(api.url, json=asked, headers={"Authorization": f"Bearer {api.token}"})
            assert answer.json() == {"data": {"lockSeats": {"__typename": "LockSeatsSuccess"}}}
    return Measured(10 / seconds, 0, 1, 1, 0)


@pytest.fixture
def leftovers(servers: Servers) -> Iterator[None]:
    yield
    with MongoClient[dict[str, object]](servers.mongo_uri) as mongo:
        for name in mongo.list_database_names():
            if name.startswith("bench_"):
                mongo.drop_database(name)


@pytest.mark.usefixtures("leftovers")
def test_a_lock_costs_something_of_each_server(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(costs, "RUNS", (("ten locks", "lock", 1, 1),))
    monkeypatch.setattr(costs, "buy", buy)
    monkeypatch.setattr("bench.stage.buy", lambda *_: None)  # which warms
    measure_costs(servers, tmp_path, rounds=1, seconds=1)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "ten locks" in line]
    rate, *took = [float(cell.replace(",", "")) for cell in line.replace("│", " ").split()[2:]]
    assert rate == 10
    api, _mongo, _redis, at_mongo, at_redis, stored = took
    assert api > 0
    assert at_mongo > 1 and at_redis > 1
    assert stored > 100
