"""A real server to measure: embedded MongoDB and Redis, `seatlock serve` with N processes, one ADMIN."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from bench.buyers import sign_up
from bench.checkout import HERE, Checkout
from domain.process.settings import Settings, load_settings
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
        made = self.call(KEEP_BACK, eventId=event_id, name="House", selection=selection, idempotencyKey=event_id)
        return str(made["createAllocation"]["allocation"]["id"])


def environment(servers: Servers, database: str, checkout: Checkout = HERE) -> dict[str, str]:
    """What our processes need to know, on top of this one's environment."""
    return checkout.environment | {
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
def running_api(
    servers: Servers, database: str, processes: int = 1, module: str = "ops.cli", checkout: Checkout = HERE
) -> Iterator[Api]:
    """`seatlock serve --workers N` of that checkout, as an operator runs it, until the end of the block."""
    port = free_port()
    command = [checkout.python, "-m", module, "serve", "--port", str(port), "--workers", str(processes)]
    with (
        TemporaryDirectory() as logs,
        # A file of its own: one with the lines of the run before is looked through at the start.
        _running(
            command,
            environment(servers, database, checkout) | {"SEATLOCK_AUDIT_LOG": f"{logs}/audit.log"},
            f"http://127.0.0.1:{port}/ready",
            root=checkout.root,
        ) as serving,
    ):
        anonymous = Api(f"http://127.0.0.1:{port}/graphql", psutil.Process(serving.pid))
        admin_token = anonymous.call(SIGN_IN, email=EMAIL, password=PASSWORD)["login"]["accessToken"]
        # Not as the ADMIN: whether one still is costs a read each time.
        yield Api(anonymous.url, anonymous.process, sign_up(_settings(servers, database)), admin_token)


@contextmanager
def running_stock_view(servers: Servers, database: str, token: str) -> Iterator[Api]:
    """`bench/stock.py` under the same uvicorn."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [*_uvicorn("bench.stock:app", port), "--lifespan", "off"]
    with _running(command, environment(servers, database), f"{url}?query={{__typename}}", token) as serving:
        yield Api(url, psutil.Process(serving.pid), (token,))


@dataclass(frozen=True, slots=True)
class Naive:
    """The two naive ways to lock, of one process: plain HTTP, and GraphQL through Strawberry's own view."""

    plain: Api
    graphql: Api

    def create_event(self, seats: int) -> str:
        """A new event's id."""
        return str(httpx.post(self._url("/events"), json={"seats": seats}, timeout=60).json()["id"])

    def settle(self) -> None:
        """End what is still under way, of callers who went away: it would slow what is measured next."""
        httpx.post(self._url("/stop"), timeout=60).raise_for_status()

    def _url(self, path: str) -> str:
        return self.plain.url.removesuffix("/locks") + path


@contextmanager
def running_naive(servers: Servers, database: str) -> Iterator[Naive]:
    """`bench/naive` under the same uvicorn, with a database of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(servers, database)
    with _running([*_uvicorn("bench.naive.app:app", port), "--factory"], env, f"{url}/ready") as serving:
        process, tokens = psutil.Process(serving.pid), sign_up(_settings(servers, database))
        yield Naive(Api(f"{url}/locks", process, tokens), Api(f"{url}/graphql", process, tokens))


def _uvicorn(app: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log", "--log-level", "warning"]
    return [*command, "--loop", "uvloop", "--http", "httptools"]


def _settings(servers: Servers, database: str) -> Settings:
    return load_settings(
        mongo_uri=servers.mongo_uri, mongo_database=database, redis_url=servers.redis_url, secret_key=SECRET
    )


@contextmanager
def _running(
    command: list[str], env: dict[str, str], ready_url: str, token: str = "", root: Path = HERE.root
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=env, cwd=root) as serving:
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
