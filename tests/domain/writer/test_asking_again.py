"""A command that is asked again for want of what was not read: once, and never for ever, whatever somebody stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.documents import BookingStatus, Event, PaymentStatus, Role, SeatLock
from domain.errors import SeatsUnavailable
from domain.process.settings import Settings
from domain.sale.event_changes import update_event
from domain.sale.events import NewRow
from tests.support.asking import settling, starting, sweeping
from tests.support.sale import new_event, open_sale, somebody

ADMIN = somebody(Role.ADMIN)


async def test_a_choice_is_judged_though_the_event_counts_seats_that_no_row_has(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event = await new_event(sale.services, rows=[NewRow("A", 7)])
        await update_event(sale.services, ADMIN, event_id=event.id, forbid_orphans=True)
        gains = {"sections.0.total": 1, "sections.0.available": 1}
        await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": gains})
        await sale.lock(event, somebody(), "STALLS-A-1")
        async with asyncio.timeout(10):
            with pytest.raises(SeatsUnavailable) as caught:
                await sale.lock(event, somebody(), "STALLS-A-3")
        assert caught.value.orphans == ["STALLS-A-2"]


async def test_money_is_settled_though_somebody_changed_the_lock(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        event = await sale.event(seats=3)
        await update_event(sale.services, ADMIN, event_id=event.id, max_seats_per_buyer=2)
        buyer = somebody()
        booking = (await sale.confirm((await sale.lock(event, buyer)).lock, buyer)).booking
        execute = sale.services.writer.execute
        payment = (await execute(replace(starting(buyer, booking.id), event_id=event.id))).payment
        sale.time.now = booking.payment_expires_at
        await execute(replace(sweeping(booked=True), event_id=event.id))
        await SeatLock.get_pymongo_collection().update_one({"_id": booking.id}, {"$set": {"status": "RELEASED"}})
        async with asyncio.timeout(10):
            settled = await execute(replace(settling(payment, PaymentStatus.SUCCEEDED), event_id=event.id))
        assert settled.booking.status is BookingStatus.CONFIRMED
