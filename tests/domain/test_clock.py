"""Time, as the rules see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.clock import pause_after

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (100_000, 300)])
def test_a_pause_doubles_with_each_attempt_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert pause_after(attempts, FIRST, LONGEST) == timedelta(seconds=seconds)
