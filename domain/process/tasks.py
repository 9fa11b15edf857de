"""Cancelling that cannot be overlooked.

In Python 3.11 `asyncio.wait_for` swallows a cancellation that comes between the answer and whoever waits for it, and
PyMongo and redis-py talk to their servers through it: a loop that is cancelled only once may go on for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 0.25


async def cancel(*tasks: asyncio.Future[Any], again_after: float = AGAIN_SECONDS) -> None:
    """Cancel the tasks, as often as it takes; return when all have ended, whatever came of them."""
    going_on = set(tasks)
    while going_on:
        for task in going_on:
            task.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=again_after)
    await asyncio.gather(*tasks, return_exceptions=True)
