"""The embedded servers: real, on the same port and data after a crash, and never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient, WriteConcern
from pymongo.read_preferences import SecondaryPreferred
from redis import Redis

from ops import binaries
from ops.binaries import ServerError, find_binary
from ops.embedded import Server, Servers, embedded_servers
from tests.support.hunting import hunt
from tests.support.processes import until_gone

HOLD = """
import sys, time
from pathlib import Path
from ops.embedded import embedded_servers
with embedded_servers(Path(sys.argv[1]), cache_gb=0.25) as servers:
    print(servers.mongod.pid, servers.redis.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with embedded_servers(tmp_path_factory.mktemp("data"), cache_gb=0.25, keep_data=False) as servers:
        yield servers


def client(servers: Servers) -> MongoClient[dict[str, Any]]:
    return MongoClient(servers.mongo_uri, serverSelectionTimeoutMS=10_000)


@contextmanager
def bound(port: int) -> Iterator[None]:
    """Someone has this port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        yield


@contextmanager
def refused(match: str) -> Iterator[None]:
    """One clear line."""
    with pytest.raises(ServerError, match=match) as raised:
        yield
    assert "\n" not in str(raised.value)


def test_transactions_work(running: Servers) -> None:
    with client(running) as mongo, mongo.start_session() as session, session.start_transaction():
        mongo.check.things.insert_one({"_id": "in a transaction"}, session=session)
    with client(running) as mongo:
        assert mongo.check.things.count_documents({"_id": "in a transaction"}) == 1


def test_redis_answers(running: Servers) -> None:
    with Redis.from_url(running.redis_url) as redis:
        assert redis.ping()


def test_mongod_restarts_on_its_port_with_its_data(running: Servers) -> None:
    uri = running.mongo_uri
    with client(running) as mongo:
        mongo.check.things.insert_one({"_id": "before the crash"})
    running.mongod.kill()
    running.mongod.start()
    assert running.mongo_uri == uri
    with client(running) as mongo:
        assert mongo.check.things.count_documents({"_id": "before the crash"}) == 1


def test_redis_restarts_on_its_port(running: Servers) -> None:
    url = running.redis_url
    running.redis.kill()
    running.redis.start()
    assert running.redis_url == url
    with Redis.from_url(url) as redis:
        assert redis.ping()


@hunt
def test_of_three_members_one_may_die_and_come_back(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, members=3, cache_gb=0.25, keep_data=False) as servers, client(servers) as mongo:
        on_all = mongo.check.get_collection("things", write_concern=WriteConcern(3, wtimeout=20_000))
        on_all.insert_one({"_id": "on three"})
        assert mongo.primary is not None
        (primary,) = (mongod for mongod in servers.mongods if ("127.0.0.1", mongod.port) == mongo.primary)
        primary.kill()
        began = time.monotonic()
        mongo.check.things.insert_one({"_id": "on two"})
        assert time.monotonic() - began < 8
        assert mongo.primary != ("127.0.0.1", primary.port)
        primary.start()
        on_all.insert_one({"_id": "on three again"})
        with MongoClient[dict[str, Any]]("127.0.0.1", primary.port, directConnection=True) as alone:
            found = alone.check.get_collection("things", read_preference=SecondaryPreferred()).find()
            # In which order a member stores what it is sent at once, nobody promises.
            assert {thing["_id"] for thing in found} == {"on three", "on two", "on three again"}


def test_a_taken_port_is_left_and_the_data_kept(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, cache_gb=0.25) as first, client(first) as mongo:
        port = first.mongod.port
        mongo.check.things.insert_one({"_id": "first run"})
    with (
        bound(port),
        embedded_servers(tmp_path, cache_gb=0.25, keep_data=False) as second,
        client(second) as mongo,
    ):
        assert second.mongod.port != port
        assert mongo.check.things.count_documents({"_id": "first run"}) == 1


def test_data_in_use_by_another_is_one_clear_line(running: Servers) -> None:
    other = rf"mongo is in use by another mongod \(process {running.mongod.pid}\)"
    with refused(other), embedded_servers(running.mongod.log.parent):
        pass


def test_a_mongod_that_stops_at_once_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo" / "storage.bson").write_text("not what mongod wrote")
    with refused(r"^mongod did not start \(exit code -?\d+\): "), embedded_servers(tmp_path):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        mongod, redis = (psutil.Process(int(pid)) for pid in parent.stdout.readline().split())
        os.kill(parent.pid, signal.SIGKILL)
    until_gone([mongod, redis])
    with embedded_servers(tmp_path, cache_gb=0.25, keep_data=False):
        pass


def test_nowhere_to_be_found_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(binaries._WHEELS, "mongod", ("no_such_package", "mongod"))
    with pytest.raises(ServerError, match="run `docker compose up mongo redis` and set SEATLOCK_MONGO_URI=") as raised:
        find_binary("mongod", tmp_path)
    assert "\n" not in str(raised.value)


def test_a_binary_that_cannot_run_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho 'libcrypto.so.3: cannot open shared object file' >&2\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(binaries._WHEELS, "mongod", ("no_such_package", "mongod"))
    with refused("libcrypto"):
        find_binary("mongod", tmp_path)


def test_a_binary_on_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "redis-server"
    ours.write_text("#!/bin/sh\necho v=8\n")
    ours.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary("redis-server", tmp_path) == str(ours)


def test_a_wheel_without_run_bit_is_made_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "wheel_without_bit"
    (package / "bin").mkdir(parents=True)
    program = package / "bin" / "mongod"
    program.write_text("#!/bin/sh\necho v=8\n")
    program.chmod(0o644)
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(binaries._WHEELS, "mongod", ("wheel_without_bit", "bin/mongod"))
    assert find_binary("mongod", tmp_path / "copies") == str(program)
    assert os.access(program, os.X_OK)


def test_a_server_that_does_not_run_has_no_process_id(tmp_path: Path) -> None:
    """It is refused by an error: `python -O` takes asserts away."""
    with pytest.raises(ServerError, match=r"^nothing is not running$"):
        _ = Server("nothing", [], 1, tmp_path / "log").pid
