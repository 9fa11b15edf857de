"""The worker as a process of its own, started the way a deployment starts it, and what processes say in their logs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from domain.process.settings import Settings
from ops.processes import start_child, stop_child
from tests.support.api import SEATLOCK, command

AHEAD = """
import sys
from datetime import timedelta
from domain.clock import system_clock
from domain.process.settings import load_settings
from workers.main import run
run(load_settings(), clock=lambda: system_clock() + timedelta(seconds=int(sys.argv[1])))
"""
EVERYDAY = {"worker started", "job done", "job skipped"}


class Worker:
    """`seatlock worker` with these settings, running; its clock is so many seconds ahead."""

    def __init__(self, settings: Settings, log: Path, ahead: int = 0) -> None:
        program = [sys.executable, "-c", AHEAD, str(ahead)] if ahead else [SEATLOCK, "worker"]
        self._log = log
        with log.open("wb") as output:
            self._process: subprocess.Popen[bytes] = start_child(command(settings, *program), output)

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
