"""What a topic makes of what it reads and hears, and of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from domain.clock import system_clock
from domain.documents import Event, SalesWindow, Seating, Section, new_id
from domain.live.facts import facts_of
from domain.live.news import Counters, Hold, News
from domain.live.seats import STALE_DEADLINES
from domain.live.snapshot import StoredEvent
from domain.live.topic import Topic
from domain.live.view import RowPlace, SeatPlace, View, changed_rows, changed_seats
from tests.support.sale import Time

SECOND = timedelta(seconds=1)
MS = timedelta(milliseconds=1)
MADE_AT = Time().now
STARTS_AT = MADE_AT + timedelta(days=30)
EVENT_ID = new_id()


@pytest.fixture
def time() -> Time:
    return Time()


def facts(sales: SalesWindow | None = None, **others: object) -> Event:
    """What the event is."""
    window = sales or SalesWindow(MADE_AT, STARTS_AT)
    stalls = Section.model_construct(
        name="STALLS", seating=Seating.RESERVED, price_minor=1, total=10, available=10, held=0, booked=0
    )
    known: dict[str, Any] = {
        "id": EVENT_ID,
        "name": "Concert",
        "starts_at": window.starts_at,
        "sales_start_at": window.opens_at,
        "sales_end_at": window.ends_at,
        "sales_closed": window.paused,
        "cancelled_at": MADE_AT if window.cancelled else None,
        "price_minor": 1,
        "currency": "INR",
        "sections": [stalls],
        "created_at": window.made_at,
        "updated_at": window.made_at,
    }
    return facts_of(Event.model_construct(**known | others))


def stored(version: int = 1, rows: str = "AAAA", sales: SalesWindow | None = None, **holds: Hold) -> StoredEvent:
    """Four seats in a row, STALLS-A, and six more."""
    held = sum(sum(hold.quantities.values()) for hold in holds.values())
    return StoredEvent(
        version=version,
        facts=facts(sales),
        sections={"STALLS": Counters(10 - held, held, 0)},
        rows={"STALLS-A": rows},
        places={"STALLS-A": RowPlace("STALLS", "A", 0)},
        holds=dict(holds),
    )


def news(since: int, version: int, available: int = 10, held: int = 0, **changes: object) -> News:
    nothing = News(since, version, {"STALLS": Counters(available, held, 10 - available - held)}, {}, {}, [], [])
    return replace(nothing, **changes)  # type: ignore[arg-type]


def loaded(time: Time, what: StoredEvent) -> Topic:
    topic = Topic(new_id(), time)
    topic.load(what)
    return topic


def seen(view: View) -> tuple[int, int, int, str]:
    return view.version, view.counters.available, view.counters.held, view.rows["STALLS-A"]


async def test_news_change_the_view_and_leave_the_one_before_alone(time: Time) -> None:
    topic = loaded(time, stored())
    before = topic.view
    hold = Hold(time.now + SECOND, {"STALLS": 2}, ["STALLS-A-2", "STALLS-A-4"])
    topic.hear(news(1, 2, 8, 2, seats={"STALLS-A-2": "H", "STALLS-A-4": "H"}, holds={"one": hold}))
    assert seen(before) == (1, 10, 0, "AAAA")
    assert seen(topic.view) == (2, 8, 2, "AHAH")
    assert list(changed_seats(before, topic.view)) == [SeatPlace("STALLS-A", 1, "H"), SeatPlace("STALLS-A", 3, "H")]
    assert list(changed_seats(None, topic.view)) == list(changed_seats(before, topic.view))
    assert list(changed_seats(topic.view, before)) == [SeatPlace("STALLS-A", 1, "A"), SeatPlace("STALLS-A", 3, "A")]
    assert list(changed_rows(before, topic.view)) == [("STALLS-A", "AAAA", "AHAH")]
    assert list(changed_rows(None, topic.view)) == list(changed_rows(before, topic.view))
    assert list(changed_rows(None, before)) == list(changed_rows(before, before)) == []


def history(time: Time) -> list[News]:
    """Two locks, one released, one confirmed and paid; a batch that moved two versions; one that moved no seat."""
    first, second = Hold(time.now + SECOND, {"STALLS": 1}, ["STALLS-A-1"]), Hold(time.now + SECOND, {"STALLS": 2}, [])
    return [
        news(1, 2, 9, 1, seats={"STALLS-A-1": "H"}, holds={"one": first}),
        news(2, 4, 8, 2, seats={"STALLS-A-1": "A"}, holds={"two": second}, gone=["one"]),
        news(4, 5, 8, 2, holds={"two": Hold(time.now + 2 * SECOND, {"STALLS": 2}, [])}, bookings=["two"]),
        news(5, 6, 8, 0, gone=["two"], bookings=["two"]),
    ]


async def test_news_in_any_order_and_twice_come_to_the_same(time: Time) -> None:
    for order in permutations(history(time)):
        topic = loaded(time, stored())
        versions = [topic.view.version]
        with topic.watched(lambda topic=topic, versions=versions: versions.append(topic.view.version)):  # type: ignore[misc]
            for one in (*order, *order):
                topic.hear(one)
        assert seen(topic.view) == (6, 8, 0, "AAAA")
        assert not topic.is_behind
        assert versions == sorted(set(versions))


async def test_news_heard_while_it_is_read_are_not_lost(time: Time) -> None:
    told = history(time)
    for known in range(5):
        topic = Topic(new_id(), time)
        for one in told:
            topic.hear(one)
        topic.load([stored(), stored(2), stored(4), stored(5), stored(6)][known])
        assert (topic.is_behind, topic.view.version) == (False, 6)


async def test_it_knows_when_news_are_missing(time: Time) -> None:
    topic = loaded(time, stored())
    told = history(time)
    topic.hear(told[1])
    assert (topic.is_behind, topic.view.version) == (True, 1)
    topic.load(stored(4))
    assert (topic.is_behind, topic.view.version) == (False, 4)
    topic.expect(5)
    assert (topic.is_behind, topic.view.version) == (True, 4)
    topic.hear(told[2])
    assert (topic.is_behind, topic.view.version) == (False, 5)


async def test_a_deadline_that_passes_frees_its_seats_and_sweeping_changes_nothing(time: Time) -> None:
    hold = Hold(time.now + SECOND, {"STALLS": 2}, ["STALLS-A-1", "STALLS-A-2"])
    topic = loaded(time, stored(7, "HHAA", one=hold))
    woken: list[int] = []
    with topic.watched(lambda: woken.append(topic.view.version)):
        time.now += SECOND - timedelta(milliseconds=1)
        topic.refresh()
        assert seen(topic.view) == (7, 8, 2, "HHAA")
        time.now += timedelta(milliseconds=1)
        topic.refresh()
        assert seen(topic.view) == (8, 10, 0, "AAAA")
        topic.hear(news(7, 8, 10, 0, seats={"STALLS-A-1": "A", "STALLS-A-2": "A"}, gone=["one"]))
        assert seen(topic.view) == (8, 10, 0, "AAAA")
    assert woken == [8]


async def test_a_deadline_wakes_the_watchers_by_itself() -> None:
    hold = Hold(system_clock() + timedelta(milliseconds=150), {"STALLS": 1}, [])
    topic = Topic(new_id(), system_clock)
    topic.load(stored(7, one=hold))
    assert topic.view.counters.held == 1
    woken = asyncio.Event()
    with topic.watched(woken.set):
        await asyncio.wait_for(woken.wait(), 5)
    assert system_clock() >= hold.deadline
    assert (topic.view.version, topic.view.counters.held) == (8, 0)
    topic.close()


async def test_a_confirmed_lock_has_its_bookings_deadline(time: Time) -> None:
    topic = loaded(time, stored(7, "HAAA", one=Hold(time.now + SECOND, {"STALLS": 1}, ["STALLS-A-1"])))
    topic.hear(
        news(7, 8, 9, 1, holds={"one": Hold(time.now + 5 * SECOND, {"STALLS": 1}, ["STALLS-A-1"])}, bookings=["one"])
    )
    time.now += 2 * SECOND
    topic.refresh()
    assert seen(topic.view) == (8, 9, 1, "HAAA")
    time.now += 3 * SECOND
    topic.refresh()
    assert seen(topic.view) == (9, 10, 0, "AAAA")


async def test_a_changed_lock_frees_what_it_then_has_and_at_the_deadline_it_then_has(time: Time) -> None:
    deadline = time.now + SECOND
    topic = loaded(time, stored(7, "HHAA", one=Hold(deadline, {"STALLS": 2}, ["STALLS-A-1", "STALLS-A-2"])))
    swapped = Hold(deadline, {"STALLS": 3}, ["STALLS-A-2", "STALLS-A-3", "STALLS-A-4"])
    letters = {"STALLS-A-1": "A", "STALLS-A-3": "H", "STALLS-A-4": "H"}
    topic.hear(news(7, 10, 7, 3, seats=letters, holds={"one": swapped}))
    assert seen(topic.view) == (10, 7, 3, "AHHH")
    topic.hear(news(10, 13, 7, 3, holds={"one": replace(swapped, deadline=deadline + 5 * SECOND)}))
    time.now = deadline
    topic.refresh()
    assert seen(topic.view) == (13, 7, 3, "AHHH"), "it was extended"
    # A change by a server whose clock is behind finds the lock dead here; it has let one seat go, which is sold.
    time.now += 5 * SECOND
    topic.refresh()
    assert seen(topic.view) == (14, 10, 0, "AAAA")
    smaller = Hold(deadline + 5 * SECOND, {"STALLS": 2}, ["STALLS-A-2", "STALLS-A-3"])
    topic.hear(news(13, 17, 7, 2, seats={"STALLS-A-4": "B"}, holds={"one": smaller}))
    assert seen(topic.view) == (18, 9, 0, "AAAB")


async def test_where_clocks_disagree_the_truth_still_comes_with_a_greater_version(time: Time) -> None:
    topic = loaded(time, stored(7, "HAAA", one=Hold(time.now + SECOND, {"STALLS": 1}, ["STALLS-A-1"])))
    time.now += SECOND
    topic.refresh()
    assert seen(topic.view) == (8, 10, 0, "AAAA")
    # A server whose clock is behind confirmed the lock that was dead here.
    topic.hear(news(7, 8, 9, 1, holds={"one": Hold(time.now + 5 * SECOND, {"STALLS": 1}, ["STALLS-A-1"])}))
    assert seen(topic.view) == (9, 9, 1, "HAAA")


async def test_sales_open_and_close_on_the_instant_each_as_a_version(time: Time) -> None:
    opens, ends = time.now + 2 * SECOND, time.now + 4 * SECOND
    topic = loaded(time, stored(7, sales=SalesWindow(MADE_AT, time.now + 6 * SECOND, opens, ends)))
    seen: list[tuple[int, bool]] = []

    def note() -> None:
        seen.append((topic.view.version, topic.view.sales_open))

    note()
    with topic.watched(note):
        for instant in (opens, ends):
            time.now = instant - MS
            topic.refresh()
            time.now = instant
            topic.refresh()
        assert seen == [(7, False), (8, True), (9, False)]
        # It is prolonged: of the turns only the first has been, and the change counts as many more as there are.
        topic.hear(news(7, 11, facts=facts(SalesWindow(MADE_AT, time.now + 6 * SECOND, opens, None))))
        topic.hear(news(11, 12, 9, 1))
        assert seen[3:] == [(12, True), (13, True)]
        topic.hear(
            news(12, 13, 9, 1, facts=facts(SalesWindow(MADE_AT, time.now + 6 * SECOND, opens, None, paused=True)))
        )
        assert seen[5:] == [(14, False)]


async def test_the_opening_wakes_the_watchers_by_itself() -> None:
    opens = system_clock() + timedelta(milliseconds=150)
    topic = Topic(new_id(), system_clock)
    topic.load(stored(7, sales=SalesWindow(MADE_AT - timedelta(days=9_000), STARTS_AT, opens)))
    assert not topic.view.sales_open
    woken = asyncio.Event()
    with topic.watched(woken.set):
        await asyncio.wait_for(woken.wait(), 5)
    assert topic.view.at >= opens
    assert (topic.view.version, topic.view.sales_open) == (8, True)


async def test_a_booking_is_watched_by_news_deadline_and_reading(time: Time) -> None:
    booking_id = new_id()
    topic = loaded(time, stored(7, one=Hold(time.now + SECOND, {"STALLS": 1}, [])))
    woken: list[str] = []

    def note(what: str) -> Callable[[], None]:
        return lambda: woken.append(what)

    with topic.booking_watched(booking_id, note("mine")), topic.booking_watched(new_id(), note("another's")):
        hold = Hold(time.now + SECOND, {"STALLS": 1}, [])
        topic.hear(news(7, 8, 9, 1, holds={str(booking_id): hold}, bookings=[str(booking_id)]))
        assert woken == ["mine"]
        time.now += SECOND
        topic.refresh()
        assert woken == ["mine", "mine"]
        topic.load(stored(9))
        assert sorted(woken) == ["another's", "mine", "mine", "mine"]
    topic.hear(news(9, 10, bookings=[str(booking_id)]))
    assert len(woken) == 4


async def test_deadlines_of_locks_that_are_gone_do_not_pile_up(time: Time) -> None:
    topic = loaded(time, stored())
    for version in range(1, 3 * STALE_DEADLINES):
        hold = {str(version): Hold(time.now + SECOND, {"STALLS": 1}, [])}
        topic.hear(news(version, version + 1, 9, 1, holds=hold, gone=[str(version - 1)]))
    assert len(topic._seats._deadlines) <= STALE_DEADLINES + 2
    time.now += SECOND
    topic.refresh()
    assert topic.view.counters == Counters(10, 0, 0)


async def test_a_view_has_the_event_and_each_section_as_they_were(time: Time) -> None:
    floor = Section.model_construct(
        name="FLOOR", seating=Seating.GENERAL, price_minor=1, total=5, available=0, held=0, booked=0
    )
    both = facts(sections=[*facts().sections, floor])
    holds = {
        "dies": Hold(time.now + SECOND, {"FLOOR": 2}, []),
        "lives": Hold(time.now + 9 * SECOND, {"FLOOR": 1, "STALLS": 2}, ["STALLS-A-1", "STALLS-A-2"]),
    }
    sections = {"STALLS": Counters(8, 2, 0), "FLOOR": Counters(1, 3, 1)}
    topic = loaded(time, replace(stored(7, "HHAA"), facts=both, sections=sections, holds=holds))

    def told(view: View) -> tuple[str, int, list[tuple[int, int, int, int, int]]]:
        event = view.event()
        assert view.counters == Counters(event.available, event.held, event.booked)
        assert [row.statuses for row in view.seat_rows()] == list(view.rows.values())
        sections = [(each.total, each.available, each.held, each.booked, each.price_minor) for each in event.sections]
        return event.name, event.version, sections

    first = topic.view
    time.now += SECOND
    topic.refresh()
    second = topic.view
    topic.hear(news(7, 8, sections={"FLOOR": Counters(3, 1, 1)}, gone=["dies"]))
    assert topic.view is second, "it is swept: nobody sees a difference"
    dearer = [Section.model_construct(**{**each.__dict__, "price_minor": 5}) for each in both.sections]
    topic.hear(news(8, 9, 7, 3, facts=facts(name="Gala", sections=dearer)))
    assert [told(view) for view in (first, second, topic.view)] == [
        ("Concert", 7, [(10, 8, 2, 0, 1), (5, 1, 3, 1, 1)]),
        ("Concert", 8, [(10, 8, 2, 0, 1), (5, 3, 1, 1, 1)]),
        ("Gala", 9, [(10, 7, 3, 0, 5), (5, 3, 1, 1, 5)]),
    ]


async def test_facts_that_differ_are_told_and_equal_ones_read_again_are_not(time: Time) -> None:
    topic = loaded(time, stored(7))
    topic.load(stored(7))
    assert topic.view.version == 7
    topic.load(replace(stored(7), facts=facts(name="Gala")))  # somebody changed the database by hand
    assert (topic.view.version, topic.view.event().name) == (8, "Gala")


async def test_news_survive_the_journey(time: Time) -> None:
    deadline = time.now + timedelta(milliseconds=1)
    sent = news(
        1,
        3,
        9,
        1,
        seats={"STALLS-Ä-1": "H"},
        holds={"a": Hold(deadline, {"STALLS": 1}, ["x"])},
        gone=["b"],
        bookings=["c"],
    )
    windows = SalesWindow(MADE_AT, STARTS_AT), SalesWindow(MADE_AT, STARTS_AT, deadline, STARTS_AT, True, True)
    for told in (None, *map(facts, windows)):
        assert News.from_json(replace(sent, facts=told).to_json()) == replace(sent, facts=told)
    for rubbish in ("", "{}", "[]", "[1,2]", "null", '[1,2,[1,2,3],{},{"a":1},[],[]]'):
        with pytest.raises((ValueError, TypeError, AttributeError)):
            News.from_json(rubbish)
