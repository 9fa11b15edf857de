"""Calling a provider: whatever happens in its client or on the way is one thing, no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

AnswerT = TypeVar("AnswerT")


class NoAnswer(Exception):
    """The provider did not answer; the text is the kind of reason."""


async def answer_within(seconds: float, call: Awaitable[AnswerT]) -> AnswerT:
    """What the provider answers to this call. Raises NoAnswer."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise NoAnswer(type(error).__name__) from error  # the client cancelled itself
    except Exception as error:
        raise NoAnswer(type(error).__name__) from error
