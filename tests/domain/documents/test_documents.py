from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import documents
from domain.documents import (
    AuditAction,
    Booking,
    Delivery,
    JobExecution,
    LineItem,
    Payment,
    PydanticObjectId,
    SeatLock,
    Stored,
    User,
    Window,
    entry_id,
    new_id,
)
from domain.services import Services
from domain.upgrade.changed_at import fill_updated_at


@pytest.mark.parametrize("kind", documents.ALL, ids=lambda kind: kind.__name__)
async def test_every_declared_index_exists(services: Services, kind: type[Stored]) -> None:
    declared = {index.document["name"] for index in getattr(kind.Settings, "indexes", [])}
    assert declared <= set(await kind.get_pymongo_collection().index_information())


@pytest.mark.parametrize("kind", [Booking, Delivery, JobExecution, User], ids=lambda kind: kind.__name__)
async def test_newest_first_goes_by_when_it_was_made_and_not_by_its_id(services: Services, kind: type[Stored]) -> None:
    """Ids are made by several processes, and a booking has its lock's."""
    start = datetime(2030, 1, 1, tzinfo=UTC)
    ids = sorted(new_id() for _ in range(6))
    minutes = dict(zip(ids, [3, 0, 4, 1, 1, 2], strict=True))
    rest = {"status": "CONFIRMED", "job": "RECOVER", "type": "booking.confirmed", "role": "USER"}
    collection = kind.get_pymongo_collection()
    for number, (key, minute) in enumerate(minutes.items()):
        made = {kind.made_at: start + timedelta(minutes=minute), "email_key": str(number)}
        status = {"JobExecution": "COMPLETED", "Delivery": "DEAD"}.get(kind.__name__, "CONFIRMED")
        await collection.insert_one({"_id": key, **rest, "status": status, **made})

    expected = sorted(ids, key=lambda key: (minutes[key], key), reverse=True)
    listed: list[PydanticObjectId] = []
    after = None
    while page := await kind.newest_first({}).read(Window(2, after=after)):
        listed += [document.id for document in page]
        after = (getattr(page[-1], kind.made_at), page[-1].id)
    assert listed == expected
    plan = await services.database.command(
        "explain",
        {"find": kind.get_collection_name(), "filter": {}, "sort": {kind.made_at: -1, "_id": -1}, "limit": 2},
    )
    assert "SORT" not in str(plan["queryPlanner"]["winningPlan"])


async def test_payments_of_a_booking_are_found_by_index(services: Services) -> None:
    plan = await services.database.command(
        "explain", {"find": Payment.get_collection_name(), "filter": {"booking_id": {"$in": [new_id(), new_id()]}}}
    )
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])


async def test_dead_locks_of_an_event_are_found_by_the_index_of_active_ones(services: Services) -> None:
    dead = {"event_id": new_id(), "status": "ACTIVE", "expires_at": {"$lte": services.clock()}}
    plan = await services.database.command("explain", {"find": SeatLock.get_collection_name(), "filter": dead})
    assert "due_by_event" in str(plan["queryPlanner"]["winningPlan"])


def test_an_entry_id_is_its_change_and_sorts_with_its_subject() -> None:
    lock_id = new_id()
    locked = entry_id(lock_id, AuditAction.SEATS_LOCKED)
    assert locked == entry_id(lock_id, AuditAction.SEATS_LOCKED)
    assert locked != entry_id(lock_id, AuditAction.LOCK_RELEASED)
    assert entry_id(lock_id, AuditAction.BOOKING_CANCELLED, "CONFIRMED") != entry_id(
        lock_id, AuditAction.BOOKING_CANCELLED, "PAYMENT_PENDING"
    )
    assert locked.generation_time == lock_id.generation_time


async def test_what_was_stored_before_says_when_it_changed_once_it_is_upgraded(services: Services) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    later, told = made + timedelta(minutes=5), made + timedelta(minutes=1)
    events = [
        {"created_at": made},
        {"created_at": made, "cancelled_at": later},
        {"created_at": made, "updated_at": told},
    ]
    locks: list[dict[str, Any]] = [
        {"created_at": made, "expires_at": later, "status": status} for status in ("ACTIVE", "EXPIRED")
    ]
    stored = {"events": events, "seat_locks": locks, "archived_seat_locks": [{**lock} for lock in locks]}
    for name, documents_of in stored.items():
        await services.database[name].insert_many(documents_of)
    for _ in range(2):
        await fill_updated_at(services.database)
    for name, expected in (
        ("events", [made, later, told]),
        ("seat_locks", [made, later]),
        ("archived_seat_locks", [made, later]),
    ):
        found = await services.database[name].find().sort("_id").to_list()
        assert [document["updated_at"] for document in found] == expected, name


async def test_a_lock_written_is_the_lock_read(services: Services) -> None:
    now = services.clock()
    lock = SeatLock.model_construct(
        id=new_id(), event_id=new_id(), user_id=new_id(), quantities={"A.B$": 2}, seats=["A.B$-1-1"], total_minor=1,
        items=[LineItem(section="A.B$", quantity=2, seats=["A.B$-1-1"], price_minor=1)],
        currency="INR", expires_at=now + timedelta(minutes=5), idempotency_key="k", created_at=now, updated_at=now,
    )  # fmt: skip
    collection = SeatLock.get_pymongo_collection()
    await collection.insert_one(lock.to_bson())
    raw = await collection.find_one({"_id": lock.id})
    assert raw is not None
    assert SeatLock.from_bson(raw).__dict__ == lock.__dict__
    found = await SeatLock.get(lock.id)
    assert found is not None
    assert found.model_dump() == lock.model_dump()
