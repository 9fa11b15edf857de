"""An ADMIN changes or cancels an event while people buy: nobody loses what is theirs, or everybody gets all back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest

from domain.caller import Caller
from domain.documents import (
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Job,
    JobStatus,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Refund,
    RefundReason,
    RefundStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    SimulatedCharge,
    SimulatedRefund,
)
from domain.errors import InvalidInput, Refusal
from domain.integrity.drift import check_inventory
from domain.integrity.money import compare_books
from domain.integrity.repair import repairer_of
from domain.inventory.commands import Locked
from domain.inventory.event_commands import EventChanged
from domain.jobs import run_if_due, run_job
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale import cancelled_events
from domain.sale.event_changes import cancel_event, close_sales, open_sales, update_event
from tests.support.sale import Sale, open_sale, race, somebody, tally
from tests.support.waiting import until
from tests.system.test_money_races import pending

BUYERS = 64


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    """Two processes sell; afterwards every inventory is right, and so is the money in both books."""
    async with open_sale(settings, writers=2) as opened:
        yield opened
        assert await check_inventory(opened.services) == []
        assert [difference async for difference in compare_books(opened.services)] == []


async def stored(event: Event) -> Event:
    found = await Event.get(event.id)
    assert found is not None
    return found


async def resize(sale: Sale, event: Event, seats: int, server: int = 0) -> EventChanged:
    return await update_event(sale.servers[server], somebody(Role.ADMIN), event_id=event.id, total_seats=seats)


# ---------------------------------------------------------------- updateEvent


async def test_shrinking_against_64_buyers_never_takes_a_seat_that_is_held(sale: Sale) -> None:
    event = await sale.event(seats=100)
    shrinking = [resize(sale, event, seats, seats % 2) for seats in range(99, 0, -3)]
    buying = [sale.lock(event, somebody(), quantity=1) for _ in range(BUYERS)]
    results = await race(*(each for pair in zip(buying, shrinking, strict=False) for each in pair), *buying[33:])
    locked, changed = tally(results).get("Locked", 0), await stored(event)
    assert (changed.held, changed.available) == (locked, changed.total - locked)
    assert {type(result) for result in results} <= {Locked, EventChanged, InvalidInput} | set(Refusal.__subclasses__())
    refused = [result.message for result in results if isinstance(result, InvalidInput)]
    assert all("that many of its seats are held or booked" in message for message in refused)
    # Now exactly what is held can stay, and not a seat less.
    with pytest.raises(InvalidInput, match=f"Must be at least {locked}"):
        await resize(sale, event, locked - 1)
    await resize(sale, event, locked)
    assert (await stored(event)).available == 0


async def test_growing_while_all_want_more_sells_every_seat_once(sale: Sale) -> None:
    event = await sale.event(seats=1)
    growing = [resize(sale, event, seats) for seats in range(2, 33)]
    locks = [sale.lock(event, somebody()) for _ in range(BUYERS)]
    await race(*(each for pair in zip(locks, growing, strict=False) for each in pair), *locks[31:])
    # Batches keep the order only of what one server is asked, so what is left is sold now.
    total = (await stored(event)).total
    await race(*(sale.lock(event, somebody()) for _ in range(BUYERS)))
    assert await SeatLock.find({"event_id": event.id}).count() == total
    assert (await stored(event)).held == total


async def test_dead_locks_do_not_count(sale: Sale) -> None:
    event = await sale.event(seats=200)
    await asyncio.gather(*(sale.lock(event, somebody()) for _ in range(150)))
    sale.time.now += timedelta(seconds=300)
    await resize(sale, event, 1)
    assert (await stored(event)).total == 1


async def test_what_a_section_was_made_to_have_is_told_by_its_history(sale: Sale) -> None:
    event = await sale.event(seats=10)
    await resize(sale, event, 7)
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$set": {"sections.0.total": 10}})
    await run_job(sale.services, Job.RECOVER, "test")
    assert (await stored(event)).total in (7, 10)
    await sale.lock(event, somebody())  # sees that it does not add up, and repairs it
    assert (await stored(event)).total == 7


async def test_when_the_entry_is_gone_the_seats_stay(sale: Sale) -> None:
    event = await sale.event(seats=10)
    await resize(sale, event, 7)
    await sale.lock(event, somebody())
    await AuditEntry.get_pymongo_collection().delete_one({"event_id": event.id, "action": "EVENT_UPDATED"})
    assert await check_inventory(sale.services)
    await repairer_of(sale.services, "test").repair(event.id)
    assert ((await stored(event)).total, (await stored(event)).available) == (7, 6)
    await Event.get_pymongo_collection().delete_one({"_id": event.id})  # numbers that are gone stay gone


# ---------------------------------------------------------------- closeSales, openSales


async def test_closing_sales_against_buyers(sale: Sale) -> None:
    event, ask = await sale.event(seats=100), somebody(Role.ADMIN)
    locks = [sale.lock(event, somebody()) for _ in range(BUYERS)]
    results = await race(*locks[:32], close_sales(sale.services, ask, event_id=event.id), *locks[32:])
    outcomes = tally(results)
    assert outcomes.get("Locked", 0) + outcomes.get("SalesClosed", 0) == BUYERS
    assert (await stored(event)).held == outcomes.get("Locked", 0)
    assert tally(await race(sale.lock(event, somebody()))) == {"SalesClosed": 1}
    await open_sales(sale.services, ask, event_id=event.id)
    assert tally(await race(sale.lock(event, somebody()))) == {"Locked": 1}


async def test_who_closes_at_the_same_time_closes_once(sale: Sale) -> None:
    event = await sale.event(seats=1)
    results = await race(*(close_sales(server, somebody(), event_id=event.id) for server in sale.servers * 5))
    assert tally(results) == {"EventChanged": 1, "EventChanged again": 9}


# ---------------------------------------------------------------- cancelEvent


async def go_and_buy(sale: Sale, event: Event, number: int, buyer: Caller) -> None:
    """As far as they come: some only lock, some don't pay."""
    lock = (await sale.lock(event, buyer)).lock
    if number % 4 == 0:
        return
    booking = (await sale.confirm(lock, buyer)).booking
    if number % 4 != 1:
        await sale.pay(booking, buyer)


async def finish(sale: Sale) -> None:
    """As the worker does, second by second, until there is nothing left to do."""
    for _ in range(20):
        sale.time.now += timedelta(seconds=10)
        executions = [await run_if_due(sale.services, job, "test") for job in (Job.CANCEL_EVENTS, Job.SEND_REFUNDS)]
        assert all(one is None or one.status is JobStatus.COMPLETED for one in executions)
        if executions == [None, None]:
            return
    raise AssertionError("there is always more to do")


async def assert_all_is_given_back(event: Event) -> Counter[str]:
    """Nobody has a seat, and nobody's money is kept, of either book; why it was given back."""
    ended = await stored(event)
    assert (ended.held, ended.booked) == (0, 0)
    assert ended.cancellation_finished_at is not None
    of_event = {"event_id": event.id}
    locks = Counter(lock.status for lock in await SeatLock.find(of_event).to_list())
    assert set(locks) <= {SeatLockStatus.RELEASED, SeatLockStatus.EXPIRED}
    bookings = await Booking.find(of_event).to_list()
    assert {booking.status for booking in bookings} <= {BookingStatus.CANCELLED}
    payments, refunds = await Payment.find(of_event).to_list(), await Refund.find(of_event).to_list()
    paid = {payment.id: payment.amount_minor for payment in payments if payment.status is PaymentStatus.SUCCEEDED}
    assert {refund.payment_id: refund.amount_minor for refund in refunds} == paid
    assert {refund.status for refund in refunds} <= {RefundStatus.PROCESSED}
    charged = await SimulatedCharge.find({"_id": {"$in": list(paid)}}).to_list()
    returned = await SimulatedRefund.find({"_id": {"$in": [refund.id for refund in refunds]}}).to_list()
    assert len(charged) == len(returned) == len(paid)
    assert sum(one.amount_minor for one in charged) == sum(one.amount_minor for one in returned)
    told = await OutboxMessage.find({**of_event, "type": "booking.cancelled"}).to_list()
    assert Counter(message.booking_id for message in told) == Counter(booking.id for booking in bookings)
    return Counter(refund.reason.value for refund in refunds)


async def test_cancelling_against_64_who_buy(sale: Sale) -> None:
    event, numbers, go_on = await sale.event(seats=1_000), count(), asyncio.Event()
    go_on.set()

    async def buyer() -> int:
        bought = 0
        while go_on.is_set():
            try:
                await go_and_buy(sale, event, next(numbers), somebody())
                bought += 1
            except Refusal:
                return bought
        return bought

    buyers = [asyncio.create_task(buyer()) for _ in range(BUYERS)]

    async def enough_is_paid() -> bool:
        return await Payment.find({"event_id": event.id, "status": "SUCCEEDED"}).count() >= 60

    await until(enough_is_paid)
    admin = Caller(somebody().user_id, Role.ADMIN, "the cancellation")
    results = await race(
        *(cancel_event(server, admin, event_id=event.id, reason="Rain") for server in sale.servers),
        run_job(sale.services, Job.CANCEL_EVENTS, "early"),
    )
    assert tally(results[:2]) == {"EventChanged": 1, "EventChanged again": 1}
    go_on.clear()
    assert sum(await asyncio.gather(*buyers)) > BUYERS
    await finish(sale)
    reasons = await assert_all_is_given_back(event)
    assert reasons["EVENT_CANCELLED"] >= 60
    assert set(reasons) <= {"EVENT_CANCELLED", "LATE_PAYMENT"}
    # What it caused goes by its correlation id.
    caused = await AuditEntry.find({"event_id": event.id, "correlation_id": "the cancellation"}).to_list()
    assert {entry.action for entry in caused} == {
        "EVENT_CANCELLED",
        "LOCK_RELEASED",
        "BOOKING_CANCELLED",
        "REFUND_INITIATED",
        "REFUND_PROCESSED",
        "CANCELLATION_FINISHED",
    }


async def test_it_takes_more_than_a_page(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelled_events, "AT_ONCE", 7)
    event = await sale.event(seats=100)
    await asyncio.gather(*(go_and_buy(sale, event, number, somebody()) for number in range(40)))
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    execution = await run_job(sale.services, Job.CANCEL_EVENTS, "test")
    assert execution.records_processed == 40 + 1
    await finish(sale)
    assert await assert_all_is_given_back(event) == {"EVENT_CANCELLED": 20}


async def test_two_who_end_the_same_event_end_everything_once(sale: Sale) -> None:
    event = await sale.event(seats=100)
    await asyncio.gather(*(go_and_buy(sale, event, number, somebody()) for number in range(40)))
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    await asyncio.gather(*(run_if_due(server, Job.CANCEL_EVENTS, "test") for server in sale.servers))
    # And past the job's lease, as one that was held up would.
    await asyncio.gather(*(cancelled_events.end_cancelled_events(server, Progress()) for server in sale.servers))
    await finish(sale)
    assert await assert_all_is_given_back(event) == {"EVENT_CANCELLED": 20}


async def test_an_event_that_has_started_is_paid_back_in_full(sale: Sale) -> None:
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await sale.pay(booking, buyer)
    sale.time.now = event.starts_at + timedelta(hours=1)
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    await finish(sale)
    assert await assert_all_is_given_back(event) == {"EVENT_CANCELLED": 1}


async def test_nothing_is_due_unless_an_event_is_cancelled(sale: Sale) -> None:
    event = await sale.event(seats=1)
    await sale.lock(event, somebody())
    assert await run_if_due(sale.services, Job.CANCEL_EVENTS, "test") is None
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    execution = await run_if_due(sale.services, Job.CANCEL_EVENTS, "test")
    assert execution is not None
    assert execution.records_processed == 2
    assert await run_if_due(sale.services, Job.CANCEL_EVENTS, "test") is None


async def test_an_event_that_cannot_be_ended_keeps_no_other_from_it(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, event = await sale.event(seats=1), await sale.event(seats=1)
    for each in (broken, event):
        await sale.lock(each, somebody())
        await cancel_event(sale.services, somebody(Role.ADMIN), event_id=each.id, reason="Rain")
    await Event.get_pymongo_collection().update_one({"_id": broken.id}, {"$set": {"sections.0.held": "one"}})
    execution = await run_job(sale.services, Job.CANCEL_EVENTS, "test")
    assert execution.status is JobStatus.FAILED
    assert (await stored(event)).cancellation_finished_at is not None
    await Event.get_pymongo_collection().update_one({"_id": broken.id}, {"$set": {"sections.0.held": 1}})
    await finish(sale)
    assert (await stored(broken)).cancellation_finished_at is not None


async def test_a_late_answer_finds_the_event_cancelled(sale: Sale) -> None:
    """The payment was under way when the event was cancelled, and good: all of it goes back."""
    event, buyer = await sale.event(seats=1), somebody()
    booking = await sale.book(event, buyer)
    await pending(sale, booking, buyer)
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    await finish(sale)
    sale.time.now += timedelta(minutes=1)
    await run_job(sale.services, Job.RECONCILE, "test")
    await finish(sale)
    assert await assert_all_is_given_back(event) == {RefundReason.LATE_PAYMENT.value: 1}
