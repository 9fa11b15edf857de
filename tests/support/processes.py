"""Waiting for other processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import psutil


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Return as soon as the condition holds; fail when it does not within these seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.02)


def until_gone(processes: Sequence[psutil.Process]) -> None:
    """Return when none of them runs any more; that nobody has collected its exit code is no matter."""
    assert processes
    until(lambda: not any(_runs(process) for process in processes))


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
