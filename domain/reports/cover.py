"""Which whole days, hours and minutes make up a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

EVER = datetime(1, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Beginning and end of the calendar."""

DAY, HOUR, MINUTE, INSTANT = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from `start` to just before `end`, in whole units: days, hours, minutes or milliseconds.

    Of minutes, all are of one hour. `sign` is 1, or -1 for what was too much.
    """

    unit: timedelta
    start: datetime
    end: datetime
    sign: int = 1


def cover(
    start: datetime, end: datetime, units: Sequence[timedelta] = (DAY, HOUR, MINUTE, INSTANT)
) -> Iterator[Stretch]:
    """The stretches that [start, end) adds up to: from 1:10 to 22:50 is a day without three hours, and so on.

    So what is left over at either end is never more than half a unit, and half a minute in milliseconds.
    """
    if start >= end:
        return
    unit, *finer = units
    if not finer:
        yield Stretch(unit, start, end)
        return
    if floor(start, unit) == floor(end, unit):
        yield from cover(start, end, finer)
        return
    first, last = floor(start + unit / 2, unit), floor(end + unit / 2, unit)
    if first < last:
        yield Stretch(unit, first, last)
    for boundary, instant, sign in ((first, start, 1), (last, end, -1)):
        wanted = sign if instant < boundary else -sign
        for stretch in cover(min(boundary, instant), max(boundary, instant), finer):
            yield replace(stretch, sign=stretch.sign * wanted)


def floor(instant: datetime, unit: timedelta) -> datetime:
    """The beginning of the day, hour, minute or millisecond (UTC) that the instant is in."""
    return instant - (instant - EVER) % unit
