"""When an event sells, to the millisecond, and how often it has opened or closed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from domain.documents import SalesClosedReason, SalesWindow

MS = timedelta(milliseconds=1)
MADE = datetime(2030, 1, 1, tzinfo=UTC)
OPENS, ENDS, STARTS = (MADE + timedelta(days=days) for days in (1, 2, 3))
WINDOW = SalesWindow(MADE, STARTS, OPENS, ENDS)
NOT_STARTED, ENDED, PAUSED, EVENT_STARTED, EVENT_CANCELLED = SalesClosedReason


@dataclass(frozen=True)
class Case:
    window: SalesWindow
    now: datetime
    reason: SalesClosedReason | None


@pytest.mark.parametrize(
    "case",
    [
        Case(WINDOW, MADE, NOT_STARTED),
        Case(WINDOW, OPENS - MS, NOT_STARTED),
        Case(WINDOW, OPENS, None),
        Case(WINDOW, ENDS - MS, None),
        Case(WINDOW, ENDS, ENDED),
        Case(WINDOW, STARTS - MS, ENDED),
        Case(WINDOW, STARTS, EVENT_STARTED),
        Case(SalesWindow(MADE, STARTS), MADE, None),
        Case(SalesWindow(MADE, STARTS), STARTS - MS, None),
        Case(SalesWindow(MADE, STARTS), STARTS, EVENT_STARTED),
        Case(SalesWindow(MADE, STARTS, None, STARTS), STARTS - MS, None),
        Case(SalesWindow(MADE, STARTS, OPENS), OPENS - MS, NOT_STARTED),
        Case(SalesWindow(MADE, STARTS, OPENS), STARTS - MS, None),
        # Of several reasons the one that lasts longest: who waits for `opensAt` does not wait in vain.
        Case(WINDOW._replace(paused=True), OPENS - MS, PAUSED),
        Case(WINDOW._replace(paused=True), OPENS, PAUSED),
        Case(WINDOW._replace(paused=True), ENDS, ENDED),
        Case(WINDOW._replace(paused=True, cancelled=True), OPENS, EVENT_CANCELLED),
        Case(WINDOW._replace(cancelled=True), STARTS, EVENT_CANCELLED),
    ],
)
def test_why_nothing_is_sold(case: Case) -> None:
    assert case.window.closed_because(case.now) is case.reason
    assert case.window.is_open(case.now) is (case.reason is None)


def test_each_instant_counts_from_its_own_millisecond() -> None:
    instants = [MADE, OPENS - MS, OPENS, ENDS - MS, ENDS, STARTS - MS, STARTS, STARTS + MS]
    assert [WINDOW.turns(now) for now in instants] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [WINDOW.next_turn(now) for now in instants] == [OPENS, OPENS, ENDS, ENDS, STARTS, STARTS, None, None]
    assert [SalesWindow(MADE, STARTS, MADE).turns(now) for now in (MADE, STARTS)] == [0, 1]


def test_it_never_opens_or_closes_by_itself_without_a_turn() -> None:
    """A version that is the same means the same answer, whatever the window."""
    some = [None, MADE - MS, OPENS, ENDS]
    for opens, ends, paused in product(some, some, (False, True)):
        window = SalesWindow(MADE, STARTS, opens, ends, paused)
        states: dict[int, set[bool]] = {}
        for instant in (MADE, OPENS, ENDS, STARTS):
            for now in (instant, instant + MS):
                states.setdefault(window.turns(now), set()).add(window.is_open(now))
        assert all(len(answers) == 1 for answers in states.values()), window
