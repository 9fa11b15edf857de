"""Purchases under way: what a batch knows of them is not read again, and is right whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument

from domain.caller import Caller
from domain.documents import (
    ArchivedBooking,
    Booking,
    BookingStatus,
    Event,
    IdempotencyKey,
    Payment,
    PaymentStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    Stored,
    User,
    key_id,
    new_id,
)
from domain.errors import (
    AmountMismatch,
    BookingExpired,
    BookingNotPayable,
    IdempotencyKeyReused,
    LimitExceeded,
    LockAlreadyUsed,
    LockExpired,
    LockNotActive,
    NotFound,
    PaymentFailed,
    Unauthenticated,
)
from domain.inventory.payment_commands import PaymentStarted, StartPayment
from domain.money import Money
from domain.payments.pay import pay_booking
from domain.payments.settle import settle
from domain.providers.port import Charge
from domain.sale import buying
from domain.sale.event_changes import update_event
from domain.sale.lock_changes import extend_lock
from domain.writer import memory, purchases
from domain.writer.purchases import are
from tests.support.remembering import READS, Shop, signed_up
from tests.support.sale import race, somebody, tally

PAID = Charge(PaymentStatus.SUCCEEDED, money_taken=True, reference="one")


def starting(booking: Booking, buyer: Caller, *, key: str = "key", amount: Money | None = None) -> StartPayment:
    """An attempt to pay."""
    return StartPayment(
        event_id=booking.event_id,
        caller=buyer,
        correlation_id="test",
        booking_id=booking.id,
        payment_id=new_id(),
        key_id=key_id(buyer.user_id, "payBooking", key),
        key=key,
        request=key.encode(),
        amount=amount,
        has_token=True,
        provider="simulated",
    )


async def start(shop: Shop, booking: Booking, buyer: Caller, **fields: Any) -> PaymentStarted:
    return await shop.here.writer.execute(starting(booking, buyer, **fields))


async def by_hand(kind: type[Stored], document_id: object, **fields: Any) -> Callable[[], Any]:
    """Change a document by hand; what is returned puts it back."""
    collection = kind.get_pymongo_collection()
    before = await collection.find_one_and_update({"_id": document_id}, {"$set": fields})
    assert before is not None
    return partial(collection.replace_one, {"_id": document_id}, before)


async def is_read(shop: Shop, deed: Any) -> bool:
    """Whether it begins with reading; else it only asks in the transaction that writes, for limits, too."""
    asked = [asked for asked in await shop.asked(deed) if asked.command in READS and asked.collection == "events"]
    return any("max_seats_per_buyer" not in each.by or "audit_hash" in each.by for each in asked)


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("seats", [(), ("STALLS-A-2", "STALLS-A-3")], ids=["any", "numbered"])
async def test_a_purchase_that_begins_here_reads_nothing(
    shop: Shop, seats: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is remembered has its fields in the order in which they are stored: none of it is decoded to compare it.
    monkeypatch.delattr(purchases, "_by_id")
    event = await (shop.sale.numbered_event(9) if seats else shop.sale.event(9))
    await shop.sale.lock(event, somebody())
    buyer = somebody()
    lock = (await shop.sale.lock(event, buyer, *seats)).lock
    assert not await is_read(shop, shop.sale.confirm(lock, buyer))
    booking = await Booking.get(lock.id)
    assert booking is not None
    assert not await is_read(shop, shop.sale.pay(booking, buyer))
    assert shop.stale == []
    assert (await SeatLock.find_one({"_id": lock.id}, {"status": "CONSUMED"})) is not None
    with pytest.raises(LockAlreadyUsed):
        await shop.sale.confirm(lock, buyer)
    assert await is_read(shop, shop.sale.cancel(booking, buyer))
    assert shop.stale == []


async def test_of_who_changes_a_lock_it_is_known_what_they_have(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    shop.time.now += timedelta(minutes=1)
    await extend_lock(shop.here, buyer, event_id=event.id, lock_id=lock.id)
    assert await shop.read(shop.sale.lock(event, buyer)) == []


async def test_what_is_read_once_is_known_then(shop: Shop) -> None:
    """Of a lock that was made elsewhere, and of a booking that was."""
    event, hall, buyer = await shop.sale.event(9), await shop.sale.numbered_event(9), somebody()
    lock = (await shop.elsewhere.lock(event, buyer)).lock
    booking = (await shop.sale.confirm(lock, buyer)).booking
    assert not await is_read(shop, shop.sale.pay(booking, buyer))
    lock = (await shop.elsewhere.lock(hall, buyer, "STALLS-A-1")).lock
    booking = (await shop.elsewhere.confirm(lock, buyer)).booking
    payment = (await start(shop, booking, buyer)).payment
    # Its row was not looked at.
    assert await is_read(shop, settle(shop.here, payment, PAID))
    assert shop.stale == []


async def test_a_purchase_is_known_once_its_payments_are(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.elsewhere.lock(event, buyer)).lock
    booking = (await shop.elsewhere.confirm(lock, buyer)).booking
    payment = (await shop.there.writer.execute(starting(booking, buyer))).payment
    assert (await shop.sale.confirm(lock, buyer)).replayed  # which looks at no payments
    assert (await settle(shop.here, payment, PAID)).booking.status is BookingStatus.CONFIRMED
    assert shop.stale == []


async def test_purchases_of_many_at_once(shop: Shop) -> None:
    hall = await shop.sale.numbered_event(30)
    await shop.sale.lock(hall, somebody())

    async def buy(number: int) -> None:
        buyer = somebody()
        lock = (await shop.sale.lock(hall, buyer, f"STALLS-A-{number}")).lock
        booking = (await shop.sale.confirm(lock, buyer)).booking
        assert (await shop.sale.pay(booking, buyer)).booking.status is BookingStatus.CONFIRMED

    assert not await is_read(shop, race(*(buy(number) for number in range(2, 30))))
    assert shop.stale == []


# ---------------------------------------------------------------- what is presumed


async def test_a_session_that_has_ended(shop: Shop) -> None:
    event, buyer = await shop.sale.event(2), await signed_up()
    lock = (await shop.sale.lock(event, buyer)).lock
    await User.get_pymongo_collection().update_one({"_id": buyer.user_id}, {"$set": {"sessions_ended": 1}})
    with pytest.raises(Unauthenticated):
        await shop.sale.confirm(lock, buyer)
    assert await Booking.get(lock.id) is None


@pytest.mark.parametrize("archived", [False, True], ids=["a booking", "an archived one"])
async def test_a_reference_that_another_booking_has(
    shop: Shop, archived: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, other, buyer = await shop.sale.event(9), await shop.sale.event(9), somebody()
    taken = await shop.sale.book(other, buyer)
    if archived:
        await ArchivedBooking.get_pymongo_collection().insert_one(
            taken.evolve(id=new_id(), reference="ARCHIVED").to_bson()
        )
    lock = (await shop.sale.lock(event, buyer)).lock
    references = iter(["ARCHIVED" if archived else str(taken.reference), "ANEWNAME"])
    monkeypatch.setattr(buying, "new_reference", lambda: next(references))
    assert (await shop.sale.confirm(lock, buyer)).booking.reference == "ANEWNAME"
    assert shop.stale == ["stale"]
    await ArchivedBooking.get_pymongo_collection().delete_many({})


async def test_a_key_that_paid_something_else(shop: Shop) -> None:
    """Also where the payment is refused for another reason, or waits: the key is looked at first."""
    event, other, buyer = await shop.sale.event(9), await shop.sale.event(9), somebody()
    for key in ("one", "two"):
        await start(shop, await shop.sale.book(other, buyer), buyer, key=key)
    booking = await shop.sale.book(event, buyer)
    with pytest.raises(AmountMismatch):
        await start(shop, booking, buyer, key="new", amount=Money(1, "EUR"))
    assert shop.stale == []
    for key, amount in (("one", Money(1, "EUR")), ("two", None)):
        with pytest.raises(IdempotencyKeyReused):
            await shop.here.writer.execute(
                replace(starting(booking, buyer, key=key, amount=amount), request=b"something else")
            )
    assert shop.stale == ["stale", "stale"]


async def test_a_key_that_another_attempt_has_answered(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    answered = IdempotencyKey.model_construct(
        id=key_id(buyer.user_id, "payBooking", "key"),
        request=b"something else",
        outcome_id=new_id(),
        expires_at=shop.time.now + timedelta(hours=1),
    )
    await IdempotencyKey.get_pymongo_collection().insert_one(answered.to_bson())
    with pytest.raises(IdempotencyKeyReused):
        await start(shop, booking, buyer)


async def test_a_repeat_is_told_from_what_is_known(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    booking = (await shop.sale.confirm(lock, buyer)).booking
    assert (await shop.sale.confirm(lock, buyer)).replayed
    first = await start(shop, booking, buyer)
    again = await start(shop, booking, buyer)
    assert (again.payment.id, again.replayed) == (first.payment.id, True)
    with pytest.raises(BookingNotPayable, match="not been answered"):
        await start(shop, booking, buyer, key="another")
    settled = await settle(shop.here, first.payment, PAID)
    assert settled.booking.status is BookingStatus.CONFIRMED
    assert (await settle(shop.here, first.payment, PAID)).booking == settled.booking
    assert (await start(shop, booking, buyer)).replayed
    assert shop.stale == []


async def test_a_payment_that_waits_for_the_bank(shop: Shop) -> None:
    event, other, buyer = await shop.sale.event(9), await shop.sale.event(9), somebody()
    await start(shop, await shop.sale.book(other, buyer), buyer, key="one")
    booking = await shop.sale.book(event, buyer)
    payment = (await start(shop, booking, buyer, key="two")).payment
    await settle(shop.here, payment, Charge(PaymentStatus.ACTION_REQUIRED))
    waiting = await start(shop, booking, buyer, key="three")
    assert (waiting.payment.id, waiting.is_waiting) == (payment.id, True)
    assert shop.stale == []
    with pytest.raises(IdempotencyKeyReused):
        await shop.here.writer.execute(replace(starting(booking, buyer, key="one"), request=b"something else"))


async def test_money_of_an_attempt_that_was_thought_to_have_failed(shop: Shop) -> None:
    """It goes back, since another attempt is under way; who is told of it again learns the same."""
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    first = (await start(shop, booking, buyer, key="one")).payment
    await settle(shop.here, first, Charge(PaymentStatus.FAILED))
    second = (await start(shop, booking, buyer, key="two")).payment
    late = await settle(shop.here, first, PAID)
    again = await settle(shop.here, first, PAID)
    assert late.refund is not None
    assert again.refund is not None
    assert again.refund.id == late.refund.id
    paid = await settle(shop.here, second, PAID)
    assert (paid.booking.status, paid.refund) == (BookingStatus.CONFIRMED, None)


async def test_attempts_are_counted(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    allowed = shop.here.settings.payment_attempts
    for left in reversed(range(allowed)):
        with pytest.raises(PaymentFailed) as told:
            await pay_booking(
                shop.here,
                buyer,
                event_id=event.id,
                booking_id=booking.id,
                token="sim_declined",
                amount=None,
                idempotency_key=f"attempt {left}",
            )
        assert told.value.attempts_left == left
    assert shop.stale == []
    with pytest.raises(BookingNotPayable):
        await shop.sale.pay(booking, buyer)
    await shop.sale.lock(event, somebody(), quantity=9)  # its seats are free again


async def test_limits_count_what_is_bought(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    await update_event(shop.here, somebody(Role.ADMIN), event_id=event.id, max_seats_per_buyer=3)
    await shop.sale.lock(event, somebody())
    await shop.sale.pay(await shop.sale.book(event, buyer, 2), buyer)
    assert not await is_read(shop, shop.sale.lock(event, buyer))
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    assert shop.stale == []


async def test_many_new_buyers_have_nothing_until_one_has(shop: Shop) -> None:
    event, known = await shop.sale.event(300), somebody()
    await shop.elsewhere.lock(event, known, quantity=99)
    await shop.sale.lock(event, somebody())
    assert not await is_read(shop, race(*(shop.sale.lock(event, somebody()) for _ in range(memory.NEW_BUYERS))))
    answers = await race(*(shop.sale.lock(event, each, quantity=2) for each in (known, somebody(), somebody())))
    assert tally(answers) == {"Locked": 2, "LimitExceeded": 1}
    assert shop.stale == ["stale"]
    # The others may have something, too: they are looked up.
    assert await is_read(shop, race(*(shop.sale.lock(event, somebody()) for _ in range(5))))
    assert shop.stale == ["stale"]


# ---------------------------------------------------------------- time


async def test_deadlines_that_pass_while_all_is_known(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock, booking = (await shop.sale.lock(event, buyer)).lock, await shop.sale.book(event, buyer)
    shop.time.now = lock.expires_at
    await shop.sale.lock(event, buyer)  # and what is dead is expired
    with pytest.raises(LockExpired):
        await shop.sale.confirm(lock, buyer)
    assert shop.stale == []
    shop.time.now = booking.payment_expires_at
    with pytest.raises(BookingExpired):
        await shop.sale.pay(booking, buyer)


async def test_a_payment_that_comes_too_late(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer, 5)
    payment = (await start(shop, booking, buyer)).payment
    shop.time.now = booking.payment_expires_at
    await shop.sale.lock(event, somebody(), quantity=8)
    settled = await settle(shop.here, payment, PAID)
    assert settled.booking.status is BookingStatus.EXPIRED
    assert settled.refund is not None


# ---------------------------------------------------------------- what others have done, or somebody by hand


async def test_what_another_server_has_made_of_it(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    released = (await shop.sale.lock(event, buyer)).lock
    await shop.elsewhere.release(released, buyer)
    with pytest.raises(LockNotActive):
        await shop.sale.confirm(released, buyer)
    lock = (await shop.sale.lock(event, buyer)).lock
    booking = (await shop.elsewhere.confirm(lock, buyer)).booking
    assert (await shop.sale.confirm(lock, buyer)).booking.reference == booking.reference
    await shop.elsewhere.pay(booking, buyer)
    with pytest.raises(BookingNotPayable, match="not waiting"):
        await shop.sale.pay(booking, buyer)
    cancelled = await shop.sale.book(event, buyer)
    payment = (await start(shop, cancelled, buyer)).payment
    await shop.elsewhere.cancel(cancelled, buyer)
    settled = await settle(shop.here, payment, PAID)
    assert settled.booking.status is BookingStatus.CANCELLED
    assert settled.refund is not None


async def test_a_lock_that_is_changed_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    undo = await by_hand(SeatLock, lock.id, user_id=new_id())
    with pytest.raises(NotFound):
        await shop.sale.confirm(lock, buyer)
    await undo()
    await shop.sale.lock(event, buyer)
    await shop.sale.confirm(lock, buyer)


async def test_a_booking_that_is_changed_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    undo = await by_hand(Booking, booking.id, total_minor=1)
    with pytest.raises(AmountMismatch):
        await start(shop, booking, buyer, amount=booking.total)
    await undo()
    await shop.sale.lock(event, buyer)
    await start(shop, booking, buyer, amount=booking.total)


async def test_a_payment_that_is_changed_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    payment = (await start(shop, booking, buyer)).payment
    await by_hand(Payment, payment.id, provider_reference="by hand")
    settled = await settle(shop.here, payment, Charge(PaymentStatus.SUCCEEDED, money_taken=True))
    assert settled.payment.provider_reference == "by hand"


async def test_payments_that_are_put_there_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    booking = await shop.sale.book(event, buyer)
    made = Payment.model_construct(
        id=new_id(),
        booking_id=booking.id,
        event_id=event.id,
        user_id=buyer.user_id,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        idempotency_key="by hand",
        provider="simulated",
        status=PaymentStatus.FAILED,
        may_hold_money=False,
        created_at=shop.time.now,
        settled_at=shop.time.now,
    )
    payments = [made.evolve(id=new_id()).to_bson() for _ in range(shop.here.settings.payment_attempts)]
    await Payment.get_pymongo_collection().insert_many(payments)
    with pytest.raises(BookingNotPayable, match="no more attempts"):
        await start(shop, booking, buyer)
    await Payment.get_pymongo_collection().delete_many({})


async def test_a_booking_that_is_put_there_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    other = await shop.sale.book(event, buyer)
    made = other.evolve(id=lock.id, reference="BYSOMEONE").to_bson()
    await Booking.get_pymongo_collection().insert_one(made)
    assert (await shop.sale.confirm(lock, buyer)).booking.reference == "BYSOMEONE"


async def test_a_lock_that_was_confirmed_is_only_swept_at_its_new_deadline(shop: Shop) -> None:
    event, buyer = await shop.sale.event(2), somebody()
    booking = await shop.sale.book(event, buyer)
    lock = await SeatLock.get(booking.id)
    assert lock is not None
    assert (lock.status, lock.booked, lock.expires_at) == (SeatLockStatus.ACTIVE, True, booking.payment_expires_at)
    found = await Event.get(event.id)
    assert found is not None
    assert found.available == 1


@pytest.mark.parametrize("as_told", [dict, lambda raw: RawBSONDocument(bson.encode(raw))])
def test_documents_are_the_same_with_their_fields_in_any_order(as_told: Callable[[dict[str, Any]], Any]) -> None:
    one: dict[str, Any] = {"_id": 1, "seats": ["A-1"], "status": "ACTIVE"}
    two: dict[str, Any] = {"_id": 2, "status": "ACTIVE"}
    remembered = [bson.encode(one), bson.encode(two)]
    another_order = {"status": "ACTIVE", "_id": 1, "seats": ["A-1"]}
    for found in ([one, two], [two, one], [two, another_order]):
        assert are(remembered, map(as_told, found))
    for found in ([one], [one, two, {"_id": 3}], [one, two | {"status": "EXPIRED"}], [one, two | {"more": 1}]):
        assert not are(remembered, map(as_told, found))
