"""Seats that the house keeps back, on a real database: every reader and every check agree on who has them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.documents import Allocation, AllocationStatus, Event, Role
from domain.errors import InvalidInput, NotFound, OverBudget, SalesClosed, SeatsUnavailable
from domain.integrity.drift import check_inventory
from domain.integrity.past import inventory_at
from domain.inventory.allocation_commands import AllocationMade
from domain.inventory.commands import Locked
from domain.inventory.parts import Counted, Named, Part
from domain.money import Money
from domain.payments import pay_booking
from domain.process.budgets import Budget
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.reports.allotments import Allotted
from domain.reports.summary import booking_summary
from domain.sale import allocations
from domain.sale.allocations import allocations_of, create_allocation, release_allocation
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.event_changes import cancel_event
from domain.sale.event_lists import events_by_ids, seat_rows
from domain.sale.events import NewRow, NewSection, create_event
from domain.sale.expiry import expire_locks
from domain.services import Services
from tests.support.sale import Time, open_sale, race, somebody, tally
from tests.support.sweeping import sweep_due
from tests.support.waiting import until

CODE = "friends of the house"
MS = timedelta(milliseconds=1)
ADMIN = somebody(Role.ADMIN)


class House:
    """An event of five seats on the floor and two rows, sold by two servers."""

    def __init__(self, servers: list[Services], time: Time, event: Event) -> None:
        self.servers, self.time, self.event = servers, time, event

    @property
    def services(self) -> Services:
        return self.servers[0]

    async def keep(self, *parts: Part, code: str | None = CODE, server: int = 0, **terms: Any) -> Allocation:
        made = await create_allocation(
            self.servers[server],
            ADMIN,
            event_id=self.event.id,
            name="House",
            selection=parts,
            access_code=code,
            idempotency_key=str(PydanticObjectId()),
            **terms,
        )
        return made.allocation

    async def lock(self, buyer: Any, *parts: Part, code: str | None = CODE, server: int = 0) -> Locked:
        return await lock_seats(
            self.servers[server],
            buyer,
            event_id=self.event.id,
            items=parts,
            access_code=code,
            idempotency_key=str(PydanticObjectId()),
        )

    async def seen(self) -> tuple[tuple[int, int, int], str, int]:
        """Counters, letters of both rows, and version, which a reader and a watcher see alike; nothing has drifted.

        Both see the same of each section, too.
        """
        assert await check_inventory(self.services, self.event.id) == []
        event = (await events_by_ids(self.services, [self.event.id]))[self.event.id]
        rows = (await seat_rows(self.services, [self.event.id]))[self.event.id]
        letters = " ".join(row.statuses for row in rows)
        async with self.services.hub.watch(self.event.id) as topic:
            await topic.reach(0)
            topic.refresh()
            view = topic.view
            counters = view.counters.available, view.counters.held, view.counters.booked
            assert (counters, " ".join(view.rows.values())) == (
                (event.available, event.held, event.booked),
                letters,
            )
            assert (view.version, view.event().sections) == (event.version, event.sections)
        return counters, letters, event.version

    async def taken(self) -> list[tuple[int, bool]]:
        (found,) = (await allocations_of(self.services, [self.event.id])).values()
        return [(one.taken, one.released_at is not None) for one in found]


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """Sales start in a day. Budgets are as they are set."""
    async with open_sale(settings.model_copy(update={"budgets_times": 1}), 2) as sale:
        event = await create_event(
            sale.services,
            ADMIN,
            name="Concert",
            description=None,
            starts_at=sale.time.now + timedelta(days=30),
            sales_start_at=sale.time.now + timedelta(days=1),
            price=Money(50_000, "INR"),
            total_seats=None,
            sections=[
                NewSection("FLOOR", None, 5, None),
                NewSection("STALLS", None, None, [NewRow("A", 4), NewRow("B", 3)]),
            ],
        )
        yield House(sale.servers, sale.time, event)


ROW_A = Named(("STALLS-A-1", "STALLS-A-2", "STALLS-A-3"))


async def test_what_buyers_let_go_is_kept_again_until_it_is_over(house: House) -> None:
    opened = house.time.now
    over = opened + timedelta(hours=1)
    await house.keep(ROW_A, Counted(2, "FLOOR"), releases_at=over)
    ann, bob = somebody(), somebody()
    assert await house.seen() == ((7, 5, 0), "HHHA AAA", 3)
    with pytest.raises(SalesClosed):
        await house.lock(ann, Counted(1, "FLOOR"), code=None)

    released = (await house.lock(ann, Named(("STALLS-A-1",)), Counted(1, "FLOOR"))).lock
    with pytest.raises(SeatsUnavailable):
        await house.lock(bob, Named(("STALLS-A-1",)), server=1)
    with pytest.raises(SeatsUnavailable):
        await house.lock(bob, Named(("STALLS-A-4",)))
    assert await house.taken() == [(2, False)]
    found = await booking_summary(house.services, house.event.id, None, None)
    assert (found.capacity, found.allotted) == (12, Allotted(seats=5, kept=3))
    await release_lock(house.services, ann, event_id=house.event.id, lock_id=released.id)
    assert await house.taken() == [(0, False)]

    lapsing = (await house.lock(bob, Counted(2, "STALLS"))).lock
    house.time.now = lapsing.expires_at - MS
    assert await house.taken() == [(2, False)]
    before = await house.seen()
    house.time.now = lapsing.expires_at
    after = await house.seen()
    assert (after[:2], after[2]) == (before[:2], before[2] + 1)
    assert (await booking_summary(house.services, house.event.id, None, None)).allotted == Allotted(seats=5, kept=5)
    assert await house.taken() == [(0, False)]
    assert await sweep_due(house.services) == 1
    assert await house.seen() == after

    late = (await house.lock(ann, Counted(1, "STALLS"))).lock
    house.time.now = over - MS
    before = await house.seen()
    house.time.now = over
    after = await house.seen()
    assert (before[0], after[0]) == ((7, 5, 0), (12, 0, 0))
    assert after[1] == "AAAA AAA"
    assert await house.taken() == [(0, True)]
    assert late.expires_at < over
    assert await sweep_due(house.services) == 2
    assert await house.seen() == after
    past = await inventory_at(house.services.mongo, house.event.id, opened)
    assert past is not None and [section.held for section in past.sections] == [2, 3]


async def test_a_seat_of_an_allocation_is_sold_once_and_its_end_takes_nothing_from_buyers(house: House) -> None:
    allocation = await house.keep(Named(("STALLS-A-1",)), Counted(1, "FLOOR"))
    buyers = [somebody() for _ in range(10)]
    calls = [house.lock(one, Counted(1, "STALLS"), server=number % 2) for number, one in enumerate(buyers)]
    answers = await race(*calls)
    assert tally(answers) == {"Locked": 1, "NotEnoughSeats": 9}
    (lock, buyer) = next((one.lock, who) for one, who in zip(answers, buyers, strict=True) if isinstance(one, Locked))
    booking = (await confirm_booking(house.services, buyer, event_id=house.event.id, lock_id=lock.id)).booking
    paying: dict[str, Any] = {"booking_id": booking.id, "token": "sim_success", "amount": None}
    await pay_booking(house.services, buyer, event_id=house.event.id, idempotency_key="k", **paying)
    assert (await house.seen())[:2] == ((10, 1, 1), "BAAA AAA")

    released = await release_allocation(house.services, ADMIN, allocation_id=allocation.id)
    again = await release_allocation(house.servers[1], ADMIN, allocation_id=allocation.id)
    assert (released.replayed, again.replayed) == (False, True)
    assert again.allocation.status is AllocationStatus.RELEASED
    assert (await house.seen())[:2] == ((11, 0, 1), "BAAA AAA")
    assert await house.taken() == [(1, True)]
    with pytest.raises(SalesClosed):
        await house.lock(somebody(), Counted(1, "FLOOR"))
    await cancel_booking(house.services, buyer, event_id=house.event.id, booking_id=booking.id, reason=None)
    assert (await house.seen())[:2] == ((12, 0, 0), "AAAA AAA")


async def test_cancelled_seats_are_kept_again_and_a_cancelled_event_keeps_none(house: House) -> None:
    await house.keep(ROW_A)
    buyer = somebody()
    lock = (await house.lock(buyer, Counted(3, "STALLS"))).lock
    booking = (await confirm_booking(house.services, buyer, event_id=house.event.id, lock_id=lock.id)).booking
    paying: dict[str, Any] = {"booking_id": booking.id, "token": "sim_success", "amount": None}
    await pay_booking(house.services, buyer, event_id=house.event.id, idempotency_key="k", **paying)
    await cancel_booking(house.services, buyer, event_id=house.event.id, booking_id=booking.id, reason=None)
    assert (await house.seen())[:2] == ((9, 3, 0), "HHHA AAA")
    await cancel_event(house.services, ADMIN, event_id=house.event.id, reason="Rain")
    assert (await house.seen())[:2] == ((12, 0, 0), "AAAA AAA")
    assert await house.taken() == [(0, True)]


async def test_one_key_makes_one_allocation_at_two_servers(house: House) -> None:
    asked: dict[str, Any] = {
        "event_id": house.event.id,
        "name": "House",
        "selection": [Counted(2, "FLOOR")],
        "access_code": CODE,
        "idempotency_key": "k",
    }
    made = await race(*(create_allocation(shop, ADMIN, **asked) for shop in house.servers * 2))
    assert tally(made) == {"AllocationMade": 1, "AllocationMade again": 3}
    assert len({one.allocation.id for one in made if isinstance(one, AllocationMade)}) == 1
    assert (await house.seen())[0] == (10, 2, 0)
    with pytest.raises(InvalidInput, match="this code"):
        await house.keep(Counted(1, "FLOOR"))


async def test_who_guesses_codes_is_stopped_and_a_right_one_costs_nothing(house: House) -> None:
    await house.keep(Counted(2, "FLOOR"), code="Cafe\u0301 Noir")
    guesser = somebody()
    for _ in range(20):
        with pytest.raises(InvalidInput, match="not an access code of this event") as caught:
            await house.lock(guesser, Counted(1, "FLOOR"), code="a wrong code")
        assert caught.value.field == "accessCode"
    with pytest.raises(OverBudget):
        await house.lock(guesser, Counted(1, "FLOOR"), code="a wrong code", server=1)
    with pytest.raises(OverBudget):
        await house.lock(guesser, Counted(1, "FLOOR"), code="Caf\u00e9 Noir")
    buyer = somebody()
    for _ in range(21):
        lock = (await house.lock(buyer, Counted(1, "FLOOR"), code=" Caf\u00e9 Noir ")).lock
        await release_lock(house.services, buyer, event_id=house.event.id, lock_id=lock.id)
    other = House(house.servers, house.time, Event.model_construct(id=PydanticObjectId()))
    with pytest.raises(NotFound):
        await other.lock(buyer, Counted(1, "FLOOR"))


async def test_it_is_released_in_one_batch_with_the_open_sale(house: House) -> None:
    allocation = await house.keep(Named(("STALLS-A-1",)))
    house.time.now += timedelta(days=1)
    calls: list[Any] = [
        *(house.lock(somebody(), Named((f"STALLS-B-{number}",)), code=None) for number in (1, 2, 3)),
        release_allocation(house.services, ADMIN, allocation_id=allocation.id),
    ]
    assert tally(await race(*calls)) == {"Locked": 3, "AllocationReleased": 1}
    assert (await house.seen())[:2] == ((9, 3, 0), "AAAA HHH")


async def test_one_code_at_once_makes_one_allocation_and_is_no_fault(house: House) -> None:
    made = await race(*(house.keep(Counted(1, "FLOOR"), server=number % 2) for number in range(6)))
    assert tally(made) == {"Allocation": 1, "InvalidInput": 5}
    assert (await house.seen())[0] == (11, 1, 0)
    assert (await events_by_ids(house.services, [house.event.id]))[house.event.id].repairs == 0


async def test_guesses_at_once_are_no_more_than_one_after_the_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.keep(Counted(2, "FLOOR"))
    guesser, find = somebody(), allocations._find

    async def is_used_up() -> bool:
        try:
            await house.services.budgets.check(Budget.ACCESS_CODE, user_id=guesser.user_id)
        except OverBudget:
            return True
        return False

    async def find_slowly(*code: Any) -> PydanticObjectId:
        """The right one is found when all guesses that one may have are counted."""
        found = await find(*code)
        await until(is_used_up)
        return found

    monkeypatch.setattr(allocations, "_find", find_slowly)
    codes = [*(f"a wrong code {number}" for number in range(60)), CODE]
    guesses = (house.lock(guesser, Counted(1, "FLOOR"), code=code) for code in codes)
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert Counter(map(type, answers)) == {InvalidInput: 20, OverBudget: 41}


async def test_the_dead_are_not_taken_whoever_is_swept_first(house: House) -> None:
    over = house.time.now + timedelta(minutes=20)
    await house.keep(ROW_A, releases_at=over)
    buyer = somebody()
    lock = (await house.lock(buyer, Named(("STALLS-A-1",)))).lock
    await confirm_booking(house.services, buyer, event_id=house.event.id, lock_id=lock.id)
    house.time.now = over
    before = await house.taken(), await house.seen()
    assert before[0] == [(0, True)]
    await expire_locks(house.services, Progress())  # which releases it, and leaves unpaid bookings to others
    assert (await house.taken(), await house.seen()) == before
    await sweep_due(house.services)
    assert (await house.taken(), await house.seen()) == before
