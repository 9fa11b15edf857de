"""Calling a provider: whatever happens in its client or on the way is one thing, no answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

from domain.process.metrics import NEVER_HEARD, NO_ANSWER, provider_called
from domain.providers.port import Charge, Refunded

AnswerT = TypeVar("AnswerT", Charge, Charge | None, Refunded, Refunded | None)


class NoAnswer(Exception):
    """The provider did not answer; the text is the kind of reason."""


async def answer_within(seconds: float, name: str, call: Awaitable[AnswerT]) -> AnswerT:
    """What the provider answers to this call, which is of the port's method `name`. Raises NoAnswer."""
    began = time.perf_counter()
    outcome = NO_ANSWER
    try:
        async with asyncio.timeout(seconds):
            answer = await call
        outcome = answer.status.value if answer else NEVER_HEARD
        return answer
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise NoAnswer(type(error).__name__) from error  # the client cancelled itself
    except Exception as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        provider_called(name, outcome, time.perf_counter() - began)
