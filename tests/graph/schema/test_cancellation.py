"""What cancelling gives back, over GraphQL: an event's policy, what a booking shows, and what cancelling then does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import Event
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.scalars import format_instant
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import Scene, admin, token_of, user

CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    ... on CreateEventSuccess { event { id startsAt cancellation { fullUntil percentage } } }
    ... on InvalidInput { code field }
  }
}
"""
EVENT = "query ($id: ID!) { event(id: $id) { cancellation { fullUntil percentage } } }"
BOOKING = """
query ($id: ID!) {
  booking(id: $id) { status cancellation { refundable { amount currencyCode } percentage until } }
}
"""
CANCEL_BOOKING = """
mutation ($id: ID!) {
  cancelBooking(input: {bookingId: $id}) {
    ... on CancelBookingSuccess {
      refund { type percentage amount { amount } original { amount } }
      booking { cancellation { percentage } }
    }
    ... on Error { code }
  }
}
"""


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, time: Time) -> AsyncIterator[Services]:
    lasting = settings.model_copy(update={"token_ttl_seconds": 2_592_000, "cancellation_refund_percent": 40})
    async with open_services(lasting, time) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def at(time: Time, **later: int) -> str:
    return format_instant(time.now + timedelta(**later))


async def create(scene: Scene, time: Time, cancellation: dict[str, Any] | None) -> Any:
    fields = {
        "name": "Concert",
        "startsAt": at(time, days=10),
        "price": {"amount": "5.01", "currencyCode": "EUR"},
        "totalSeats": 10,
        "cancellation": cancellation,
    }
    return (await scene.client.execute(CREATE_EVENT, {"input": fields}, scene.admin_token))["data"]["createEvent"]


async def paid(scene: Scene, event_id: str) -> str:
    """A booking of one seat, CONFIRMED."""
    booking = await scene.confirm(await scene.lock(event_id, {"quantity": {"count": 1}}))
    await scene.pay(booking)
    return booking


async def shown(scene: Scene, booking: str) -> Any:
    return (await scene.client.execute(BOOKING, {"id": booking}, scene.token))["data"]["booking"]["cancellation"]


async def cancel(scene: Scene, booking: str) -> Any:
    return (await scene.client.execute(CANCEL_BOOKING, {"id": booking}, scene.token))["data"]["cancelBooking"]


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "EUR"}


async def test_an_event_with_a_policy_of_its_own(scene: Scene, time: Time) -> None:
    policy = {"fullUntil": at(time, days=5), "percentage": 30}
    event = (await create(scene, time, policy))["event"]
    assert event["cancellation"] == policy
    assert (await scene.client.execute(EVENT, {"id": event["id"]}))["data"]["event"]["cancellation"] == policy

    early, late = await paid(scene, event["id"]), await paid(scene, event["id"])
    full = {"refundable": euros("5.01"), "percentage": 100, "until": policy["fullUntil"]}
    assert await shown(scene, early) == full
    time.now += timedelta(days=5) - timedelta(milliseconds=1)
    assert await shown(scene, early) == full
    assert await cancel(scene, early) == {
        "refund": {"type": "FULL", "percentage": 100, "amount": {"amount": "5.01"}, "original": {"amount": "5.01"}},
        "booking": {"cancellation": None},
    }
    time.now += timedelta(milliseconds=1)
    assert await shown(scene, late) == {"refundable": euros("1.50"), "percentage": 30, "until": event["startsAt"]}
    assert await cancel(scene, late) == {
        "refund": {"type": "PARTIAL", "percentage": 30, "amount": {"amount": "1.50"}, "original": {"amount": "5.01"}},
        "booking": {"cancellation": None},
    }


async def test_an_event_without_has_the_setting(scene: Scene, time: Time) -> None:
    event = (await create(scene, time, None))["event"]
    assert event["cancellation"] == {"fullUntil": None, "percentage": 40}
    booking = await paid(scene, event["id"])
    assert await shown(scene, booking) == {"refundable": euros("2.00"), "percentage": 40, "until": event["startsAt"]}
    time.now += timedelta(days=10)
    assert await shown(scene, booking) is None
    assert await cancel(scene, booking) == {"code": "BOOKING_NOT_CANCELLABLE"}


async def test_an_event_of_before_there_were_policies(scene: Scene, time: Time) -> None:
    event = (await create(scene, time, {"percentage": 10}))["event"]
    assert event["cancellation"] == {"fullUntil": None, "percentage": 10}
    await Event.get_pymongo_collection().update_one({}, {"$unset": {"cancellation": 1}})
    found = await scene.client.execute(EVENT, {"id": event["id"]})
    assert found["data"]["event"]["cancellation"] == {"fullUntil": None, "percentage": 40}
    assert (await shown(scene, await paid(scene, event["id"])))["percentage"] == 40


async def test_nothing_back(scene: Scene, time: Time) -> None:
    event = (await create(scene, time, {"percentage": 0}))["event"]
    booking = await paid(scene, event["id"])
    assert await shown(scene, booking) == {"refundable": euros("0.00"), "percentage": 0, "until": None}
    assert await cancel(scene, booking) == {"refund": None, "booking": {"cancellation": None}}


async def test_an_unpaid_booking(scene: Scene, time: Time) -> None:
    event = (await create(scene, time, {"percentage": 100}))["event"]
    booking = await scene.booking(event["id"])
    assert await shown(scene, booking) == {"refundable": euros("0.00"), "percentage": 0, "until": None}
    time.now += timedelta(seconds=scene.services.settings.payment_ttl_seconds)
    assert await shown(scene, booking) is None


@pytest.mark.parametrize(
    ("percentage", "days", "field"),
    [
        (-1, None, "cancellation.percentage"),
        (101, None, "cancellation.percentage"),
        (2**31 - 1, 5, "cancellation.percentage"),
        (50, 11, "cancellation.fullUntil"),
    ],
)
async def test_a_policy_that_is_none(scene: Scene, time: Time, percentage: int, days: int | None, field: str) -> None:
    policy = {"percentage": percentage, "fullUntil": at(time, days=days) if days else None}
    assert await create(scene, time, policy) == {"code": "INVALID_INPUT", "field": field}
    assert await Event.count() == 0


async def test_full_until_the_start(scene: Scene, time: Time) -> None:
    event = (await create(scene, time, {"percentage": 0, "fullUntil": at(time, days=10)}))["event"]
    booking = await paid(scene, event["id"])
    assert await shown(scene, booking) == {"refundable": euros("5.01"), "percentage": 100, "until": event["startsAt"]}
