"""What `make test` leaves to `make test-all`: long hunts for what the shorter tests would not find."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence

import pytest
from _pytest.mark import ParameterSet

HUNTING = "SEATLOCK_TEST_HUNT" in os.environ

hunt = pytest.mark.hunt
"""Only run when hunting."""


def many(usual: int, hunting: int) -> int:
    """How many to try."""
    return hunting if HUNTING else usual


def one_in(every: int, *values: object, number: int) -> ParameterSet:
    """Of many cases, which this is the `number`th of, one in so many is tried each time; all when hunting."""
    return pytest.param(*values, marks=[hunt] if number % every else [])


def some_in(every: int, cases: Sequence[object], always: Container[object] = ()) -> list[ParameterSet]:
    """Of many cases one in so many is tried each time, and these `always`; all when hunting."""
    return [one_in(every, case, number=0 if case in always else number) for number, case in enumerate(cases)]
