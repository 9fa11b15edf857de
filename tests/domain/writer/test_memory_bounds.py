"""How much is remembered of events, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Allotment, Event, Role, Seating, SeatLock, SeatLockStatus, SeatRow, Section, row_id
from domain.inventory.commands import Command, Expire, ReleaseLock
from domain.inventory.event_commands import CloseSales
from domain.inventory.state import Inventory
from domain.writer import memory
from domain.writer.memory import Memory
from domain.writer.stored_event import looked_at
from tests.support.halls import TERMS

NOW = datetime(2030, 1, 1, tzinfo=UTC)
CALLER = Caller(PydanticObjectId(), Role.USER, "test")


def inventory_of(rows: int = 0, buyers: int = 0, purchases: int = 0, **fields: Any) -> Inventory:
    """Of an event of its own, with so many rows, buyers and purchases known."""
    section = Section(name="S", seating=Seating.RESERVED, price_minor=1, total=rows, available=rows, held=0, booked=0)
    event = Event.model_construct(id=PydanticObjectId(), sections=[section], **fields)
    inventory = Inventory(event, TERMS)
    inventory.stored, inventory.due = looked_at(event.__dict__), NOW + timedelta(hours=1)
    inventory.add_rows(
        SeatRow.model_construct(
            id=row_id(event.id, f"S-{row}"), event_id=event.id, section="S", name=str(row), position=row, statuses="A"
        )
        for row in range(rows)
    )
    inventory.holdings.load(PydanticObjectId() for _ in range(buyers))
    inventory.locks.load(
        SeatLock.model_construct(
            id=PydanticObjectId(), event_id=event.id, expires_at=NOW, status=SeatLockStatus.ACTIVE, items=[]
        )
        for _ in range(purchases)
    )
    inventory.whole = frozenset(lock.id for lock in inventory.locks)
    return inventory


def release_in(inventory: Inventory) -> Command[Any]:
    return ReleaseLock(event_id=inventory.event.id, caller=CALLER, correlation_id="-", lock_id=PydanticObjectId())


def is_known(left: Memory, inventory: Inventory, now: datetime = NOW) -> bool:
    """Whether it is remembered; it is afterwards, too."""
    taken = left.take(inventory.event.id, [release_in(inventory)], now)
    if taken is not None:
        left.keep(inventory, taken, now)
    return taken is not None


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    at = 1_000.0

    def passes(seconds: float) -> None:
        nonlocal at
        at += seconds

    monkeypatch.setattr("domain.writer.memory.time.monotonic", lambda: at)
    return passes


def test_what_is_taken_is_gone() -> None:
    left, inventory = Memory(), inventory_of(rows=3, buyers=2)
    left.keep(inventory, None, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    assert (len(taken.rows), len(taken.counts)) == (3, 2)
    assert left.take(inventory.event.id, [release_in(inventory)], NOW) is None


@pytest.mark.parametrize(
    ("most", "kept"),
    [("EVENTS", {}), ("ROWS", {"rows": 3}), ("BUYERS", {"buyers": 3}), ("PURCHASES", {"purchases": 3})],
    ids=str,
)
def test_of_what_is_too_much_that_goes_which_was_used_longest_ago(
    monkeypatch: pytest.MonkeyPatch, most: str, kept: dict[str, int]
) -> None:
    monkeypatch.setattr(memory, most, 2 if most == "EVENTS" else 6)
    left, events = Memory(), [inventory_of(**kept) for _ in range(3)]
    for inventory in events[:2]:
        left.keep(inventory, None, NOW)
    assert is_known(left, events[0])
    left.keep(events[2], None, NOW)
    assert [is_known(left, inventory) for inventory in events] == [True, False, True]
    # What is kept again counts once.
    for _ in range(5):
        assert is_known(left, events[0])
    assert is_known(left, events[2])


def test_one_event_that_is_too_much_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROWS", 2)
    left, inventory = Memory(), inventory_of(rows=3)
    left.keep(inventory, None, NOW)
    assert not is_known(left, inventory)


def test_of_too_many_purchases_of_an_event_the_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PURCHASES", 2)
    left, inventory = Memory(), inventory_of(purchases=2)
    left.keep(inventory, None, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    more = inventory_of(purchases=1)
    more.event.id = inventory.event.id
    left.keep(more, taken, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    assert len(taken.purchases) == 2
    assert {*more.whole} < {*taken.purchases}


def test_a_purchase_that_is_over_is_remembered_no_more() -> None:
    left, inventory = Memory(), inventory_of(purchases=2)
    left.keep(inventory, None, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    over, alive = inventory.locks
    inventory.locks.put(over.evolve(status=SeatLockStatus.CONSUMED))
    left.keep(inventory, taken, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    assert [*taken.purchases] == [alive.id]


def test_a_buyer_who_had_something_makes_others_suspect_for_a_minute(time_passes: Callable[[float], None]) -> None:
    left, inventory = Memory(), inventory_of()

    def allowed() -> int:
        left.keep(inventory, None, NOW)
        taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
        assert taken is not None  # at once
        return taken.new_buyers

    assert allowed() == memory.NEW_BUYERS
    left.was_wrong(inventory.event.id, of_buyers=True)
    assert allowed() == memory.FEW_NEW_BUYERS
    time_passes(memory.SECONDS - 0.001)
    assert allowed() == memory.FEW_NEW_BUYERS
    time_passes(0.001)
    assert allowed() == memory.NEW_BUYERS


def test_all_is_read_again_after_a_minute(time_passes: Callable[[float], None]) -> None:
    left, inventory = Memory(), inventory_of()
    left.keep(inventory, None, NOW)
    for _ in range(3):
        time_passes(20)
        assert is_known(left, inventory)
    time_passes(0.1)
    assert not is_known(left, inventory)


def test_a_clock_that_was_put_back() -> None:
    left, inventory = Memory(), inventory_of()
    left.keep(inventory, None, NOW)
    assert not is_known(left, inventory, NOW - timedelta(milliseconds=1))


def test_what_was_wrong_rests_longer_each_time(time_passes: Callable[[float], None]) -> None:
    left, inventory = Memory(), inventory_of()
    for pause in (0.25, 0.5, 1, 2, 4, 8, 8):
        left.was_wrong(inventory.event.id)
        left.keep(inventory, None, NOW)
        time_passes(pause - 0.001)
        left.keep(inventory, None, NOW)
        assert left.take(inventory.event.id, [release_in(inventory)], NOW) is None
        time_passes(0.001)
        left.keep(inventory, None, NOW)
        assert left.take(inventory.event.id, [release_in(inventory)], NOW) is not None
    left.keep(inventory, None, NOW)
    assert is_known(left, inventory)
    left.was_wrong(inventory.event.id)
    time_passes(0.25)
    left.keep(inventory, None, NOW)
    assert is_known(left, inventory)


def test_after_what_changes_the_event_itself_nothing_is_known() -> None:
    left, inventory = Memory(), inventory_of()
    sweep = Expire(event_id=inventory.event.id, caller=None, correlation_id="-", booked=True)
    close = CloseSales(event_id=inventory.event.id, caller=CALLER, correlation_id="-")
    left.keep(inventory, None, NOW)
    taken = left.take(inventory.event.id, [sweep, release_in(inventory)], NOW)
    assert taken is not None
    left.keep(inventory, taken, NOW)
    assert left.take(inventory.event.id, [sweep, close], NOW) is None
    assert not is_known(left, inventory)


def test_an_allocation_is_due_when_it_is_released() -> None:
    def allotment(releases_at: datetime | None) -> Allotment:
        given: dict[str, Any] = {"opens_at": None, "max_seats_per_buyer": None}
        return Allotment(id=PydanticObjectId(), quantity=1, releases_at=releases_at, kept={"S": 1}, **given)

    in_a_minute, left = NOW + timedelta(minutes=1), Memory()
    inventory = inventory_of(allotments=tuple(map(allotment, (None, in_a_minute, NOW + timedelta(minutes=2)))))
    left.keep(inventory, None, NOW)
    taken = left.take(inventory.event.id, [release_in(inventory)], NOW)
    assert taken is not None
    assert taken.due == in_a_minute
