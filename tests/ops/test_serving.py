"""`seatlock serve` and `seatlock worker` against a MongoDB that is away, late, or not a replica set."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import httpx
import psutil
import pytest
from starlette.requests import Request

from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.transport.health import ready
from ops.binaries import find_binary
from ops.embedded import Server, Servers, embedded_servers
from ops.processes import free_port, stop_child
from tests.ops.test_cli import NEED_SETTINGS
from tests.support.api import variables
from tests.support.commands import assert_one_line, environment, seatlock
from tests.support.forking import SEATLOCK, fork
from tests.support.hunting import hunt
from tests.support.processes import until
from tests.support.waiting import until as until_async
from tests.support.worker import Worker

pytestmark = pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may kill")


REPLICA_SET = ["--replSet", "rs0"]
CHECK = [["check"]]
SERVE = [["serve"], ["check"]]
one_or_two = pytest.mark.parametrize("workers", [pytest.param(1, marks=hunt), 2])


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of these tests' own."""
    with embedded_servers(tmp_path_factory.mktemp("servers"), cache_gb=0.25, keep_data=False) as running:
        yield running


class Api:
    """`seatlock serve` with so many processes, starting."""

    def __init__(self, settings: Settings, log: Path, workers: int) -> None:
        self.port, self.log = free_port(), log
        log.touch()
        self.process: subprocess.Popen[bytes] = fork(
            *(SEATLOCK, "serve", "--port", str(self.port), "--workers", str(workers)),
            env={**os.environ, **variables(settings)},
            stdout=log,
            stderr=log,
            cwd=Path.cwd(),
        )

    @property
    def children(self) -> set[int]:
        """The ids of the processes that answer requests, or soon will."""
        return {child.pid for child in psutil.Process(self.process.pid).children()}

    def answers(self, path: str = "/health") -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5, verify=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(30)


class Start(Protocol):
    def __call__(self, workers: int, patience: int = 60) -> Api: ...


@pytest.fixture
def serve(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(workers: int, patience: int = 60) -> Api:
            patient = settings.model_copy(update={"start_timeout_seconds": patience})
            api = Api(patient, tmp_path / "api.log", workers)
            stack.callback(stop_child, api.process, 0)
            return api

        yield start


@pytest.fixture
def no_mongodb(settings: Settings, servers: Servers) -> Iterator[Callable[[], None]]:
    """MongoDB is away, until this is called."""
    servers.mongod.kill()
    is_back = False

    def start() -> None:
        nonlocal is_back
        is_back = True
        servers.mongod.start()

    yield start
    if not is_back:
        start()


@one_or_two
def test_serve_waits_for_mongodb(serve: Start, workers: int, no_mongodb: Callable[[], None]) -> None:
    api = serve(workers)
    until(lambda: api.log.read_text().count("waiting for MongoDB") == workers)
    assert not api.answers()
    no_mongodb()
    until(lambda: api.answers("/ready"))
    assert api.stop() == 0
    assert "Traceback" not in api.log.read_text()


@one_or_two
@pytest.mark.usefixtures("no_mongodb")
def test_serve_can_be_stopped_while_it_waits(serve: Start, workers: int) -> None:
    api = serve(workers)
    until(lambda: "waiting for MongoDB" in api.log.read_text())
    assert api.stop() == 0


@pytest.mark.usefixtures("no_mongodb")
def test_serve_waits_as_long_as_the_settings_say_and_does_not_end_with_0(serve: Start) -> None:
    api = serve(2, patience=0)
    assert api.process.wait(60) == 1
    said = api.log.read_text()
    assert said.count("cannot reach MongoDB (SEATLOCK_MONGO_URI)") == 2
    assert "Traceback" not in said


def test_a_child_that_cannot_start_costs_the_others_nothing(serve: Start, servers: Servers) -> None:
    """It dies while MongoDB has no primary."""
    api = serve(2, patience=0)
    until(lambda: api.log.read_text().count("Application startup complete") == 2)
    stays, dies = api.children
    servers.mongod.kill()
    try:
        os.kill(dies, signal.SIGKILL)
        until(lambda: "process did not start" in api.log.read_text(), 60)
        assert api.answers()
        assert api.process.poll() is None
    finally:
        servers.mongod.start()
    until(lambda: api.log.read_text().count("Application startup complete") == 3)
    assert stays in api.children
    assert api.answers("/ready")


def test_a_child_is_replaced_while_another_hangs(serve: Start) -> None:
    api = serve(2)
    until(lambda: api.log.read_text().count("Application startup complete") == 2)
    hangs, dies = api.children
    os.kill(hangs, signal.SIGSTOP)
    os.kill(dies, signal.SIGKILL)
    until(lambda: api.log.read_text().count("process started") == 3)
    assert "process hangs" not in api.log.read_text(), "the dead one has not waited for the one that hangs"
    until(lambda: api.answers("/ready"))
    assert api.stop() == 0


def test_the_worker_waits_for_mongodb(settings: Settings, tmp_path: Path, no_mongodb: Callable[[], None]) -> None:
    worker = Worker(settings, tmp_path / "worker.log")
    try:
        until(lambda: "waiting for MongoDB" in worker.said())
        no_mongodb()
        until(lambda: seatlock("worker", "--check", env=environment(settings)).returncode == 0)
        assert worker.stop(within=30) == 0
    finally:
        worker.kill()


def test_an_address_that_is_taken_is_one_line(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for workers in ("1", "2"):
            result = seatlock("serve", "--port", port, "--workers", workers, env=environment(settings))
            assert_one_line(result, 1, f"cannot listen on 127.0.0.1, port {port}: Address already in use")


@hunt
@pytest.mark.usefixtures("no_mongodb")
def test_the_worker_can_be_stopped_while_it_waits(settings: Settings, tmp_path: Path) -> None:
    worker = Worker(settings, tmp_path / "worker.log")
    try:
        until(lambda: "waiting for MongoDB" in worker.said())
        assert worker.stop(within=30) == 0
    finally:
        worker.kill()


@pytest.mark.parametrize(
    ("options", "uri", "commands"),
    [
        ([], "", NEED_SETTINGS),
        pytest.param([], "?replicaSet=rs0", CHECK, marks=hunt),
        (REPLICA_SET, "", SERVE),
        pytest.param(REPLICA_SET, "?replicaSet=rs0", CHECK, marks=hunt),
    ],
    ids=["standalone", "standalone, and the URI names a set", "not initiated", "not initiated, and the URI names it"],
)
def test_without_a_replica_set_every_command_says_what_to_do(
    settings: Settings, tmp_path: Path, options: list[str], uri: str, commands: list[list[str]]
) -> None:
    alone = lone_mongod(tmp_path, free_port(), *options)
    alone.start()
    try:
        env = {
            **environment(settings),
            "SEATLOCK_MONGO_URI": f"mongodb://127.0.0.1:{alone.port}/{uri}",
            "SEATLOCK_ADMIN_PASSWORD": "long enough",
            "SEATLOCK_START_TIMEOUT_SECONDS": "0",
        }
        with ThreadPoolExecutor(2) as two_at_once:
            for result in two_at_once.map(lambda arguments: seatlock(*arguments, env=env), commands):
                assert_one_line(result, 1, "is not a replica set", "rs.initiate()")
    finally:
        alone.kill()


@pytest.mark.parametrize("options", [[], pytest.param(REPLICA_SET, marks=hunt)], ids=["standalone", "not initiated"])
async def test_ready_says_what_to_do_when_mongodb_comes_back_without_a_replica_set(
    settings: Settings, servers: Servers, tmp_path: Path, options: list[str]
) -> None:
    """Its data was lost, or it was started without the option."""
    async with open_services(settings) as services:
        answer = await ready(request_to(services))
        assert answer.status_code == 200
        servers.mongod.kill()
        alone = lone_mongod(tmp_path, servers.mongod.port, *options)
        alone.start()
        try:
            await until_async(lambda: names_a_reason(services))
            answer = await ready(request_to(services))
        finally:
            alone.kill()
            servers.mongod.start()
    told = json.loads(bytes(answer.body))
    assert (answer.status_code, told["status"], told["down"]) == (503, "unavailable", ["mongodb"])
    assert "rs.initiate()" in told["reason"]


async def names_a_reason(services: Services) -> bool:
    return b"reason" in (await ready(request_to(services))).body


def request_to(services: Services) -> Request:
    return Request({"type": "http", "state": {"services": services}})


def lone_mongod(data: Path, port: int, *options: str) -> Server:
    """One that nobody has made a replica set of."""
    mongod = [find_binary("mongod", data), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"]
    return Server("mongod", [*mongod, *options], port, data / "mongod.log")
