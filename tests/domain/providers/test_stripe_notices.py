"""What Stripe tells by webhook, and what nobody is told."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from domain.clock import system_clock
from domain.documents import BookingStatus, PaymentStatus, RefundStatus, new_id
from domain.opening import provider_of
from domain.process.settings import Settings, SettingsError, load_settings
from domain.providers.port import BadNotice
from domain.providers.stripe import StripeProvider
from domain.providers.stripe_answers import PAYMENT
from tests.support.stripe_double import KEY, WEBHOOK_SECRET, sign
from tests.support.stripe_shop import LOST, VISA, Shop, open_shop, stands

# The library gives httpx text in a way that httpx would rather not be given it.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with open_shop(settings) as shop:
        yield shop


async def test_a_late_decline_by_webhook(shop: Shop) -> None:
    booking = await shop.book()
    await shop.wait_in_vain(booking, "pm_slow_bank")
    error = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}
    failed = shop.stripe.settle(shop.stripe.the_intent(), "requires_payment_method", last_payment_error=error)
    await shop.hear("payment_intent.payment_failed", failed)
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED, "insufficient_funds")


async def test_a_charge_called_off_by_hand(shop: Shop) -> None:
    booking = await shop.book()
    await shop.wait_in_vain(booking, "pm_slow_bank")
    await shop.hear("payment_intent.canceled", shop.stripe.settle(shop.stripe.the_intent(), "canceled"))
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED, "failed")


async def test_what_is_not_ours_is_only_remembered(shop: Shop) -> None:
    intent = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "metadata": {}}
    told: list[tuple[str, dict[str, Any]]] = [
        ("payment_intent.succeeded", intent),
        ("payment_intent.succeeded", {**intent, "metadata": {"seatlock_payment": "no id"}}),
        ("payment_intent.created", {**intent, "metadata": {"seatlock_payment": str(new_id())}}),
        ("charge.refunded", {"id": "ch_1", "object": "charge"}),
        ("refund.created", {"id": "re_1", "object": "refund", "status": "succeeded", "metadata": {}}),
        ("customer.created", {"id": "cus_1", "object": "customer"}),
    ]
    for kind, about in told:
        notice = shop.provider.read_notice(*shop.stripe.event(kind, about))
        assert notice == type(notice)(notice.id)
        assert re.fullmatch("evt_[0-9a-f]+", notice.id)


async def test_a_refunded_charge_tells_of_its_refunds_where_it_lists_them(shop: Shop) -> None:
    refund_id = new_id()
    refund = {"id": "re_1", "object": "refund", "status": "succeeded", "metadata": {"seatlock_refund": str(refund_id)}}
    charge = {"id": "ch_1", "object": "charge", "refunds": {"object": "list", "data": [refund]}}
    notice = shop.provider.read_notice(*shop.stripe.event("charge.refunded", charge))
    assert notice.refund_id == refund_id
    assert notice.refunded is not None
    assert (notice.refunded.status, notice.refunded.reference) == (RefundStatus.PROCESSED, "re_1")


async def test_only_stripe_is_believed(shop: Shop) -> None:
    headers, body = shop.stripe.event("customer.created", {"object": "customer"})
    signature = headers["stripe-signature"]
    at, _, digest = signature.removeprefix("t=").partition(",v1=")
    for bad in [
        "",
        "rubbish",
        "é",
        f"t={at},v1=é",
        f"t={at}",
        f"t={at},v1={digest[:-1]}",
        f"t={at}0,v1={digest}",
        sign(WEBHOOK_SECRET, body, system_clock() - timedelta(seconds=302)),
    ]:
        with pytest.raises(BadNotice, match="signature"):
            shop.provider.read_notice({"stripe-signature": bad}, body)
    for other in [b"", b"\xff", body + b" "]:
        with pytest.raises(BadNotice, match="signature"):
            shop.provider.read_notice(headers, other)
    with pytest.raises(BadNotice, match="signature"):
        shop.provider.read_notice({}, body)
    assert shop.provider.read_notice(headers, body).id


async def test_what_is_signed_and_no_event(shop: Shop) -> None:
    wrongs: list[dict[str, Any]] = [{"id": 5}, {"id": ""}, {"id": "x" * 201}, {"data": []}, {"data": None}]
    for wrong in wrongs:
        with pytest.raises(BadNotice, match="not an event"):
            shop.provider.read_notice(*shop.stripe.event("customer.created", {"object": "customer"}, **wrong))


async def test_metadata_without_an_id_is_about_nothing_of_ours(shop: Shop) -> None:
    for written in (None, 7, "", "x", ["6b0b09c6f8682d7ead0d73ad"]):
        about = {"object": "payment_intent", "id": "pi", "status": "succeeded", "metadata": {PAYMENT: written}}
        assert shop.provider.read_notice(*shop.stripe.event("payment_intent.succeeded", about)).payment_id is None


async def test_without_a_webhook_secret_nothing_is_believed(shop: Shop) -> None:
    deaf = StripeProvider(shop.sale.time, KEY, api_base=shop.stripe.base, timeout_seconds=2)
    with pytest.raises(BadNotice):
        deaf.read_notice(*shop.stripe.event("customer.created", {"object": "customer"}))
    await deaf.close()


async def test_neither_keys_nor_tokens_are_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await shop.pay(await shop.book())
        await shop.fail_to_pay(await shop.book(), "pm_card_chargeDeclined")
        await shop.fail_to_pay(await shop.book(), "pm_of_nobody")
        shop.stripe.faults.extend(LOST)
        await shop.wait_in_vain(await shop.book())
    for secret in (KEY, WEBHOOK_SECRET, "pm_", VISA):
        assert secret not in caplog.text


def test_stripe_needs_its_key(settings: Settings) -> None:
    given = settings.model_dump() | {"payment_provider": "stripe"}
    for key in (None, ""):
        with pytest.raises(SettingsError, match="SEATLOCK_PAYMENT_PROVIDER=stripe needs SEATLOCK_STRIPE_SECRET_KEY"):
            load_settings(**given | {"stripe_secret_key": key})
    assert load_settings(**given | {"stripe_secret_key": KEY}).payment_provider == "stripe"
    with pytest.raises(SettingsError, match="SEATLOCK_STRIPE_API_BASE"):
        load_settings(**given | {"stripe_secret_key": KEY, "stripe_api_base": "api.stripe.com"})


def test_without_its_library_it_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "domain.providers.stripe")
    monkeypatch.setitem(sys.modules, "stripe", None)
    chosen = settings.model_copy(update={"payment_provider": "stripe", "stripe_secret_key": SecretStr(KEY)})
    with pytest.raises(SettingsError, match=r"needs the extra stripe: no stripe here"):
        provider_of(chosen, system_clock)
