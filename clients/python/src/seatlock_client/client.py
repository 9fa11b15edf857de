"""The API as one person sees it: what a shop or a box office asks for."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from datetime import datetime
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel

from . import api
from .connection import Attempts
from .errors import Refused, RequestFailed
from .pauses import Pauses
from .selection import Choice, Selection, chosen, selected
from .session import Session, Tokens

T = TypeVar("T")

SignedIn = api.Registered | api.LoggedIn | api.Refreshed
"""Somebody is signed in: the user, and the tokens of the session."""

TIMEOUT = 15.0
"""Seconds for one request: the API waits up to 10 for the payment provider."""

PATIENCE = 60.0
SILENCE = 30.0
REFRESH_PATIENCE = 25.0
"""Seconds. For 30 the same refresh token gets the same answer again; later a second use would end the session."""

REFUSALS: dict[str, type[BaseModel]] = {
    told.__name__: told
    for told in (
        api.AmountMismatch,
        api.BookingExpired,
        api.BookingNotCancellable,
        api.BookingNotPayable,
        api.EventCancelled,
        api.InvalidInput,
        api.LimitExceeded,
        api.LockAlreadyUsed,
        api.LockExpired,
        api.LockNotActive,
        api.NotEnoughSeats,
        api.PaymentFailed,
        api.PaymentTimedOut,
        api.SalesClosed,
        api.SeatsUnavailable,
    )
}


def new_key() -> str:
    """An idempotency key: one for each thing that the buyer does. Store it first to go on after a crash of your own."""
    return str(uuid.uuid4())


class Seatlock:
    """A client of the API at `url`, for one person or for nobody: `async with Seatlock(url) as seatlock`.

    `tokens` are those of a session that was begun earlier, and `on_tokens` is told of each change of them, and of None
    when the session is over. `on_lost` is told when a subscription has lost its connection: why, and the seconds until
    the next attempt; what it raises ends the subscription.

    Everything here raises Refused, RequestFailed and SessionEnded. Requests are repeated for `patience` seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        tokens: Tokens | None = None,
        on_tokens: Callable[[Tokens | None], object] | None = None,
        on_lost: Callable[[str, float], object] | None = None,
        patience: float = PATIENCE,
        silence: float = SILENCE,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._stack = AsyncExitStack()
        self._own = httpx.AsyncClient(timeout=TIMEOUT) if http is None else None
        self._session = Session(self._refreshed, on_tokens, tokens)
        self._api = api.Operations(
            url, http or self._own or httpx.AsyncClient(), self._session, REFUSALS, patience, silence, on_lost
        )

    async def __aenter__(self) -> Self:
        if self._own:
            await self._stack.enter_async_context(self._own)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    # Sessions

    @property
    def tokens(self) -> Tokens | None:
        """Those of the session; None when nobody is signed in."""
        return self._session.tokens

    async def register(self, name: str, email: str, password: str) -> SignedIn:
        """Somebody new, signed in from now on."""
        attempts = Attempts()
        wanted = api.RegisterInput(name=name, email=email, password=password)
        try:
            result = await self._api.register(wanted, signed_in=False, attempts=attempts)
        except Refused as refused:
            # The first attempt may have done it, and its answer was lost. Then the password is theirs.
            if refused.code != "EMAIL_TAKEN" or not attempts.lost:
                raise
            return await self.login(email, password)
        return self._signed_in(result.registered)

    async def login(self, email: str, password: str) -> SignedIn:
        """Signed in from now on."""
        result = await self._api.login(api.LoginInput(email=email, password=password), signed_in=False)
        return self._signed_in(result.login)

    async def refresh(self) -> Tokens | None:
        """The next tokens, now. You need not call this: they are renewed before they expire, and when refused."""
        if self._session.tokens:
            await self._session.token(refused=self._session.tokens.access_token)
        return self._session.tokens

    async def logout(self, *, everywhere: bool = False) -> int:
        """Nobody is signed in any more, here or `everywhere`. How many sessions have ended."""
        tokens = self._session.tokens
        if tokens is None:
            return 0
        ended = api.LogoutInput(refresh_token=tokens.refresh_token, everywhere=everywhere)
        outcome = _success((await self._api.logout(ended, signed_in=False)).logout, api.LoggedOut)
        self._session.end()
        return outcome.sessions_ended

    def _signed_in(self, outcome: object) -> SignedIn:
        if not isinstance(outcome, SignedIn):
            raise _unknown(outcome)
        self._session.begin(_tokens(outcome))
        return outcome

    async def _refreshed(self, refresh_token: str) -> Tokens:
        wanted = api.RefreshSessionInput(refresh_token=refresh_token)
        result = await self._api.refresh_session(wanted, signed_in=False, patience=REFRESH_PATIENCE)
        return _tokens(_success(result.refresh_session, api.Refreshed))

    # What there is

    async def events(
        self,
        search: str | None = None,
        *,
        starts_after: datetime | None = None,
        starts_before: datetime | None = None,
        first: int = 20,
        after: str | None = None,
        prices: bool = False,
    ) -> api.FindEventsEvents:
        """One page of events, the soonest first; with the `prices` of their sections."""
        found = await self._api.find_events(prices, search, starts_after, starts_before, first, after)
        return _there(found.events)

    async def event(self, event_id: str, *, seat_map: bool = True) -> api.ReadEventEvent | None:
        """The event with its sections; None when there is none. A `seat_map` has one letter a seat: A, H or B."""
        return (await self._api.read_event(event_id, seat_map)).event

    async def watch_seats(
        self, event_id: str, *, rows: bool = True, labels: bool = False, whole: bool = False
    ) -> AsyncGenerator[api.WatchSeatsSeatAvailability, None]:
        """The event's seats now, and at every change, until you stop: by rows, by `labels`, or only the counters.

        With `whole` the event comes beside, as a query gives it at that version.
        It comes back by itself; then the next message is a `snapshot` again. Raises ConnectionEnded, too.
        """
        async with aclosing(self._api.watch_seats(event_id, rows, labels, whole)) as told:  # type: ignore[type-var]
            async for message in told:
                yield message.seat_availability

    # Buying

    async def lock_seats(
        self, event_id: str, seats: Selection, *, access_code: str | None = None, key: str | None = None
    ) -> api.Locked:
        """Seats held for some minutes: so many, these labels, or what a SeatSelectionInput says."""
        wanted = api.LockSeatsInput(
            event_id=event_id, selection=selected(seats), access_code=access_code, idempotency_key=key or new_key()
        )
        return _success((await self._api.lock_seats(wanted)).lock_seats, api.Locked)

    async def change_lock(
        self, lock_id: str, *, add: Choice | None = None, remove: Choice | None = None, key: str | None = None
    ) -> api.Changed:
        """The lock with more, fewer or other seats: all of the change, or nothing."""
        wanted = api.ChangeLockInput(
            lock_id=lock_id,
            add=None if add is None else chosen(add),
            remove=None if remove is None else chosen(remove),
            idempotency_key=key or new_key(),
        )
        return _success((await self._api.change_lock(wanted)).change_lock, api.Changed)

    async def extend_lock(self, lock_id: str) -> api.SeatLock:
        """The lock, held for longer."""
        attempts = Attempts()
        try:
            result = await self._api.extend_lock(api.ExtendLockInput(lock_id=lock_id), attempts=attempts)
        except Refused as refused:
            # Perhaps it is held for as long as can be, by the first attempt, whose answer was lost.
            if refused.code == "LIMIT_EXCEEDED" and attempts.lost and (lock := await self.lock(lock_id)):
                return lock
            raise
        return _success(result.extend_lock, api.Extended).lock

    async def release_lock(self, lock_id: str) -> api.SeatLock:
        """The lock, RELEASED: its seats are available again."""
        result = await self._api.release_lock(api.ReleaseLockInput(lock_id=lock_id))
        return _success(result.release_lock, api.Released).lock

    async def confirm(self, lock_id: str) -> api.Booking:
        """The lock's booking, to be paid in time. However often it is asked for, it is one."""
        result = await self._api.confirm_booking(api.ConfirmBookingInput(lock_id=lock_id))
        return _success(result.confirm_booking, api.Confirmed).booking

    async def pay(
        self,
        booking_id: str,
        payment_token: str | None = None,
        *,
        amount: api.MoneyInput | None = None,
        key: str | None = None,
    ) -> api.Paid | api.BankAsks:
        """The booking, paid. Or the bank asks the buyer: send them to its `redirect_url`, and listen
        to `watch_booking`, or call this again with the same key.

        Where the provider takes long, the same call is made again until it is known, or the booking has ended.
        Raises Refused, with PaymentFailed in `outcome`: while it has `attempts_left`, pay again, with a new key.
        """
        wanted = api.PayBookingInput(
            booking_id=booking_id, payment_token=payment_token, amount=amount, idempotency_key=key or new_key()
        )
        pauses = Pauses()
        while True:
            try:
                outcome = (await self._api.pay_booking(wanted)).pay_booking
            except Refused as refused:
                told = refused.outcome
                if not isinstance(told, api.PaymentTimedOut) or told.booking.status != "PAYMENT_PENDING":
                    raise
                await asyncio.sleep(pauses.next())
                continue
            if isinstance(outcome, api.BankAsks):
                return outcome
            return _success(outcome, api.Paid)

    async def cancel(self, booking_id: str, reason: str | None = None) -> api.Cancelled:
        """The booking, CANCELLED, and what is given back. Show `Booking.cancellation` before."""
        wanted = api.CancelBookingInput(booking_id=booking_id, reason=reason)
        return _success((await self._api.cancel_booking(wanted)).cancel_booking, api.Cancelled)

    # What somebody has

    async def lock(self, lock_id: str) -> api.SeatLock | None:
        """One's own lock; None when there is none."""
        return (await self._api.read_lock(lock_id)).seat_lock

    async def booking(self, booking_id: str) -> api.Booking | None:
        """One's own booking; None when there is none."""
        return (await self._api.read_booking(booking_id)).booking

    async def my_locks(
        self,
        event_id: str | None = None,
        status: api.SeatLockStatus | None = None,
        *,
        first: int = 20,
        after: str | None = None,
    ) -> api.MyLocksViewerSeatLocks:
        """One page of one's seat locks, newest first: the way back to what is held."""
        return _there((await self._api.my_locks(event_id, status, first, after)).viewer).seat_locks

    async def my_bookings(
        self, status: api.BookingStatus | None = None, *, first: int = 20, after: str | None = None
    ) -> api.MyBookingsViewerBookings:
        """One page of one's bookings, newest first."""
        return _there((await self._api.my_bookings(status, first, after)).viewer).bookings

    async def watch_booking(self, booking_id: str) -> AsyncGenerator[api.Booking, None]:
        """The booking now, and at every change of its status or of a payment, until you stop. It comes back."""
        async with aclosing(self._api.watch_booking(booking_id)) as told:  # type: ignore[type-var]
            async for message in told:
                yield message.booking_status


def _success(outcome: object, kind: type[T]) -> T:
    if not isinstance(outcome, kind):
        raise _unknown(outcome)
    return outcome


def _unknown(outcome: object) -> RequestFailed:
    return RequestFailed("UNKNOWN_OUTCOME", f"This client does not know what {type(outcome).__name__} means.")


def _there(value: T | None) -> T:
    """Null without an error: nobody is signed in."""
    if value is None:
        raise RequestFailed("UNAUTHENTICATED", "Sign in first.")
    return value


def _tokens(session: SignedIn) -> Tokens:
    return Tokens(session.access_token, session.expires_at, session.refresh_token)
