"""The server that is attacked, and a buyer who goes on buying meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

from ops.env_file import ENV_FILE
from ops.processes import free_port
from tests.support.processes import until

if TYPE_CHECKING:
    from tests.conftest import Servers

EMAIL, PASSWORD = "attacked@seatlock.example", "correct horse battery"
SIGN_IN = "mutation($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } } }"
CREATE_EVENT = """mutation($input: CreateEventInput!) { createEvent(input: $input) {
  ... on CreateEventSuccess { event { id } } ... on Error { message } } }"""
LOCK = """mutation($input: LockSeatsInput!) { lockSeats(input: $input) {
  ... on LockSeatsSuccess { lock { id } } ... on Error { code } } }"""
RELEASE = "mutation($input: ReleaseLockInput!) { releaseLock(input: $input) { ... on Error { code } } }"
MIB = 2**20
PATIENCE_SECONDS = 300.0
"""How long an attacker may take until it has all that it gets."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, an event of it, and somebody who may buy."""

    port: int
    pid: int
    token: str
    event: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rss(self) -> float:
        """MiB that its process has."""
        return float(psutil.Process(self.pid).memory_info().rss) / MIB

    def connections(self) -> int:
        """How many connections it has with attackers."""
        return sum(
            1
            for each in psutil.Process(self.pid).net_connections("tcp")
            if each.laddr.port == self.port and each.raddr and each.raddr.ip == "127.0.0.2"
        )

    def is_alive(self) -> bool:
        """Whether /health answers somebody new."""
        try:
            return httpx.get(f"{self.url}/health", timeout=5, verify=False).status_code == 200
        except httpx.HTTPError:
            return False


@dataclass(slots=True)
class Buyer:
    """Locks a seat and releases it, again and again."""

    target: Target
    took: list[float] = field(default_factory=list)
    failed: int = 0
    why: str = ""
    """Of the last that failed."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.target.token}"}
        number = 0
        with httpx.Client(base_url=self.target.url, headers=headers, timeout=15, verify=False) as client:
            while not self._stop.is_set():
                number += 1
                asked = {
                    "eventId": self.target.event,
                    "selection": {"quantity": {"count": 1}},
                    "idempotencyKey": f"{number}-{time.time_ns()}",
                }
                began = time.monotonic()
                answer: object = None
                try:
                    answer = client.post("/graphql", json={"query": LOCK, "variables": {"input": asked}}).json()
                    assert isinstance(answer, dict)
                    lock = answer["data"]["lockSeats"]["lock"]["id"]
                except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
                    self.failed += 1
                    self.why = f"{answer or repr(error)}"
                    self.took.append(time.monotonic() - began)
                    continue
                self.took.append(time.monotonic() - began)
                client.post("/graphql", json={"query": RELEASE, "variables": {"input": {"lockId": lock}}})
                self._stop.wait(0.005)

    def p99(self) -> float:
        """Of how long its locks took, in ms."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]


@contextmanager
def buying(target: Target) -> Iterator[Buyer]:
    buyer = Buyer(target)
    thread = threading.Thread(target=buyer.run)
    thread.start()
    try:
        yield buyer
    finally:
        buyer._stop.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class Report:
    """What an attack did."""

    attack: str
    before: float
    peak: float
    after: float
    seconds: float
    left: int
    """Connections that it still had in the end."""
    alive: bool
    rest: float
    p99: float
    failed: int
    why: str

    @property
    def took(self) -> float:
        """MiB."""
        return self.peak - self.before

    def line(self) -> str:
        return (
            f"{self.attack:14} {self.before:6.0f} {self.peak:6.0f} {self.after:6.0f} MiB  {self.left:5} left  "
            f"{'health ok' if self.alive else 'NO HEALTH'}  p99 {self.rest:6.1f} → {self.p99:7.1f} ms  "
            f"{self.failed} locks failed {self.why[:200]} {self.seconds:.1f} s"
        )


LOOKS = 25
"""So often in a row no connection is left when they are gone: for half a second."""


def attacked(target: Target, name: str, size: int, hold: float, rest_seconds: float = 1.0, enough: int = -1) -> Report:
    """Attack, and hold on to what was got for so many seconds, or until no more than `enough` connections are left."""
    with buying(target) as buyer:
        time.sleep(rest_seconds)
    rest = buyer.p99()
    before = peak = target.rss()
    attacker = subprocess.Popen(
        [sys.executable, "-m", "tests.attacks.attackers", name, str(target.port), str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"EVENT": target.event},
        cwd=Path(__file__).parents[2],
    )
    said = attacker.stdout
    assert said is not None
    told: dict[str, float] = {}
    reader = threading.Thread(target=lambda: told.update(json.loads(said.readline() or b"{}")))
    reader.start()
    try:
        with buying(target) as buyer:
            began = time.monotonic()
            done: float | None = None
            gone = 0
            # It holds on from when it has all that it gets: on a busy machine that alone takes minutes. What the server
            # has not accepted yet is no connection of its own, so one look that finds none tells nothing.
            while done is None or (time.monotonic() - done < hold and gone < LOOKS):
                time.sleep(0.02)
                gone = gone + 1 if done is not None and target.connections() <= enough else 0
                peak = max(peak, target.rss())
                if done is None and (not reader.is_alive() or time.monotonic() - began > PATIENCE_SECONDS):
                    done = time.monotonic()
            alive = target.is_alive()
        left = target.connections()
    finally:
        attacker.kill()
        attacker.communicate()
        reader.join()
    return Report(
        name,
        before,
        peak,
        target.rss(),
        told.get("seconds", 60.0),
        left,
        alive,
        rest,
        buyer.p99(),
        buyer.failed,
        buyer.why,
    )


@contextmanager
def served(servers: Servers, folder: Path, tree: Path, *, files: int, **settings: str) -> Iterator[Target]:
    """`seatlock serve` of this checkout, which may open so many files, with an event on sale."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEATLOCK_")} | {
        "SEATLOCK_MONGO_URI": servers.mongo_uri,
        "SEATLOCK_MONGO_DATABASE": f"attacked_{port}",
        "SEATLOCK_REDIS_URL": servers.redis_url,
        "SEATLOCK_SECRET_KEY": "attacked" * 8,
        "SEATLOCK_ADMIN_EMAIL": EMAIL,
        "SEATLOCK_ADMIN_PASSWORD": PASSWORD,
        "SEATLOCK_PAYMENT_PROVIDER": "simulated",
        "SEATLOCK_LOG_LEVEL": "error",
        "SEATLOCK_GRAPHQL_IDE": "true",  # whose files are the longest answers
        "SEATLOCK_AUDIT_LOG": "",
        ENV_FILE: "",
        "PYTHONPATH": str(tree),
        **settings,
    }
    serve = [sys.executable, "-P", "-m", "ops.cli", "serve", "--port", str(port)]
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *serve],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: _answers(port) or process.poll() is not None, 60)
        assert process.poll() is None, (folder / f"{port}.log").read_text()
        url = f"http://127.0.0.1:{port}/graphql"
        sign_in = {"query": SIGN_IN, "variables": {"input": {"email": EMAIL, "password": PASSWORD}}}
        token = httpx.post(url, json=sign_in, timeout=30, verify=False).json()["data"]["login"]["accessToken"]
        price = {"amount": "25.00", "currencyCode": "EUR"}
        made = {"name": "Attacked", "startsAt": "2099-01-01T00:00:00Z", "price": price, "totalSeats": 10_000}
        headers = {"Authorization": f"Bearer {token}"}
        create = {"query": CREATE_EVENT, "variables": {"input": made}}
        event = httpx.post(url, json=create, headers=headers, timeout=30, verify=False).json()
        yield Target(port, process.pid, token, event["data"]["createEvent"]["event"]["id"])
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2, verify=False).status_code == 200
    except httpx.HTTPError:
        return False
