"""`seatlock dev`: ready when it says so, everything gone when it ends, everything there when it starts again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psutil
import pytest
from pymongo import MongoClient

from ops.dev import ADMIN_EMAIL, ADMIN_PASSWORD
from ops.embedded import Servers
from tests.support.hunting import hunt
from tests.support.processes import until, until_gone

SEATLOCK = str(Path(sys.executable).with_name("seatlock"))
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")

REGISTER = """mutation { register(input: {name: "Ada", email: "ada@seatlock.example", password: "correct horse"}) {
  ... on RegisterSuccess { accessToken }
} }"""

SIGN_IN = f"""mutation {{ login(input: {{email: "{ADMIN_EMAIL}", password: "{ADMIN_PASSWORD}"}}) {{
  ... on LoginSuccess {{ accessToken }}
}} }}"""
CREATE_EVENT = """mutation { createEvent(input: {
  name: "Concert", startsAt: "2099-12-31T19:30:00Z", totalSeats: 1, price: {amount: "500.00", currencyCode: INR}
}) { ... on CreateEventSuccess { event { id } } } }"""
LOCK_SEAT = """mutation { lockSeats(input: {eventId: "%s", selection: {quantity: {count: 1}}, idempotencyKey: "k"}) {
  ... on LockSeatsSuccess { lock { id } }
} }"""
CONFIRM = """mutation { confirmBooking(input: {lockId: "%s"}) {
  ... on ConfirmBookingSuccess { booking { id } }
} }"""
PAY = """mutation { payBooking(input: {bookingId: "%s", paymentToken: "sim_refund_fails", idempotencyKey: "k"}) {
  ... on PayBookingSuccess { booking { id } }
} }"""
CANCEL = """mutation { cancelBooking(input: {bookingId: "%s"}) {
  ... on CancelBookingSuccess { refund { id } }
} }"""
RESEND = """mutation { resendRefund(input: {refundId: "%s", note: "the account was empty"}) {
  ... on ResendRefundSuccess { refund { id status } }
} }"""
CHECK_MONEY = "{ moneyCheck { kind refund { id } } }"


@dataclass
class Dev:
    """A running `seatlock dev`, its output so far in a file."""

    process: subprocess.Popen[bytes]
    output: Path

    def said(self, word: str) -> str | None:
        """The rest of the first line that begins with this word."""
        lines = self.output.read_text().splitlines()
        return next((line.removeprefix(f"{word} ") for line in lines if line.startswith(f"{word} ")), None)

    def await_ready(self) -> str:
        """The address of the API."""
        until(lambda: self.said("ready") or self.process.poll() is not None, 90)
        url = self.said("ready")
        assert url is not None, self.output.read_text()
        return url

    def family(self) -> list[psutil.Process]:
        """Its descendants."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def named(self, word: str) -> list[psutil.Process]:
        """Those of its descendants that were started with this word: a program's name or a command of ours."""
        return [process for process in self.family() if word in words_of(process)]


def words_of(process: psutil.Process) -> list[str]:
    try:
        words = process.cmdline()
    except psutil.Error:
        words = []
    # A process that has just ended has none.
    return [Path(words[0]).name, *words[1:]] if words else []


@contextmanager
def dev(output: Path, *arguments: str, cwd: Path | None = None, **env: str) -> Iterator[Dev]:
    """Start it; afterwards nothing of it is left, whatever the test did."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SEATLOCK_")}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [SEATLOCK, "dev", "--port", "0", *arguments], stdout=file, stderr=file, env={**others, **env}, cwd=cwd
        )
    try:
        yield Dev(process, output)
    finally:
        process.kill()
        process.wait()


def query(url: str, document: str, token: str = "") -> dict[str, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    connection.request("POST", parts.path, json.dumps({"query": document}), headers)
    body = json.loads(connection.getresponse().read())
    connection.close()
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


def metrics(url: str) -> bytes:
    return page(urljoin(url, "/metrics"))


def page(url: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", parts.path)
    body = connection.getresponse().read()
    connection.close()
    return body


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(signal.SIGINT, marks=hunt, id="SIGINT"),
        pytest.param(signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGHUP, marks=hunt, id="SIGHUP"),
    ],
)
def test_asked_to_stop_it_leaves_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    with dev(tmp_path / "output", "--ephemeral", "--no-demo") as running:
        url = running.await_ready()
        assert query(url, "{ __typename }") == {"__typename": "Query"}
        family = running.family()
        mongod = running.named("mongod")[0].cmdline()
        data = Path(mongod[mongod.index("--dbpath") + 1]).parent
        running.process.send_signal(stop)
        assert running.process.wait(30) == 0
        assert running.output.read_text().endswith("stopped\n")
        until_gone(family)
        assert not data.exists()


@ON_LINUX
def test_killed_it_leaves_no_process_and_starts_again_with_its_data(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    with dev(tmp_path / "first", *data, "--api-workers", "2") as running:
        token = query(running.await_ready(), REGISTER)["register"]["accessToken"]
        until(lambda: b'name="RECOVER",outcome="COMPLETED"} 1' in metrics(running.await_ready()))  # the worker's
        assert b'operation="register"' in metrics(running.await_ready())
        family = running.family()
        assert len(family) >= 6  # mongod, redis-server, API supervisor, two workers, background worker
        running.process.kill()
        running.process.wait()
        until_gone(family)

    with dev(tmp_path / "second", *data) as running:
        url = running.await_ready()
        assert b'operation="register"' not in metrics(url)
        assert b'<div id="shop">' in page(running.said("shop") or "")
        assert b'<div id="console" data-shop="/">' in page(running.said("console") or "")
        assert query(url, "{ viewer { name } }", token) == {"viewer": {"name": "Ada"}}
        assert len(query(url, "{ events { nodes { id } } }")["events"]["nodes"]) == 6
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


@hunt
@ON_LINUX
def test_a_killed_supervisor_takes_its_api_processes_along(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", "--no-demo", "--no-worker", "--api-workers", "2") as running:
        running.await_ready()
        family = running.family()
        running.named("serve")[0].kill()
        assert running.process.wait(30) == 1
        assert "the API died (exit code -9)" in running.output.read_text()
        until_gone(family)


@hunt
def test_a_dead_mongod_stops_everything(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", "--no-demo", "--no-worker") as running:
        running.await_ready()
        family = running.family()
        running.named("mongod")[0].kill()
        assert running.process.wait(60) == 1
        assert "mongod died (exit code -9)" in running.output.read_text()
        until_gone(family)


def test_a_dead_worker_is_started_again(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", "--no-demo") as running:
        running.await_ready()
        (first,) = running.named("worker")
        first.kill()
        until(lambda: running.named("worker") not in ([], [first]))
        assert running.process.poll() is None
        assert "the worker died (exit code -9): starting it again" in running.output.read_text()


def test_the_simulated_bank_tells_later_that_a_refund_came_back(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", "--no-demo", "--no-worker", "--api-workers", "2") as running:
        url = running.await_ready()
        token = query(url, SIGN_IN)["login"]["accessToken"]
        event = query(url, CREATE_EVENT, token)["createEvent"]["event"]["id"]
        lock = query(url, LOCK_SEAT % event, token)["lockSeats"]["lock"]["id"]
        booking = query(url, CONFIRM % lock, token)["confirmBooking"]["booking"]["id"]
        query(url, PAY % booking, token)
        refund = query(url, CANCEL % booking, token)["cancelBooking"]["refund"]["id"]
        came_back = [{"kind": "REFUND_FAILED", "refund": {"id": refund}}]
        until(lambda: query(url, CHECK_MONEY, token)["moneyCheck"] == came_back)
        resent = {"refund": {"id": refund, "status": "PROCESSED"}}
        assert query(url, RESEND % refund, token)["resendRefund"] == resent
        assert query(url, CHECK_MONEY, token)["moneyCheck"] == []


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        dev(tmp_path / "output", "--ephemeral", "--port", str(port := other.getsockname()[1])) as running,
    ):
        assert running.process.wait(30) == 1
        assert running.output.read_text() == (
            f"seatlock: port {port} is in use: stop what listens there, or choose another with --port (0: any) or, of "
            f"make run, with PORT={port + 1}\n"
        )


def test_one_url_alone_is_one_clear_line(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", SEATLOCK_REDIS_URL="redis://127.0.0.1:1/0") as running:
        assert running.process.wait(30) == 1
        assert running.output.read_text() == (
            "seatlock: SEATLOCK_REDIS_URL is set alone: set SEATLOCK_MONGO_URI and SEATLOCK_REDIS_URL, or neither\n"
        )


def test_in_a_database_that_was_there_no_administrator_is_made_whom_everybody_knows(
    tmp_path: Path, servers: Servers, database: str
) -> None:
    with dev(
        tmp_path / "output",
        "--ephemeral",
        "--no-worker",
        SEATLOCK_MONGO_URI=servers.mongo_uri,
        SEATLOCK_REDIS_URL=servers.redis_url,
        SEATLOCK_MONGO_DATABASE=database,
    ) as running:
        running.await_ready()
        lines = running.output.read_text().splitlines()
    assert "admin none is made in a database that was there: `seatlock create-admin EMAIL` makes one" in lines
    assert any("events belong to an ADMIN and there is none" in line for line in lines)
    with MongoClient[dict[str, Any]](servers.mongo_uri) as client:
        assert client[database]["users"].count_documents({}) == 0


def test_a_bad_setting_is_one_clear_line(tmp_path: Path) -> None:
    with dev(tmp_path / "output", "--ephemeral", SEATLOCK_LOCK_TTL_SECONDS="soon") as running:
        assert running.process.wait(60) == 2
        last = running.output.read_text().splitlines()[-1]
        assert last.startswith("seatlock: bad settings: SEATLOCK_LOCK_TTL_SECONDS ")


def test_a_file_of_settings_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SEATLOCK_MONGO_URI=mongodb://elsewhere/\nSEATLOCK_LOCK_TTL_SECONDS=soon\n")
    with dev(tmp_path / "output", "--ephemeral", "--no-worker", cwd=tmp_path) as running:
        url = running.await_ready()
        assert len(query(url, "{ events { nodes { id } } }")["events"]["nodes"]) == 6
