"""Buyers who go on whatever dies, and what must be true of what they were told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from domain.documents import BookingStatus, PaymentStatus
from domain.integrity.drift import check_inventory
from domain.lookups import bookings_by_ids, locks_by_ids, payments_of_bookings
from domain.people import accounts
from domain.sale.events import NewRow
from domain.services import Services
from graph.schema.ids import encode_id, parse_routed_id
from ops.embedded import Server
from tests.support.load import CONNECTIONS, STEPS, Load, load
from tests.support.sale import new_event


@asynccontextmanager
async def buyers(
    services: Services, *apis: Server, connections: int = CONNECTIONS, steps: Sequence[int] = STEPS, paid: int = 200
) -> AsyncIterator[Load]:
    """Somebody buys single seats of two events; so many are paid already."""
    user = await accounts.register(
        services, name="Ada", email="ada@seatlock.example", password="correct horse", correlation_id="test"
    )
    token = accounts.issue_token(services.settings, user, services.clock()).token
    events = [
        await new_event(services, seats=100_000),
        await new_event(services, rows=[NewRow(f"R{number}", 100) for number in range(40)]),
    ]
    ids = [encode_id("Event", event.id) for event in events]
    urls = [f"http://127.0.0.1:{api.port}" for api in apis]
    async with load(urls, ids, token, connections=connections, steps=steps) as buying:
        await buying.until_paid(paid)
        yield buying


async def assert_nothing_is_lost(services: Services, buying: Load) -> None:
    """Every lock, booking and payment that was acknowledged is there, and by the same key the same lock."""
    await buying.stop()
    locked = {purchase.lock: purchase for purchase in buying.purchases if purchase.lock}
    booked = {purchase.booking: purchase for purchase in buying.purchases if purchase.booking}
    assert len(locked) >= len(booked) >= buying.paid > 0

    lock_ids = {parse_routed_id("lock", lock, "SeatLock")[0] for lock in locked}
    assert (await locks_by_ids(lock_ids, services.clock())).keys() == lock_ids
    ids = {parse_routed_id("booking", booking, "Booking")[0]: purchase for booking, purchase in booked.items()}
    bookings, payments = await bookings_by_ids(ids, services.clock()), await payments_of_bookings(ids)
    assert bookings.keys() == ids.keys()
    for booking_id, purchase in ids.items():
        if purchase.cancelled:
            assert bookings[booking_id].status is BookingStatus.CANCELLED
        elif purchase.paid and not purchase.may_be_cancelled:
            assert bookings[booking_id].status is BookingStatus.CONFIRMED
            assert [payment.status for payment in payments[booking_id]] == [PaymentStatus.SUCCEEDED]

    assert await buying.replay() == locked
    assert await check_inventory(services) == []
