"""The API under uvicorn: one process, or a supervisor and N workers."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import uvicorn

from ops.launch import die_with_parent
from ops.protocols import HttpProtocol, WebSocketProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GRACEFUL_SECONDS = 10
"""How long requests under way may take to finish when the server is asked to stop."""


def serve(host: str, port: int, workers: int, max_message_bytes: int) -> None:
    """Serve until SIGINT or SIGTERM. Exits when the port is taken or the application does not start."""
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
        log_config=None,  # domain/logs.py has seen to it
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def create_app() -> ASGIApp:
    """The application, in a process that does not outlive the supervisor, if it has one."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None and supervisor.pid is not None:
        die_with_parent(supervisor.pid)
    from graph.app import create_app as create

    return create()
