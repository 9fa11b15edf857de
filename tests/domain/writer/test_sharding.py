"""docs/scaling.md gives each collection a shard key. Of what a purchase asks MongoDB only what the page names is sent
to every shard, and of the unique indexes only those that it names can't live with these keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from beanie import PydanticObjectId
from pymongo import AsyncMongoClient

from domain.documents import ALL, Payment, PaymentStatus, Role
from domain.errors import NotEnoughSeats, PaymentTimedOut, SeatsUnavailable
from domain.inventory.parts import Counted, Named
from domain.opening import open_services
from domain.payments import pay_booking
from domain.payments.settle import settle
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.sale.allocations import create_allocation, release_allocation
from domain.sale.buying import lock_seats
from domain.sale.lock_changes import change_lock, extend_lock
from tests.support.readme import README
from tests.support.remembering import READS
from tests.support.sale import Sale, Time, somebody
from tests.support.wire import Asked, Wire, names_one

PAGE = (README.parent / "docs/scaling.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The rows of the table below this heading, their code without its ticks."""
    below = PAGE.partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\|( `.*)\|$", below, re.MULTILINE)
    assert rows, heading
    return [[cell.strip().replace("`", "") for cell in row.split("|")] for row in rows]


KEYS = {collection: key.removesuffix(" (hashed)") for collection, key, *_ in table("Shard keys")}
TO_ALL = {(command, collection, fields) for command, collection, fields, *_ in table("Sent to every shard")}
NOT_PREFIXED = {index for index, *_ in table("Unique indexes")}


def test_every_collection_has_a_key_or_stays_whole() -> None:
    assert KEYS.keys() == {document.Settings.name for document in ALL}


def test_the_page_names_each_unique_index_that_its_key_is_no_prefix_of() -> None:
    found = set()
    for document in ALL:
        name = document.Settings.name
        for index in getattr(document.Settings, "indexes", ()):
            fields = [*index.document["key"]]
            if index.document.get("unique") and KEYS[name] != "none" and fields[0] != KEYS[name]:
                found.add(f"{name}.{index.document['name']}")
    assert found == NOT_PREFIXED


def is_sent_to_all(asked: Asked) -> bool:
    key = KEYS[asked.collection]
    return key != "none" and not names_one(asked.by, key)


def named(asked: Asked) -> tuple[str, str, str]:
    """As the page writes it."""
    command = "read" if asked.command in READS else asked.command
    return command, asked.collection, ", ".join(sorted(asked.by))


def test_what_names_one_value_of_the_key_finds_its_shard() -> None:
    assert names_one({"event_id": 1, "status": "ACTIVE"}, "event_id")
    assert names_one({"event_id": {"$in": [1, 2]}}, "event_id")
    assert names_one({"$or": [{"event_id": 1}, {"event_id": 2, "section": "A"}]}, "event_id")
    assert names_one({"$and": [{"status": "ACTIVE"}, {"event_id": {"$eq": 1}}]}, "event_id")
    assert not names_one({"_id": 1}, "event_id")
    assert not names_one({"event_id": {"$gt": 1}}, "event_id")
    assert not names_one({"$or": [{"event_id": 1}, {"_id": 2}]}, "event_id")
    assert not names_one({}, "event_id")


@pytest.fixture
async def shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Sale, Wire]]:
    """A sale, and what it sends to MongoDB from now on."""
    wire, time = Wire(), Time()
    monkeypatch.setattr("domain.opening.AsyncMongoClient", partial(AsyncMongoClient, event_listeners=[wire]))
    async with open_services(settings, time) as services:
        yield Sale([services], time), wire


async def test_a_purchase_asks_every_shard_nothing_but_what_the_page_names(shop: tuple[Sale, Wire]) -> None:
    sale, wire = shop
    services, time = sale.services, sale.time
    event, hall = await sale.event(60), await sale.numbered_event(20)
    buyer, other, admin = somebody(), somebody(), somebody(Role.ADMIN)
    wire.listens = True

    # Locks of every kind, repeated, changed, refused and let go.
    locked = await sale.lock(event, buyer, quantity=2, key="one")
    assert (await sale.lock(event, buyer, quantity=2, key="one")).replayed
    await change_lock(
        services, buyer, event_id=event.id, lock_id=locked.lock.id, add=[Counted(1, None)], idempotency_key="more"
    )
    time.now += timedelta(minutes=1)
    await extend_lock(services, buyer, event_id=event.id, lock_id=locked.lock.id)
    seats = await sale.lock(hall, buyer, "STALLS-A-1", "STALLS-A-2")
    await sale.lock(hall, other, quantity=2)
    with pytest.raises(SeatsUnavailable):
        await sale.lock(hall, other, "STALLS-A-1")
    with pytest.raises(NotEnoughSeats):
        await sale.lock(event, other, quantity=60)
    await change_lock(
        services,
        buyer,
        event_id=hall.id,
        lock_id=seats.lock.id,
        add=[Named(("STALLS-A-9",))],
        remove=[Named(("STALLS-A-1",))],
        idempotency_key="others",
    )
    await sale.release(seats.lock, buyer)

    # Purchases: paid, repeated, given back, without an answer, and too late.
    booking = (await sale.confirm(locked.lock, buyer)).booking
    await sale.confirm(locked.lock, buyer)
    await sale.pay(booking, buyer, key="pay")
    await sale.pay(booking, buyer, key="pay")
    await sale.cancel(booking, buyer)
    late = await sale.book(event, other)
    with pytest.raises(PaymentTimedOut) as told:
        await pay_booking(
            services,
            other,
            event_id=event.id,
            booking_id=late.id,
            token="sim_timeout",
            amount=None,
            idempotency_key="t",
        )
    # Seats of the house, and what their buyers do with them.
    for at, parts in ((event, [Counted(10, None)]), (hall, [Named(("STALLS-A-15", "STALLS-A-16"))])):
        made = await create_allocation(
            services,
            admin,
            event_id=at.id,
            name="House",
            selection=parts,
            access_code="friends of the house",
            max_seats_per_buyer=2,
            idempotency_key=str(at.id),
        )
        taken = await lock_seats(
            services,
            buyer,
            event_id=at.id,
            items=[Counted(1, None)],
            access_code="friends of the house",
            idempotency_key=str(PydanticObjectId()),
        )
        await sale.release(taken.lock, buyer)
        await release_allocation(services, admin, allocation_id=made.allocation.id)

    # Time, which others' locks find, and a sweep.
    time.now += timedelta(hours=1)
    await sale.lock(event, somebody())
    await sale.lock(hall, somebody(), quantity=18)
    # A key whose time is over, and a payment that succeeds too late.
    time.now += timedelta(days=2)
    assert not (await sale.lock(event, buyer, quantity=2, key="one")).replayed
    payment: Payment = told.value.payment
    await settle(services, payment, Charge(PaymentStatus.SUCCEEDED, money_taken=True))

    await services.tasks.finish()
    wire.listens = False
    sent = {named(asked) for asked in wire.asked if is_sent_to_all(asked)}
    assert sent == TO_ALL
    # It has heard all there is.
    assert {asked.collection for asked in wire.asked} >= {
        "events",
        "seat_rows",
        "refunds",
        "allocations",
        "audit_entries",
    }
