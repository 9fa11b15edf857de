"""Seat locks as lists, with what they hold at which price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import lookups
from domain.documents import Booking, SeatLock, SeatLockStatus, User, new_id
from domain.documents.listing import Order, Window
from domain.services import Services
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

LISTED = """
query ($eventId: ID, $userId: ID, $status: SeatLockStatus) {
  seatLocks(eventId: $eventId, userId: $userId, status: $status) { totalCount nodes { id status } }
}
"""
MINE = """
query ($eventId: ID, $status: SeatLockStatus) {
  viewer { seatLocks(eventId: $eventId, status: $status) { totalCount nodes { id status } } }
}
"""
ITEMS = "items { section quantity seats price { amount currencyCode } } total { amount }"
HELD = f"query ($id: ID!) {{ seatLock(id: $id) {{ createdAt updatedAt {ITEMS} booking {{ {ITEMS} }} }} }}"
BOOKED = f"query ($id: ID!) {{ booking(id: $id) {{ cancelReason {ITEMS} lock {{ updatedAt }} }} }}"
RELEASE = "mutation ($id: ID!) { releaseLock(input: {lockId: $id}) { ... on ReleaseLockSuccess { lock { status } } } }"
CANCEL = """
mutation ($id: ID!, $reason: String) {
  cancelBooking(input: {bookingId: $id, reason: $reason}) {
    ... on CancelBookingSuccess { booking { cancelReason } }
  }
}
"""
UPDATE = """
mutation ($id: ID!, $price: MoneyInput!) {
  updateEvent(input: {eventId: $id, price: $price}) { ... on UpdateEventSuccess { event { id } } }
}
"""


@pytest.fixture
async def buyer(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def scene(services: Services, client: Client, buyer: User) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, buyer))


async def listed(scene: Scene, **given: Any) -> list[str]:
    """The ids that everybody's list has, for an ADMIN."""
    answer = await scene.client.execute(LISTED, given, scene.admin_token)
    found = answer["data"]["seatLocks"]
    assert found["totalCount"] == len(found["nodes"])
    assert all(node["status"] == given.get("status", node["status"]) for node in found["nodes"])
    return [node["id"] for node in found["nodes"]]


async def mine(scene: Scene, **given: Any) -> list[str]:
    answer = await scene.client.execute(MINE, given, scene.token)
    found = answer["data"]["viewer"]["seatLocks"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["id"] for node in found["nodes"]]


async def test_a_buyer_finds_their_hold_again(scene: Scene, services: Services) -> None:
    one, other = await scene.event(), await scene.event()
    held, released, elsewhere = await scene.lock(one), await scene.lock(one), await scene.lock(other)
    await scene.client.execute(RELEASE, {"id": released}, scene.token)
    stranger = Scene(services, scene.client, scene.admin_token, token_of(services, await user(services)))
    theirs = await stranger.lock(one)

    assert await mine(scene, eventId=one, status="ACTIVE") == [held]
    assert await mine(scene, eventId=one) == [released, held]
    assert await mine(scene, status="RELEASED") == [released]
    assert await mine(scene) == [elsewhere, released, held]
    assert await mine(stranger) == [theirs]


async def test_an_admin_lists_locks_by_event_user_and_status(scene: Scene, services: Services, buyer: User) -> None:
    one, other = await scene.event(), await scene.event()
    first, second = await scene.lock(one), await scene.lock(other)
    paid = await scene.lock(one)
    await scene.pay(await scene.confirm(paid))
    stranger = await user(services)
    third = await Scene(services, scene.client, scene.admin_token, token_of(services, stranger)).lock(one)
    someone = encode_id("User", buyer.id)

    assert await listed(scene) == [third, paid, second, first]
    assert await listed(scene, eventId=one) == [third, paid, first]
    assert await listed(scene, userId=someone) == [paid, second, first]
    assert await listed(scene, eventId=one, userId=someone) == [paid, first]
    assert await listed(scene, status="CONSUMED") == [paid]
    assert await listed(scene, eventId=one, status="ACTIVE") == [third, first]
    assert await listed(scene, userId=encode_id("User", stranger.id), status="CONSUMED") == []
    for token, code in ((None, "UNAUTHENTICATED"), (scene.token, "FORBIDDEN")):
        answer = await scene.client.execute(LISTED, token=token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_past_its_deadline_a_lock_is_expired_in_filters_too(scene: Scene, services: Services) -> None:
    """No worker runs here: nothing sweeps them."""
    event = await scene.event()
    dead, unpaid = await scene.lock(event), await scene.lock(event)
    await scene.confirm(unpaid)
    locks = SeatLock.get_pymongo_collection()
    past = services.clock() - timedelta(milliseconds=1)
    await locks.update_many({}, {"$set": {"expires_at": past}})
    alive = await scene.lock(await scene.event())

    for of in (listed, mine):
        assert await of(scene, status="EXPIRED") == [unpaid, dead]
        assert await of(scene, eventId=event, status="EXPIRED") == [unpaid, dead]
        assert await of(scene, status="ACTIVE") == [alive]
        assert await of(scene, eventId=event, status="ACTIVE") == []
    answer = await scene.client.execute(HELD, {"id": dead}, scene.token)
    assert answer["data"]["seatLock"]["updatedAt"] == past.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_a_page_of_locks_is_found_by_index(services: Services) -> None:
    """However many there are: here 600, of which a page reads some dozens."""
    order, now = Order(("created_at", "_id")), services.clock()
    event, someone = new_id(), new_id()
    locks = [
        {
            "_id": new_id(),
            "event_id": event if number % 2 else new_id(),
            "user_id": new_id() if number % 9 else someone,
            "status": status,
            "created_at": now - timedelta(seconds=number),
            "expires_at": now + timedelta(seconds=2 * (number % 150) - 150),
        }
        for number, status in enumerate([each.value for each in SeatLockStatus for _ in range(150)])
    ]
    await services.database["seat_locks"].insert_many(locks)
    place = locks[100]["created_at"], locks[100]["_id"]
    for window in (Window(20), Window(20, after=place), Window(20, from_end=True)):
        for status in (None, *SeatLockStatus):
            for wanted in ({}, {"event_id": event}, {"user_id": someone}, {"event_id": event, "user_id": someone}):
                query = {"$and": [{**lookups.locks_with(status, now), **wanted}, *order.within(window)]}
                find = {"find": "seat_locks", "filter": query, "sort": dict(order.sort(window)), "limit": 20}
                plan = await services.database.command("explain", find, verbosity="executionStats")
                assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"]), (status, wanted)
                assert plan["executionStats"]["totalDocsExamined"] <= 120, (window, status, wanted)


async def test_items_have_the_prices_of_when_the_seats_were_locked(scene: Scene) -> None:
    event = await scene.reserved_event()
    lock = await scene.lock(event, {"seats": ["STALLS-B-2", "STALLS-A-1"]})
    floor = await scene.lock(event, {"quantity": {"count": 3, "section": "FLOOR"}})
    await scene.client.execute(
        UPDATE, {"id": event, "price": {"amount": "1.00", "currencyCode": "INR"}}, scene.admin_token
    )
    stalls = {
        "items": [
            {
                "section": "STALLS",
                "quantity": 2,
                "seats": ["STALLS-B-2", "STALLS-A-1"],
                "price": {"amount": "800.00", "currencyCode": "INR"},
            }
        ],
        "total": {"amount": "1600.00"},
    }
    held = (await scene.client.execute(HELD, {"id": lock}, scene.token))["data"]["seatLock"]
    assert held == {**stalls, "booking": None, "createdAt": held["createdAt"], "updatedAt": held["createdAt"]}
    held = (await scene.client.execute(HELD, {"id": floor}, scene.token))["data"]["seatLock"]
    price = {"amount": "500.00", "currencyCode": "INR"}
    assert held["items"] == [{"section": "FLOOR", "quantity": 3, "seats": [], "price": price}]
    assert held["total"] == {"amount": "1500.00"}

    booking = await scene.confirm(lock)
    booked = (await scene.client.execute(BOOKED, {"id": booking}, scene.token))["data"]["booking"]
    assert booked.pop("lock")["updatedAt"] > held["createdAt"]
    assert booked == {**stalls, "cancelReason": None}


async def test_a_booking_says_why_it_was_cancelled(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    answer = await scene.client.execute(CANCEL, {"id": booking, "reason": "I have caught a cold."}, scene.token)
    assert answer == {"data": {"cancelBooking": {"booking": {"cancelReason": "I have caught a cold."}}}}
    booked = (await scene.client.execute(BOOKED, {"id": booking}, scene.token))["data"]["booking"]
    assert booked["cancelReason"] == "I have caught a cold."


async def test_what_was_locked_before_there_were_items_tells_what_is_known(scene: Scene) -> None:
    lock = await scene.lock(await scene.event())
    booking = await scene.confirm(lock)
    gone = {"$unset": {"items": "", "updated_at": ""}}
    await SeatLock.get_pymongo_collection().update_many({}, gone)
    await Booking.get_pymongo_collection().update_many({}, {"$unset": {"items": ""}})
    held = (await scene.client.execute(HELD, {"id": lock}, scene.token))["data"]["seatLock"]
    price = {"amount": "500.00", "currencyCode": "INR"}
    assert held["items"] == [{"section": "GENERAL", "quantity": 2, "seats": [], "price": price}]
    assert held["updatedAt"] == held["createdAt"]
    assert held["booking"]["items"] == held["items"]
    # Still good to go on with.
    assert (await scene.pay(booking))["booking"]["id"] == booking
