"""Which whole days, hours and minutes make up a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EVER = datetime(1, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Beginning and end of the calendar."""

DAY, HOUR, MINUTE, INSTANT = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from `start` to just before `end`, in whole units: days, hours, minutes or milliseconds."""

    unit: timedelta
    start: datetime
    end: datetime


def cover(start: datetime, end: datetime) -> Iterator[Stretch]:
    """The stretches that [start, end) consists of, each in the largest unit it can be had in: seven at most."""
    yield from _cover(max(start, EVER), min(end, NEVER), (DAY, HOUR, MINUTE, INSTANT))


def _cover(start: datetime, end: datetime, units: tuple[timedelta, ...]) -> Iterator[Stretch]:
    if start >= end:
        return
    unit, *finer = units
    first, last = floor(start + unit - INSTANT, unit), floor(end, unit)
    if first > last:  # all of it is within one unit
        first = last = end
    yield from _cover(start, first, tuple(finer)) if finer else ()
    if first < last:
        yield Stretch(unit, first, last)
    yield from _cover(last, end, tuple(finer)) if finer else ()


def floor(instant: datetime, unit: timedelta) -> datetime:
    """The beginning of the day, hour, minute or millisecond (UTC) that the instant is in."""
    return instant - (instant - EVER) % unit
