"""Locks that are changed and extended while others want the same, on real servers, through two writers."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import timedelta

import pytest

from domain.caller import Caller
from domain.documents import Booking, Event, SeatLock, SeatLockStatus
from domain.errors import LockAlreadyUsed, LockExpired, LockNotActive, SeatsUnavailable
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Confirmed, LockChanged, Locked, LockExtended, Released
from domain.inventory.parts import Counted, Named, Part
from domain.process.settings import load_settings
from domain.sale.lock_changes import change_lock, extend_lock
from tests.conftest import Servers
from tests.support.databases import new_database
from tests.support.sale import Sale, open_sale, race, somebody, tally
from tests.support.sweeping import sweep_due

MS = timedelta(milliseconds=1)
ROUNDS = 8


@pytest.fixture(scope="module")
async def open_for_all(servers: Servers) -> AsyncIterator[Sale]:
    with new_database(servers.mongo_uri) as database:
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            mongo_database=database,
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
        )
        async with open_sale(settings, writers=2) as opened:
            yield opened


@pytest.fixture
async def sale(open_for_all: Sale) -> AsyncIterator[Sale]:
    yield open_for_all
    assert await check_inventory(open_for_all.services) == []


def change(
    sale: Sale,
    lock: SeatLock,
    buyer: Caller,
    *,
    add: Sequence[Part] | None = None,
    remove: Sequence[Part] | None = None,
    key: str | None = None,
    server: int = 0,
) -> Awaitable[LockChanged]:
    return change_lock(
        sale.servers[server % len(sale.servers)],
        buyer,
        event_id=lock.event_id,
        lock_id=lock.id,
        add=add,
        remove=remove,
        idempotency_key=key or secrets.token_hex(8),
    )


def extend(sale: Sale, lock: SeatLock, buyer: Caller) -> Awaitable[LockExtended]:
    return extend_lock(sale.servers[1], buyer, event_id=lock.event_id, lock_id=lock.id)


async def counts(event: Event) -> tuple[int, int, int]:
    found = await Event.get(event.id)
    assert found is not None
    return found.available, found.held, found.booked


async def stored(lock: SeatLock) -> SeatLock:
    found = await SeatLock.get(lock.id)
    assert found is not None
    return found


async def test_20_who_want_one_more_for_the_same_lock(sale: Sale) -> None:
    event, buyer = await sale.event(seats=10), somebody()
    lock = (await sale.lock(event, buyer)).lock
    more = [Counted(1, None)]
    results = await race(*(change(sale, lock, buyer, add=more, server=number) for number in range(20)))
    assert tally(results) == {"LockChanged": 9, "NotEnoughSeats": 11}
    assert (await stored(lock)).quantity == 10
    assert await counts(event) == (0, 10, 0)


async def test_one_key_changes_it_once(sale: Sale) -> None:
    event, buyer = await sale.event(seats=10), somebody()
    lock = (await sale.lock(event, buyer)).lock
    more = [Counted(2, None)]
    results = await race(*(change(sale, lock, buyer, add=more, key="one", server=number) for number in range(20)))
    assert tally(results) == {"LockChanged": 1, "LockChanged again": 19}
    assert await counts(event) == (7, 3, 0)


async def test_a_swap_against_who_wants_the_same_seat_and_who_waits_for_the_other(sale: Sale) -> None:
    for number in range(ROUNDS):
        event, buyer = await sale.numbered_event(seats=3), somebody()
        lock = (await sale.lock(event, buyer, "STALLS-A-1")).lock
        swapped, rival, heir = await race(
            change(sale, lock, buyer, add=[Named(("STALLS-A-2",))], remove=[Named(("STALLS-A-1",))], server=number),
            sale.lock(event, somebody(), "STALLS-A-2"),
            sale.lock(event, somebody(), "STALLS-A-1"),
        )
        assert {type(swapped), type(rival)} in ({LockChanged, SeatsUnavailable}, {SeatsUnavailable, Locked})
        if isinstance(heir, Locked):
            assert isinstance(swapped, LockChanged), "what was kept was nobody else's"
        expected = ["STALLS-A-2"] if isinstance(swapped, LockChanged) else ["STALLS-A-1"]
        assert (await stored(lock)).seats == expected


async def test_two_who_each_want_the_seat_of_the_other(sale: Sale) -> None:
    event, people = await sale.numbered_event(seats=2), [somebody(), somebody()]
    labels = ["STALLS-A-1", "STALLS-A-2"]
    locks = [(await sale.lock(event, one, label)).lock for one, label in zip(people, labels, strict=True)]
    results = await race(
        *(
            change(sale, locks[n], people[n], add=[Named((labels[1 - n],))], remove=[Named((labels[n],))], server=n)
            for n in (0, 1)
        )
    )
    assert tally(results) == {"SeatsUnavailable": 2}, "neither let go before they had the other"
    assert [(await stored(lock)).seats for lock in locks] == [[label] for label in labels]


async def test_a_change_against_confirming_and_letting_go(sale: Sale) -> None:
    for number in range(ROUNDS):
        event, buyer = await sale.event(seats=5), somebody()
        lock = (await sale.lock(event, buyer, quantity=2)).lock
        more = change(sale, lock, buyer, add=[Counted(1, None)], server=number)
        if number % 2:
            changed, released = await race(more, sale.release(lock, buyer))
            assert isinstance(released, Released) and isinstance(changed, LockChanged | LockNotActive)
            assert await counts(event) == (5, 0, 0)
            continue
        changed, confirmed = await race(more, sale.confirm(lock, buyer))
        assert isinstance(confirmed, Confirmed) and isinstance(changed, LockChanged | LockAlreadyUsed)
        booking = await Booking.get(lock.id)
        assert booking is not None
        expected = 3 if isinstance(changed, LockChanged) else 2
        assert (booking.quantity, (await stored(lock)).quantity) == (expected, expected)
        assert booking.total_minor == expected * lock.items[0].price_minor


async def test_changing_and_extending_against_the_deadline(sale: Sale) -> None:
    for early in (MS, timedelta(0)):
        event, buyer = await sale.event(seats=3), somebody()
        lock = (await sale.lock(event, buyer)).lock
        sale.time.now = lock.expires_at - early
        changed, extended, rival, _ = await race(
            change(sale, lock, buyer, add=[Counted(1, None)]),
            extend(sale, lock, buyer),
            sale.lock(event, somebody(), quantity=3),
            sweep_due(sale.services),
        )
        if early:
            assert (type(changed), type(extended)) == (LockChanged, LockExtended)
            now = await stored(lock)
            assert (now.quantity, now.expires_at) == (2, sale.time.now + timedelta(seconds=300))
            sale.time.now = lock.expires_at + timedelta(seconds=1)
            await sweep_due(sale.services)
            assert (await stored(lock)).status is SeatLockStatus.ACTIVE, "the old deadline is nobody's any more"
        else:
            assert (type(changed), type(extended), type(rival)) == (LockExpired, LockExpired, Locked)
