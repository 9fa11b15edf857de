"""The contract's enums: the domain's own, with what each value means, and the currencies of ISO 4217."""

from __future__ import annotations

from enum import Enum, StrEnum

import strawberry
from iso4217 import Currency
from strawberry.types.enum import has_enum_definition

from domain.documents import (
    AuditAction,
    BookingStatus,
    DeliveryStatus,
    Job,
    JobStatus,
    MessageType,
    PaymentFailureReason,
    PaymentStatus,
    RefundReason,
    RefundStatus,
    RefundType,
    Role,
    SalesClosedReason,
    Seating,
    SeatLockStatus,
    SeatStatus,
)
from domain.integrity.audit_chains import FaultKind as AuditFaultKind
from domain.integrity.money_differences import DifferenceKind as MoneyDifferenceKind
from domain.money import MINOR_UNITS
from domain.reports.timeline import TimelineBucket


class ErrorCode(StrEnum):
    """What kind of failure an Error is; each member type of a result union has its own."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    EMAIL_TAKEN = "EMAIL_TAKEN"
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    NOT_ENOUGH_SEATS = "NOT_ENOUGH_SEATS"
    SEATS_UNAVAILABLE = "SEATS_UNAVAILABLE"
    SALES_CLOSED = "SALES_CLOSED"
    EVENT_CANCELLED = "EVENT_CANCELLED"
    LAST_ADMIN = "LAST_ADMIN"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    LOCK_EXPIRED = "LOCK_EXPIRED"
    LOCK_ALREADY_USED = "LOCK_ALREADY_USED"
    LOCK_NOT_ACTIVE = "LOCK_NOT_ACTIVE"
    BOOKING_EXPIRED = "BOOKING_EXPIRED"
    BOOKING_NOT_PAYABLE = "BOOKING_NOT_PAYABLE"
    BOOKING_NOT_CANCELLABLE = "BOOKING_NOT_CANCELLABLE"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_TIMED_OUT = "PAYMENT_TIMED_OUT"
    REFUND_NOT_FAILED = "REFUND_NOT_FAILED"
    MAIL_DISABLED = "MAIL_DISABLED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"


# Built from the table of the domain, so that a currency one can pay in is one the API knows.
CurrencyCode = StrEnum("CurrencyCode", [(code, code) for code in sorted(MINOR_UNITS)])  # type: ignore[misc]


def _publish(enum: type[Enum], description: str, values: dict[str, str]) -> None:
    strawberry.enum(enum, description=description)
    assert has_enum_definition(enum)
    for value in enum.__strawberry_definition__.values:
        value.description = values[value.name]


_publish(
    CurrencyCode,
    "A currency of ISO 4217, by its three-letter code.",
    {c.code: f"{c.currency_name}; {MINOR_UNITS[c.code]} decimals." for c in Currency if c.code in MINOR_UNITS},
)
_publish(
    Role,
    "What a user may do.",
    {
        "USER": "Buys seats, and sees what is their own.",
        "ADMIN": "Creates and changes events, and sees everything.",
    },
)
_publish(
    Seating,
    "How a section is seated.",
    {
        "GENERAL": "A capacity: any seat is as good as another, and seats have no labels.",
        "RESERVED": "Rows of numbered seats, each with its label.",
    },
)
_publish(
    SalesClosedReason,
    "Why an event sells no seats now. Of several reasons the first is told: EVENT_CANCELLED, EVENT_STARTED, ENDED, "
    "PAUSED, NOT_STARTED.",
    {
        "NOT_STARTED": "Its `salesStartAt`, or the time of the access code, is still to come: `opensAt` is when.",
        "ENDED": "Its `salesEndAt` is over. With an access code: the seats for this code have been released.",
        "PAUSED": "An ADMIN has closed its sales, perhaps only for now.",
        "EVENT_STARTED": "It has begun.",
        "EVENT_CANCELLED": "It is cancelled.",
    },
)
_publish(
    SeatStatus,
    "What may be done with a seat now.",
    {
        "AVAILABLE": "Free: it can be locked.",
        "HELD": "Held by a seat lock, until it is paid, released or its time is up.",
        "BOOKED": "Sold: it belongs to a CONFIRMED booking.",
    },
)
_publish(
    SeatLockStatus,
    "Where a seat lock is in its life.",
    {
        "ACTIVE": "Holds its seats until `expiresAt`.",
        "CONSUMED": "Its booking is paid: the seats are booked.",
        "EXPIRED": "Its time ran out, or its payment failed: the seats are available again.",
        "RELEASED": ("Given back by its owner, or its booking or event was cancelled: the seats are available again."),
    },
)
_publish(
    BookingStatus,
    "Where a booking is in its life.",
    {
        "PAYMENT_PENDING": "Waits for its payment until `paymentExpiresAt`; its seats are held.",
        "CONFIRMED": "Paid: its seats are booked.",
        "FAILED": "Its last attempt to pay failed, or one failed after money was taken; its seats are available again.",
        "EXPIRED": "Not paid in time; its seats are available again.",
        "CANCELLED": "Cancelled by its owner or an ADMIN, or with its event; its seats are available again.",
    },
)
_publish(
    PaymentStatus,
    "What became of an attempt to pay.",
    {
        "PENDING": "The provider has been asked and has not answered yet.",
        "ACTION_REQUIRED": "The bank asks the buyer, who has until the booking's deadline to answer.",
        "SUCCEEDED": "The money was taken.",
        "FAILED": "The provider said no, or took the money and then failed (it is refunded).",
        "TIMED_OUT": "The provider did not answer in time; a late answer still counts.",
    },
)
_publish(
    PaymentFailureReason,
    "Why an attempt to pay failed.",
    {
        "DECLINED": "The card was declined. It may work another time.",
        "INSUFFICIENT_FUNDS": "There is not enough money on it. It may work another time.",
        "EXPIRED_CARD": "The card has expired.",
        "AUTHENTICATION_FAILED": "The bank could not confirm that this is the card's owner, or they refused.",
        "ABANDONED": "Nobody answered the bank in time, or another attempt was made instead.",
        "FAILED": "It failed for another reason.",
    },
)
_publish(
    RefundType,
    "How much of the payment a refund gives back.",
    {"FULL": "All of it.", "PARTIAL": "A percentage of it; the rest is kept."},
)
_publish(
    RefundStatus,
    "Whether the money has been given back.",
    {
        "INITIATED": "Decided; the provider has not confirmed it yet.",
        "PROCESSED": "The money has been given back. The buyer's bank may still refuse it: then it is FAILED.",
        "FAILED": "The provider could not give the money back. An ADMIN can have it sent once more.",
    },
)
_publish(
    RefundReason,
    "Why money is given back.",
    {
        "CANCELLATION": "The booking was cancelled before its event.",
        "PAYMENT_FAILED": "The money was taken although the payment failed.",
        "LATE_PAYMENT": (
            "The payment came when it could not confirm its booking any more: the booking was cancelled, or it had "
            "expired or failed and its seats were gone or not on sale."
        ),
        "EVENT_CANCELLED": "The event was cancelled: all of it comes back, whatever the cancellation policy.",
    },
)
_publish(
    MoneyDifferenceKind,
    "How two records of money differ.",
    {
        "UNKNOWN_CHARGE": "The provider took money, `theirs`, for no payment of ours.",
        "CHARGE_MISSING": "Our book says that the provider took money for this payment; it did not.",
        "CHARGE_UNSETTLED": "The provider took money for this payment. In our book it is neither taken nor refunded.",
        "CHARGED_TWICE": "The provider took money for this payment once more, `reference`.",
        "CHARGE_DIFFERS": "The provider took another amount, or currency, for this payment.",
        "UNKNOWN_REFUND": "The provider gave money back, `theirs`, for no refund of ours.",
        "REFUND_MISSING": "Our book says that this refund is PROCESSED; the provider doesn't know it.",
        "REFUND_FAILED": "The provider could not give this money back: somebody must.",
        "REFUND_OVERDUE": "This refund was decided over a day ago, and the provider has not confirmed it.",
        "REFUNDED_TWICE": "The provider gave this refund once more, `reference`.",
        "REFUND_DIFFERS": "The provider gave back another amount, or currency, for this refund.",
        "REFUND_EXCEEDS_CHARGE": "More was given back than had been taken.",
        "BOOKING_NOT_PAID_ONCE": (
            "This booking is CONFIRMED, and what was paid for it and not given back, `ours`, is not one payment of "
            "its total, `theirs`."
        ),
        "MONEY_KEPT": "Money of this payment, `ours`, is kept for a booking that it never confirmed.",
        "NOTICE_UNSETTLED": (
            "Over an hour ago the provider sent a notice, `reference`, about a payment or refund that we don't know, "
            "or that could not be settled."
        ),
    },
)
_publish(
    Job,
    "A job of the worker. Each runs at its times, and when `runJob` asks for it.",
    {
        "EXPIRE_LOCKS": "Makes seat locks EXPIRED that have no booking and are past their deadline. Twice a second.",
        "EXPIRE_BOOKINGS": (
            "Makes unpaid bookings EXPIRED that are past their deadline. First it asks the provider about their "
            "payments without an answer. Twice a second."
        ),
        "CANCEL_EVENTS": (
            "Ends what cancelled events have sold: locks are RELEASED, bookings CANCELLED, and whoever has paid gets "
            "all of it back. Every second."
        ),
        "SEND_REFUNDS": "Sends the refunds the provider has not confirmed yet, each less and less often. Every second.",
        "RECONCILE": "Asks the provider what came of payments that have no answer, and settles it. Every minute.",
        "DELIVER": (
            "Delivers messages to webhook endpoints and by e-mail, and again what was not taken, less and less often. "
            "Every second."
        ),
        "RECOVER": (
            "Finishes what a crash left half done, and repairs inventories that do not add up. "
            "Nightly, and whenever a worker starts."
        ),
        "CLEAN_UP": (
            "Deletes old idempotency keys and job executions. Archives locks and bookings that came to nothing long "
            "ago, if that is set. Nightly."
        ),
    },
)
_publish(
    JobStatus,
    "What became of a run of a job.",
    {
        "RUNNING": "It is under way.",
        "COMPLETED": "It did all there was to do.",
        "SKIPPED": "It did nothing: another run of the job was under way, or broke off within the last six seconds.",
        "FAILED": "It did not do all there was to do: `error` says why. The next run does the rest.",
    },
)
_publish(
    AuditAction,
    "What happened.",
    {
        "USER_REGISTERED": "Somebody registered, or an ADMIN was made.",
        "SIGN_IN_FAILED": "Somebody did not know an account's password. `metadata` has keyed hashes of the account and "
        "of the address, and from the fourth in a minute the `count` of those that have no entry of their own.",
        "ADMIN_SIGNED_IN": "An ADMIN signed in. `metadata` has a keyed hash of the address.",
        "USER_ROLE_CHANGED": (
            "The role of a user, `userId` in `metadata`, was changed: by an ADMIN, or at the command line, and then "
            "there is no actor."
        ),
        "PASSWORD_CHANGED": (
            "The user `userId` in `metadata` was given another password, which ended all their sessions. There is no "
            "actor when it was done at the command line. `by` may be `letter`, by a code sent to the "
            "user, or `viewer`, by the user, who knew the old one."
        ),
        "SESSION_ENDED": (
            "A session has ended. `by` in `metadata`: `logout`; `everywhere`, and then all of the user's; `tooMany`, "
            "when the user began more than 100; or `reuse`, when a refresh token was used twice. Then `userId` is "
            "whose it was, `address` a keyed hash of where it came from, and there is no actor: it may not have been "
            "the user."
        ),
        "USER_DELETED": "A user deleted their account. What they did still names their id, which is nobody's any more.",
        "EMAIL_VERIFIED": "Somebody used the code of a letter to their address: letters go there from then on.",
        "EVENT_CREATED": "An event was made, all its seats available.",
        "EVENT_UPDATED": "An ADMIN changed an event: `metadata` has each field's value before and after.",
        "SALES_CLOSED": "An ADMIN closed an event's sales.",
        "SALES_OPENED": "An ADMIN opened them again.",
        "EVENT_CANCELLED": "An ADMIN cancelled an event: what it had sold is to be ended, and refunded in full.",
        "CANCELLATION_FINISHED": "All that a cancelled event had sold is ended.",
        "ALLOCATION_CREATED": "An ADMIN kept seats back: available → held.",
        "ALLOCATION_RELEASED": "An ADMIN, or time, made what was left of them available: held → available.",
        "SEATS_LOCKED": "Seats were locked: available → held, or out of what an allocation held.",
        "LOCK_CHANGED": "Seats were added to a lock, or removed: available → held, held → available.",
        "LOCK_EXTENDED": "A lock's deadline was put off: `metadata` has it before and after.",
        "LOCK_RELEASED": "A lock was released by its owner, or an ADMIN: held → available.",
        "LOCK_EXPIRED": "A lock's time was up: held → available.",
        "BOOKING_CREATED": "A lock was confirmed: it is a booking, and to be paid.",
        "BOOKING_CONFIRMED": "A booking was paid: held → booked, or, late, available → booked.",
        "BOOKING_FAILED": "A booking ended with an attempt to pay that failed: held → available.",
        "BOOKING_EXPIRED": "A booking was not paid in time: held → available.",
        "BOOKING_CANCELLED": "A booking was cancelled: held or booked → available.",
        "PAYMENT_INITIATED": "The provider was to be asked for the money.",
        "PAYMENT_SUCCEEDED": "The provider took the money.",
        "PAYMENT_FAILED": "The provider did not take the money, or failed after it had.",
        "PAYMENT_TIMED_OUT": "The provider did not answer in time.",
        "PAYMENT_ACTION_REQUIRED": "The bank asked the buyer.",
        "REFUND_INITIATED": "It was decided to give money back.",
        "REFUND_PROCESSED": "The provider gave money back; or, with `by_hand` in `metadata`, somebody did.",
        "REFUND_FAILED": "The provider could not give money back, or it came back from the buyer's bank.",
        "REFUND_RESENT": "An ADMIN had a refund sent once more.",
        "WEBHOOK_REGISTERED": (
            "An ADMIN registered a webhook endpoint, or one that was disabled: `metadata` has its host."
        ),
        "WEBHOOK_SECRET_RENEWED": "An ADMIN gave a webhook endpoint another secret.",
        "WEBHOOK_REMOVED": "An ADMIN removed a webhook endpoint.",
        "DELIVERY_REPLAYED": "An ADMIN had a message sent again.",
        "JOB_REQUESTED": "An ADMIN had a job run.",
        "INVENTORY_REPAIRED": "An event's documents did not agree, and were repaired; `metadata` says how.",
        "REQUEST_REJECTED": (
            "A request was refused, or a sign-in failed: `metadata` has the operation and the code. When there are "
            "too many to record each of them, it has their `count`."
        ),
    },
)
_publish(
    AuditFaultKind,
    "What was done to an audit entry after it was written.",
    {
        "ALTERED": "It is not as it was written.",
        "REMOVED": "It is gone: only its number is known.",
        "INSERTED": "It was not written by Seatlock: it has no place in its chain.",
    },
)
_publish(
    MessageType,
    "What a message is about.",
    {
        "BOOKING_CONFIRMED": "`booking.confirmed`: a booking is paid.",
        "BOOKING_CANCELLED": "`booking.cancelled`: a booking was given up.",
        "BOOKING_EXPIRED": "`booking.expired`: a booking was not paid in time.",
        "BOOKING_FAILED": "`booking.failed`: a booking ended with an attempt to pay that failed.",
        "PAYMENT_FAILED": "`payment.failed`: an attempt to pay failed; the booking may still be paid by another.",
        "REFUND_PROCESSED": "`refund.processed`: the provider has given money back.",
        "REFUND_FAILED": "`refund.failed`: the provider could not give money back.",
    },
)
_publish(
    DeliveryStatus,
    "How far the delivery of a message is.",
    {
        "PENDING": "To be sent, or to be sent again; or it waits for an earlier message about the same booking.",
        "HELD": "A letter that waits for its buyer to verify the address, for a day.",
        "DELIVERED": "Taken by the receiver.",
        "DEAD": (
            "Given up: it was refused for good, or was not taken, or was HELD, for a day. `replayDelivery` sends it "
            "again."
        ),
    },
)
_publish(
    TimelineBucket,
    "How long one bucket of a timeline is.",
    {"HOUR": "An hour.", "DAY": "A day, in UTC."},
)
_publish(
    ErrorCode,
    "What kind of failure an Error is; each has a member type named after it.",
    {
        "INVALID_INPUT": "A value of the input breaks a rule; `field` names it.",
        "NOT_FOUND": "There is no such thing, or the caller may not see it.",
        "EMAIL_TAKEN": "Somebody is registered with this e-mail address.",
        "BAD_CREDENTIALS": "There is no such user, the password is wrong, or the session has ended.",
        "NOT_ENOUGH_SEATS": "Fewer seats are available than asked for.",
        "SEATS_UNAVAILABLE": "Some of the seats asked for are held or booked.",
        "SALES_CLOSED": "The event sells no seats now; `reason` says why, and `opensAt` when it will.",
        "EVENT_CANCELLED": "The event is cancelled.",
        "LAST_ADMIN": "This is the last ADMIN, and one must remain.",
        "LIMIT_EXCEEDED": "More was asked for than one call may ask for, or one buyer may have.",
        "LOCK_EXPIRED": "The seat lock's time is up, and its seats are available again.",
        "LOCK_ALREADY_USED": "The seat lock has become a booking.",
        "LOCK_NOT_ACTIVE": "The seat lock was given back.",
        "BOOKING_EXPIRED": "The booking was not paid in time.",
        "BOOKING_NOT_PAYABLE": "The booking is settled, or another payment for it is under way.",
        "BOOKING_NOT_CANCELLABLE": "The booking failed, or its event has started.",
        "AMOUNT_MISMATCH": "The amount offered is not the booking's total.",
        "PAYMENT_FAILED": "The attempt to pay failed; `attemptsLeft` says whether the booking can still be paid.",
        "PAYMENT_TIMED_OUT": "The provider has not answered yet; the seats stay held.",
        "REFUND_NOT_FAILED": "The refund is still on its way, or the money has been given back.",
        "MAIL_DISABLED": "This server sends no e-mail.",
        "IDEMPOTENCY_KEY_REUSED": "The idempotency key was used for another request.",
    },
)

__all__ = [
    "AuditAction",
    "AuditFaultKind",
    "BookingStatus",
    "CurrencyCode",
    "DeliveryStatus",
    "ErrorCode",
    "Job",
    "JobStatus",
    "MessageType",
    "MoneyDifferenceKind",
    "PaymentFailureReason",
    "PaymentStatus",
    "RefundReason",
    "RefundStatus",
    "RefundType",
    "Role",
    "SalesClosedReason",
    "SeatLockStatus",
    "SeatStatus",
    "Seating",
    "TimelineBucket",
]
