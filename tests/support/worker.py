"""The worker as a process of its own, and what processes say in their logs.

`python -m tests.support.worker SECONDS` is a worker whose clock is so many seconds ahead.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from domain.clock import system_clock
from domain.process.settings import Settings, load_settings
from ops.processes import stop_child
from tests.support.api import variables
from tests.support.forking import SEATLOCK, fork
from workers.main import run

EVERYDAY = {
    "worker started",
    "payments are simulated: no money moves, and seats are given away",
    "job done",
    "job skipped",
}


class Worker:
    """`seatlock worker` with these settings, running; its clock is so many seconds ahead."""

    def __init__(self, settings: Settings, log: Path, ahead: int = 0) -> None:
        program = ["tests.support.worker", str(ahead)] if ahead else [SEATLOCK, "worker"]
        self._log = log
        log.write_bytes(b"")
        env = {**os.environ, **variables(settings)}
        self._process = fork(*program, env=env, stdout=log, stderr=log, cwd=Path.cwd())

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9, as a crash would."""
        stop_child(self._process, 0)

    def stop(self, within: float) -> int:
        """SIGTERM; the exit code. Raises TimeoutExpired when it does not end within so many seconds."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within)

    def said(self, logger: str = "") -> list[str]:
        """What it said so far, or one of its loggers, but for what it says every day."""
        return [event for event in events_logged(self._log, logger) if event not in EVERYDAY]


def events_logged(log: Path, logger: str = "") -> list[str]:
    """The events in this log, oldest first: those of one logger, or all. Fails on a line that is not JSON."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line["event"] for line in lines if line["logger"].startswith(logger)]


if __name__ == "__main__":
    run(load_settings(), clock=lambda: system_clock() + timedelta(seconds=int(sys.argv[1])))
