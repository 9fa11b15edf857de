"""Amounts that Stripe can charge and give back: what is sent, and which prices an event may have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.documents import Event, PaymentFailureReason, PaymentStatus, RefundStatus, Role
from domain.errors import InvalidInput
from domain.inventory.event_commands import SectionChange
from domain.money import MINOR_UNITS, Money
from domain.process.settings import Settings
from domain.providers.port import Charge
from domain.providers.stripe_amounts import amounts_in, from_stripe, to_stripe
from domain.sale.event_changes import update_event
from domain.sale.events import NewSection, create_event
from tests.support.sale import somebody
from tests.support.stripe_shop import VISA, Shop, attempt, open_shop

# The library gives httpx text in a way that httpx would rather not be given it.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Shop]:
    async with open_shop(settings) as shop:
        yield shop


@pytest.mark.parametrize(
    ("price", "charged", "given_back"),
    [
        (Money(500, "JPY"), "500", "250"),
        (Money(5_120, "KWD"), "5120", "2560"),
        (Money(5, "ISK"), "500", "300"),
        (Money(500_00, "MGA"), "500", "250"),
        (Money(10_45_45, "HUF"), "104545", "52273"),
        (Money(1_010, "KWD"), "1010", "510"),
        (Money(30, "KWD"), "30", "20"),
    ],
    ids=str,
)
async def test_amounts_on_the_wire(shop: Shop, price: Money, charged: str, given_back: str) -> None:
    booking = await shop.book(price)
    await shop.pay(booking)
    assert (await shop.refund_of(booking)).status is RefundStatus.PROCESSED
    assert [post["amount"] for _, post in shop.stripe.posts] == [charged, given_back]


UNCHARGEABLE = [Money(5, "UGX"), Money(5_125, "KWD"), Money(500_50, "MGA"), Money(5, "LYD"), Money(5, "CLF")]


async def test_an_amount_stripe_does_not_take_is_not_charged(shop: Shop) -> None:
    """Of events that were made with another provider."""
    for price in UNCHARGEABLE:
        charge = await shop.provider.charge(attempt(shop, price), VISA)
        assert charge == Charge(PaymentStatus.FAILED, failure_reason=PaymentFailureReason.FAILED)
    assert shop.stripe.posts == []


def test_every_currency_comes_back_as_it_went() -> None:
    for currency, decimals in MINOR_UNITS.items():
        whole = Money(12 * 10**decimals, currency)
        sent = to_stripe(whole)
        if sent is None:
            assert currency in {"UGX", "CLF", "IQD", "LYD", "UYI", "UYW"}
        else:
            assert sent <= 12 * 10 ** (3 if decimals == 3 else 2)
            assert from_stripe(sent, currency.lower()) == whole


def test_what_can_be_charged_is_what_goes_over_the_wire() -> None:
    for currency, decimals in MINOR_UNITS.items():
        amounts = amounts_in(currency)
        if amounts is None:
            assert to_stripe(Money(12 * 10**decimals, currency)) is None
            continue
        for minor in range(1, 3_000):
            sent = to_stripe(Money(minor, currency))
            assert (sent is None) == bool(minor % amounts.step)
            assert sent is None or sent > 0
        assert amounts.least % amounts.step == 0
        for percentage in range(101):
            paid = Money(12 * 10**decimals, currency)
            given_back = paid.share(percentage, amounts.step)
            assert to_stripe(given_back) is not None
            assert given_back.minor + (paid - given_back).minor == paid.minor


REFUSED = [
    (Money(1_005, "KWD"), "amount", "takes only multiples of 0.010 KWD"),
    (Money(500_50, "MGA"), "amount", "takes only multiples of 1.00 MGA"),
    (Money(49, "USD"), "amount", "takes no less than 0.50 USD"),
    (Money(49, "JPY"), "amount", "takes no less than 50 JPY"),
    (Money(174_99, "HUF"), "amount", "takes no less than 175.00 HUF"),
    (Money(5_000, "UGX"), "currencyCode", "takes no UGX"),
    (Money(5_0000, "CLF"), "currencyCode", "takes no CLF"),
    (Money(5_000, "LYD"), "currencyCode", "takes no LYD"),
]


async def test_a_price_nobody_can_pay_is_refused(shop: Shop) -> None:
    """When an event is made, and when it is changed; its own price, and a section's."""
    services, events = shop.sale.services, await Event.find_all().count()
    for price, part, message in REFUSED:
        free = Money(0, price.currency)
        with pytest.raises(InvalidInput, match=message) as refused:
            await new_event(shop, price)
        assert refused.value.field == f"price.{part}"
        sections = [NewSection("A", None, 1, None), NewSection("B", price, 1, None)]
        with pytest.raises(InvalidInput, match=message) as refused:
            await new_event(shop, free, sections)
        assert refused.value.field == f"sections.1.price.{part}"
        assert await Event.find_all().count() == events

        events += 1
        event = await new_event(shop, free)
        with pytest.raises(InvalidInput, match=message) as refused:
            await update_event(services, somebody(Role.ADMIN), event_id=event.id, price=price)
        assert refused.value.field == f"price.{part}"
        change = SectionChange("sections.0", "GENERAL", price, None)
        with pytest.raises(InvalidInput, match=message) as refused:
            await update_event(services, somebody(Role.ADMIN), event_id=event.id, sections=[change])
        assert refused.value.field == f"sections.0.price.{part}"


async def test_prices_that_can_be_paid_are_taken(shop: Shop) -> None:
    for price in [Money(1_010, "KWD"), Money(50, "USD"), Money(50, "JPY"), Money(1, "ISK"), Money(1, "XAF")]:
        event = await new_event(shop, price)
        await update_event(shop.sale.services, somebody(Role.ADMIN), event_id=event.id, price=price * 2)


async def test_what_cancelling_would_give_back_is_what_it_gives_back(shop: Shop) -> None:
    booking = await shop.book(Money(1_010, "KWD"))
    payment = (await shop.pay(booking)).payment
    assert payment.step_minor == 10
    refund = await shop.refund_of(booking)
    assert (refund.amount, refund.kept, refund.percentage) == (Money(510, "KWD"), Money(500, "KWD"), 50)
    assert refund.status is RefundStatus.PROCESSED


async def new_event(shop: Shop, price: Money, sections: list[NewSection] | None = None) -> Event:
    return await create_event(
        shop.sale.services,
        somebody(Role.ADMIN),
        name="Concert",
        description=None,
        starts_at=shop.sale.time.now + timedelta(days=30),
        price=price,
        total_seats=None if sections else 1,
        sections=sections,
    )
