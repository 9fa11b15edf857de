"""PyMongo's waits, such that a task that is cancelled in one holds up nobody else.

PyMongo 4.20 waits for a connection, or for a server, by `asyncio.wait_for(condition.wait(), …)`. That waits in a task
of its own, which takes the condition's lock again before it ends. If who waits is cancelled while a time-out ends that
task, nobody is left to release the lock: every later operation of the client waits for ever. `asyncio.timeout` waits in
the task at hand, which releases what it took.

This replaces a private function of PyMongo, whose minor version pyproject.toml pins.
"""

from __future__ import annotations

import asyncio
from typing import Any

from pymongo.asynchronous import pool, topology


def make_waits_safe() -> None:
    """For all of PyMongo's async clients in this process. May be called again."""
    pool._async_cond_wait = topology._async_cond_wait = _wait  # type: ignore[attr-defined]


async def _wait(condition: Any, timeout: float | None) -> bool:  # noqa: ASYNC109 - as PyMongo calls it
    """Whether the condition was notified within so many seconds."""
    try:
        async with asyncio.timeout(timeout):
            return bool(await condition.wait())
    except TimeoutError:
        return False
