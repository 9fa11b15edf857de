"""The API under uvicorn: one process, or a supervisor and N workers."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import uvicorn

from ops.launch import die_with_parent
from ops.protocols import HttpProtocol, WebSocketProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""Says where processes count together, if it is set before they begin (domain/process/metrics.py)."""

GRACEFUL_SECONDS = 10
"""How long requests under way may take to finish when the server is asked to stop."""

START_SECONDS = 20
"""How long one of several processes may take to answer its supervisor, which kills it then. uvicorn's 5 are too few:
before it can answer a process imports all of this, on a machine that may be busy."""


def serve(host: str, port: int, workers: int, max_message_bytes: int) -> None:
    """Serve until SIGINT or SIGTERM. Exits when the port is taken or the application does not start."""
    with _counting_together() if workers > 1 else nullcontext():
        uvicorn.run(
            "ops.serving:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            loop="uvloop",
            http=HttpProtocol,
            ws=WebSocketProtocol,
            ws_max_size=max_message_bytes,
            # Messages are a few hundred bytes: compressing them would cost more memory and time than it saves.
            ws_per_message_deflate=False,
            access_log=False,
            log_config=None,  # domain/process/logs.py has seen to it
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
            timeout_worker_healthcheck=START_SECONDS,
        )


@contextmanager
def _counting_together() -> Iterator[None]:
    """Somewhere for the processes to count together, for /metrics, unless whoever started us has seen to it."""
    if os.environ.get(SHARED_METRICS):
        yield
        return
    with TemporaryDirectory(prefix="seatlock-metrics-") as fresh:
        os.environ[SHARED_METRICS] = fresh
        yield


def create_app() -> ASGIApp:
    """The application, in a process that does not outlive the supervisor, if it has one."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None and supervisor.pid is not None:
        die_with_parent(supervisor.pid)
    from graph.app import create_app as create

    return create()
