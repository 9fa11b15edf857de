"""resendRefund and markRefundGivenBack over GraphQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import new_id
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import Scene, admin, token_of, user

CANCEL_BOOKING = """
mutation ($id: ID!) {
  cancelBooking(input: {bookingId: $id}) { ... on CancelBookingSuccess { refund { id status byHand } } }
}
"""
RESEND = """
mutation ($id: ID!, $note: String!) {
  resendRefund(input: {refundId: $id, note: $note}) {
    __typename
    ... on ResendRefundSuccess { refund { id status byHand } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
    ... on RefundNotFailed { refund { status } }
  }
}
"""
MARK = """
mutation ($id: ID!, $note: String!) {
  markRefundGivenBack(input: {refundId: $id, note: $note, reference: "transfer 7"}) {
    __typename
    ... on MarkRefundGivenBackSuccess { refund { id status byHand providerReference } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
    ... on RefundNotFailed { refund { status } }
  }
}
"""
CHECK = "{ moneyCheck { kind refund { id } } }"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, time: Time) -> AsyncIterator[Services]:
    async with open_services(settings, time) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def do(scene: Scene, mutation: str, refund: str, note: str = "why", token: str | None = None) -> Any:
    answer = await scene.client.execute(mutation, {"id": refund, "note": note}, token or scene.admin_token)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    (outcome,) = answer["data"].values()
    return outcome


async def given_back(scene: Scene, time: Time) -> str:
    """The id of a refund that comes back in a moment."""
    booking = await scene.booking(await scene.event())
    await scene.pay(booking, "sim_refund_fails")
    answer = await scene.client.execute(CANCEL_BOOKING, {"id": booking}, scene.token)
    refund = answer["data"]["cancelBooking"]["refund"]
    assert (refund["status"], refund["byHand"]) == ("PROCESSED", False)
    return str(refund["id"])


async def test_sent_once_more(scene: Scene, time: Time) -> None:
    refund = await given_back(scene, time)
    refused = {"__typename": "RefundNotFailed", "code": "REFUND_NOT_FAILED", "refund": {"status": "PROCESSED"}}
    assert await do(scene, RESEND, refund) == refused
    time.now += timedelta(seconds=2)
    assert (await scene.client.execute(CHECK, None, scene.admin_token))["data"]["moneyCheck"] == [
        {"kind": "REFUND_MISSING", "refund": {"id": refund}}
    ]
    sent = {"id": refund, "status": "PROCESSED", "byHand": False}
    success = {"__typename": "ResendRefundSuccess", "refund": sent, "replayed": False}
    assert await do(scene, RESEND, refund) == success
    assert await do(scene, RESEND, refund) == success | {"replayed": True}
    assert (await scene.client.execute(CHECK, None, scene.admin_token))["data"]["moneyCheck"] == []


async def test_given_back_by_hand(scene: Scene, services: Services, time: Time) -> None:
    refund = await given_back(scene, time)
    time.now += timedelta(seconds=2)
    marked = {"id": refund, "status": "PROCESSED", "byHand": True, "providerReference": "transfer 7"}
    success = {"__typename": "MarkRefundGivenBackSuccess", "refund": marked, "replayed": False}
    assert await do(scene, MARK, refund) == success
    assert await do(scene, MARK, refund) == success | {"replayed": True}
    assert (await do(scene, RESEND, refund))["code"] == "REFUND_NOT_FAILED"
    assert (await scene.client.execute(CHECK, None, scene.admin_token))["data"]["moneyCheck"] == []


async def test_who_may_and_what_is_refused(scene: Scene, time: Time) -> None:
    refund = await given_back(scene, time)
    for mutation in (RESEND, MARK):
        assert await do(scene, mutation, refund, token=scene.token) == "FORBIDDEN"
        assert (await do(scene, mutation, encode_id("Refund", new_id())))["code"] == "NOT_FOUND"
        bad = {"__typename": "InvalidInput", "code": "INVALID_INPUT"}
        assert await do(scene, mutation, "x") == bad | {"field": "refundId"}
        assert await do(scene, mutation, refund, note=" ") == bad | {"field": "note"}
