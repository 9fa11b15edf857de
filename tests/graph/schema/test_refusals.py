"""Every member of every result union that is not bad input: what leads to it, and what it tells the client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.clock import system_clock
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

LOCK_SEATS = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    __typename
    ... on LockSeatsSuccess { lock { id status quantity seats section } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
    ... on NotEnoughSeats { availableSeats }
    ... on SeatsUnavailable { seats }
  }
}
"""
RELEASE_LOCK = """
mutation ($id: ID!) {
  releaseLock(input: {lockId: $id}) {
    __typename
    ... on ReleaseLockSuccess { lock { id status } replayed }
    ... on Error { code }
    ... on LockAlreadyUsed { booking { id } }
    ... on LockExpired { expiredAt }
  }
}
"""
CONFIRM_BOOKING = """
mutation ($id: ID!) {
  confirmBooking(input: {lockId: $id}) {
    __typename
    ... on ConfirmBookingSuccess { booking { id status } replayed }
    ... on Error { code }
    ... on LockAlreadyUsed { booking { id status } }
    ... on LockNotActive { status }
    ... on LockExpired { expiredAt }
  }
}
"""
PAY_BOOKING = """
mutation ($input: PayBookingInput!) {
  payBooking(input: $input) {
    __typename
    ... on PayBookingSuccess { booking { id status } payment { status failureReason } replayed }
    ... on Error { code }
    ... on BookingExpired { booking { id status } }
    ... on BookingNotPayable { booking { id status } }
    ... on PaymentFailed {
      reason retryable attemptsLeft replayed
      payment { status failureReason }
      booking { id status }
      refund { type reason percentage original { amount } amount { amount } }
    }
    ... on PaymentTimedOut { replayed payment { status } booking { id status } }
  }
}
"""
CANCEL_BOOKING = """
mutation ($id: ID!) {
  cancelBooking(input: {bookingId: $id}) {
    __typename
    ... on CancelBookingSuccess {
      booking { id status }
      refund { type reason percentage original { amount } amount { amount } }
      replayed
    }
    ... on Error { code }
    ... on BookingExpired { booking { id status } }
    ... on BookingNotCancellable { booking { id status } }
  }
}
"""


class MovableClock:
    """The system's clock, ahead by as much as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def services(settings: Settings, clock: MovableClock) -> AsyncIterator[Services]:
    async with open_services(settings, clock) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def lock_seats(scene: Scene, event: str, selection: dict[str, Any], key: str) -> Any:
    fields = {"eventId": event, "selection": selection, "idempotencyKey": key}
    return (await scene.client.execute(LOCK_SEATS, {"input": fields}, scene.token))["data"]["lockSeats"]


async def pay(scene: Scene, booking: str, token: str, key: str) -> Any:
    fields = {"bookingId": booking, "paymentToken": token, "idempotencyKey": key}
    return (await scene.client.execute(PAY_BOOKING, {"input": fields}, scene.token))["data"]["payBooking"]


async def release(scene: Scene, lock: str) -> Any:
    return (await scene.client.execute(RELEASE_LOCK, {"id": lock}, scene.token))["data"]["releaseLock"]


async def confirm(scene: Scene, lock: str) -> Any:
    return (await scene.client.execute(CONFIRM_BOOKING, {"id": lock}, scene.token))["data"]["confirmBooking"]


async def cancel(scene: Scene, booking: str) -> Any:
    return (await scene.client.execute(CANCEL_BOOKING, {"id": booking}, scene.token))["data"]["cancelBooking"]


def refusal(name: str, code: str, **more: Any) -> dict[str, Any]:
    return {"__typename": name, "code": code, **more}


async def test_not_enough_seats(scene: Scene) -> None:
    event = await scene.event(totalSeats=3)
    assert await lock_seats(scene, event, {"quantity": {"count": 4}}, "k") == refusal(
        "NotEnoughSeats", "NOT_ENOUGH_SEATS", availableSeats=3
    )


async def test_seats_unavailable(scene: Scene) -> None:
    event = await scene.reserved_event()
    await scene.lock(event, {"seats": ["STALLS-A-2"]})
    selection = {"seats": ["STALLS-A-1", "STALLS-A-2"]}
    assert await lock_seats(scene, event, selection, "k") == refusal(
        "SeatsUnavailable", "SEATS_UNAVAILABLE", seats=["STALLS-A-2"]
    )


async def test_several_parts_in_one_lock(scene: Scene) -> None:
    event = await scene.reserved_event()
    items: list[dict[str, Any]] = [
        {"quantity": {"count": 2, "section": "FLOOR"}},
        {"quantity": {"count": 4, "section": "STALLS"}},
        {"seats": ["STALLS-A-1"]},
    ]
    locked = await lock_seats(scene, event, {"items": items}, "k")
    assert locked["lock"]["quantity"] == 7
    assert locked["lock"]["seats"] == [f"STALLS-A-{number}" for number in range(1, 6)]
    assert await lock_seats(scene, event, {"items": items}, "k") == {**locked, "replayed": True}
    assert await lock_seats(scene, event, {"items": items[1:]}, "k") == refusal(
        "IdempotencyKeyReused", "IDEMPOTENCY_KEY_REUSED"
    )
    refused: list[tuple[list[dict[str, Any]], str]] = [
        ([], "selection.items"),
        ([{"seats": ["STALLS-A-4"]}] * 101, "selection.items"),
        ([{"seats": ["STALLS-A-4"]}, {"seats": ["STALLS-A-4"]}], "selection.items.1.seats.0"),
        ([{"quantity": {"count": 1, "section": "PIT"}}], "selection.items.0.quantity.section"),
        ([{"quantity": {"count": 1, "section": "STALLS"}}, {"seats": ["PIT-A-1"]}], "selection.items.1.seats.0"),
    ]
    for items, field in refused:
        answer = await lock_seats(scene, event, {"items": items}, "other")
        assert answer == refusal("InvalidInput", "INVALID_INPUT", field=field)


async def test_sales_closed(scene: Scene, clock: MovableClock) -> None:
    event = await scene.event(startsAt=(clock() + timedelta(minutes=1)).isoformat())
    clock.ahead = timedelta(minutes=1)
    assert await lock_seats(scene, event, {"quantity": {"count": 1}}, "k") == refusal("SalesClosed", "SALES_CLOSED")


async def test_a_key_used_again(scene: Scene) -> None:
    event = await scene.reserved_event()
    selection = {"seats": ["STALLS-A-1"]}
    first = await lock_seats(scene, event, selection, "k")
    assert first == {
        "__typename": "LockSeatsSuccess",
        "lock": {
            "id": first["lock"]["id"],
            "status": "ACTIVE",
            "quantity": 1,
            "seats": ["STALLS-A-1"],
            "section": "STALLS",
        },
        "replayed": False,
    }
    assert await lock_seats(scene, event, selection, "k") == {**first, "replayed": True}
    assert await lock_seats(scene, event, {"seats": ["STALLS-A-2"]}, "k") == refusal(
        "IdempotencyKeyReused", "IDEMPOTENCY_KEY_REUSED"
    )


async def test_releasing(scene: Scene) -> None:
    lock = await scene.lock(await scene.event())
    released = {"__typename": "ReleaseLockSuccess", "lock": {"id": lock, "status": "RELEASED"}, "replayed": False}
    assert await release(scene, lock) == released
    assert await release(scene, lock) == {**released, "replayed": True}
    assert await confirm(scene, lock) == refusal("LockNotActive", "LOCK_NOT_ACTIVE", status="RELEASED")


async def test_a_used_lock(scene: Scene) -> None:
    lock = await scene.lock(await scene.event())
    booking = await scene.confirm(lock)
    pending = {"id": booking, "status": "PAYMENT_PENDING"}
    assert await release(scene, lock) == refusal("LockAlreadyUsed", "LOCK_ALREADY_USED", booking={"id": booking})
    assert await confirm(scene, lock) == {"__typename": "ConfirmBookingSuccess", "booking": pending, "replayed": True}
    await scene.pay(booking)
    confirmed = {"id": booking, "status": "CONFIRMED"}
    assert await confirm(scene, lock) == refusal("LockAlreadyUsed", "LOCK_ALREADY_USED", booking=confirmed)


async def test_an_expired_lock(scene: Scene, clock: MovableClock) -> None:
    lock = await scene.lock(await scene.event())
    query = "query ($id: ID!) { seatLock(id: $id) { status expiresAt } }"
    seen = (await scene.client.execute(query, {"id": lock}, scene.token))["data"]["seatLock"]
    assert seen == {"status": "ACTIVE", "expiresAt": seen["expiresAt"]}
    clock.ahead = timedelta(seconds=scene.services.settings.lock_ttl_seconds)
    expired = refusal("LockExpired", "LOCK_EXPIRED", expiredAt=seen["expiresAt"])
    assert await confirm(scene, lock) == expired
    assert await release(scene, lock) == expired
    now = (await scene.client.execute(query, {"id": lock}, scene.token))["data"]["seatLock"]
    assert now == {**seen, "status": "EXPIRED"}


async def test_an_expired_booking(scene: Scene, clock: MovableClock) -> None:
    booking = await scene.booking(await scene.event())
    clock.ahead = timedelta(seconds=scene.services.settings.payment_ttl_seconds)
    expired = refusal("BookingExpired", "BOOKING_EXPIRED", booking={"id": booking, "status": "EXPIRED"})
    assert await pay(scene, booking, "sim_success", "k") == expired
    assert await cancel(scene, booking) == expired


async def test_paying(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    confirmed = {"id": booking, "status": "CONFIRMED"}
    paid = {
        "__typename": "PayBookingSuccess",
        "booking": confirmed,
        "payment": {"status": "SUCCEEDED", "failureReason": None},
        "replayed": False,
    }
    assert await pay(scene, booking, "sim_success", "k") == paid
    assert await pay(scene, booking, "sim_success", "k") == {**paid, "replayed": True}
    assert await pay(scene, booking, "sim_declined", "k") == refusal("IdempotencyKeyReused", "IDEMPOTENCY_KEY_REUSED")
    assert await pay(scene, booking, "sim_success", "another") == refusal(
        "BookingNotPayable", "BOOKING_NOT_PAYABLE", booking=confirmed
    )


@pytest.mark.parametrize(
    ("token", "reason", "retryable"),
    [
        ("sim_declined", "DECLINED", True),
        ("sim_insufficient_funds", "INSUFFICIENT_FUNDS", True),
        ("sim_expired_card", "EXPIRED_CARD", False),
    ],
)
async def test_a_failed_payment(scene: Scene, token: str, reason: str, retryable: bool) -> None:
    booking = await scene.booking(await scene.event())
    failed = refusal(
        "PaymentFailed",
        "PAYMENT_FAILED",
        reason=reason,
        retryable=retryable,
        attemptsLeft=4,
        replayed=False,
        payment={"status": "FAILED", "failureReason": reason},
        booking={"id": booking, "status": "PAYMENT_PENDING"},
        refund=None,
    )
    assert await pay(scene, booking, token, "k") == failed
    assert await pay(scene, booking, token, "k") == {**failed, "replayed": True}
    assert (await pay(scene, booking, "sim_success", "another"))["booking"]["status"] == "CONFIRMED"
    assert await pay(scene, booking, token, "k") == {
        **failed,
        "replayed": True,
        "attemptsLeft": 0,
        "booking": {"id": booking, "status": "CONFIRMED"},
    }


async def test_a_payment_that_failed_after_taking_the_money(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    assert await pay(scene, booking, "sim_failure", "k") == refusal(
        "PaymentFailed",
        "PAYMENT_FAILED",
        reason="FAILED",
        retryable=False,
        attemptsLeft=0,
        replayed=False,
        payment={"status": "FAILED", "failureReason": "FAILED"},
        booking={"id": booking, "status": "FAILED"},
        refund={
            "type": "FULL",
            "reason": "PAYMENT_FAILED",
            "percentage": 100,
            "original": {"amount": "1000.00"},
            "amount": {"amount": "1000.00"},
        },
    )


async def test_a_payment_without_an_answer(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    pending = {"id": booking, "status": "PAYMENT_PENDING"}
    assert await pay(scene, booking, "sim_timeout", "k") == refusal(
        "PaymentTimedOut", "PAYMENT_TIMED_OUT", replayed=False, payment={"status": "TIMED_OUT"}, booking=pending
    )
    assert await pay(scene, booking, "sim_success", "another") == refusal(
        "BookingNotPayable", "BOOKING_NOT_PAYABLE", booking=pending
    )


async def test_cancelling_what_is_not_paid(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    cancelled = {
        "__typename": "CancelBookingSuccess",
        "booking": {"id": booking, "status": "CANCELLED"},
        "refund": None,
        "replayed": False,
    }
    assert await cancel(scene, booking) == cancelled
    assert await cancel(scene, booking) == {**cancelled, "replayed": True}


async def test_cancelling_what_is_paid(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    await scene.pay(booking)
    cancelled = {
        "__typename": "CancelBookingSuccess",
        "booking": {"id": booking, "status": "CANCELLED"},
        "refund": {
            "type": "PARTIAL",
            "reason": "CANCELLATION",
            "percentage": 50,
            "original": {"amount": "1000.00"},
            "amount": {"amount": "500.00"},
        },
        "replayed": False,
    }
    assert await cancel(scene, booking) == cancelled
    assert await cancel(scene, booking) == {**cancelled, "replayed": True}


async def test_cancelling_after_the_event_has_started(scene: Scene, clock: MovableClock) -> None:
    booking = await scene.booking(await scene.event(startsAt=(clock() + timedelta(minutes=1)).isoformat()))
    await scene.pay(booking)
    clock.ahead = timedelta(minutes=1)
    assert await cancel(scene, booking) == refusal(
        "BookingNotCancellable", "BOOKING_NOT_CANCELLABLE", booking={"id": booking, "status": "CONFIRMED"}
    )
