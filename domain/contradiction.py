"""What is stored contradicts itself: somebody changed it by hand, or a fault of ours did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

ValueT = TypeVar("ValueT")

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading a document raises whose fields are not what they must be."""


class Contradiction(Exception):
    """Two stored facts can't both be true. Nothing was written; a repair can find out which one is.

    Raised instead of `assert`, which `python -O` deletes. Only the inventory writer catches it.
    """


def required(value: ValueT | None, why: str) -> ValueT:
    """The value. Raises Contradiction when there is none; `why` says why there must be one."""
    if value is None:
        raise Contradiction(why)
    return value


@contextmanager
def reading_documents() -> Iterator[None]:
    """What can't be read in here is a contradiction, too."""
    try:
        yield
    except UNREADABLE as error:
        raise Contradiction(f"unreadable: {type(error).__name__}: {error}") from error
