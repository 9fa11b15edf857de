"""Do the books agree? Ours is compared with the provider's and with itself, while buyers buy.

Each batch is looked at as of one instant, and what looks wrong is looked at again, a moment later, before it is told:
money may be on its way. Memory is bounded by a batch, however long the books are.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from beanie import PydanticObjectId
from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    ArchivedBooking,
    Booking,
    BookingStatus,
    Payment,
    ProviderNotice,
    Refund,
    Stored,
)
from domain.errors import Unavailable
from domain.integrity.money_differences import (
    NOTICE_OVERDUE_AFTER,
    Difference,
    may_have_been_charged,
    missing_charge,
    of_booking,
    of_charges,
    of_notice,
    of_payment,
    of_refund,
    of_refunds,
)
from domain.money import Money
from domain.payments.ask import ASKED_AT_ONCE, patience
from domain.payments.calls import NoAnswer, answer_within
from domain.providers.port import ChargeRecord, RefundRecord

if TYPE_CHECKING:
    from domain.services import Services

ItemT = TypeVar("ItemT", bound=Hashable)
RecordT = TypeVar("RecordT", ChargeRecord, RefundRecord)
DocumentT = TypeVar("DocumentT", bound=Stored)
Id = PydanticObjectId
Found = list[tuple[ItemT, Difference]]
Check = Callable[["Services", Sequence[ItemT]], Awaitable[Found[ItemT]]]

BATCH = 2_000
"""Documents, or records of the provider's, that are compared at once."""

CHUNK = 500
"""Documents read without letting others run: a few milliseconds."""

MOMENT_SECONDS = 0.5
"""How much later what looks wrong is looked at again."""

EDGE = timedelta(seconds=10)
"""How far from our time of an attempt the provider's is looked for in its book; beyond, it is asked for that one."""

CLOCKS_APART = timedelta(minutes=5)
"""How far the provider's clock may be from ours."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def compare_books(services: Services, since: datetime | None = None) -> AsyncGenerator[Difference, None]:
    """Every difference, of what was made since then or of all; none when the books agree.

    Payments made with another provider than the one of the settings are compared within our own book only. Raises
    Unavailable when the provider's book can't be read; what our own book tells comes first.
    """
    now, start = services.clock(), since or BEGINNING
    recent = {"$gte": start}
    unsettled = {"settled_at": {"$type": "null"}, "received_at": {**recent, "$lte": now - NOTICE_OVERDUE_AFTER}}
    confirmed = {"status": BookingStatus.CONFIRMED.value, **({"updated_at": recent} if since else {})}
    charges = services.provider.charges(start, now + CLOCKS_APART)
    refunds = services.provider.refunds(start, now + CLOCKS_APART)
    for differences in (
        _compare(services, _ids(ProviderNotice, unsettled, "received_at"), _check_notices),
        _compare(services, _ids(Booking, confirmed, "_id"), _check_bookings),
        _compare(services, _ids(Payment, {"created_at": recent}, "created_at", "_id"), _check_payments),
        _compare(services, _ids(Refund, {"created_at": recent}, "created_at", "_id"), _check_refunds),
        _compare(services, _readable(charges), _check_charge_records),
        _compare(services, _readable(refunds), _check_refund_records),
    ):
        async for difference in differences:
            yield difference


async def _compare(services: Services, items: AsyncIterator[ItemT], check: Check[ItemT]) -> AsyncIterator[Difference]:
    async for batch in _batches(items):
        found = await check(services, batch)
        if found:
            await asyncio.sleep(MOMENT_SECONDS)
            found = await check(services, list(dict.fromkeys(item for item, _ in found)))
        for difference in dict.fromkeys(difference for _, difference in found):
            yield difference


async def _batches(items: AsyncIterator[ItemT]) -> AsyncIterator[list[ItemT]]:
    batch: list[ItemT] = []
    async for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# ---------------------------------------------------------------- our book


async def _check_notices(services: Services, ids: Sequence[str]) -> Found[str]:
    async with services.mongo.start_session(snapshot=True) as session:
        notices = await _find(session, ProviderNotice, {"_id": {"$in": list(ids)}, "settled_at": None})
    return [(notice.id, of_notice(notice)) for notice in notices]


async def _check_bookings(services: Services, ids: Sequence[Id]) -> Found[Id]:
    theirs = {"booking_id": {"$in": list(ids)}}
    async with services.mongo.start_session(snapshot=True) as session:
        bookings = await _find(session, Booking, {"_id": {"$in": list(ids)}})
        payments = _by(await _find(session, Payment, theirs), "booking_id")
        refunds = _by(await _find(session, Refund, theirs), "booking_id")
    return [
        (booking.id, difference)
        for booking in bookings
        for difference in of_booking(booking, payments[booking.id], refunds[booking.id])
    ]


async def _check_payments(services: Services, ids: Sequence[Id]) -> Found[Id]:
    async with services.mongo.start_session(snapshot=True) as session:
        payments = await _find(session, Payment, {"_id": {"$in": list(ids)}})
        refunds = _by(await _find(session, Refund, {"payment_id": {"$in": list(ids)}}), "payment_id")
        named = {"_id": {"$in": [payment.booking_id for payment in payments]}}
        archived = await _find(session, ArchivedBooking, named)
        bookings: dict[Id, Booking] = {
            booking.id: booking for booking in [*archived, *await _find(session, Booking, named)]
        }
    # Only now the provider: it took the money before we wrote that it did.
    claimed = [
        payment
        for payment in payments
        if payment.provider == services.provider.name
        and payment.amount_minor
        and may_have_been_charged(payment, refunds[payment.id])
    ]
    charged = await _charged(services, claimed)
    found = [
        (payment.id, difference)
        for payment in payments
        for difference in of_payment(payment, refunds[payment.id], bookings.get(payment.booking_id))
    ]
    return found + [(payment.id, missing_charge(payment)) for payment in claimed if payment.id not in charged]


async def _charged(services: Services, payments: Sequence[Payment]) -> set[Id]:
    """Those the provider took money for."""
    charged: set[Id] = set()
    if not payments:
        return charged
    ids, times = {payment.id for payment in payments}, [payment.created_at for payment in payments]
    async for record in _readable(services.provider.charges(min(times) - EDGE, max(times) + EDGE)):
        if record.payment_id in ids and record.taken is not None:
            charged.add(record.payment_id)
    left = [payment for payment in payments if payment.id not in charged]
    for at in range(0, len(left), ASKED_AT_ONCE):
        asked = left[at : at + ASKED_AT_ONCE]
        answers = await asyncio.gather(*(_is_charged(services, payment) for payment in asked))
        charged.update(payment.id for payment, yes in zip(asked, answers, strict=True) if yes)
    return charged


async def _is_charged(services: Services, payment: Payment) -> bool:
    try:
        look_up = services.provider.look_up(payment)
        charge = await answer_within(services.settings.payment_timeout_seconds, "look_up", look_up)
    except NoAnswer as error:
        raise _no_book() from error
    return charge is not None and charge.money_taken


async def _check_refunds(services: Services, ids: Sequence[Id]) -> Found[Id]:
    async with services.mongo.start_session(snapshot=True) as session:
        refunds = await _find(session, Refund, {"_id": {"$in": list(ids)}})
        named = {"_id": {"$in": [refund.payment_id for refund in refunds]}, "provider": services.provider.name}
        theirs = {payment.id for payment in await _find(session, Payment, named)}
    given_back = await _given_back(services, [refund for refund in refunds if refund.payment_id in theirs])
    now = services.clock()
    return [
        (refund.id, difference)
        for refund in refunds
        for difference in of_refund(refund, given_back.get(refund.id), now, is_theirs=refund.payment_id in theirs)
    ]


async def _given_back(services: Services, refunds: Sequence[Refund]) -> dict[Id, Money]:
    """What the provider gave back for them. It can't be asked for a single one: that would be sending it."""
    given_back: dict[Id, Money] = {}
    if not refunds:
        return given_back
    ids = {refund.id for refund in refunds}
    first = min(refund.created_at for refund in refunds) - CLOCKS_APART
    last = max(refund.completed_at or services.clock() for refund in refunds) + CLOCKS_APART
    async for record in _readable(services.provider.refunds(first, last)):
        if record.refund_id in ids:
            given_back[record.refund_id] = record.amount
    return given_back


# ---------------------------------------------------------------- the provider's book


async def _check_charge_records(services: Services, records: Sequence[ChargeRecord]) -> Found[ChargeRecord]:
    groups = _by((record for record in records if record.taken is not None), "payment_id", "reference")
    ids = [key for key in groups if not isinstance(key, str)]
    async with services.mongo.start_session(snapshot=True) as session:
        payments = {one.id: one for one in await _find(session, Payment, {"_id": {"$in": ids}})}
        refunds = _by(await _find(session, Refund, {"payment_id": {"$in": ids}}), "payment_id")
    patient_since = services.clock() - patience(services.settings)
    return [
        (record, difference)
        for key, group in groups.items()
        for difference in of_charges(group, payments.get(key), refunds[key], patient_since)
        for record in group
    ]


async def _check_refund_records(services: Services, records: Sequence[RefundRecord]) -> Found[RefundRecord]:
    groups = _by(records, "refund_id", "reference")
    ids = [key for key in groups if not isinstance(key, str)]
    async with services.mongo.start_session(snapshot=True) as session:
        refunds = {one.id: one for one in await _find(session, Refund, {"_id": {"$in": ids}})}
        named = {"_id": {"$in": [refund.payment_id for refund in refunds.values()]}}
        payments = {one.id: one for one in await _find(session, Payment, named)}
    found: Found[RefundRecord] = []
    for key, group in groups.items():
        refund = refunds.get(key)
        payment = payments.get(refund.payment_id) if refund else None
        found += [(record, difference) for difference in of_refunds(group, refund, payment) for record in group]
    return found


async def _readable(records: AsyncIterator[RecordT]) -> AsyncIterator[RecordT]:
    try:
        async for record in records:
            yield record
    except Exception as error:
        raise _no_book() from error


def _no_book() -> Unavailable:
    return Unavailable("The payment provider's book could not be read; try again.")


# ---------------------------------------------------------------- reading


async def _ids(kind: type[Stored], query: dict[str, Any], *order: str) -> AsyncIterator[Any]:
    sort = [(name, ASCENDING) for name in order]
    async for raw in kind.get_pymongo_collection().find(query, {"_id": 1}, sort=sort, batch_size=BATCH):
        yield raw["_id"]


async def _find(session: AsyncClientSession, kind: type[DocumentT], query: dict[str, Any]) -> list[DocumentT]:
    cursor = kind.get_pymongo_collection().find(query, session=session, batch_size=CHUNK)
    return [kind.from_bson(raw) async for raw in cursor]


def _by(items: Iterable[ItemT], *names: str) -> defaultdict[Any, list[ItemT]]:
    """The items by the first of these attributes that isn't None."""
    groups: defaultdict[Any, list[ItemT]] = defaultdict(list)
    for item in items:
        groups[next(filter(None, (getattr(item, name) for name in names)))].append(item)
    return groups
