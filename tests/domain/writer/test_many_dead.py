"""More dead locks than one batch expires: what is named in a call is dead all the same, and its seats are free."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Booking, BookingStatus, Role, SeatLock, SeatLockStatus
from domain.errors import BookingExpired, LockExpired, NotEnoughSeats, Refusal
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Locked
from domain.money import Money
from domain.opening import open_services
from domain.payments import pay_booking
from domain.process.settings import Settings
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services
from tests.support.sweeping import sweep_due

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SEATS = [f"STALLS-{row}-1" for row in "ABCD"]


@dataclass
class Morgue:
    """An event whose four locks are dead, each of a seat in a row of its own; the last two have become bookings."""

    services: Services
    event_id: PydanticObjectId
    owner: Caller
    locks: list[SeatLock]


@pytest.fixture
async def morgue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Morgue]:
    for most in ("DEAD_PER_BATCH", "WANTED_PER_BATCH"):
        monkeypatch.setattr(f"domain.writer.load.{most}", 1)
    now = NOON
    async with open_services(settings, lambda: now) as services:
        owner = Caller(PydanticObjectId(), Role.ADMIN, "test")
        event = await create_event(
            services,
            owner,
            name="Concert",
            description=None,
            starts_at=NOON + timedelta(days=1),
            price=Money(500, "INR"),
            total_seats=None,
            sections=[NewSection("STALLS", None, None, [NewRow(row, 1) for row in "ABCD"])],
        )
        locks = [(await lock(services, owner, event.id, seat)).lock for seat in SEATS]
        for booked in locks[2:]:
            await confirm_booking(services, owner, event_id=event.id, lock_id=booked.id)
        now += timedelta(hours=1)
        yield Morgue(services, event.id, owner, locks)


async def lock(services: Services, caller: Caller, event_id: PydanticObjectId, seat: str) -> Locked:
    return await lock_seats(
        services, caller, event_id=event_id, quantity=None, section=None, seats=[seat], idempotency_key=seat
    )


Deed = Callable[[Morgue, PydanticObjectId], Awaitable[object]]


async def release(morgue: Morgue, lock_id: PydanticObjectId) -> object:
    return await release_lock(morgue.services, morgue.owner, event_id=morgue.event_id, lock_id=lock_id)


async def confirm(morgue: Morgue, lock_id: PydanticObjectId) -> object:
    return await confirm_booking(morgue.services, morgue.owner, event_id=morgue.event_id, lock_id=lock_id)


async def cancel(morgue: Morgue, booking_id: PydanticObjectId) -> object:
    return await cancel_booking(
        morgue.services, morgue.owner, event_id=morgue.event_id, booking_id=booking_id, reason=None
    )


async def pay(morgue: Morgue, booking_id: PydanticObjectId) -> object:
    return await pay_booking(
        morgue.services,
        morgue.owner,
        event_id=morgue.event_id,
        booking_id=booking_id,
        token="sim_success",
        amount=None,
        idempotency_key="pay",
    )


async def assert_all_expire(morgue: Morgue) -> None:
    assert await check_inventory(morgue.services, morgue.event_id) == []
    await sweep_due(morgue.services)
    assert await check_inventory(morgue.services, morgue.event_id) == []
    assert {one.status for one in await SeatLock.find_all().to_list()} == {SeatLockStatus.EXPIRED}
    assert {one.status for one in await Booking.find_all().to_list()} == {BookingStatus.EXPIRED}


@pytest.mark.parametrize(
    ("deed", "refusal", "which"),
    [
        *[(release, LockExpired, which) for which in range(4)],
        *[(confirm, LockExpired, which) for which in range(4)],
        *[(cancel, BookingExpired, which) for which in (2, 3)],
        *[(pay, BookingExpired, which) for which in (2, 3)],
    ],
)
async def test_what_is_named_is_dead(morgue: Morgue, deed: Deed, refusal: type[Refusal], which: int) -> None:
    with pytest.raises(refusal):
        await deed(morgue, morgue.locks[which].id)
    await assert_all_expire(morgue)


@pytest.mark.parametrize("which", range(4))
async def test_a_repeated_key_finds_its_lock_dead(morgue: Morgue, which: int) -> None:
    locked = await lock(morgue.services, morgue.owner, morgue.event_id, SEATS[which])
    assert (locked.lock.id, locked.lock.status, locked.replayed) == (
        morgue.locks[which].id,
        SeatLockStatus.EXPIRED,
        True,
    )
    await assert_all_expire(morgue)


async def test_all_their_seats_are_free(morgue: Morgue) -> None:
    async def lock_number(count: int) -> Locked:
        return await lock_seats(
            morgue.services,
            morgue.owner,
            event_id=morgue.event_id,
            quantity=count,
            section=None,
            seats=None,
            idempotency_key=f"{count} seats",
        )

    with pytest.raises(NotEnoughSeats) as refused:
        await lock_number(5)
    assert refused.value.available_seats == 4
    assert (await lock_number(4)).lock.seats == SEATS
    assert await check_inventory(morgue.services, morgue.event_id) == []
