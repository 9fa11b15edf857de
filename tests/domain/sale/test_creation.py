"""Making an event once: by a key, whoever asks, wherever, and however often."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.audit.repeats import FEW
from domain.caller import Caller
from domain.documents import AuditAction, AuditEntry, Event, IdempotencyKey, Role, SeatRow
from domain.errors import InvalidInput
from domain.integrity.audit_chains import check_chains
from domain.integrity.drift import check_inventory
from domain.money import Money
from domain.process.settings import Settings
from domain.sale.events import NewRow, NewSection, create_event
from tests.support.sale import Sale, open_sale, race, somebody, tally

STARTS_AT = datetime(2030, 1, 1, 1, tzinfo=UTC)
ROWS = [NewSection("STALLS", None, None, [NewRow("A", 5), NewRow("B", 5)])]


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, 3) as opened:
        yield opened
        assert await check_inventory(opened.services) == []


async def create(
    sale: Sale, caller: Caller, server: int = 0, *, key: str | None = "a key", name: str = "Gala"
) -> Event:
    """The event, made by one of the servers: ten numbered seats, an hour from now."""
    return await create_event(
        sale.servers[server],
        caller,
        name=name,
        description=None,
        starts_at=STARTS_AT,
        price=Money(50_000, "INR"),
        total_seats=None,
        sections=ROWS,
        idempotency_key=key,
    )


async def test_at_once_at_several_servers_it_is_one_event(sale: Sale) -> None:
    admin = somebody(Role.ADMIN)
    made = await race(*(create(sale, admin, server) for server in (0, 1, 2) * 4))
    (event,) = await Event.find_all().to_list()
    assert [each.id for each in made if isinstance(each, Event)] == [event.id] * 12
    assert await SeatRow.find_all().count() == 2
    entries = await AuditEntry.find(AuditEntry.action == AuditAction.EVENT_CREATED).sort("sequence").to_list()
    # Of what is repeated that often, the rest is counted.
    assert [entry.is_retry for entry in entries] == [False] + [True] * FEW
    assert {entry.original_entry_id for entry in entries[1:]} == {entries[0].id}
    assert [fault async for fault in check_chains(sale.services)] == []


async def test_of_two_requests_with_one_key_one_is_refused(sale: Sale) -> None:
    for number in range(5):
        admin = somebody(Role.ADMIN)
        names = race(*(create(sale, admin, server, name=name) for server, name in enumerate(("Gala", "Ball"))))
        assert tally(await names) == {"Event": 1, "IdempotencyKeyReused": 1}, number
    assert await Event.find_all().count() == 5


async def test_a_repeat_answers_though_the_event_has_begun(sale: Sale) -> None:
    admin = somebody(Role.ADMIN)
    event = await create(sale, admin)
    sale.time.now = STARTS_AT + timedelta(hours=1)
    assert (await create(sale, admin, 1)).id == event.id
    with pytest.raises(InvalidInput):
        await create(sale, admin, key="another")


async def test_keys_are_an_admins_own_and_live_a_day(sale: Sale) -> None:
    admin, other = somebody(Role.ADMIN), somebody(Role.ADMIN)
    event = await create(sale, admin)
    assert (await create(sale, other)).id != event.id
    sale.time.now += timedelta(days=1)
    for _ in range(2):
        with pytest.raises(InvalidInput):  # by now the event begins in the past, and the key says nothing any more
            await create(sale, admin)
    sale.time.now -= timedelta(days=2)
    assert (await create(sale, admin)).id == event.id


async def test_a_key_that_is_forgotten_is_free_though_it_is_still_there(sale: Sale) -> None:
    admin = somebody(Role.ADMIN)
    event = await create(sale, admin)
    await IdempotencyKey.get_pymongo_collection().update_many({}, {"$set": {"expires_at": sale.time.now}})
    made = await race(*(create(sale, admin, server, name="Ball") for server in (0, 1, 2)))
    (other,) = {each.id for each in made if isinstance(each, Event)}
    assert other != event.id


async def test_what_is_refused_is_not_remembered(sale: Sale) -> None:
    admin = somebody(Role.ADMIN)
    with pytest.raises(InvalidInput):
        await create(sale, admin, name=" ")
    assert await IdempotencyKey.find_all().count() == 0
    assert (await create(sale, admin)).name == "Gala"
