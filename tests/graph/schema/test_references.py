"""A booking's reference: made with it, never twice, found by ADMINs however it is typed, given to old ones."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.documents import ArchivedBooking, Booking
from domain.integrity.drift import check_inventory
from domain.jobs.recovery import recover_all
from domain.reference import ALPHABET
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

REFERENCE = "query ($id: ID!) { booking(id: $id) { reference } }"
FIND = """
query ($reference: String, $event: ID) {
  bookings(reference: $reference, eventId: $event) { totalCount nodes { id reference } }
}
"""
CREATED = "{ auditLog(action: BOOKING_CREATED) { nodes { booking { id } metadata } } }"


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def reference_of(scene: Scene, booking_id: str) -> str:
    answer = await scene.client.execute(REFERENCE, {"id": booking_id}, scene.token)
    return str(answer["data"]["booking"]["reference"])


async def found(scene: Scene, reference: str, **more: Any) -> list[str]:
    """The ids of what an ADMIN finds by it."""
    answer = await scene.client.execute(FIND, {"reference": reference, **more}, scene.admin_token)
    listed = answer["data"]["bookings"]
    assert listed["totalCount"] == len(listed["nodes"])
    return [node["id"] for node in listed["nodes"]]


async def test_a_booking_has_one_and_is_found_by_it(scene: Scene) -> None:
    event, other = await scene.event(), await scene.event()
    bookings = [await scene.booking(event) for _ in range(3)]
    references = [await reference_of(scene, booking) for booking in bookings]
    assert len(set(references)) == 3
    for booking, reference in zip(bookings, references, strict=True):
        assert len(reference) == 8 and set(reference) <= set(ALPHABET)
        for typed in (reference, reference.lower(), f" {reference[:4]}-{reference[4:]} "):
            assert await found(scene, typed) == [booking]
        assert await found(scene, reference, event=event) == [booking]
        assert await found(scene, reference, event=other) == []
    created = (await scene.client.execute(CREATED, None, scene.admin_token))["data"]["auditLog"]["nodes"]
    assert {entry["booking"]["id"]: entry["metadata"] for entry in created} == {
        booking: {"reference": reference} for booking, reference in zip(bookings, references, strict=True)
    }


async def test_nobody_else_finds_it(scene: Scene) -> None:
    reference = await reference_of(scene, await scene.booking(await scene.event()))
    for token, code in ((scene.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await scene.client.execute(FIND, {"reference": reference}, token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_what_can_be_none_is_an_error_and_what_is_none_an_empty_list(scene: Scene) -> None:
    answer = await scene.client.execute(FIND, {"reference": "K7RM2XR0"}, scene.admin_token)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "reference"}]
    assert await found(scene, "K7RM2XRT") == []


@pytest.mark.parametrize("archived", [False, True], ids=["there", "archived"])
async def test_one_that_is_taken_is_not_given_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, archived: bool
) -> None:
    chosen = iter(["AAAAAAAA", "AAAAAAAA", "AAAAAAAA", "CCCCCCCC"])
    monkeypatch.setattr("domain.sale.buying.new_reference", lambda: next(chosen))
    event = await scene.event()
    first = await scene.booking(event)
    if archived:
        await archive_all(scene)
    second = await scene.booking(await scene.event())
    assert [await reference_of(scene, booking) for booking in (first, second)] == ["AAAAAAAA", "CCCCCCCC"]
    assert list(chosen) == []


async def test_of_several_at_once_that_choose_the_same_one_gets_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one batch, and in those of different events."""
    chosen = iter(["AAAAAAAA"] * 6 + ["CCCCCCCC", "DDDDDDDD", "EEEEEEEE", "FFFFFFFF", "GGGGGGGG"] * 3)
    monkeypatch.setattr("domain.sale.buying.new_reference", lambda: next(chosen))
    events = [await scene.event(), await scene.event()]
    locks = [await scene.lock(event) for event in events * 3]
    bookings = await asyncio.gather(*(scene.confirm(lock) for lock in locks))
    references = [await reference_of(scene, booking) for booking in bookings]
    assert len(set(references)) == 6
    assert references.count("AAAAAAAA") == 1
    assert await check_inventory(scene.services) == []


async def archive_all(scene: Scene) -> None:
    """As CLEAN_UP does with what ended long ago."""
    raws = await Booking.get_pymongo_collection().find().to_list()
    await ArchivedBooking.get_pymongo_collection().insert_many(raws)
    await Booking.get_pymongo_collection().delete_many({})


@pytest.mark.parametrize("archived", [False, True], ids=["there", "archived"])
async def test_one_from_before_gets_one_for_good_whoever_asks_first(scene: Scene, archived: bool) -> None:
    event = await scene.event()
    bookings = [await scene.booking(event) for _ in range(3)]
    await Booking.get_pymongo_collection().update_many({}, {"$unset": {"reference": ""}})
    if archived:
        await archive_all(scene)
    for booking in bookings:
        (reference,) = set(await asyncio.gather(*(reference_of(scene, booking) for _ in range(5))))
        assert await found(scene, reference) == [booking]
    assert len({await reference_of(scene, booking) for booking in bookings}) == 3


async def test_one_that_was_deleted_by_hand_comes_back_with_its_own(scene: Scene) -> None:
    event = await scene.event()
    booking = await scene.booking(event)
    reference = await reference_of(scene, booking)
    await Booking.get_pymongo_collection().delete_many({})
    await recover_all(scene.services)
    assert await reference_of(scene, booking) == reference
    assert await found(scene, reference) == [booking]


async def test_it_is_found_by_its_index(scene: Scene) -> None:
    await scene.booking(await scene.event())
    for query in ({"reference": "AAAAAAAA"}, {"reference": {"$in": ["AAAAAAAA", "CCCCCCCC"]}}):
        for kind in (Booking, ArchivedBooking):
            plan = await kind.get_pymongo_collection().find(query).explain()
            assert "one_a_reference" in str(plan["queryPlanner"]["winningPlan"])
