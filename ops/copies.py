"""Processes that are copies of this one, which has imported everything: they serve at once.

Importing takes seconds, for which who replaces a process that died would not serve. Elsewhere than on Linux, where
system libraries object to copies, each process imports for itself.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

from ops.launch import die_with_parent

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_CONTEXT = multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")


def start_copy(work: Callable[..., None], *given: Any) -> BaseProcess:
    """Start a process that does this work. It does not outlive this one, which alone hears Ctrl-C.

    For who has one thread only: a copy has no other, and would wait for what they held.
    """
    process = _CONTEXT.Process(target=_begin, args=(work, given), daemon=False)
    # Told to stop before it can hear that, a copy would take it for something said to us.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def _begin(work: Callable[..., None], given: tuple[Any, ...]) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    work(*given)
