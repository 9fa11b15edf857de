"""Paying as a buyer does it: a card that is declined, a bank that asks, and a booking that costs nothing."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import httpx
import pytest

from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import LOCK_SEATS, Scene, admin, token_of, user
from tests.support.waiting import until

PAY = """
mutation ($input: PayBookingInput!) {
  payBooking(input: $input) {
    __typename
    ... on PayBookingSuccess { replayed payment { id status provider } booking { status attemptsLeft } }
    ... on PaymentActionRequired {
      replayed message clientSecret redirectUrl expiresAt
      payment { id status } booking { status attemptsLeft paymentExpiresAt }
    }
    ... on PaymentFailed { reason attemptsLeft message replayed booking { status attemptsLeft } }
    ... on Error { code }
    ... on InvalidInput { field }
  }
}
"""
ATTEMPTS = "query ($id: ID!) { booking(id: $id) { status attemptsLeft payments { status failureReason } } }"


@pytest.fixture
async def scene(services: Services, client: Client, token: str) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token)


async def pay(scene: Scene, booking: str, token: str | None = "sim_success", key: str = "") -> dict[str, Any]:
    fields = {"bookingId": booking, "paymentToken": token, "idempotencyKey": key or secrets.token_hex(8)}
    answer = await scene.client.execute(PAY, {"input": fields}, scene.token)
    assert "errors" not in answer, answer
    outcome: dict[str, Any] = answer["data"]["payBooking"]
    return outcome


async def attempts(scene: Scene, booking: str) -> dict[str, Any]:
    found: dict[str, Any] = (await scene.client.execute(ATTEMPTS, {"id": booking}, scene.token))["data"]["booking"]
    return found


async def answer_the_bank(scene: Scene, asked: dict[str, Any], answer: str) -> httpx.Response:
    return await scene.client.http.post(asked["redirectUrl"], data={"answer": answer})


async def seat_of(scene: Scene) -> tuple[str, str]:
    """An event of one seat, and the buyer's booking of it."""
    event = await scene.event(totalSeats=1)
    return event, await scene.confirm(await scene.lock(event, {"quantity": {"count": 1}}))


async def can_be_had(scene: Scene, event: str) -> bool:
    """Whether somebody else can have the seat; it's theirs then."""
    stranger = token_of(scene.services, await user(scene.services))
    fields = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "k"}
    answer = await scene.client.execute(LOCK_SEATS, {"input": fields}, stranger)
    assert "errors" not in answer, answer
    return "lock" in answer["data"]["lockSeats"]


@pytest.mark.parametrize("card", ["sim_declined", "sim_insufficient_funds", "sim_expired_card"])
async def test_who_has_a_second_card_keeps_the_seat(scene: Scene, card: str) -> None:
    event, booking = await seat_of(scene)
    failed = await pay(scene, booking, card)
    assert (failed["__typename"], failed["attemptsLeft"]) == ("PaymentFailed", 4)
    assert not await can_be_had(scene, event)
    assert (await pay(scene, booking))["booking"] == {"status": "CONFIRMED", "attemptsLeft": 0}


async def test_after_five_declines_the_next_buyer_can_have_the_seat(scene: Scene) -> None:
    event, booking = await seat_of(scene)
    told = [await pay(scene, booking, "sim_declined") for _ in range(5)]
    assert [one["attemptsLeft"] for one in told] == [4, 3, 2, 1, 0]
    assert [one["booking"]["status"] for one in told] == ["PAYMENT_PENDING"] * 4 + ["FAILED"]
    assert "given back" in told[-1]["message"]
    assert (await pay(scene, booking))["code"] == "BOOKING_NOT_PAYABLE"
    assert await can_be_had(scene, event)


async def test_attempts_are_counted_also_when_they_come_at_once(scene: Scene) -> None:
    _, booking = await seat_of(scene)
    told: list[dict[str, Any]] = []
    while (await attempts(scene, booking))["status"] == "PAYMENT_PENDING":
        told += await asyncio.gather(*(pay(scene, booking, "sim_declined") for _ in range(4)))
    failed = sorted((one["attemptsLeft"] for one in told if one["__typename"] == "PaymentFailed"), reverse=True)
    assert failed == [4, 3, 2, 1, 0]
    assert {one["code"] for one in told if one["__typename"] != "PaymentFailed"} <= {"BOOKING_NOT_PAYABLE"}


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [("approve", "PayBookingSuccess", "CONFIRMED"), ("refuse", "PaymentFailed", "PAYMENT_PENDING")],
)
async def test_the_bank_asks(scene: Scene, answer: str, kind: str, status: str) -> None:
    event, booking = await seat_of(scene)
    asked = await pay(scene, booking, "sim_challenge", "k")
    assert (asked["__typename"], asked["clientSecret"], asked["replayed"]) == ("PaymentActionRequired", None, False)
    assert asked["payment"]["status"] == "ACTION_REQUIRED"
    assert asked["expiresAt"] == asked["booking"]["paymentExpiresAt"]
    assert await pay(scene, booking, "sim_challenge", "k") == {**asked, "replayed": True}
    assert not await can_be_had(scene, event)

    page = await scene.client.http.get(asked["redirectUrl"])
    assert page.status_code == 200 and "<form" in page.text and "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    told = await answer_the_bank(scene, asked, answer)
    assert told.status_code == 200 and "<form" not in told.text
    assert (await attempts(scene, booking))["status"] == status, "nobody has to ask"
    outcome = await pay(scene, booking, "sim_challenge", "k")
    assert (outcome["__typename"], outcome["replayed"]) == (kind, True)
    if answer == "refuse":
        assert outcome["reason"] == "AUTHENTICATION_FAILED"
    # The first answer counts.
    other = {"approve": "refuse", "refuse": "approve"}[answer]
    assert (await answer_the_bank(scene, asked, other)).text == told.text
    assert (await attempts(scene, booking))["status"] == status


async def test_another_key_calls_off_what_the_bank_still_asks(scene: Scene) -> None:
    _, booking = await seat_of(scene)
    asked = await pay(scene, booking, "sim_challenge", "first")
    paid = await pay(scene, booking, "sim_success", "second")
    assert (paid["__typename"], paid["replayed"]) == ("PayBookingSuccess", False)
    assert [one["status"] for one in (await attempts(scene, booking))["payments"]] == ["FAILED", "SUCCEEDED"]
    assert "called off" in (await answer_the_bank(scene, asked, "approve")).text
    assert (await pay(scene, booking, "sim_challenge", "first"))["reason"] == "ABANDONED"


async def test_the_bank_page_is_for_who_was_sent_there_and_for_two_answers(scene: Scene) -> None:
    _, booking = await seat_of(scene)
    asked = await pay(scene, booking, "sim_challenge")
    http = scene.client.http
    for path in ("/simulated-bank/nobody", "/simulated-bank/", f"/simulated-bank/{asked['payment']['id']}"):
        assert (await http.get(path)).status_code == 404
        assert (await http.post(path, data={"answer": "approve"})).status_code == 404
    for body in (b"", b"answer=maybe", b"answer=approve&answer=refuse", b"\xff" * 99, b"&".join([b"a=1"] * 99)):
        assert (await http.post(asked["redirectUrl"], content=body)).status_code == 400
    assert (await attempts(scene, booking))["status"] == "PAYMENT_PENDING"


async def test_what_is_free_needs_no_token_and_what_is_not_does(scene: Scene, services: Services) -> None:
    free = await scene.booking(await scene.event(price={"amount": "0.00", "currencyCode": "INR"}))
    paid = await pay(scene, free, None)
    assert (paid["booking"]["status"], paid["payment"]["provider"]) == ("CONFIRMED", "none")
    assert await services.database["simulated_charges"].count_documents({}) == 0
    refused = await pay(scene, await scene.booking(await scene.event()), None)
    assert (refused["__typename"], refused["field"]) == ("InvalidInput", "paymentToken")


async def test_what_is_abandoned_is_called_off_when_the_booking_is_cancelled(scene: Scene) -> None:
    _, booking = await seat_of(scene)
    await pay(scene, booking, "sim_challenge")
    cancel = "mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename } }"
    await scene.client.execute(cancel, {"id": booking}, scene.token)

    async def called_off() -> bool:
        found = await attempts(scene, booking)
        return bool(found["payments"] == [{"status": "FAILED", "failureReason": "ABANDONED"}])

    await until(called_off)
