"""A real server to measure: embedded MongoDB and Redis, `seatlock serve` with N processes, one ADMIN."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psutil

from ops.embedded import Servers
from ops.processes import free_port

EMAIL, PASSWORD = "bench@seatlock.example", "bench-password"
SIGN_IN = "mutation($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } } }"
CREATE_EVENT = """mutation($input: CreateEventInput!) { createEvent(input: $input) {
  ... on CreateEventSuccess { event { id } } ... on Error { message } } }"""


@dataclass(frozen=True, slots=True)
class Api:
    """The address of a running API, and its main process."""

    url: str
    process: psutil.Process
    token: str

    def call(self, query: str, **input_fields: Any) -> Any:
        """The `data` of a mutation called with this input."""
        answer = httpx.post(
            self.url,
            json={"query": query, "variables": {"input": input_fields}},
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
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


@contextmanager
def running_api(servers: Servers, database: str, processes: int = 1) -> Iterator[Api]:
    """`seatlock serve --workers N`, as an operator runs it, until the end of the block."""
    port = free_port()
    environment = os.environ | {
        "SEATLOCK_MONGO_URI": servers.mongo_uri,
        "SEATLOCK_MONGO_DATABASE": database,
        "SEATLOCK_REDIS_URL": servers.redis_url,
        "SEATLOCK_SECRET_KEY": secrets.token_hex(32),
        "SEATLOCK_ADMIN_EMAIL": EMAIL,
        "SEATLOCK_ADMIN_PASSWORD": PASSWORD,
        "SEATLOCK_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(port), "--workers", str(processes)]
    with subprocess.Popen(command, env=environment) as serving:
        try:
            base = f"http://127.0.0.1:{port}"
            wait_ready(f"{base}/ready", serving)
            anonymous = Api(f"{base}/graphql", psutil.Process(serving.pid), token="")
            token = anonymous.call(SIGN_IN, email=EMAIL, password=PASSWORD)["login"]["accessToken"]
            yield Api(anonymous.url, anonymous.process, token)
        finally:
            serving.terminate()


def wait_ready(url: str, serving: subprocess.Popen[bytes]) -> None:
    """Until the server answers 200; raises if it ends instead."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=20), timeout=30) as client:
        while serving.poll() is None:
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                continue
    raise RuntimeError("the API did not start")
