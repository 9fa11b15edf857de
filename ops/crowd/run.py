"""The command: signals stop it, and one line says how it goes."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys

from ops.crowd.arrivals import Crowd, gather_crowd

REDRAW_SECONDS, LINE_SECONDS = 0.5, 5.0
"""In a terminal the line is drawn anew; elsewhere each is one more."""


def run(plan: Crowd) -> None:
    """Let the crowd buy until Ctrl-C, SIGTERM or the end of its time, and say what it came to. Raises CrowdError."""
    asyncio.run(_run(plan))


async def _run(plan: Crowd) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    drawn = sys.stdout.isatty()
    summary = await gather_crowd(plan, stop, _draw if drawn else _say, REDRAW_SECONDS if drawn else LINE_SECONDS)
    if drawn:
        _draw("")
    _say(summary)


def _say(line: str) -> None:
    print(line, flush=True)


def _draw(line: str) -> None:
    """In the place of the one before, which is one line however narrow the terminal is."""
    print(f"\r{line[: shutil.get_terminal_size().columns - 1]}\x1b[K", end="", flush=True)
