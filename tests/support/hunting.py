"""What `make test` leaves to `make test-all`: long hunts for what the shorter tests would not find."""

from __future__ import annotations

import os

import pytest

HUNTING = "SEATLOCK_TEST_HUNT" in os.environ

hunt = pytest.mark.hunt
"""Only run when hunting."""


def many(usual: int, hunting: int) -> int:
    """How many to try."""
    return hunting if HUNTING else usual
