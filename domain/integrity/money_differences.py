"""What can be wrong with money: our book against the provider's, and against itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from beanie import PydanticObjectId

from domain.documents import (
    Booking,
    BookingStatus,
    Payment,
    PaymentStatus,
    ProviderNotice,
    Refund,
    RefundStatus,
)
from domain.money import Money
from domain.providers.port import ChargeRecord, RefundRecord

REFUND_OVERDUE_AFTER = timedelta(days=1)
"""A provider that works takes seconds to take a refund on."""

NOTICE_OVERDUE_AFTER = timedelta(hours=1)
"""What a notice is about is known before the provider is, so one that can't be settled by then never will be."""


class DifferenceKind(StrEnum):
    """What differs; graph/schema/enums.py says what each means."""

    UNKNOWN_CHARGE = "UNKNOWN_CHARGE"
    CHARGE_MISSING = "CHARGE_MISSING"
    CHARGE_UNSETTLED = "CHARGE_UNSETTLED"
    CHARGED_TWICE = "CHARGED_TWICE"
    CHARGE_DIFFERS = "CHARGE_DIFFERS"
    UNKNOWN_REFUND = "UNKNOWN_REFUND"
    REFUND_MISSING = "REFUND_MISSING"
    REFUND_FAILED = "REFUND_FAILED"
    REFUND_OVERDUE = "REFUND_OVERDUE"
    REFUNDED_TWICE = "REFUNDED_TWICE"
    REFUND_DIFFERS = "REFUND_DIFFERS"
    REFUND_EXCEEDS_CHARGE = "REFUND_EXCEEDS_CHARGE"
    BOOKING_NOT_PAID_ONCE = "BOOKING_NOT_PAID_ONCE"
    MONEY_KEPT = "MONEY_KEPT"
    NOTICE_UNSETTLED = "NOTICE_UNSETTLED"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference about money.

    `ours` is what our book says, `theirs` what the provider's does, or what other documents of ours make it; None for
    nothing. `reference` is the provider's own name of it.
    """

    kind: DifferenceKind
    booking_id: PydanticObjectId | None = None
    payment_id: PydanticObjectId | None = None
    refund_id: PydanticObjectId | None = None
    reference: str | None = None
    ours: Money | None = None
    theirs: Money | None = None


def may_have_been_charged(payment: Payment, refunds: Sequence[Refund]) -> bool:
    """Whether our book says that the provider took money for this attempt."""
    return payment.status is PaymentStatus.SUCCEEDED or bool(refunds)


def of_payment(payment: Payment, refunds: Sequence[Refund], booking: Booking | None) -> Iterator[Difference]:
    """What is wrong with an attempt by our own book alone."""
    given_back = sum(refund.amount_minor for refund in refunds)
    if given_back > payment.amount_minor:
        yield _of(
            DifferenceKind.REFUND_EXCEEDS_CHARGE,
            payment,
            refund_id=max(refund.id for refund in refunds),
            ours=Money(given_back, refunds[0].currency),
            theirs=payment.amount,
        )
    in_full = any(refund.percentage == 100 for refund in refunds)
    if payment.status is PaymentStatus.SUCCEEDED and not in_full and not _was_good(payment, booking):
        kept = Money(payment.amount_minor - given_back, payment.currency)
        yield _of(DifferenceKind.MONEY_KEPT, payment, ours=kept)


def _was_good(payment: Payment, booking: Booking | None) -> bool:
    """Whether the attempt confirmed the booking, which may have been cancelled since, with its terms."""
    if booking is None:
        return False
    if booking.status is BookingStatus.CANCELLED:
        # Nothing changes a cancelled booking any more, so this is when it was cancelled.
        return payment.settled_at is None or payment.settled_at <= booking.updated_at
    return booking.status is BookingStatus.CONFIRMED


def missing_charge(payment: Payment) -> Difference:
    """The provider knows nothing of the money we think it took."""
    return _of(DifferenceKind.CHARGE_MISSING, payment, reference=payment.provider_reference, ours=payment.amount)


def of_charges(
    records: Sequence[ChargeRecord], payment: Payment | None, refunds: Sequence[Refund], patient_since: datetime
) -> Iterator[Difference]:
    """What is wrong with what the provider took for one attempt; for none of ours if there is no payment.

    An attempt made after `patient_since` may still be on its way to being settled.
    """
    for record in records:
        if record.taken is None:
            continue
        if payment is None:
            yield Difference(
                DifferenceKind.UNKNOWN_CHARGE,
                payment_id=record.payment_id,
                reference=record.reference,
                theirs=record.taken,
            )
        elif _is_another(record.reference, payment.provider_reference, records):
            yield _of(
                DifferenceKind.CHARGED_TWICE,
                payment,
                reference=record.reference,
                ours=payment.amount,
                theirs=record.taken,
            )
        elif record.taken != payment.amount:
            yield _of(
                DifferenceKind.CHARGE_DIFFERS,
                payment,
                reference=record.reference,
                ours=payment.amount,
                theirs=record.taken,
            )
        elif not may_have_been_charged(payment, refunds) and payment.created_at <= patient_since:
            yield _of(DifferenceKind.CHARGE_UNSETTLED, payment, reference=record.reference, theirs=record.taken)


def of_refund(refund: Refund, given_back: Money | None, now: datetime, *, is_theirs: bool) -> Iterator[Difference]:
    """What is wrong with a refund of ours that the provider says it gave back that much of.

    Unless it `is_theirs`, made with the provider we can ask, only what our own book tells.
    """
    kind = None
    if refund.status is RefundStatus.FAILED:
        kind = DifferenceKind.REFUND_FAILED
    elif refund.status is RefundStatus.INITIATED and refund.sent_since + REFUND_OVERDUE_AFTER <= now:
        kind = DifferenceKind.REFUND_OVERDUE
    elif refund.by_hand:
        return  # the provider has no part in it
    elif refund.status is RefundStatus.PROCESSED and given_back is None and is_theirs and refund.amount_minor:
        kind = DifferenceKind.REFUND_MISSING
    if kind is not None:
        yield Difference(
            kind,
            refund.booking_id,
            refund.payment_id,
            refund.id,
            refund.provider_reference,
            ours=refund.amount,
            theirs=given_back,
        )


def of_refunds(records: Sequence[RefundRecord], refund: Refund | None, payment: Payment | None) -> Iterator[Difference]:
    """What is wrong with what the provider gave back for one refund; for none of ours if there is no refund."""
    for record in records:
        if refund is None:
            yield Difference(
                DifferenceKind.UNKNOWN_REFUND,
                refund_id=record.refund_id,
                reference=record.reference,
                theirs=record.amount,
            )
            continue
        ours = refund.amount
        if refund.by_hand or _is_another(record.reference, refund.provider_reference, records):
            kind = DifferenceKind.REFUNDED_TWICE
        elif payment is not None and _exceeds(record.amount, payment.amount):
            kind, ours = DifferenceKind.REFUND_EXCEEDS_CHARGE, payment.amount
        elif record.amount != refund.amount:
            kind = DifferenceKind.REFUND_DIFFERS
        else:
            continue
        yield Difference(
            kind, refund.booking_id, refund.payment_id, refund.id, record.reference, ours=ours, theirs=record.amount
        )


def of_booking(booking: Booking, payments: Sequence[Payment], refunds: Sequence[Refund]) -> Iterator[Difference]:
    """A CONFIRMED booking has exactly one payment that succeeded, of all it costs, and none of it given back."""
    given_back = {refund.payment_id for refund in refunds}
    paid = [
        payment.amount
        for payment in payments
        if payment.status is PaymentStatus.SUCCEEDED and payment.id not in given_back
    ]
    if booking.status is BookingStatus.CONFIRMED and paid != [booking.total]:
        currency = paid[0].currency if paid else booking.currency
        total = Money(sum(amount.minor for amount in paid), currency)
        yield Difference(DifferenceKind.BOOKING_NOT_PAID_ONCE, booking.id, ours=total, theirs=booking.total)


def of_notice(notice: ProviderNotice) -> Difference:
    """The provider told something of an attempt or refund that we do not know, or can't settle."""
    return Difference(
        DifferenceKind.NOTICE_UNSETTLED,
        payment_id=notice.payment_id,
        refund_id=notice.refund_id,
        reference=notice.id.partition(":")[2],
    )


def _of(
    kind: DifferenceKind,
    payment: Payment,
    *,
    refund_id: PydanticObjectId | None = None,
    reference: str | None = None,
    ours: Money | None = None,
    theirs: Money | None = None,
) -> Difference:
    return Difference(kind, payment.booking_id, payment.id, refund_id, reference, ours, theirs)


def _exceeds(amount: Money, limit: Money) -> bool:
    return amount.currency == limit.currency and amount.minor > limit.minor


def _is_another(reference: str, known: str | None, records: Sequence[ChargeRecord] | Sequence[RefundRecord]) -> bool:
    """Whether this record is not the one we know; without having heard of any, not the first of several."""
    first = records[0].reference
    return reference != (first if known is None else known)
