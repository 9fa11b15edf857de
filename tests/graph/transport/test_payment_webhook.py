"""What the payment provider tells by itself: signed, kept before it is answered, settled once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from beanie import PydanticObjectId
from pydantic import SecretStr

from domain.documents import (
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    ProviderNotice,
    Refund,
    RefundReason,
    RefundStatus,
    new_id,
)
from domain.errors import PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.jobs.clean_up import clean_up
from domain.opening import open_services
from domain.payments import pay_booking
from domain.payments.reconcile import reconcile
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.providers.simulated import SimulatedProvider
from domain.services import Services
from domain.signature import TOLERANCE_SECONDS, signed_headers
from graph.app import assemble
from tests.graph.conftest import given, serving
from tests.support.sale import Sale, Time, somebody
from tests.support.waiting import until

SECRET = "whsec_" + "c2VjcmV0" * 4


class Shop:
    """A sale with a provider that tells by webhook."""

    def __init__(self, services: Services, http: httpx.AsyncClient, time: Time) -> None:
        self.services = services
        self.http = http
        self.time = time
        self.sale = Sale([services], time)
        self.buyer = somebody()

    async def pending(self, seats: int = 1, token: str = "sim_timeout") -> Payment:
        """A payment the provider has not answered, of the only seats there are."""
        self.event = await self.sale.event(seats=seats)
        booking = await self.sale.book(self.event, self.buyer, quantity=seats)
        with pytest.raises(PaymentTimedOut) as timed_out:
            await pay_booking(
                self.services,
                self.buyer,
                event_id=self.event.id,
                booking_id=booking.id,
                token=token,
                amount=None,
                idempotency_key=str(new_id()),
            )
        return timed_out.value.payment

    async def post(
        self, body: bytes, headers: dict[str, str] | None = None, provider: str = "simulated"
    ) -> httpx.Response:
        headers = headers or signed_headers(SECRET, "n", body, self.time.now)
        return await self.http.post(f"/webhooks/payments/{provider}", content=body, headers=headers)

    async def tell(self, payment_id: PydanticObjectId, status: str, notice_id: str = "n-1", **more: Any) -> int:
        body = orjson.dumps({"id": notice_id, "payment": str(payment_id), "status": status, **more})
        return (await self.post(body)).status_code

    async def stands(self, payment: Payment) -> Standing:
        """The booking, the payment, and its refunds."""
        booking, now = await Booking.get(payment.booking_id), await Payment.get(payment.id)
        assert booking is not None
        assert now is not None
        refunds = await Refund.find({"booking_id": booking.id}).to_list()
        assert await check_inventory(self.services) == []
        return booking.status, now.status, [(refund.reason.value, refund.status.value) for refund in refunds]


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    time = Time()
    signed = settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})
    async with open_services(signed, time) as services, serving(assemble(signed, given(services))) as http:
        yield Shop(services, http, time)


Standing = tuple[BookingStatus, PaymentStatus, list[tuple[str, str]]]
PAID: Standing = (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED, [])


async def test_a_notice_settles_the_payment(shop: Shop) -> None:
    payment = await shop.pending()
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    assert await shop.stands(payment) == PAID


async def test_told_twice_and_a_hundred_times_at_once(shop: Shop) -> None:
    payment = await shop.pending()
    statuses = await asyncio.gather(*(shop.tell(payment.id, "SUCCEEDED") for _ in range(100)))
    assert set(statuses) == {200}
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    assert await shop.tell(payment.id, "SUCCEEDED", "another notice") == 200
    assert await shop.stands(payment) == PAID
    notices = await ProviderNotice.find_all().to_list()
    assert sorted((notice.times, notice.settled_at is not None) for notice in notices) == [(1, True), (101, True)]


class Hasty(SimulatedProvider):
    """Tells by webhook what comes of a charge before it answers the call."""

    shop: Shop

    async def charge(self, payment: Payment, token: str) -> Charge:
        charge = await super().charge(payment, token)
        assert await self.shop.tell(payment.id, charge.status.value) == 200
        assert (await self.shop.stands(payment))[0] is not BookingStatus.PAYMENT_PENDING
        return charge


async def test_a_notice_that_comes_before_the_answer(shop: Shop) -> None:
    shop.services.provider = provider = Hasty(shop.time, SECRET)
    provider.shop = shop
    event = await shop.sale.event(seats=1)
    booking = await shop.sale.book(event, shop.buyer)
    paid = await shop.sale.pay(booking, shop.buyer)
    assert (paid.booking.status, paid.replayed) == (BookingStatus.CONFIRMED, False)
    assert await shop.stands(paid.payment) == PAID


async def test_failure_then_success_takes_the_seats_again_or_gives_the_money_back(shop: Shop) -> None:
    payment = await shop.pending()
    assert await shop.tell(payment.id, "FAILED", "a") == 200
    assert await shop.stands(payment) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED, [])
    assert await shop.tell(payment.id, "SUCCEEDED", "b") == 200
    assert await shop.stands(payment) == PAID

    payment = await shop.pending()
    assert await shop.tell(payment.id, "FAILED", "c") == 200
    shop.time.now += timedelta(seconds=shop.services.settings.payment_ttl_seconds)
    await shop.sale.lock(shop.event, somebody())
    assert await shop.tell(payment.id, "SUCCEEDED", "d") == 200
    refund = (RefundReason.LATE_PAYMENT.value, RefundStatus.PROCESSED.value)
    assert await shop.stands(payment) == (BookingStatus.EXPIRED, PaymentStatus.SUCCEEDED, [refund])


async def test_success_then_failure_stays_a_success(shop: Shop) -> None:
    payment = await shop.pending()
    assert await shop.tell(payment.id, "SUCCEEDED", "a") == 200
    assert await shop.tell(payment.id, "FAILED", "b") == 200
    assert await shop.stands(payment) == PAID


async def test_paid_after_expiry_with_the_seats_free_and_gone(shop: Shop) -> None:
    payment = await shop.pending()
    shop.time.now += timedelta(hours=1)
    assert await shop.tell(payment.id, "SUCCEEDED", "a") == 200
    assert await shop.stands(payment) == PAID

    payment = await shop.pending()
    shop.time.now += timedelta(hours=1)
    await shop.sale.lock(shop.event, somebody())
    assert await shop.tell(payment.id, "SUCCEEDED", "b") == 200
    refund = (RefundReason.LATE_PAYMENT.value, RefundStatus.PROCESSED.value)
    assert await shop.stands(payment) == (BookingStatus.EXPIRED, PaymentStatus.SUCCEEDED, [refund])


async def test_paid_after_it_was_cancelled(shop: Shop) -> None:
    """The buyer's word stands, all money goes back, and cancelling once more gives nothing more back."""
    payment = await shop.pending(token="sim_late_success")
    booking = await Booking.get(payment.booking_id)
    assert booking is not None
    first = await shop.sale.cancel(booking, shop.buyer)
    await shop.services.tasks.all_done()
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    refund = (RefundReason.LATE_PAYMENT.value, RefundStatus.PROCESSED.value)
    assert await shop.stands(payment) == (BookingStatus.CANCELLED, PaymentStatus.SUCCEEDED, [refund])
    again = await shop.sale.cancel(booking, shop.buyer)
    assert (first.refund, again.refund, again.replayed) == (None, None, True)
    assert await shop.stands(payment) == (BookingStatus.CANCELLED, PaymentStatus.SUCCEEDED, [refund])
    await shop.sale.lock(shop.event, somebody())  # the seat was for sale all the time


async def test_paid_after_the_event_has_begun(shop: Shop) -> None:
    payment = await shop.pending()
    shop.time.now = shop.event.starts_at + timedelta(seconds=1)
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    refund = (RefundReason.LATE_PAYMENT.value, RefundStatus.PROCESSED.value)
    assert await shop.stands(payment) == (BookingStatus.EXPIRED, PaymentStatus.SUCCEEDED, [refund])


async def test_notices_about_nobody_keep_no_other_from_being_settled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.payments.notices.AT_ONCE", 2)
    for number in range(3):
        assert await shop.tell(new_id(), "SUCCEEDED", f"unknown {number}") == 200
    shop.time.now += timedelta(seconds=1)
    payment = await shop.pending()
    writer, shop.services.writer = shop.services.writer, None  # type: ignore[assignment]
    assert await shop.tell(payment.id, "SUCCEEDED", "ours") == 200
    shop.services.writer = writer
    await reconcile(shop.services, Progress())
    assert await shop.stands(payment) == PAID
    shop.time.now += timedelta(days=31)
    await clean_up(shop.services, Progress())
    assert await ProviderNotice.find_all().count() == 0


async def test_money_taken_by_a_failed_charge_goes_back(shop: Shop) -> None:
    payment = await shop.pending()
    assert await shop.tell(payment.id, "FAILED", moneyTaken=True) == 200
    refund = (RefundReason.PAYMENT_FAILED.value, RefundStatus.PROCESSED.value)
    assert await shop.stands(payment) == (BookingStatus.FAILED, PaymentStatus.FAILED, [refund])


async def test_an_attempt_nobody_knows_is_kept_and_settled_once_it_is_known(shop: Shop) -> None:
    payment = await shop.pending()
    raw = await Payment.get_pymongo_collection().find_one_and_delete({"_id": payment.id})
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    [kept] = await ProviderNotice.find_all().to_list()
    assert (kept.payment_id, kept.settled_at) == (payment.id, None)
    await reconcile(shop.services, Progress())
    assert raw is not None
    await Payment.get_pymongo_collection().insert_one(raw)
    await reconcile(shop.services, Progress())
    assert await shop.stands(payment) == PAID


async def test_what_could_not_be_settled_at_once_is_settled_within_a_minute(shop: Shop) -> None:
    payment = await shop.pending()
    writer, shop.services.writer = shop.services.writer, None  # type: ignore[assignment]
    assert await shop.tell(payment.id, "SUCCEEDED") == 200
    shop.services.writer = writer
    assert (await shop.stands(payment))[0] is BookingStatus.PAYMENT_PENDING
    await reconcile(shop.services, Progress())
    assert await shop.stands(payment) == PAID


async def test_a_notice_of_a_refund(shop: Shop) -> None:
    payment = await shop.pending()
    await shop.tell(payment.id, "SUCCEEDED")
    booking = await Booking.get(payment.booking_id)
    assert booking is not None
    refund = (await shop.sale.cancel(booking, shop.buyer)).refund
    assert refund is not None
    body = orjson.dumps({"id": "r", "refund": str(refund.id), "status": "PROCESSED"})
    assert (await shop.post(body)).status_code == 200
    assert (await shop.stands(payment))[2] == [("CANCELLATION", "PROCESSED")]
    # What it takes back, it is asked about; and its own book says that the money was given back.
    body = orjson.dumps({"id": "s", "refund": str(refund.id), "status": "FAILED"})
    assert (await shop.post(body)).status_code == 200
    assert (await shop.stands(payment))[2] == [("CANCELLATION", "PROCESSED")]
    assert await ProviderNotice.find({"settled_at": None}).count() == 0


async def test_a_refund_that_comes_back(shop: Shop) -> None:
    event = await shop.sale.event(seats=1)
    booking = await shop.sale.book(event, shop.buyer)
    paid = await pay_booking(
        shop.services,
        shop.buyer,
        event_id=event.id,
        booking_id=booking.id,
        token="sim_refund_fails",
        amount=None,
        idempotency_key="a key",
    )
    refund = (await shop.sale.cancel(booking, shop.buyer)).refund
    assert refund is not None
    assert refund.status is RefundStatus.PROCESSED
    body = orjson.dumps({"id": "s", "refund": str(refund.id), "status": "FAILED"})
    shop.time.now += timedelta(seconds=1)
    assert (await shop.post(body)).status_code == 200
    assert (await shop.stands(paid.payment))[2] == [("CANCELLATION", "FAILED")]


GOOD = orjson.dumps({"id": "n", "payment": "0" * 24, "status": "SUCCEEDED"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"id":"n","payment":"x","status":"SUCCEEDED"}',
        GOOD.replace(b"SUCCEEDED", b"WON"),
        b'{"id":"n","payment":null,"status":"SUCCEEDED"}',
        b'{"id":"n","refund":null,"status":"FAILED"}',
        GOOD.replace(b'"n"', b"7"),
        GOOD.replace(b'"n"', b'""'),
        GOOD.replace(b'"n"', b'"' + b"n" * 201 + b'"'),
        GOOD.replace(b"SUCCEEDED", b'FAILED","failureReason":"<b>'),
    ],
)
async def test_a_body_that_is_no_notice(shop: Shop, body: bytes) -> None:
    response = await shop.post(body)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert await ProviderNotice.find_all().count() == 0


async def test_who_does_not_know_the_secret_is_refused(shop: Shop) -> None:
    payment = await shop.pending()
    body = orjson.dumps({"id": "n", "payment": str(payment.id), "status": "SUCCEEDED"})
    good = signed_headers(SECRET, "n", body, shop.time.now)
    tolerance = timedelta(seconds=TOLERANCE_SECONDS)
    another = "whsec_" + "YW5vdGhlcg" * 4
    signature = good["webhook-signature"]
    forged: list[dict[str, str]] = [
        {"webhook-id": "n"},
        *({name: value for name, value in good.items() if name != missing} for missing in good),
        *(good | {"webhook-signature": bad} for bad in ("", "nonsense", "v1,", signature[3:], f"v2,{signature[3:]}")),
        *(good | {"webhook-timestamp": bad} for bad in ("", "now", str(2**70), "-1", "1")),
        good | {"webhook-id": "m"},
        good | {"webhook-signature": signature + "0" * 5000},
        signed_headers(another, "n", body, shop.time.now),
        signed_headers(SECRET, "n", body + b" ", shop.time.now),
        signed_headers(SECRET, "n", body, shop.time.now - tolerance - timedelta(seconds=1)),
        signed_headers(SECRET, "n", body, shop.time.now + tolerance + timedelta(seconds=1)),
    ]
    for headers in forged:
        response = await shop.post(body, headers)
        assert response.status_code == 400, headers
        assert SECRET not in response.text
    assert await ProviderNotice.find_all().count() == 0
    assert (await shop.stands(payment))[0] is BookingStatus.PAYMENT_PENDING
    # One good signature among several, as while a secret is being changed; and a little late.
    several = good | {"webhook-signature": f"v1,{'0' * 43}= {signature} v1a,other"}
    assert (await shop.post(body, several)).status_code == 200
    assert (await shop.post(body, signed_headers(SECRET, "n", body, shop.time.now - tolerance))).status_code == 200


async def test_other_providers_and_methods(shop: Shop) -> None:
    assert (await shop.post(GOOD, provider="stripe")).status_code == 404
    assert (await shop.post(GOOD, provider="..%2fsimulated")).status_code == 404
    assert (await shop.http.get("/webhooks/payments/simulated")).status_code == 405
    shop.services.settings = shop.services.settings.model_copy(update={"webhook_secret": None})
    assert (await shop.post(GOOD)).status_code == 404


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("sim_late_success", PAID),
        ("sim_late_failure_then_success", PAID),
        ("sim_late_declined", (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED, [])),
    ],
)
async def test_the_simulated_provider_tells_late(shop: Shop, token: str, answer: object, settings: Settings) -> None:
    url = f"{shop.http.base_url}/webhooks/payments/simulated"
    shop.services.provider = SimulatedProvider(shop.time, SECRET, url, delay_seconds=0.05)
    payment = await shop.pending(token=token)

    async def settled() -> bool:
        return await shop.stands(payment) == answer

    await until(settled)


@pytest.mark.parametrize("token", ["sim_told_twice", "sim_success_then_failure"])
async def test_the_simulated_provider_repeats_and_contradicts_itself(shop: Shop, token: str) -> None:
    url = f"{shop.http.base_url}/webhooks/payments/simulated"
    shop.services.provider = SimulatedProvider(shop.time, SECRET, url, delay_seconds=0.05)
    booking = await shop.sale.book(await shop.sale.event(seats=1), shop.buyer)
    paid = await pay_booking(
        shop.services,
        shop.buyer,
        event_id=booking.event_id,
        booking_id=booking.id,
        token=token,
        amount=None,
        idempotency_key=str(new_id()),
    )

    async def told_twice() -> bool:
        return bool(sum([notice.times async for notice in ProviderNotice.find_all()]) == 2)

    await until(told_twice)
    assert await shop.stands(paid.payment) == PAID
