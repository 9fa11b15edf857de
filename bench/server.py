"""A real server to measure: embedded MongoDB and Redis, `seatlock serve` with N processes, one ADMIN."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from bench.buyers import sign_up
from domain.process.settings import load_settings
from ops.embedded import Servers
from ops.env_file import ENV_FILE
from ops.processes import free_port

EMAIL, PASSWORD = "bench@seatlock.example", "bench-password"
SECRET = secrets.token_hex(32)
SIGN_IN = "mutation($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } } }"
CREATE_EVENT = """mutation($input: CreateEventInput!) { createEvent(input: $input) {
  ... on CreateEventSuccess { event { id } } ... on Error { message } } }"""
KEEP_BACK = """mutation($input: CreateAllocationInput!) { createAllocation(input: $input) {
  ... on CreateAllocationSuccess { allocation { id } } ... on Error { message } } }"""


@dataclass(frozen=True, slots=True)
class Api:
    """The address of a running API, its main process, and who asks it: buyers with `tokens`, or the ADMIN."""

    url: str
    process: psutil.Process
    tokens: tuple[str, ...] = ()
    admin_token: str = ""

    @property
    def token(self) -> str:
        """That of one buyer."""
        return self.tokens[0]

    def call(self, query: str, **input_fields: Any) -> Any:
        """The `data` of a mutation that the ADMIN calls with this input."""
        answer = httpx.post(
            self.url,
            json={"query": query, "variables": {"input": input_fields}},
            headers={"Authorization": f"Bearer {self.admin_token}"} if self.admin_token else {},
            timeout=60,
        ).json()
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        return answer["data"]

    def create_event(self, **fields: Any) -> str:
        """A new event's id."""
        price = {"amount": "25.00", "currencyCode": "EUR"}
        created = self.call(CREATE_EVENT, name="Bench", startsAt="2099-01-01T00:00:00Z", price=price, **fields)
        return str(created["createEvent"]["event"]["id"])

    def keep_back(self, event_id: str, count: int) -> str:
        """The id of a new allocation of so many seats of an event's only section."""
        selection = [{"quantity": {"count": count}}]
        made = self.call(KEEP_BACK, eventId=event_id, name="House", selection=selection, idempotencyKey="bench")
        return str(made["createAllocation"]["allocation"]["id"])


def environment(servers: Servers, database: str) -> dict[str, str]:
    """What our processes need to know, on top of this one's environment."""
    return os.environ | {
        "SEATLOCK_MONGO_URI": servers.mongo_uri,
        "SEATLOCK_MONGO_DATABASE": database,
        "SEATLOCK_REDIS_URL": servers.redis_url,
        "SEATLOCK_SECRET_KEY": SECRET,
        "SEATLOCK_ADMIN_EMAIL": EMAIL,
        "SEATLOCK_ADMIN_PASSWORD": PASSWORD,
        "SEATLOCK_PAYMENT_PROVIDER": "simulated",
        "SEATLOCK_LOG_LEVEL": "warning",
        "SEATLOCK_BUDGETS_TIMES": "100",  # all come from one address
        ENV_FILE: "",  # what is measured must not depend on it
    }


@contextmanager
def running_api(servers: Servers, database: str, processes: int = 1, module: str = "ops.cli") -> Iterator[Api]:
    """`seatlock serve --workers N`, as an operator runs it, until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", module, "serve", "--port", str(port), "--workers", str(processes)]
    with (
        TemporaryDirectory() as logs,
        # A file of its own: one with the lines of the run before is looked through at the start.
        _running(
            command,
            environment(servers, database) | {"SEATLOCK_AUDIT_LOG": f"{logs}/audit.log"},
            f"http://127.0.0.1:{port}/ready",
        ) as serving,
    ):
        anonymous = Api(f"http://127.0.0.1:{port}/graphql", psutil.Process(serving.pid))
        admin_token = anonymous.call(SIGN_IN, email=EMAIL, password=PASSWORD)["login"]["accessToken"]
        # Not as the ADMIN: whether one still is costs a read each time.
        settings = load_settings(
            mongo_uri=servers.mongo_uri, mongo_database=database, redis_url=servers.redis_url, secret_key=SECRET
        )
        yield Api(anonymous.url, anonymous.process, sign_up(settings), admin_token)


@contextmanager
def running_stock_view(servers: Servers, database: str, token: str) -> Iterator[Api]:
    """`bench/stock.py` under the same uvicorn."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.stock:app", "--port", str(port), "--no-access-log"]
    command += ["--loop", "uvloop", "--http", "httptools", "--lifespan", "off"]
    url = f"http://127.0.0.1:{port}/"
    with _running(command, environment(servers, database), f"{url}?query={{__typename}}", token) as serving:
        yield Api(url, psutil.Process(serving.pid), (token,))


@contextmanager
def _running(
    command: list[str], env: dict[str, str], ready_url: str, token: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=env) as serving:
        try:
            wait_ready(ready_url, serving, token)
            yield serving
        finally:
            serving.terminate()


def wait_ready(url: str, serving: subprocess.Popen[bytes], token: str) -> None:
    """Until the server answers 200; raises if it ends instead."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(headers=headers, timeout=30) as client:
        while serving.poll() is None:
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.ConnectError:
                time.sleep(0.05)
    raise RuntimeError("the API did not start")
