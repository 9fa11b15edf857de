"""A process that writes an event for all of them, and kills or stops itself once it has a command of another in hand.

`python -m tests.support.reigning STEP SIGNAL EVENT`, settings from the environment; the steps are those of `reigns.py`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest
from beanie import PydanticObjectId

from domain.documents import Event
from domain.opening import open_services
from domain.process.settings import load_settings
from domain.writer import writer
from tests.support.reigns import act_at, reign_over


async def main(step: str, name: str, event_id: str) -> None:
    sent = signal.Signals[name]
    is_over = False

    async def end() -> None:
        nonlocal is_over
        if not is_over:
            is_over = True
            os.kill(os.getpid(), sent)

    # Before anybody can see that it writes: it may be told to end at once.
    is_enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, is_enough.set)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "LINGER_SECONDS", 20.0)
        act_at(step, end, patch)
        async with open_services(load_settings()) as services:
            event = await Event.get(PydanticObjectId(event_id))
            assert event is not None
            # No look at whether others know: it may be stopped before, and its reign be over when it goes on.
            await reign_over(services, event)
            await is_enough.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
