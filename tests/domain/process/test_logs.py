"""Log lines, in a process of their own: how they are written is global."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Literal

import pytest

from tests.support.hunting import hunt

PROGRAM = """
import logging, sys
import structlog
from domain.process.logs import configure_logging
from domain.process.settings import load_settings

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

LEVELS = """
import logging, sys
import structlog
from domain.process.logs import configure_logging
from domain.process.settings import load_settings

configure_logging(
    load_settings(
        mongo_uri="mongodb://localhost", redis_url="redis://localhost", secret_key="k" * 32, log_level=sys.argv[1]
    )
)
for name in ("domain.people.accounts", "graph.transport.http", "workers.main", "ops.cli"):
    for level in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(name), level)(level)
for name in sys.argv[2:]:
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger(name), level)(level)
"""

THEIRS = (
    "pymongo", "pymongo.command", "pymongo.connection", "pymongo.serverSelection", "urllib3.connectionpool", "httpx",
    "httpcore.http11", "asyncio", "websockets.server", "arq.worker", "redis", "uvicorn.error", "stripe", "mail.log",
)  # fmt: skip
WITH_URLS = ("httpx", "httpcore.http11")


@cache
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


@pytest.mark.parametrize(
    ("asked", "ours", "theirs"),
    [
        ("debug", 0, 1),
        pytest.param("info", 1, 1, marks=hunt),
        ("warning", 2, 2),
        pytest.param("error", 3, 3, marks=hunt),
    ],
)
def test_libraries_say_nothing_finer_than_info(asked: str, ours: int, theirs: int) -> None:
    program = [sys.executable, "-c", LEVELS, asked, *THEIRS]
    written = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60).stderr
    said: dict[str, list[str]] = {}
    for line in map(json.loads, written.splitlines()):
        assert line["event"] == line["level"]
        said.setdefault(line["logger"], []).append(line["level"])
    levels = ["debug", "info", "warning", "error"]
    assert said == {
        **dict.fromkeys(("domain.people.accounts", "graph.transport.http", "workers.main", "ops.cli"), levels[ours:]),
        **{name: levels[max(theirs, 2 if name in WITH_URLS else 0) :] for name in THEIRS},
    }
