"""Sixty-four impatient connections pay the same hundred bookings, at two servers, with keys of every kind."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from domain.caller import Caller
from domain.documents import Booking, BookingStatus, Payment, PaymentStatus, Role
from domain.integrity.drift import check_inventory
from domain.people import accounts
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_routed_id
from ops.embedded import Server
from tests.support.api import api_server
from tests.support.hunting import many
from tests.support.sale import Sale, Time

BOOKINGS, CONNECTIONS, SECONDS = 100, 64, many(1, 5)
PAY = """mutation ($input: PayBookingInput!) { payBooking(input: $input) {
  __typename ... on PayBookingSuccess { replayed } ... on Error { code } } }"""
EXPECTED = {"PayBookingSuccess", "PaymentFailed", "BOOKING_NOT_PAYABLE", "IDEMPOTENCY_KEY_REUSED"}


@pytest.fixture
def apis(settings: Settings, tmp_path: Path) -> Iterator[list[Server]]:
    made = [api_server(settings, tmp_path / f"api{number}.log") for number in range(2)]
    for api in made:
        api.start()
    yield made
    for api in made:
        api.kill()


async def test_each_booking_is_charged_once(services: Services, apis: list[Server]) -> None:
    user = await accounts.register(
        services, name="Ada", email="ada@seatlock.example", password="correct horse", correlation_id="test"
    )
    token = accounts.issue_token(services.settings, user, services.clock()).token
    sale, buyer = Sale([services], Time()), Caller(user.id, Role.USER, "test")
    event = await sale.event(seats=BOOKINGS)
    bookings = [await sale.book(event, buyer) for _ in range(BOOKINGS)]
    ids = [encode_routed_id("Booking", booking.id, booking.event_id) for booking in bookings]
    answers: Counter[str] = Counter()
    until = time.monotonic() + SECONDS

    async def pay(number: int) -> None:
        chance = random.Random(number)
        url = f"http://127.0.0.1:{apis[number % 2].port}/graphql"
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
            # In the end each booking once more: a slow machine may not have come to all of them by chance.
            left = list(range(number, BOOKINGS, CONNECTIONS))
            while time.monotonic() < until or left:
                booking = chance.randrange(BOOKINGS) if time.monotonic() < until else left.pop()
                # Some keys are new, some this booking's, some even another's.
                key = chance.choice([str(chance.random()), f"key of {booking}", f"key of {chance.randrange(BOOKINGS)}"])
                if time.monotonic() >= until:
                    key = str(chance.random())
                variables = {
                    "input": {
                        "bookingId": ids[booking],
                        "paymentToken": "sim_declined" if booking % 10 == 0 else "sim_success",
                        "idempotencyKey": key,
                    }
                }
                if chance.random() < 0.05 and time.monotonic() < until:
                    # One who gives up half way.
                    try:
                        await http.post(url, json={"query": PAY, "variables": variables}, timeout=0.002)
                    except httpx.TimeoutException:
                        continue
                answer = (await http.post(url, json={"query": PAY, "variables": variables})).json()
                told = answer["data"]["payBooking"]
                kind = told["__typename"]
                answers[kind if kind in EXPECTED else told.get("code", str(answer))] += 1

    await asyncio.gather(*(pay(number) for number in range(CONNECTIONS)))

    assert answers.keys() <= EXPECTED
    charges = await services.database["simulated_charges"].find({"token": "sim_success"}).to_list()
    paid = await Payment.find({"status": PaymentStatus.SUCCEEDED}).to_list()
    confirmed = await Booking.find({"status": BookingStatus.CONFIRMED}).to_list()
    assert len(confirmed) == BOOKINGS * 9 // 10
    assert {charge["_id"] for charge in charges} == {payment.id for payment in paid}
    assert sorted(payment.booking_id for payment in paid) == sorted(booking.id for booking in confirmed)
    assert await services.database["simulated_refunds"].count_documents({}) == 0
    assert await check_inventory(services) == []
