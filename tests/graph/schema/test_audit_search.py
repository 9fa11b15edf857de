"""auditLog(search:) over names, reasons, notes and keys."""

from __future__ import annotations

from typing import Any

import pytest

from domain.audit.search import NEWEST
from domain.documents import BY_WORDS, AuditEntry
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

AUDIT_LOG = """
query ($search: String, $eventId: ID, $first: Int, $after: String) {
  auditLog(search: $search, eventId: $eventId, first: $first, after: $after) {
    totalCount nodes { id action } pageInfo { hasNextPage endCursor }
  }
}
"""
CANCEL_BOOKING = """
mutation ($booking: ID!, $reason: String) {
  cancelBooking(input: {bookingId: $booking, reason: $reason}) { __typename }
}
"""
PAY_BOOKING = """
mutation ($booking: ID!, $key: String!) {
  payBooking(input: {bookingId: $booking, paymentToken: "sim_success", idempotencyKey: $key}) { __typename }
}
"""
LOCK_SEATS = """
mutation ($event: ID!, $key: String!) {
  lockSeats(input: {eventId: $event, selection: {quantity: {count: 1}}, idempotencyKey: $key}) { __typename }
}
"""
RENAME = 'mutation ($event: ID!) { updateEvent(input: {eventId: $event, name: "Sommerrevy"}) { __typename } }'
CANCEL_EVENT = """
mutation ($event: ID!) { cancelEvent(input: {eventId: $event, reason: "Strike, at the (new) hall."}) { __typename } }
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    await AuditEntry.get_pymongo_collection().delete_many({})
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def log(scene: Scene, search: str, **more: Any) -> dict[str, Any]:
    answer = await scene.client.execute(AUDIT_LOG, {"search": search, **more}, scene.admin_token)
    found: dict[str, Any] = answer["data"]["auditLog"]
    return found


async def found(scene: Scene, search: str, **more: Any) -> list[str]:
    """The actions it finds, oldest first."""
    return [node["action"] for node in (await log(scene, search, **more))["nodes"]][::-1]


async def test_names_reasons_and_keys(scene: Scene) -> None:
    event, another = await scene.event(name="Påskerevy 2030"), await scene.event(name="Straße & İstanbul")
    booking = await scene.booking(event)
    await scene.client.execute(PAY_BOOKING, {"booking": booking, "key": "Order-7/åben"}, scene.token)
    why = {"booking": booking, "reason": "I am ill; my doctor said: stay home!"}
    await scene.client.execute(CANCEL_BOOKING, why, scene.token)
    await scene.client.execute(LOCK_SEATS, {"event": another, "key": "tab 3 of Ann"}, scene.token)
    await scene.client.execute(RENAME, {"event": another}, scene.admin_token)
    await scene.client.execute(CANCEL_EVENT, {"event": another}, scene.admin_token)

    assert await found(scene, "påskerevy") == ["EVENT_CREATED"]
    assert await found(scene, "pa\u030aSKE") == ["EVENT_CREATED"], "typed in another way"
    assert await found(scene, "2030") == ["EVENT_CREATED"]
    assert await found(scene, "strasse") == await found(scene, "istanbul") == ["EVENT_CREATED", "EVENT_UPDATED"]
    assert await found(scene, "sommer") == ["EVENT_UPDATED"]
    assert await found(scene, "order-7/ÅBEN") == await found(scene, "order-") == ["PAYMENT_INITIATED"]
    assert await found(scene, "tab 3") == ["SEATS_LOCKED"]
    assert await found(scene, "doctor") == await found(scene, "HOME ill") == ["BOOKING_CANCELLED", "REFUND_INITIATED"]
    assert await found(scene, "new strike") == ["EVENT_CANCELLED"]
    assert await found(scene, "(NEW)") == ["EVENT_CANCELLED"]
    assert await found(scene, "str") == ["EVENT_CREATED", "EVENT_UPDATED", "EVENT_CANCELLED"]
    for nothing in ("skerevy", "ill strike", "simulated", "o.der-7", "ord.*7"):
        assert await found(scene, nothing) == [], nothing
    # With other filters, and page by page.
    assert await found(scene, "str", eventId=event) == []
    assert await found(scene, "str", eventId=another) == ["EVENT_CREATED", "EVENT_UPDATED", "EVENT_CANCELLED"]
    page = await log(scene, "str", first=2)
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await log(scene, "str", first=2, after=page["pageInfo"]["endCursor"])
    assert [node["action"] for node in rest["nodes"]] == ["EVENT_CREATED"]


async def test_what_cannot_be_searched_for(scene: Scene) -> None:
    for bad in ("", "  ", "!?", "x" * 201, "a b c d e f g h i j k"):
        answer = await scene.client.execute(AUDIT_LOG, {"search": bad}, scene.admin_token)
        told = [(error["extensions"]["code"], error["extensions"]["field"]) for error in answer["errors"]]
        assert told == [("INVALID_INPUT", "search")], bad
    answer = await scene.client.execute(AUDIT_LOG, {"search": "order"}, scene.token)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_only_entries_with_the_word_are_read(scene: Scene) -> None:
    event = await scene.event(name="Needle")
    for _ in range(20):
        await scene.lock(event)
    query = {"$and": [{"words": {"$regex": "^needle"}}]}
    cursor = AuditEntry.get_pymongo_collection().find(query, hint=BY_WORDS)
    stats = (await cursor.sort([(name, -1) for name in NEWEST.fields]).explain())["executionStats"]
    assert (stats["nReturned"], stats["totalDocsExamined"]) == (1, 1)
