"""What can go wrong, as seen by a caller.

SeatlockError
├── Refusal                     an expected failure: the request was understood and not done; nothing changed
│   ├── InvalidInput            values of the input break rules                        .field .issues
│   ├── NotFound                no such thing, or not one the caller may see
│   ├── EmailTaken              somebody is registered with this e-mail
│   ├── BadCredentials          no such e-mail, or not its password
│   ├── NotEnoughSeats          fewer seats are available than asked for               .available_seats
│   ├── SeatsUnavailable        some named seats are taken, or would leave orphans     .seats .orphans
│   ├── SalesClosed             the event sells nothing now                            .reason .opens_at
│   ├── EventCancelled          the event is cancelled                                 .cancelled_at
│   ├── LastAdmin               this is the last ADMIN
│   ├── LimitExceeded           more than one call may ask for, or one buyer may have  .limit .field .retry_at
│   ├── LockExpired             the lock's deadline has passed                         .expired_at
│   ├── LockAlreadyUsed         the lock has become a booking                          .booking
│   ├── LockNotActive           the lock was released                                  .status
│   ├── BookingExpired          the booking's deadline has passed                      .booking
│   ├── BookingNotPayable       the booking is settled, or a payment is under way      .booking
│   ├── BookingNotCancellable   the booking failed, or its event has started           .booking
│   ├── AmountMismatch          the amount is not the booking's total                  .expected
│   ├── PaymentFailed           the provider said no            .payment .booking .refund .attempts_left
│   ├── PaymentTimedOut         the provider has not answered; the seats stay held     .payment .booking
│   ├── RefundNotFailed         the refund is on its way, or given back                .refund
│   ├── MailDisabled            this server sends no e-mail
│   └── IdempotencyKeyReused    the key was used for another request
├── Unauthenticated             the call needs a valid access token
├── Forbidden                   the call needs another role
├── Overloaded                  too many wait already; nothing was done                .retry_after_seconds
├── OverBudget                  the caller asked for too much of what costs           .retry_after_seconds
└── Unavailable                 the database did not answer in time; the outcome may be unknown

Refusals become members of a mutation's result union; the others become top-level GraphQL errors.
Both happen in `graph/schema/outcomes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.documents import Booking, Payment, Refund, SalesClosedReason, SeatLockStatus
    from domain.money import Money


class SeatlockError(Exception):
    """Anything a caller is told about."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refusal(SeatlockError):
    """An expected failure: the request was understood and not done."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One value of an input that breaks a rule; `field` is its path, as in `selection.quantity.count`."""

    field: str
    message: str

    @property
    def path(self) -> list[str]:
        """The same path, step by step; of a list the index."""
        return self.field.split(".")


class InvalidInput(Refusal):
    """Values of the input break rules: `issues` are all that were found, and `field` and the message are the first's.

    Where several are checked, domain/faults.py gathers them.
    """

    def __init__(self, field: str, message: str, others: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.others = tuple(others)

    @property
    def issues(self) -> list[Issue]:
        return [Issue(self.field, self.message), *self.others]


class NotFound(Refusal):
    """No such thing, or not one the caller may see: the two are not told apart."""


class EmailTaken(Refusal):
    """Somebody is registered with this e-mail."""


class BadCredentials(Refusal):
    """No such e-mail, or not its password: the two are not told apart. Or the session has ended."""


class NotEnoughSeats(Refusal):
    """Fewer seats are available than asked for."""

    def __init__(self, message: str, available_seats: int) -> None:
        super().__init__(message)
        self.available_seats = available_seats


class SeatsUnavailable(Refusal):
    """Some of the named seats are held or booked: `seats` are their labels. Or the choice would leave `orphans`."""

    def __init__(self, message: str, seats: list[str], orphans: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.seats = seats
        self.orphans = orphans


class SalesClosed(Refusal):
    """The event sells nothing now, for this `reason`; `opens_at`: when it will, where waiting helps."""

    def __init__(self, message: str, reason: SalesClosedReason, opens_at: datetime | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.opens_at = opens_at


class EventCancelled(Refusal):
    """The event is cancelled, since `cancelled_at`."""

    def __init__(self, message: str, cancelled_at: datetime) -> None:
        super().__init__(message)
        self.cancelled_at = cancelled_at


class LastAdmin(Refusal):
    """This is the last ADMIN, and one must remain."""


class LimitExceeded(Refusal):
    """More than one call may ask for, or one buyer may have; `retry_at`: when it may be had, where waiting helps."""

    def __init__(self, field: str, message: str, limit: int, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.limit = limit
        self.retry_at = retry_at


class LockExpired(Refusal):
    """The lock's deadline has passed."""

    def __init__(self, message: str, expired_at: datetime) -> None:
        super().__init__(message)
        self.expired_at = expired_at


class LockAlreadyUsed(Refusal):
    """The lock has become a booking."""

    def __init__(self, message: str, booking: Booking) -> None:
        super().__init__(message)
        self.booking = booking


class LockNotActive(Refusal):
    """The lock was released."""

    def __init__(self, message: str, status: SeatLockStatus) -> None:
        super().__init__(message)
        self.status = status


class BookingExpired(Refusal):
    """The booking's deadline has passed."""

    def __init__(self, message: str, booking: Booking) -> None:
        super().__init__(message)
        self.booking = booking


class BookingNotPayable(Refusal):
    """The booking is settled, or another payment for it is under way."""

    def __init__(self, message: str, booking: Booking) -> None:
        super().__init__(message)
        self.booking = booking


class BookingNotCancellable(Refusal):
    """The booking failed, or its event has started."""

    def __init__(self, message: str, booking: Booking) -> None:
        super().__init__(message)
        self.booking = booking


class AmountMismatch(Refusal):
    """The amount offered is not the booking's total, `expected`."""

    def __init__(self, message: str, expected: Money) -> None:
        super().__init__(message)
        self.expected = expected


class PaymentFailed(Refusal):
    """The provider said no, or yes too late. `refund` when money had been taken; `replayed`: an earlier outcome.

    `attempts_left`: how many more attempts to pay the booking has.
    """

    def __init__(
        self,
        message: str,
        payment: Payment,
        booking: Booking,
        refund: Refund | None,
        attempts_left: int,
        replayed: bool,
    ) -> None:
        super().__init__(message)
        self.payment = payment
        self.booking = booking
        self.refund = refund
        self.attempts_left = attempts_left
        self.replayed = replayed


class PaymentTimedOut(Refusal):
    """The provider has not answered: the seats stay held and the booking stays PAYMENT_PENDING."""

    def __init__(self, message: str, payment: Payment, booking: Booking, replayed: bool) -> None:
        super().__init__(message)
        self.payment = payment
        self.booking = booking
        self.replayed = replayed


class RefundNotFailed(Refusal):
    """The refund is on its way, or given back."""

    def __init__(self, message: str, refund: Refund) -> None:
        super().__init__(message)
        self.refund = refund


class MailDisabled(Refusal):
    """This server sends no e-mail."""


class IdempotencyKeyReused(Refusal):
    """The key was used for another request."""


class Unauthenticated(SeatlockError):
    """The call needs a valid access token."""


class Forbidden(SeatlockError):
    """The call needs another role."""


class Overloaded(SeatlockError):
    """Too many requests wait already; nothing was done."""

    retry_after_seconds = 1


class OverBudget(SeatlockError):
    """The user, or the address, has asked too often for what costs; nothing was done."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(SeatlockError):
    """The database did not answer in time. The outcome may be unknown: repeat with the same idempotency key."""
