"""A writer reads in two goes. What somebody else commits in between is noticed, and everything is read again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Role, SeatLock
from domain.errors import NotEnoughSeats
from domain.integrity.drift import check_inventory
from domain.money import Money
from domain.sale.buying import lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.services import Services
from domain.writer import load, query
from tests.support.servers import another_server, close_server

ADMIN = Caller(PydanticObjectId(), Role.ADMIN, "test")


@dataclass
class Shops:
    """Two writers of one event, of one row of two seats, that do not wait for each other."""

    here: Services
    there: Services
    event_id: PydanticObjectId

    async def lock(self, shop: Services, key: str) -> SeatLock:
        locked = await lock_seats(
            shop,
            ADMIN,
            event_id=self.event_id,
            quantity=2,
            section=None,
            seats=None,
            idempotency_key=key,
        )
        return locked.lock


@pytest.fixture
async def shops(services: Services) -> AsyncIterator[Shops]:
    event = await create_event(
        services,
        ADMIN,
        name="Concert",
        description=None,
        starts_at=services.clock() + timedelta(days=1),
        price=Money(500, "INR"),
        total_seats=None,
        sections=[NewSection("STALLS", None, None, [NewRow("A", 2)])],
    )
    other = another_server(services, prefix="another")
    yield Shops(services, other, event.id)
    await close_server(other)


def before_the_second_go(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[object]]) -> None:
    """Once, when a writer has read for the first time and is about to read the rest, something happens."""
    read, reads = query.read, 0

    async def interrupted(*queries: Any) -> Any:
        nonlocal reads
        reads += 1
        if reads == 2:
            await happens()
        return await read(*queries)

    monkeypatch.setattr(load, "read", interrupted)


async def test_a_lock_released_meanwhile(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    # Elsewhere, because here its row would be remembered, and not read any more.
    lock = await shops.lock(shops.there, "k")

    async def release(shop: Services) -> bool:
        return (await release_lock(shop, ADMIN, event_id=shops.event_id, lock_id=lock.id)).replayed

    before_the_second_go(monkeypatch, lambda: release(shops.there))
    assert await release(shops.here)
    assert await check_inventory(shops.here, shops.event_id) == []


async def test_seats_locked_meanwhile(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    before_the_second_go(monkeypatch, lambda: shops.lock(shops.there, "there"))
    with pytest.raises(NotEnoughSeats):
        await shops.lock(shops.here, "here")
    assert await check_inventory(shops.here, shops.event_id) == []
