"""Payments and refunds as the audit log, and they themselves, tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

PAY_BOOKING = """
mutation ($booking: ID!, $token: String!, $key: String!) {
  payBooking(input: {bookingId: $booking, paymentToken: $token, idempotencyKey: $key}) {
    ... on PayBookingSuccess { payment { id idempotencyKey correlationId } }
    ... on PaymentFailed { payment { id idempotencyKey } refund { id note kept { amount } } }
  }
}
"""
CANCEL_BOOKING = """
mutation ($booking: ID!, $reason: String) {
  cancelBooking(input: {bookingId: $booking, reason: $reason}) {
    ... on CancelBookingSuccess { refund { id note original { amount } amount { amount } kept { amount } } }
  }
}
"""
AUDIT_LOG = """
query ($booking: ID!) {
  auditLog(bookingId: $booking) { nodes { action metadata payment { id } refund { id } correlationId } }
}
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def pay(scene: Scene, booking: str, token: str, key: str) -> Any:
    answer = await scene.client.execute(PAY_BOOKING, {"booking": booking, "token": token, "key": key}, scene.token)
    return answer["data"]["payBooking"]


async def told(scene: Scene, booking: str) -> dict[str, Any]:
    """What the audit log tells of a booking, by action."""
    answer = await scene.client.execute(AUDIT_LOG, {"booking": booking}, scene.admin_token)
    return {entry.pop("action"): entry for entry in answer["data"]["auditLog"]["nodes"]}


async def test_what_was_paid_and_given_back(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    payment = (await pay(scene, booking, "sim_success", "order 7"))["payment"]
    assert payment["idempotencyKey"] == "order 7"
    cancelled = await scene.client.execute(CANCEL_BOOKING, {"booking": booking, "reason": "I am ill"}, scene.token)
    refund = cancelled["data"]["cancelBooking"]["refund"]
    money = {"amount_minor": 100_000, "currency": "INR"}
    half = {"amount_minor": 50_000, "currency": "INR"}
    assert refund == {
        "id": refund["id"],
        "note": "I am ill",
        "original": {"amount": "1000.00"},
        "amount": {"amount": "500.00"},
        "kept": {"amount": "500.00"},
    }
    entries = await told(scene, booking)
    assert {action: entry["metadata"] for action, entry in entries.items()} == {
        "SEATS_LOCKED": {},
        "BOOKING_CREATED": {"reference": entries["BOOKING_CREATED"]["metadata"]["reference"]},
        "PAYMENT_INITIATED": money | {"provider": "simulated"},
        "PAYMENT_SUCCEEDED": money | {"provider": "simulated"},
        "BOOKING_CONFIRMED": {},
        "BOOKING_CANCELLED": {"reason": "I am ill"},
        "REFUND_INITIATED": half | {"reason": "CANCELLATION", "note": "I am ill"},
        "REFUND_PROCESSED": half,
    }
    of_money = {action for action, entry in entries.items() if entry["payment"]}
    assert of_money == {"PAYMENT_INITIATED", "PAYMENT_SUCCEEDED", "REFUND_INITIATED", "REFUND_PROCESSED"}
    assert {entries[action]["payment"]["id"] for action in of_money} == {payment["id"]}
    assert {action: entry["refund"]["id"] for action, entry in entries.items() if entry["refund"]} == dict.fromkeys(
        ("REFUND_INITIATED", "REFUND_PROCESSED"), refund["id"]
    )
    assert entries["PAYMENT_INITIATED"]["correlationId"] == payment["correlationId"]


async def test_why_it_failed(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    refund = (await pay(scene, booking, "sim_failure", "order 8"))["refund"]
    assert (refund["note"], refund["kept"]) == (None, {"amount": "0.00"})
    entries = await told(scene, booking)
    money = {"amount_minor": 100_000, "currency": "INR"}
    assert entries["PAYMENT_FAILED"]["metadata"] == money | {"provider": "simulated", "reason": "failed"}
    assert entries["REFUND_INITIATED"]["metadata"] == money | {"reason": "PAYMENT_FAILED"}
