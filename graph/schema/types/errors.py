"""The members of result unions that say why a mutation did nothing; each is made from a refusal of the domain.

Types are named after their code, and add what a client needs to act.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import errors
from domain.payments.answer import RETRYABLE
from graph.schema.enums import ErrorCode, PaymentFailureReason, SalesClosedReason, SeatLockStatus
from graph.schema.types.booking import Booking
from graph.schema.types.money import Money
from graph.schema.types.payment import Payment, Refund


@strawberry.interface(
    description="Every expected failure is a member of the mutation's result union and implements this."
)
class Error:
    code: ErrorCode = strawberry.field(description="What kind of failure this is, for programs.")
    message: str = strawberry.field(description="What went wrong, for people.")


@strawberry.type(description="One value of an input that breaks a rule.")
class InputIssue:
    path: list[str] = strawberry.field(
        description='Where the value is in the input, step by step; of a list the index, from 0: `["seats", "3"]`.'
    )
    message: str = strawberry.field(description="What is wrong with it, for people.")

    @classmethod
    def from_issue(cls, issue: errors.Issue) -> Self:
        return cls(path=issue.path, message=issue.message)


@strawberry.type(description="Values of the input break rules. `message` and `field` are about the first of `issues`.")
class InvalidInput(Error):
    field: str = strawberry.field(
        description="Path of the first value in the input, as in `selection.quantity.count`; of a list the index."
    )
    issues: list[InputIssue] = strawberry.field(
        description=(
            "Everything that was found wrong, so that a form shows it all at once: at least one, at most 100. What "
            "depends on the state of the event is checked only once the rest is right."
        )
    )

    @classmethod
    def from_refusal(cls, refusal: errors.InvalidInput) -> Self:
        return cls(
            code=ErrorCode.INVALID_INPUT,
            message=refusal.message,
            field=refusal.field,
            issues=[InputIssue.from_issue(issue) for issue in refusal.issues],
        )


@strawberry.type(description="There is no such thing, or the caller may not see it: the two are not told apart.")
class NotFound(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.NotFound) -> Self:
        return cls(code=ErrorCode.NOT_FOUND, message=refusal.message)


@strawberry.type(description="Somebody is registered with this e-mail address.")
class EmailTaken(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.EmailTaken) -> Self:
        return cls(code=ErrorCode.EMAIL_TAKEN, message=refusal.message)


@strawberry.type(
    description=(
        "There is no such user, or the password is wrong: the answer does not say which. Of `refreshSession`: the "
        "token is not valid, or its session has ended."
    )
)
class BadCredentials(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.BadCredentials) -> Self:
        return cls(code=ErrorCode.BAD_CREDENTIALS, message=refusal.message)


@strawberry.type(description="Fewer seats are available than asked for.")
class NotEnoughSeats(Error):
    available_seats: int = strawberry.field(description="How many there are in the section asked for.")

    @classmethod
    def from_refusal(cls, refusal: errors.NotEnoughSeats) -> Self:
        return cls(code=ErrorCode.NOT_ENOUGH_SEATS, message=refusal.message, available_seats=refusal.available_seats)


@strawberry.type(
    description="Some of the seats are held or booked. Or the choice would leave single empty seats (`orphans`)."
)
class SeatsUnavailable(Error):
    seats: list[str] = strawberry.field(
        description="The labels of those that are held or booked; empty when `orphans` is not."
    )
    orphans: list[str] = strawberry.field(
        description=(
            "The labels of single empty seats that the choice would leave between taken seats, where the event has "
            "`forbidOrphans`. Take these, too, or choose others. Empty when that is not the reason."
        )
    )

    @classmethod
    def from_refusal(cls, refusal: errors.SeatsUnavailable) -> Self:
        return cls(
            code=ErrorCode.SEATS_UNAVAILABLE,
            message=refusal.message,
            seats=refusal.seats,
            orphans=list(refusal.orphans),
        )


@strawberry.type(description="The event sells no seats now.")
class SalesClosed(Error):
    reason: SalesClosedReason = strawberry.field(description="Why it doesn't.")
    opens_at: datetime | None = strawberry.field(
        description="When sales start, or the access code begins to work: try again then. Null if not NOT_STARTED."
    )

    @classmethod
    def from_refusal(cls, refusal: errors.SalesClosed) -> Self:
        return cls(
            code=ErrorCode.SALES_CLOSED,
            message=refusal.message,
            reason=refusal.reason,
            opens_at=refusal.opens_at,
        )


@strawberry.type(description="The event is cancelled.")
class EventCancelled(Error):
    cancelled_at: datetime = strawberry.field(description="When it was cancelled.")

    @classmethod
    def from_refusal(cls, refusal: errors.EventCancelled) -> Self:
        return cls(code=ErrorCode.EVENT_CANCELLED, message=refusal.message, cancelled_at=refusal.cancelled_at)


@strawberry.type(description="This is the last ADMIN, and one must remain.")
class LastAdmin(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.LastAdmin) -> Self:
        return cls(code=ErrorCode.LAST_ADMIN, message=refusal.message)


@strawberry.type(description="More was asked for than one call may ask for, or one buyer may have.")
class LimitExceeded(Error):
    limit: int = strawberry.field(
        description=(
            "How much is allowed: seats, holds that expired, or, for extendLock, seconds. `message` says which."
        )
    )
    field: str = strawberry.field(
        description=(
            "Path of the value in the input that asks for too much, as in `selection.quantity.count`; `selection` or "
            "`add` when all of it counts together."
        )
    )
    retry_at: datetime | None = strawberry.field(
        description="When the same request may succeed, if waiting helps; null where it does not."
    )

    @classmethod
    def from_refusal(cls, refusal: errors.LimitExceeded) -> Self:
        return cls(
            code=ErrorCode.LIMIT_EXCEEDED,
            message=refusal.message,
            limit=refusal.limit,
            field=refusal.field,
            retry_at=refusal.retry_at,
        )


@strawberry.type(description="The seat lock's time is up, and its seats are available again.")
class LockExpired(Error):
    expired_at: datetime = strawberry.field(description="When its time was up.")

    @classmethod
    def from_refusal(cls, refusal: errors.LockExpired) -> Self:
        return cls(code=ErrorCode.LOCK_EXPIRED, message=refusal.message, expired_at=refusal.expired_at)


@strawberry.type(description="The seat lock has become a booking.")
class LockAlreadyUsed(Error):
    booking: Booking = strawberry.field(description="That booking.")

    @classmethod
    def from_refusal(cls, refusal: errors.LockAlreadyUsed) -> Self:
        return cls(
            code=ErrorCode.LOCK_ALREADY_USED,
            message=refusal.message,
            booking=Booking.from_document(refusal.booking),
        )


@strawberry.type(description="The seat lock was given back.")
class LockNotActive(Error):
    status: SeatLockStatus = strawberry.field(description="What the lock is now.")

    @classmethod
    def from_refusal(cls, refusal: errors.LockNotActive) -> Self:
        return cls(code=ErrorCode.LOCK_NOT_ACTIVE, message=refusal.message, status=refusal.status)


@strawberry.type(description="The booking was not paid in time, and its seats are available again.")
class BookingExpired(Error):
    booking: Booking = strawberry.field(description="The booking as it is now.")

    @classmethod
    def from_refusal(cls, refusal: errors.BookingExpired) -> Self:
        return cls(
            code=ErrorCode.BOOKING_EXPIRED,
            message=refusal.message,
            booking=Booking.from_document(refusal.booking),
        )


@strawberry.type(description="The booking is settled, or another payment for it is under way.")
class BookingNotPayable(Error):
    booking: Booking = strawberry.field(description="The booking as it is now.")

    @classmethod
    def from_refusal(cls, refusal: errors.BookingNotPayable) -> Self:
        return cls(
            code=ErrorCode.BOOKING_NOT_PAYABLE,
            message=refusal.message,
            booking=Booking.from_document(refusal.booking),
        )


@strawberry.type(description="The booking failed, or its event has started.")
class BookingNotCancellable(Error):
    booking: Booking = strawberry.field(description="The booking as it is now.")

    @classmethod
    def from_refusal(cls, refusal: errors.BookingNotCancellable) -> Self:
        return cls(
            code=ErrorCode.BOOKING_NOT_CANCELLABLE,
            message=refusal.message,
            booking=Booking.from_document(refusal.booking),
        )


@strawberry.type(description="The amount offered is not the booking's total; nothing was charged.")
class AmountMismatch(Error):
    expected: Money = strawberry.field(description="The booking's total.")

    @classmethod
    def from_refusal(cls, refusal: errors.AmountMismatch) -> Self:
        return cls(code=ErrorCode.AMOUNT_MISMATCH, message=refusal.message, expected=Money.from_money(refusal.expected))


@strawberry.type(
    description=(
        "An attempt to pay failed. While `attemptsLeft` is not 0 the booking can be paid by another attempt, with a "
        "new key: its seats stay held until its deadline. `message` is fit for the buyer."
    )
)
class PaymentFailed(Error):
    reason: PaymentFailureReason = strawberry.field(description="Why it failed.")
    retryable: bool = strawberry.field(
        description="Whether the same card may work another time: after DECLINED and INSUFFICIENT_FUNDS."
    )
    attempts_left: int = strawberry.field(
        description="How many more attempts, with any card, the booking has; 0 once it has ended."
    )
    payment: Payment = strawberry.field(description="The attempt that failed.")
    booking: Booking = strawberry.field(description="The booking as it is now.")
    refund: Refund | None = strawberry.field(
        description="The money given back, when it had been taken; null when it had not."
    )
    replayed: bool = strawberry.field(description="Whether this is the outcome of an earlier call with the same key.")

    @classmethod
    def from_refusal(cls, refusal: errors.PaymentFailed) -> Self:
        reason = refusal.payment.failure_reason or PaymentFailureReason.FAILED
        return cls(
            code=ErrorCode.PAYMENT_FAILED,
            message=refusal.message,
            reason=reason,
            retryable=reason in RETRYABLE,
            attempts_left=refusal.attempts_left,
            payment=Payment.from_document(refusal.payment),
            booking=Booking.from_document(refusal.booking),
            refund=Refund.from_document(refusal.refund) if refusal.refund else None,
            replayed=refusal.replayed,
        )


@strawberry.type(
    description=(
        "The provider has not answered yet. The booking stays PAYMENT_PENDING and its seats held until its "
        "deadline; a late answer still counts."
    )
)
class PaymentTimedOut(Error):
    payment: Payment = strawberry.field(description="The attempt that waits for its answer.")
    booking: Booking = strawberry.field(description="The booking as it is now.")
    replayed: bool = strawberry.field(description="Whether this is the outcome of an earlier call with the same key.")

    @classmethod
    def from_refusal(cls, refusal: errors.PaymentTimedOut) -> Self:
        return cls(
            code=ErrorCode.PAYMENT_TIMED_OUT,
            message=refusal.message,
            payment=Payment.from_document(refusal.payment),
            booking=Booking.from_document(refusal.booking),
            replayed=refusal.replayed,
        )


@strawberry.type(
    description="The refund is still on its way, or the money has been given back: there is nothing to do."
)
class RefundNotFailed(Error):
    refund: Refund = strawberry.field(description="The refund as it is now.")

    @classmethod
    def from_refusal(cls, refusal: errors.RefundNotFailed) -> Self:
        return cls(
            code=ErrorCode.REFUND_NOT_FAILED,
            message=refusal.message,
            refund=Refund.from_document(refusal.refund),
        )


@strawberry.type(description="This server sends no e-mail: whoever runs it has set up none.")
class MailDisabled(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.MailDisabled) -> Self:
        return cls(code=ErrorCode.MAIL_DISABLED, message=refusal.message)


@strawberry.type(description="The idempotency key was used for another request within the last 24 hours.")
class IdempotencyKeyReused(Error):
    @classmethod
    def from_refusal(cls, refusal: errors.IdempotencyKeyReused) -> Self:
        return cls(code=ErrorCode.IDEMPOTENCY_KEY_REUSED, message=refusal.message)
