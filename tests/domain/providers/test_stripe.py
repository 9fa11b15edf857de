"""Paying through Stripe: charges, answers that are lost, and amounts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.documents import BookingStatus, PaymentFailureReason, PaymentStatus, RefundStatus
from domain.errors import InvalidInput, PaymentFailed
from domain.money import Money
from domain.payments import Paid
from domain.payments.calls import NoAnswer, answer_within
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.providers.stripe import StripeProvider
from tests.support.stripe_double import Fault
from tests.support.stripe_shop import LOST, PAID, VISA, Shop, attempt, open_shop, stands
from tests.support.sweeping import sweep_due

# The library gives httpx text in a way that httpx would rather not be given it.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with open_shop(settings) as shop:
        yield shop


async def test_paid_and_given_back(shop: Shop) -> None:
    booking = await shop.book()
    paid = await shop.pay(booking)
    intent = shop.stripe.the_intent()
    assert (paid.booking.status, paid.payment.provider_reference) == (BookingStatus.CONFIRMED, intent["id"])
    refund = await shop.refund_of(booking)
    given_back = shop.stripe.the_refund()
    assert (refund.status, refund.provider_reference) == (RefundStatus.PROCESSED, given_back["id"])
    assert shop.stripe.posts == [
        (
            "/v1/payment_intents",
            {
                "amount": "50000",
                "currency": "inr",
                "confirm": "true",
                "automatic_payment_methods[enabled]": "true",
                "automatic_payment_methods[allow_redirects]": "always",
                "return_url": "https://shop.example/back",
                "metadata[seatlock_payment]": str(paid.payment.id),
                "metadata[seatlock_booking]": str(booking.id),
                "payment_method": VISA,
            },
        ),
        (
            "/v1/refunds",
            {
                "payment_intent": intent["id"],
                "amount": "25000",
                "metadata[seatlock_refund]": str(refund.id),
                "metadata[seatlock_payment]": str(paid.payment.id),
                "metadata[seatlock_booking]": str(booking.id),
            },
        ),
    ]


async def test_a_card_token_pays_too(shop: Shop) -> None:
    assert (await shop.pay(await shop.book(), "tok_visa")).booking.status is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("pm_card_chargeDeclined", PaymentFailureReason.DECLINED),
        ("pm_card_chargeDeclinedInsufficientFunds", PaymentFailureReason.INSUFFICIENT_FUNDS),
        ("pm_card_chargeDeclinedExpiredCard", PaymentFailureReason.EXPIRED_CARD),
        ("pm_card_chargeDeclinedProcessingError", PaymentFailureReason.DECLINED),
        ("pm_of_nobody", PaymentFailureReason.DECLINED),
    ],
)
async def test_declined(shop: Shop, token: str, reason: PaymentFailureReason) -> None:
    payment = await shop.fail_to_pay(await shop.book(), token)
    assert payment.failure_reason == reason
    assert not any(intent["amount_received"] for intent in shop.stripe.intents.values())
    known = await shop.provider.look_up(payment)
    if shop.stripe.intents:
        assert known == Charge(PaymentStatus.FAILED, shop.stripe.the_intent()["id"], reason)
        assert payment.provider_reference == shop.stripe.the_intent()["id"]


async def test_the_bank_asks_and_the_client_secret_is_for_the_buyer_alone(shop: Shop) -> None:
    booking = await shop.book()
    required = await shop.act(booking, "pm_card_authenticationRequired")
    intent = shop.stripe.the_intent()
    assert (required.client_secret, required.redirect_url) == (intent["client_secret"], None)
    assert required.payment.status is PaymentStatus.ACTION_REQUIRED
    await shop.hear("payment_intent.requires_action", intent)
    kept = await shop.sale.services.database["payments"].find_one({})
    told = await shop.sale.services.database["provider_notices"].find_one({})
    assert intent["client_secret"] not in f"{kept} {told}"
    shop.stripe.settle(intent)
    await shop.hear("payment_intent.succeeded", intent)
    assert await stands(booking) == PAID


async def test_the_bank_asks_on_a_page_of_its_own(shop: Shop) -> None:
    booking = await shop.book()
    required = await shop.act(booking, "pm_redirects")
    intent = shop.stripe.the_intent()
    assert required.redirect_url == f"https://hooks.example/{intent['id']}"
    assert intent["next_action"]["redirect_to_url"]["return_url"] == "https://shop.example/back"
    again = await shop.act(booking, "pm_redirects")
    assert (again.replayed, again.redirect_url) == (True, required.redirect_url)


async def test_the_same_key_asks_stripe_what_came_of_it(shop: Shop) -> None:
    booking = await shop.book()
    await shop.act(booking, "pm_card_authenticationRequired")
    shop.stripe.settle(shop.stripe.the_intent())
    paid = await shop.try_to_pay(booking, "pm_card_authenticationRequired", "k")
    assert isinstance(paid, Paid) and paid.replayed
    assert len(shop.stripe.posts) == 1


async def test_who_does_not_pass_the_banks_check_may_try_again_and_not_with_the_old_secret(shop: Shop) -> None:
    booking = await shop.book()
    await shop.act(booking, "pm_card_authenticationRequired")
    refused = shop.stripe.refuse(shop.stripe.the_intent())
    with pytest.raises(PaymentFailed) as failed:
        await shop.try_to_pay(booking, "pm_card_authenticationRequired", "k")
    assert failed.value.payment.failure_reason is PaymentFailureReason.AUTHENTICATION_FAILED
    assert refused["status"] == "canceled"
    assert (await shop.pay(booking)).booking.status is BookingStatus.CONFIRMED


async def test_another_key_calls_the_waiting_attempt_off(shop: Shop) -> None:
    booking = await shop.book()
    required = await shop.act(booking, "pm_card_authenticationRequired")
    assert (await shop.pay(booking)).booking.status is BookingStatus.CONFIRMED
    first = shop.stripe.intents[required.payment.provider_reference or ""]
    assert (first["status"], first["cancellation_reason"]) == ("canceled", "abandoned")


async def test_calling_off_too_late_is_a_success(shop: Shop) -> None:
    booking = await shop.book()
    required = await shop.act(booking, "pm_card_authenticationRequired")
    shop.stripe.faults.append(Fault.OVERTAKEN)
    paid = await shop.try_to_pay(booking, VISA, "second")
    assert isinstance(paid, Paid)
    assert (paid.payment.id, paid.booking.status) == (required.payment.id, BookingStatus.CONFIRMED)
    assert len(shop.stripe.intents) == 1


async def test_what_is_to_be_confirmed_is(shop: Shop) -> None:
    assert (await shop.pay(await shop.book(), "pm_to_be_confirmed")).booking.status is BookingStatus.CONFIRMED


async def test_an_abandoned_one_is_called_off_at_the_deadline(shop: Shop) -> None:
    booking = await shop.book()
    await shop.act(booking, "pm_card_authenticationRequired")
    shop.sale.time.now = booking.payment_expires_at
    await sweep_due(shop.sale.services)
    assert shop.stripe.the_intent()["status"] == "canceled"
    assert await stands(booking) == (BookingStatus.EXPIRED, PaymentStatus.FAILED, "abandoned")


async def test_a_cancelled_booking_calls_its_attempt_off(shop: Shop) -> None:
    booking = await shop.book()
    await shop.act(booking, "pm_card_authenticationRequired")
    await shop.sale.cancel(booking, shop.buyer)
    await shop.sale.services.tasks.all_done()
    assert shop.stripe.the_intent()["status"] == "canceled"
    assert await stands(booking) == (BookingStatus.CANCELLED, PaymentStatus.FAILED, "abandoned")


async def test_a_card_number_is_no_token(shop: Shop) -> None:
    for token in ("4242424242424242", "sim_success", "pm_", "pm_card visa", "sk_test_double"):
        with pytest.raises(InvalidInput):
            await shop.pay(await shop.book(), token)
    assert shop.stripe.posts == []


async def test_nothing_costs_nothing(shop: Shop) -> None:
    booking = await shop.book(Money(0, "INR"))
    paid = await shop.try_to_pay(booking, None)
    assert isinstance(paid, Paid)
    assert (paid.booking.status, paid.payment.provider) == (BookingStatus.CONFIRMED, "none")
    assert shop.stripe.posts == []


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DROPPED])
async def test_a_broken_connection_is_tried_again_and_charges_once(shop: Shop, fault: Fault) -> None:
    shop.stripe.faults.append(fault)
    assert (await shop.pay(await shop.book())).booking.status is BookingStatus.CONFIRMED
    assert shop.stripe.the_intent()["amount_received"] == 50_000


async def test_late_success_by_webhook(shop: Shop) -> None:
    booking = await shop.book()
    shop.stripe.faults.append(Fault.HANGS)
    await shop.wait_in_vain(booking)
    await shop.hear("payment_intent.succeeded", shop.stripe.the_intent())
    assert await stands(booking) == PAID


async def test_charged_without_an_answer_is_found_by_asking(shop: Shop) -> None:
    booking = await shop.book()
    shop.stripe.faults.extend([Fault.DROPPED, Fault.LOST])
    await shop.wait_in_vain(booking)
    await shop.later(seconds=40)
    assert await stands(booking) == PAID
    assert len(shop.stripe.posts) == 2, "asking must not charge"


async def test_it_is_found_among_many_and_with_clocks_that_differ(shop: Shop) -> None:
    booking = await shop.book()
    shop.stripe.faults.extend([Fault.DROPPED, Fault.LOST])
    payment = await shop.wait_in_vain(booking)
    ours = shop.stripe.the_intent()
    for minutes in (-4, 4):
        ours["created"] = int(payment.created_at.timestamp() + 60 * minutes)
        others = {f"pi_{n}": {**ours, "id": f"pi_{n}", "metadata": {}} for n in range(250)}
        shop.stripe.intents = {**others, ours["id"]: ours} if minutes > 0 else {ours["id"]: ours, **others}
        assert await shop.provider.look_up(payment) == Charge(PaymentStatus.SUCCEEDED, ours["id"], money_taken=True)


async def test_one_that_never_arrived_is_lost_only_once_that_is_sure(shop: Shop) -> None:
    booking = await shop.book()
    shop.stripe.faults.extend(LOST)
    payment = await shop.wait_in_vain(booking)
    assert await shop.provider.look_up(payment) == Charge(PaymentStatus.TIMED_OUT)
    await shop.later(seconds=100)
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.TIMED_OUT, None)
    await shop.later(seconds=21)
    assert await shop.provider.look_up(payment) is None
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.FAILED, "failed")
    assert shop.stripe.intents == {}


async def test_a_lost_answer_that_the_bank_asks_is_found(shop: Shop) -> None:
    booking = await shop.book()
    shop.stripe.faults.extend([Fault.DROPPED, Fault.LOST])
    await shop.wait_in_vain(booking, "pm_card_authenticationRequired")
    await shop.later(seconds=40)
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.ACTION_REQUIRED, None)


async def test_a_slow_bank_is_waited_for(shop: Shop) -> None:
    booking = await shop.book()
    payment = await shop.wait_in_vain(booking, "pm_slow_bank")
    assert payment.provider_reference == shop.stripe.the_intent()["id"]
    shop.stripe.the_intent()["created"] = 0  # so that no list of that time has it
    await shop.later(minutes=5)
    assert await stands(booking) == (BookingStatus.PAYMENT_PENDING, PaymentStatus.TIMED_OUT, None)
    shop.stripe.settle(shop.stripe.the_intent())
    await shop.later(minutes=1)
    assert await stands(booking) == PAID


@pytest.mark.parametrize("faults", [[Fault.FAILS], [Fault.LIMITED], LOST, [Fault.HANGS]])
async def test_no_answer_is_none(shop: Shop, faults: list[Fault]) -> None:
    shop.stripe.faults.extend(faults)
    payment = attempt(shop)
    for _ in range(2):  # 500s are remembered; what hangs is still under way
        with pytest.raises(NoAnswer):
            await answer_within(1, "charge", shop.provider.charge(payment, VISA))
        if faults != [Fault.FAILS]:
            shop.stripe.faults.extend(faults)


async def test_a_wrong_key_is_no_answer(shop: Shop) -> None:
    wrong = StripeProvider(shop.sale.time, "sk_test_other", api_base=shop.stripe.base, timeout_seconds=2)
    with pytest.raises(NoAnswer):
        await answer_within(1, "charge", wrong.charge(attempt(shop), VISA))
    await wrong.close()
    assert shop.stripe.posts == []


async def test_asked_again_it_charges_once(shop: Shop) -> None:
    payment = attempt(shop)
    charges = {await shop.provider.charge(payment, VISA) for _ in range(3)}
    assert charges == {Charge(PaymentStatus.SUCCEEDED, shop.stripe.the_intent()["id"], money_taken=True)}
