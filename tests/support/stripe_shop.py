"""A shop whose payments go through the real adapter and library to a double of Stripe, over real sockets."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import SecretStr

from domain.caller import Caller
from domain.documents import Booking, BookingStatus, Payment, PaymentStatus, Refund, RefundStatus, new_id
from domain.errors import PaymentFailed, PaymentTimedOut
from domain.integrity.drift import check_inventory
from domain.money import Money
from domain.payments import ActionRequired, Paid, pay_booking
from domain.payments.notices import take_notice
from domain.payments.reconcile import reconcile
from domain.payments.refund import send_refunds
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.stripe import StripeProvider
from domain.sale.events import create_event
from tests.support.sale import Sale, open_sale, somebody
from tests.support.stripe_double import KEY, WEBHOOK_SECRET, Fault, StripeDouble, open_double

VISA = "pm_card_visa"
LOST = (Fault.LOST, Fault.LOST)
"""A request and its one repetition."""


@dataclass
class Shop:
    """A sale whose payments go through Stripe's double."""

    sale: Sale
    stripe: StripeDouble
    buyer: Caller

    @property
    def provider(self) -> StripeProvider:
        provider = self.sale.services.provider
        assert isinstance(provider, StripeProvider)
        return provider

    async def book(self, price: Money | None = None) -> Booking:
        """The only seat of an event."""
        event = await create_event(
            self.sale.services,
            somebody(),
            name="Concert",
            description=None,
            starts_at=self.sale.time.now + timedelta(days=30),
            price=price or Money(50_000, "INR"),
            total_seats=1,
            sections=None,
        )
        return await self.sale.book(event, self.buyer)

    async def pay(self, booking: Booking, token: str = VISA) -> Paid:
        paid = await self.try_to_pay(booking, token)
        assert isinstance(paid, Paid)
        return paid

    async def act(self, booking: Booking, token: str, key: str = "k") -> ActionRequired:
        """The bank asks the buyer."""
        required = await self.try_to_pay(booking, token, key)
        assert isinstance(required, ActionRequired)
        return required

    async def try_to_pay(self, booking: Booking, token: str | None, key: str | None = None) -> Paid | ActionRequired:
        return await pay_booking(
            self.sale.services,
            self.buyer,
            event_id=booking.event_id,
            booking_id=booking.id,
            token=token,
            amount=None,
            idempotency_key=key or secrets.token_hex(8),
        )

    async def fail_to_pay(self, booking: Booking, token: str = VISA) -> Payment:
        with pytest.raises(PaymentFailed) as refused:
            await self.pay(booking, token)
        return refused.value.payment

    async def wait_in_vain(self, booking: Booking, token: str = VISA) -> Payment:
        with pytest.raises(PaymentTimedOut) as refused:
            await self.pay(booking, token)
        return refused.value.payment

    async def refund_of(self, booking: Booking) -> Refund:
        """What comes back when it is cancelled."""
        refund = (await self.sale.cancel(booking, self.buyer)).refund
        assert refund is not None
        return refund

    async def hear(self, kind: str, about: dict[str, object]) -> None:
        await take_notice(self.sale.services, "stripe", *self.stripe.event(kind, about))

    async def later(self, **time: float) -> None:
        """That much later, what the worker does."""
        self.sale.time.now += timedelta(**time)
        await reconcile(self.sale.services, Progress())
        await send_refunds(self.sale.services, Progress())


@asynccontextmanager
async def open_shop(settings: Settings) -> AsyncIterator[Shop]:
    """On a database of its own, which is dropped afterwards; its inventory has to be right in the end."""
    async with open_double() as double:
        settings = settings.model_copy(
            update={
                "payment_provider": "stripe",
                "stripe_secret_key": SecretStr(KEY),
                "stripe_api_base": double.base,
                "payment_return_url": "https://shop.example/back",
                "webhook_secret": SecretStr(WEBHOOK_SECRET),
                "payment_timeout_seconds": 2,
            }
        )
        async with open_sale(settings, writers=1) as sale:
            double.clock = sale.time
            yield Shop(sale, double, somebody())
            assert await check_inventory(sale.services) == []


async def stands(booking: Booking) -> tuple[BookingStatus, PaymentStatus, str | None]:
    """A booking, its payment, and why that failed."""
    found, payment = await Booking.get(booking.id), await Payment.find_one({"booking_id": booking.id})
    assert found is not None
    assert payment is not None
    return found.status, payment.status, payment.failure_reason


async def refund_stands(refund: Refund) -> tuple[RefundStatus, str | None]:
    found = await Refund.get(refund.id)
    assert found is not None
    return found.status, found.failure_reason


def attempt(shop: Shop, amount: Money = Money(50_000, "INR")) -> Payment:  # noqa: B008
    """One that nobody has recorded."""
    return Payment.model_construct(
        id=new_id(),
        booking_id=new_id(),
        event_id=new_id(),
        user_id=new_id(),
        amount_minor=amount.minor,
        currency=amount.currency,
        provider="stripe",
        created_at=shop.sale.time.now,
    )


PAID = (BookingStatus.CONFIRMED, PaymentStatus.SUCCEEDED, None)
