"""The money check: nothing after an honest sale, and each kind of difference found, whichever book it is made in."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from beanie import PydanticObjectId
from pydantic import SecretStr

from domain.documents import (
    Booking,
    Payment,
    PaymentStatus,
    ProviderNotice,
    Refund,
    SimulatedCharge,
    SimulatedRefund,
    Stored,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut, Refusal, Unavailable
from domain.integrity import money
from domain.integrity.drift import check_inventory
from domain.integrity.money import compare_books
from domain.integrity.money_differences import Difference, DifferenceKind
from domain.money import Money
from domain.opening import open_services
from domain.payments import pay_booking
from domain.payments.ask import patience
from domain.payments.notices import take_notice
from domain.payments.reconcile import reconcile
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.providers.port import Charge, ChargeRecord, RefundRecord
from domain.providers.simulated import OUTCOMES, SimulatedProvider
from domain.services import Services
from domain.signature import signed_headers
from tests.conftest import Servers
from tests.support.databases import lent_database
from tests.support.sale import Sale, Time, somebody
from tests.support.shops import documents_restored
from tests.support.sweeping import sweep_due

SECRET = "whsec_" + "c2VjcmV0" * 4
MS = timedelta(milliseconds=1)
PRICE, HALF = Money(50_000, "INR"), Money(25_000, "INR")
KIND = DifferenceKind

Found = set[Difference]


@dataclass
class Books:
    """A sale where a bit of everything has happened, by name."""

    services: Services
    time: Time
    bookings: dict[str, Booking] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)

    async def differences(self, since: datetime | None = None) -> list[Difference]:
        return [difference async for difference in compare_books(self.services, since)]

    async def find(self) -> Found:
        found = await self.differences()
        assert len(found) == len(set(found)), "told twice"
        return set(found)

    def of(self, kind: DifferenceKind, name: str, **others: Any) -> Difference:
        """A difference about that payment."""
        payment = self.payments[name]
        return Difference(kind, payment.booking_id, payment.id, **others)

    def charged(self, kind: DifferenceKind, name: str, **others: Any) -> Difference:
        """The same, by the provider's name of it."""
        return self.of(kind, name, reference=f"sim_charge_{self.payments[name].id}", **others)

    def refunded(self, kind: DifferenceKind, name: str, **others: Any) -> Difference:
        refund = self.refunds[name]
        return self.of(kind, name, refund_id=refund.id, reference=f"sim_refund_{refund.id}", **others)


async def buy(books: Books, name: str, token: str) -> None:
    sale, buyer = Sale([books.services], books.time), somebody()
    booking = await sale.book(await sale.event(seats=1), buyer)
    with suppress(PaymentFailed, PaymentTimedOut):
        await pay_booking(
            books.services,
            buyer,
            event_id=booking.event_id,
            booking_id=booking.id,
            token=token,
            amount=None,
            idempotency_key=name,
        )
    if name == "cancelled":
        await sale.cancel(booking, buyer)
    found = await Payment.find_one({"booking_id": booking.id})
    assert found is not None
    books.bookings[name], books.payments[name] = booking, found
    if refund := await Refund.find_one({"payment_id": found.id}):
        books.refunds[name] = refund


@pytest.fixture(scope="module")
async def kept_books(servers: Servers, server_settings: Settings, kept_connections: None) -> AsyncIterator[Books]:
    # One attempt, so that a card that is declined ends a booking.
    changed = {"webhook_secret": SecretStr(SECRET), "payment_attempts": 1}
    time = Time()
    with lent_database(servers.mongo_uri, servers.redis_url) as database:
        settings = server_settings.model_copy(update={"mongo_database": database, **changed})
        async with open_services(settings, time) as services:
            books = Books(services, time)
            await buy(books, "paid", "sim_success")
            await buy(books, "cancelled", "sim_success")
            await buy(books, "declined", "sim_declined")
            await buy(books, "taken and failed", "sim_failure")
            await buy(books, "silent", "sim_timeout")
            yield books


@pytest.fixture
async def books(kept_books: Books, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Books]:
    """As if they were this test's own: in the end they are put back to what they were."""
    monkeypatch.setattr(money, "MOMENT_SECONDS", 0.0)
    services, now = kept_books.services, kept_books.time.now
    async with documents_restored(services):
        yield replace(
            kept_books,
            services=replace(services),
            bookings=dict(kept_books.bookings),
            payments=dict(kept_books.payments),
            refunds=dict(kept_books.refunds),
        )
    kept_books.time.now = now


async def change(kind: type[Stored], key: object, **values: Any) -> None:
    changed = await kind.get_pymongo_collection().update_one({"_id": key}, {"$set": values})
    assert changed.modified_count == 1


async def delete(kind: type[Stored], key: object) -> None:
    deleted = await kind.get_pymongo_collection().delete_one({"_id": key})
    assert deleted.deleted_count == 1


async def copy(kind: type[Stored], key: object, **values: Any) -> PydanticObjectId:
    """Another one like it."""
    found = await kind.get_pymongo_collection().find_one({"_id": key})
    assert found is not None
    copied = new_id()
    found.pop("key_id", None)
    await kind.get_pymongo_collection().insert_one({**found, "_id": copied, **values})
    return copied


# ---------------------------------------------------------------- clean


async def test_a_bit_of_everything_is_clean(books: Books) -> None:
    assert await books.find() == set()
    books.time.now += timedelta(days=30)
    assert await books.find() == set()


@pytest.mark.parametrize("batch", [1, 3, 2_000])
async def test_a_random_sale_is_clean_and_stays_so_while_buyers_buy(
    books: Books, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(money, "BATCH", batch)
    monkeypatch.setattr(money, "MOMENT_SECONDS", 0.05)
    sale, chance = Sale([books.services], books.time), random.Random(batch)
    event, closing = await sale.event(seats=12), asyncio.Event()
    purchases = 0
    # Nobody is told here that a refund came back: that is a difference, and rightly so.
    tokens = [token for token, outcome in OUTCOMES.items() if not outcome.refund_fails] + ["sim_success"]

    async def purchase() -> None:
        buyer = somebody()
        booking = await sale.book(event, buyer, quantity=chance.randint(1, 2))
        if chance.random() < 0.2:
            await sale.cancel(booking, buyer)
        await pay_booking(
            books.services,
            buyer,
            event_id=event.id,
            booking_id=booking.id,
            token=chance.choice(tokens),
            amount=None,
            idempotency_key="k",
        )
        await sale.cancel(booking, buyer)

    async def buy_on() -> None:
        nonlocal purchases
        while not closing.is_set():
            with suppress(Refusal):
                await purchase()
            purchases += 1
            await asyncio.sleep(0)

    buyers = [asyncio.create_task(buy_on()) for _ in range(6)]
    found: list[list[Difference]] = []
    while len(found) < 5 or purchases <= 6:  # on a busy machine a purchase takes longer than a check
        found.append(await books.differences())
    closing.set()
    await asyncio.gather(*buyers)
    assert not any(found)

    assert await books.find() == set()
    # What was told late, or never, comes out at the deadline.
    books.time.now += timedelta(hours=1)
    await sweep_due(books.services)
    await reconcile(books.services, Progress())
    assert await books.find() == set()
    assert await check_inventory(books.services) == []


# ---------------------------------------------------------------- each kind

Tamper = Callable[[Books], Awaitable[Found]]
TAMPERINGS: list[Tamper] = []


def tampering(do: Tamper) -> Tamper:
    """Registers a way to change either book by hand; it returns what the check has to tell of it."""
    TAMPERINGS.append(do)
    return do


@pytest.mark.parametrize("do", TAMPERINGS, ids=lambda do: do.__name__)
async def test_what_is_wrong_is_found(books: Books, monkeypatch: pytest.MonkeyPatch, do: Tamper) -> None:
    expected = await do(books)
    assert await books.find() == expected
    monkeypatch.setattr(money, "BATCH", 1)
    assert await books.find() == expected


@tampering
async def charge_nobody_knows(books: Books) -> Found:
    stranger = await copy(SimulatedCharge, books.payments["paid"].id)
    await copy(SimulatedCharge, books.payments["declined"].id)  # took nothing
    reference = f"sim_charge_{stranger}"
    return {Difference(KIND.UNKNOWN_CHARGE, payment_id=stranger, reference=reference, theirs=PRICE)}


@tampering
async def payment_gone(books: Books) -> Found:
    payment = books.payments["paid"]
    await delete(Payment, payment.id)
    reference = f"sim_charge_{payment.id}"
    return {
        Difference(KIND.UNKNOWN_CHARGE, payment_id=payment.id, reference=reference, theirs=PRICE),
        Difference(KIND.BOOKING_NOT_PAID_ONCE, payment.booking_id, ours=Money(0, "INR"), theirs=PRICE),
    }


@tampering
async def charges_gone(books: Books) -> Found:
    names = ("paid", "cancelled", "taken and failed")
    for name in names:
        await delete(SimulatedCharge, books.payments[name].id)
    return {books.charged(KIND.CHARGE_MISSING, name, ours=PRICE) for name in names}


@tampering
async def charge_declined_after_all(books: Books) -> Found:
    await change(SimulatedCharge, books.payments["paid"].id, token="sim_declined")
    return {books.charged(KIND.CHARGE_MISSING, "paid", ours=PRICE)}


@tampering
async def payment_that_did_not_succeed(books: Books) -> Found:
    await change(Payment, books.payments["silent"].id, status="SUCCEEDED")
    return {
        books.of(KIND.CHARGE_MISSING, "silent", ours=PRICE),
        books.of(KIND.MONEY_KEPT, "silent", ours=PRICE),
    }


@tampering
async def charge_found_only_when_asked(books: Books) -> Found:
    """The provider's clock is a day off: no difference."""
    await change(SimulatedCharge, books.payments["paid"].id, asked_at=books.time.now - timedelta(days=1))
    return set()


@tampering
async def money_taken_for_payments_that_are_not_settled(books: Books) -> Found:
    await change(SimulatedCharge, books.payments["silent"].id, token="sim_success")
    await change(SimulatedCharge, books.payments["declined"].id, token="sim_failure")
    books.time.now += patience(books.services.settings)
    return {books.charged(KIND.CHARGE_UNSETTLED, name, theirs=PRICE) for name in ("silent", "declined")}


@tampering
async def money_taken_for_a_pending_payment(books: Books) -> Found:
    await change(Payment, books.payments["silent"].id, status="PENDING")
    await change(SimulatedCharge, books.payments["silent"].id, token="sim_late_success")
    books.time.now += patience(books.services.settings)
    return {books.charged(KIND.CHARGE_UNSETTLED, "silent", theirs=PRICE)}


@tampering
async def money_taken_a_moment_ago(books: Books) -> Found:
    """It may still be settled: no difference yet."""
    await change(SimulatedCharge, books.payments["silent"].id, token="sim_success")
    books.time.now += patience(books.services.settings) - MS
    return set()


@tampering
async def charges_of_other_amounts(books: Books) -> Found:
    await change(SimulatedCharge, books.payments["paid"].id, amount_minor=50_001)
    await change(SimulatedCharge, books.payments["cancelled"].id, currency="EUR")
    return {
        books.charged(KIND.CHARGE_DIFFERS, "paid", ours=PRICE, theirs=Money(50_001, "INR")),
        books.charged(KIND.CHARGE_DIFFERS, "cancelled", ours=PRICE, theirs=Money(50_000, "EUR")),
    }


@tampering
async def payment_of_another_amount(books: Books) -> Found:
    payment = books.payments["paid"]
    await change(Payment, payment.id, amount_minor=40_000)
    less = Money(40_000, "INR")
    return {
        books.charged(KIND.CHARGE_DIFFERS, "paid", ours=less, theirs=PRICE),
        Difference(KIND.BOOKING_NOT_PAID_ONCE, payment.booking_id, ours=less, theirs=PRICE),
    }


@tampering
async def refund_nobody_knows(books: Books) -> Found:
    stranger = await copy(SimulatedRefund, books.refunds["cancelled"].id)
    reference = f"sim_refund_{stranger}"
    return {Difference(KIND.UNKNOWN_REFUND, refund_id=stranger, reference=reference, theirs=HALF)}


@tampering
async def our_refunds_gone(books: Books) -> Found:
    for refund in books.refunds.values():
        await delete(Refund, refund.id)
    books.time.now += patience(books.services.settings)
    unknown = {
        Difference(KIND.UNKNOWN_REFUND, refund_id=refund.id, reference=f"sim_refund_{refund.id}", theirs=refund.amount)
        for refund in books.refunds.values()
    }
    return {books.charged(KIND.CHARGE_UNSETTLED, "taken and failed", theirs=PRICE)} | unknown


@tampering
async def their_refunds_gone(books: Books) -> Found:
    for refund in books.refunds.values():
        await delete(SimulatedRefund, refund.id)
    return {books.refunded(KIND.REFUND_MISSING, name, ours=refund.amount) for name, refund in books.refunds.items()}


@tampering
async def refund_failed(books: Books) -> Found:
    await change(Refund, books.refunds["cancelled"].id, status="FAILED")
    await delete(SimulatedRefund, books.refunds["cancelled"].id)
    return {books.refunded(KIND.REFUND_FAILED, "cancelled", ours=HALF)}


@tampering
async def refund_failed_and_given_back(books: Books) -> Found:
    await change(Refund, books.refunds["cancelled"].id, status="FAILED")
    return {books.refunded(KIND.REFUND_FAILED, "cancelled", ours=HALF, theirs=HALF)}


async def unsent(books: Books) -> None:
    values = {"status": "INITIATED", "completed_at": None, "provider_reference": None}
    await change(Refund, books.refunds["cancelled"].id, **values)
    await delete(SimulatedRefund, books.refunds["cancelled"].id)


@tampering
async def refund_not_sent_for_a_day(books: Books) -> Found:
    await unsent(books)
    books.time.now += timedelta(days=1)
    refund_id = books.refunds["cancelled"].id
    return {books.of(KIND.REFUND_OVERDUE, "cancelled", refund_id=refund_id, ours=HALF)}


@tampering
async def refund_not_sent_for_less(books: Books) -> Found:
    await unsent(books)
    books.time.now += timedelta(days=1) - MS
    return set()


@tampering
async def refunds_of_other_amounts(books: Books) -> Found:
    await change(SimulatedRefund, books.refunds["cancelled"].id, amount_minor=25_001)
    await change(SimulatedRefund, books.refunds["taken and failed"].id, currency="EUR")
    return {
        books.refunded(KIND.REFUND_DIFFERS, "cancelled", ours=HALF, theirs=Money(25_001, "INR")),
        books.refunded(KIND.REFUND_DIFFERS, "taken and failed", ours=PRICE, theirs=Money(50_000, "EUR")),
    }


@tampering
async def they_gave_back_more_than_they_took(books: Books) -> Found:
    await change(SimulatedRefund, books.refunds["cancelled"].id, amount_minor=50_001)
    return {books.refunded(KIND.REFUND_EXCEEDS_CHARGE, "cancelled", ours=PRICE, theirs=Money(50_001, "INR"))}


@tampering
async def we_gave_back_more_than_we_took(books: Books) -> Found:
    refund = books.refunds["taken and failed"]
    more = Money(50_001, "INR")
    await change(Refund, refund.id, amount_minor=more.minor)
    return {
        books.of(KIND.REFUND_EXCEEDS_CHARGE, "taken and failed", refund_id=refund.id, ours=more, theirs=PRICE),
        books.refunded(KIND.REFUND_DIFFERS, "taken and failed", ours=more, theirs=PRICE),
    }


@tampering
async def two_refunds_of_one_payment(books: Books) -> Found:
    """As if the index that forbids it were missing."""
    await Refund.get_pymongo_collection().drop_index("one_per_payment")
    again = await copy(Refund, books.refunds["taken and failed"].id, provider_reference=None)
    twice = Money(100_000, "INR")
    return {
        books.of(KIND.REFUND_EXCEEDS_CHARGE, "taken and failed", refund_id=again, ours=twice, theirs=PRICE),
        books.of(KIND.REFUND_MISSING, "taken and failed", refund_id=again, ours=PRICE),
    }


@tampering
async def unpaid_booking_confirmed(books: Books) -> Found:
    booking = books.bookings["silent"]
    await change(Booking, booking.id, status="CONFIRMED")
    return {Difference(KIND.BOOKING_NOT_PAID_ONCE, booking.id, ours=Money(0, "INR"), theirs=PRICE)}


@tampering
async def cancelled_booking_confirmed(books: Books) -> Found:
    """Part of its money is given back."""
    booking = books.bookings["cancelled"]
    await change(Booking, booking.id, status="CONFIRMED")
    return {Difference(KIND.BOOKING_NOT_PAID_ONCE, booking.id, ours=Money(0, "INR"), theirs=PRICE)}


@tampering
async def booking_paid_twice(books: Books) -> Found:
    payment = books.payments["paid"]
    again = await copy(Payment, payment.id, may_hold_money=False, provider_reference=None)
    await copy(SimulatedCharge, payment.id)
    stranger = await SimulatedCharge.find_one({"_id": {"$nin": [one.id for one in books.payments.values()]}})
    assert stranger is not None
    unknown = f"sim_charge_{stranger.id}"
    return {
        Difference(KIND.BOOKING_NOT_PAID_ONCE, payment.booking_id, ours=Money(100_000, "INR"), theirs=PRICE),
        Difference(KIND.CHARGE_MISSING, payment.booking_id, again, ours=PRICE),
        Difference(KIND.UNKNOWN_CHARGE, payment_id=stranger.id, reference=unknown, theirs=PRICE),
    }


@tampering
async def booking_of_another_total(books: Books) -> Found:
    booking = books.bookings["paid"]
    await change(Booking, booking.id, total_minor=60_000)
    return {Difference(KIND.BOOKING_NOT_PAID_ONCE, booking.id, ours=PRICE, theirs=Money(60_000, "INR"))}


@tampering
async def money_of_an_expired_booking(books: Books) -> Found:
    await change(Booking, books.bookings["paid"].id, status="EXPIRED")
    return {books.of(KIND.MONEY_KEPT, "paid", ours=PRICE)}


@tampering
async def money_of_a_booking_put_away(books: Books) -> Found:
    raw = await Booking.get_pymongo_collection().find_one({"_id": books.bookings["paid"].id})
    assert raw is not None
    await delete(Booking, raw["_id"])
    await books.services.database["archived_bookings"].insert_one({**raw, "status": "EXPIRED"})
    return {books.of(KIND.MONEY_KEPT, "paid", ours=PRICE)}


@tampering
async def cancelled_booking_put_away(books: Books) -> Found:
    """As CLEAN_UP does: no difference."""
    raw = await Booking.get_pymongo_collection().find_one({"_id": books.bookings["cancelled"].id})
    assert raw is not None
    await delete(Booking, raw["_id"])
    await books.services.database["archived_bookings"].insert_one(raw)
    return set()


@tampering
async def money_that_came_after_a_cancellation(books: Books) -> Found:
    """Without the refund that belongs to it."""
    payment = books.payments["paid"]
    await change(Booking, books.bookings["paid"].id, status="CANCELLED")
    await change(Payment, payment.id, settled_at=payment.created_at + timedelta(seconds=1))
    return {books.of(KIND.MONEY_KEPT, "paid", ours=PRICE)}


@tampering
async def cancelled_on_terms_that_give_nothing_back(books: Books) -> Found:
    """No difference: it was paid first."""
    payment = books.payments["paid"]
    assert payment.settled_at is not None
    await change(Booking, books.bookings["paid"].id, status="CANCELLED")
    await change(Booking, books.bookings["paid"].id, updated_at=payment.settled_at + timedelta(seconds=1))
    return set()


@tampering
async def part_of_the_money_of_a_failed_booking(books: Books) -> Found:
    await change(Booking, books.bookings["cancelled"].id, status="FAILED")
    return {books.of(KIND.MONEY_KEPT, "cancelled", ours=HALF)}


async def tell(books: Books, **told: str) -> str:
    """A notice of the provider's; its id."""
    notice_id = secrets.token_hex(4)
    body = orjson.dumps({"id": notice_id, **told})
    headers = signed_headers(SECRET, notice_id, body, books.time())
    await take_notice(books.services, "simulated", headers, body)
    return notice_id


@tampering
async def notice_of_an_unknown_attempt(books: Books) -> Found:
    payment_id, refund_id = new_id(), new_id()
    of_payment = await tell(books, payment=str(payment_id), status="SUCCEEDED")
    of_refund = await tell(books, refund=str(refund_id), status="PROCESSED")
    await tell(books, payment=str(books.payments["paid"].id), status="SUCCEEDED")
    books.time.now += timedelta(hours=1)
    return {
        Difference(KIND.NOTICE_UNSETTLED, payment_id=payment_id, reference=of_payment),
        Difference(KIND.NOTICE_UNSETTLED, refund_id=refund_id, reference=of_refund),
    }


@tampering
async def notice_of_an_attempt_that_may_yet_be_known(books: Books) -> Found:
    await tell(books, payment=str(new_id()), status="SUCCEEDED")
    books.time.now += timedelta(hours=1) - MS
    assert await ProviderNotice.find({"settled_at": None}).count() == 1
    return set()


@tampering
async def payments_of_another_provider(books: Books) -> Found:
    """Whom nobody can ask: only what our own book tells."""
    for name in ("paid", "cancelled", "taken and failed"):
        await change(Payment, books.payments[name].id, provider="another")
        await delete(SimulatedCharge, books.payments[name].id)
    for refund in books.refunds.values():
        await delete(SimulatedRefund, refund.id)
    await change(Refund, books.refunds["cancelled"].id, status="FAILED")
    await change(Booking, books.bookings["paid"].id, status="EXPIRED")
    return {
        books.of(KIND.MONEY_KEPT, "paid", ours=PRICE),
        books.refunded(KIND.REFUND_FAILED, "cancelled", ours=HALF),
    }


# ---------------------------------------------------------------- a provider that does more than it should


class Repeater(SimulatedProvider):
    """Takes and gives everything twice."""

    async def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        async for record in super().charges(start, end):
            yield record
            yield replace(record, reference="once more")

    async def refunds(self, start: datetime, end: datetime) -> AsyncIterator[RefundRecord]:
        async for record in super().refunds(start, end):
            yield record
            yield replace(record, reference="once more")


@pytest.mark.parametrize("batch", [1, 2_000])
async def test_money_taken_and_given_back_twice(books: Books, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(money, "BATCH", batch)
    books.services.provider = Repeater(books.time)
    assert await books.find() == {
        *(
            books.of(KIND.CHARGED_TWICE, name, reference="once more", ours=PRICE, theirs=PRICE)
            for name in ("paid", "cancelled", "taken and failed")
        ),
        *(
            books.of(
                KIND.REFUNDED_TWICE,
                name,
                refund_id=refund.id,
                reference="once more",
                ours=refund.amount,
                theirs=refund.amount,
            )
            for name, refund in books.refunds.items()
        ),
    }


async def test_twice_is_found_without_knowing_which_was_first(books: Books) -> None:
    """Our book has no reference yet."""
    await change(Payment, books.payments["paid"].id, provider_reference=None)
    books.services.provider = Repeater(books.time)
    twice = books.of(KIND.CHARGED_TWICE, "paid", reference="once more", ours=PRICE, theirs=PRICE)
    assert twice in await books.find()


class Lagging(SimulatedProvider):
    """Its book shows each charge and refund only when it is read the second time."""

    reads = 0

    async def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        self.reads += 1
        if self.reads > 1:
            async for record in super().charges(start, end):
                yield record

    async def look_up(self, payment: Payment) -> Charge | None:
        return await super().look_up(payment) if self.reads > 1 else Charge(PaymentStatus.TIMED_OUT)


async def test_what_is_right_a_moment_later_is_not_told(books: Books) -> None:
    provider = books.services.provider = Lagging(books.time)
    assert await books.find() == set()
    assert provider.reads > 1


class Breaking(SimulatedProvider):
    """Its book breaks off after the first charge."""

    async def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        async for record in super().charges(start, end):
            yield record
            raise ConnectionError


async def test_a_provider_whose_book_can_not_be_read(books: Books) -> None:
    """What our own book tells is told; and then that this was not all."""
    await change(Booking, books.bookings["silent"].id, status="CONFIRMED")
    books.services.provider = Breaking(books.time)
    differences = compare_books(books.services)
    assert (await anext(differences)).kind is KIND.BOOKING_NOT_PAID_ONCE
    with pytest.raises(Unavailable):
        await anext(differences)


# ---------------------------------------------------------------- since


async def test_only_what_is_recent(books: Books) -> None:
    await delete(SimulatedCharge, books.payments["paid"].id)
    await copy(SimulatedCharge, books.payments["cancelled"].id)
    await change(Refund, books.refunds["cancelled"].id, status="FAILED")
    await change(Booking, books.bookings["silent"].id, status="CONFIRMED")
    await tell(books, payment=str(new_id()), status="SUCCEEDED")
    since = books.time.now
    books.time.now += timedelta(hours=2)
    assert len(await books.differences()) == 5
    assert len(await books.differences(since)) == 5
    assert await books.differences(since + MS) == []

    await buy(books, "later", "sim_success")
    await delete(SimulatedCharge, books.payments["later"].id)
    assert await books.differences(since + MS) == [books.charged(KIND.CHARGE_MISSING, "later", ours=PRICE)]
