"""updateEvent, closeSales, openSales and cancelEvent over GraphQL."""

from __future__ import annotations

from typing import Any

import pytest

from domain.documents import Job
from domain.jobs import run_job
from domain.services import Services
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.sockets import listening

UPDATE_EVENT = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    __typename
    ... on UpdateEventSuccess {
      event {
        name description startsAt price { amount } totalSeats availableSeats
        sections { name price { amount } totalSeats availableSeats } cancellation { fullUntil percentage }
      }
    }
    ... on Error { code }
    ... on InvalidInput { field message }
  }
}
"""
CLOSE_SALES = """
mutation ($id: ID!) {
  closeSales(input: {eventId: $id}) {
    __typename ... on CloseSalesSuccess { event { salesOpen } replayed } ... on Error { code }
  }
}
"""
OPEN_SALES = """
mutation ($id: ID!) {
  openSales(input: {eventId: $id}) {
    __typename ... on OpenSalesSuccess { event { salesOpen } replayed } ... on Error { code }
  }
}
"""
CANCEL_EVENT = """
mutation ($id: ID!, $reason: String!) {
  cancelEvent(input: {eventId: $id, reason: $reason}) {
    __typename
    ... on CancelEventSuccess { event { salesOpen cancellationReason cancellationFinishedAt } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
  }
}
"""
LOCK_SEATS = """
mutation ($id: ID!, $key: String!) {
  lockSeats(input: {eventId: $id, selection: {quantity: {count: 1}}, idempotencyKey: $key}) {
    __typename ... on Error { code message }
  }
}
"""
CONFIRM_BOOKING = """
mutation ($id: ID!) {
  confirmBooking(input: {lockId: $id}) { __typename ... on EventCancelled { code cancelledAt } }
}
"""
EVENT = "query ($id: ID!) { event(id: $id) { cancelledAt cancellationReason cancellationFinishedAt salesOpen } }"
BOOKING = """
query ($id: ID!) {
  booking(id: $id) {
    status cancellation { percentage until } refunds { reason type percentage original { amount } amount { amount } }
  }
}
"""
STATUS = "subscription ($id: ID!) { bookingStatus(bookingId: $id) { status refunds { reason } } }"
SEATS = """
subscription ($id: ID!) {
  seatAvailability(eventId: $id) { totalSeats availableSeats changedSeats { label price { amount } } }
}
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def inr(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "INR"}


async def ask(scene: Scene, query: str, **variables: Any) -> Any:
    """The one field an ADMIN gets."""
    answer = await scene.client.execute(query, variables, scene.admin_token)
    assert "errors" not in answer, answer
    (outcome,) = answer["data"].values()
    return outcome


async def update(scene: Scene, event: str, **fields: Any) -> Any:
    return await ask(scene, UPDATE_EVENT, input={"eventId": event, **fields})


# ---------------------------------------------------------------- updateEvent


async def test_what_is_given_changes_and_the_rest_stays(scene: Scene) -> None:
    event = await scene.event(startsAt="2090-01-01T00:00:00Z", description="One part")
    await scene.lock(event)
    as_it_is = {
        "name": "Concert",
        "description": "One part",
        "startsAt": "2090-01-01T00:00:00.000Z",
        "price": {"amount": "500.00"},
        "totalSeats": 100,
        "availableSeats": 98,
        "sections": [
            {"name": "GENERAL", "price": {"amount": "500.00"}, "totalSeats": 100, "availableSeats": 98},
        ],
        "cancellation": {"fullUntil": None, "percentage": 50},
    }
    success = {"__typename": "UpdateEventSuccess"}
    assert await update(scene, event) == {**success, "event": as_it_is}
    policy = {"fullUntil": "2089-12-31T00:00:00.000Z", "percentage": 20}
    changed = {
        **as_it_is,
        "name": "Gala",
        "price": {"amount": "600.00"},
        "totalSeats": 50,
        "availableSeats": 48,
        "sections": [{"name": "GENERAL", "price": {"amount": "600.00"}, "totalSeats": 50, "availableSeats": 48}],
        "cancellation": policy,
    }
    given = {"name": " Gala ", "price": inr("600"), "totalSeats": 50, "cancellation": policy}
    assert await update(scene, event, **given) == {**success, "event": changed}
    cleared = {**changed, "description": None, "cancellation": as_it_is["cancellation"]}
    assert await update(scene, event, description=None, cancellation=None, name=None) == {**success, "event": cleared}


async def test_numbered_sections_keep_their_rows(scene: Scene) -> None:
    event = await scene.reserved_event()
    answer = await update(scene, event, sections=[{"name": "STALLS", "capacity": 9}])
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", "sections.0.capacity")
    answer = await update(
        scene, event, sections=[{"name": "STALLS", "price": inr("900")}, {"name": "FLOOR", "capacity": 3}]
    )
    assert [(one["price"]["amount"], one["totalSeats"]) for one in answer["event"]["sections"]] == [
        ("500.00", 3),
        ("900.00", 10),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"description": "x" * 5_001}, "description"),
        ({"startsAt": "2020-01-01T00:00:00Z"}, "startsAt"),
        ({"price": inr("-1")}, "price.amount"),
        ({"price": {"amount": "1", "currencyCode": "EUR"}}, "price.currencyCode"),
        ({"totalSeats": 0}, "totalSeats"),
        ({"totalSeats": 1_000_001}, "totalSeats"),
        ({"totalSeats": 1}, "totalSeats"),
        ({"totalSeats": 50, "sections": [{"name": "GENERAL", "capacity": 50}]}, "totalSeats"),
        ({"sections": [{"name": "GENERAL"}, {"name": "GENERAL"}]}, "sections.1.name"),
        ({"sections": [{"name": "PIT"}]}, "sections.0.name"),
        ({"sections": [{"name": "GENERAL", "capacity": 1}]}, "sections.0.capacity"),
        ({"sections": [{"name": "GENERAL", "price": inr("0.001")}]}, "sections.0.price.amount"),
        ({"cancellation": {"percentage": 101}}, "cancellation.percentage"),
        ({"cancellation": {"percentage": 1, "fullUntil": "2091-01-01T00:00:00Z"}}, "cancellation.fullUntil"),
        ({"eventId": "nonsense"}, "eventId"),
    ],
)
async def test_bad_input_is_named(scene: Scene, fields: dict[str, Any], field: str) -> None:
    event = await scene.event(startsAt="2090-01-01T00:00:00Z")
    await scene.lock(event)
    answer = await ask(scene, UPDATE_EVENT, input={"eventId": event, **fields})
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)


async def test_too_small_says_how_small_it_can_be(scene: Scene) -> None:
    event = await scene.event()
    await scene.pay(await scene.booking(event))
    await scene.lock(event)
    answer = await update(scene, event, totalSeats=3)
    assert answer["message"] == "Must be at least 4: that many of its seats are held or booked."


async def test_listeners_learn_of_new_seats_and_prices(scene: Scene) -> None:
    event = await scene.reserved_event()
    async with listening(scene.client.http.base_url, scene.token) as socket:
        seats = await socket.subscribe(SEATS, {"id": event})
        assert (await seats.data("seatAvailability"))["totalSeats"] == 20
        fields = [{"name": "FLOOR", "capacity": 30}, {"name": "STALLS", "price": inr("900")}]
        await update(scene, event, sections=fields)
        assert await seats.data("seatAvailability") == {"totalSeats": 40, "availableSeats": 40, "changedSeats": []}
        await scene.lock(event, {"seats": ["STALLS-A-1"]})
        assert await seats.data("seatAvailability") == {
            "totalSeats": 40,
            "availableSeats": 39,
            "changedSeats": [{"label": "STALLS-A-1", "price": {"amount": "900.00"}}],
        }


# ---------------------------------------------------------------- closeSales, openSales


async def test_closing_and_opening(scene: Scene) -> None:
    event = await scene.event()
    held = await scene.lock(event)
    closed = {"__typename": "CloseSalesSuccess", "event": {"salesOpen": False}}
    assert await ask(scene, CLOSE_SALES, id=event) == {**closed, "replayed": False}
    assert await ask(scene, CLOSE_SALES, id=event) == {**closed, "replayed": True}
    assert await ask(scene, LOCK_SEATS, id=event, key="k") == {
        "__typename": "SalesClosed",
        "code": "SALES_CLOSED",
        "message": "Sales are closed.",
    }
    paid = await scene.pay(await scene.confirm(held))
    assert set(paid) == {"booking", "payment"}
    opened = {"__typename": "OpenSalesSuccess", "event": {"salesOpen": True}}
    assert await ask(scene, OPEN_SALES, id=event) == {**opened, "replayed": False}
    assert await ask(scene, OPEN_SALES, id=event) == {**opened, "replayed": True}
    assert (await ask(scene, LOCK_SEATS, id=event, key="k"))["__typename"] == "LockSeatsSuccess"


# ---------------------------------------------------------------- cancelEvent


async def test_cancelling_an_event(scene: Scene) -> None:
    event = await scene.event()
    lock, booking = await scene.lock(event), await scene.booking(event)
    await scene.pay(booking)
    answer = await ask(scene, CANCEL_EVENT, id=event, reason=" Rain\nand wind ")
    success = {
        "__typename": "CancelEventSuccess",
        "event": {"salesOpen": False, "cancellationReason": "Rain\nand wind", "cancellationFinishedAt": None},
        "replayed": False,
    }
    assert answer == success
    assert await ask(scene, CANCEL_EVENT, id=event, reason="Snow") == {**success, "replayed": True}
    assert (await ask(scene, OPEN_SALES, id=event))["code"] == "EVENT_CANCELLED"
    assert (await update(scene, event, totalSeats=90))["code"] == "EVENT_CANCELLED"
    assert (await ask(scene, LOCK_SEATS, id=event, key="k"))["message"] == "The event is cancelled."
    since = (await ask(scene, EVENT, id=event))["cancelledAt"]
    confirmed = await scene.client.execute(CONFIRM_BOOKING, {"id": lock}, scene.token)
    assert confirmed["data"]["confirmBooking"] == {
        "__typename": "EventCancelled",
        "code": "EVENT_CANCELLED",
        "cancelledAt": since,
    }
    # Until it is ended, whoever asks is told that everything comes back.
    shown = (await scene.client.execute(BOOKING, {"id": booking}, scene.token))["data"]["booking"]
    assert (shown["status"], shown["cancellation"]) == ("CONFIRMED", {"percentage": 100, "until": None})
    async with listening(scene.client.http.base_url, scene.token) as socket:
        status = await socket.subscribe(STATUS, {"id": booking})
        assert await status.data("bookingStatus") == {"status": "CONFIRMED", "refunds": []}
        await run_job(scene.services, Job.CANCEL_EVENTS, "test")
        assert await status.data("bookingStatus") == {
            "status": "CANCELLED",
            "refunds": [{"reason": "EVENT_CANCELLED"}],
        }
    assert (await ask(scene, EVENT, id=event))["cancellationFinishedAt"] is not None
    shown = (await scene.client.execute(BOOKING, {"id": booking}, scene.token))["data"]["booking"]
    assert shown == {
        "status": "CANCELLED",
        "cancellation": None,
        "refunds": [
            {
                "reason": "EVENT_CANCELLED",
                "type": "FULL",
                "percentage": 100,
                "original": {"amount": "1000.00"},
                "amount": {"amount": "1000.00"},
            }
        ],
    }


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "\x00"])
async def test_a_reason_can_be_read(scene: Scene, reason: str) -> None:
    answer = await ask(scene, CANCEL_EVENT, id=await scene.event(), reason=reason)
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", "reason")


# ---------------------------------------------------------------- who may

CALLS = [
    (UPDATE_EVENT, {"input": {}}),
    (CLOSE_SALES, {}),
    (OPEN_SALES, {}),
    (CANCEL_EVENT, {"reason": "Rain"}),
]


@pytest.mark.parametrize(("mutation", "variables"), CALLS)
async def test_admins_only(scene: Scene, mutation: str, variables: dict[str, Any]) -> None:
    event = await scene.event()
    given = {"input": {"eventId": event}} if "input" in variables else {**variables, "id": event}
    for token, code in ((None, "UNAUTHENTICATED"), (scene.token, "FORBIDDEN")):
        answer = await scene.client.execute(mutation, given, token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    shown = await ask(scene, EVENT, id=event)
    assert shown == {
        "cancelledAt": None,
        "cancellationReason": None,
        "cancellationFinishedAt": None,
        "salesOpen": True,
    }


@pytest.mark.parametrize(("mutation", "variables"), CALLS)
async def test_of_an_event_that_does_not_exist(scene: Scene, mutation: str, variables: dict[str, Any]) -> None:
    nothing = encode_id("Event", (await user(scene.services)).id)
    given = {"input": {"eventId": nothing}} if "input" in variables else {**variables, "id": nothing}
    assert (await ask(scene, mutation, **given))["code"] == "NOT_FOUND"
