"""Time, as the rules see it: UTC instants to the millisecond, the resolution MongoDB keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def to_millisecond(instant: datetime) -> datetime:
    """The instant without its microseconds, so that what is decided equals what is stored."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def system_clock() -> datetime:
    """Now, in UTC, to the millisecond."""
    return to_millisecond(datetime.now(UTC))


def pause_after(attempts: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many attempts that failed: `first` after one, then twice as long each time."""
    pause: timedelta = min(first * 2 ** min(attempts - 1, 20), longest)
    return pause
