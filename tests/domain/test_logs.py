"""Log lines, in a process of their own: how they are written is global."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Literal

PROGRAM = """
import logging, sys
import structlog
from domain.logs import configure_logging
from domain.settings import load_settings

configure_logging(
    load_settings(
        mongo_uri="mongodb://localhost", redis_url="redis://localhost", secret_key="k" * 32, log_format=sys.argv[1]
    )
)
structlog.contextvars.bind_contextvars(correlation_id="request-1")
structlog.get_logger("ours").info("locked", seats=2)
structlog.get_logger("ours").debug("too fine")
logging.getLogger("uvicorn.error").warning("theirs %d", 7)
for client in ("httpx", "httpcore.connection"):
    logging.getLogger(client).info("POST https://receiver.test/hook?token=%s", "hunter2")

def sign_in(password):
    raise RuntimeError("no")

try:
    sign_in("".join(["hunter", "2"]))
except RuntimeError:
    structlog.get_logger("ours").exception("failed")
"""


def logged(log_format: Literal["json", "console"]) -> str:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, log_format], capture_output=True, text=True, check=True, timeout=60
    ).stderr


def test_every_line_is_a_json_object_with_the_correlation_id() -> None:
    lines = [json.loads(line) for line in logged("json").splitlines()]
    assert [(line["logger"], line["level"], line["event"], line["correlation_id"]) for line in lines] == [
        ("ours", "info", "locked", "request-1"),
        ("uvicorn.error", "warning", "theirs 7", "request-1"),
        ("ours", "error", "failed", "request-1"),
    ]
    assert lines[0]["seats"] == 2
    assert "RuntimeError: no" in lines[2]["exception"]


def test_neither_a_traceback_nor_a_client_shows_values() -> None:
    for written in (logged("json"), logged("console")):
        assert "RuntimeError: no" in written
        assert "hunter2" not in written
